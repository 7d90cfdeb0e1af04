"""Generations move together again: the young go back to their parents, frail old people move in with a child.

Chance of a return within a year: 1 - exp(-r(situation) g), g how much more than today generations live together, for
those of 18 to 34 without partner and child whose parents have a home in town; separated people under 45 also return
(`separations`). An old person who lives alone joins the eldest child in town at a rate that depends on health.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from citysim.city.codes import Health, Labour, Residence
from citysim.core.kernels.columns import rows_where
from citysim.domains.demography.households import leave_alone, lives_with_minor, settle
from citysim.domains.demography.kin import eldest_children, parents_home
from citysim.domains.demography.year import ADULT, Rows, Year

LAST_RETURN = 34
OLD = 75
SITUATION = np.full(len(Labour), 2)  # in work, a student, or neither, by labour
SITUATION[[Labour.EMPLOYED, Labour.STUDENT]] = 0, 1


def together(now: Year) -> float:
    """Factor on the ways into the home of one's parents or children, and of stays there, in this scenario.

    The scenario says how many more people share a home; few of the ways in and out of such homes answer (unions,
    studies and moves to other towns do not), and these by more.
    """
    values = now.values
    return float((values.shared_living_factor * values.intergenerational_factor) ** values.sharing_response)


def return_to_parents(now: Year) -> None:
    """Draw which young adults go back to their parents; they do not leave again in the same year."""
    persons = now.city.persons
    age, household = persons["age"], persons["household"]
    chance = -np.expm1(-now.values.return_rate * together(now))
    lot = now.draws.uniform("demography.return_to_parents", persons.key)
    # Most stay: for the others it is looked where they live and whether they have where to go.
    rows = rows_where((age >= ADULT) & (age <= LAST_RETURN) & (persons["partner"] < 0) & (lot < chance.max()))
    own, home = household[rows], parents_home(now, rows)
    able = (own >= 0) | (persons["residence"][rows] == Residence.STUDENT_HALL)
    goes = able & (home >= 0) & (home != own) & (lot[rows] < chance[SITUATION[persons["labour"][rows]]])
    rows, home = rows[goes], home[goes]
    alone = ~lives_with_minor(now, rows)
    now.returned = rows[alone]
    now.count("returned_home", now.returned.size)
    leave_alone(now, now.returned)
    settle(now, now.returned, home[alone])


def join_children(now: Year) -> None:
    """Draw which old people who live alone move in with a child."""
    persons = now.city.persons
    chance = -np.expm1(-now.values.join_child_rate * together(now))
    lot = now.draws.uniform("demography.join_child", persons.key)
    # Most stay: only of the others it is asked how they live.
    rows = rows_where((persons["age"] >= OLD) & (lot < chance.max()))
    frail = persons["health"][rows] == Health.DEPENDENT
    rows = rows[_alone(now, rows) & (lot[rows] < chance[frail.astype(np.int8)])]
    child = eldest_children(now, rows, persons["household"][rows])
    rows, child = rows[child >= 0], child[child >= 0]
    now.count("joined_children", rows.size)
    settle(now, rows, persons["household"][child])


def _alone(now: Year, rows: Rows) -> NDArray[np.bool_]:
    """Whether some people live in a home of their own, alone since last year."""
    home = now.city.persons["household"][rows]
    return (home >= 0) & (now.city.persons["partner"][rows] < 0) & (now.city.households["size"][home] == 1)
