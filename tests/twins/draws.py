"""NumPy twins of `citysim.core.kernels.draws`: slower, written to be read; the tests compare the two."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from citysim.core.draws import GOLDEN, Keys, mix_array

GAMMA = np.uint64(GOLDEN)


def to_unit(bits: Keys) -> NDArray[np.float64]:
    """Map 64 random bits to the open interval (0, 1) by their leading 53."""
    return (bits >> np.uint64(11)).astype(np.float64) * 2.0**-53 + 2.0**-54


def uniform(stream: np.uint64, keys: Keys) -> NDArray[np.float64]:
    """Twin of `draws.uniform`."""
    return to_unit(mix_array(stream + keys * GAMMA))


def uniform_pairs(stream: np.uint64, keys: Keys, alternatives: Keys) -> NDArray[np.float64]:
    """Twin of `draws.uniform_pairs`; alternatives [n, J]."""
    state = mix_array(stream + keys * GAMMA)
    return to_unit(mix_array(state[:, None] + alternatives * GAMMA))
