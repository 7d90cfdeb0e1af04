"""Food shops enter and leave with their turnover; local farms follow demand for short chains.

Huff (1964): a shop in j takes the share n_j exp(-mu t_ij) / sum_k n_k exp(-mu t_ik) of what residents of i spend.
Entry and exit close a part of the gap between the turnover per shop and the base year's, growth of spending per head
left out (larger shops, not more).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[Any]


def huff_turnover(spending: Floats, minutes: Floats, outlets: Floats, decay: float) -> Floats:
    """Turnover of the shops of each zone, [zones].

    Parameters
    ----------
    spending
        [2, zones], EUR of residents without and with a car.
    minutes
        [2, zones, zones].
    outlets
        [zones].
    decay
        Fall of the pull with a minute.
    """
    pull = np.exp(-decay * minutes) * outlets
    share = pull / np.maximum(pull.sum(axis=2, keepdims=True), 1e-12)
    return np.asarray(np.einsum("cz,czk->k", spending, share))


def follow_turnover(outlets: Floats, turnover: Floats, usual: Floats, growth: float, pace: float) -> Floats:
    """Shops after a year of entry and exit, [zones].

    Parameters
    ----------
    outlets, turnover
        [zones], shops and their turnover, EUR.
    usual
        [zones], turnover per shop at the base year.
    growth
        Spending per head relative to the base year.
    pace
        Share of the gap closed in a year.
    """
    per_shop = turnover / np.maximum(outlets, 1e-9)
    ratio = np.where((outlets > 0) & (usual > 0), per_shop / np.maximum(usual * growth, 1e-9), 1.0)
    return outlets * (1.0 + pace * (np.clip(ratio, 0.0, 3.0) - 1.0))


def follow_demand(supply: Floats, demand: Floats, reserve: float, pace: float, push: float) -> Floats:
    """Local produce on sale after a year, EUR a year: it follows demand and public support.

    Parameters
    ----------
    supply, demand
        EUR a year, on sale and asked.
    reserve
        Supply over demand at rest.
    pace
        Share of the gap closed in a year.
    push
        Growth from support.
    """
    return supply + pace * (reserve * demand - supply) + push * supply
