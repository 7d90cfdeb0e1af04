"""NumPy twins of the compiled kernels: slower, written to be read; tests compare the two."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.core.draws import GOLDEN, Keys, mix_array

GAMMA = np.uint64(GOLDEN)


def to_unit(bits: Keys) -> NDArray[np.float64]:
    """Map 64 random bits to the open interval (0, 1) by their leading 53."""
    return (bits >> np.uint64(11)).astype(np.float64) * 2.0**-53 + 2.0**-54


def uniform(stream: np.uint64, keys: Keys) -> NDArray[np.float64]:
    """Twin of `kernels.uniform`."""
    return to_unit(mix_array(stream + keys * GAMMA))


def uniform_pairs(stream: np.uint64, keys: Keys, alternatives: Keys) -> NDArray[np.float64]:
    """Twin of `kernels.uniform_pairs`; alternatives [n, J]."""
    state = mix_array(stream + keys * GAMMA)
    return to_unit(mix_array(state[:, None] + alternatives * GAMMA))


def choose(stream: np.uint64, keys: Keys, utilities: NDArray[Any], alternatives: Keys) -> NDArray[np.int64]:
    """Twin of `choice_kernels.choose`: argmax of utility plus Gumbel error."""
    pairs = uniform_pairs(stream, keys, np.broadcast_to(alternatives, utilities.shape))
    total = utilities.astype(np.float64) - np.log(-np.log(pairs))
    return np.where(np.isfinite(total).any(axis=1), total.argmax(axis=1), -1)


def choose_linear(
    stream: np.uint64,
    keys: Keys,
    constants: NDArray[Any],
    coefficients: NDArray[Any],
    attributes: NDArray[Any],
    available: NDArray[np.bool_],
    alternatives: Keys,
) -> NDArray[np.int64]:
    """Twin of `choice_kernels.choose_linear`."""
    utilities = constants[None, :] + attributes.astype(np.float64).T @ coefficients
    if available.shape[1]:
        utilities = np.where(available.T, utilities, -np.inf)
    return choose(stream, keys, utilities, alternatives)


def candidates(
    stream: np.uint64, keys: Keys, bucket_of_place: NDArray[np.int64], probes: int, buckets: int
) -> list[NDArray[np.int64]]:
    """Twin of `market_kernels.probe_buckets`: the places in the distinct buckets that each seeker probes."""
    ranks = np.broadcast_to(np.arange(probes, dtype=np.uint64), (keys.size, probes))
    probed = (uniform_pairs(stream, keys, ranks) * buckets).astype(np.int64)
    return [np.flatnonzero(np.isin(bucket_of_place, row)) for row in probed]


def deferred_acceptance(
    indptr: NDArray[np.int64],
    places: NDArray[np.int64],
    utility: NDArray[Any],
    score: NDArray[Any],
    number_of_places: int,
) -> NDArray[np.int64]:
    """Twin of `market_kernels.deferred_acceptance`, in rounds: all free seekers propose, places keep the best."""
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
