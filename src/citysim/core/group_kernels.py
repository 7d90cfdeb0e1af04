"""Compiled inner loop of reporting: sums by group in one pass, without temporary columns."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True)
def group_sums(groups, number, values, weights, where, multiply):
    """Sum of values and sum of weights of each group, float64 [number] each; other groups do not count.

    Empty `weights` mean 1 a row, an empty `where` means all rows; `multiply` weighs the values.
    """
    top, below = np.zeros(number), np.zeros(number)
    weighted, restricted = weights.size > 0, where.size > 0
    for i in range(groups.size):
        group = groups[i]
        if group < 0 or group >= number or (restricted and not where[i]):
            continue
        weight = weights[i] if weighted else 1.0
        below[group] += weight
        top[group] += values[i] * weight if multiply else values[i]
    return top, below
