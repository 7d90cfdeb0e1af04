"""Markets that fall into segments: a seeker sees only places of his own segment, through keyed hash buckets.

As `citysim.core.market.sample_candidates`, with the buckets of each group kept apart: one more place or seeker changes
nothing for the others, and no probe is wasted on places of another segment.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from citysim.core.draws import Draws, Keys
from citysim.core.kernels import GAMMA, mix, to_unit

Rows = NDArray[np.int64]


def grouped_candidates(
    draws: Draws,
    name: str,
    seeker_keys: Keys,
    seeker_groups: NDArray[Any],
    place_keys: Keys,
    place_groups: NDArray[Any],
    probes: int,
    buckets: NDArray[Any],
) -> tuple[Rows, Rows]:
    """Show every seeker some places of his group.

    Parameters
    ----------
    seeker_groups, place_groups
        int [n], [m], group of each seeker and place, 0 to G - 1.
    probes
        Buckets that a seeker looks into.
    buckets
        int [G], number of buckets of each group, the same in all scenarios.

    Returns
    -------
    tuple
        `indptr` [n + 1] and `places` (positions in `place_keys`, each at most once per seeker): compressed rows.
    """
    first = np.concatenate([[0], np.cumsum(buckets)]).astype(np.int64)
    lot = draws.uniform(f"{name}.bucket", place_keys)
    groups = np.asarray(place_groups, dtype=np.int64)
    bucket = first[groups] + (lot * buckets[groups]).astype(np.int64)
    starts, order = lay_out(bucket, int(first[-1]))
    stream = draws.claim(f"{name}.probe", seeker_keys)
    return probe_group_buckets(
        stream, seeker_keys, np.asarray(seeker_groups, dtype=np.int64), first, starts, order, probes
    )


@njit(cache=True)
def lay_out(bucket, number):
    """Places in the order of their buckets, and where each of the `number` buckets starts (a stable counting sort)."""
    starts = np.zeros(number + 1, dtype=np.int64)
    for b in bucket:
        starts[b + 1] += 1
    for b in range(number):
        starts[b + 1] += starts[b]
    free = starts[:-1].copy()
    order = np.empty(bucket.size, dtype=np.int64)
    for i in range(bucket.size):
        order[free[bucket[i]]] = i
        free[bucket[i]] += 1
    return starts, order


@njit(cache=True)
def probe_group_buckets(stream, keys, groups, first, starts, order, probes):
    """Places in the distinct buckets that each seeker probes within his group, as compressed rows."""
    indptr = np.zeros(keys.size + 1, dtype=np.int64)
    probed = np.empty((keys.size, probes), dtype=np.int64)  # distinct buckets, then -1
    for i in range(keys.size):
        state = mix(stream + keys[i] * GAMMA)
        own = first[groups[i]]
        number = first[groups[i] + 1] - own
        distinct, found = 0, 0
        for k in range(probes):
            bucket = own + np.int64(to_unit(mix(state + np.uint64(k) * GAMMA)) * number)
            known = False
            for m in range(distinct):
                known |= probed[i, m] == bucket
            if not known:
                probed[i, distinct] = bucket
                distinct += 1
                found += starts[bucket + 1] - starts[bucket]
        probed[i, distinct:] = -1
        indptr[i + 1] = indptr[i] + found
    places = np.empty(indptr[keys.size], dtype=np.int64)
    position = 0
    for i in range(keys.size):
        for k in range(probes):
            bucket = probed[i, k]
            if bucket < 0:
                break
            for e in range(starts[bucket], starts[bucket + 1]):
                places[position] = order[e]
                position += 1
    return indptr, places


def probe_group_buckets_reference(stream, keys, groups, first, starts, order, probes):
    """NumPy twin of `probe_group_buckets`, seeker by seeker; for tests."""
    from citysim.core.draws import mix_array

    indptr, places = [0], []
    with np.errstate(over="ignore"):
        for key, group in zip(keys, groups, strict=True):
            state = mix_array(np.array([stream + key * GAMMA], dtype=np.uint64))
            bits = mix_array((state + np.arange(probes, dtype=np.uint64) * GAMMA).astype(np.uint64))
            lot = (bits >> np.uint64(11)).astype(np.float64) * 2.0**-53 + 2.0**-54
            number = first[group + 1] - first[group]
            for bucket in dict.fromkeys((first[group] + (lot * number).astype(np.int64)).tolist()):
                places += order[starts[bucket] : starts[bucket + 1]].tolist()
            indptr.append(len(places))
    return np.array(indptr), np.array(places, dtype=np.int64)
