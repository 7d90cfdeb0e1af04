"""Training: levels that put the base year at rest, and the stylised facts T1 to T4 on a lived smallville."""

from __future__ import annotations

import numpy as np
import pytest

from citysim.city.codes import Labour
from citysim.domains.training import adult, schooling, skills

YEARS = 6


@pytest.fixture(scope="module")
def town(live):
    return live((), YEARS)


def column(model, name):
    return model.city.tables["persons"].column(name)


def rate_where(model, condition):
    age = column(model, "age")
    counted = (age >= 18) & (age <= 69) & ~column(model, "enrolled") & condition
    return column(model, "trained")[counted].mean()


def test_solved_rates_reproduce_published_margins():
    people = np.arange(1.0, 28.0).reshape(3, 3, 3)
    rates = adult.solve_rates(people, (0.57, 0.43, 0.21), (0.30, 0.60), (0.55, 0.25))
    by_status = (rates * people).sum(axis=(1, 2)) / people.sum(axis=(1, 2))
    np.testing.assert_allclose(by_status, (0.57, 0.43, 0.21), atol=0.02)


def test_level_reproduces_the_share():
    offset = np.linspace(-2.0, 2.0, 101)
    level = schooling.level_for(0.8, offset)
    assert schooling.sigmoid(level + offset).mean() == pytest.approx(0.8, abs=1e-6)


def test_skills_start_at_rest():
    skill = np.linspace(0.3, 0.9, 50)
    gain = np.full(50, 0.005)
    practice = skills.practice_at_rest(skill, 0.04, gain)
    np.testing.assert_allclose(skills.next_skill(skill, 0.04, practice, gain), skill, atol=1e-12)
    at_the_top = skills.practice_at_rest(0.999, 0.04, 0.005)
    assert 0.9 < skills.next_skill(0.1, 0.04, at_the_top, 0.005) <= 1.0  # a skill lost for once comes back, no higher
    one = skills.mean_practice(skill, np.full(50, 0.01), gain)
    assert skills.next_skill(skill, 0.01, one, gain).mean() == pytest.approx(skill.mean())


def test_rates_stay_near_the_published_ones(town, measured):
    # T1 Matthew effect, bands of 5 points (wider for the few unemployed of a small town)
    labour, education, age = column(town, "labour"), column(town, "education"), column(town, "age")
    assert measured(town, "training", "adult_training_rate") == pytest.approx(0.47, abs=0.05)
    assert rate_where(town, labour == Labour.EMPLOYED) == pytest.approx(0.57, abs=0.05)
    assert rate_where(town, labour == Labour.UNEMPLOYED) == pytest.approx(0.43, abs=0.12)
    assert rate_where(town, education >= 3) - rate_where(town, education <= 1) == pytest.approx(0.45, abs=0.08)
    # T4 decline with age
    assert rate_where(town, age >= 65) < rate_where(town, (age >= 45) & (age < 65)) < rate_where(town, age < 45)


def test_digital_illiteracy_starts_near_a_sixth_and_falls_slowly(town, measured):
    # T3: 15 to 17 % of adults (Insee 2019, 2021); new generations bring it down by about half a point a year at most
    first = measured(town, "training", "low_digital_skill_share", 2025)
    assert first == pytest.approx(0.155, abs=0.02)
    yearly = (measured(town, "training", "low_digital_skill_share") - first) / (YEARS - 1)
    assert -0.008 < yearly < 0.003


def test_nothing_jumps_in_the_first_years(town, measured):
    for measure, step in (("adult_training_rate", 0.03), ("mean_digital_skill", 0.01), ("tertiary_share_25_64", 0.02)):
        values = [measured(town, "training", measure, year) for year in range(2025, 2025 + YEARS)]
        assert np.abs(np.diff(values)).max() < step, measure


def test_school_leavers(town, measured):
    assert 0.03 < measured(town, "training", "early_leaver_share") < 0.13  # 7 to 8 % drop out
    age, enrolled = column(town, "age"), column(town, "enrolled")
    assert enrolled[(age >= 3) & (age <= 15)].all()
    assert not enrolled[age > 31].any()
    assert (column(town, "education")[age < 15] == 0).all()


def test_lock_in_then_gain(town):
    # T2: in the year of a long course seekers are less often hired than other seekers of the same kind
    from citysim.core.draws import Draws
    from citysim.domains.work.matching import Matching

    work = town.domains["work"]
    persons = town.city.tables["persons"]
    p = work.at(town.year)
    rows = np.flatnonzero(persons.column("labour") == Labour.UNEMPLOYED)
    matching: Matching = work._market.matching
    segment = np.zeros(rows.size, dtype=np.int64)
    saved = persons.column("retraining_year")[rows].copy(), persons.column("retraining")[rows].copy()
    scores = []
    for year, sector in ((0, -1), (town.year, 11), (town.year - 2, 11)):
        persons.column("retraining_year")[rows] = year
        persons.column("retraining")[rows] = sector
        ones, none = np.ones(rows.size), np.zeros(rows.size, bool)
        draws = Draws(1, 3000)
        scores.append(matching.ranking(town.city, p, draws, town.year, rows, segment, ones, none).mean())
    persons.column("retraining_year")[rows], persons.column("retraining")[rows] = saved
    without, during, after = scores
    assert during < without < after


def test_skills_stay_in_bounds(town):
    for name in skills.SKILLS:
        skill = column(town, name)
        assert (skill >= 0.0).all()
        assert (skill <= 1.0).all()
