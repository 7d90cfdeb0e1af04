"""Who is among the best of a group, and values at given ranks: compiled, without sorting everybody.

Ties go to the first in the list, as in a stable sort.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from citysim.core.kernels.columns import fixed

FEW = 32  # of so many, comparing all with all is faster than sorting


@njit(inline="always")
def add_up(numbers):
    """Running sum in place; the sum is at hand, not read back from where it was just written."""
    total = np.int64(0)
    for k in range(numbers.size):
        total += numbers[k]
        numbers[k] = total


@njit(inline="always")
def _above(values, bar):
    """How many values lie above a bar."""
    number = 0
    for value in values:
        number += value > bar
    return number


@njit(inline="always")
def _few(values, wanted):
    """The last of the `wanted` largest values."""
    last = np.inf
    for value in values:
        last = min(last, value) if _above(values, value) < wanted else last
    return last


@njit(cache=True)
def _best(score, group, places):
    groups = places.size
    first = np.zeros(groups + 1, dtype=np.int64)
    for i in range(group.size):
        first[group[i] + 1] += 1
    add_up(first)
    laid = np.empty(group.size, dtype=np.float64)  # scores, group after group
    free = first[:-1].copy()
    for i in range(group.size):
        laid[free[group[i]]] = score[i]
        free[group[i]] += 1
    bar = np.empty(groups, dtype=np.float64)  # the last score that is in
    left = np.zeros(groups, dtype=np.int64)  # places for those who just reach it
    for g in range(groups):
        size, wanted = first[g + 1] - first[g], places[g]
        if wanted <= 0:
            bar[g] = np.inf
        elif wanted >= size:
            bar[g], left[g] = -np.inf, size
        else:
            part = laid[first[g] : first[g + 1]]
            bar[g] = _few(part, wanted) if size < FEW else np.partition(part, size - wanted)[size - wanted]
            left[g] = wanted - _above(part, bar[g])
    chosen = np.zeros(group.size, dtype=np.bool_)
    for i in range(group.size):
        g = group[i]
        if score[i] > bar[g]:
            chosen[i] = True
        elif score[i] == bar[g] and left[g] > 0:
            chosen[i] = True
            left[g] -= 1
    return chosen


def best_in_group(score: NDArray[Any], group: NDArray[Any], places: NDArray[Any]) -> NDArray[np.bool_]:
    """Whether each is among the best `places` of the own group.

    Parameters
    ----------
    score
        float [n], finite; larger is better.
    group
        int [n], 0 to G - 1.
    places
        int [G].
    """
    return np.asarray(
        _best(
            np.asarray(score, dtype=np.float64), group.astype(np.int32, copy=False), np.asarray(places, dtype=np.int64)
        )
    )


LARGEST = 1e150  # what is larger, or no number, is left to an ordinary sort
PATIENCE = 16  # steps back per row, after which an ordinary sort is the faster one


@njit(cache=True, error_model="numpy")
def _rising(values):
    """Rows laid into as many bins of equal width as there are rows, then each moved back to its place."""
    rows = np.empty(values.size, dtype=np.int64)
    low, high = np.inf, -np.inf
    for value in values:
        if not abs(value) < LARGEST:
            return rows[:0]
        low, high = min(low, value), max(high, value)
    scale = (values.size - 1) / (high - low) if high - low > 1 / LARGEST else 0.0
    bins = np.empty(values.size, dtype=np.int32)
    free = np.zeros(values.size + 1, dtype=np.int32)
    for i in range(values.size):
        bins[i] = np.int32((values[i] - low) * scale)
        free[bins[i] + 1] += 1
    add_up(free)
    for i in range(values.size):
        rows[free[bins[i]]] = i
        free[bins[i]] += 1
    left = PATIENCE * values.size
    for k in range(1, values.size):
        row, place = rows[k], k
        while place > 0 and values[rows[place - 1]] > values[row]:
            rows[place] = rows[place - 1]
            place -= 1
        rows[place] = row
        left -= k - place
        if left < 0:
            return rows[:0]
    return rows


def rising(values: NDArray[Any]) -> NDArray[np.int64]:
    """Rows from the smallest value to the largest, the first of equals first (`np.argsort`, stable).

    Parameters
    ----------
    values
        float [n], best without a few that lie far out.
    """
    values = fixed(values.astype(np.float64, copy=False))
    rows = _rising(values)
    return np.asarray(rows if rows.size == values.size else np.argsort(values, kind="stable"))


BINS = 4096  # of about equal width: values of one bin are sorted, all others are not


@njit(cache=True, error_model="numpy")
def _bins(values):
    """Number of the bin of each value, rising with the value."""
    low, high = np.inf, -np.inf
    for value in values:
        low, high = min(low, value), max(high, value)
    scale = (BINS - 1) / (high - low) if high > low else 0.0
    bins = np.empty(values.size, dtype=np.int32)
    for i in range(values.size):
        bins[i] = np.int32((values[i] - low) * scale)
    return bins


@njit(cache=True)
def _at_ranks(values, ranks):
    bins = _bins(values)
    below = np.zeros(BINS + 1, dtype=np.int64)
    for b in bins:
        below[b + 1] += 1
    add_up(below)
    out = np.empty(ranks.size, dtype=values.dtype)
    for k in range(ranks.size):
        wanted = np.searchsorted(below, ranks[k], side="right") - 1
        inside = np.empty(below[wanted + 1] - below[wanted] + 1, dtype=values.dtype)
        found = 0
        for i in range(values.size):
            inside[found] = values[i]
            found += bins[i] == wanted
        out[k] = np.sort(inside[:found])[ranks[k] - below[wanted]]
    return out


def at_ranks(values: NDArray[Any], ranks: NDArray[Any]) -> NDArray[Any]:
    """Values at given ranks, 0 being the smallest (`np.sort(values)[ranks]`).

    Parameters
    ----------
    values
        float [n], finite, n > 0.
    ranks
        int [k], 0 to n - 1.
    """
    return np.asarray(_at_ranks(values, np.asarray(ranks, dtype=np.int64)))


def median(values: NDArray[Any]) -> float:
    """Median of some finite values, at least one (`np.median`)."""
    return float(at_ranks(values, np.array([(values.size - 1) // 2, values.size // 2])).mean())


@njit(cache=True)
def first_above(bounds, last, hints, group, lot):
    """Place of the first bound of each one's group above the lot's share of the group's last bound; at most the last.

    Parameters
    ----------
    bounds
        float [n], rising within each group.
    last
        int [G], place of the last bound of each group.
    hints
        int [G, H + 1], where to begin by the lot in steps of 1 / H, H a power of two.
    group, lot
        Group, and number from 0 to 1, of each.
    """
    out = np.empty(lot.size, dtype=np.int64)
    for i in range(lot.size):
        end = last[group[i]]
        wanted = lot[i] * bounds[end]
        place = hints[group[i], np.int64(lot[i] * (hints.shape[1] - 1))]
        while place < end and bounds[place] <= wanted:
            place += 1
        out[i] = place
    return out
