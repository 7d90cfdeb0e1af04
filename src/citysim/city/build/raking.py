"""Fit tables of shares to published totals, and turn the fitted numbers into whole people.

Raking (iterative proportional fitting): x <- x * target / sum(x) over each margin in turn (Deming and Stephan 1940).
Whole numbers: cumulative rounding, n_i = floor(c_i + 1/2) - floor(c_(i-1) + 1/2), a systematic sample without draw,
so that every partial sum along the order of the cells is right to half a unit (Madow 1949; compare the truncate,
replicate, sample of Lovelace and Ballas 2013, whose last step leaves the cell totals to chance).

Own code rather than `ipfn` or `humanleague`, against which the tests compare it: all zones are fitted in one array
pass (a library call per zone costs more than the whole synthesis), and some margins bind groups of cells.
"""

from __future__ import annotations

import numpy as np

from citysim.core.kernels.columns import sums_by_link
from citysim.core.kernels.ranks import rising


def order_within(group: np.ndarray, order: np.ndarray) -> np.ndarray:
    """Row numbers sorted by group, then by order, equals as they stand: one sort of a joint number."""
    low = float(order.min(initial=0.0))
    span = float(order.max(initial=0.0)) - low + 1.0
    return rising(group * span + (order - low))


def rake(seed: np.ndarray, margins: list[tuple[tuple[int, ...], np.ndarray]], rounds: int = 40) -> np.ndarray:
    """Fit a table to margins; the last margin holds exactly.

    Parameters
    ----------
    seed
        Starting table, any shape; zeros stay zero.
    margins
        Pairs (axes kept, target), the target shaped like those axes.
    rounds
        Passes over all margins; stops early when the first margin holds to 1e-6.
    """
    table = seed.astype(np.float64)
    for _ in range(rounds):
        worst = 0.0
        for axes, target in margins:
            away = tuple(axis for axis in range(table.ndim) if axis not in axes)
            current = table.sum(axis=away)
            scale = np.divide(target, current, out=np.zeros_like(current), where=current > 0)
            worst = max(worst, float(np.max(np.abs(current - target), initial=0.0)))
            table *= np.expand_dims(scale, away)
        if worst < 1e-6:
            break
    return table


def integerise(values: np.ndarray, totals: np.ndarray) -> np.ndarray:
    """Whole numbers in the proportions of each row, adding up to the row's total.

    Parameters
    ----------
    values
        Non-negative [rows, cells].
    totals
        Whole numbers [rows].
    """
    sums = values.sum(axis=1)
    share = np.divide(totals, sums, out=np.zeros(len(totals)), where=sums > 0)
    steps = np.floor(np.cumsum(values, axis=1) * share[:, None] + 0.5 - 1e-9)
    steps[:, -1] = np.where(sums > 0, totals, 0)
    return np.diff(steps, axis=1, prepend=0).astype(np.int64)


def whole(values: np.ndarray, parent: np.ndarray | None = None) -> np.ndarray:
    """Round a column so that the total, and the total of each parent (contiguous), are right to half a unit."""
    if parent is None:
        return integerise(values[None, :], np.array([np.floor(values.sum() + 0.5)]))[0]
    parents, place = np.unique(parent, return_inverse=True)
    first = whole(np.bincount(place, weights=values))
    result = np.zeros(values.size, dtype=np.int64)
    for row in range(parents.size):
        mine = place == row
        result[mine] = integerise(values[mine][None, :], first[row : row + 1])[0]
    return result


def odds_for_counts(group: np.ndarray, counts: np.ndarray, odds: np.ndarray, rounds: int = 30) -> np.ndarray:
    """Probabilities s w / (1 + s w) whose sum in each group is the count (Newton steps on ln s).

    Parameters
    ----------
    group
        Group of each member [n].
    counts
        How many to choose in each group.
    odds
        Relative odds w >= 0 [n].
    """
    log_odds = np.log(np.maximum(odds, 1e-300))
    size = np.bincount(group, weights=odds > 0, minlength=counts.size)
    aim = np.minimum(counts, size)
    inside = np.clip(np.divide(aim, size, out=np.zeros(size.size), where=size > 0), 1e-9, 1 - 1e-9)
    weight = np.bincount(group, weights=odds, minlength=counts.size)
    mean = np.divide(weight, size, out=np.ones(size.size), where=size > 0)
    shift = np.log(inside / (1 - inside)) - np.log(np.maximum(mean, 1e-300))
    for _ in range(rounds):
        chance = 1.0 / (1.0 + np.exp(-np.clip(log_odds + shift[group], -60, 60)))
        got = sums_by_link(group, counts.size, chance)
        slope = sums_by_link(group, counts.size, chance * (1 - chance))
        step = np.divide(aim - got, slope, out=np.zeros(got.size), where=slope > 1e-12)
        shift += np.clip(step, -2.0, 2.0)
        if np.max(np.abs(aim - got), initial=0.0) < 1e-6:
            break
    full = aim >= size
    return np.where(odds > 0, np.where(full[group], 1.0, chance), 0.0)


def select(group: np.ndarray, counts: np.ndarray, odds: np.ndarray, order: np.ndarray) -> np.ndarray:
    """Choose exactly `counts` members of each group, likely ones more often, spread evenly along `order`.

    A systematic sample with the probabilities of `odds_for_counts`: along the order (for example age plus a keyed
    draw), the number chosen never strays from its expectation by more than one.

    Returns
    -------
    numpy.ndarray
        bool [n].
    """
    chance = odds_for_counts(group, counts, odds)
    return systematic(group, counts, chance, order)


def systematic(group: np.ndarray, counts: np.ndarray, chance: np.ndarray, order: np.ndarray) -> np.ndarray:
    """Systematic sample of whole counts with given inclusion probabilities; see `select`."""
    if group.size == 0:
        return np.zeros(0, bool)
    place = order_within(group, order)
    sums = np.bincount(group, weights=chance, minlength=counts.size)
    aim = np.minimum(counts, np.bincount(group, weights=chance > 0, minlength=counts.size))
    scale = np.divide(aim, sums, out=np.zeros(sums.size), where=sums > 0)
    steps = np.floor(np.cumsum((chance * scale[group])[place]) + 0.5)
    chosen = np.empty(group.size, bool)
    chosen[place] = np.diff(steps, prepend=0.0) > 0
    return chosen


def deal(group: np.ndarray, counts: np.ndarray, order: np.ndarray) -> np.ndarray:
    """Give every member one of several labels so that each group has exactly `counts[group, label]` of each.

    Members come in the order of `order` within their group and the labels are dealt like shuffled cards, spread
    evenly: label j's k-th card lies at (k + 1/2) / n_j.

    Returns
    -------
    numpy.ndarray
        Label of each member [n], int64.
    """
    sizes = counts.sum(axis=1)
    cell = np.repeat(np.arange(counts.size), counts.ravel())
    first = np.concatenate([[0], np.cumsum(counts.ravel())[:-1]])
    rank = np.arange(cell.size) - first[cell]
    position = (rank + 0.5) / np.maximum(counts.ravel()[cell], 1)
    row = cell // counts.shape[1]
    cards = (cell % counts.shape[1])[np.lexsort((position, row))]
    if not np.array_equal(np.bincount(group, minlength=sizes.size), sizes):
        raise ValueError("the labels of a group do not add up to its members")
    label = np.empty(group.size, dtype=np.int64)
    label[order_within(group, order)] = cards
    return label
