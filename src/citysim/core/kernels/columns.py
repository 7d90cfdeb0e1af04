"""Compiled one-pass versions of what domains do with whole columns: sums along a link, steps and lines of a table.

Each has its NumPy twin in the tests: `np.bincount`, `np.searchsorted` and `np.interp`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

NONE = np.empty(0, dtype=np.bool_)
# Where few rows are led to, by SMALL rows each or more, sums are kept in lanes (a power of two): neighbours that lead
# to one row need not wait for one another's addition.
LANES, SMALL = 4, 32
WORDS = {size: np.dtype(f"u{size}") for size in (1, 2, 4, 8)}
ONE = np.uint64(1)
# Counting the bits below one, by pairs, fours and eights, says where it is (compilers know it as one instruction).
PAIRS, FOURS, EIGHTS = (np.uint64(n) for n in (0x5555555555555555, 0x3333333333333333, 0x0F0F0F0F0F0F0F0F))
SUM_OF_BYTES, TOP_BYTE = np.uint64(0x0101010101010101), np.uint64(56)
SHIFT_1, SHIFT_2, SHIFT_4 = (np.uint64(n) for n in (1, 2, 4))


def fixed(values: NDArray[Any]) -> NDArray[Any]:
    """Return the same values, read-only: one version of a loop is compiled, whether they could be written to or not."""
    if values.flags.writeable:
        values = values.view()
        values.flags.writeable = False
    return values


def as_words(values: NDArray[Any]) -> NDArray[Any]:
    """Return the bytes of values as unsigned numbers, read-only, for loops to which their meaning does not matter."""
    return fixed(values.view(WORDS[values.dtype.itemsize]))


@njit(cache=True)
def _sums(link, values, where, size, lanes):
    # Selections, not branches: who counts cannot be predicted. Rows without a link (a huge unsigned number) add to one
    # more place.
    total = np.zeros((lanes, size + 1), dtype=np.float64)
    flat, last, step = total.ravel(), np.uint64(size), np.uint64(size + 1 if lanes > 1 else 0)
    whole = link.size & -LANES
    if where.size == 0:
        for i in range(0, whole, LANES):
            for lane in range(LANES):
                flat[np.uint64(lane) * step + min(np.uint64(link[i + lane]), last)] += values[i + lane]
        for i in range(whole, link.size):
            flat[np.uint64(i - whole) * step + min(np.uint64(link[i]), last)] += values[i]
        return _of_lanes(total)
    for i in range(0, whole, LANES):
        for lane in range(LANES):
            value = np.float64(values[i + lane])  # read in any case: reading it for some would be a branch
            flat[np.uint64(lane) * step + min(np.uint64(link[i + lane]), last)] += value if where[i + lane] else 0.0
    for i in range(whole, link.size):
        flat[np.uint64(i - whole) * step + min(np.uint64(link[i]), last)] += values[i] if where[i] else 0.0
    return _of_lanes(total)


@njit(cache=True)
def _counts(link, where, size, lanes):
    total = np.zeros((lanes, size + 1), dtype=np.int64)
    flat, last, step = total.ravel(), np.uint64(size), np.uint64(size + 1 if lanes > 1 else 0)
    whole = link.size & -LANES
    if where.size == 0:
        for i in range(0, whole, LANES):
            for lane in range(LANES):
                flat[np.uint64(lane) * step + min(np.uint64(link[i + lane]), last)] += 1
        for i in range(whole, link.size):
            flat[min(np.uint64(link[i]), last)] += 1
        return _of_lanes(total)
    for i in range(0, whole, LANES):
        for lane in range(LANES):
            flat[np.uint64(lane) * step + min(np.uint64(link[i + lane]), last)] += np.int64(where[i + lane])
    for i in range(whole, link.size):
        flat[min(np.uint64(link[i]), last)] += np.int64(where[i])
    return _of_lanes(total)


@njit(inline="always")
def _of_lanes(total):
    for lane in range(1, total.shape[0]):
        for k in range(total.shape[1]):
            total[0, k] += total[lane, k]
    return total[0, :-1]


def sums_by_link(
    link: NDArray[Any], size: int, values: NDArray[Any] | None = None, where: NDArray[np.bool_] | None = None
) -> NDArray[Any]:
    """Sum of values, or number of rows, that lead to each row of another table.

    Parameters
    ----------
    link
        int [n], row that each row leads to; negative: to none.
    size
        Rows of the other table.
    values
        float [n]; rows are counted without it.
    where
        bool [n], rows that count; all by default.

    Returns
    -------
    NDArray
        float64 [size], or int64 [size] for numbers.
    """
    mask = NONE if where is None else where
    lanes = LANES if SMALL * size <= link.size else 1
    if values is None:
        return np.asarray(_counts(fixed(link), mask, size, lanes))
    return np.asarray(_sums(fixed(link), fixed(values), mask, size, lanes))


def carried(values: NDArray[Any], link: NDArray[Any], otherwise: Any) -> NDArray[Any]:
    """Value of the row that each row leads to, [n]; `otherwise` where it leads to none."""
    words = as_words(values)
    other = np.asarray(otherwise, dtype=values.dtype).view(words.dtype)[()]
    return np.asarray(_carried(words, fixed(link), other)).view(values.dtype)


@njit(cache=True)
def _carried(values, link, otherwise):
    out = np.empty(link.size, dtype=values.dtype)
    if values.size == 0:
        out[:] = otherwise
        return out
    for i in range(link.size):
        row = link[i]
        found = values[np.uint64(max(row, 0))]
        out[i] = found if row >= 0 else otherwise
    return out


@njit(cache=True)
def _of_two(where, yes, no):
    out = np.empty(where.size, dtype=yes.dtype)
    for i in range(where.size):
        one, other = yes[i], no[i]  # read before the selection: reading one of two would be a branch
        out[i] = one if where[i] else other
    return out


@njit(cache=True)
def _or_number(where, yes, no):
    out = np.empty(where.size, dtype=yes.dtype)
    for i in range(where.size):
        out[i] = yes[i] if where[i] else no
    return out


def either(where: NDArray[np.bool_], yes: Any, no: Any) -> NDArray[Any]:
    """One value where a flag is set and another where it is not, [n]: `np.where`, which branches on every flag.

    Parameters
    ----------
    where
        bool [n].
    yes, no
        [n] or numbers.
    """
    dtype = np.result_type(yes, no)
    if np.ndim(yes) == 0 and np.ndim(no) == 0:
        return np.asarray(looked_up(np.array([no, yes], dtype=dtype), where.view(np.int8)))
    if np.ndim(yes) == 0:
        return np.asarray(_or_number(~where, np.asarray(no, dtype=dtype), dtype.type(yes)))
    if np.ndim(no) == 0:
        return np.asarray(_or_number(where, np.asarray(yes, dtype=dtype), dtype.type(no)))
    return np.asarray(_of_two(where, np.asarray(yes, dtype=dtype), np.asarray(no, dtype=dtype)))


def at_least(values: NDArray[np.floating[Any]], least: float) -> NDArray[np.floating[Any]]:
    """`np.maximum` of floats with one number, which does not run in vector units."""
    return values.clip(least, np.inf)


def at_most(values: NDArray[np.floating[Any]], most: float) -> NDArray[np.floating[Any]]:
    """`np.minimum` of floats with one number, which does not run in vector units."""
    return values.clip(-np.inf, most)


@njit(cache=True)
def changed(values, where, yes, no, multiply):
    """Values times, or plus, one number where a flag is set and another where it is not, float64 [n]."""
    out = np.empty(values.size, dtype=np.float64)
    if multiply:
        for i in range(values.size):
            out[i] = values[i] * (yes if where[i] else no)
    else:
        for i in range(values.size):
            out[i] = values[i] + (yes if where[i] else no)
    return out


@njit(cache=True)
def has_bit(masks, bit):
    """Whether each mask has one bit, bool [n]."""
    out = np.empty(masks.size, dtype=np.bool_)
    for i in range(masks.size):
        out[i] = (masks[i] >> bit) & np.uint64(1) != 0
    return out


def rows_where(flags: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Rows whose flag is set (`np.flatnonzero`, but faster where there are many rows)."""
    return np.asarray(_rows_of_bits(np.packbits(flags, bitorder="little"), np.count_nonzero(flags)))


@njit(cache=True)
def _rows_of_bits(bits, number):
    # 64 flags are one word, of which the lowest bit that is set is taken away until none is left.
    words, rows, k = bits[: bits.size & -8].view(np.uint64), np.empty(number, dtype=np.int64), np.uint64(0)
    for w in range(words.size):
        word = words[w]
        while word != 0:
            rows[k] = 64 * w + np.int64(_bits_below_lowest(word))
            word &= word - ONE
            k += ONE
    for b in range(8 * words.size, bits.size):
        word = np.uint64(bits[b])
        while word != 0:
            rows[k] = 8 * b + np.int64(_bits_below_lowest(word))
            word &= word - ONE
            k += ONE
    return rows


@njit(inline="always")
def _bits_below_lowest(word):
    """Number of zeros below the lowest bit that is set."""
    below = (word & (~word + ONE)) - ONE
    below -= (below >> SHIFT_1) & PAIRS
    below = (below & FOURS) + ((below >> SHIFT_2) & FOURS)
    below = (below + (below >> SHIFT_4)) & EIGHTS
    return (below * SUM_OF_BYTES) >> TOP_BYTE


def looked_up(values: NDArray[Any], place: NDArray[Any]) -> NDArray[Any]:
    """Entry of a table for each row, [n]: `values[place]` without widening the places; none may be negative."""
    return np.asarray(_looked_up(as_words(values), fixed(place))).view(values.dtype)


@njit(cache=True)
def _looked_up(values, place):
    out = np.empty(place.size, dtype=values.dtype)
    for i in range(place.size):
        out[i] = values[np.uint64(place[i])]  # a signed one would be tested for counting from the end
    return out


@njit(cache=True)
def steps_reached(values, bounds):
    """How many of a few increasing bounds lie below each value, int8 [n] (`np.searchsorted`, side left)."""
    out = np.zeros(values.size, dtype=np.int8)
    for bound in bounds:
        for i in range(values.size):
            out[i] += values[i] > bound
    return out


@njit(cache=True)
def interpolate(values, points, heights):
    """Height of a line through a few points at each value, flat beyond them, float64 [n] (`np.interp`)."""
    out = np.empty(values.size, dtype=np.float64)
    last = points.size - 1
    slopes = (heights[1:] - heights[:-1]) / (points[1:] - points[:-1])
    for i in range(values.size):
        value = min(max(values[i], points[0]), points[last])
        step = 0
        for k in range(1, last):
            step += value >= points[k]
        out[i] = heights[step] + slopes[step] * (value - points[step])
    return out
