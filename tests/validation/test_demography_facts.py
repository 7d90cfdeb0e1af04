"""Stylised facts of demography: in a town of 5,000 with wider bands, and in Bourges Plus what its figures say.

The small town is one draw: each fact's `sampling` widens its band by about two standard errors. Under five seeds at
full scale, without any widening: `python -m benchmarks.facts --seeds 5 --only demography`.
"""

import numpy as np
import pytest

from validation.facts_demography import FACTS, WATCHERS
from validation.lived import live


@pytest.fixture(scope="module")
def small():
    return live(WATCHERS, "city=smallville")


@pytest.fixture(scope="module")
def town():
    """Bourges Plus, lived to 2050 with the domains that people's lives depend on most."""
    return live(WATCHERS, "domain=[demography,training,work,health]")


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.name)
def test_facts_hold_in_a_small_town(small, fact):
    value = fact.value(small)
    assert fact.holds(value, small=True), f"{fact.text}: {value:.3f}"


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.name)
def test_facts_hold_in_bourges_plus(town, fact):
    value = fact.value(town)
    assert fact.holds(value), f"{fact.text}: {value:.3f}"


def test_births_and_deaths_start_at_the_published_level(town):
    """907 births and 1,198 deaths in 2024; the mean of four years has a sampling error of 2 %."""
    assert town.series("demography.births")[:4].mean() == pytest.approx(907, rel=0.06)
    assert town.series("demography.deaths")[:4].mean() == pytest.approx(1198, rel=0.06)


def test_homes_become_smaller_smoothly(town):
    steps = np.diff(town.series("demography.mean_household_size"))
    assert (steps < 0.003).all()
    assert (steps > -0.018).all()


def test_households_go_on_growing_as_the_census_saw_them(town):
    # 49,886 households on 1 January 2023 and about 130 more a year until then; totals are held to 1 %
    assert town.series("demography.households")[0] == pytest.approx(49_886 + 3 * 130, rel=0.01)


def test_nursing_homes_are_as_full_as_in_the_base_year(town):
    residents = town.series("demography.nursing_home_residents")
    assert (residents[:6] > 0.94 * 1292).all()
    assert (residents[:6] < 1.06 * 1292).all()


def test_population_and_ageing_are_believable(town):
    population, old = town.series("demography.population"), town.series("demography.share_65_plus")
    assert 87_000 <= population[-1] <= 104_000
    assert old[-1] > old[0] + 0.02
    assert (np.diff(old[::5]) > 0).all(), "the share of people over 65 rises steadily"
    assert (np.abs(np.diff(population)) < 0.012 * population[:-1]).all(), "no jump"


@pytest.mark.parametrize("flow", ["births", "deaths", "unions", "separations", "departures"])
def test_flows_do_not_jump_at_the_start(town, flow):
    series = town.series(f"demography.{flow}")
    assert series[1] == pytest.approx(series[0], rel=0.15)
