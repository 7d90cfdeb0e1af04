"""What people bring along: diplomas, health, unions, driving licences, diets and skills.

Each trait follows published or judged shares by age and sex (configs/reference); within a stratum people are ranked by
a keyed score shared in part with their household, so that partners resemble one another and shares come out exact.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from citysim.city.build.families import People
from citysim.city.build.raking import order_within, select
from citysim.city.codes import NONE, Diet, Education, Health, HouseholdType, Residence, Sex
from citysim.core.draws import Draws

Reference = Callable[[str], dict[str, np.ndarray]]
Columns = dict[str, np.ndarray]
LEVELS = ("low", "vocational", "baccalaureate", "short_tertiary", "long_tertiary")
INCOME_TILT = 1.1  # how much more diplomas a richer zone has: odds ratio of one level per log point of income


def step(table: Columns, column: str, age: np.ndarray) -> np.ndarray:
    """Value of the age group (`age_from`) that each age lies in."""
    return np.asarray(table[column])[np.searchsorted(table["age_from"], age, side="right") - 1]


def ranked_uniform(stratum: np.ndarray, score: np.ndarray, jitter: np.ndarray) -> np.ndarray:
    """Uniform number of each member of a stratum by rank of score, (rank + jitter) / n: exact shares, keyed order."""
    order = order_within(stratum, score)
    counts = np.bincount(stratum)
    first = np.cumsum(counts) - counts
    rank = np.empty(stratum.size)
    rank[order] = np.arange(stratum.size) - first[stratum[order]]
    return np.minimum((rank + jitter) / counts[stratum], 1.0 - 1e-9)


class Scores:
    """Keyed scores shared in part within a household."""

    def __init__(self, people: People, draws: Draws) -> None:
        self.draws = draws
        self.key = people.key
        homes = people.household_key.size
        away = people.household < 0
        # everybody in an institution counts as a home of one
        self._home_key = np.concatenate([people.household_key, people.key[away]])
        self._home = people.household.astype(np.int64)
        self._home[away] = homes + np.arange(int(away.sum()))

    def uniform(self, name: str) -> np.ndarray:
        """One keyed uniform for each person."""
        return self.draws.uniform(f"synthesis.{name}", self.key)

    def shared(self, name: str, part: float) -> np.ndarray:
        """Standard normal score whose correlation within a household is `part`."""
        own = self.draws.normal(f"synthesis.{name}", self.key)
        home = self.draws.normal(f"synthesis.{name}_home", self._home_key)[self._home]
        return np.sqrt(part) * home + np.sqrt(1.0 - part) * own


def educate(people: People, reference: Reference, living_standard: np.ndarray, scores: Scores) -> Columns:
    """Diplomas and enrolment; zones of higher income have more diplomas."""
    age, sex, zone = people.age.astype(int), people.sex, people.zone.astype(int)
    enrolment = reference("enrolment")
    share = np.interp(age, enrolment["age"], enrolment["share"])
    hall = people.residence == Residence.STUDENT_HALL
    closed = (people.residence == Residence.OTHER_INSTITUTION) | (people.residence == Residence.NURSING_HOME)
    grown = (age >= 15) & (age < 30)
    stratum = np.where(grown, age, 0)
    lot = ranked_uniform(stratum, -scores.shared("enrolment", 0.2), scores.uniform("enrolment_jitter"))
    enrolled = np.where(grown, (lot < share) & ~closed | hall, (age >= 3) & (age < 15))
    table = reference("education")
    chance = np.empty((age.size, len(LEVELS)))
    for code in Sex:
        mine = {name: column[table["sex"] == code] for name, column in table.items()}
        who = sex == code
        for place, level in enumerate(LEVELS):
            chance[who, place] = step(mine, level, np.maximum(age[who], 15))
    relative = np.log(living_standard / np.average(living_standard, weights=np.bincount(zone)))
    chance *= np.exp(INCOME_TILT * relative[zone][:, None] * (np.arange(5) - 2.0))
    chance /= chance.sum(axis=1, keepdims=True)
    band = np.searchsorted(np.unique(table["age_from"]), age, side="right")
    stratum = (zone * 10 + band) * 2 + sex
    lot = ranked_uniform(stratum, scores.shared("education", 0.35), scores.uniform("education_jitter"))
    level = (np.cumsum(chance, axis=1)[:, :-1] < lot[:, None]).sum(axis=1)
    at_school = np.select(
        [age < 18, age < 20, (age < 23) & (lot < 0.6), age < 23],
        [Education.LOW, Education.BACCALAUREATE, Education.BACCALAUREATE, Education.SHORT_TERTIARY],
        Education.LONG_TERTIARY,
    )
    level = np.where(enrolled, at_school, np.where(age < 15, Education.LOW, level))
    return {"education": level.astype(np.int8), "enrolled": enrolled}


def health_states(people: People, education: np.ndarray, reference: Reference, scores: Scores) -> Columns:
    """Health by age and diploma; dependency p(a) = 1 / (1 + exp(-(a - 90.1) / 6)) from 60 on (LIVIA, see model.md 8.1).

    GIR 1 to 4 follows the rates of allowance holders by age; other dependants of 60 and more are GIR 5.
    """
    age = people.age.astype(float)
    table = reference("health_states")
    gradient = np.array([1.25, 1.05, 1.0, 0.85, 0.75])[education]
    curve = 1.0 / (1.0 + np.exp(-(age + 0.5 - 90.1) / 6.0))
    dependent = np.where(age >= 60, curve, np.interp(age, [0, 20, 60], [0.002, 0.003, 0.010]))
    nursing = people.residence == Residence.NURSING_HOME
    group = (people.age // 5).astype(int)
    counts = np.round(np.bincount(group, weights=dependent)).astype(np.int64)
    odds = dependent / np.maximum(1 - dependent, 1e-9) * gradient**1.6 * np.where(nursing, 1e6, 1.0)
    frail = scores.uniform("health")
    is_dependent = select(group, counts, odds, age + frail)
    rest = 1.0 - dependent
    limited = np.minimum(step(table, "limited", age) * gradient**1.3, 0.9) * rest
    chronic = np.minimum(step(table, "chronic", age) * gradient**0.7, 0.9) * rest
    lot = ranked_uniform(group * 5 + education, scores.shared("illness", 0.1), scores.uniform("illness_jitter")) * rest
    state = np.select([lot < limited, lot < limited + chronic], [Health.LIMITED, Health.CHRONIC], Health.GOOD)
    state = np.where(is_dependent, Health.DEPENDENT, state)
    return {"health": state.astype(np.int8), "gir": _gir(people, is_dependent, reference("apa_rates"), scores)}


def _gir(people: People, dependent: np.ndarray, table: Columns, scores: Scores) -> np.ndarray:
    age = people.age.astype(int)
    old = age >= 60
    band = np.where(old, np.searchsorted(table["age_from"], age, side="right"), 0)
    rate = np.where(old, step(table, "rate_pct", np.maximum(age, 60)) / 100.0, 0.0)
    nursing = people.residence == Residence.NURSING_HOME
    counts = np.round(np.bincount(band, weights=rate)).astype(np.int64)
    odds = np.where(old & dependent, np.exp((age - 60) / 9.0) * np.where(nursing, 30.0, 1.0), 0.0)
    heavy = select(band, counts, odds, age + scores.uniform("gir"))
    lot = np.clip(scores.uniform("gir_level") - 0.25 * nursing, 0.0, 1.0)
    level = 1 + np.searchsorted([0.05, 0.28, 0.50], lot)
    return np.where(heavy, level, np.where(old & dependent, 5, 0)).astype(np.int8)


def unions(people: People, start_year: int, scores: Scores) -> Columns:
    """Year the couple began, marriage, and children ever born to women.

    The union began at least one year before the eldest child of both was born; marriage is likelier for long unions
    and older couples (judgement).
    """
    now = start_year - 1
    rows = np.arange(people.key.size)
    coupled = people.partner >= 0
    first = np.where(coupled, np.minimum(rows, people.partner), rows)
    pair_key = people.key[first]
    pairs, place = np.unique(pair_key, return_inverse=True)
    lot = scores.draws.uniform("synthesis.union", pairs)[place]
    ring = scores.draws.uniform("synthesis.married", pairs)[place]
    younger = np.where(coupled, np.minimum(people.age, people.age[people.partner]), 0).astype(float)
    eldest = np.full(rows.size, -1.0)
    for link in (people.mother, people.father):
        child = np.flatnonzero(link >= 0)
        np.maximum.at(eldest, link[child], people.age[child])
    eldest = np.maximum(eldest, np.where(coupled, eldest[people.partner], -1))
    longest = np.maximum(younger - 18.0, 0.0)
    duration = np.floor(longest * lot**0.55)
    duration = np.minimum(np.maximum(duration, eldest + 1.0 + np.floor(3 * lot)), np.maximum(longest, eldest + 1))
    chance = np.clip(0.12 + 0.022 * duration + 0.006 * (younger - 30.0), 0.05, 0.93)
    woman = people.sex == Sex.FEMALE
    at_home = np.bincount(people.mother[people.mother >= 0], minlength=rows.size)
    completed = np.searchsorted([0.145, 0.335, 0.71, 0.90, 0.965, 0.99], scores.uniform("children_born"))
    gone = np.clip((people.age - 38.0) / 14.0, 0.0, 1.0) > scores.uniform("children_gone")
    born = np.where(woman & (people.age >= 15), np.where(gone, np.maximum(completed, at_home), at_home), 0)
    return {
        "union_year": np.where(coupled, now - duration, 0).astype(np.int16),
        "married": coupled & (ring < chance),
        "children_born": born.astype(np.int8),
    }


def habits(people: People, education: np.ndarray, reference: Reference, shares: dict, scores: Scores) -> Columns:
    """Driving licence, a regular doctor, and diet."""
    age = people.age.astype(int)
    table = reference("licences")
    chance = np.where(
        people.sex == Sex.MALE, step(table, "male", np.maximum(age, 18)), step(table, "female", np.maximum(age, 18))
    )
    chance = chance * np.array([0.93, 1.0, 1.02, 1.04, 1.04])[education]
    lot = ranked_uniform(age, scores.shared("licence", 0.2), scores.uniform("licence_jitter"))
    licence = (age >= 18) & (lot < chance) & (people.residence != Residence.NURSING_HOME)
    alone = scores.uniform("gp_registered")
    without = shares["gp_unregistered_share"] * np.interp(age, [17, 30, 60, 80], [1.2, 1.35, 0.8, 0.45])
    mix = reference("diets")
    share = np.array([float(mix[name][0]) for name in ("high_meat", "medium", "flexitarian", "plant")])
    # less meat: women, higher diplomas, younger adults (model.md 9.3); children eat like their household
    lean = scores.shared("diet", 0.45) + 0.35 * (people.sex == Sex.FEMALE) + 0.18 * education
    lean -= 0.008 * np.abs(age - 28.0) * (age >= 18)
    lot = ranked_uniform(np.zeros(age.size, int), lean, scores.uniform("diet_jitter"))
    return {
        "licence": licence,
        "gp_registered": (age < 17) | (alone >= without),
        "diet": np.minimum(np.searchsorted(np.cumsum(share), lot, side="right"), Diet.PLANT).astype(np.int8),
    }


def skills(people: People, education: np.ndarray, reference: Reference, shares: dict, scores: Scores) -> Columns:
    """Manual, cognitive and digital skill in [0, 1]; digital under 0.35 is illectronism, by age and diploma."""
    age = people.age.astype(float)
    adult = age >= 15
    table = reference("illectronism")
    rate = np.where(adult, step(table, "share", np.maximum(age, 15)), 0.0)
    slope = np.array([2.6, 1.25, 0.75, 0.5, 0.3])[education]
    band = np.searchsorted(table["age_from"], age, side="right")
    counts = np.bincount(band, weights=rate)
    counts = np.round(counts * min(1.0, shares["illectronism_share"] * adult.sum() / counts.sum())).astype(np.int64)
    odds = np.where(adult, rate / (1 - rate) * slope, 0.0)
    lost = select(band, counts, odds, age + scores.uniform("illectronism"))
    level = scores.uniform("skill_digital")
    higher = 0.36 + 0.60 * level ** np.clip(0.65 + 0.012 * (age - 30.0) - 0.08 * (education - 2.0), 0.35, 2.2)
    digital = np.where(lost, 0.05 + 0.29 * level, higher)
    cognitive = np.array([0.34, 0.42, 0.52, 0.62, 0.74])[education] + 0.11 * scores.shared("skill_cognitive", 0.2)
    manual = np.array([0.52, 0.62, 0.50, 0.44, 0.38])[education] + 0.13 * scores.shared("skill_manual", 0.1)
    cognitive -= 0.004 * np.maximum(age - 55.0, 0.0)
    manual -= 0.006 * np.maximum(age - 60.0, 0.0)
    young = np.clip(age / 18.0, 0.05, 1.0)
    return {
        "skill_manual": np.clip(manual * young, 0.02, 0.98).astype(np.float32),
        "skill_cognitive": np.clip(cognitive * young, 0.02, 0.98).astype(np.float32),
        "skill_digital": np.clip(digital * np.where(adult, 1.0, young), 0.02, 0.98).astype(np.float32),
    }


def household_facts(people: People) -> Columns:
    """Size, minors and consumption units (1, then 0.5 for each from 14 years on, 0.3 for each younger) by household."""
    inside = people.household >= 0
    home, age = people.household[inside], people.age[inside]
    size = np.bincount(home)
    small = np.bincount(home, weights=age < 14)
    units = 1.0 + 0.5 * (size - 1 - small) + 0.3 * small
    assert (people.reference_person > NONE).all()
    return {
        "size": size.astype(np.int8),
        "children": np.bincount(home, weights=age < 18).astype(np.int8),
        "consumption_units": units.astype(np.float32),
        "type": people.household_type,
        "with_children": np.isin(people.household_type, (HouseholdType.COUPLE_CHILDREN, HouseholdType.SINGLE_PARENT)),
    }
