"""Parents and grown children who live apart: who takes in whom, who inherits, and whose child comes back to town.

Some newcomers have grown up here. Each of them has as mother a woman of the town of the age that his or her own age and
a normal age at birth give, found by keys on a circle (consistent hashing, Karger et al. 1997): one woman more or less
changes the mother of few.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.city.codes import NONE, Sex
from citysim.core.choice import happens
from citysim.core.kernels.columns import carried, rows_where
from citysim.core.kernels.links import rows_in_chains
from citysim.core.kernels.ranks import rising
from citysim.domains.demography.year import ADULT, Rows, Year

LAST_RETURNER = 59
SAMPLE = 8  # one woman in eight is looked at (a power of two)
MOTHER_AGE, MOTHER_SPREAD, MOTHER_GAPS = 28.0, 5.0, (17, 45)  # as the synthesis links grown children to mothers


def children_of(now: Year, parents: Rows) -> tuple[Rows, Rows]:
    """Rows of the children of some people, and position of their mother, else of their father, among these."""
    mother = now.city.persons["mother"]
    (hers, place), (his, other_place) = (rows_in_chains(parents, *chain) for chain in now.families())
    listed = np.zeros(mother.size + 1, dtype=bool)  # a mother who is not known meets the last, false entry
    listed[parents] = True
    rest = ~listed[mother[his]]
    return np.concatenate([hers, his[rest]]), np.concatenate([place, other_place[rest]])


def eldest_children(now: Year, parents: Rows, homes: NDArray[Any], youngest: int = ADULT) -> NDArray[np.int64]:
    """Eldest child in town of each person, -1 where there is none; of two of one age the smaller key.

    Parameters
    ----------
    homes
        Household of each parent: children who live there do not count, nor those without a home in town.
    youngest
        Age from which children count.
    """
    persons = now.city.persons
    children, position = children_of(now, parents)
    home = persons["household"][children]
    lives = (home >= 0) & (home != homes[position]) & (persons["age"][children] >= youngest)
    children, position = children[lives], position[lives]
    order = np.lexsort((persons.key[children], -persons["age"][children].astype(np.int16)))[::-1]
    eldest = np.full(parents.size, NONE, dtype=np.int64)
    eldest[position[order]] = children[order]  # the last one written is the eldest
    return eldest


def link_returners(now: Year, rows: Rows) -> None:
    """Give some adult newcomers without parents in their household a mother in town, and her partner as father.

    Parameters
    ----------
    rows
        Newcomers of this year.
    """
    persons, values = now.city.persons, now.values
    age, sex = persons["age"], persons["sex"]
    own_age = age[rows]
    rows = rows[(own_age >= ADULT) & (own_age <= LAST_RETURNER) & (persons["mother"][rows] < 0)]
    rows = rows[happens(now.draws, "demography.returner", persons.key[rows], values.returner_share)]
    gap = MOTHER_AGE + MOTHER_SPREAD * now.draws.normal("demography.mother_gap", persons.key[rows])
    wanted = age[rows].astype(np.int64) + np.clip(np.rint(gap), *MOTHER_GAPS).astype(np.int64)
    # Ages in the upper bits, keys in the lower: the next woman on the circle of the wanted age.
    circle = _on_circle(wanted.astype(np.uint64), persons.key[rows])
    order = rising(circle)  # places of rising numbers are found faster
    rows, wanted, circle = rows[order], wanted[order], circle[order]
    # A few women are enough to choose from: those whose keys fall on this year.
    sampled = (persons.key.astype(np.uint8) & np.uint8(SAMPLE - 1)) == np.uint8(now.year % SAMPLE)
    women = rows_where(sampled & (sex == Sex.FEMALE) & (persons["children_born"] > 0))
    women = women[(persons["arrival_year"][women] < now.year) & (persons["household"][women] >= 0)]
    theirs = _on_circle(age[women].astype(np.uint64), persons.key[women])
    order = rising(theirs)  # by the first 53 bits: two keys of one age never agree in so many
    place = np.searchsorted(theirs[order], circle)
    mother = women[order[np.minimum(place, order.size - 1)]] if order.size else np.empty(0, np.int64)
    rows = rows[: mother.size]
    right = age[mother] == wanted[: mother.size]  # nobody of that age is left on the circle: a mother elsewhere
    rows, mother = rows[right], mother[right]
    persons["mother"][rows] = mother
    mate = persons["partner"][rows]
    siblings = (mate >= 0) & (persons["mother"][mate] == mother) & (persons.key[rows] > persons.key[mate])
    persons["mother"][rows[siblings]] = NONE  # nobody is brother or sister of a partner
    rows, mother = rows[~siblings], mother[~siblings]
    father = persons["partner"][mother]
    known = (father >= 0) & (sex[father] == Sex.MALE) & (age[father] >= age[rows] + MOTHER_GAPS[0])
    persons["father"][rows[known]] = father[known]


def _on_circle(age: NDArray[np.uint64], keys: NDArray[np.uint64]) -> NDArray[np.uint64]:
    return (age << np.uint64(56)) | (keys >> np.uint64(8))


def parents_home(now: Year, rows: Rows) -> NDArray[np.int32]:
    """Household of the mother, else of the father, of each person; -1 where neither lives in a home of the town."""
    persons = now.city.persons
    home = np.full(rows.size, NONE, dtype=np.int32)
    for link in ("father", "mother"):
        parent = persons[link][rows]
        theirs = carried(persons["household"], parent, NONE)
        home = np.where(theirs >= 0, theirs, home)
    return home
