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
