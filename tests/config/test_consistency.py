"""The consistency rules, on plain numbers."""

import math

import pytest

from citysim.config import consistency
from citysim.config.consistency import Reached, electric_stock, warnings_after_run


@pytest.mark.parametrize(("ban", "year", "low", "high"), [(2035, 2035, 0.33, 0.45), (2035, 2050, 0.92, 0.97)])
def test_electric_stock_by_turnover(ban, year, low, high):
    """All new cars electric in 2035 gives about 40 % of the fleet in 2035 and 94 % in 2050."""
    assert low < electric_stock(ban, year) < high


def test_later_ban_means_fewer_electric_cars():
    assert electric_stock(2045, 2050) < electric_stock(2040, 2050) < electric_stock(2035, 2050)


def test_retrofit_within_the_trades():
    assert not list(consistency.retrofit_exceeds_labour(0.03))
    assert list(consistency.retrofit_exceeds_labour(0.035))
    assert not list(consistency.retrofit_exceeds_labour(math.nan))


@pytest.mark.parametrize(
    ("alignment", "fertility", "agrees"),
    [
        ("none", 1.0, True),
        ("insee_central", 1.65, True),
        ("insee_central", 1.64, False),
        ("insee_low", 1.75, True),
        ("insee_high", 1.55, False),
        ("insee_high", math.nan, True),
    ],
)
def test_fertility_against_alignment(alignment, fertility, agrees):
    assert (not list(consistency.fertility_against_alignment(alignment, fertility))) == agrees


def test_teleconsultation():
    assert not list(consistency.teleconsultation_exceeds_substitutable(0.30, 0.30))
    for share in ((0.31, 0.30), (0.30, 0.31)):
        assert len(list(consistency.teleconsultation_exceeds_substitutable(*share))) == 1


@pytest.mark.parametrize(
    ("meat", "chain", "price", "fine"),
    [(-0.67, 0.25, 1.0, True), (-0.67, 0.1, 1.15, True), (-0.67, 0.1, 1.0, False), (-0.5, 0.1, 1.0, True)],
)
def test_meat(meat, chain, price, fine):
    assert (not list(consistency.less_meat_without_cause(meat, chain, price))) == fine


def test_nothing_known_nothing_warned():
    assert warnings_after_run(Reached(), "trend") == []


@pytest.mark.parametrize(
    ("reached", "rule"),
    [
        (Reached(car_cost_factor=1.2, public_transport_level=0.8, bike_level=0.9), "rule 3"),
        (Reached(travel_minutes=80), "rule 5"),
        (Reached(travel_minutes=45), "rule 5"),
        (Reached(automation_pace=1.7, unemployment_rate=0.16), "rule 8"),
        (Reached(population_ratio=1.6), "rule 9"),
        (Reached(population_ratio=0.5), "rule 9"),
        (Reached(land_used=12, land_allowed=10), "rule 9"),
        (Reached(dwellings_built=300, dwellings_needed=100, dwellings=3000), "housing"),
    ],
)
def test_warned(reached, rule):
    (warning,) = warnings_after_run(reached, "trend")
    assert warning.startswith(rule)


def test_two_scenarios_may_break_rule_three():
    reached = Reached(car_cost_factor=1.2, public_transport_level=0.8, bike_level=0.9)
    assert warnings_after_run(reached, "decline") == warnings_after_run(reached, "shocks") == []
