"""Compiled inner loops of decisions: events and logit choices with keyed Gumbel errors.

A choice needs the largest V_j - ln(-ln u_j). The Gumbel error rises with u, so the leading bits of u bound it from
both sides; logarithms are computed only for the alternatives that the bounds leave open. The result is exact.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from citysim.core.kernels.draws import GAMMA, keyed_unit, logarithm, mix, to_unit

BOUND_BITS = 10
BLOCK = 256
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
    chance = np.zeros(probability.size + 1)  # the first is for those of no cell, so that nothing has to branch
    chance[1:] = probability
    lot, out = np.empty(keys.size), np.empty(keys.size, dtype=np.bool_)
    for i in range(keys.size):  # apart, so that it runs in vector units
        lot[i] = keyed_unit(stream, keys[i])
    for i in range(keys.size):
        out[i] = lot[i] < chance[np.uint64(max(cell[i] + 1, 0))]
    return out


@njit(inline="always", cache=True)
def _winner(state, utility, alternatives, bits):
    """Position of the largest utility plus Gumbel error; -1 if all utilities are -inf."""
    leader, floor, first, second = -1, -np.inf, -np.inf, -np.inf
    for j in range(utility.size):
        bits[j] = mix(state + alternatives[j] * GAMMA)
        cell = np.int64(bits[j] >> BOUND_SHIFT)
        upper, lower = utility[j] + UPPER[cell], utility[j] + LOWER[cell]
        # Selections, not branches: which alternative leads cannot be predicted.
        below = first if upper > first else upper
        second = below if below > second else second
        floor = lower if upper > first else floor
        leader = j if upper > first else leader
        first = upper if upper > first else first
    if floor > second:
        return leader
    best, chosen = -np.inf, -1
    for j in range(utility.size):
        if utility[j] + UPPER[np.int64(bits[j] >> BOUND_SHIFT)] >= floor and utility[j] > -np.inf:
            total = utility[j] - logarithm(-logarithm(to_unit(bits[j])))
            if total > best:
                best, chosen = total, j
    return chosen


@njit(cache=True, error_model="numpy")
def choose(stream, keys, cell, utilities, alternatives):
    """Index of the largest utility plus keyed Gumbel error, by the row `cell` of `utilities` [cells, J].

    Without cells each agent has the row of its own position.
    """
    number = utilities.shape[1]
    out = np.empty(keys.size, dtype=np.int64)
    utility = np.empty(number)
    bits = np.empty(number, dtype=np.uint64)
    for i in range(keys.size):
        row = np.int64(cell[i]) if cell.size else i
        for j in range(number):
            utility[j] = utilities[row, j]
        out[i] = _winner(mix(stream + keys[i] * GAMMA), utility, alternatives, bits)
    return out


@njit(cache=True, error_model="numpy")
def choose_linear(stream, keys, constants, coefficients, attributes, available, alternatives):
    """`choose` for utilities linear in attributes, V_ij = constants_j + sum_k coefficients_kj attributes_ki.

    `attributes` is [K, n]; `available` [J, n] bool, or [J, 0] where everything is.
    """
    rows, number, terms = keys.size, constants.size, coefficients.shape[0]
    restricted = available.shape[1] > 0
    out = np.empty(rows, dtype=np.int64)
    block = np.empty((number, BLOCK))
    utility = np.empty(number)
    bits = np.empty(number, dtype=np.uint64)
    for start in range(0, rows, BLOCK):
        width = min(BLOCK, rows - start)
        # Utilities of a block first: sums over agents run in the processor's vector units.
        for j in range(number):
            line = block[j, :width]
            line[:] = constants[j]
            for k in range(terms):
                slope, attribute = coefficients[k, j], attributes[k, start : start + width]
                for b in range(width):
                    line[b] += slope * attribute[b]
            if restricted:
                open_to = available[j, start : start + width]
                for b in range(width):
                    line[b] = line[b] if open_to[b] else -np.inf
        for b in range(width):
            for j in range(number):
                utility[j] = block[j, b]
            out[start + b] = _winner(mix(stream + keys[start + b] * GAMMA), utility, alternatives, bits)
    return out
