"""Markets in segments: seekers see their own segment only, and no order effect."""

import numpy as np

from citysim.core.draws import Draws, mix_keys
from citysim.core.market import grouped_candidates

BUCKETS = np.array([4, 16, 1], dtype=np.int64)


def setting(seekers=60, places=90):
    who, where = mix_keys("seeker", np.arange(seekers)), mix_keys("place", np.arange(places))
    return who, np.arange(seekers) % 3, where, np.arange(places) % 3


def test_seekers_see_only_their_group_and_each_place_once():
    who, groups, where, segments = setting()
    indptr, places = grouped_candidates(Draws(1, 2030), "test.jobs", who, groups, where, segments, 6, BUCKETS)
    for seeker in range(who.size):
        seen = places[indptr[seeker] : indptr[seeker + 1]]
        assert (segments[seen] == groups[seeker]).all()
        assert np.unique(seen).size == seen.size


def test_one_more_seeker_changes_nothing_for_the_others():
    who, groups, where, segments = setting()
    fewer = grouped_candidates(Draws(1, 2030), "test.jobs", who[1:], groups[1:], where, segments, 6, BUCKETS)
    all_ = grouped_candidates(Draws(1, 2030), "test.jobs", who, groups, where, segments, 6, BUCKETS)
    np.testing.assert_array_equal(fewer[1], all_[1][all_[0][1] :])
