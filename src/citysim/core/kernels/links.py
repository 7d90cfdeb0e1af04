"""Compiled loops over rows and the links between them: moving rows, following moved ones, first and last of a group.

NumPy would make several temporary arrays for each; the NumPy twins are in the tests.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from citysim.core.kernels.columns import as_words, fixed, rows_where

Array = NDArray[Any]


@njit(cache=True)
def _copy_rows(target, rows, source, picks):
    for k in range(rows.size):
        target[rows[k]] = source[picks[k]]


def copy_rows(target: Array, rows: Array, source: Array, picks: Array) -> None:
    """Let `target[rows] = source[picks]` for two columns of one type; no row of `rows` is among `picks` of `target`.

    Parameters
    ----------
    target, source
        Columns.
    rows, picks
        int [k], positions.
    """
    words = as_words(source)
    _copy_rows(target.view(words.dtype), rows, words, picks.astype(np.int64, copy=False))


@njit(cache=True)
def settle_rows(values, holes, movers, size, stop, first, new, source, picks):
    """Move rows of a column into holes, let those from `size` to `stop` have the first value, then let new ones lie.

    `values[holes] = values[movers]`, all `holes` below `size` and `movers` not; `values[new] = source[picks]`.
    """
    for k in range(holes.size):
        values[holes[k]] = values[movers[k]]
    values[size:stop] = first[0]
    for k in range(new.size):
        values[new[k]] = source[picks[k]]


@njit(cache=True)
def follow(link, moved):
    """Replace every link by the new row of its target; the last entry of `moved` is -1, for links of -1."""
    last = np.uint32(moved.size - 1)
    for i in range(link.size):
        link[i] = moved[min(np.uint32(link[i]), last)]  # not a branch: who has no link cannot be predicted


def ends_of_groups(group: Array, value: Array, key: Array, groups: int) -> tuple[Array, Array]:
    """Row of least key in each group, of those whose value is not negative, and of greatest if another; -1, int32."""
    rows = rows_where((group >= 0) & (value >= 0))  # first, as who counts cannot be predicted
    return _ends_of_groups(rows, fixed(group), key, groups)


@njit(cache=True)
def _ends_of_groups(rows, group, key, groups):
    first, last = np.full(groups, -1, dtype=np.int32), np.full(groups, -1, dtype=np.int32)
    for row in rows:
        g = np.uint64(group[np.uint64(row)])
        low, high = first[g], last[g]
        if low < 0:
            first[g] = row
        elif high < 0:
            before = key[np.uint64(row)] < key[np.uint64(low)]
            first[g], last[g] = (row, low) if before else (low, row)
        else:
            first[g] = row if key[np.uint64(row)] < key[np.uint64(low)] else low
            last[g] = row if key[np.uint64(row)] > key[np.uint64(high)] else high
    return first, last


@njit(cache=True)
def sums_of_lines(table, lines, weights):
    """Weighted sums of lines of a table [L, J], [n, J]; `lines` and `weights` are [K, n], a negative line is none."""
    out = np.zeros((lines.shape[1], table.shape[1]), dtype=table.dtype)
    for i in range(out.shape[0]):
        for k in range(lines.shape[0]):
            line, weight = lines[k, i], weights[k, i]
            if line >= 0:
                for j in range(out.shape[1]):
                    out[i, j] += weight * table[line, j]
    return out


@njit(cache=True)
def add_to_chains(rows, link, last, before):
    """Add rows to the chains of their targets: the last row of each, and of each row the one before it; -1 ends.

    `last` has one entry more than there may be targets, for the target -1; `before` one for each row of `link`.
    """
    for row in rows:
        target = link[row]
        if target >= 0:
            before[row] = last[target]
            last[target] = row


@njit(cache=True)
def rows_in_chains(targets, last, before):
    """Rows that lead to some targets, and the position of the target of each."""
    size = 0
    for target in targets:
        row = last[target]
        while row >= 0:
            size += 1
            row = before[row]
    rows, position = np.empty(size, dtype=np.int64), np.empty(size, dtype=np.int64)
    size = 0
    for k in range(targets.size):
        row = last[targets[k]]
        while row >= 0:
            rows[size], position[size] = row, k
            size += 1
            row = before[row]
    return rows, position
