"""NumPy twins of the kernels of `citysim.core.kernels.diffusion`: slow, plain, and compared with them in the tests."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.core.draws import GOLDEN, Keys, mix_array
from citysim.core.kernels.circles import ACQUAINTANCES, SLOT_BITS, SLOTS

Array = NDArray[Any]
BITS = np.arange(64, dtype=np.uint64)


def bits_of(masks: Keys, number: int) -> NDArray[np.bool_]:
    """Unpack masks, bool [n, number]."""
    return ((masks[:, None] >> BITS[:number]) & np.uint64(1)).astype(bool)


def hashes(stream: Any, keys: Keys) -> Keys:
    """Hash of each key on a stream."""
    return mix_array(np.uint64(stream) + keys * np.uint64(GOLDEN))


def uniforms(stream: Any, keys: Keys) -> NDArray[np.float64]:
    """Keyed uniform of each key on a stream."""
    return np.asarray((hashes(stream, keys) >> np.uint64(11)).astype(np.float64) * 2.0**-53 + 2.0**-54)


def bit_counts(masks: Keys, group: Array, groups: int) -> NDArray[np.int64]:
    """Twin of `diffusion.bit_counts`."""
    counts = np.zeros((groups, 64), np.int64)
    inside = group >= 0
    np.add.at(counts, group[inside], bits_of(masks[inside], 64).astype(np.int64))
    return counts


def pair_counts(group: Array, code: Array, groups: int, codes: int) -> NDArray[np.int64]:
    """Twin of `diffusion.pair_counts`."""
    counts = np.zeros((groups, codes), np.int64)
    inside = group >= 0
    np.add.at(counts, (group[inside], code[inside]), 1)
    return counts


def circle_table(stream: Any, keys: Keys, masks: Keys, circle: Array, groups: int, shift: int) -> Keys:
    """Twin of one table of `circles.circle_tables`; `shift` is 0, 20 or 40."""
    table = np.zeros((groups, SLOTS), np.uint64)
    slots = ((hashes(stream, keys) >> np.uint64(shift)) & np.uint64(SLOTS - 1)).astype(int)
    for group in range(groups):
        rows = np.flatnonzero(circle == group)
        if not rows.size:
            continue
        taken, first = np.unique(slots[rows], return_index=True)
        following = taken[np.searchsorted(taken, np.arange(SLOTS)) % taken.size]
        row_of = dict(zip(taken.tolist(), rows[first].tolist(), strict=True))
        table[group] = [masks[row_of[slot]] for slot in following.tolist()]
    return table


def acquaintance_counts(
    stream: Any,
    keys: Keys,
    circles: tuple[Array, Array, Array],
    tables: tuple[Keys, Keys, Keys],
    rewiring: float,
    number: int,
) -> NDArray[np.int64]:
    """How many of eight acquaintances hold each innovation, int64 [n, number]."""
    zone, work, peers = circles
    by_zone, by_work, by_peers = tables
    golden = np.uint64(GOLDEN)
    first = hashes(stream, keys)
    second = mix_array(first + golden)
    third = mix_array(second + golden)
    counts = np.zeros((keys.size, number), np.int64)
    for rank in range(ACQUAINTANCES):
        source, place = (first, rank) if rank < 4 else (second, rank - 4)
        slot = ((source >> np.uint64(SLOT_BITS * place)) & np.uint64(SLOTS - 1)).astype(int)
        far = (third >> np.uint64(8 * rank)) & np.uint64(255)
        seen = np.where(zone >= 0, by_zone[zone, slot], np.uint64(0))
        if 4 <= rank < 6:
            seen = np.where(work >= 0, by_work[work, slot], seen)
        if rank >= 6:
            seen = np.where(peers >= 0, by_peers[peers, slot], seen)
        elsewhere = ((far * np.uint64(40503) + second) % np.uint64(by_zone.shape[0])).astype(int)
        seen = np.where(far < 256.0 * rewiring, by_zone[elsewhere, slot], seen)
        counts += bits_of(seen, number)
    return counts


def spread(
    streams: Array,
    circle_stream: Any,
    keys: Keys,
    home_keys: Keys,
    held: Keys,
    allowed: Keys,
    circles: tuple[Array, Array, Array],
    tables: tuple[Keys, Keys, Keys],
    kind: Array,
    rewiring: float,
    entries: dict[str, Array],
) -> tuple[Keys, NDArray[np.int64], NDArray[np.int64]]:
    """Twin of `diffusion.spread`; `entries` holds its arrays per innovation by name."""
    number = entries["innovation"].size
    known = acquaintance_counts(circle_stream, keys, circles, tables, rewiring, number)
    has, may = bits_of(held, number), bits_of(allowed, number)
    zone = circles[0]
    after = held.copy()
    gained, lost = np.zeros(number, np.int64), np.zeros(number, np.int64)
    draws = [uniforms(stream, keys) for stream in streams[0]]
    forced = []
    for t, u in enumerate(draws):
        lapsed = entries["lapses"][t] & ~may[:, t]
        forced.append(has[:, t] & (lapsed | (u >= 1.0 - entries["abandonment"][t])))
        after = np.where(forced[t], after & ~(np.uint64(1) << np.uint64(t)), after)
    for _ in range(number):  # what needed something that is gone goes too
        for t, needed in enumerate(entries["prerequisites"]):
            after = np.where((after & needed) != needed, after & ~(np.uint64(1) << np.uint64(t)), after)
    stayed = after.copy()
    lost = (has & ~bits_of(stayed, number)).sum(axis=0)
    for t, u in enumerate(draws):
        needed, top = entries["prerequisites"][t], entries["ceiling"][t]
        seen = np.minimum(known[:, t] / (ACQUAINTANCES * top), 1.0) if top > 0 else np.zeros(keys.size)
        around = np.where(zone >= 0, entries["local"][t, zone], seen)
        rate = entries["innovation"][t] + entries["imitation"][t] * 0.5 * (around + seen)
        rate = rate * entries["factor"][t, kind]
        if entries["lifetime"][t] > 0.0:
            rate = -np.expm1(-rate * entries["lifetime"][t]) / entries["lifetime"][t]
        joins = ~has[:, t] & may[:, t] & ((stayed & needed) == needed) & (u < entries["bound"][t, kind])
        owners = home_keys if entries["at_home"][t] else keys
        joins &= (uniforms(streams[1, t], owners) < entries["willing"][t]) & (-np.log1p(-u) < rate)
        after = np.where(joins, after | (np.uint64(1) << np.uint64(t)), after)
        gained[t] = joins.sum()
    return after, gained, lost
