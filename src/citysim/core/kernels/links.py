"""Compiled loops over rows and the links between them: moving rows, following moved ones, first and last of a group.

NumPy would make several temporary arrays for each; the NumPy twins are in the tests.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

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
        int64 [k], positions.
    """
    bits = f"u{target.dtype.itemsize}"  # what the bytes mean does not matter: few versions have to be compiled
    source = source.view(bits)
    source.flags.writeable = False
    _copy_rows(target.view(bits), rows, source, picks)


@njit(cache=True)
def follow(link, moved):
    """Replace every link by the new row of its target; links of -1 stay."""
    for i in range(link.size):
        if link[i] >= 0:
            link[i] = moved[link[i]]


@njit(cache=True)
def ends_of_groups(group, value, groups):
    """First row of each group with a value that is not negative, and the last if it is another; -1 for none, int32."""
    first = np.full(groups + 1, -1, dtype=np.int32)
    last = np.full(groups + 1, -1, dtype=np.int32)
    # Selections, not branches: who counts cannot be predicted. Rows that do not count make one more group.
    for i in range(group.size):
        mine = group[i] if (group[i] >= 0) & (value[i] >= 0) else groups
        known = first[mine]
        first[mine] = i if known < 0 else known
        last[mine] = -1 if known < 0 else i
    return first[:groups], last[:groups]


@njit(cache=True)
def add_lines(out, line, table, weight):
    """Add to each row of `out` [n, J] a weighted line of a table [lines, J]; nothing where `line` is negative."""
    for i in range(line.size):
        if line[i] >= 0:
            for j in range(out.shape[1]):
                out[i, j] += weight[i] * table[line[i], j]


@njit(cache=True)
def rows_linked_to(rows, first, second, position):
    """Rows with a link to a row that has a position (not -1), and that position.

    `first` and `second` are whole columns of links, of which the first comes before; `position` int32 [targets].
    """
    found = np.empty(rows.size, dtype=np.int64)
    place = np.empty(rows.size, dtype=np.int64)
    size = 0
    for row in rows:
        mine = position[first[row]] if first[row] >= 0 else -1
        if mine < 0 and second[row] >= 0:
            mine = position[second[row]]
        if mine >= 0:
            found[size], place[size] = row, mine
            size += 1
    return found[:size], place[:size]
