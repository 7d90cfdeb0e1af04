"""Grown children of some people: who takes in a frail parent, and who inherits."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from citysim.city.codes import NONE
from citysim.core.kernels.links import rows_linked_to
from citysim.domains.demography.year import ADULT, Rows, Year


def eldest_children(now: Year, parents: Rows) -> NDArray[np.int64]:
    """Eldest grown child in town of each person, -1 where there is none; of two of one age the smaller key.

    Only children who live in a home of the town count, and not those who live with the parent.
    """
    persons = now.city.persons
    place = np.full(persons.size, NONE, dtype=np.int32)
    place[parents] = np.arange(parents.size, dtype=np.int32)
    grown = np.flatnonzero(persons["age"] >= ADULT)
    children, position = rows_linked_to(grown, persons["mother"], persons["father"], place)
    household = persons["household"]
    lives = (household[children] >= 0) & (household[children] != household[parents[position]])
    children, position = children[lives], position[lives]
    order = np.lexsort((persons.key[children], -persons["age"][children].astype(np.int16)))[::-1]
    eldest = np.full(parents.size, NONE, dtype=np.int64)
    eldest[position[order]] = children[order]  # the last one written is the eldest
    return eldest


def parents_home(now: Year, rows: Rows) -> NDArray[np.int32]:
    """Household of the mother, else of the father, of each person; -1 where neither lives in a home of the town."""
    persons = now.city.persons
    home = np.full(rows.size, NONE, dtype=np.int32)
    for link in ("father", "mother"):
        parent = persons[link][rows]
        theirs = np.where(parent >= 0, persons["household"][parent], NONE)
        home = np.where(theirs >= 0, theirs, home)
    return home
