"""Change prices, climate or green, and energy, CO2, air and heat move the right way: smallville, paired seeds."""

import pytest

YEARS = 6


def later(name, first, then):
    """Override that leaves the start as it is and is in force after three years."""
    return f"domains.environment.{name}={{2025: {first}, 2028: {then}}}"


@pytest.mark.parametrize(
    ("override", "measure", "sign"),
    [
        (later("energy_price_factor", 1.0, 2.0), "home_energy_per_person", -1),
        (later("energy_price_factor", 1.0, 2.0), "energy_bill", 1),
        (later("energy_price_factor", 1.0, 2.0), "fuel_poverty_share", 1),
        (later("grid_intensity", 0.055, 0.3), "co2_per_person", 1),
        (later("warming", 1.8, 3.8), "home_energy_per_person", -1),
        (later("warming", 1.8, 3.8), "hot_days", 1),
        (later("extra_hot_days", 0, 30), "hot_days", 1),
        (later("green_factor", 1.0, 2.0), "heat_index", -1),
        (later("green_factor", 1.0, 2.0), "green_share", 1),
        ("domains.mobility.thermal_sales_ban_year=2026", "no2", -1),
        ("domains.mobility.thermal_sales_ban_year=2026", "co2_per_person", -1),
    ],
)
def test_environment_answers(live, measured, override, measure, sign):
    plain, changed = live((), YEARS), live((override,), YEARS)
    difference = measured(changed, "environment", measure) - measured(plain, "environment", measure)
    assert sign * difference > 0


def test_heat_drives_air_conditioning_where_it_is_coupled(live):
    hot = later("extra_hot_days", 0, 30)
    coupled, cut = live((hot,), YEARS), live((hot, "coupling.heat=false"), YEARS)
    use = [model.domains["environment"].by_energy["electricity"] for model in (coupled, cut)]
    assert use[0] > use[1] + 10


def test_greening_costs_the_commune(live):
    model = live((later("green_factor", 1.0, 2.0),), YEARS)
    paid = sum(
        amount
        for (domain, event, payer, _), amount in model.ledger.entries.items()
        if (domain, event, payer) == ("environment", "greening", "commune")
    )
    assert paid == pytest.approx(35 * model.city.persons.size, rel=1e-6)
