"""Some people live in nursing homes, student halls and other institutions, as far as there are places.

Nursing homes: the health domain keeps the queue and the beds and calls people, who move in the year after. Where it
calls nobody (the first year, or without that domain), people of 60 and more ask with a hazard that rises with age,
dependency and living alone, its level set by the places that fall free in the base year.
Halls and other institutions keep their base-year places; who leaves founds a household.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.city.codes import NONE, Health, Labour, Residence
from citysim.core.choice import choose, happens, ration
from citysim.core.kernels.columns import rows_where
from citysim.domains.demography.households import found, lives_with_minor, living_alone, part
from citysim.domains.demography.inheritance import note_ends
from citysim.domains.demography.year import Rows, Year

Array = NDArray[np.float64]
OLD, OTHER_AGES, HALL_AGES = 60, (20, 60), (18, 24)
HALL_OCCUPANCY = 0.9  # unions and moves empty a tenth of the rooms between autumn and the end of the year (judgement)
HALL_FROM_ELSEWHERE = 0.7  # of the rooms; the rest is for those who leave their parents in town (judgement)
DOUBLING = 5.0  # the wish for a nursing home doubles every five years of age (judgement)
NOT_DEPENDENT = 0.02  # relative wish of somebody who is not dependent


def nursing_wish(
    age: NDArray[Any], dependent: NDArray[Any], severe: NDArray[Any], alone: NDArray[Any], alone_factor: float
) -> Array:
    """Relative hazard of asking for a nursing home.

    Parameters
    ----------
    age
        Years.
    dependent, severe, alone
        Flags: dependent, heavily dependent (GIR 1 or 2), lives without partner.
    alone_factor
        Factor of living without a partner.
    """
    wish = 2.0 ** ((np.asarray(age, dtype=np.float64) - 85.0) / DOUBLING)
    wish = wish * np.where(dependent, np.where(severe, 2.0, 1.0), NOT_DEPENDENT)
    return np.asarray(wish * np.where(alone, alone_factor, 1.0))


def freeze_places(now: Year) -> None:
    """Keep the base-year places of halls and other institutions by zone, and the level of the nursing-home wish."""
    persons = now.city.persons
    residence, zone = persons["residence"], persons["institution_zone"]
    number = now.city.zones.size
    for kind in (Residence.NURSING_HOME, Residence.STUDENT_HALL, Residence.OTHER_INSTITUTION):
        inside = (residence == kind) & (zone >= 0)
        residents = np.bincount(zone[inside], minlength=number)
        rooms = residents / HALL_OCCUPANCY if kind == Residence.STUDENT_HALL else residents
        now.base["places", kind] = np.round(rooms).astype(np.int64)


def _free_places(now: Year, kind: int, places: NDArray[Any]) -> NDArray[Any]:
    persons = now.city.persons
    inside = rows_where(persons["residence"] == kind)
    return np.maximum(places - np.bincount(persons["institution_zone"][inside], minlength=places.size), 0)


def _nursing_places(now: Year) -> NDArray[Any]:
    """Places of nursing homes by zone: last year's beds of the health domain, at the base year's occupancy."""
    base = now.base["places", Residence.NURSING_HOME]
    beds = now.city.zones["nursing_beds"].astype(np.float64)
    if not beds.sum():
        return base
    first = now.base.setdefault("nursing_beds", beds.sum())
    return np.round(base * beds.sum() / first if base.sum() else beds).astype(np.int64)


def enter(now: Year, rows: Rows, kind: int, free: NDArray[Any], name: str, priority: Any = None) -> Rows:
    """Let applicants enter institutions: each picks a zone by its places, places go by priority, then by lot.

    Who picked a full zone takes what is left elsewhere, so that no place stays empty while somebody waits.

    Returns
    -------
    Rows
        Those who got no place.
    """
    persons = now.city.persons
    if not rows.size or not free.sum():
        return rows
    keys = persons.key[rows]
    places = np.flatnonzero(free)
    utility, all_alike = np.log(free[places].astype(np.float64))[None], np.zeros(rows.size, np.int64)
    zone = places[choose(now.draws, f"{name}_zone", keys, utility, places.astype(np.uint64), cell=all_alike)]
    granted = ration(now.draws, f"{name}_place", keys, zone, free, priority)
    left = free - np.bincount(zone[granted], minlength=free.size)
    lot = now.draws.uniform(f"{name}_elsewhere", keys)
    late = np.flatnonzero(~granted)
    late = late[np.lexsort((lot[late], np.zeros(late.size) if priority is None else -priority[late]))]
    late = late[: int(left.sum())]
    zone[late] = np.repeat(np.arange(free.size), left)[: late.size]
    granted[late] = True
    inside = rows[granted]
    persons["household"][inside] = NONE
    persons["residence"][inside] = kind
    persons["institution_zone"][inside] = zone[granted]
    return rows[~granted]


def nursing_homes(now: Year) -> None:
    """Those whom health has called move in; where it calls nobody, old people ask and the most dependent come first."""
    persons = now.city.persons
    called = rows_where(persons["nursing_home_entry"])
    called = called[persons["household"][called] >= 0]
    if called.size:
        applicants, priority = called, None
        places = np.round(now.city.zones["nursing_beds"]).astype(np.int64)
        free = _free_places(now, Residence.NURSING_HOME, places)
    else:
        free = _free_places(now, Residence.NURSING_HOME, _nursing_places(now))
        applicants, priority = _ask(now, free.sum())
    homes = persons["household"][applicants].copy()
    waiting = enter(now, applicants, Residence.NURSING_HOME, free, "demography.nursing_home", priority)
    now.count("nursing_home_entries", applicants.size - waiting.size)
    entered = persons["household"][applicants] < 0
    _part_from_partner(now, applicants[entered], homes[entered])
    note_ends(now, applicants[entered], homes[entered])


def _ask(now: Year, free: float) -> tuple[Rows, Array]:
    """Old people who ask for a place of their own accord, and how urgent it is."""
    persons = now.city.persons
    rows = np.flatnonzero((persons["age"] >= OLD) & (persons["household"] >= 0))
    gir, age, partner = persons["gir"][rows], persons["age"][rows], persons["partner"][rows]
    dependent = (persons["health"][rows] == Health.DEPENDENT) | ((gir >= 1) & (gir <= 4))
    severe = (gir == 1) | (gir == 2)
    wish = nursing_wish(age, dependent, severe, partner < 0, now.values.nursing_alone_factor)
    if "nursing_level" not in now.base:
        now.base["nursing_level"] = now.values.nursing_demand * free / max(wish.sum(), 1e-12)
    chance = np.minimum(wish * now.base["nursing_level"], 1.0)
    asks = happens(now.draws, "demography.nursing_home", persons.key[rows], chance)
    return rows[asks], np.where(severe[asks], 2.0, np.where(dependent[asks], 1.0, 0.0))


def _part_from_partner(now: Year, rows: Rows, homes: NDArray[Any]) -> None:
    """`partner` is whom one lives with: it ends when one of two moves to an institution; the other keeps the home."""
    persons, households = now.city.persons, now.city.households
    mate = persons["partner"][rows]
    paired = mate >= 0
    heads = paired & (households["reference_person"][homes] == rows)
    households["reference_person"][homes[heads]] = mate[heads]
    part(now, mate[paired])
    part(now, rows)


def enter_halls(now: Year, leavers: Rows) -> Rows:
    """Students without a child fill rooms in halls: first those who live alone, most of whom have come from elsewhere.

    Returns
    -------
    Rows
        Those of the leavers of parental homes who got no room.
    """
    persons, kind = now.city.persons, Residence.STUDENT_HALL
    places = now.base["places", kind]
    free = _free_places(now, kind, places)
    if free.sum():
        alone = living_alone(now, HALL_AGES[0], HALL_AGES[1] + 1)
        alone = alone[(persons["labour"][alone] == Labour.STUDENT) & ~lives_with_minor(now, alone)]
        chosen = _some(now, alone, HALL_FROM_ELSEWHERE * free.sum(), "demography.hall_from_town")
        enter(now, chosen, kind, free, "demography.hall_from_town")
    age, labour = persons["age"][leavers], persons["labour"][leavers]
    student = (labour == Labour.STUDENT) & (age >= HALL_AGES[0]) & (age <= HALL_AGES[1])
    student &= ~lives_with_minor(now, leavers)
    without = enter(now, leavers[student], kind, _free_places(now, kind, places), "demography.hall")
    return np.concatenate([leavers[~student], without])


def _some(now: Year, rows: Rows, number: float, name: str) -> Rows:
    """About a number of some people, by lot."""
    chance = min(1.0, number / max(rows.size, 1))
    return rows[rows_where(happens(now.draws, name, now.city.persons.key.take(rows), chance))]


def leave_institutions(now: Year) -> None:
    """Students past their studies leave halls, some leave other institutions; they found households."""
    persons, values = now.city.persons, now.values
    residence, age = persons["residence"], persons["age"]
    rows = rows_where((residence == Residence.STUDENT_HALL) | (residence == Residence.OTHER_INSTITUTION))
    hall = residence[rows] == Residence.STUDENT_HALL
    finished = (age[rows] > HALL_AGES[1]) | (persons["labour"][rows] != Labour.STUDENT)
    chance = np.where(hall, np.where(finished, 1.0, values.hall_exit), values.institution_exit)
    chance = np.where(age[rows] < HALL_AGES[0], 0.0, chance)
    leaves = rows[happens(now.draws, "demography.leaving_institution", persons.key[rows], chance)]
    found(now, leaves)


def enter_other_institutions(now: Year) -> None:
    """Single adults fill the places that fell free in hostels, barracks, convents and prisons."""
    kind = Residence.OTHER_INSTITUTION
    free = _free_places(now, kind, now.base["places", kind])
    if not free.sum():
        return
    asks = _some(now, living_alone(now, *OTHER_AGES), free.sum(), "demography.institution")
    enter(now, asks, kind, free, "demography.institution")
