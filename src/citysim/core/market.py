"""Markets without an order effect: seekers see a keyed sample of places and propose; places keep the best proposer.

Deferred acceptance (Gale and Shapley 1962) gives the same match whatever the order of proposals; bucket sampling shows
each seeker some tens of places without sorting hashes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.core.draws import Draws, Keys
from citysim.core.kernels import market as kernels

Rows = NDArray[np.int64]


def bucket_count(places: int) -> int:
    """Number of hash buckets for a market: the power of two nearest its base-year number of places."""
    return 1 << max(0, round(float(np.log2(max(places, 1)))))


def by_bucket(lot: NDArray[np.float64], buckets: int) -> tuple[Rows, Rows]:
    """Order of places by the bucket that their draws put them in, and where each bucket starts, [buckets + 1]."""
    starts, order = kernels.lay_out((lot * buckets).astype(np.int32), buckets)
    return order, starts


def sample_candidates(
    draws: Draws,
    name: str,
    seeker_keys: Keys,
    place_keys: Keys,
    probes: int,
    buckets: int,
    index: int = 0,
) -> tuple[Rows, Rows]:
    """Show every seeker the places that lie in some hash buckets.

    A place falls in a bucket by its own draw, a seeker probes buckets by its own draws: one more place or seeker
    changes nothing for the others.

    Parameters
    ----------
    seeker_keys, place_keys
        uint64 [n], [m].
    probes
        Buckets that a seeker looks into.
    buckets
        Number of buckets, a power of two, the same in all scenarios (`bucket_count`).

    Returns
    -------
    tuple
        `indptr` [n + 1] and `places` (positions in `place_keys`, each at most once per seeker): compressed rows.
    """
    order, starts = by_bucket(draws.uniform(f"{name}.bucket", place_keys, index=index), buckets)
    stream = draws.claim(f"{name}.probe", seeker_keys, index)
    first, alone = np.array([0, buckets]), np.empty(0, np.int64)
    return kernels.probe_buckets(stream, seeker_keys, alone, first, starts, order, probes)


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
    """Show every seeker some places of his group, as `sample_candidates` with the buckets of each group kept apart.

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
    starts, order = kernels.lay_out(bucket.astype(np.int32), int(first[-1]))
    stream = draws.claim(f"{name}.probe", seeker_keys)
    return kernels.probe_buckets(
        stream, seeker_keys, np.asarray(seeker_groups, dtype=np.int64), first, starts, order, probes
    )


def deferred_acceptance(
    indptr: Rows, places: Rows, utility: NDArray[Any], score: NDArray[Any], number_of_places: int
) -> Rows:
    """Match seekers to places, one each, stably.

    Parameters
    ----------
    indptr, places
        Candidates of each seeker, compressed rows.
    utility
        float [entries], what the seeker thinks of the place; -inf if not acceptable.
    score
        float [entries], what the place thinks of the seeker; ties go to the earlier seeker, so make them rare.
    number_of_places
        Places on the market.

    Returns
    -------
    Rows
        int64 [seekers], position of the place or -1.
    """
    return kernels.deferred_acceptance(
        indptr, places, np.asarray(utility, np.float64), np.asarray(score, np.float64), number_of_places
    )


def keyed_errors(draws: Draws, name: str, seeker_keys: Keys, indptr: Rows, place_keys: Keys, index: int = 0) -> Any:
    """Gumbel error of every (seeker, candidate) pair.

    Parameters
    ----------
    place_keys
        uint64 [entries], identity of the candidate of each entry.
    """
    return kernels.pair_gumbel(draws.claim(name, seeker_keys, index), seeker_keys, indptr, place_keys)


def seekers_of(indptr: Rows) -> Rows:
    """Seeker of each entry of compressed rows."""
    return np.repeat(np.arange(indptr.size - 1), np.diff(indptr))
