"""How many people of each age and sex live in which place of a household, zone by zone.

A seed table of P(position | age, sex) (configs/reference/household_positions.csv, judgement composition rules: who is
a child, a partner, a lone parent at which age) is raked to age x sex and to the number of people that the published
household types need; institutions are set aside before. Every later household is put together from these people.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from citysim.city.build.marginals import BAND_FROM, Marginals
from citysim.city.build.raking import integerise, whole
from citysim.city.codes import HouseholdType, Residence, Sex

AGES = 105


class Position(IntEnum):
    """Place of a person in a household."""

    CHILD_OF_COUPLE = 0
    CHILD_OF_SINGLE = 1
    SINGLE = 2
    COUPLE = 3
    COUPLE_CHILDREN = 4
    SINGLE_PARENT = 5
    OTHER = 6


PLACES = len(Position)


@dataclass
class PositionCounts:
    """Whole numbers by internal zone."""

    population: np.ndarray  # [zone]
    households: np.ndarray  # [zone, 5 types]
    people: np.ndarray  # [zone, position, sex, age] in households
    institutions: np.ndarray  # [zone, kind 1..3, sex, age]


def count_positions(marginals: Marginals, reference, shares: dict[str, float]) -> PositionCounts:
    """Rake and round people by zone, position, sex and age."""
    by_age = age_sex(marginals, reference("age_structure"))
    population = whole(by_age.sum(axis=(1, 2)), marginals.commune)
    institutions = _institutions(by_age, reference("institution_shapes"), shares)
    at_home = np.maximum(by_age - institutions.sum(axis=1), 0.0)
    inside = population - institutions.sum(axis=(1, 2, 3))
    households = integerise(marginals.households, whole(marginals.households.sum(axis=1), marginals.commune))
    households, needed = _people_needed(households, inside, at_home[:, :, :18].sum(axis=(1, 2)), shares)
    table = _rake_positions(position_rates(reference("household_positions")), at_home, needed)
    people = _round_positions(table, needed)
    return PositionCounts(population, households, people, institutions)


def age_sex(marginals: Marginals, structure: dict[str, np.ndarray]) -> np.ndarray:
    """People [zone, sex, age]: the national profile of single ages within each published age group."""
    national = np.stack([structure["male"], structure["female"]])[:, :AGES].astype(float)
    edges = (*BAND_FROM, AGES)
    result = np.zeros((marginals.age_bands.shape[0], 2, AGES))
    for band, (start, stop) in enumerate(itertools.pairwise(edges)):
        part = national[:, start:stop]
        result[:, :, start:stop] = marginals.age_bands[:, band, None, None] * part / part.sum()
    return result


def _institutions(by_age: np.ndarray, shapes: dict[str, np.ndarray], shares: dict[str, float]) -> np.ndarray:
    """People in institutions [zone, kind, sex, age], whole numbers, in zones of some size only."""
    zones = by_age.shape[0]
    total = shares["institution_share"] * by_age.sum()
    part = {
        Residence.NURSING_HOME: shares["nursing_home_part"],
        Residence.STUDENT_HALL: shares["student_hall_part"],
        Residence.OTHER_INSTITUTION: 1.0 - shares["nursing_home_part"] - shares["student_hall_part"],
    }
    size = by_age.sum(axis=(1, 2))
    large = size > 0.03 * size.sum()
    result = np.zeros((zones, len(part), 2, AGES), dtype=np.int64)
    for kind, share in part.items():
        weight = np.zeros((2, AGES))
        for row in np.flatnonzero(shapes["kind"] == kind):
            ages = slice(int(shapes["age_from"][row]), int(shapes["age_to"][row]) + 1)
            weight[Sex.MALE, ages] = shapes["weight_male"][row]
            weight[Sex.FEMALE, ages] = shapes["weight_female"][row]
        expected = np.minimum(by_age * weight * large[:, None, None], 0.9 * by_age)
        expected = np.minimum(expected * total * share / max(expected.sum(), 1e-9), 0.9 * by_age)
        counts = whole(expected.sum(axis=(1, 2)))
        result[:, kind - 1] = integerise(expected.reshape(zones, -1), counts).reshape(zones, 2, AGES)
    return result


def _people_needed(households: np.ndarray, inside: np.ndarray, minors: np.ndarray, shares: dict) -> tuple:
    """People [zone, position] that fill the households; types give way where children would not fit.

    Children are who remains. Where that is less than the minors (small zones, rough user figures), couples without
    children become one-person households until the minors fit; where there are more or fewer children than the
    families can have, families change type. The number of households stays.
    """
    households = households.copy()
    size = shares["other_household_size"]

    def children() -> np.ndarray:
        single, couple, with_children, lone, other = households.T
        return inside - single - 2 * couple - 2 * with_children - lone - np.floor(size * other + 0.5).astype(np.int64)

    def change(number: np.ndarray, source: int, target: int) -> np.ndarray:
        number = np.clip(number, 0, households[:, source])
        households[:, source] -= number
        households[:, target] += number
        return number

    kind = HouseholdType
    families = households[:, kind.COUPLE_CHILDREN] + households[:, kind.SINGLE_PARENT]
    lowest = np.maximum(np.ceil(minors * 1.01).astype(np.int64), families)
    change(lowest - children(), kind.COUPLE, kind.SINGLE)
    change(children() - 4 * families, kind.SINGLE, kind.COUPLE)
    kids = np.maximum(children(), 0)
    short = -(-kids // 5) - families  # families that the children still need
    done = change(short, kind.COUPLE, kind.COUPLE_CHILDREN)
    change(short - done, kind.SINGLE, kind.SINGLE_PARENT)
    spare = households[:, kind.COUPLE_CHILDREN] + households[:, kind.SINGLE_PARENT] - kids
    done = change(spare, kind.COUPLE_CHILDREN, kind.COUPLE)
    change(spare - done, kind.SINGLE_PARENT, kind.SINGLE)
    single, couple, with_children, lone, _ = households.T
    ratio = shares["couple_children_ratio"]
    weight = with_children * ratio + lone
    of_couples = np.divide(kids * with_children * ratio, weight, out=np.zeros(kids.size), where=weight > 0)
    of_couples = np.clip(np.round(of_couples).astype(np.int64), with_children, np.maximum(kids - lone, 0))
    of_couples = np.where(with_children == 0, 0, np.where(lone == 0, kids, of_couples))
    others = inside - single - 2 * couple - 2 * with_children - lone - kids
    return households, np.stack(
        [of_couples, kids - of_couples, single, 2 * couple, 2 * with_children, lone, others], axis=1
    )


def position_rates(table: dict[str, np.ndarray]) -> np.ndarray:
    """P(position | sex, age) [position, sex, age], linear between the knots of the table."""
    names = [position.name.lower() for position in Position]
    columns = {
        "child_of_couple": "child_couple", "child_of_single": "child_single", "single": "single", "couple": "couple",
        "couple_children": "couple_children", "single_parent": "single_parent", "other": "other",
    }  # fmt: skip
    seed = np.zeros((PLACES, 2, AGES))
    for sex in Sex:
        mine = table["sex"] == sex
        for place, name in enumerate(names):
            seed[place, sex] = np.interp(np.arange(AGES), table["age"][mine], table[columns[name]][mine])
    seed[2:, :, :18] = 0.0  # no minor alone, no minor with a household of their own
    seed[:2, :, :18] = np.maximum(seed[:2, :, :18], 1e-3)
    seed[2:, :, 18:] = np.maximum(seed[2:, :, 18:], 1e-6)
    return seed


def _rake_positions(seed: np.ndarray, at_home: np.ndarray, needed: np.ndarray, rounds: int = 40) -> np.ndarray:
    """Fit [zone, position, sex, age] to age x sex and to people by position, couples half men half women."""
    table = seed * at_home[:, None]
    coupled = [Position.COUPLE, Position.COUPLE_CHILDREN]
    for _ in range(rounds):
        current = table.sum(axis=1)
        table *= np.divide(at_home, current, out=np.zeros_like(current), where=current > 0)[:, None]
        both = table.sum(axis=3)
        scale = np.divide(needed, both.sum(axis=2), out=np.zeros(needed.shape), where=both.sum(axis=2) > 0)
        scale = np.repeat(scale[:, :, None], 2, axis=2)
        half = needed[:, coupled, None] / 2
        scale[:, coupled] = np.divide(
            half, both[:, coupled], out=np.zeros((*half.shape[:2], 2)), where=both[:, coupled] > 0
        )
        table *= scale[:, :, :, None]
    return table


def _round_positions(table: np.ndarray, needed: np.ndarray) -> np.ndarray:
    """Whole people: exact by zone and position, couples exact by sex."""
    zones = table.shape[0]
    people = np.zeros(table.shape, dtype=np.int64)
    for place in Position:
        part = table[:, place]
        if place in (Position.COUPLE, Position.COUPLE_CHILDREN):
            for sex in Sex:
                people[:, place, sex] = integerise(part[:, sex], needed[:, place] // 2)
        else:
            flat = integerise(part.reshape(zones, -1), needed[:, place])
            people[:, place] = flat.reshape(zones, 2, AGES)
    return people
