"""How many innovations spread at once among agents that look at their neighbourhood and at a few acquaintances.

Innovations that an agent holds are the bits of one uint64 mask, so that eight acquaintances are counted for all
innovations at once by adding their masks bit by bit. Hazard of a Bass process at agent level (Bass 1969):
h = [p + q (1/2 A_zone + 1/2 A_acquaintances) / ceiling] * factor(class of the agent)
NumPy twins are in `tests/twins/diffusion.py`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from citysim.core.kernels.circles import ACQUAINTANCES, look_around
from citysim.core.kernels.draws import GAMMA, SHIFT_11, keyed_unit, logarithm, mix

BLOCK = 2048  # agents whose draws are made together, so that the loop over them is vectorised
DRAWS = 2.0**53
ONE = np.uint64(1)


EIGHT = 8
BITS_OF_BYTES = (np.arange(256)[:, None] >> np.arange(EIGHT) & 1).astype(np.float64)


def bit_counts(masks: NDArray[np.uint64], group: NDArray[Any], groups: int) -> NDArray[np.int64]:
    """Count the rows of each group that have each bit, int64 [groups, 64]; negative groups do not count."""
    counts = np.zeros((groups, 64), dtype=np.int64)
    for first in range(0, int(np.bitwise_or.reduce(masks, initial=0)).bit_length(), EIGHT):
        byte = (masks >> np.uint64(first)).astype(np.uint8)
        counts[:, first : first + EIGHT] = pair_counts(group, byte, groups, 256).astype(np.float64) @ BITS_OF_BYTES
    return counts


@njit(cache=True)
def pair_counts(group, code, groups, codes):
    """Count the rows of each group that have each code, int64 [groups, codes]; negative groups do not count."""
    counts = np.zeros((groups, codes), dtype=np.int64)
    for i in range(group.size):
        if group[i] >= 0:
            counts[group[i], code[i]] += 1
    return counts


@njit(cache=True, error_model="numpy")
def spread(
    streams, circle_stream, keys, home_keys, at_home, held, allowed, circles, table, groups,
    kind, rewiring, innovation, imitation, local, factor, lifetime, bound, ceiling, willing, abandonment,
    prerequisites, lapses,
):  # fmt: skip
    """One year of adoption and abandonment of all innovations by all agents of one kind.

    Parameters
    ----------
    streams
        uint64 [2, T]: keyed states of this year's change and of who may ever adopt.
    circle_stream
        Keyed state of the acquaintances.
    home_keys, at_home
        uint64 [n], identity of each agent's home; bool [T], whether the home, not the agent, may ever adopt.
    held, allowed
        uint64 [n], what each agent holds and what it may hold.
    circles
        int16 [3, n], its three circles, the zone first (negative: none); `table` from `circle_tables` for `groups` of
        each.
    kind
        int [n], class of the agent, second index of `factor`.
    innovation, imitation, ceiling, abandonment
        float64 [T]; rates per year, and the largest share.
    willing
        float64 [T], share of those allowed and ready who may ever adopt.
    local
        float64 [T, zones], share of last year's eligible agents of the zone who hold it, over the ceiling.
    lifetime
        float64 [T], years that what is replaced lasts: rate r becomes (1 - exp(-r lifetime)) / lifetime; 0 for none.
    factor, bound
        float64 [T, classes], multiplier of the hazard; draws above the bound surely do not adopt.
    prerequisites, lapses
        uint64 [T], bits to hold first; bool [T], lost when no longer allowed.

    Returns
    -------
    tuple
        uint64 [n] what each agent holds afterwards; int64 [T] new adopters; int64 [T] who gave up.
    """
    number, zone = innovation.size, circles[0]
    result = held.copy()
    gained = np.zeros(number, dtype=np.int64)
    lost = np.zeros(number, dtype=np.int64)
    needing, lapsing = np.uint64(0), np.uint64(0)
    for t in range(number):
        needing |= np.uint64(prerequisites[t] != 0) << np.uint64(t)
        lapsing |= np.uint64(lapses[t]) << np.uint64(t)
    enough = _draws_that_may_do(innovation, imitation, local, factor, lifetime, ceiling)
    below = np.empty(bound.shape, dtype=np.uint64)
    for t in range(number):
        for c in range(bound.shape[1]):
            below[t, c] = min(np.uint64(min(max(bound[t, c], 0.0), 1.0) * DRAWS), enough[t, c, ACQUAINTANCES])
    low, high = np.empty(BLOCK, dtype=np.uint64), np.empty(BLOCK, dtype=np.uint64)
    who = np.empty(BLOCK, dtype=np.int64)
    pairs = np.empty((3, BLOCK * number + 1), dtype=np.int64)
    for start in range(0, keys.size, BLOCK):
        part = slice(start, min(start + BLOCK, keys.size))
        own, may, after = keys[part], allowed[part], result[part]
        _extremes(streams, own, home_keys[part], at_home, kind[part], below, willing, abandonment, low, high)
        for i in range(own.size):
            low[i] &= may[i] & ~after[i]
            high[i] = after[i] & (high[i] | (lapsing & ~may[i]))
        _sort_out_unmet(after, prerequisites, low, high)
        waiting = np.int64(0)
        for i in range(own.size):
            if high[i] != 0:
                after[i] = _leave(after[i], high[i], needing, prerequisites, lost)
            who[waiting] = i
            waiting += np.int64(low[i] != 0)
        rows = _rows_of_circles(who[:waiting], circles[:, part], groups)
        planes = look_around(circle_stream, own[who[:waiting]], rows, groups[0], table, rewiring)
        found = _candidates(streams, own, who[:waiting], low, held[part], after, prerequisites, kind[part], enough,
                            planes, pairs)  # fmt: skip
        for f in range(found):
            i, t, known = pairs[0, f], pairs[1, f], pairs[2, f]
            seen = min(known / (ACQUAINTANCES * ceiling[t]), 1.0)
            around = local[t, zone[start + i]] if zone[start + i] >= 0 else seen
            rate = (innovation[t] + imitation[t] * 0.5 * (around + seen)) * factor[t, kind[start + i]]
            if lifetime[t] > 0.0:
                rate = (1.0 - np.exp(-rate * lifetime[t])) / lifetime[t]
            adopts = -logarithm(1.0 - keyed_unit(streams[0, t], own[i])) < rate
            after[i] |= np.uint64(adopts) << np.uint64(t)
            gained[t] += np.int64(adopts)
    return result, gained, lost


@njit(inline="always")
def _leave(mask, ending, needing, prerequisites, lost):
    """What is left of a mask when some innovations end, and with them what needed them."""
    after, leaving = mask, ending
    while leaving != 0:
        t, bit = _lowest(leaving)
        leaving ^= bit
        if (after & prerequisites[t]) != prerequisites[t] or ending & bit:
            after ^= bit
            lost[t] += 1
            leaving |= after & needing  # what needed it goes too
    return after


@njit(cache=True)
def _sort_out_unmet(masks, prerequisites, joining, ending):
    """Innovations without what they need end where they are held, and cannot be taken up elsewhere."""
    for t in range(prerequisites.size):
        needed, place = prerequisites[t], np.uint64(t)
        if needed != 0:
            for i in range(masks.size):
                unmet = np.uint64((masks[i] & needed) != needed) << place
                joining[i] &= ~unmet
                ending[i] |= masks[i] & unmet


@njit(cache=True)
def _rows_of_circles(who, circles, groups):
    """Rows of some agents' three groups in the table, int32 [3, k]: of the zone, or of nobody, where one is missing."""
    zone, work, peers = circles[0], circles[1], circles[2]
    nobody = groups[0] + groups[1] + groups[2]
    rows = np.empty((3, who.size), dtype=np.int32)
    for k in range(who.size):
        i = who[k]
        home = zone[i] if zone[i] >= 0 else nobody
        rows[0, k] = home
        rows[1, k] = groups[0] + work[i] if work[i] >= 0 else home
        rows[2, k] = groups[0] + groups[1] + peers[i] if peers[i] >= 0 else home
    return rows


@njit(cache=True)
def _candidates(streams, keys, who, low, held, after, prerequisites, kind, enough, planes, pairs):
    """Agents and innovations whose draw may do, with the acquaintances who hold it, in `pairs`; returns how many."""
    found = np.int64(0)
    for k in range(who.size):
        i = who[k]
        joining, has, p = low[i], held[i] & after[i], planes[k]
        while joining != 0:
            t, bit = _lowest(joining)
            joining ^= bit
            s = np.uint64(t)
            known = np.int64(
                ((p[0] >> s) & ONE)
                | (((p[1] >> s) & ONE) << np.uint64(1))
                | (((p[2] >> s) & ONE) << np.uint64(2))
                | (((p[3] >> s) & ONE) << np.uint64(3))
            )
            pairs[0, found], pairs[1, found], pairs[2, found] = i, t, known
            may_do = mix(streams[0, t] + keys[i] * GAMMA) >> SHIFT_11 <= enough[t, kind[i], known]
            # Most stop here, before logarithms; which ones cannot be predicted, so no branch depends on it.
            found += np.int64(may_do) & np.int64((has & prerequisites[t]) == prerequisites[t])
    return found


@njit(cache=True, error_model="numpy")
def equip(streams, keys, held, allowed, order, prerequisites, willing, chance, kind):
    """What new agents hold once they have brought what agents of their class have, uint64 [n].

    Parameters
    ----------
    streams
        uint64 [2, T]: keyed states of what they bring and of who may ever adopt.
    order
        int [k], innovations that can be brought, prerequisites first.
    chance
        float64 [T, classes], among those allowed, ready and willing.
    """
    after = held.copy()
    limit, brings = np.empty(keys.size), np.empty(keys.size, dtype=np.uint64)
    for t in order:
        stream, life, ever, of_class = streams[0, t], streams[1, t], willing[t], chance[t]
        for i in range(keys.size):
            limit[i] = of_class[np.uint64(kind[i])]
        for i in range(keys.size):  # apart and without branches, so that it runs in vector units
            brings[i] = np.uint64((keyed_unit(life, keys[i]) < ever) & (keyed_unit(stream, keys[i]) < limit[i]))
        needed, place = prerequisites[t], np.uint64(t)
        for i in range(keys.size):
            ready = np.uint64((after[i] & needed) == needed)
            after[i] |= allowed[i] & ((brings[i] & ready) << place)
    return after


@njit(cache=True)
def _draws_that_may_do(innovation, imitation, local, factor, lifetime, ceiling):
    """Largest draw that may adopt by innovation, class and number of acquaintances, uint64 [T, classes, 9].

    Where the neighbourhood is the keenest of all, with a margin for rounding.
    """
    enough = np.empty((*factor.shape, ACQUAINTANCES + 1), dtype=np.uint64)
    for t in range(factor.shape[0]):
        keenest = 0.0
        for z in range(local.shape[1]):
            keenest = max(keenest, local[t, z])
        for known in range(ACQUAINTANCES + 1):
            seen = min(known / (ACQUAINTANCES * ceiling[t]), 1.0) if ceiling[t] > 0.0 else 1.0
            base = innovation[t] + imitation[t] * 0.5 * (max(keenest, seen) + seen)
            for c in range(factor.shape[1]):
                rate = base * factor[t, c]
                if lifetime[t] > 0.0:
                    rate = (1.0 - np.exp(-rate * lifetime[t])) / lifetime[t]
                share = (1.0 - np.exp(-rate)) * (1.0 + 1e-9) + 1e-12
                enough[t, c, known] = np.uint64(min(share, 1.0) * DRAWS)
    return enough


@njit(inline="always", cache=True)
def _lowest(bits):
    """Position and value of the lowest set bit."""
    bit = bits & (~bits + ONE)
    return np.int64(np.float64(bit).view(np.uint64) >> np.uint64(52)) - 1023, bit


@njit(cache=True)
def _extremes(streams, keys, home_keys, at_home, kind, below, willing, abandonment, low, high):
    """Bits of the innovations whose draw is very low, or above 1 - `abandonment`.

    Very low is below the bound of the agent's class, where the agent, or its home, may ever adopt.
    """
    limits = np.empty(keys.size, dtype=np.uint64)
    low[: keys.size] = 0
    high[: keys.size] = 0
    for t in range(below.shape[0]):
        stream, life, place = streams[0, t], streams[1, t], np.uint64(t)
        above = np.uint64((1.0 - abandonment[t]) * DRAWS)
        for_life = np.uint64(min(willing[t], 1.0) * DRAWS)
        limit = below[t]
        owners = home_keys if at_home[t] else keys
        for i in range(keys.size):  # apart from the next loop, which then runs on vectors
            limits[i] = limit[np.uint64(kind[i])]
        for i in range(keys.size):
            draw = mix(stream + keys[i] * GAMMA) >> SHIFT_11
            ready = mix(life + owners[i] * GAMMA) >> SHIFT_11
            low[i] |= (np.uint64(draw < limits[i]) & np.uint64(ready < for_life)) << place
            high[i] |= np.uint64(draw >= above) << place
