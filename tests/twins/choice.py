"""NumPy twins of `citysim.core.kernels.choice`."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.core.draws import Keys
from twins.draws import uniform_pairs


def choose(stream: np.uint64, keys: Keys, utilities: NDArray[Any], alternatives: Keys) -> NDArray[np.int64]:
    """Twin of `choice.choose`: argmax of utility plus Gumbel error."""
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
    """Twin of `choice.choose_linear`."""
    utilities = constants[None, :] + attributes.astype(np.float64).T @ coefficients
    if available.shape[1]:
        utilities = np.where(available.T, utilities, -np.inf)
    return choose(stream, keys, utilities, alternatives)
