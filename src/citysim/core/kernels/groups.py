"""Compiled inner loop of reporting: sums by group in one pass, without temporary columns."""

from __future__ import annotations

import numpy as np
from numba import njit

LANES = 4  # sums are kept in four lanes: neighbours in one group need not wait for one another's addition


@njit(cache=True)
def group_sums(groups, number, values, weights, where, multiply):
    """Sum of values and sum of weights of each group, float64 [number] each; other groups do not count.

    Empty `weights` mean 1 a row, an empty `where` means all rows; `multiply` weighs the values.
    """
    top, below = np.zeros(LANES * number), np.zeros(LANES * number)
    weighted, restricted = weights.size > 0, where.size > 0
    for i in range(groups.size):
        if restricted and not where[i]:
            continue
        group = np.int64(groups[i])
        if group < 0 or group >= number:
            continue
        place = (i & (LANES - 1)) * number + group
        if weighted:
            below[place] += weights[i]
            top[place] += values[i] * weights[i] if multiply else values[i]
        else:
            below[place] += 1.0
            top[place] += values[i]
    return top.reshape(LANES, number).sum(axis=0), below.reshape(LANES, number).sum(axis=0)
