"""Dependent people apply for a nursing home; beds decide who enters, the most dependent and longest waiting first.

Application: logit P = k + b_age (age - 85) / 10 + b_gir (4 - GIR) + b_partner + b_alone, the level k solved at the base
year so that applications exceed the places that fall free by the observed slack.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.core.kernels.columns import carried
from citysim.domains.health.states import logistic

Floats = NDArray[np.float64]
LOWEST_AGE = 60
LOWEST_NEED = 4  # GIR 1 to 4 may enter


def application_score(
    age: NDArray[Any],
    gir: NDArray[Any],
    partner: NDArray[np.bool_],
    alone: NDArray[np.bool_],
    values: Any,
    age_shift: NDArray[Any] | float = 0.0,
) -> Floats:
    """Log-odds of applying, the level left out.

    Parameters
    ----------
    age, gir
        [n], years and GIR group 1 to 4.
    partner, alone
        [n], has a living partner; lives alone.
    values
        Parameters `application_*` of the health domain.
    age_shift
        Years by which equipment at home puts entry off.
    """
    return np.asarray(
        values.application_age * (age - age_shift - 85.0) / 10.0
        + values.application_gir * (LOWEST_NEED - gir.astype(np.float64))
        + values.application_partner * partner
        + values.application_alone * alone
    )


def level_for_total(score: NDArray[Any], total: float) -> float:
    """Constant that makes the probabilities logistic(constant + score) add up to a total (Newton steps).

    Parameters
    ----------
    score
        [n], log-odds.
    total
        Wanted sum, within 0 and n.
    """
    if score.size == 0:
        return 0.0
    share = min(max(total / score.size, 1e-4), 0.95)
    level = float(np.log(share / (1.0 - share)) - score.mean())
    for _ in range(30):
        chance = logistic(level + score)
        slope = float(np.sum(chance * (1.0 - chance)))
        step = (share * score.size - float(chance.sum())) / max(slope, 1e-9)
        level += float(np.clip(step, -2.0, 2.0))
    return level


def queue_priority(gir: NDArray[Any], years_waiting: NDArray[Any]) -> Floats:
    """Rank of applicants: GIR first, then years in the queue; larger enters first."""
    return np.asarray((5.0 - gir.astype(np.float64)) * 100.0 + years_waiting)


def carer_hours(
    in_need: NDArray[np.bool_],
    adult: NDArray[np.bool_],
    household: NDArray[Any],
    parents: tuple[NDArray[Any], ...],
    hours: float,
) -> NDArray[np.float32]:
    """Hours a week that people give to kin who wait for a place: adults of the same home, and children in town.

    Parameters
    ----------
    in_need
        [persons], waits for a place.
    adult
        [persons], old enough to care.
    household
        [persons], row of the household, -1 none.
    parents
        Rows of mothers and of fathers, each [persons], -1 unknown.
    hours
        Hours that one person in need receives from each side, home or children, where there is anybody.
    """
    given = np.zeros(in_need.size, dtype=np.float32)
    homes = household[in_need]
    waiting = np.bincount(homes[homes >= 0], minlength=int(household.max(initial=0)) + 2)  # last: no home
    helper = np.flatnonzero(carried(waiting > 0, household, False))
    helper = helper[adult[helper] & ~in_need[helper]]
    helpers = np.bincount(household[helper], minlength=waiting.size)
    given[helper] = hours * waiting[household[helper]] / helpers[household[helper]]
    for parent in parents:
        child = np.flatnonzero(carried(in_need, parent, False))
        child = child[adult[child] & (household[child] != household[parent[child]])]
        children = np.bincount(parent[child], minlength=in_need.size)
        given[child] += (hours / np.maximum(children[parent[child]], 1)).astype(np.float32)
    return given
