"""NumPy twins of `citysim.core.kernels.market`, seeker by seeker."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.core.draws import Keys
from twins.draws import uniform_pairs


def probe_buckets(
    stream: np.uint64, keys: Keys, groups: NDArray[Any], first: NDArray[Any], starts: NDArray[Any],
    order: NDArray[Any], probes: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:  # fmt: skip
    """Twin of `market.probe_buckets`."""
    indptr, places = [0], []
    groups = groups if groups.size else np.zeros(keys.size, np.int64)
    for key, group in zip(keys, groups, strict=True):
        lot = uniform_pairs(stream, np.array([key]), np.arange(probes, dtype=np.uint64)[None, :])[0]
        number = first[group + 1] - first[group]
        for bucket in dict.fromkeys((first[group] + (lot * number).astype(np.int64)).tolist()):
            places += order[starts[bucket] : starts[bucket + 1]].tolist()
        indptr.append(len(places))
    return np.array(indptr), np.array(places, dtype=np.int64)


def deferred_acceptance(
    indptr: NDArray[np.int64],
    places: NDArray[np.int64],
    utility: NDArray[Any],
    score: NDArray[Any],
    number_of_places: int,
) -> NDArray[np.int64]:
    """Twin of `market.deferred_acceptance`, in rounds: all free seekers propose, places keep the best."""
    seekers = indptr.size - 1
    match = np.full(seekers, -1, np.int64)
    open_ = np.isfinite(utility)
    while True:
        proposals: dict[int, list[tuple[float, int, int]]] = {}
        for seeker in np.flatnonzero(match < 0):
            entries = np.arange(indptr[seeker], indptr[seeker + 1])
            entries = entries[open_[entries]]
            if entries.size:
                best = int(entries[np.argmax(utility[entries])])
                open_[best] = False
                proposals.setdefault(int(places[best]), []).append((float(score[best]), -int(seeker), best))
        if not proposals:
            return match
        for place, bids in proposals.items():
            for holder in np.flatnonzero(match == place):
                entry = next(e for e in range(indptr[holder], indptr[holder + 1]) if places[e] == place)
                bids.append((float(score[entry]), -int(holder), entry))
                match[holder] = -1
            match[-max(bids)[1]] = place
