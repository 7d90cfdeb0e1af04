"""Compiled inner loops of markets: bucket probing, keyed errors of pairs, deferred acceptance."""

from __future__ import annotations

import numpy as np
from numba import njit

from citysim.core.kernels.draws import GAMMA, logarithm, mix, to_unit
from citysim.core.kernels.ranks import add_up

NONE, ONE, TWO = (np.uint64(n) for n in range(3))


# error_model="numpy": without Python's test for a division by zero the loop runs in the processor's vector units.
@njit(cache=True, error_model="numpy")
def pair_gumbel(stream, keys, indptr, places):
    """Gumbel error of each (seeker, place) pair of a candidate list in compressed rows."""
    out = np.empty(places.size, dtype=np.float64)
    for i in range(keys.size):
        state = mix(stream + keys[i] * GAMMA)
        for e in range(indptr[i], indptr[i + 1]):
            out[e] = to_unit(mix(state + places[e] * GAMMA))
    for e in range(out.size):  # apart: candidates of one seeker are too few to fill the vector units
        out[e] = -logarithm(-logarithm(out[e]))
    return out


@njit(cache=True)
def lay_out(bucket, number):
    """Places in the order of their buckets, and where each of the `number` buckets starts (a stable counting sort)."""
    free = np.zeros(number + 2, dtype=np.int32)  # next place of each bucket, one entry on: in the end it is the first
    for b in bucket:
        free[np.uint64(b) + TWO] += 1
    add_up(free)
    order = np.empty(bucket.size, dtype=np.int64)
    for i in range(bucket.size):
        b = np.uint64(bucket[i]) + ONE
        order[np.uint64(free[b])] = i
        free[b] += 1
    return free[:-1], order


@njit(cache=True)
def probe_buckets(stream, keys, groups, first, starts, order, probes):
    """Places in the distinct buckets that each seeker probes within his group, as compressed rows.

    Buckets of group g are `first[g]` to `first[g + 1]`; without `groups` all seekers are of the first.
    """
    indptr = np.zeros(keys.size + 1, dtype=np.int64)
    visitor = np.full(starts.size - 1, -1, dtype=np.int32)  # who looked into a bucket last
    places = np.empty(keys.size * probes * (order.size // visitor.size + 1) + order.size + 2, dtype=np.int64)
    laid, most = np.append(order, np.zeros(2, dtype=np.int64)), np.uint64(order.size + 2)
    probed, size = np.empty(probes, dtype=np.uint32), NONE
    own, number = np.uint64(first[0]), np.int64(first[1] - first[0])
    for i in range(keys.size):
        state = mix(stream + keys[i] * GAMMA)
        if groups.size:
            own, number = np.uint64(first[groups[i]]), np.int64(first[groups[i] + 1] - first[groups[i]])
        if size + most > np.uint64(places.size):
            places = _longer(places, np.int64(size), 2 * places.size + order.size)
        for k in range(probes):  # apart, so that it runs in vector units
            probed[k] = np.uint32(to_unit(mix(state + np.uint64(k) * GAMMA)) * number)
        for k in range(probes):
            bucket = own + np.uint64(probed[k])
            start = np.uint64(starts[bucket])
            found = NONE if visitor[bucket] == i else np.uint64(starts[bucket + ONE]) - start
            visitor[bucket] = i
            # Two are written whatever their number (mostly 0 to 2), so that no branch depends on it.
            places[size], places[size + ONE] = laid[start], laid[start + ONE]
            if found > TWO:
                for e in range(2, np.int64(found)):
                    places[size + np.uint64(e)] = laid[start + np.uint64(e)]
            size += found
        indptr[i + 1] = size
    return indptr, places[: np.int64(size)].copy()


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
