"""Compiled inner loops of decisions: events and logit choices with keyed Gumbel errors.

A choice needs the largest V_j - ln(-ln u_j). The Gumbel error rises with u, so the leading bits of u bound it from
both sides; logarithms are computed only for the alternatives that the bounds leave open. The result is exact.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from citysim.core.kernels import GAMMA, keyed_unit, logarithm, mix, to_unit

BOUND_BITS = 10
BOUND_SHIFT = np.uint64(64 - BOUND_BITS)


def _gumbel_bounds() -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper bound of the Gumbel error by the leading bits of its draw, widened by a rounding margin."""
    edges = np.arange(0, (1 << BOUND_BITS) + 1) / (1 << BOUND_BITS)
    with np.errstate(divide="ignore"):
        gumbel = -np.log(-np.log(edges))
    return gumbel[:-1] - 1e-9, gumbel[1:] + 1e-9


LOWER, UPPER = _gumbel_bounds()


@njit(cache=True)
def happens(stream, keys, probability):
    out = np.empty(keys.size, dtype=np.bool_)
    for i in range(keys.size):
        out[i] = keyed_unit(stream, keys[i]) < probability[i]
    return out


@njit(cache=True)
def happens_in_cell(stream, keys, cell, probability):
    """Whether each agent's draw falls below the probability of its cell; cells below 0 never."""
    out = np.empty(keys.size, dtype=np.bool_)
    for i in range(keys.size):
        c = cell[i]
        out[i] = c >= 0 and keyed_unit(stream, keys[i]) < probability[c]
    return out


@njit(inline="always", cache=True)
def _winner(state, utility, alternatives, bits, upper):
    """Position of the largest utility plus Gumbel error; -1 if all utilities are -inf."""
    number = utility.size
    floor, leader, open_ = -np.inf, -1, 0
    for j in range(number):
        bits[j] = mix(state + alternatives[j] * GAMMA)
        cell = np.int64(bits[j] >> BOUND_SHIFT)
        low = utility[j] + LOWER[cell]
        upper[j] = utility[j] + UPPER[cell]
        if low > floor:
            floor, leader = low, j
    for j in range(number):
        if upper[j] > floor and utility[j] > -np.inf:
            open_ += 1
            last = j
    if open_ == 1:
        return last
    best, chosen = -np.inf, leader
    for j in range(number):
        if upper[j] > floor and utility[j] > -np.inf:
            total = utility[j] - logarithm(-logarithm(to_unit(bits[j])))
            if total > best:
                best, chosen = total, j
    return chosen


@njit(cache=True)
def choose(stream, keys, utilities, alternatives):
    """Index of the largest utility plus keyed Gumbel error, per row of `utilities` [n, J]."""
    rows, number = utilities.shape
    out = np.empty(rows, dtype=np.int64)
    utility, upper = np.empty(number), np.empty(number)
    bits = np.empty(number, dtype=np.uint64)
    for i in range(rows):
        for j in range(number):
            utility[j] = utilities[i, j]
        out[i] = _winner(mix(stream + keys[i] * GAMMA), utility, alternatives, bits, upper)
    return out


@njit(cache=True)
def choose_linear(stream, keys, constants, coefficients, attributes, available, alternatives):
    """`choose` for utilities linear in attributes, V_ij = constants_j + sum_k coefficients_kj attributes_ki.

    `attributes` is [K, n]; `available` [J, n] bool, or [J, 0] where everything is.
    """
    rows, number, terms = keys.size, constants.size, coefficients.shape[0]
    restricted = available.shape[1] > 0
    out = np.empty(rows, dtype=np.int64)
    utility, upper = np.empty(number), np.empty(number)
    bits = np.empty(number, dtype=np.uint64)
    for i in range(rows):
        for j in range(number):
            v = constants[j]
            for k in range(terms):
                v += coefficients[k, j] * attributes[k, i]
            utility[j] = v if not restricted or available[j, i] else -np.inf
        out[i] = _winner(mix(stream + keys[i] * GAMMA), utility, alternatives, bits, upper)
    return out
