"""Rules of demography on made-up people: who dies sooner, and whom singles like."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from citysim.city.codes import Education, Health, Sex
from citysim.config import compose
from citysim.domains.demography import Demography, mortality, unions
from citysim.domains.demography.mortality import mean_risk, relative_risks, risk_table
from citysim.domains.demography.year import Year
from demography_town import town


@pytest.fixture(scope="module")
def values():
    return compose("city=smallville").parameters({"demography": Demography.params})["demography"].at(2025)


class People:
    """People whose diplomas and health other domains change, or do not."""

    def __init__(self, *changing):
        self.changing = changing

    def changes(self, column):
        return column in self.changing


def year_of(values, *changing, **city):
    return Year(SimpleNamespace(persons=People(*changing), **city), 2025, None, values, {}, {})


def test_what_is_kept_is_made_anew_when_a_figure_moves(values):
    now = year_of(values)
    figure, made = np.ones(3), []
    for figures in ((figure, 2.0), (figure, 2.0), (figure.copy(), 2.0), (figure, 3.0)):
        now.kept("table", figures, lambda: made.append(len(made)))
    assert made == [0, 1, 2]


@pytest.mark.parametrize("sex", list(Sex))
def test_people_without_a_diploma_die_sooner_and_less_so_at_high_ages(values, sex):
    education, _ = relative_risks(year_of(values, "education"))
    ratio = education[sex, :, Education.LOW] / education[sex, :, Education.LONG_TERTIARY]
    assert ratio[45] == pytest.approx(values.education_risk_at_45[sex])
    assert ratio[90] == pytest.approx(values.education_risk_at_90[sex])
    assert ratio[45] > 1.5 > ratio[90] > 1.1
    assert (ratio[:30] == 1).all()
    assert (np.diff(education[sex, 30:], axis=1) <= 0).all(), "no diploma is worse than one below it"


def test_men_s_deaths_depend_more_on_the_diploma_than_women_s(values):
    education, _ = relative_risks(year_of(values, "education"))
    assert education[Sex.MALE, 45, Education.LOW] > education[Sex.FEMALE, 45, Education.LOW]


def test_the_worse_the_health_the_sooner_people_die(values):
    _, health = relative_risks(year_of(values, "health"))
    assert health[Health.GOOD] == 1
    assert (np.diff(health) > 0.2).all()
    assert health[Health.DEPENDENT] > 3 * health[Health.GOOD]


def test_what_nobody_changes_does_not_matter(values):
    education, health = relative_risks(year_of(values))
    assert (education == 1).all()
    assert (health == 1).all()


@pytest.fixture
def place():
    """A made-up town whose diplomas and health other domains change."""
    made = town(3000)
    made.city.tables["persons"].owners |= {"education": "training", "health": "health"}
    return made


def test_the_table_in_force_is_as_steep_as_the_risks_and_keeps_the_mean(place):
    """Quotients at 70: as far apart as the risks, and over the people of the base year the quotient of the table."""
    place.live(1)
    now = place.demography._year(place.view, place.year, None)
    table = risk_table(now)[Sex.FEMALE, 70]
    education, health = relative_risks(now)
    relative = education[Sex.FEMALE, 70, :, None] * health
    np.testing.assert_allclose(table / table[0, 0], relative / relative[0, 0], rtol=1e-6)
    assert table.max() > 3 * table.min()
    mean = mean_risk(education, now.base["education_share"], now.base["health_mean"], 0)[Sex.FEMALE, 70]
    quotient = -np.expm1(-now.base["hazard"][Sex.FEMALE, 70])
    assert table[0, 0] * mean / relative[0, 0] == pytest.approx(quotient, rel=1e-6)


def test_everybody_has_the_risk_of_his_diploma_and_his_health(place, monkeypatch):
    drawn = {}

    def keep(now, risk, people):
        persons = now.city.persons
        drawn.update(risk=risk.copy(), **{name: persons[name].copy() for name in ("age", "sex", "education", "health")})
        return np.zeros(risk.size, bool)

    monkeypatch.setattr(mortality, "_die", keep)
    place.live(1)
    alike = (drawn["age"] == 82) & (drawn["sex"] == Sex.FEMALE)
    education, health = relative_risks(place.demography._year(place.view, place.year, None))
    relative = education[Sex.FEMALE, 82][drawn["education"]] * health[drawn["health"]]
    ratio = (drawn["risk"] / relative)[alike]
    assert alike.sum() > 10
    assert np.unique(relative[alike]).size > 5
    np.testing.assert_allclose(ratio, ratio[0], rtol=1e-5)


def pairs(values, her, him):
    """Scores of her with each of them, in zones 0, 5 and 20 km away from hers."""
    distance = np.abs(np.subtract.outer([0.0, 5.0, 20.0], [0.0, 5.0, 20.0]))
    now = year_of(values, travel=SimpleNamespace(distance_km=distance))
    number = him["age"].size
    return unions._score(now, her, him, np.zeros(number, int), np.arange(number))


def men(education, zone):
    return {"age": np.full(len(zone), 32), "education": np.array(education), "zone": np.array(zone)}


HER = {"age": np.array([30]), "education": np.array([Education.LONG_TERTIARY]), "zone": np.array([0], np.int16)}


def test_singles_like_those_with_the_same_diploma(values):
    same, below, none = pairs(values, HER, men([Education.LONG_TERTIARY, Education.SHORT_TERTIARY, 0], [0, 0, 0]))
    assert same - below == same - none == pytest.approx(values.same_education_score)
    assert values.same_education_score >= 0.3


def test_singles_like_those_who_live_near(values):
    """Each kilometre costs the same."""
    score = pairs(values, HER, men([0, 0, 0], [0, 1, 2]))
    np.testing.assert_allclose(score[0] - score, values.pair_distance_score * np.array([0, 5, 20]))
    assert score[2] < score[1] < score[0]


LINKS = ("mother", "father", "household")


@pytest.mark.parametrize("known", [LINKS, *((link,) for link in LINKS)])
def test_kin_and_people_of_one_home_do_not_pair_off(values, known):
    """Told apart pair by pair, not only by who is known on the other side; nobody without a home or parents is kin."""
    lot = np.random.default_rng(6)
    rows = lot.permutation(60)
    links = {name: lot.integers(-1, 25 if name == "household" else 60, 60) for name in LINKS}
    links |= {name: np.full(60, -1) for name in LINKS if name not in known}
    her, him = ({name: link[some] for name, link in links.items()} | {"row": some} for some in (rows[:25], rows[25:]))
    who, whom = np.repeat(np.arange(25), 35), np.tile(np.arange(35), 25)
    now = Year(SimpleNamespace(persons=np.empty(60), households=np.empty(25)), 2025, None, values, {}, {})

    def parents(one, place):
        return {one["mother"][place], one["father"][place]} - {-1}

    expected = [
        pair
        for pair, (she, he) in enumerate(zip(who, whom, strict=True))
        if her["household"][she] == him["household"][he] >= 0
        or her["row"][she] in parents(him, he)
        or him["row"][he] in parents(her, she)
        or any(her[link][she] == him[link][he] >= 0 for link in ("mother", "father"))
    ]
    assert 9 < len(expected) < 400
    assert unions._kin(now, her, him, who, whom).tolist() == expected
    strangers = {name: np.full(4, -1) for name in links} | {"row": np.arange(4)}
    others = {name: np.full(4, -1) for name in links} | {"row": np.arange(4, 8)}
    assert unions._kin(now, strangers, others, np.arange(4), np.arange(4)).size == 0
