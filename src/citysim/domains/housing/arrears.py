"""Some tenants fall behind with the rent, the more the heavier it is; some of them lose the home two years later.

Chance to fall behind = level(landlord) * exp(b (rent / income - 0.3)), levels set so that the base year has the
published rates of payment orders (Cour des comptes 2022); of those, a share is evicted or leaves before the bailiff.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.city.codes import NONE, Tenure
from citysim.core.choice import happens
from citysim.core.draws import Draws
from citysim.core.kernels.columns import looked_up, rows_where

Array = NDArray[Any]
USUAL_BURDEN = 0.3
RENTED = (Tenure.PRIVATE_RENT, Tenure.SOCIAL_RENT)


def strain(cost: Array, income: Array, slope: float) -> Array:
    """Relative chance to fall behind with a rent of `cost` EUR/month out of `income` EUR/month."""
    return np.exp(slope * (np.minimum(cost / income, 1.0) - USUAL_BURDEN))


def weigh(city: Any, p: SimpleNamespace) -> tuple[Array, Array]:
    """Tenants who pay their rent so far, and their relative chance to fall behind."""
    households = city.households
    tenure = households["tenure"]
    rows = (tenure == Tenure.PRIVATE_RENT) | (tenure == Tenure.SOCIAL_RENT)
    rows = rows_where(rows & (households["dwelling"] >= 0) & (households["arrears_since"] == 0))
    income = np.maximum(households["income"][rows] / 12.0, p.income_floor)
    return rows, strain(households["housing_cost"][rows], income, p.arrears_slope)


def levels(city: Any, p: SimpleNamespace) -> Array:
    """Level by private and social landlords at which the base year has the published rates."""
    rows, weight = weigh(city, p)
    kind = city.households["tenure"][rows] - RENTED[0]
    number, total = np.bincount(kind, minlength=2), np.bincount(kind, weight, minlength=2)
    return p.arrears_rate * number / np.maximum(total, 1e-9)


def evict(city: Any, p: SimpleNamespace, draws: Draws, keys: Array, level: Array, year: int) -> int:
    """End the procedures that are due, and begin those of the tenants who fall behind this year.

    Returns
    -------
    int
        Households that lost their home.
    """
    households = city.households
    since = households["arrears_since"]
    due = rows_where((since > 0) & (year - since >= p.eviction_years))
    loses = happens(draws, "housing.eviction", keys[due], p.eviction_share)
    loses &= households["dwelling"][due] >= 0
    rows, weight = weigh(city, p)
    chance = np.minimum(looked_up(level, households["tenure"][rows] - np.int8(RENTED[0])) * weight, 1.0)
    behind = rows[happens(draws, "housing.arrears", keys[rows], chance)]
    since[due] = 0
    since[behind] = year
    households["dwelling"][due[loses]] = NONE
    return int(np.count_nonzero(loses))
