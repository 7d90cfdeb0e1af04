"""Pull a lever or change the future, and travel moves the right way: smallville, the same seed on both sides."""

import numpy as np
import pytest

YEARS = 8


def later(name, first, then):
    """Override that leaves the start as it is and is in force after three years."""
    return f"domains.mobility.{name}={{2025: {first}, 2028: {then}}}"


@pytest.mark.parametrize(
    ("override", "measure", "sign"),
    [
        (later("car_cost_factor", 1.0, 2.0), "commute_share_car", -1),
        (later("car_cost_factor", 1.0, 2.0), "car_km_per_person", -1),
        (later("public_transport_level", 1.0, 2.0), "commute_share_public_transport", 1),
        (later("public_transport_level", 1.0, 2.0), "trip_share_public_transport", 1),
        (later("public_transport_level", 1.0, 0.4), "cars_per_household", 1),
        (later("bike_level", 1.0, 3.0), "commute_share_bike", 1),
        (later("bike_level", 1.0, 3.0), "commute_share_car", -1),
        (later("speed30_share", 0.2, 1.0), "trip_share_car", -1),
        (later("speed30_share", 0.2, 1.0), "trip_share_walk", 1),
        (later("telework_push", 0.0, 2.5), "telework_share", 1),
        ("domains.mobility.thermal_sales_ban_year=2026", "electric_car_share", 1),
        ("domains.mobility.thermal_sales_ban_year=2026", "car_co2_per_person", -1),
        (later("electric_price_gap", 9000, 0), "electric_sales_share", 1),
        (later("range_anxiety", 1.0, 0.0), "electric_sales_share", 1),
    ],
)
def test_travel_answers(live, measured, override, measure, sign):
    plain, changed = live((), YEARS), live((override,), YEARS)
    difference = measured(changed, "mobility", measure) - measured(plain, "mobility", measure)
    assert sign * difference > 0


@pytest.mark.parametrize("measure", ["delay_index", "car_km_per_person"])
def test_telework_empties_the_roads_while_nobody_moves_house_for_it(live, measured, measure):
    # the direct effect; with these feedbacks on, people who work at home live farther from work (the known rebound)
    still = ("coupling.telework_housing=false", "coupling.travel_times=false")
    plain, changed = live(still, YEARS), live((*still, later("telework_push", 0.0, 2.5)), YEARS)
    assert measured(changed, "mobility", measure) < measured(plain, "mobility", measure)


def test_autonomous_cars_bring_more_traffic(live, measured):
    override = (
        "domains.mobility.autonomous_year=2027",
        "domains.mobility.autonomous_ceiling=0.35",
        "domains.mobility.autonomous_price_years=2",
    )
    plain, changed = live((), YEARS), live(override, YEARS)
    assert measured(plain, "mobility", "autonomous_share") == 0.0
    assert measured(changed, "mobility", "autonomous_share") > 0.02
    assert measured(changed, "mobility", "car_km_per_person") > measured(plain, "mobility", "car_km_per_person")


def test_a_better_bike_network_draws_people_from_all_other_modes_only(live):
    plain, changed = live((), 3), live((later("bike_level", 1.0, 3.0),), 3)
    before = dict(zip(plain.city.persons.key.tolist(), plain.city.persons["commute_mode"].tolist(), strict=True))
    now = zip(changed.city.persons.key.tolist(), changed.city.persons["commute_mode"].tolist(), strict=True)
    moved = [(before[key], mode) for key, mode in now if key in before and before[key] >= 0 and mode >= 0]
    switched = np.array([new for old, new in moved if old != new])
    # keyed errors: nearly everyone who changes takes the bike; a few follow through congestion, jobs or homes
    assert np.mean(switched == 2) > 0.5


def test_frozen_travel_times_do_not_reach_other_domains(live):
    frozen = live(("coupling.travel_times=false",), 3)
    start = live(("coupling.travel_times=false",), 1)
    assert np.array_equal(frozen.city.travel.minutes, start.city.travel.minutes)


def test_levers_cost_the_commune(live):
    model = live((later("public_transport_level", 1.0, 2.0),), YEARS)
    paid = sum(
        amount
        for (domain, event, payer, _), amount in model.ledger.entries.items()
        if (domain, event, payer) == ("mobility", "public_transport", "commune")
    )
    assert paid == pytest.approx(160 * model.city.persons.size, rel=1e-6)
