"""Decisions: exact logit choices, monotone events, places shared out by priority and lot."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citysim.core.choice import Lottery, choose, choose_linear, happens, ration, shares_of
from citysim.core.draws import Draws, mix_keys
from citysim.core.kernels import choice as kernels
from twins import choice as twins
from twins import ranks

KEYS = mix_keys("test", np.arange(20_000))
FOUR = np.arange(4, dtype=np.uint64)


def test_shares_of_equal_and_of_doubled_weights():
    share, logsum = shares_of(np.array([[0.0, 0.0, -np.inf], [np.log(2.0), 0.0, -np.inf], [700.0, 700.0, 700.0]]))
    np.testing.assert_allclose(share, [[1 / 2, 1 / 2, 0.0], [2 / 3, 1 / 3, 0.0], [1 / 3, 1 / 3, 1 / 3]])
    np.testing.assert_allclose(logsum, np.log([2.0, 3.0, 3.0]) + np.array([0.0, 0.0, 700.0]))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**31), st.lists(st.floats(-8, 8), min_size=2, max_size=6))
def test_choose_equals_its_numpy_twin(seed, constants):
    utilities = np.tile(np.array(constants), (500, 1))
    utilities[::7, 0] = -np.inf
    alternatives = np.arange(len(constants), dtype=np.uint64)
    stream = Draws(seed, 2025).stream("x")
    ours = choose(Draws(seed, 2025), "x", KEYS[:500], utilities)
    np.testing.assert_array_equal(ours, twins.choose(stream, KEYS[:500], utilities, alternatives))
    cell = np.arange(500) % 8
    by_cell = choose(Draws(seed, 2025), "x", KEYS[:500], utilities[:8], cell=cell)
    np.testing.assert_array_equal(by_cell, twins.choose(stream, KEYS[:500], utilities[cell], alternatives))


def test_shares_are_those_of_the_logit():
    utilities = np.tile([0.0, 1.0, -0.5, 2.0], (KEYS.size, 1))
    chosen = choose(Draws(1, 2025), "mode", KEYS, utilities)
    expected = np.exp(utilities[0]) / np.exp(utilities[0]).sum()
    error = np.sqrt(expected * (1 - expected) / KEYS.size)
    assert (np.abs(np.bincount(chosen, minlength=4) / KEYS.size - expected) < 4 * error).all()


def test_improving_one_alternative_moves_people_only_towards_it():
    utilities = np.tile([0.0, 1.0, -0.5, 0.3], (KEYS.size, 1))
    before = choose(Draws(1, 2025), "mode", KEYS, utilities)
    utilities[:, 2] += 0.4
    after = choose(Draws(1, 2025), "mode", KEYS, utilities)
    assert (after[before != after] == 2).all()
    assert (before != after).any()


def test_nothing_available_gives_minus_one():
    utilities = np.full((3, 2), -np.inf)
    utilities[1, 1] = -300.0
    assert choose(Draws(1, 2025), "x", KEYS[:3], utilities).tolist() == [-1, 1, -1]


def test_linear_choice_equals_choice_among_the_same_utilities():
    stream = Draws(2, 2025).stream("x")
    attributes = np.stack([np.sin(np.arange(KEYS.size)), np.cos(np.arange(KEYS.size))]).astype(np.float32)
    constants, coefficients = (
        np.array([0.1, 0.0, -0.3, 0.2]),
        np.array([[1.0, 0.2, 0.0, -1], [0.0, 1.0, 2.0, 0.5]]),
    )
    available = np.ones((4, KEYS.size), bool)
    available[3, ::3] = False
    ours = kernels.choose_linear(stream, KEYS, constants, coefficients, attributes, available, FOUR)
    twin = twins.choose_linear(stream, KEYS, constants, coefficients, attributes, available, FOUR)
    np.testing.assert_array_equal(ours, twin)
    public = choose_linear(Draws(2, 2025), "x", KEYS, constants, coefficients, attributes, available)
    np.testing.assert_array_equal(public, ours)


def test_a_larger_probability_only_adds_agents():
    few = happens(Draws(1, 2025), "death", KEYS, 0.1)
    many = happens(Draws(1, 2025), "death", KEYS, 0.12)
    assert (many | ~few).all()
    assert abs(few.mean() - 0.1) < 4 * np.sqrt(0.09 / KEYS.size)


def test_events_by_cell_equal_events_by_probability():
    cell = (np.arange(KEYS.size) % 5 - 1).astype(np.int16)
    table = np.array([0.1, 0.5, 0.9, 0.0])
    spread = np.where(cell >= 0, table[cell], 0.0)
    by_cell = happens(Draws(1, 2025), "x", KEYS, table, cell=cell)
    np.testing.assert_array_equal(by_cell, happens(Draws(1, 2025), "x", KEYS, spread))


def test_places_go_by_priority_then_by_lot():
    group = np.array([0, 0, 0, 1, 1, -1])
    priority = np.array([1.0, 3.0, 2.0, 0.0, 0.0, 9.0])
    got = ration(Draws(1, 2025), "beds", KEYS[:6], group, np.array([2, 1]), priority)
    assert got[:3].tolist() == [False, True, True]
    assert got[3:5].sum() == 1
    assert not got[5]


@pytest.mark.parametrize("with_priority", [False, True])
def test_places_go_to_the_first_of_each_queue(with_priority):
    rng = np.random.default_rng(3)
    keys, group, capacity = KEYS[:400], rng.integers(-1, 4, 400), np.array([0.0, 7.9, 60.0, 500.0])
    priority = rng.integers(0, 3, 400).astype(float) if with_priority else None
    lot = Draws(1, 2025).uniform("beds", keys)
    granted = np.zeros(400, bool)
    for queue in range(4):
        rows = np.flatnonzero(group == queue)
        order = np.lexsort((lot[rows], np.zeros(rows.size) if priority is None else -priority[rows]))
        granted[rows[order[: int(capacity[queue])]]] = True
    np.testing.assert_array_equal(ration(Draws(1, 2025), "beds", keys, group, capacity, priority), granted)


@pytest.mark.parametrize("dtype", [np.int8, np.int64])
def test_a_queue_may_have_room_for_all_and_who_is_in_none_gets_nothing(dtype):
    group = np.array([0, -1, 0, -7, 1, 127 if dtype is np.int8 else 1], dtype)
    capacity = np.append([np.inf, 1.0], np.full(126, 2.0))
    got = ration(Draws(1, 2025), "beds", KEYS[:6], group, capacity)
    assert got[[0, 2]].all()
    assert not got[[1, 3]].any()
    assert got[4:].sum() == (2 if dtype is np.int8 else 1)


@pytest.mark.parametrize("places", [0, 5, 40])
def test_every_place_is_used_and_one_more_seeker_moves_at_most_one(places):
    group = np.zeros(30, np.int64)
    got = ration(Draws(1, 2025), "beds", KEYS[:30], group, np.array([places]))
    assert got.sum() == min(places, 30)
    more = ration(Draws(1, 2025), "beds", KEYS[:31], np.zeros(31, np.int64), np.array([places]))
    assert (got != more[:30]).sum() <= 1


def test_a_lottery_draws_as_a_search_among_cumulated_weights_does():
    rng = np.random.default_rng(5)
    weight = np.where(rng.random(500) < 0.2, 0.0, rng.random(500) ** 4)
    weight[7] = 1.0
    groups = [np.array([7]), rng.permutation(500)[:300], np.arange(499, -1, -1)]
    group, lot = rng.integers(0, 3, 4_000), rng.random(4_000)
    lot[:4], group[:4] = (0.0, 1.0, 0.5, 1.0), (1, 1, 0, 2)
    last = np.cumsum([items.size for items in groups]) - 1
    bounds = np.concatenate([np.cumsum(weight[items]) for items in groups])
    place = ranks.first_above(bounds, last, group, lot)
    np.testing.assert_array_equal(Lottery(groups, weight).drawn(group, lot), np.concatenate(groups)[place])
