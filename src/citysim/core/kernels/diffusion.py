"""How many innovations spread at once among agents that look at their neighbourhood and at a few acquaintances.

Innovations that an agent holds are the bits of one uint64 mask, so that eight acquaintances are counted for all
innovations at once by adding their masks bit by bit. Hazard of a Bass process at agent level (Bass 1969):
h = [p + q (1/2 A_zone + 1/2 A_acquaintances) / ceiling] * factor(class of the agent)
NumPy twins are in `tests/twins/diffusion.py`.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from citysim.core.kernels.draws import GAMMA, SHIFT_11, keyed_unit, logarithm, mix

SLOT_BITS = 9
SLOTS = 1 << SLOT_BITS  # agents of each circle that others may know
ACQUAINTANCES = 8
BLOCK = 2048  # agents whose draws are made together, so that the loop over them is vectorised
DRAWS = 2.0**53
ONE = np.uint64(1)
SLOT_MASK = np.uint64(SLOTS - 1)


def _bytes_of_bits():
    """One byte per bit for each value of eight bits: 0 or 1, side by side in a uint64."""
    value = np.arange(256, dtype=np.uint64)
    side_by_side = np.zeros(256, dtype=np.uint64)
    for k in range(8):
        side_by_side |= ((value >> np.uint64(k)) & ONE) << np.uint64(8 * k)
    return side_by_side


BYTES = _bytes_of_bits()
FULL = 255  # rows after which a counter of eight bits must be emptied


@njit(cache=True)
def bit_counts(masks, group, groups):
    """Count the rows of each group that have each bit, int64 [groups, 64]; negative groups do not count."""
    everything = np.uint64(0)
    for i in range(masks.size):
        everything |= masks[i]
    octets = 0
    while octets < 8 and (everything >> np.uint64(8 * octets)) != 0:
        octets += 1
    tallies = np.zeros((groups, 8), dtype=np.uint64)  # eight counters of eight bits in each word
    pending = np.zeros(groups, dtype=np.int64)
    counts = np.zeros((groups, 64), dtype=np.int64)
    for i in range(masks.size):
        g = group[i]
        if g < 0:
            continue
        mask = masks[i]
        for octet in range(octets):
            tallies[g, octet] += BYTES[(mask >> np.uint64(8 * octet)) & np.uint64(255)]
        pending[g] += 1
        if pending[g] == FULL:
            _flush(tallies, counts, g)
            pending[g] = 0
    for g in range(groups):
        _flush(tallies, counts, g)
    return counts


@njit(cache=True)
def _flush(tallies, counts, g):
    for octet in range(8):
        tally = tallies[g, octet]
        for k in range(8):
            counts[g, 8 * octet + k] += np.int64((tally >> np.uint64(8 * k)) & np.uint64(255))
        tallies[g, octet] = 0


@njit(cache=True)
def pair_counts(group, code, groups, codes):
    """Count the rows of each group that have each code, int64 [groups, codes]; negative groups do not count."""
    counts = np.zeros((groups, codes), dtype=np.int64)
    for i in range(group.size):
        if group[i] >= 0:
            counts[group[i], code[i]] += 1
    return counts


@njit(cache=True)
def circle_tables(stream, keys, masks, circles, groups):
    """Masks that one can see in each of three circles: one keyed slot per agent, the oldest row of a slot stays.

    Parameters
    ----------
    circles
        Three int [n], group of each agent (negative: none).
    groups
        Three numbers of groups.

    Returns
    -------
    Three uint64 [groups, SLOTS]; an empty slot shows the next one taken.
    """
    first, second, third = circles
    tables = (_empty(groups[0]), _empty(groups[1]), _empty(groups[2]))
    taken = (_untaken(groups[0]), _untaken(groups[1]), _untaken(groups[2]))
    for i in range(keys.size):
        place = mix(stream + keys[i] * GAMMA)
        mask = masks[i]
        if first[i] >= 0 and not taken[0][first[i], place & SLOT_MASK]:
            tables[0][first[i], place & SLOT_MASK] = mask
            taken[0][first[i], place & SLOT_MASK] = True
        place >>= np.uint64(20)
        if second[i] >= 0 and not taken[1][second[i], place & SLOT_MASK]:
            tables[1][second[i], place & SLOT_MASK] = mask
            taken[1][second[i], place & SLOT_MASK] = True
        place >>= np.uint64(20)
        if third[i] >= 0 and not taken[2][third[i], place & SLOT_MASK]:
            tables[2][third[i], place & SLOT_MASK] = mask
            taken[2][third[i], place & SLOT_MASK] = True
    for circle in range(3):
        _fill(tables[circle], taken[circle])
    return tables


@njit(cache=True)
def _empty(groups):
    return np.zeros((groups, SLOTS), dtype=np.uint64)


@njit(cache=True)
def _untaken(groups):
    return np.zeros((groups, SLOTS), dtype=np.bool_)


@njit(cache=True)
def _fill(table, taken):
    """Let empty slots show the next one taken, around the circle."""
    for g in range(table.shape[0]):
        seen, found = np.uint64(0), False
        for step in range(2 * SLOTS - 1, -1, -1):
            slot = step & (SLOTS - 1)
            if taken[g, slot]:
                seen, found = table[g, slot], True
            elif found:
                table[g, slot] = seen


@njit(inline="always", cache=True)
def _acquaintances(stream, key, zone, work, peers, by_zone, by_work, by_peers, rewiring):
    """Bit-sliced number (four planes) of eight acquaintances that hold each innovation."""
    first = mix(stream + key * GAMMA)
    second = mix(first + GAMMA)
    third = mix(second + GAMMA)
    p0, p1, p2, p3 = np.uint64(0), np.uint64(0), np.uint64(0), np.uint64(0)
    for j in range(ACQUAINTANCES):
        if j < 4:
            slot = (first >> np.uint64(SLOT_BITS * j)) & SLOT_MASK
        else:
            slot = (second >> np.uint64(SLOT_BITS * (j - 4))) & SLOT_MASK
        far = (third >> np.uint64(8 * j)) & np.uint64(255)
        if np.float64(far) < 256.0 * rewiring:
            held = by_zone[(far * np.uint64(40503) + second) % np.uint64(by_zone.shape[0]), slot]
        elif j >= 6 and peers >= 0:
            held = by_peers[peers, slot]
        elif 4 <= j < 6 and work >= 0:
            held = by_work[work, slot]
        elif zone >= 0:
            held = by_zone[zone, slot]
        else:
            held = np.uint64(0)
        c0 = p0 & held
        p0 ^= held
        c1 = p1 & c0
        p1 ^= c0
        c2 = p2 & c1
        p2 ^= c1
        p3 |= c2
    return p0, p1, p2, p3


@njit(cache=True)
def spread(
    streams, circle_stream, keys, home_keys, at_home, held, allowed, zone, work, peers, by_zone, by_work, by_peers,
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
    zone, work, peers
        int [n], its three circles (negative: none); `by_*` from `circle_table`.
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
    number = innovation.size
    result = np.empty_like(held)
    gained = np.zeros(number, dtype=np.int64)
    lost = np.zeros(number, dtype=np.int64)
    needing = np.uint64(0)
    lapsing = np.uint64(0)
    for t in range(number):
        if prerequisites[t] != 0:
            needing |= ONE << np.uint64(t)
        if lapses[t]:
            lapsing |= ONE << np.uint64(t)
    low = np.empty(BLOCK, dtype=np.uint64)
    high = np.empty(BLOCK, dtype=np.uint64)
    enough = _draws_that_may_do(innovation, imitation, local, factor, lifetime, ceiling)
    below = np.empty(bound.shape, dtype=np.uint64)
    for t in range(number):
        for c in range(bound.shape[1]):
            limit = np.uint64(min(max(bound[t, c], 0.0), 1.0) * DRAWS)
            below[t, c] = min(limit, enough[t, c, ACQUAINTANCES])
    for start in range(0, keys.size, BLOCK):
        size = min(BLOCK, keys.size - start)
        part = slice(start, start + size)
        _extremes(streams, keys[part], home_keys[part], at_home, kind[part], below, willing, abandonment, low, high)
        for i in range(start, start + size):
            mask, may, key = held[i], allowed[i], keys[i]
            after = mask
            leaving = mask & (high[i - start] | (lapsing & ~may) | needing)
            while leaving != 0:
                t, bit = _lowest(leaving)
                leaving ^= bit
                kept = (after & prerequisites[t]) == prerequisites[t]
                if not kept or (high[i - start] & bit) or (lapsing & ~may & bit):
                    after ^= bit
                    lost[t] += 1
                    leaving |= after & needing  # what needed it goes too
            joining = low[i - start] & may & ~mask
            counted = False
            p0, p1, p2, p3 = np.uint64(0), np.uint64(0), np.uint64(0), np.uint64(0)
            while joining != 0:
                t, bit = _lowest(joining)
                joining ^= bit
                if (mask & after & prerequisites[t]) != prerequisites[t]:
                    continue
                if not counted:
                    p0, p1, p2, p3 = _acquaintances(
                        circle_stream, key, zone[i], work[i], peers[i], by_zone, by_work, by_peers, rewiring
                    )
                    counted = True
                s = np.uint64(t)
                known = (
                    ((p0 >> s) & ONE)
                    | (((p1 >> s) & ONE) << np.uint64(1))
                    | (((p2 >> s) & ONE) << np.uint64(2))
                    | (((p3 >> s) & ONE) << np.uint64(3))
                )
                if mix(streams[0, t] + key * GAMMA) >> SHIFT_11 > enough[t, kind[i], known]:
                    continue  # most stop here, before logarithms
                seen = min(known / (ACQUAINTANCES * ceiling[t]), 1.0)
                around = local[t, zone[i]] if zone[i] >= 0 else seen
                rate = (innovation[t] + imitation[t] * 0.5 * (around + seen)) * factor[t, kind[i]]
                if lifetime[t] > 0.0:
                    rate = (1.0 - np.exp(-rate * lifetime[t])) / lifetime[t]
                if -logarithm(1.0 - keyed_unit(streams[0, t], key)) < rate:
                    after |= bit
                    gained[t] += 1
            result[i] = after
    return result, gained, lost


@njit(cache=True)
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
    for t in order:
        bit = ONE << np.uint64(t)
        for i in range(keys.size):
            if (allowed[i] & bit) == 0 or (after[i] & prerequisites[t]) != prerequisites[t]:
                continue
            if (
                keyed_unit(streams[1, t], keys[i]) < willing[t]
                and keyed_unit(streams[0, t], keys[i]) < chance[t, kind[i]]
            ):
                after[i] |= bit
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
