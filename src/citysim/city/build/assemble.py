"""The columns of persons and households, joined from the steps of the synthesis.

Columns that another domain fills when the model starts (modes of travel, food, energy) begin empty.
"""

from __future__ import annotations

import numpy as np

from citysim.city.build.families import People
from citysim.city.build.traits import Columns, Scores
from citysim.city.codes import NONE, Labour


def persons_table(
    people: People, traits: Columns, labour: np.ndarray, work: Columns, money: Columns, exposure: np.ndarray,
    start_year: int, scores: Scores,
) -> Columns:  # fmt: skip
    """Columns of persons."""
    size = people.key.size
    lot = scores.uniform("labour_since")
    tenure = np.floor(np.log(lot) / np.log(1 - np.where(labour == Labour.UNEMPLOYED, 0.45, 0.11)))
    begun = start_year - 1 - np.minimum(tenure, np.maximum(people.age - 17, 0))
    inside = people.household >= 0
    return {
        "key": people.key, "household": people.household, "partner": people.partner, "mother": people.mother,
        "father": people.father, "sex": people.sex, "age": people.age,
        "birth_year": (start_year - 1 - people.age.astype(np.int16)).astype(np.int16),
        "union_year": traits["union_year"], "married": traits["married"], "children_born": traits["children_born"],
        "custody": people.custody, "residence": people.residence,
        "institution_zone": np.where(inside, NONE, people.zone).astype(np.int16),
        "origin": np.full(size, NONE, np.int32), "arrival_year": np.zeros(size, np.int16),
        "education": traits["education"], "enrolled": traits["enrolled"], "skill_manual": traits["skill_manual"],
        "skill_cognitive": traits["skill_cognitive"], "skill_digital": traits["skill_digital"],
        "trained": np.zeros(size, bool), "labour": labour, "job": work["job"], "sector": work["sector"],
        "occupation": work["occupation"], "wage": money["wage"], "labour_since": begun.astype(np.int16),
        "pension": money["pension"], "income_own": money["income_own"], "workplace": work["workplace"],
        "telework_eligible": work["telework_eligible"], "licence": traits["licence"],
        "commute_mode": np.full(size, NONE, np.int8), "commute_minutes": np.zeros(size, np.float32),
        "telework_days": np.zeros(size, np.float32), "health": traits["health"], "gir": traits["gir"],
        "exposure": exposure.astype(np.float32), "gp_registered": traits["gp_registered"],
        "unmet_care": np.zeros(size, bool), "diet": traits["diet"], "technologies": np.zeros(size, np.uint64),
    }  # fmt: skip


def households_table(people: People, facts: Columns, homes: Columns, money: Columns, cars: Columns) -> Columns:
    """Columns of households."""
    size = people.household_key.size
    zero = np.zeros(size, np.float32)
    return {
        "key": people.household_key, "reference_person": people.reference_person, "size": facts["size"],
        "children": facts["children"], "consumption_units": facts["consumption_units"], "type": facts["type"],
        "origin": np.full(size, NONE, np.int32), **homes, "income": money["income"], "wealth": money["wealth"], **cars,
        "food_budget": zero, "food_channel": np.zeros(size, np.int8), "food_insecure": np.zeros(size, bool),
        "energy_cost": zero.copy(), "home_energy": zero.copy(), "technologies": np.zeros(size, np.uint64),
    }  # fmt: skip
