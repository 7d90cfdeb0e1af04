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
    order = np.argsort(bucket, kind="stable")
    starts = np.searchsorted(bucket[order], np.arange(first[-1] + 1))
    stream = draws.claim(f"{name}.probe", seeker_keys)
    return probe_group_buckets(
        stream, seeker_keys, np.asarray(seeker_groups, dtype=np.int64), first, starts, order, probes
    )


@njit(cache=True)
def probe_group_buckets(stream, keys, groups, first, starts, order, probes):
    """Places in the distinct buckets that each seeker probes within his group, as compressed rows."""
    indptr = np.zeros(keys.size + 1, dtype=np.int64)
    seen = np.empty(probes, dtype=np.int64)
    places = np.empty(0, dtype=np.int64)
    for fill in range(2):
        if fill == 1:
            places = np.empty(indptr[keys.size], dtype=np.int64)
        position = 0
        for i in range(keys.size):
            state = mix(stream + keys[i] * GAMMA)
            own = first[groups[i]]
            number = first[groups[i] + 1] - own
            distinct = 0
            for k in range(probes):
                bucket = own + np.int64(to_unit(mix(state + np.uint64(k) * GAMMA)) * number)
                known = False
                for m in range(distinct):
                    if seen[m] == bucket:
                        known = True
                        break
                if known:
                    continue
                seen[distinct] = bucket
                distinct += 1
                if fill == 1:
                    for e in range(starts[bucket], starts[bucket + 1]):
                        places[position] = order[e]
                        position += 1
                else:
                    position += starts[bucket + 1] - starts[bucket]
            if fill == 0:
                indptr[i + 1] = position
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
