"""Food: budgets, channels, diets and shops, and the facts F1 to F4 that they allow."""

from __future__ import annotations

import numpy as np
import pytest

from citysim.city.codes import Diet, FoodChannel
from citysim.config import compose
from citysim.core.choice import shares_of
from citysim.core.draws import Draws, mix_keys
from citysim.domains.food import Food
from citysim.domains.food.budget import (
    consumption,
    engel_level,
    engel_share,
    insecurity_score,
    level_for_mean,
    logistic,
)
from citysim.domains.food.channels import constants_for, shop_minutes, utilities
from citysim.domains.food.diet import change, equilibrium, levels_for, meal_footprints, rates, taste
from citysim.domains.food.supply import follow_turnover, huff_turnover

KEYS = mix_keys("test", np.arange(20000))


@pytest.fixture(scope="module")
def values():
    return compose("city=smallville", "technology=[]").parameters({"food": Food.params})["food"].at(2025)


@pytest.fixture(scope="module")
def lot():
    draws = Draws(1, 2025)
    return lambda name: draws.uniform(name, KEYS)


def test_engel_curve_meets_the_published_quintiles(values):
    # Living standards of France 2021 by quintile (means of D1, D2-D4, ...), relative to the median.
    relative = np.array([0.53, 0.79, 1.0, 1.26, 2.05])
    spent = consumption(relative * 23160, relative, values.spending_share, values.spending_slope)
    level = engel_level(spent / spent.mean(), spent, values.budget_share, values.engel_slope)
    share = engel_share(spent / spent.mean(), level, values.engel_slope)
    assert float(share @ spent / spent.sum()) == pytest.approx(0.161)
    assert share[0] == pytest.approx(0.18, abs=0.01)
    assert share[4] == pytest.approx(0.14, abs=0.012)
    elasticity = 1 + values.engel_slope / share[2]
    assert elasticity == pytest.approx(0.83, abs=0.02)


def test_constants_meet_the_shares_of_spending(values, lot):
    utility = lot("test.utility")[:, None] * np.array([0.0, 0.5, -0.3, 1.0, 0.2, 0.0])
    utility[lot("test.aid") < 0.9, FoodChannel.AID] = -np.inf
    spending = 1000 + 4000 * lot("test.spending")
    constants = constants_for(utility, spending, values.channel_share)
    reached = spending @ shares_of(utility + constants)[0] / spending.sum()
    np.testing.assert_allclose(reached, values.channel_share / values.channel_share.sum(), atol=1e-3)


def base_utilities(values, **changed):
    given = {
        "place": np.zeros(1, int),
        "access": np.array([[5.0, 3.0]]),
        "quintile": np.array([2]),
        "digital": np.array([0.5]),
        "children": np.array([False]),
        "car": np.array([True]),
        "insecure": np.array([False]),
        "values": values,
        "short_chain": 0.0,
        "egrocery": 0.0,
    }
    return utilities(**(given | changed))[0]


def test_channels_answer_to_who_shops(values):
    plain = base_utilities(values)
    assert base_utilities(values, children=np.array([True]))[FoodChannel.EGROCERY] > plain[FoodChannel.EGROCERY]
    assert base_utilities(values, digital=np.array([1.0]))[FoodChannel.EGROCERY] > plain[FoodChannel.EGROCERY]
    rich, poor = (base_utilities(values, quintile=np.array([q])) for q in (4, 0))
    assert rich[FoodChannel.SHORT_CHAIN] > plain[FoodChannel.SHORT_CHAIN] > poor[FoodChannel.SHORT_CHAIN]
    assert poor[FoodChannel.DISCOUNT] > rich[FoodChannel.DISCOUNT]
    far = base_utilities(values, access=np.array([[25.0, 3.0]]))
    assert far[FoodChannel.LARGE_STORE] == pytest.approx(plain[FoodChannel.LARGE_STORE] - 1.0)
    assert plain[FoodChannel.AID] == -np.inf
    assert base_utilities(values, insecure=np.array([True]))[FoodChannel.AID] > -np.inf


def test_more_shops_are_nearer():
    minutes = np.array([[[5.0, 20.0], [20.0, 5.0]], [[4.0, 8.0], [8.0, 4.0]]])
    few, many = (shop_minutes(minutes, np.array(n), 0.12) for n in ([1.0, 1.0], [3.0, 1.0]))
    assert np.all(many < few)


def test_diets_start_at_the_published_shares_and_stay_there(values, lot):
    # 30 years of transitions around the equilibrium of heterogeneous people leave the whole where it was.
    female, age = (lot("test.sex") < 0.5).astype(int), (100 * lot("test.age")).astype(int)
    tastes = taste(female, age, (5 * lot("test.education")).astype(int), values)
    level = levels_for(tastes, values.diet_share)
    shares = equilibrium(tastes, level)
    np.testing.assert_allclose(shares.mean(axis=0), values.diet_share, atol=2e-3)
    diet = (lot("test.start")[:, None] >= np.cumsum(shares[:, :-1], axis=1)).sum(axis=1).astype(np.int8)
    less, more = None, None
    for year in range(2025, 2055):
        less, more = rates(diet, tastes, level, values.diet_pace)
        diet = change(diet, Draws(1, year).uniform("test.diet", KEYS), less, more)
    # Yearly steps of a process in continuous time distort the flows of small classes a little.
    np.testing.assert_allclose(np.bincount(diet, minlength=4) / diet.size, values.diet_share, atol=0.012)


def test_a_norm_shift_moves_people_one_step_at_a_time(values, lot):
    level = np.asarray(values.diet_share)
    diet = np.full(KEYS.size, Diet.HIGH_MEAT, np.int8)
    less, more = rates(diet, np.full(KEYS.size, 3.0), level, values.diet_pace)
    after = change(diet, lot("test.norm"), less, more)
    assert set(after) == {Diet.HIGH_MEAT, Diet.MEDIUM}
    assert np.mean(after == Diet.MEDIUM) > 0.3


def test_women_and_graduates_eat_less_meat(values):
    people = taste(np.array([0, 1, 0]), np.array([45, 45, 45]), np.array([2, 2, 4]), values)
    assert people[1] > people[0]
    assert people[2] > people[0]


def test_meals_have_the_published_footprints(values):
    without, added = meal_footprints(values)
    whole = without + added
    assert np.all(np.diff(whole) < 0)
    assert float(whole @ values.diet_share) == pytest.approx(2.2, abs=0.15)  # usual week of Nos Gestes Climat: 2.26
    assert whole[Diet.PLANT] < 1.0


def test_insecurity_meets_its_level_and_knows_the_poor(values, lot):
    n = KEYS.size
    poor, zero = lot("test.poor") < 0.17, np.zeros(n)
    score = insecurity_score(poor, zero, zero, zero, np.full(n, 50), zero, values)
    chance = logistic(level_for_mean(score, 0.16) + score)
    assert chance.mean() == pytest.approx(0.16, abs=1e-4)
    assert chance[poor].mean() / chance[~poor].mean() > 3


def test_shops_at_rest_stay_and_lost_turnover_closes_some():
    minutes = np.ones((2, 3, 3)) * 10 - 5 * np.eye(3)
    spending = np.array([[100.0, 200.0, 300.0], [50.0, 60.0, 70.0]])
    outlets = np.array([2.0, 3.0, 0.0])
    turnover = huff_turnover(spending, minutes, outlets, 0.12)
    assert turnover.sum() == pytest.approx(spending.sum())
    assert turnover[2] == 0.0
    usual = turnover / np.maximum(outlets, 1e-9)
    np.testing.assert_allclose(follow_turnover(outlets, turnover, usual, 1.0, 0.15), outlets)
    assert np.all(follow_turnover(outlets, 0.8 * turnover, usual, 1.0, 0.15)[:2] < outlets[:2])


# Facts on smallville (about 2,300 households).
def groups(model, measure, group_by, year=None):
    wanted = model.year if year is None else year
    return {
        row.group: row.value
        for row in model.history
        if (row.domain, row.measure, row.group_by, row.year) == ("food", measure, group_by, wanted)
    }


def test_budget_share_falls_with_income_in_all_years(live):
    # Fact F1.
    model = live((), 6)
    for year in range(2025, 2031):
        share = groups(model, "budget_share", "income_quintile", year)
        ordered = [share[str(q)] for q in range(1, 6)]
        assert np.all(np.diff(ordered) < 0)
        assert ordered[0] == pytest.approx(0.18, abs=0.015)
        assert ordered[4] == pytest.approx(0.145, abs=0.015)


def test_meat_by_age_sex_and_schooling(live):
    # Fact F2: women eat at least 8 % less than men, graduates less than the least schooled.
    model = live((), 6)
    by_sex, by_level = groups(model, "meat_kg_per_person", "sex"), groups(model, "meat_kg_per_person", "education")
    assert by_sex["female"] < 0.92 * by_sex["male"]
    assert by_level["long_tertiary"] < by_level["vocational"] - 5


def test_families_order_on_line_more_often(live):
    # Fact F3; numeric band: families at least 10 % above couples without children, over three years of choices.
    model = live((), 6)
    years = [groups(model, "egrocery_share", "type", year) for year in (2026, 2028, 2030)]
    families = np.mean([share["couple_children"] for share in years])
    couples = np.mean([share["couple"] for share in years])
    assert families > 1.1 * couples


def test_hunger_gradient_between_quintiles(live):
    # Fact F4: at least 4 to 1 between the first and the fifth quintile.
    model = live((), 6)
    years = [groups(model, "insecurity_share", "income_quintile", year) for year in range(2025, 2031)]
    assert np.mean([share["1"] for share in years]) > 4 * np.mean([share["5"] for share in years])


def test_the_start_is_at_rest(live, measured):
    # The sampling error of a share of 16 % of 2,300 households is 0.8 points.
    model = live((), 6)
    expected = (
        ("insecurity_share", 0.16, 0.03, 0.045),
        ("short_chain_share", 0.085, 0.02, 0.035),
        ("egrocery_share", 0.095, 0.02, 0.035),
        ("meat_kg_per_person", 85.5, 1.5, 3.0),
        ("budget_share", 0.161, 0.003, 0.003),
        ("food_co2_per_person", 2393.0, 15.0, 35.0),
    )
    for measure, level, near, drift in expected:
        numbers = [measured(model, "food", measure, year) for year in range(2025, 2031)]
        assert abs(numbers[0] - level) < near, measure
        assert max(numbers) - min(numbers) < drift, measure


def test_channels_and_diets_add_up(live):
    model = live((), 6)
    assert sum(groups(model, "channel_shares", "channel").values()) == pytest.approx(1.0)
    assert sum(groups(model, "diet_shares", "diet").values()) == pytest.approx(1.0)


def test_columns_make_sense(live):
    city = live((), 6).city
    households = city.households
    assert np.all(households["food_budget"] > 0)
    assert np.all((households["food_desert"] >= 0) & (households["food_desert"] <= 1))
    assert np.all(households["food_desert"][households["cars"] > 0] == 0)
    aided = households["food_channel"] == FoodChannel.AID
    assert np.all(households["food_insecure"][aided])
    reference = households["reference_person"]
    persons = city.persons
    child = np.flatnonzero((persons["age"] < 15) & (persons["household"] >= 0))
    assert np.array_equal(persons["diet"][child], persons["diet"][reference[persons["household"][child]]])
