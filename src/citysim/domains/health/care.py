"""Nursing homes of the city: beds and staff, applications, entries, and the help of children meanwhile."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.city.city import City
from citysim.city.codes import FacilityKind, Health, Residence, Sector
from citysim.core.choice import happens, ration
from citysim.core.draws import Draws
from citysim.core.kernels.columns import rows_where
from citysim.domains.health.nursing import (
    LOWEST_AGE,
    LOWEST_NEED,
    application_score,
    carer_hours,
    level_for_total,
    queue_priority,
)
from citysim.domains.health.states import OLDEST, logistic

Floats = NDArray[Any]
ADULT = 18


def base_beds(city: City, occupancy: float) -> Floats:
    """Nursing-home beds by zone at the base year, [internal]: published ones, else those that the residents need."""
    persons, facilities, inside = city.persons, city.facilities, city.internal
    kind, zone = facilities["kind"], facilities["zone"]
    mine = (kind == FacilityKind.NURSING_HOME) & (zone < inside)
    if mine.any():
        return np.bincount(zone[mine], weights=facilities["capacity"][mine].astype(np.float64), minlength=inside)
    resident = persons["residence"] == Residence.NURSING_HOME
    return np.bincount(city.person_zone()[resident], minlength=inside)[:inside] / occupancy


def staffed_share(city: City, base: dict[str, Any]) -> float:
    """Filled jobs of social care relative to the base year's share of filled ones, at most 1."""
    jobs = city.jobs
    care = np.flatnonzero(jobs["sector"] == Sector.SOCIAL_CARE)
    if care.size == 0:
        return 1.0
    filled = np.count_nonzero((jobs["holder"][care] >= 0) | (jobs["commuter"][care] >= 0)) / care.size
    usual = base.setdefault("staffed", max(filled, 0.5))
    return min(filled / usual, 1.0)


def eligible(city: City) -> NDArray[np.int64]:
    """Rows of dependent people at home who may enter a nursing home."""
    persons = city.persons
    gir = persons["gir"]
    may = (gir >= 1) & (gir <= LOWEST_NEED) & (persons["age"] >= LOWEST_AGE)
    return np.flatnonzero(may & (persons["residence"] == Residence.HOME))


def apply(city: City, p: Any, age_shift: Any, death: Floats, base: dict[str, Any], year: int, draws: Draws) -> None:
    """Open and close applications for a bed.

    Parameters
    ----------
    age_shift
        Years by which equipment puts entry off, by household or one number.
    death
        [2, OLDEST + 1, 4], probability of death, from which the places that fall free at the base year are reckoned.
    """
    persons, rows = city.persons, eligible(city)
    since = persons["nursing_queue_since"]
    open_before = since > 0
    still = np.zeros(persons.size, bool)
    still[rows] = True
    household = persons["household"][rows]
    shift = np.append(age_shift, 0.0)[household] if isinstance(age_shift, np.ndarray) else age_shift
    alone = np.append(city.households["size"] == 1, False)[household]
    score = application_score(
        persons["age"][rows], persons["gir"][rows], persons["partner"][rows] >= 0, alone, p, shift
    )
    waiting = since[rows] > 0
    if "application_level" not in base:  # some of those who apply die before they can enter
        survival = 1.0 - float(np.average(_risk(city, rows, death), weights=np.exp(score))) if rows.size else 1.0
        free = _places_that_fall_free(city, death) * p.application_slack
        base["application_level"] = level_for_total(score, free / survival)
    applies = happens(
        draws, "health.nursing_application", persons.key[rows], logistic(base["application_level"] + score)
    )
    leaves = happens(draws, "health.nursing_withdrawal", persons.key[rows], p.withdrawal)
    since[open_before & ~still] = 0
    since[rows[waiting & leaves & ~applies]] = 0
    since[rows[~waiting & applies]] = year


def _risk(city: City, rows: NDArray[Any], death: Floats) -> Floats:
    """Probability that each of some dependent people dies in the coming year, when they are a year older."""
    persons = city.persons
    age = np.minimum(persons["age"][rows] + 1, OLDEST).astype(np.int64)
    return np.asarray(death[persons["sex"][rows].astype(np.int64), age, Health.DEPENDENT])


def _places_that_fall_free(city: City, death: Floats) -> float:
    resident = np.flatnonzero(city.persons["residence"] == Residence.NURSING_HOME)
    return float(_risk(city, resident, death).sum())


def call(
    city: City, beds: float, death: Floats, base: dict[str, Any], year: int, draws: Draws
) -> NDArray[np.int64]:  # fmt: skip
    """Call those in the queue to the beds that are free or will fall free in the coming year.

    Demography moves them in when it next acts; whoever finds no bed then keeps the place in the queue. More are called
    than beds wait for them, since some die before; and as many beds as in the base year are between two residents.

    Parameters
    ----------
    beds
        Beds in use.
    death
        [2, OLDEST + 1, 4], probability of death.

    Returns
    -------
    NDArray
        Rows of those called.
    """
    persons = city.persons
    residents = np.count_nonzero(persons["residence"] == Residence.NURSING_HOME)
    occupancy = base.setdefault("occupancy", min(residents / beds, 1.0) if beds > 0 else 1.0)
    queue = np.flatnonzero(persons["nursing_queue_since"] > 0)
    survival = 1.0 - float(_risk(city, queue, death).mean()) if queue.size else 1.0
    free = max(occupancy * beds - residents + _places_that_fall_free(city, death), 0.0) / survival
    priority = queue_priority(persons["gir"][queue], year - persons["nursing_queue_since"][queue])
    granted = ration(
        draws, "health.nursing_entry", persons.key[queue], np.zeros(queue.size, np.int64), np.array([free]), priority
    )
    persons["nursing_home_entry"] = False
    persons["nursing_home_entry"][queue[granted]] = True
    return queue[granted]


def help_kin(city: City, p: Any) -> None:
    """Write the hours that kin give to those who wait for a bed."""
    persons = city.persons
    in_need = (persons["nursing_queue_since"] > 0) & ~persons["nursing_home_entry"]
    adult = (persons["age"] >= ADULT) & (persons["health"] < Health.DEPENDENT)
    parents = (persons["mother"], persons["father"])
    persons["carer_hours"] = carer_hours(in_need, adult, persons["household"], parents, p.carer_hours)


def home_care_cost(city: City, p: Any) -> float:
    """Professional care at home of people with a GIR of 1 to 4, EUR a year."""
    persons = city.persons
    rows = rows_where(persons["gir"] > 0)
    gir = persons["gir"][rows[persons["residence"][rows] != Residence.NURSING_HOME]]
    people = np.bincount(gir, minlength=7)[1 : LOWEST_NEED + 1]
    return float(people @ p.home_care_cost)
