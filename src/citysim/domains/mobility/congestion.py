"""Rush-hour queues: more cars slow each other down until times and choices agree.

Method of successive averages (Sheffi 1985): after step k, factors move by 1/k towards those of the new flows; the
commuters' errors are drawn once, after the last step.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.domains.mobility.network import Network, delay_factors, vehicle_km_by_zone

Array = NDArray[Any]
TOLERANCE = 0.002  # largest relative gap between times and flows at which the averaging stops


def equilibrium(
    factors: Array,
    peak_flows: Callable[[Array], Array],
    network: Network,
    capacity: Array,
    weight: float,
    power: float,
    steps: int,
) -> Array:
    """Delay factors by zone at which flows and times agree.

    Parameters
    ----------
    factors
        [Z], where to begin: last year's.
    peak_flows
        Vehicles in the peak hour [ways] that given factors lead to.
    capacity
        [Z], vehicle-km an hour.
    """
    for step in range(1, steps + 1):
        load = vehicle_km_by_zone(network, peak_flows(factors))
        target = delay_factors(load, capacity, weight, power)
        gap = target - factors
        factors = factors + gap / step
        if np.max(np.abs(gap) / factors) < TOLERANCE:
            break
    return factors


def capacity_of(load: Array, saturation: Array) -> Array:
    """Vehicle-km an hour that the streets of a zone carry, from its load and saturation at the start."""
    return np.divide(load, saturation, out=np.zeros(np.shape(load)), where=saturation > 0)


def delay_share(free: Array, loaded: Array, vehicles: Array) -> float:
    """Delay relative to free-flow time, over all vehicles."""
    base = float((vehicles * free).sum())
    return float((vehicles * (loaded - free)).sum()) / base if base > 0 else 0.0


def accessibility(opportunities: Array, minutes: Array, decay: float) -> Array:
    """Log of opportunities within reach: A_i = ln sum_j E_j exp(-decay t_ij).

    Parameters
    ----------
    opportunities
        [Z].
    minutes
        [Z, Z].
    """
    within = np.exp(-decay * minutes) @ opportunities
    return np.asarray(np.log(np.maximum(within, 1.0)), dtype=np.float32)
