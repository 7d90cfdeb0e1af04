"""Compiled inner loops of reporting: numbers and medians by group, without temporary columns.

A selection of rows is a string of bits, 64 rows a word: how many rows of a group are selected is a count of the bits
that both have. `tests/twins/groups.py` holds the NumPy twins.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

ODD, PAIRS, NIBBLES = (np.uint64(n) for n in (0x5555555555555555, 0x3333333333333333, 0x0F0F0F0F0F0F0F0F))
BYTES = np.uint64(0x0101010101010101)
ONE, TWO, FOUR, TOP = (np.uint64(n) for n in (1, 2, 4, 56))


def as_bits(rows: NDArray[np.bool_]) -> NDArray[np.uint64]:
    """Pack a selection of rows, bool [n], into words of 64 rows each; what is left of the last word is zero."""
    words = np.zeros(-(-rows.size // 64), dtype=np.uint64)
    packed = np.packbits(rows)
    words.view(np.uint8)[: packed.size] = packed
    return words


@njit(cache=True)
def common_bits(masks, bits):
    """Count the bits that each mask, uint64 [groups, words], has in common with `bits`, float64 [groups]."""
    counts = np.zeros(masks.shape[0], dtype=np.float64)
    for group in range(masks.shape[0]):
        total = np.uint64(0)
        for i in range(bits.size):  # a count without branches or tables, which the compiler does many words at a time
            word = masks[group, i] & bits[i]
            word -= (word >> ONE) & ODD
            word = (word & PAIRS) + ((word >> TWO) & PAIRS)
            total += (((word + (word >> FOUR)) & NIBBLES) * BYTES) >> TOP
        counts[group] = total
    return counts


@njit(cache=True)
def group_medians(places, number, values):
    """Median of the values of each group, float64 [number], nan where it has none; the smallest value comes first."""
    size = np.zeros(number + 1, dtype=np.int64)
    for place in places:
        size[place] += 1
    met = np.zeros(number + 1, dtype=np.int64)
    twice = np.zeros(number + 1, dtype=np.float64)  # sum of the two in the middle, or twice the middle one
    for i in range(places.size):
        place = places[i]
        if met[place] == (size[place] - 1) // 2:
            twice[place] += values[i]
        if met[place] == size[place] // 2:
            twice[place] += values[i]
        met[place] += 1
    return np.where(size > 0, twice / 2, np.nan)[:number]
