"""What makes an agent quicker or slower to adopt, in classes; and in which circles it looks around."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.city.codes import Education, Sector
from citysim.core.kernels.columns import carried, looked_up

Floats = NDArray[np.float64]
LEVELS = 16  # of income per consumption unit, or of the size of a business
SKILLS = 4  # quarters of digital skill
CLASSES = LEVELS * SKILLS
LOWEST_INCOME, HIGHEST_INCOME = 6_000.0, 90_000.0
REFERENCE_INCOME = 24_330.0  # median disposable income per consumption unit, Insee 2022
REFERENCE_SIZE = 10.0
COST_OF_A_JOB = 45_000.0  # wage and charges, EUR a year
EARLIEST_BIRTH, LATEST_BIRTH, DIPLOMAS = 1850, 2150, len(Education)
_DECADES = (np.arange(EARLIEST_BIRTH, LATEST_BIRTH) - 1900) // 10
FIRST_PEERS = (np.clip(_DECADES, 0, 19) * DIPLOMAS).astype(np.int16)  # first group of each year of birth
PEER_GROUPS = 20 * DIPLOMAS


@dataclass(frozen=True)
class Profile:
    """Classes of agents.

    Attributes
    ----------
    kind
        int16 [n], class of each agent.
    income
        [classes], yearly income per consumption unit (of a business: its wage bill), EUR.
    wealth, digital, size
        [classes], log income over the reference, digital skill above one half, jobs.
    """

    kind: NDArray[np.int16]
    income: Floats
    wealth: Floats
    digital: Floats
    size: Floats


def level_of(values: NDArray[Any], low: float, high: float) -> NDArray[np.int16]:
    """Level of each value on a logarithmic scale of LEVELS steps from low to high."""
    step = np.log2(high / low) / (LEVELS - 1)
    logs = np.log2(np.maximum(values, low).astype(np.float32))
    levels = np.minimum(np.rint((logs - np.log2(low)) / np.float32(step)), LEVELS - 1)
    return levels.astype(np.int16)


@cache
def level_values(low: float, high: float) -> Floats:
    """Value that each level stands for."""
    return np.geomspace(low, high, LEVELS)


@dataclass(frozen=True)
class People:
    """What people and households look like this year, worked out once for both.

    Attributes
    ----------
    zone, work, peers
        int16 [persons], home, place of work, and birth decade with education.
    level
        int16 [households], level of income per consumption unit.
    """

    zone: NDArray[np.int16]
    work: NDArray[np.int16]
    peers: NDArray[np.int16]
    level: NDArray[np.int16]


def look_at_people(city: Any) -> People:
    """Work out zones, circles and income levels."""
    persons = city.persons
    peers = looked_up(FIRST_PEERS, persons["birth_year"] - np.int16(EARLIEST_BIRTH)) + persons["education"]
    return People(city.person_zone(), persons["workplace"], peers, income_level(city))


def profile_of(kind: str, city: Any, people: People) -> Profile:
    """Class all agents of one kind."""
    if kind == "business":
        classes = level_of(city.businesses["size"], 1.0, 2_000.0) * SKILLS
        sizes = np.repeat(level_values(1.0, 2_000.0), SKILLS)
        return Profile(classes, sizes * COST_OF_A_JOB, np.log(sizes / REFERENCE_SIZE), np.zeros(CLASSES), sizes)
    levels, skill = people.level, city.persons["skill_digital"]
    if kind == "household":
        skill = looked_up(skill, city.households["reference_person"])
    else:
        household = city.persons["household"]
        levels = carried(levels, household, np.int16(LEVELS // 4))
    quarter = np.minimum((skill * SKILLS).astype(np.int16), SKILLS - 1)
    incomes = np.repeat(level_values(LOWEST_INCOME, HIGHEST_INCOME), SKILLS)
    digital = np.tile((np.arange(SKILLS) + 0.5) / SKILLS - 0.5, LEVELS)
    ones = np.ones(CLASSES)
    return Profile(levels * SKILLS + quarter, incomes, np.log(incomes / REFERENCE_INCOME), digital, ones)


def income_level(city: Any) -> NDArray[np.int16]:
    """Level of disposable income per consumption unit of each household, int16 [households]."""
    units = np.maximum(city.households["consumption_units"], np.float32(1.0))
    return level_of(city.households["income"] / units, LOWEST_INCOME, HIGHEST_INCOME)


def circles_of(kind: str, city: Any, people: People) -> tuple[NDArray[np.int16], tuple[int, int, int]]:
    """Zone, place of work, and birth decade with education of each agent, [3, n], and the number of groups of each.

    For a business: zone, sector, and again sector.
    """
    zones = city.zones.size
    if kind == "business":
        sector = city.businesses["sector"]
        return np.stack([city.businesses["zone"], sector, sector]), (zones, len(Sector), len(Sector))
    groups = (zones, zones, PEER_GROUPS)
    if kind == "person":
        return np.stack([people.zone, people.work, people.peers]), groups
    person = city.households["reference_person"]
    work, peers = (carried(circle, person, np.int16(-1)) for circle in (people.work, people.peers))
    return np.stack([city.households["zone"], work, peers]), groups
