"""Loops over rows and links equal their NumPy twins."""

import numpy as np
import pytest

from citysim.core.draws import Draws, mix_keys
from citysim.core.kernels.links import (
    add_to_chains,
    copy_rows,
    ends_of_groups,
    follow,
    rows_in_chains,
    settle_rows,
    sums_of_lines,
)


def numbers(name, size, low, high):
    """Whole numbers from low to high - 1."""
    return low + Draws(1, 2025).integers(f"test.{name}", mix_keys(name, np.arange(size)), high - low)


@pytest.mark.parametrize("dtype", ["bool", "int8", "int16", "float32", "uint64", "float64"])
def test_rows_are_copied_whatever_their_type(dtype):
    source = numbers("source", 50, 0, 2).astype(dtype)
    source.flags.writeable = False
    target = np.zeros(40, dtype)
    rows, picks = np.arange(39, 0, -2), numbers("picks", 20, 0, 50)
    expected = target.copy()
    expected[rows] = source[picks]
    copy_rows(target, rows, source, picks)
    np.testing.assert_array_equal(target, expected)


NOBODY = np.empty(0, np.int64)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "uint32", "uint64"])
@pytest.mark.parametrize("dead", [[], [9], [0, 3, 8], [7, 8, 9], list(range(10))])
@pytest.mark.parametrize("new", [NOBODY, np.array([4, 1])])
def test_rows_settle_as_one_assignment_after_the_other_would(dtype, dead, new):
    values, source = numbers("settled", 12, 1, 99).astype(dtype), numbers("source", 5, 100, 200).astype(dtype)
    dead = np.array(dead, np.int64)
    living, size = np.setdiff1d(np.arange(10), dead), 10 - dead.size
    holes, movers = dead[dead < size], living[living >= size]
    new, picks, first = new[new < size], numbers("picks", 2, 0, 5)[: new[new < size].size], np.zeros(1, dtype)
    expected = values.copy()
    expected[holes] = expected[movers]
    expected[size:10] = 0
    expected[new] = source[picks]
    settle_rows(values, holes, movers, size, 10, first, new, source, picks)
    np.testing.assert_array_equal(values, expected)


def test_nothing_is_reset_where_the_last_rows_stay():
    values = np.arange(1, 7, dtype=np.uint32)
    settle_rows(values, NOBODY, NOBODY, 6, 4, np.zeros(1, np.uint32), NOBODY, values[:0].copy(), NOBODY)
    np.testing.assert_array_equal(values, np.arange(1, 7))


def test_links_follow_rows_that_moved():
    moved = np.array([0, -1, 3, 1, -1, 2, -1], np.int32)
    link = np.array([-1, 0, 1, 2, 5, 3, -1], np.int32)
    expected = moved[link]
    follow(link, moved)
    np.testing.assert_array_equal(link, expected)


def test_least_and_greatest_key_of_each_group():
    group = numbers("group", 60, -1, 6).astype(np.int32)
    value = numbers("value", 60, -1, 2).astype(np.int16)
    key = mix_keys("key", np.arange(60))
    first, last = ends_of_groups(group, value, key, 7)
    for one in range(7):
        rows = np.flatnonzero((group == one) & (value >= 0))
        rows = rows[np.argsort(key[rows])]
        assert first[one] == (rows[0] if rows.size else -1)
        assert last[one] == (rows[-1] if rows.size > 1 else -1)


def test_rows_that_lead_to_some_targets():
    link = numbers("chained", 80, -1, 30).astype(np.int32)
    rows, targets = np.arange(10, 80), np.array([4, -1, 17, 29, 3])
    last, before = np.full(31, -1, np.int32), np.empty(80, np.int32)
    for some in (rows[:40], rows[40:]):
        add_to_chains(some, link, last, before)
    found, position = rows_in_chains(targets, last, before)
    for k, target in enumerate(targets):
        expected = rows[(link[rows] == target) & (target >= 0)]
        np.testing.assert_array_equal(np.sort(found[position == k]), expected)
    assert found.size == position.size > 3


def test_weighted_lines_are_added():
    table = (numbers("table", 12, 0, 99) / 99).reshape(4, 3).astype(np.float32)
    lines = np.array([[2, -1, 0, 3, 3], [1, 1, -1, 0, 3]], np.int32)
    weights = (numbers("weight", 10, 0, 99) / 99).reshape(2, 5).astype(np.float32)
    expected = np.where(lines[..., None] >= 0, weights[..., None] * table[lines], np.float32(0.0)).sum(axis=0)
    np.testing.assert_array_equal(sums_of_lines(table, lines, weights), expected)
