"""Raking and rounding: margins hold, whole numbers add up, and the fit equals that of a library."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citysim.city.build.employers import even_labels, round_within
from citysim.city.build.families import SIZE_SHARES, family_sizes
from citysim.city.build.positions import Position
from citysim.city.build.raking import deal, integerise, odds_for_counts, rake, select, whole
from citysim.core.draws import Draws, mix_keys


def seed_table():
    return 1.0 + Draws(1, 2023).uniform("test.seed", mix_keys("cell", np.arange(120))).reshape(4, 5, 6) * 5


def test_raking_meets_all_margins():
    wanted = seed_table() * np.arange(1, 7)
    margins = [((0,), wanted.sum(axis=(1, 2))), ((1, 2), wanted.sum(axis=0))]
    fitted = rake(seed_table(), margins)
    assert np.allclose(fitted.sum(axis=(1, 2)), wanted.sum(axis=(1, 2)), rtol=1e-6)
    assert np.allclose(fitted.sum(axis=0), wanted.sum(axis=0))


def test_raking_keeps_zeros_and_odds_ratios():
    seed = np.array([[1.0, 2.0], [3.0, 4.0]])
    fitted = rake(seed, [((0,), np.array([10.0, 20.0])), ((1,), np.array([12.0, 18.0]))], rounds=200)
    ratio = fitted[0, 0] * fitted[1, 1] / fitted[0, 1] / fitted[1, 0]
    assert ratio == pytest.approx(1.0 * 4.0 / 2.0 / 3.0)
    assert (
        rake(np.array([[0.0, 1.0], [1.0, 1.0]]), [((0,), np.array([2.0, 3.0])), ((1,), np.array([1.0, 4.0]))])[0, 0]
        == 0
    )


def test_raking_equals_humanleague():
    humanleague = pytest.importorskip("humanleague")
    wanted = seed_table() * np.arange(1, 7)
    first, second = wanted.sum(axis=(1, 2)), wanted.sum(axis=0)
    theirs, facts = humanleague.ipf(seed_table(), [np.array([0]), np.array([1, 2])], [first, second])
    assert facts["conv"]
    assert np.allclose(rake(seed_table(), [((0,), first), ((1, 2), second)], 500), theirs, rtol=1e-5)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0, 50), min_size=2, max_size=30), st.integers(0, 200))
def test_rounding_adds_up_and_stays_close(values, total):
    values = np.array([values])
    if values.sum() < 1e-6:
        return
    counts = integerise(values, np.array([total]))
    assert counts.sum() == total
    assert (counts >= 0).all()
    exact = values * total / values.sum()
    assert np.abs(np.cumsum(counts) - np.cumsum(exact)).max() <= 0.5 + 1e-6


def test_whole_respects_parents():
    values = np.array([1.4, 1.4, 1.4, 2.6, 3.2])
    counts = whole(values, np.array([0, 0, 0, 1, 1]))
    assert counts[:3].sum() == 4
    assert counts.sum() == 10


def test_selection_is_exact_and_prefers_the_likely():
    keys = mix_keys("person", np.arange(6000))
    group = np.arange(6000) % 3
    likely = np.arange(6000) % 2 == 0
    counts = np.array([100, 1000, 2000])
    chosen = select(group, counts, np.where(likely, 4.0, 1.0), Draws(1, 2023).uniform("test.order", keys))
    assert (np.bincount(group[chosen]) == counts).all()
    chance = odds_for_counts(group, counts, np.where(likely, 4.0, 1.0))
    for code in range(3):
        mine = (group == code) & likely
        assert chosen[mine].sum() == pytest.approx(chance[mine].sum(), abs=15)


def test_selection_leaves_out_the_impossible():
    chosen = select(np.zeros(10, int), np.array([8]), np.where(np.arange(10) < 5, 1.0, 0.0), np.arange(10.0))
    assert chosen[:5].all()
    assert not chosen[5:].any()


def test_deal_gives_each_group_its_labels():
    counts = np.array([[3, 0, 2], [1, 4, 0]])
    group = np.array([0, 1, 0, 1, 0, 1, 0, 1, 0, 1])
    label = deal(group, counts, np.arange(10.0))
    for row in range(2):
        assert (np.bincount(label[group == row], minlength=3) == counts[row]).all()


def test_labels_are_even():
    labels = even_labels(1000, np.array([0.5, 0.3, 0.2]))
    for start in range(0, 900, 100):
        assert np.abs(np.bincount(labels[start : start + 100], minlength=3) - [50, 30, 20]).max() <= 4


def test_round_within_groups():
    group = np.array([1, 0, 1, 0, 1])
    counts = round_within(group, np.array([1.0, 2.0, 3.0, 4.0, 5.0]), np.array([7, 10]))
    assert (np.bincount(group, weights=counts) == [7, 10]).all()


def test_family_sizes_use_all_families_and_children():
    families, children = np.array([100, 3, 0]), np.array([185, 11, 0])
    sizes = family_sizes(families, children, SIZE_SHARES[Position.COUPLE_CHILDREN])
    assert (sizes.sum(axis=1) == families).all()
    assert (sizes @ np.arange(1, 7) == children).all()
