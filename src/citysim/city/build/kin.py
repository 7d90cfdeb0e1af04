"""Grown children have parents in town: links between households that no census table gives.

An adult who does not live with a parent has a mother in the area with probability alive(age) * near. The mother's age
is the child's plus that at birth, about 28 with a standard deviation of 5 (judgement); which woman is a keyed draw.
"""

from __future__ import annotations

import numpy as np

from citysim.city.build.families import People
from citysim.city.build.traits import Scores
from citysim.city.codes import NONE, Sex

YOUNGEST, OLDEST = 20, 70
# Share of people whose mother is alive, by age (shape of French life tables; judgement).
ALIVE_AGE, ALIVE = np.array([20.0, 40.0, 50.0, 60.0, 70.0]), np.array([0.98, 0.93, 0.84, 0.60, 0.25])
AGE_AT_BIRTH, SPREAD = 28.0, 5.0
LEAST_GAP, MOST_GAP = 17, 45


def link_grown_children(people: People, children_born: np.ndarray, near: float, scores: Scores) -> None:
    """Give adults mothers, and the mothers' partners as fathers, in other households of the city.

    Parameters
    ----------
    children_born
        int [persons]; only women who have had children are mothers.
    near
        Share of adults with a living mother whose mother lives in the area.
    """
    age = people.age.astype(np.int64)
    lot, which = scores.uniform("kin"), scores.uniform("kin_who")
    gap = AGE_AT_BIRTH + SPREAD * scores.draws.normal("synthesis.kin_gap", people.key)
    alone = (people.mother < 0) & (people.father < 0) & (age >= YOUNGEST) & (age <= OLDEST)
    child = np.flatnonzero(alone & (lot < np.interp(age, ALIVE_AGE, ALIVE) * near))
    wanted = age[child] + np.clip(np.rint(gap[child]), LEAST_GAP, MOST_GAP).astype(np.int64)
    women = np.flatnonzero((people.sex == Sex.FEMALE) & (children_born > 0))
    women = women[np.argsort(age[women], kind="stable")]
    first = np.searchsorted(age[women], np.arange(wanted.max(initial=0) + 2))
    number = first[wanted + 1] - first[wanted]
    child, wanted, number = child[number > 0], wanted[number > 0], number[number > 0]
    mother = women[first[wanted] + (which[child] * number).astype(np.int64)]
    mother_of = np.full(age.size, NONE, np.int64)
    mother_of[child] = mother
    partner = people.partner[child]
    # Nobody is brother or sister, or child, of a partner.
    apart = (partner < 0) | ((mother_of[partner] != mother) & (partner != mother))
    child, mother = child[apart], mother[apart]
    people.mother[child] = mother
    father = people.partner[mother]
    known = (father >= 0) & (people.sex[father] == Sex.MALE) & (age[father] >= age[child] + LEAST_GAP)
    people.father[child[known]] = father[known]
