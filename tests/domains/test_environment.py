"""Parts of the environment on made-up inputs, and the facts E1 to E3 on a lived smallville."""

from types import SimpleNamespace

import numpy as np
import pytest

from citysim.city.codes import EnergyClass, HeatSource
from citysim.domains.environment import air, energy

YEARS = 8
NOMINAL = np.array([55.0, 90.0, 145.0, 215.0, 290.0, 375.0, 500.0])


class TestEnergy:
    def test_an_added_heat_pump_moves_heating_to_electricity(self):
        source = np.array([HeatSource.GAS, HeatSource.HEAT_PUMP, HeatSource.ELECTRIC])
        heating, water, other = np.full(3, 10000.0), np.full(3, 2000.0), np.zeros(3)
        use = energy.split_use(heating, water, other, other, other, np.ones(3), source, 0.32)
        assert np.allclose(use.fuel, [2000.0, 0.0, 0.0])
        assert np.allclose(use.electricity, [3200.0, 12000.0, 5200.0])

    def test_own_solar_power_never_gives_back_more_than_is_used(self):
        source = np.array([HeatSource.GAS])
        zero = np.zeros(1)
        use = energy.split_use(zero, zero, np.array([1000.0]), zero, np.array([1500.0]), zero, source, 0.32)
        assert use.electricity[0] == 0.0

    def test_the_poor_heat_less(self):
        factor = energy.restraint(np.array([9000.0, 24000.0, 60000.0]), np.ones(3), 24000.0, 0.15)
        assert factor[0] < factor[1] == 1.0 < factor[2]

    def test_e2_a_retrofit_saves_less_than_its_label(self):
        """Rebound of 10 to 30 % between the label's and the real saving of a home that goes from F to B."""
        real = energy.final_per_m2(NOMINAL, 1.9, 0.75, 1.0)[:, HeatSource.GAS]
        promised = NOMINAL[EnergyClass.F] - NOMINAL[EnergyClass.B]
        saved = real[EnergyClass.F] - real[EnergyClass.B]
        assert 0.10 < 1.0 - saved / promised < 0.30

    def test_e3_a_degree_of_warming_takes_a_tenth_off_heating(self):
        one = energy.heating_factor(1.0, 1.0, -0.1, -0.2)
        assert 0.88 <= one <= 0.92


class TestAir:
    def test_traffic_and_wood_add_to_the_background(self):
        p = SimpleNamespace(
            particle_background=7.5, nitrogen_background=5.0, particle_traffic=1.0, nitrogen_traffic=5.0,
            particle_wear=0.6, particle_wood=1.0,
        )  # fmt: skip
        traffic, area, wood = np.array([0.0, 100_000.0]), np.array([10.0, 10.0]), np.array([0.0, 1000.0])
        pm25, no2 = air.concentrations(traffic, area, 1.0, wood, 1.0, 1.0, p)
        assert np.allclose(pm25, [7.5, 9.5])
        assert np.allclose(no2, [5.0, 10.0])
        clean_pm25, clean_no2 = air.concentrations(traffic, area, 0.0, wood, 1.0, 1.0, p)
        assert clean_no2[1] == 5.0
        assert clean_pm25[1] == pytest.approx(9.1)  # tyres, brakes and roads remain

    def test_guessed_green_is_scarce_in_dense_zones(self):
        share = air.green_share(np.array([50.0, 6000.0]), 1500.0)
        assert share[0] > 0.8
        assert 0.3 < share[1] < 0.45


@pytest.fixture(scope="module")
def lived(live):
    return live((), YEARS)


class TestLived:
    def test_everything_is_finite_and_positive(self, lived):
        city = lived.city
        for table, column in (("persons", "co2"), ("households", "home_energy"), ("households", "energy_cost")):
            values = getattr(city, table)[column]
            assert np.all(np.isfinite(values))
            assert np.all(values >= 0)

    def test_sources_add_up_to_the_mean(self, lived, measured):
        domain = lived.domains["environment"]
        total = sum(domain.by_emitter.values()) / 1000.0
        assert total == pytest.approx(measured(lived, "environment", "co2_per_person"), rel=1e-4)

    def test_energies_add_up(self, lived, measured):
        domain = lived.domains["environment"]
        per_person = measured(lived, "environment", "home_energy_per_person")
        assert sum(domain.by_energy.values()) == pytest.approx(per_person, rel=1e-3)

    def test_e1_emissions_of_a_french_territory(self, lived, measured):
        def tonnes(*sources):
            return sum(measured(lived, "environment", "co2", 2025, source) for source in sources)

        assert 1.4 < tonnes("car", "public_transport", "deliveries", "freight") < 2.4
        assert 1.0 < tonnes("home") < 1.6
        assert 1.8 < tonnes("food") < 2.6
        assert 4.5 < measured(lived, "environment", "co2_per_person", 2025) < 7.0

    def test_no_jump_in_the_first_years(self, lived, measured):
        for measure, band in {"home_energy_per_person": 400, "pm25": 0.2, "hot_days": 1.0, "energy_bill": 120}.items():
            values = [measured(lived, "environment", measure, year) for year in range(2025, 2029)]
            assert np.max(np.abs(np.diff(values))) < band, measure

    def test_dense_zones_are_hotter(self, lived):
        zones = lived.city.zones
        inside = ~zones["external"]
        centre = inside & (zones["group"] == 0)
        edge = inside & (zones["group"] == 2)
        assert zones["heat_index"][centre].mean() > zones["heat_index"][edge].mean()
