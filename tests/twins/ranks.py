"""NumPy twin of `citysim.core.kernels.ranks`."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def best_in_group(score: NDArray[Any], group: NDArray[Any], places: NDArray[Any]) -> NDArray[np.bool_]:
    """Twin of `ranks.best_in_group`."""
    order = np.lexsort((-np.asarray(score, dtype=np.float64), group))
    ordered = group[order]
    rank = np.arange(order.size) - np.searchsorted(ordered, ordered)
    chosen = np.zeros(order.size, dtype=bool)
    chosen[order] = rank < np.asarray(places)[ordered]
    return chosen


def first_above(bounds: NDArray[Any], last: NDArray[Any], group: NDArray[Any], lot: NDArray[Any]) -> NDArray[np.int64]:
    """Twin of `ranks.first_above`, by bisection instead of from a table of hints."""
    first = np.append(0, last[:-1] + 1)
    place = [
        low + np.searchsorted(bounds[low : high + 1], share * bounds[high], side="right")
        for low, high, share in zip(first[group], last[group], lot, strict=True)
    ]
    return np.minimum(np.asarray(place, dtype=np.int64), last[group])
