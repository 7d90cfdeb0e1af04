"""NumPy twins of `citysim.core.kernels.groups`."""

from __future__ import annotations

import numpy as np


def common_bits(masks, bits):
    """Twin of `groups.common_bits`."""
    return np.bitwise_count(masks & bits).sum(axis=1)


def group_medians(places, number, values):
    """Twin of `groups.group_medians`."""
    parts = [values[places == group] for group in range(number)]
    return np.array([np.median(part) if part.size else np.nan for part in parts])
