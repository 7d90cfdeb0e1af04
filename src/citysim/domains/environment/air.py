"""The air that people breathe and the heat they bear, by zone.

PM2.5, NO2 = background + a * traffic / area + b * wood stoves / area; heat island = I d / (d + d_half) (1 - c green),
summer excess = heat island + warming since the start.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

TRAFFIC_UNIT = 10_000.0  # vehicle-km a day and km2 that the traffic coefficients refer to
WOOD_UNIT = 100.0  # homes per km2 that the wood coefficient refers to
LARGEST_STREET_AREA = 15.0  # km2; traffic of a large rural commune stays along its roads


def concentrations(
    traffic: Array, area: Array, thermal: float, wood_homes: Array, background: float, exhaust: float,
    p: SimpleNamespace,
) -> tuple[Array, Array]:  # fmt: skip
    """PM2.5 and NO2 of each zone, ug/m3.

    Parameters
    ----------
    traffic
        [Z], vehicle-km a day.
    area
        [Z], km2.
    thermal
        Share of thermal cars.
    wood_homes
        [Z], homes heated by wood.
    background
        Factor on background particles.
    exhaust
        Factor on exhaust pollution.
    """
    street_area = np.minimum(area, LARGEST_STREET_AREA)
    density = traffic / street_area / TRAFFIC_UNIT
    exhausts = density * thermal * exhaust
    wear = density * p.particle_wear
    pm25 = background * p.particle_background + p.particle_traffic * (wear + (1.0 - p.particle_wear) * exhausts)
    pm25 = pm25 + p.particle_wood * wood_homes / street_area / WOOD_UNIT
    return pm25, p.nitrogen_background + p.nitrogen_traffic * exhausts


def heat_island(density: Array, green: Array, strength: float, half: float, cooling: float) -> Array:
    """Degrees by which a zone is hotter than the countryside on summer days."""
    return strength * density / (density + half) * (1.0 - cooling * green)


def hot_days(island: Array, warming: float, extra: float, p: SimpleNamespace) -> Array:
    """Days over 30 degrees of each zone.

    Parameters
    ----------
    island
        [Z], heat island.
    warming
        Degrees since the start.
    extra
        Days of heat waves on top of the trend.
    """
    return np.maximum(p.hot_days_start + p.hot_days_per_degree * warming + extra + p.hot_days_per_island * island, 0.0)


def green_share(density: Array, half: float) -> Array:
    """Share of green ground where nothing is published: little in dense zones."""
    return 0.85 - 0.55 * density / (density + half)
