"""Compiled column passes agree with NumPy."""

import numpy as np
import pytest

from citysim.core.draws import Draws, mix_keys
from citysim.core.kernels.columns import (
    at_least,
    at_most,
    carried,
    changed,
    either,
    has_bit,
    interpolate,
    looked_up,
    rows_where,
    steps_reached,
    sums_by_link,
)
from citysim.core.kernels.ranks import at_ranks, best_in_group, median, rising
from twins import ranks

KEYS = mix_keys("test", np.arange(5000))
LOT = Draws(1, 2030).uniform("test.lot", KEYS)


@pytest.mark.parametrize("share", [0.0, 0.001, 0.06, 0.5, 1.0])
def test_rows_with_a_flag(share):
    flags = share > LOT
    np.testing.assert_array_equal(rows_where(flags), np.flatnonzero(flags))


@pytest.mark.parametrize("size", [*range(10), 63, 64, 65, 129])
def test_rows_with_a_flag_of_few(size):
    for flags in (LOT[:size] < 0.5, np.ones(size, bool), np.arange(size) == size - 1, (LOT < 0.5)[: 2 * size : 2]):
        found = rows_where(flags)
        np.testing.assert_array_equal(found, np.flatnonzero(flags))
        assert found.dtype == np.int64


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_bounds_on_one_side_keep_the_type(dtype):
    values = np.array([-np.inf, -2.0, 0.3, 1.0, 7.0, np.inf, np.nan], dtype)
    for bounded, bound in ((at_least, np.maximum), (at_most, np.minimum)):
        found = bounded(values, 0.3)
        np.testing.assert_array_equal(found, bound(values, dtype(0.3)))
        assert found.dtype == dtype
        assert bounded(values[:0], 0.3).size == 0


@pytest.mark.parametrize("rounded", [False, True])
@pytest.mark.parametrize("groups", [1, 25, 3000])
def test_the_best_of_each_group_are_those_of_a_sort(groups, rounded):
    group = (Draws(2, 2030).uniform("test.group", KEYS) * groups).astype(np.int32)
    score = np.floor(LOT * 20) if rounded else LOT
    places = np.bincount(group, minlength=groups) * np.arange(groups) // max(groups - 1, 1)
    places[0] = 7
    np.testing.assert_array_equal(best_in_group(score, group, places), ranks.best_in_group(score, group, places))


def test_more_places_than_people_and_none_at_all():
    group = np.array([0, 0, 1, 1], dtype=np.int8)
    np.testing.assert_array_equal(
        best_in_group(np.array([3.0, 1.0, 2.0, 5.0]), group, np.array([9, 0])), [True, True, False, False]
    )
    assert best_in_group(np.empty(0), np.empty(0, np.int8), np.array([1])).size == 0


@pytest.mark.parametrize("size", [60, 7])
@pytest.mark.parametrize("dtype", [np.int8, np.int32, np.uint16])
def test_sums_and_numbers_along_a_link(size, dtype):
    link = (LOT * (size + 1)).astype(dtype) - dtype(1)  # one place in all leads to no row
    where, values = LOT * 10 % 1 > 0.5, LOT.astype(np.float32)
    linked = link < size if dtype is np.uint16 else link >= 0
    np.testing.assert_array_equal(sums_by_link(link, size), np.bincount(link[linked], minlength=size))
    kept = linked & where
    np.testing.assert_array_equal(sums_by_link(link, size, where=where), np.bincount(link[kept], minlength=size))
    for rows, mask in ((linked, None), (kept, where)):
        expected = np.bincount(link[rows], values[rows], size)
        np.testing.assert_allclose(sums_by_link(link, size, values, mask), expected, rtol=1e-13)


@pytest.mark.parametrize("dtype", ["float32", "float64", "int8"])
def test_either_is_a_choice_of_two(dtype):
    flag, values = LOT > 0.4, (LOT * 100).astype(dtype)
    others = values[::-1].copy()
    for yes, no in ((values, others), (values, 3), (3, values), (2.0, 3.0), (values, np.float64(0.5))):
        found, expected = either(flag, yes, no), np.where(flag, yes, no)
        np.testing.assert_array_equal(found, expected)
        assert found.dtype == expected.dtype


@pytest.mark.parametrize("values", [LOT, np.exp(20 * LOT), np.ones(7), np.floor(9 * LOT).astype(np.float32), LOT[:1]])
def test_values_at_ranks_are_those_of_a_sort(values):
    places = (np.linspace(0, 1, 5) * (values.size - 1)).astype(int)
    np.testing.assert_array_equal(at_ranks(values, places), np.sort(values)[places])
    assert median(values) == np.median(values)
    assert median(values[1:] if values.size > 1 else values) == np.median(values[1:] if values.size > 1 else values)


ODD = [np.exp(80 * LOT), np.zeros(5), np.array([1.0, np.nan, -np.inf, np.inf, 0.0, -0.0, 0.0, 5e-324])]


@pytest.mark.parametrize("values", [*ODD, LOT - 0.5, np.round(LOT, 2), LOT[:1], LOT[:0]])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_rising_is_a_stable_sort(values, dtype):
    values = values.astype(dtype)
    np.testing.assert_array_equal(rising(values), np.argsort(values, kind="stable"))


def test_values_changed_by_a_flag_and_bits_of_masks():
    flag = LOT > 0.4
    for values in (LOT, LOT.astype(np.float32)):
        np.testing.assert_array_equal(changed(values, flag, 1.5, 0.9, True), values * np.where(flag, 1.5, 0.9))
        np.testing.assert_array_equal(changed(values, flag, 1.5, 0.9, False), values + np.where(flag, 1.5, 0.9))
    for bit in (np.uint64(0), np.uint64(63)):
        np.testing.assert_array_equal(has_bit(KEYS, bit), (KEYS & (np.uint64(1) << bit)) != 0)


def test_steps_and_lines():
    bounds = np.array([0.1, 0.4, 0.4, 0.9])
    values = np.concatenate([LOT, bounds])
    np.testing.assert_array_equal(steps_reached(values, bounds), np.searchsorted(bounds, values))
    points, heights = np.array([0.2, 0.5, 0.6]), np.array([1.0, 3.0, -1.0])
    np.testing.assert_allclose(interpolate(LOT, points, heights), np.interp(LOT, points, heights), atol=1e-12)


def test_values_carried_along_a_link():
    link = (LOT * 60).astype(np.int32) - 5
    values = np.linspace(0.0, 1.0, 60, dtype=np.float32)
    np.testing.assert_array_equal(
        carried(values, link, np.float32(-2.0)), np.where(link >= 0, values[link], np.float32(-2.0))
    )
    assert np.all(carried(np.empty(0, bool), np.full(3, -1, np.int32), True))
    place = np.maximum(link, 0).astype(np.int8)
    np.testing.assert_array_equal(looked_up(values, place), values[place])
