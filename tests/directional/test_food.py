"""Pull a lever or change the future, and food moves the right way: smallville, the same seed on both sides."""

import numpy as np
import pytest

YEARS = 8


def later(name, first, then):
    """Override that leaves the start as it is and is in force after three years."""
    return f"domains.food.{name}={{2025: {first}, 2028: {then}}}"


@pytest.mark.parametrize(
    ("override", "measure", "sign"),
    [
        (later("egrocery_offer", 0.0, 2.0), "egrocery_share", 1),
        (later("egrocery_offer", 0.0, 2.0), "food_outlets", -1),
        (later("egrocery_offer", 0.0, 2.0), "delivery_distance", 1),
        (later("short_chain_support", 0.0, 1.0), "short_chain_share", 1),
        (later("price_index", 1.0, 1.4), "insecurity_share", 1),
        (later("price_index", 1.0, 1.4), "meat_kg_per_person", -1),
        (later("price_index", 1.0, 1.4), "budget_share", 1),
        (later("meat_norm_shift", 0.0, 2.0), "meat_kg_per_person", -1),
        (later("meat_norm_shift", 0.0, 2.0), "food_co2_per_person", -1),
        ("domains.food.diet_peers=0.6", "meat_kg_per_person", -1),
        ("domains.food.insecurity_base=0.12", "insecurity_share", -1),
    ],
)
def test_food_answers(live, measured, override, measure, sign):
    plain, changed = live((), YEARS), live((override,), YEARS)
    assert sign * (measured(changed, "food", measure) - measured(plain, "food", measure)) > 0


def test_a_strong_norm_can_divide_meat_by_three(live, measured):
    strong = live(("domains.food.meat_norm_shift={2025: 0.0, 2026: 5.0}", "domains.food.diet_pace=0.2"), YEARS)
    assert measured(strong, "food", "meat_kg_per_person") < 86 * 0.6


def test_support_is_paid_by_the_commune(live):
    def cost(model):
        rows = [r for r in model.history if (r.domain, r.group) == ("costs", "food.short_chain_support")]
        return {row.year: row.value for row in rows}

    paid = cost(live((later("short_chain_support", 0.0, 1.0),), YEARS))
    assert paid[2025] == 0
    assert paid[2032] == pytest.approx(12 * live((later("short_chain_support", 0.0, 1.0),), YEARS).population, rel=0.02)


def test_without_e_grocery_taking_turnover_shops_stay(live, measured):
    offer = later("egrocery_offer", 0.0, 2.0)
    coupled, cut = live((offer,), YEARS), live((offer, "coupling.online_substitution=false"), YEARS)
    assert measured(coupled, "food", "food_outlets") < measured(cut, "food", "food_outlets")


@pytest.mark.parametrize("coupling", ["income", "telework_footfall"])
def test_every_feedback_can_be_cut(live, coupling):
    assert live((f"coupling.{coupling}=false",), 3).year == 2027


def test_without_the_income_feedback_budgets_do_not_grow(live, measured):
    cut = live(("coupling.income=false", "domains.work.productivity_growth=0.03"), YEARS)
    free = live(("domains.work.productivity_growth=0.03",), YEARS)
    assert measured(cut, "food", "spending_per_person") < measured(free, "food", "spending_per_person")


def test_a_change_of_food_leaves_births_and_deaths_alone(live):
    # Demography reads nothing of food: the same people are born and die, whatever they eat, while health is cut off.
    off = ("coupling.exposure_activity=false", "domain=[demography,training,work,housing,mobility,food]")
    plain, changed = live(off, 4), live((*off, later("meat_norm_shift", 0.0, 2.0)), 4)
    assert np.array_equal(plain.city.persons.key, changed.city.persons.key)
    assert np.array_equal(plain.city.persons["age"], changed.city.persons["age"])
