"""The base year of health: who is ill or dependent, so that the first simulated year changes nothing by itself."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.city.city import City
from citysim.city.codes import FacilityKind, Health, Residence, Sex
from citysim.domains.health.states import OLDEST, Reference

Floats = NDArray[np.float64]
AGE_GROUP = 5
RESIDENTS_DEPENDENT = 0.97
RESIDENTS_ASSESSED = 0.95  # of dependent residents, GIR 1 to 4
APA_LAST_AGE = 90.0


def mortality_by_age(table: dict[str, Any], level: float) -> Floats:
    """Probability of death by sex and age, [2, OLDEST + 1], from the national table times a level."""
    sex, age = np.asarray(table["sex"], np.int64), np.asarray(table["age"], np.int64)
    found = np.zeros((len(Sex), OLDEST + 1))
    known = age <= OLDEST
    found[sex[known], age[known]] = np.asarray(table["qx_2025"], np.float64)[known] * level
    return np.minimum(found, 0.95)


def assessed_share(table: dict[str, Any], reference: Reference) -> Floats:
    """Share of dependants with a GIR of 1 to 4 by age, [OLDEST + 1]: rate of the allowance over broad dependency."""
    start = np.asarray(table["age_from"], np.float64)
    centre = np.append(start[:-1] + AGE_GROUP / 2.0, APA_LAST_AGE)
    logarithm = np.interp(reference.ages, centre, np.log(np.asarray(table["rate_pct"], np.float64) / 100.0))
    share = np.exp(logarithm) / reference.shares[:, Health.DEPENDENT]
    # Above the last class the rate grows on with broad dependency.
    share[reference.ages > APA_LAST_AGE] = share[int(APA_LAST_AGE)]
    return np.clip(share, 0.0, 1.0)


def draw_states(city: City, reference: Reference, education_effect: NDArray[Any], lot: Floats) -> NDArray[np.int8]:
    """State of each person at the base year.

    Residents of nursing homes are dependent; those at home of the same age less often, so that both together follow
    the profile.

    Parameters
    ----------
    lot
        [persons], uniform draw.
    """
    persons = city.persons
    sex, education = persons["sex"].astype(np.int64), persons["education"].astype(np.int64)
    age = np.minimum(persons["age"], OLDEST).astype(np.int64)
    levels = education_effect.size
    weights = np.zeros((2, OLDEST + 1, levels))
    np.add.at(weights, (sex, age, education), 1.0)
    profile = reference.by_education(weights, np.exp(education_effect))
    shares = profile[sex, age, education]
    resident = persons["residence"] == Residence.NURSING_HOME
    dependent = shares[:, Health.DEPENDENT]
    factor = _left_at_home(age, resident, dependent, RESIDENTS_DEPENDENT)
    at_home = np.minimum(dependent * factor, 1.0)
    chance = np.where(resident, RESIDENTS_DEPENDENT, at_home)
    others = shares[:, : Health.DEPENDENT] * ((1.0 - chance) / np.maximum(1.0 - dependent, 1e-9))[:, None]
    edges = np.cumsum(others, axis=1)
    return (lot[:, None] >= edges).sum(axis=1).astype(np.int8)


def _left_at_home(
    age: NDArray[Any], resident: NDArray[np.bool_], share: NDArray[Any], among_residents: float
) -> Floats:
    """Factor on a share at home so that, with residents, it adds up over each age group."""
    group = age // AGE_GROUP
    groups = OLDEST // AGE_GROUP + 1
    wanted = np.bincount(group, weights=share, minlength=groups)
    inside = np.bincount(group[resident], minlength=groups) * among_residents
    outside = np.bincount(group[~resident], weights=share[~resident], minlength=groups)
    return np.clip((wanted - inside) / np.maximum(outside, 1e-9), 0.0, 2.0)[group]


def assessed_chance(city: City, rows: NDArray[Any], assessed: Floats) -> Floats:
    """Chance of a GIR of 1 to 4 of each dependent person at the base year; residents have one nearly always."""
    persons = city.persons
    age = np.minimum(persons["age"][rows], OLDEST).astype(np.int64)
    resident = persons["residence"][rows] == Residence.NURSING_HOME
    share = assessed[age]
    at_home = np.minimum(share * _left_at_home(age, resident, share, RESIDENTS_ASSESSED), 1.0)
    return np.where(resident, RESIDENTS_ASSESSED, at_home)


def practice_places(city: City) -> Floats:
    """Share of GPs by zone, [internal]: surgeries where they are known, else pharmacies, which settle beside them."""
    kind, zone = city.facilities["kind"], city.facilities["zone"]
    for wanted in (FacilityKind.GP, FacilityKind.PHARMACY):
        mine = (kind == wanted) & (zone < city.internal)
        weight = city.facilities["capacity"][mine].astype(np.float64)
        places = np.bincount(zone[mine], weights=weight, minlength=city.internal)
        if places.sum() > 0:
            return places / places.sum()
    people = np.bincount(city.person_zone(), minlength=city.internal)[: city.internal].astype(np.float64)
    return people / people.sum()
