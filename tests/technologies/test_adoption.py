"""Who uses a technology, asked over each table, on a city small enough to count by hand."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from citysim.core.technology import Effect, Influences, Technology, bit_of, parents_first
from citysim.technologies import load_technologies
from citysim.technologies.adoption import adopted


def entry(name, adopter, **more):
    figures = {
        "start_share": 0.1,
        "ceiling": 0.5,
        "innovation": 0.01,
        "imitation": 0.3,
        "cost": 100.0,
        "learning_rate": 0.1,
    }
    return Technology(
        name=name,
        identifier=name,
        domain="housing",
        adopter=adopter,
        title_en=name,
        title_fr=name,
        available=2020,
        cost_unit="EUR",
        **{**figures, **more},
    )


CATALOGUE = (
    entry("solar", "household", home_bound=True),
    entry("bike", "person"),
    entry("shared_car", "household"),
    entry("robot", "business"),
    entry("lights", "city"),
    entry("car", "turnover", measured={"table": "vehicles", "column": "electric", "equals": True}),
)


class Table(dict):
    @property
    def size(self):
        return len(next(iter(self.values())))


@pytest.fixture
def city():
    tables = {
        "persons": Table(household=np.array([0, 0, 1, -1]), job=np.array([0, -1, 1, -1]),
                         technologies=np.array([1, 0, 0, 1], np.uint64)),
        "households": Table(dwelling=np.array([2, 0]), zone=np.array([0, 1]),
                            technologies=np.array([3, 0], np.uint64)),
        "dwellings": Table(technologies=np.array([0, 1, 1], np.uint64)),
        "businesses": Table(technologies=np.array([0, 1], np.uint64), zone=np.array([0, 1])),
        "jobs": Table(business=np.array([0, 1, 1]), holder=np.array([0, 2, -1])),
        "vehicles": Table(household=np.array([1, 0, -1])),
        "zones": Table(code=np.array([0, 1])),
        "technologies": Table(share=np.array([0.5, 0.5, 0.5, 0.5, 0.25, 0.1]), cost=np.array([1, 1, 1, 1, 1, 80.0])),
    }  # fmt: skip
    seen = SimpleNamespace(**tables, table=tables.__getitem__, person_zone=lambda: np.array([0, 0, 1, 1]))
    return seen


def ask(city, name, over):
    position = next(row for row, one in enumerate(CATALOGUE) if one.name == name)
    return np.asarray(adopted(city, CATALOGUE, position, over)).tolist()


def test_people_share_what_their_household_has(city):
    assert ask(city, "solar", "persons") == [True, True, False, False]
    assert ask(city, "shared_car", "persons") == [True, True, False, False]


def test_what_is_fixed_is_asked_of_the_home_and_the_rest_of_its_occupants(city):
    assert ask(city, "solar", "dwellings") == [False, True, True]
    assert ask(city, "shared_car", "dwellings") == [False, False, True]


def test_a_household_has_what_any_member_has(city):
    assert ask(city, "bike", "households") == [True, False]


def test_jobs_and_workers_have_what_their_business_has(city):
    assert ask(city, "robot", "jobs") == [False, True, True]
    assert ask(city, "robot", "persons") == [False, False, True, False]
    assert ask(city, "bike", "jobs") == [True, False, False]


def test_vehicles_have_what_their_household_has(city):
    assert ask(city, "shared_car", "vehicles") == [False, True, False]


def test_shares_by_zone(city):
    assert ask(city, "bike", "zones") == [0.5, 0.5]


def test_cities_and_questions_without_table_get_shares(city):
    assert ask(city, "lights", "persons") == 0.25
    assert ask(city, "bike", None) == 0.5


def test_stocks_that_turn_over_act_by_the_fall_of_their_price(city):
    assert ask(city, "car", "households") == pytest.approx(0.2)


def test_no_rule_no_answer(city):
    with pytest.raises(ValueError, match="cannot be told over households"):
        ask(city, "robot", "households")


def test_effects_multiply_before_they_add_and_count_from_the_base_year():
    uses = {0: 0.2, 1: 0.5}
    catalogue = (
        entry("a", "city", effects=(Effect("x.y", "add", 2.0, 1.0, 3.0),)),
        entry("b", "city", effects=(Effect("x.y", "multiply", -0.5, -0.6, 0.0),)),
        entry("c", "city", effects=(Effect("x.z", "add", 4.0, 1.0, 5.0, anchored=False),)),
    )
    influences = Influences(catalogue, lambda position, over: uses.get(position, 0.5))
    assert influences.apply("x.y", 10.0) == pytest.approx(10.0 * 0.75 + 0.4)
    influences.anchor(())
    assert influences.apply("x.y", 10.0) == pytest.approx(10.0)
    assert influences.apply("x.z", 0.0) == pytest.approx(2.0)
    uses[1] = 1.0
    assert influences.apply("x.y", 10.0) == pytest.approx(10.0 * 0.5 / 0.75)
    assert influences.apply("x.other", 3.0) == 3.0


def test_bits_count_within_a_kind():
    assert [bit_of(CATALOGUE, row) for row in range(len(CATALOGUE))] == [0, 0, 1, 0, 0, 0]


def test_circles_of_prerequisites_are_refused():
    with pytest.raises(ValueError, match="prerequisite of itself"):
        parents_first((entry("a", "city", prerequisites=("b",)), entry("b", "city", prerequisites=("a",))))
    with pytest.raises(ValueError, match="not in the catalogue"):
        parents_first((entry("a", "city", prerequisites=("nowhere",)),))


@pytest.mark.parametrize(
    "wrong", [{"ceiling": 0.05}, {"ceiling": 1.2}, {"learning_rate": 1.0}, {"innovation": -0.1}, {"adopter": "cat"}]
)
def test_senseless_figures_are_refused(wrong):
    with pytest.raises(ValueError):
        entry("a", **{"adopter": "city", **wrong})


def test_files_may_give_figures_with_evidence_or_bare_numbers():
    said = {
        "identifier": "z", "domain": "food", "adopter": "city", "title_en": "Z", "title_fr": "Z", "available": 2020,
        "start_share": {"value": 0.1, "range": [0.05, 0.2], "source": "judgement"}, "ceiling": 0.4, "innovation": 0.01,
        "imitation": 0.3, "cost": 5, "cost_unit": "EUR/person", "learning_rate": 0.1, "prerequisites": ["left_out"],
        "effects": [{"quantity": "food.meat", "operation": "multiply", "value": -0.1, "low": -0.2, "high": 0.0}],
    }  # fmt: skip
    (one,) = load_technologies({"z": said})
    assert (one.start_share, one.ceiling) == (0.1, 0.4)
    assert one.ranges == {"start_share": (0.05, 0.2)}
    assert one.prerequisites == ()
    assert one.effects[0].value == -0.1
