"""Parts of mobility on small made-up inputs, and the stylised facts M1 to M6 on a lived smallville."""

from types import SimpleNamespace

import numpy as np
import pytest

from citysim.city.codes import Labour, Mode
from citysim.city.travel import areas_of, free_flow_minutes, within_reach
from citysim.core.choice import choose, shares_of
from citysim.core.draws import Draws, mix_keys
from citysim.domains.mobility import cars, congestion, fleet, modes, network, travel, trips

YEARS = 8


def line_of_zones(number=5, step_km=4.0):
    """Zones on a line, the last one outside."""
    x = np.arange(number) * step_km
    distance = (1.3 * np.abs(x[:, None] - x)).astype(np.float32)
    np.fill_diagonal(distance, 1.5)
    level = np.full(number, 2.0)
    free = free_flow_minutes(distance, level)
    external = np.arange(number) == number - 1
    return network.make_network(distance, free, x, np.zeros(number), level, external)


class TestNetwork:
    def test_ways_lead_from_zone_to_zone(self):
        ways = line_of_zones()
        assert (ways.route[0] == ways.start).all()
        assert (ways.route[-1] == ways.end).all()
        assert (ways.start[ways.first] == np.arange(5)).all()

    def test_zones_beyond_reach_have_no_way_until_somebody_works_there(self):
        near, far = line_of_zones(), line_of_zones(step_km=20.0)  # 26 km by road: two zones on are within 60 km
        assert (near.way_of >= 0).all()
        assert (far.way_of[0] >= 0).tolist() == [True, True, True, False, True]
        wider = network.reaching(far, np.array([0, 0]), np.array([3, 1]))
        way = wider.way_of[0, 3]
        assert wider.size[way] == 0.0  # nobody else goes there
        assert wider.km[way] == pytest.approx(3 * 26.0)
        assert wider.route[:, way].tolist() == [0, 0, 1, 1, 1, 2, 2, 2, 3]
        assert wider.km.size == far.km.size + 1
        known = np.nonzero(far.way_of >= 0)
        for name in ("start", "end", "km", "car", "walk", "size"):
            after, before = getattr(wider, name)[wider.way_of[known]], getattr(far, name)[far.way_of[known]]
            np.testing.assert_array_equal(after, before)

    def test_minutes_between_zones_are_those_of_ways(self):
        far = line_of_zones(step_km=20.0)
        minutes = far.between_zones(np.full((4, far.km.size), 5.0, np.float32))
        assert (minutes[Mode.CAR] == np.where(far.way_of >= 0, 5.0, far.ground.free_flow[Mode.CAR])).all()

    def test_zones_in_steps_of_each_other_are_one_area(self):
        x = np.array([0.0, 40.0, 80.0, 200.0, 240.0])
        reach = within_reach(np.abs(x[:, None] - x), np.zeros(5, bool))
        assert areas_of(reach).tolist() == [0, 0, 0, 1, 1]

    def test_the_own_zone_has_a_near_and_a_far_place(self):
        ways = line_of_zones()
        for zone in range(5):
            own = (ways.start == zone) & (ways.end == zone)
            middle = ways.km[ways.way_of[zone, zone]]
            assert np.allclose(np.sort(ways.km[own]), middle * np.array([network.NEAR, 1.0, network.FAR]))
            assert ways.size[own].sum() == pytest.approx(1.0)

    def test_queues_on_the_way_count_even_between_free_zones(self):
        ways = line_of_zones()
        factors = np.array([1.0, 2.0, 1.0, 1.0, 1.0])
        loaded = network.car_minutes(ways, factors)
        through, past = ways.way_of[0, 2], ways.way_of[3, 4]
        assert loaded[through] > ways.car[through]
        assert loaded[past] == pytest.approx(ways.car[past])

    def test_vehicle_km_are_kept(self):
        ways = line_of_zones()
        flows = np.ones(ways.km.shape)
        assert network.vehicle_km_by_zone(ways, flows).sum() == pytest.approx(float(ways.km.sum()), rel=1e-5)


class TestCongestion:
    def test_averaging_finds_the_fixed_point(self):
        ways = line_of_zones()
        demand = np.full(ways.km.shape, 24.0)
        capacity = np.full(5, 800.0)

        def flows(factors):
            return demand * np.exp(-0.8 * (network.car_minutes(ways, factors) / ways.car - 1.0))

        found = congestion.equilibrium(np.ones(5), flows, ways, capacity, 0.15, 4.0, 60)
        load = network.vehicle_km_by_zone(ways, flows(found))
        assert np.allclose(found, network.delay_factors(load, capacity, 0.15, 4.0), rtol=0.01)
        assert found.max() > 1.02

    def test_capacity_gives_back_the_saturation_of_the_start(self):
        load = np.array([900.0, 100.0, 50.0])
        saturation = np.array([1.05, 0.5, 0.0])
        capacity = congestion.capacity_of(load, saturation)
        assert np.allclose(load[:2] / capacity[:2], saturation[:2])
        assert capacity[2] == 0.0  # outside the city nothing queues


class TestModes:
    def test_shares_are_those_of_the_logit(self):
        utilities = np.array([[1.0, 0.0, -1.0, 2.0], [-200.0, -201.0, -199.0, -200.0]])
        share, logsum = shares_of(utilities)
        weights = np.exp(utilities - utilities.max(axis=1, keepdims=True))
        assert np.allclose(share, weights / weights.sum(axis=1, keepdims=True))
        assert np.allclose(logsum, np.log(weights.sum(axis=1)) + utilities.max(axis=1))

    def test_an_improved_mode_only_gains(self):
        keys = mix_keys("commuter", np.arange(2000))
        utilities = np.zeros((2000, 4))
        before = choose(Draws(1, 2030), "mobility.commute", keys, utilities)
        utilities[:, Mode.BIKE] += 0.5
        after = choose(Draws(1, 2030), "mobility.commute", keys, utilities)
        assert np.all(after[before != after] == Mode.BIKE)

    def test_autonomous_cars_come_with_their_price(self):
        p = SimpleNamespace(
            autonomous_year=2030, autonomous_ceiling=0.4, autonomous_constant=2.5, autonomous_price=-3.5,
            autonomous_income=0.35, autonomous_price_start=10.0, autonomous_price_years=15.0,
        )  # fmt: skip
        monthly = np.array([2500.0, 4000.0])
        path = [modes.autonomous_adoption(year, p, monthly) for year in (2029, 2030, 2038, 2045, 2060)]
        assert path[0] == 0.0
        assert path[1] < 1e-6
        assert path == sorted(path)
        assert path[-1] == path[-2] == pytest.approx(0.4 * 0.527, abs=0.005)


class TestOtherTrips:
    def test_every_trip_goes_somewhere_by_some_mode(self):
        ways = line_of_zones()
        p = SimpleNamespace(bike_age=-0.05, destination_scale=np.array([1.0, 0.85, 0.7]))
        utilities = np.zeros((modes.CAR_CLASSES, *ways.km.shape, 4), np.float32)
        utilities[..., Mode.WALK] -= 0.15 * ways.walk
        utilities[..., Mode.CAR] -= 0.06 * ways.car
        minutes = np.ones((4, *ways.km.shape), np.float32)
        attraction = np.ones((3, *ways.km.shape), np.float32)
        people = np.full((9, 5), 10.0)
        rates = np.full((3, 9, 5), 0.5)
        day = trips.other_trips(ways, utilities, minutes, attraction, people, rates, np.zeros(3), p)
        assert np.allclose(day.by_mode.sum(axis=2), 1.5, rtol=1e-4)
        assert np.allclose(day.minutes, 1.5, rtol=1e-4)
        assert day.visitors.sum() == pytest.approx(9 * 5 * 10 * 1.5, rel=1e-4)


class TestFleet:
    """Turnover facts: the stock follows sales only as fast as cars are scrapped."""

    def test_a_fleet_at_rest_renews_a_twentieth_a_year(self):
        alive = fleet.survival(18.0, 4.0)
        renewed = float((alive / alive.sum() * fleet.scrappage(18.0, 4.0)).sum())
        assert renewed == pytest.approx(0.054, abs=0.002)

    def test_all_new_cars_electric_from_2035_leaves_six_percent_thermal_in_2050(self):
        years = np.arange(2025, 2051)
        sales = np.clip(0.25 + 0.075 * (years - 2025), 0.0, 1.0)
        stock = dict(zip(years, fleet.stock_path(sales, 0.035, 18.0, 4.0), strict=True))
        assert stock[2035] == pytest.approx(0.40, abs=0.04)
        assert stock[2040] == pytest.approx(0.64, abs=0.04)
        assert stock[2050] == pytest.approx(0.94, abs=0.03)

    def test_the_slow_path_reaches_three_quarters(self):
        sales = np.clip(0.25 + 0.035 * np.arange(26), 0.0, 1.0)
        assert fleet.stock_path(sales, 0.035, 18.0, 4.0)[-1] == pytest.approx(0.78, abs=0.05)


def test_constants_of_car_ownership_give_back_the_stock():
    number = np.arange(4000)
    utilities = np.zeros((4000, 3), np.float32)
    utilities[:, 1] = 0.3 * np.sin(number)
    zone, age = number % 4, number % 3
    owned = (number * 7 % 10 > 1).astype(int) + (number * 3 % 10 > 6)
    constants = cars.solve_constants(utilities, owned, (zone, age))
    for group, constant in zip((zone, age), constants, strict=True):
        utilities = utilities + constant[group]
    expected, _ = shares_of(utilities)
    for group in range(4):
        inside = zone == group
        assert expected[inside].mean(axis=0)[2] == pytest.approx(np.mean(owned[inside] == 2), abs=0.003)


@pytest.fixture(scope="module")
def lived(live):
    return live((), YEARS)


class TestConsistency:
    def test_vehicles_and_cars_agree(self, lived):
        city = lived.city
        households, vehicles = city.households, city.vehicles
        assert np.all(vehicles["household"] >= 0)
        counted = np.bincount(vehicles["household"], minlength=households.size)
        assert np.array_equal(counted, households["cars"])
        electric = np.bincount(vehicles["household"][vehicles["electric"]], minlength=households.size)
        assert np.array_equal(electric, households["electric_cars"])

    def test_who_goes_to_work_has_a_mode_and_nobody_else(self, lived):
        persons = lived.city.persons
        goes = (persons["labour"] == Labour.EMPLOYED) & (persons["workplace"] >= 0)
        assert np.array_equal(goes, persons["commute_mode"] >= 0)
        assert np.all(persons["commute_minutes"][goes] > 0)
        assert np.all(persons["telework_days"][~persons["telework_eligible"]] == 0)

    def test_commute_shares_add_up(self, lived, measured):
        names = ("car", "public_transport", "bike", "walk")
        assert sum(measured(lived, "mobility", f"commute_share_{name}") for name in names) == pytest.approx(1.0)
        assert sum(measured(lived, "mobility", f"trip_share_{name}") for name in names) == pytest.approx(1.0)

    def test_no_jump_in_the_first_years(self, lived, measured):
        # cars of 2,200 households change by .011 a year (standard deviation over seeds) by who comes and goes
        bands = {
            "commute_share_car": 0.03, "commute_share_public_transport": 0.025, "cars_per_household": 0.04,
            "telework_share": 0.025, "trip_share_car": 0.01, "zero_car_share": 0.02, "travel_minutes_per_day": 2.0,
        }  # fmt: skip
        for measure, band in bands.items():
            values = [measured(lived, "mobility", measure, year) for year in range(2025, 2029)]
            assert np.max(np.abs(np.diff(values))) < band, measure


class TestFacts:
    """Published facts in numeric bands; sources in `configs/sources.yaml` (EMP 2019, Insee)."""

    def test_m1_people_travel_about_an_hour_a_day(self, lived, measured):
        for year in (2025, 2032):
            assert 45 < measured(lived, "mobility", "travel_minutes_per_day", year) < 75
            assert 2.6 < measured(lived, "mobility", "trips_per_day", year) < 3.4

    def test_m2_all_trips(self, lived, measured):
        bands = {"car": (0.58, 0.70), "walk": (0.20, 0.30), "public_transport": (0.04, 0.10), "bike": (0.015, 0.05)}
        for mode, (low, high) in bands.items():
            assert low < measured(lived, "mobility", f"trip_share_{mode}") < high, mode

    def test_m3_commutes_of_a_provincial_town(self, lived, measured):
        bands = {"car": (0.70, 0.84), "walk": (0.06, 0.13), "public_transport": (0.05, 0.13), "bike": (0.02, 0.07)}
        for mode, (low, high) in bands.items():
            assert low < measured(lived, "mobility", f"commute_share_{mode}", 2025) < high, mode
        assert 0.5 < measured(lived, "mobility", "commute_under_5_km_car_share", 2025) < 0.75  # 60 %, Insee 2017

    def test_m4_elasticities(self, lived):
        """Share of the car to its cost, and of public transport to its service, everybody choosing anew."""
        assert -0.3 < _elasticity(lived, "car_cost", Mode.CAR) < -0.02
        assert 0.15 < _elasticity(lived, "wait", Mode.PUBLIC_TRANSPORT, inverse=True) < 0.9

    def test_m4_car_km_answer_cost(self, live, lived, measured):
        """Elasticity of car-km to their cost after five years, with destinations and cars adapting: -.1 to -.6."""
        dear = live(("domains.mobility.car_cost_factor={2025: 1.0, 2028: 2.0}",), YEARS)
        km = [measured(model, "mobility", "car_km_per_person") for model in (lived, dear)]
        assert -0.6 < np.log(km[1] / km[0]) / np.log(2.0 / 1.028) < -0.1

    def test_m5_fewer_commutes_the_farther(self, lived):
        persons, city = lived.city.persons, lived.city
        goes = persons["commute_mode"] >= 0
        km = city.travel.distance_km[city.person_zone()[goes], persons["workplace"][goes]]
        near, far = np.mean(km < 10), np.mean((km >= 20) & (km < 30))
        assert near > 2 * far

    def test_m6_teleworkers_live_farther_from_work(self, lived):
        persons = lived.city.persons
        eligible = persons["telework_eligible"] & (persons["commute_mode"] >= 0)
        teleworks = persons["telework_days"] > 0
        minutes = lived.city.travel.minutes[Mode.CAR][lived.city.person_zone(), np.maximum(persons["workplace"], 0)]
        assert minutes[eligible & teleworks].mean() > minutes[eligible & ~teleworks].mean()


def _elasticity(model, part, mode, inverse=False):
    """Change of a mode's share to a change of ten percent of one part of the offer, everybody choosing anew."""
    domain, city = model.domains["mobility"], model.city
    p, base, offer = domain.at(model.year), domain.base, domain.day.peak
    rows, home, work = travel.workers_of(city, travel.home_zones(city))
    persons, households = city.persons, city.households
    household = persons["household"]
    car_class = modes.car_class_of(persons["licence"], household, households["cars"], households["drivers"])

    def share(factor):
        changed = SimpleNamespace(**{**vars(offer), part: getattr(offer, part) * factor})
        table = modes.mode_utilities(base.network, changed, p, base.commute_constants)
        way = base.network.way_of[home, work]
        own = modes.commuter_utilities(table, car_class[rows], way, persons["age"][rows], 0.0, 0.0, p.bike_age)
        return shares_of(own)[0].mean(axis=0)[mode]

    step = 1 / 1.1 if inverse else 1.1
    return np.log(share(step) / share(1.0)) / np.log(1.1)
