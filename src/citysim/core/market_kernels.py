"""Compiled inner loops of markets: bucket probing, keyed errors of pairs, deferred acceptance."""

from __future__ import annotations

import numpy as np
from numba import njit

from citysim.core.kernels import GAMMA, logarithm, mix, to_unit


# error_model="numpy": without Python's test for a division by zero the loop runs in the processor's vector units.
@njit(cache=True, error_model="numpy")
def pair_gumbel(stream, keys, indptr, places):
    """Gumbel error of each (seeker, place) pair of a candidate list in compressed rows."""
    out = np.empty(places.size, dtype=np.float64)
    for i in range(keys.size):
        state = mix(stream + keys[i] * GAMMA)
        for e in range(indptr[i], indptr[i + 1]):
            u = to_unit(mix(state + places[e] * GAMMA))
            out[e] = -logarithm(-logarithm(u))
    return out


@njit(cache=True)
def probe_buckets(stream, keys, starts, order, probes, buckets):
    """Places in the distinct buckets that each seeker probes, as compressed rows."""
    indptr = np.zeros(keys.size + 1, dtype=np.int64)
    visitor = np.full(starts.size - 1, -1, dtype=np.int32)  # who looked into a bucket last
    places = np.empty(keys.size * (probes * order.size // max(buckets, 1) + probes) + order.size, dtype=np.int64)
    size = 0
    for i in range(keys.size):
        state = mix(stream + keys[i] * GAMMA)
        if size + order.size > places.size:
            places = _longer(places, size, 2 * places.size + order.size)
        for k in range(probes):
            bucket = np.int64(to_unit(mix(state + np.uint64(k) * GAMMA)) * buckets)
            if visitor[bucket] == i:
                continue
            visitor[bucket] = i
            for e in range(starts[bucket], starts[bucket + 1]):
                places[size] = order[e]
                size += 1
        indptr[i + 1] = size
    places = places[:size].copy()
    return indptr, places


@njit(cache=True)
def _longer(array, used, size):
    longer = np.empty(size, dtype=array.dtype)
    longer[:used] = array[:used]
    return longer


@njit(cache=True)
def deferred_acceptance(indptr, places, utility, score, number_of_places):
    """Seeker-proposing deferred acceptance, one place each; a stack of free seekers, any order gives the same match."""
    seekers = indptr.size - 1
    match = np.full(seekers, -1, dtype=np.int64)
    holder = np.full(number_of_places, -1, dtype=np.int64)
    held = np.full(number_of_places, -np.inf)
    open_to = utility.copy()  # -inf once tried
    stack = np.arange(seekers)
    top = seekers
    while top > 0:
        top -= 1
        i = stack[top]
        while match[i] < 0:
            best, entry = -np.inf, -1
            for e in range(indptr[i], indptr[i + 1]):
                # Selections, not branches: which one is best cannot be predicted.
                better = open_to[e] > best
                best = open_to[e] if better else best
                entry = e if better else entry
            if entry < 0:
                break
            open_to[entry] = -np.inf
            place = places[entry]
            rival = holder[place]
            if rival < 0 or score[entry] > held[place] or (score[entry] == held[place] and i < rival):
                holder[place] = i
                held[place] = score[entry]
                match[i] = place
                if rival >= 0:
                    match[rival] = -1
                    stack[top] = rival
                    top += 1
    return match
