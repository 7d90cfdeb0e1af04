"""Who works from home, and how many days a week.

Log-odds of an eligible worker: theta + .8 ln(minutes / 25) + spare room + firm agreement + peers + push; directions
from Insee Analyses 105 (2025): far from work and large dwellings telework more.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

LARGE_FIRM = 50
REFERENCE_MINUTES = 25.0


def telework_odds(
    minutes: Array, spare_room: Array, large_firm: Array, peers: Array, shift: Array | float, p: SimpleNamespace
) -> Array:
    """Log-odds of telework without the constant.

    Parameters
    ----------
    minutes
        [n], minutes to work by car.
    spare_room, large_firm
        bool [n].
    peers
        [n], share of teleworkers among eligible neighbours above that at the start.
    shift
        Employers' push and the worker's own equipment.
    """
    far = np.log(np.maximum(minutes, 2.0) / REFERENCE_MINUTES)
    return np.asarray(
        p.telework_commute * far
        + p.telework_spare_room * spare_room
        + p.telework_large_firm * large_firm
        + p.telework_peer * peers
        + shift
    )


def probability(log_odds: Array) -> Array:
    """Logistic function."""
    return np.asarray(1.0 / (1.0 + np.exp(-log_odds)))


def constant_for(log_odds: Array, share: float) -> float:
    """Constant at which the mean probability is `share` (bisection)."""
    low, high = -12.0, 12.0
    for _ in range(50):
        middle = 0.5 * (low + high)
        if probability(log_odds + middle).mean() < share:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def days_from(uniform: Array, shares: Array) -> Array:
    """Days a week 1 to 4, from the shares of teleworkers by days."""
    bounds = np.cumsum(shares) / np.sum(shares)
    return (1 + np.searchsorted(bounds[:-1], uniform, side="right")).astype(np.float32)


def peers_by_zone(zone: Array, teleworks: Array, zones: int) -> Array:
    """Share of teleworkers among eligible workers by zone."""
    eligible = np.bincount(zone, minlength=zones)
    users = np.bincount(zone[teleworks], minlength=zones)
    return np.divide(users, eligible, out=np.zeros(zones), where=eligible > 0)
