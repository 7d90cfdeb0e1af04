"""NumPy twin of `citysim.core.kernels.budgets`: what a test compares the compiled loop with."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.core.budget_market import Budgets, Goods, Tables, Taste

Array = NDArray[Any]
WORST = 0.95


def bids(
    seeker: Array, good: Array, error: Array, seekers: Budgets, goods: Goods, tables: Tables, taste: Taste
) -> tuple[Array, Array, Array]:
    """Judge (seeker, good) pairs.

    Parameters
    ----------
    seeker, good
        int [pairs], positions.
    error
        float64 [pairs], keyed Gumbel errors.

    Returns
    -------
    tuple
        bool [pairs] acceptable to both law and seeker, float64 [pairs] utility, float64 [pairs] score.
    """
    one = Budgets(*(np.asarray(values)[seeker] for values in seekers))
    other = Goods(*(np.asarray(values)[good] for values in goods))
    income, price = one.income.astype(float), other.price.astype(float)
    loan = np.where(price > 0, np.maximum(price - one.means, 0.0) * one.rate, 0.0)
    cost = other.running.astype(float) - np.where(tables.aided[other.kind], one.aid, 0.0) + loan
    can = ((one.allowed >> other.kind) & 1).astype(bool) & (other.size >= one.least) & (cost <= one.most)
    can &= (price <= 0) | ((one.means >= taste.down_payment * price) & (loan <= one.most_loan))
    value = taste.weight_size * np.minimum(other.size / one.need.astype(float), taste.size_ceiling)
    value = value + other.quality + tables.places[seeker, other.place] + tables.kinds[one.group, other.kind] + error
    felt = cost + taste.own_cost * np.minimum(price, one.means)
    total = value + taste.weight_budget * np.log(1.0 - np.minimum(felt / income, WORST))
    bid = income * (1.0 - np.exp(np.minimum((one.reservation - value) / taste.weight_budget, 20.0)))
    score = np.where(tables.by_priority[other.kind], one.priority + 1e-3 * total, bid)
    return can & (one.bound | (total > one.reservation)), total, score
