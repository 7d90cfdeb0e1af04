"""Whom agents see: eight acquaintances in three circles, through keyed slots instead of lists of friends.

Each circle's group has a table of slots; an agent shows what it holds, the bits of a mask, in one slot of each of its
groups and looks into eight slots of its own. One acquaintance more or less changes what few others see.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from citysim.core.kernels.draws import GAMMA, mix

SLOT_BITS = 9
SLOTS = 1 << SLOT_BITS  # agents of each circle that others may know
ACQUAINTANCES = 8
SLOT_MASK = np.uint64(SLOTS - 1)
BYTE = np.uint64(255)
EMPTY = np.uint64(0xFFFFFFFFFFFFFFFF)  # no mask: the last bit marks agents that the engine has not met yet


@njit(cache=True)
def circle_tables(stream, keys, masks, circles, groups):
    """Masks that one can see in each of three circles: one keyed slot per agent, the oldest row of a slot stays.

    Parameters
    ----------
    circles
        int16 [3, n], group of each agent (negative: none).
    groups
        Three numbers of groups.

    Returns
    -------
    uint64 [sum of groups + 1, SLOTS], the groups of one circle after those of the other and one that shows nothing;
    an empty slot shows the next one taken.
    """
    first, second, third = circles[0], circles[1], circles[2]
    nobody = groups[0] + groups[1] + groups[2]
    table = np.full((nobody + 1, SLOTS), EMPTY)
    for i in range(keys.size - 1, -1, -1):  # the oldest writes last
        place = mix(stream + keys[i] * GAMMA)
        table[first[i] if first[i] >= 0 else nobody, place & SLOT_MASK] = masks[i]
        place >>= np.uint64(20)
        table[groups[0] + second[i] if second[i] >= 0 else nobody, place & SLOT_MASK] = masks[i]
        place >>= np.uint64(20)
        table[groups[0] + groups[1] + third[i] if third[i] >= 0 else nobody, place & SLOT_MASK] = masks[i]
    table[nobody] = EMPTY
    for row in range(nobody + 1):
        _fill(table[row])
    return table


@njit(cache=True)
def _fill(shown):
    """Let empty slots show the next one taken, around the circle; nothing where none is."""
    seen = np.uint64(0)
    for step in range(2 * SLOTS - 1, -1, -1):
        slot = step & (SLOTS - 1)
        seen = shown[slot] if shown[slot] != EMPTY else seen
        if step < SLOTS:
            shown[slot] = seen


# error_model="numpy": without Python's test for a division by zero the loops run in the processor's vector units.
@njit(cache=True, error_model="numpy")
def look_around(stream, keys, rows, zones, table, rewiring):
    """Bit-sliced number of eight acquaintances that hold each innovation, uint64 [n, 4].

    Parameters
    ----------
    rows
        int32 [3, n], rows of each agent's groups in `table`, of which the first `zones` are open to all: an
        acquaintance is one of those with the chance `rewiring`.
    """
    first, second, third = np.empty_like(keys), np.empty_like(keys), np.empty_like(keys)
    for i in range(keys.size):
        first[i] = mix(stream + keys[i] * GAMMA)
        second[i] = mix(first[i] + GAMMA)
        third[i] = mix(second[i] + GAMMA)
    start = np.empty(keys.size, dtype=np.int64)
    for i in range(keys.size):
        start[i] = np.int64(second[i] % np.uint64(zones))
    below = np.uint64(np.ceil(256.0 * rewiring))
    places = np.empty((ACQUAINTANCES, keys.size), dtype=np.int64)
    for j in range(ACQUAINTANCES):
        source, circle = first if j < 4 else second, 0 if j < 4 else (1 if j < 6 else 2)
        shift = np.uint64(SLOT_BITS * (j & 3))
        _one_place(source, shift, third, np.uint64(8 * j), rows[circle], start, below, zones, places[j])
    flat = table.ravel()
    planes = np.empty((keys.size, 4), dtype=np.uint64)
    for i in range(keys.size):
        p0, p1, p2, p3 = np.uint64(0), np.uint64(0), np.uint64(0), np.uint64(0)
        for j in range(ACQUAINTANCES):
            held = flat[places[j, i]]
            c0 = p0 & held
            p0 ^= held
            c1 = p1 & c0
            p1 ^= c0
            c2 = p2 & c1
            p2 ^= c1
            p3 |= c2
        planes[i, 0], planes[i, 1], planes[i, 2], planes[i, 3] = p0, p1, p2, p3
    return planes


@njit(cache=True, error_model="numpy")
def _one_place(source, shift, third, far_shift, rows, start, below, zones, places):
    """Where each agent's acquaintance of one rank is shown: in its group, or in a zone anywhere (a loop of its own)."""
    steps = np.empty(256, dtype=np.int64)
    for far in range(256):
        steps[far] = far * 40503 % zones
    for i in range(source.size):
        slot = np.int64((source[i] >> shift) & SLOT_MASK)
        far = (third[i] >> far_shift) & BYTE
        anywhere = start[i] + steps[np.int64(far)]
        anywhere = anywhere - zones if anywhere >= zones else anywhere
        row = anywhere if far < below else np.int64(rows[i])
        places[i] = row * SLOTS + slot
