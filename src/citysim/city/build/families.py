"""People become households: couples are paired by age, children are given to parents of a fitting age.

Partners: men and women of a zone in the order of age + normal noise, paired rank by rank (mean gap 2 years from the
seed table). Children: every family has slots at the ages that the mother's age and usual birth ages suggest; slots
and children of a zone are paired in order of age, then swapped where a parent would be under 15 or over 50 at birth.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from citysim.city.build.positions import AGES, Position, PositionCounts
from citysim.city.build.raking import integerise, order_within
from citysim.city.codes import NONE, Custody, HouseholdType, Residence, Sex
from citysim.city.readers import CityDataError
from citysim.core.draws import Draws, mix_keys

PARTNER_NOISE = 2.6  # years
LARGEST_FAMILY = 6  # children
SIZE_SHARES = {  # children of any age living in the family; judgement, tilted to each zone's mean
    Position.COUPLE_CHILDREN: np.array([0.42, 0.40, 0.135, 0.035, 0.008, 0.002]),
    Position.SINGLE_PARENT: np.array([0.57, 0.30, 0.10, 0.025, 0.004, 0.001]),
}
ADULT_FROM = {Sex.FEMALE: 15, Sex.MALE: 16}
OLDEST_PARENT = {Sex.FEMALE: 47, Sex.MALE: 62}


@dataclass
class People:
    """Persons in households first (contiguous by household), then those in institutions; households by zone."""

    key: np.ndarray
    zone: np.ndarray
    age: np.ndarray
    sex: np.ndarray
    household: np.ndarray
    partner: np.ndarray
    mother: np.ndarray
    father: np.ndarray
    custody: np.ndarray
    residence: np.ndarray
    household_key: np.ndarray
    household_zone: np.ndarray
    household_type: np.ndarray
    reference_person: np.ndarray


class _Builder:
    """Members of households as they are put together: person, household, links by person index."""

    def __init__(self, counts: PositionCounts, draws: Draws, city: str) -> None:
        cells = np.argwhere(counts.people > 0)
        number = counts.people[tuple(cells.T)]
        zone, position, sex, age = (np.repeat(column, number) for column in cells.T)
        rank = np.arange(zone.size) - np.repeat(np.cumsum(number) - number, number)
        self.zone, self.position, self.sex, self.age = zone, position, sex, age
        self.key = mix_keys("founder", city, zone, position, sex, age, rank)
        self.draws = draws
        size = zone.size
        self.household = np.full(size, NONE)
        self.partner, self.mother, self.father = (np.full(size, NONE) for _ in range(3))
        self.custody = np.zeros(size, np.int8)
        self.households = 0
        self.kinds: list[np.ndarray] = []
        self.zones: list[np.ndarray] = []
        self.references: list[np.ndarray] = []

    def noise(self, name: str, members: np.ndarray) -> np.ndarray:
        return self.draws.normal(f"synthesis.{name}", self.key[members])

    def members(self, position: Position, sex: int | None = None) -> np.ndarray:
        chosen = self.position == position
        return np.flatnonzero(chosen if sex is None else chosen & (self.sex == sex))

    def found(self, kind: int, reference: np.ndarray) -> np.ndarray:
        """New households around reference persons; returns their numbers."""
        numbers = self.households + np.arange(reference.size)
        self.household[reference] = numbers
        self.households += reference.size
        self.kinds.append(np.full(reference.size, kind))
        self.zones.append(self.zone[reference])
        self.references.append(reference)
        return numbers


def make_people(counts: PositionCounts, shares: dict[str, float], draws: Draws, city: str) -> People:
    """Put households together and number everybody."""
    build = _Builder(counts, draws, city)
    build.found(HouseholdType.SINGLE, build.members(Position.SINGLE))
    _pair(build, Position.COUPLE, HouseholdType.COUPLE, shares["same_sex_couple_share"])
    _, women = _pair(build, Position.COUPLE_CHILDREN, HouseholdType.COUPLE_CHILDREN, 0.0)
    _give_children(build, women, Position.COUPLE_CHILDREN, Position.CHILD_OF_COUPLE)
    lone = build.members(Position.SINGLE_PARENT)
    build.found(HouseholdType.SINGLE_PARENT, lone)
    _give_children(build, lone, Position.SINGLE_PARENT, Position.CHILD_OF_SINGLE)
    _share_homes(build, counts.households[:, HouseholdType.OTHER])
    return _number(build, counts, city)


def _pair(build: _Builder, position: Position, kind: int, same_sex: float) -> tuple:
    """Couples of a zone: men and women in order of age with noise; returns the partners, aligned."""
    sides = []
    for sex in (Sex.MALE, Sex.FEMALE):
        people = build.members(position, sex)
        order = build.age[people] + PARTNER_NOISE * build.noise(f"pair_{position.name.lower()}", people)
        sides.append(people[order_within(build.zone[people], order)])
    first, second = sides
    if same_sex > 0 and first.size > 1:
        left = np.arange(0, first.size - 1, 2)
        swap = build.draws.uniform("synthesis.same_sex", build.key[first[left]]) < same_sex
        left = left[swap & (build.zone[first[left]] == build.zone[first[left + 1]])]
        first[left + 1], second[left] = second[left].copy(), first[left + 1].copy()
    build.partner[first], build.partner[second] = second, first
    elder = np.where(build.age[first] >= build.age[second], first, second)
    build.household[np.where(elder == first, second, first)] = build.found(kind, elder)
    return first, second


def family_sizes(families: np.ndarray, children: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Families by zone and number of children [zone, 1..6], with exactly the zone's families and children.

    The shares are tilted, share_k t^k, to the zone's mean number of children.
    """
    number = np.arange(1, shares.size + 1)
    mean = np.divide(children, families, out=np.ones(families.size), where=families > 0)
    low, high = np.full(families.size, -12.0), np.full(families.size, 12.0)
    for _ in range(50):
        middle = (low + high) / 2
        weight = shares * np.exp(middle[:, None] * number)
        got = (weight * number).sum(axis=1) / weight.sum(axis=1)
        low, high = np.where(got < mean, middle, low), np.where(got < mean, high, middle)
    sizes = integerise(weight, families)
    for zone in np.flatnonzero(families > 0):  # zones, not people: a handful of corrections each
        missing = int(children[zone] - sizes[zone] @ number)
        while missing > 0:
            place = int(np.flatnonzero(sizes[zone][:-1] > 0)[0])
            sizes[zone, place] -= 1
            sizes[zone, place + 1] += 1
            missing -= 1
        while missing < 0:
            place = int(np.flatnonzero(sizes[zone][1:] > 0)[0]) + 1
            sizes[zone, place] -= 1
            sizes[zone, place - 1] += 1
            missing += 1
    return sizes


def _give_children(build: _Builder, parents: np.ndarray, position: Position, child: Position) -> None:
    """Children of a zone go to families of the zone; `parents` is the mother, or the lone parent."""
    children = build.members(child)
    zones = int(build.zone.max()) + 1
    families = np.bincount(build.zone[parents], minlength=zones)
    wanted = np.bincount(build.zone[children], minlength=zones)
    crowded = np.flatnonzero((wanted > LARGEST_FAMILY * families) | (wanted < families))
    if crowded.size:
        raise CityDataError(
            f"zone {crowded[0]}: {wanted[crowded[0]]} children for {families[crowded[0]]} families; "
            "check its ages and household types, or take a larger scale"
        )
    sizes = family_sizes(families, wanted, SIZE_SHARES[position])
    name = position.name.lower()
    # parents near 39 tend to have the larger families at home
    spread = 1.3 * build.draws.uniform(f"synthesis.family_size_{name}", build.key[parents])
    order = order_within(build.zone[parents], np.abs(build.age[parents] - 39.0) / 12.0 + spread)
    number = np.empty(parents.size, np.int64)
    descending = sizes[:, ::-1]
    labels = np.tile(np.arange(LARGEST_FAMILY, 0, -1), zones)
    number[order] = np.repeat(labels, descending.ravel())
    family = np.repeat(np.arange(parents.size), number)
    rank = np.arange(family.size) - np.repeat(np.cumsum(number) - number, number)
    first_birth = 27.5 - 0.8 * (number - 1) + 4.5 * build.noise(f"first_birth_{name}", parents)
    ideal = build.age[parents][family] - np.maximum(first_birth, 17.0)[family] - 2.8 * rank
    slot_order = order_within(build.zone[parents][family], ideal)
    child_order = children[
        np.lexsort((build.noise(f"child_{name}", children), build.age[children], build.zone[children]))
    ]
    given = np.empty(family.size, np.int64)
    given[slot_order] = child_order
    given = _swap_misfits(build, parents[family], given)
    _link(build, parents[family], given)


def _fits(build: _Builder, parent: np.ndarray, child: np.ndarray) -> np.ndarray:
    """Whether the parent, and the partner if there is one, were of an age to have the child."""
    good = np.ones(parent.size, bool)
    for person, there in ((parent, np.ones(parent.size, bool)), (build.partner[parent], build.partner[parent] >= 0)):
        gap = build.age[person] - build.age[child]
        female = build.sex[person] == Sex.FEMALE
        low = np.where(female, ADULT_FROM[Sex.FEMALE], ADULT_FROM[Sex.MALE])
        high = np.where(female, OLDEST_PARENT[Sex.FEMALE], OLDEST_PARENT[Sex.MALE])
        good &= ~there | (gap >= low) & (gap <= high)
    return good


def _swap_misfits(build: _Builder, parent: np.ndarray, child: np.ndarray, rounds: int = 24) -> np.ndarray:
    """Swap children between families of a zone where that makes both fit."""
    child = child.copy()
    zone = build.zone[parent]
    for attempt in range(rounds):
        wrong = np.flatnonzero(~_fits(build, parent, child))
        if wrong.size == 0:
            break
        order = order_within(zone, build.age[child])
        place = np.empty(order.size, np.int64)
        place[order] = np.arange(order.size)
        step = (1, -1, 2, -2, 4, -4, 8, -8, 16, -16, 32, -32, 64, -64)[attempt % 14] * (1 + attempt // 14 * 3)
        other = order[np.clip(place[wrong] + step, 0, order.size - 1)]
        free = (zone[other] == zone[wrong]) & ~np.isin(other, wrong)
        _, once = np.unique(other, return_index=True)
        keep = np.zeros(wrong.size, bool)
        keep[once] = True
        left, right = wrong[free & keep], other[free & keep]
        good = _fits(build, parent[left], child[right]) & _fits(build, parent[right], child[left])
        left, right = left[good], right[good]
        child[left], child[right] = child[right].copy(), child[left].copy()
    return child


def _link(build: _Builder, parent: np.ndarray, child: np.ndarray) -> None:
    """Children join the household; links to parents of a possible age (else a step-parent: no link)."""
    build.household[child] = build.household[parent]
    partner = build.partner[parent]
    for person in (parent, partner):
        there = person >= 0
        gap = np.where(there, build.age[person] - build.age[child], 0)
        for sex, link in ((Sex.FEMALE, build.mother), (Sex.MALE, build.father)):
            mine = there & (build.sex[person] == sex) & (gap >= ADULT_FROM[sex])
            link[child[mine]] = person[mine]
    alone = (partner < 0) & (build.age[child] < 18)
    custody = np.where(build.sex[parent] == Sex.FEMALE, Custody.MOTHER, Custody.FATHER)
    build.custody[child[alone]] = custody[alone]


def _share_homes(build: _Builder, households: np.ndarray) -> None:
    """Adults without family who share a home: groups of two and more of roughly similar age."""
    people = build.members(Position.OTHER)
    order = build.age[people] + 12.0 * build.noise("share_home", people)
    people = people[order_within(build.zone[people], order)]
    zone = build.zone[people]
    counts = np.bincount(zone, minlength=households.size)
    first = np.cumsum(counts) - counts
    rank = np.arange(people.size) - first[zone]
    homes = np.maximum(np.minimum(households, counts), (counts > 0).astype(int))
    group = rank * homes[zone] // np.maximum(counts[zone], 1)
    number = np.cumsum(homes) - homes
    home = number[zone] + group
    starts = np.flatnonzero(np.diff(home, prepend=-1))
    numbers = build.found(HouseholdType.OTHER, people[starts])
    build.household[people] = numbers[home]


def _number(build: _Builder, counts: PositionCounts, city: str) -> People:
    """Order households by zone and persons by household, adults first, and translate the links."""
    zone, kind = np.concatenate(build.zones), np.concatenate(build.kinds)
    reference = np.concatenate(build.references)
    order = np.argsort(zone, kind="stable")
    new_household = np.empty(order.size, np.int64)
    new_household[order] = np.arange(order.size)
    household = new_household[build.household]
    is_reference = np.zeros(build.zone.size, bool)
    is_reference[reference] = True
    people = np.lexsort((-build.age, ~is_reference, household))
    row = np.empty(people.size + 1, np.int64)
    row[people] = np.arange(people.size)
    row[-1] = NONE
    cells = np.argwhere(counts.institutions > 0)
    number = counts.institutions[tuple(cells.T)]
    in_zone, in_kind, in_sex, in_age = (np.repeat(column, number) for column in cells.T)
    rank = np.arange(in_zone.size) - np.repeat(np.cumsum(number) - number, number)
    none = np.full(in_zone.size, NONE)

    def join(home: np.ndarray, away: np.ndarray, dtype: type) -> np.ndarray:
        return np.concatenate([home[people], away]).astype(dtype)

    return People(
        key=join(build.key, mix_keys("resident", city, in_zone, in_kind, in_sex, in_age, rank), np.uint64),
        zone=join(build.zone, in_zone, np.int16),
        age=join(build.age, in_age, np.int8),
        sex=join(build.sex, in_sex, np.int8),
        household=join(household, none, np.int32),
        partner=join(row[build.partner], none, np.int32),
        mother=join(row[build.mother], none, np.int32),
        father=join(row[build.father], none, np.int32),
        custody=join(build.custody, np.zeros(in_zone.size), np.int8),
        residence=join(np.full(build.zone.size, Residence.HOME), in_kind + 1, np.int8),
        household_key=mix_keys("household", build.key[reference[order]], 0),
        household_zone=zone[order].astype(np.int16),
        household_type=kind[order].astype(np.int8),
        reference_person=row[reference[order]].astype(np.int32),
    )


assert AGES <= 127  # ages fit int8
