"""Homes follow people: who founds a household, who moves with whom, who takes over, and who looks after a minor.

A household's key is mix("household", founder, year); its decisions are keyed by its reference person, whose home it is.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.city.codes import NONE, Custody, HouseholdType, Residence
from citysim.core.draws import mix_keys
from citysim.core.kernels.columns import carried, looked_up, rows_where, sums_by_link
from citysim.core.kernels.links import rows_in_chains
from citysim.domains.demography.kin import children_of
from citysim.domains.demography.year import ADULT, DEPENDANT, Rows, Year

# Household type by: reference person has a partner at home (1), has a child (2), lives alone (4).
KINDS = np.array(
    [HouseholdType.OTHER, HouseholdType.COUPLE, HouseholdType.SINGLE_PARENT, HouseholdType.COUPLE_CHILDREN]
    + 4 * [HouseholdType.SINGLE],
    dtype=np.int8,
)


def leave_the_city(now: Year, rows: Rows) -> None:
    """Take people out of the city, dead or moved away; their partners are free and take over the home.

    Until the step ends such a row stays in the table with household -1 and residence `home`, as no living person.
    """
    persons, households = now.city.persons, now.city.households
    household, partner = persons["household"], persons["partner"]
    gone = np.zeros(persons.size, dtype=bool)
    gone[rows] = True
    mates = partner.take(rows)
    bereft = np.flatnonzero((mates >= 0) & ~gone[mates])
    lost, mates = rows[bereft], mates[bereft]
    homes = household[lost]
    heads = (homes >= 0) & (households["reference_person"][homes] == lost) & (household[mates] == homes)
    households["reference_person"][homes[heads]] = mates[heads]
    part(now, mates)
    partner[rows] = NONE
    household[rows] = NONE
    persons["residence"][rows] = Residence.HOME
    persons["institution_zone"][rows] = NONE
    persons.retire(rows)


def part(now: Year, rows: Rows) -> None:
    """Let people be without a partner: they have no union any more."""
    persons = now.city.persons
    persons["partner"][rows] = NONE
    persons["union_year"][rows] = 0
    persons["married"][rows] = False


def found(now: Year, founders: Rows, with_children: bool = True) -> Rows:
    """Let people found households of their own, without a dwelling yet; returns the new household rows.

    The zone is that of the former home until housing has found a new one.

    Parameters
    ----------
    with_children
        Whether dependent children come along.
    """
    persons, households = now.city.persons, now.city.households
    former = persons["household"][founders]
    zone = np.where(former >= 0, households["zone"][former], persons["institution_zone"][founders])
    keys = mix_keys("household", persons.key[founders], now.year)
    values = {"reference_person": founders, "founded_year": now.year, "origin": NONE, "zone": zone}
    rows = households.append(keys, values)
    if with_children:
        move_together(now, founders, rows)
    else:
        settle(now, founders, rows)
    return rows


def settle(now: Year, rows: Rows, homes: NDArray[Any]) -> None:
    """Put people into households."""
    persons = now.city.persons
    persons["household"][rows] = homes
    persons["residence"][rows] = Residence.HOME
    persons["institution_zone"][rows] = NONE


def dependants(now: Year, parents: Rows, homes: NDArray[Any]) -> tuple[Rows, Rows]:
    """Find the unpartnered children under 25 who live with a parent in the given home.

    Parameters
    ----------
    parents, homes
        Rows of parents and of the household where each lives (lived).

    Returns
    -------
    tuple
        Rows of the children and position of their parent in `parents`.
    """
    persons = now.city.persons
    children, position = children_of(now, parents)
    home = persons["household"][children]
    free = (persons["age"][children] < DEPENDANT) & (persons["partner"][children] < 0)
    kept = (home >= 0) & (home == homes[position]) & free
    return children[kept], position[kept]


def move_together(now: Year, movers: Rows, targets: NDArray[Any]) -> None:
    """Move people to other households, their dependent children with them."""
    former = now.city.persons["household"][movers]
    children, parent = dependants(now, movers, former)
    settle(now, movers, targets)
    settle(now, children, np.asarray(targets)[parent])


def leave_alone(now: Year, rows: Rows) -> None:
    """Note that people leave their homes without those who live with them, whose eldest adult takes over."""
    persons, households = now.city.persons, now.city.households
    home = persons["household"][rows]
    headed = (home >= 0) & (households["size"][home] > 1)  # what the last one leaves stays hers or his
    headed[headed] = households["reference_person"][home[headed]] == rows[headed]
    households["reference_person"][home[headed]] = NONE


def living_alone(now: Year, first: int, last: int) -> Rows:
    """People from `first` to below `last` who have lived alone since the year before; asked before unions."""
    persons, households = now.city.persons, now.city.households
    if now.single_homes is None:
        homes = rows_where((households["size"] == 1) & (households["reference_person"] >= 0))
        rows = households["reference_person"].take(homes).astype(np.int64)
        now.single_homes = homes.astype(np.int32), rows, persons["age"].take(rows)
    homes, rows, age = now.single_homes
    fits = rows_where((age >= first) & (age < last))
    rows = rows.take(fits)
    return np.asarray(rows.take(rows_where(persons["household"].take(rows) == homes.take(fits))))


def lives_with_minor(now: Year, rows: Rows) -> NDArray[np.bool_]:
    """Whether each of some people lives with a minor child of hers or his."""
    persons = now.city.persons
    household = persons["household"]
    flag = np.zeros(rows.size, dtype=bool)
    for chain in now.families():
        children, position = rows_in_chains(rows, *chain)
        home = household[children]
        minor = (home >= 0) & (home == household[rows[position]]) & (persons["age"][children] < ADULT)
        flag[position[minor]] = True
    return flag


def reference_person_of(now: Year, rows: Rows) -> NDArray[Any]:
    """Reference person of the household of each person, -1 for people in institutions."""
    home = now.city.persons["household"].take(rows)
    return carried(now.city.households["reference_person"], home, NONE)


def zone_of(now: Year, rows: Rows) -> NDArray[Any]:
    """Zone of residence of some people."""
    persons = now.city.persons
    home = persons["household"][rows]
    return np.where(home >= 0, now.city.households["zone"][home], persons["institution_zone"][rows])


def heads_of_homes(now: Year, rows: Rows) -> NDArray[np.bool_]:
    """Whether each person is the reference person of a home."""
    return reference_person_of(now, rows) == rows


def retain_homes(now: Year, size: NDArray[Any], emptied: Rows) -> None:
    """Retire emptied households; where the reference person is gone, the eldest adult takes over.

    Parameters
    ----------
    size
        Members of each household.
    emptied
        Rows of those without any.
    """
    persons, households = now.city.persons, now.city.households
    household = persons["household"]
    head = households["reference_person"]
    vacant = (size > 0) & (carried(household, head, NONE) != np.arange(head.size, dtype=np.int32))
    if vacant.any():
        members = rows_where(carried(vacant, household, False))
        order = np.lexsort((persons.key[members], -persons["age"][members].astype(np.int16), household[members]))
        members = members[order]
        homes, first = np.unique(household[members], return_index=True)
        head[homes] = members[first]
    households.retire(emptied)


def shelter_minors(now: Year) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Take in minors who live without an adult: the other parent, kin, else a couple of the zone.

    Returns
    -------
    tuple
        Members and minors of each household, int64 [households].
    """
    persons, households = now.city.persons, now.city.households
    household = persons["household"]
    people, minors = sums_by_link(household, households.size), now.minors()
    home = household.take(minors)
    children = sums_by_link(home, households.size)
    grown = people > children
    minors = minors[np.flatnonzero(~carried(grown, home, True))]
    if not minors.size:
        return people, children
    now.count("minors_taken_in", minors.size)
    target = np.full(minors.size, NONE, dtype=np.int64)
    for candidate in (_parents_home, _siblings_home, _grandparents_home):
        open_ = np.flatnonzero(target < 0)
        home = candidate(now, minors[open_])
        usable = (home >= 0) & grown[home]
        target[open_[usable]] = home[usable]
    open_ = np.flatnonzero(target < 0)
    if open_.size:
        target[open_] = _couples_home(now, minors[open_])
    for members in (people, children):
        np.subtract.at(members, household[minors], 1)
        np.add.at(members, target, 1)
    settle(now, minors, target)
    return people, children


def _home_of(now: Year, rows: NDArray[Any]) -> NDArray[np.int64]:
    return np.where(rows >= 0, now.city.persons["household"][rows], NONE).astype(np.int64)


def _parents_home(now: Year, minors: Rows) -> NDArray[np.int64]:
    persons = now.city.persons
    mother, father = _home_of(now, persons["mother"][minors]), _home_of(now, persons["father"][minors])
    return np.where(mother >= 0, mother, father)


def _siblings_home(now: Year, minors: Rows) -> NDArray[np.int64]:
    persons = now.city.persons
    home = np.full(minors.size, NONE, dtype=np.int64)
    for link, chain in zip(("mother", "father"), now.families(), strict=True):
        siblings, position = rows_in_chains(persons[link][minors].astype(np.int64), *chain)
        order = np.lexsort((persons.key[siblings], persons["age"][siblings]))
        order = order[(persons["age"][siblings] >= ADULT)[order] & (persons["household"][siblings] >= 0)[order]]
        eldest = np.full(minors.size, NONE, dtype=np.int64)
        eldest[position[order]] = siblings[order]  # the last one written is the eldest
        home = np.where(home >= 0, home, _home_of(now, eldest))
    return home


def _grandparents_home(now: Year, minors: Rows) -> NDArray[np.int64]:
    persons = now.city.persons
    home = np.full(minors.size, NONE, dtype=np.int64)
    for link in ("mother", "father"):
        parent = persons[link][minors]
        for elder in ("mother", "father"):
            grandparent = np.where(parent >= 0, persons[elder][parent], NONE)
            home = np.where(home >= 0, home, _home_of(now, grandparent))
    return home


def _couples_home(now: Year, minors: Rows) -> NDArray[np.int64]:
    """Keyed couple household of the zone; all minors of one home go together."""
    persons, households = now.city.persons, now.city.households
    home, head = persons["household"][minors], households["reference_person"]
    homes, back = np.unique(home, return_inverse=True)
    # Couples of last year in the zones concerned, as far as they are still couples.
    concerned = np.zeros(now.city.zones.size, dtype=bool)
    concerned[households["zone"][homes]] = True
    held = rows_where(concerned.take(households["zone"]) & (head >= 0))
    kind = households["type"][held]
    held = held[(kind == HouseholdType.COUPLE) | (kind == HouseholdType.COUPLE_CHILDREN)]
    mate = persons["partner"][head[held]]
    couple = held[(mate >= 0) & (persons["household"][mate] == held) & (persons["household"][head[held]] == held)]
    if not couple.size:  # a hamlet without couples: any home of the town that has an adult
        couple = np.unique(persons["household"][(persons["age"] >= ADULT) & (persons["household"] >= 0)])
    lot = now.draws.uniform("demography.foster", households.key[homes])
    order = couple[np.argsort(households["zone"][couple], kind="stable")]
    zone = households["zone"][order]
    low, high = (np.searchsorted(zone, households["zone"][homes], side=side) for side in ("left", "right"))
    low, high = np.where(high > low, low, 0), np.where(high > low, high, order.size)
    return order[low + (lot * (high - low)).astype(np.int64)][back]


def describe_homes(now: Year, size: NDArray[Any], children: NDArray[Any]) -> None:
    """Recompute size, children, consumption units and type of every household from its members.

    Consumption units (OECD modified): 1 + .5 per further person of 14 and more + .3 per child under 14; children in
    alternate custody count half in the home of either parent, as in Insee's living standards.

    Parameters
    ----------
    size, children
        Members and minors of each household.
    """
    persons, households = now.city.persons, now.city.households
    minors = now.minors()
    young = persons["age"].take(minors) < 14
    small = sums_by_link(persons["household"].take(minors), households.size, where=young).astype(np.int8)
    households["size"] = size
    households["children"] = children
    # By numbers of people and of children: a table of few entries instead of five passes.
    most, most_small = (int(number.max(initial=0)) for number in (households["size"], small))
    number, number_small = np.arange(most + 1)[:, None], np.arange(most_small + 1)
    by_numbers = 1.0 + 0.5 * (number - number_small - 1) + 0.3 * number_small
    units = looked_up(by_numbers.ravel(), households["size"] * np.int16(most_small + 1) + small)
    _share_children(now, minors, units)
    households["consumption_units"] = units
    households["type"] = household_types(now)


def _share_children(now: Year, minors: Rows, units: NDArray[Any]) -> None:
    """Move half of the units of children in alternate custody to the home of the parent they do not count with."""
    persons = now.city.persons
    household = persons["household"]
    shared = minors[rows_where(persons["custody"].take(minors) == Custody.ALTERNATE)]
    home = household[shared].astype(np.int64)
    shared, home = shared[home >= 0], home[home >= 0]
    mother, father = _home_of(now, persons["mother"][shared]), _home_of(now, persons["father"][shared])
    other = np.where(mother == home, father, np.where(father == home, mother, NONE))
    apart = (other >= 0) & (other != home)
    half = np.where(persons["age"][shared] < 14, 0.15, 0.25)[apart]
    np.subtract.at(units, home[apart], half)
    np.add.at(units, other[apart], half)


def household_types(now: Year) -> NDArray[np.int8]:
    """Census type of each household by its members, int8 [households]; children of any age count, as in the census."""
    persons, households = now.city.persons, now.city.households
    household, partner = persons["household"], persons["partner"]
    head, size = households["reference_person"], households["size"]
    mate = carried(partner, head, NONE)
    couple = mate >= 0  # partners live together
    with_child = households["children"] > 0
    # Homes without minors where somebody lives beside the reference person and partner: grown children, or others?
    unclear = (size - couple.view(np.int8) > 1) & ~with_child
    members = rows_where(carried(unclear, household, False))
    home = household.take(members)
    child = np.zeros(members.size, dtype=bool)
    elder, other, paired = head.take(home), mate.take(home), couple.take(home)
    for link in ("mother", "father"):
        parent = persons[link].take(members)
        child |= (parent == elder) | ((parent == other) & paired)
    with_child[home[rows_where(child)]] = True
    kind: NDArray[np.int8] = looked_up(KINDS, couple + 2 * with_child.view(np.int8) + 4 * (size == 1).view(np.int8))
    return kind
