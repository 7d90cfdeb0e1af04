"""Markets: stable, free of order effects, and stable against one more seeker."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from citysim.core.draws import Draws, mix_keys
from citysim.core.kernels import market as kernels
from citysim.core.market import bucket_count, deferred_acceptance, keyed_errors, sample_candidates, seekers_of
from twins import market as twins

SEEKERS, PLACES = mix_keys("seeker", np.arange(300)), mix_keys("place", np.arange(250))


def market(seekers, places, seed=1):
    draws = Draws(seed, 2025)
    indptr, seen = sample_candidates(draws, "homes", seekers, places, 8, 256)
    utility = keyed_errors(draws, "homes.taste", seekers, indptr, places[seen])
    score = draws.uniform("homes.rank", seekers)[seekers_of(indptr)]
    return indptr, seen, utility, score


def test_probed_places_equal_their_twin():
    groups = np.arange(SEEKERS.size) % 3
    first = np.array([0, 4, 20, 21])
    starts = np.linspace(0, PLACES.size, first[-1] + 1).astype(np.int64)
    for group in (groups, groups[:0]):
        arguments = (np.uint64(12345), SEEKERS, group, first, starts, np.arange(PLACES.size)[::-1].copy(), 5)
        for mine, twin in zip(kernels.probe_buckets(*arguments), twins.probe_buckets(*arguments), strict=True):
            np.testing.assert_array_equal(mine, twin)


def test_places_are_laid_out_as_by_a_stable_sort():
    bucket = np.array([3, 0, 3, 1, 0, 3])
    starts, order = kernels.lay_out(bucket, 5)
    np.testing.assert_array_equal(order, np.argsort(bucket, kind="stable"))
    np.testing.assert_array_equal(starts, np.searchsorted(bucket[order], np.arange(6)))


def test_bucket_count_is_the_nearest_power_of_two():
    assert [bucket_count(n) for n in (0, 1, 3, 5, 6000)] == [1, 1, 4, 4, 8192]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_deferred_acceptance_equals_its_twin(seed):
    entries = market(SEEKERS[:60], PLACES[:50], seed)
    ours = deferred_acceptance(*entries, 50)
    np.testing.assert_array_equal(ours, twins.deferred_acceptance(*entries, 50))


def test_no_pair_would_rather_have_one_another():
    indptr, seen, utility, score = market(SEEKERS, PLACES)
    match = deferred_acceptance(indptr, seen, utility, score, PLACES.size)
    seeker = seekers_of(indptr)
    taken = match[match >= 0]
    assert np.unique(taken).size == taken.size
    mine = np.full(SEEKERS.size, -np.inf)
    held = np.full(PLACES.size, -np.inf)
    won = match[seeker] == seen
    mine[seeker[won]] = utility[won]
    held[seen[won]] = score[won]
    blocking = (utility > mine[seeker]) & (score > held[seen])
    assert not blocking.any()


def test_the_order_of_seekers_changes_nothing():
    forward = deferred_acceptance(*market(SEEKERS, PLACES), PLACES.size)
    backward = deferred_acceptance(*market(SEEKERS[::-1].copy(), PLACES), PLACES.size)
    np.testing.assert_array_equal(forward, backward[::-1])


def test_one_more_seeker_changes_few_other_matches():
    changed = []
    base = deferred_acceptance(*market(SEEKERS[:200], PLACES), PLACES.size)
    for extra in range(200, 300):
        more = np.append(SEEKERS[:200], SEEKERS[extra])
        changed.append(int((deferred_acceptance(*market(more, PLACES), PLACES.size)[:200] != base).sum()))
    # 100 trials: the mean has a standard error of about 0.3.
    assert np.mean(changed) < 5


def test_errors_of_pairs_are_those_of_the_pair():
    draws = Draws(1, 2025)
    indptr = np.array([0, 2, 3])
    pairs = PLACES[[4, 9, 4]]
    errors = keyed_errors(draws, "taste", SEEKERS[:2], indptr, pairs)
    table = Draws(1, 2025).gumbel("taste", SEEKERS[:2], PLACES[[4, 9]])
    np.testing.assert_allclose(errors, [table[0, 0], table[0, 1], table[1, 0]], rtol=1e-12)


def test_nobody_proposes_to_what_it_cannot_accept():
    match = kernels.deferred_acceptance(np.array([0, 1]), np.array([0]), np.array([-np.inf]), np.array([1.0]), 1)
    assert match.tolist() == [-1]
