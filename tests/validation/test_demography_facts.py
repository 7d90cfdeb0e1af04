"""Stylised facts of demography in Bourges Plus under trend, with the domains that people's lives depend on most.

D2 life expectancy, D3 fertility, D4 survival of unions, D5 and D6 homes, D8 natural balance; the bands of the issue for
population and ageing. D1 has a file of its own, D7 is an invariant.
"""

from types import SimpleNamespace

import numpy as np
import pytest

from citysim.config.compose import compose
from citysim.domains.demography.mortality import life_expectancy
from citysim.model import CityModel

FIRST, LAST = 2025, 2050


class Unions:
    """Follows the unions formed in the simulation: how long they last, and why one stops watching them."""

    def __init__(self):
        self.begun, self.spells = {}, []

    def watch(self, persons, year):
        key, partner = persons.key, persons["partner"]
        living = set(key.tolist())
        paired = np.flatnonzero(partner >= 0)
        now = dict(zip(key[paired].tolist(), key[partner[paired]].tolist(), strict=True))
        for (one, other), start in list(self.begun.items()):
            if one in living and other in living and now.get(one) == other:
                continue
            self.spells.append((year - start, one in living and other in living))
            del self.begun[one, other]
        fresh = paired[(persons["union_year"][paired] == year) & (key[paired] < key[partner[paired]])]
        fresh = fresh[persons["arrival_year"][fresh] != year]
        self.begun |= {(int(a), int(b)): year for a, b in zip(key[fresh], key[partner[fresh]], strict=True)}

    def survival(self, last_year):
        """Kaplan and Meier's (1958) estimate by years of union; death and departure are censored."""
        spells = self.spells + [(last_year - year, False) for year in self.begun.values()]
        curve = [1.0]
        for duration in range(1, 16):
            at_risk = sum(length >= duration for length, _ in spells)
            ended = sum(length == duration and broken for length, broken in spells)
            curve.append(curve[-1] * (1.0 - ended / max(at_risk, 1)))
        return curve


@pytest.fixture(scope="module")
def town():
    """Bourges Plus, lived to 2050."""
    model = CityModel(compose("city=bourges_plus", "domain=[demography,training,work,health]"))
    unions, rows, expectancies, couples = Unions(), [], [], []
    for _ in range(FIRST, LAST + 1):
        model.step()
        base = model.domains["demography"].base
        rows += model.indicators
        unions.watch(model.city.persons, model.year)
        in_force = life_expectancy(-np.expm1(-base["hazard"]))
        expectancies.append((life_expectancy(base["quotients"]), in_force))
        couples.append(np.count_nonzero(model.city.persons["partner"] >= 0) / 2)
    series = {
        (row.measure, row.year): row.value for row in rows if row.domain == "demography" and row.group_by == "all"
    }
    return SimpleNamespace(
        series=series, unions=unions, expectancies=expectancies, couples=np.array(couples), parameters=model.parameters
    )


def path(town, measure):
    return np.array([town.series[measure, year] for year in range(FIRST, LAST + 1)])


def test_life_expectancy_is_that_of_the_table_in_force(town):
    modelled, in_force = town.expectancies[0]
    np.testing.assert_allclose(modelled, in_force, atol=0.2)


def test_fertility_follows_its_path(town):
    wanted = [town.parameters.at("demography", year).total_fertility_rate for year in range(FIRST, LAST + 1)]
    assert path(town, "total_fertility_rate").mean() == pytest.approx(np.mean(wanted), abs=0.02)


def test_births_and_deaths_start_at_the_published_level(town):
    """907 births and 1,198 deaths in 2024; the mean of four years has a sampling error of 2 %."""
    assert path(town, "births")[:4].mean() == pytest.approx(907, rel=0.06)
    assert path(town, "deaths")[:4].mean() == pytest.approx(1198, rel=0.06)
    assert (path(town, "natural_balance_rate") < 0).all()


def test_unions_last_as_long_as_published(town):
    curve = town.unions.survival(LAST)
    assert curve[5] == pytest.approx(0.80, abs=0.03)
    assert 0.60 <= curve[10] <= 0.72


def test_separations_per_couple(town):
    """2.0 to 2.9 % of couples a year; sources disagree, hence half a point more."""
    assert 0.020 <= (path(town, "separations") / town.couples).mean() <= 0.032


def test_homes_become_smaller_and_more_people_live_alone(town):
    size, alone = path(town, "mean_household_size"), path(town, "one_person_household_share")
    assert size[0] == pytest.approx(1.96, abs=0.04)
    assert 1.85 <= size[-1] <= 1.98
    assert (np.diff(size) < 0.003).all(), "smoothly"
    assert (np.diff(size) > -0.018).all(), "smoothly"
    assert alone[-1] > alone[0] + 0.01


def test_households_go_on_growing_as_the_census_saw_them(town):
    # 49,886 households on 1 January 2023 and about 130 more a year
    assert path(town, "households")[0] == pytest.approx(49_886 + 3 * 130, abs=250)


def test_nursing_homes_are_as_full_as_in_the_base_year(town):
    residents = path(town, "nursing_home_residents")
    assert (residents[:6] > 0.94 * 1292).all()
    assert (residents[:6] < 1.06 * 1292).all()


def test_population_and_ageing_are_believable(town):
    population, old = path(town, "population"), path(town, "share_65_plus")
    assert 87_000 <= population[-1] <= 104_000
    assert old[-1] > old[0] + 0.02
    assert (np.diff(old[::5]) > 0).all(), "the share of people over 65 rises steadily"
    assert (np.abs(np.diff(population)) < 0.012 * population[:-1]).all(), "no jump"


def test_flows_do_not_jump_at_the_start(town):
    for measure in ("births", "deaths", "unions", "separations", "departures"):
        flow = path(town, measure)
        assert flow[1] == pytest.approx(flow[0], rel=0.15), measure
