"""Where trips can go and how long each mode takes on empty and on loaded roads.

Every zone is reached at its centre; the own zone has a near, a middle and a far place, because walking lives on short
trips. Car time on loaded roads: t = t0 * sum over the zones crossed of share * (1 + a (q / c)^b), the function of the
US Bureau of Public Roads (1964) applied to the road network of each zone instead of to single roads.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.city.codes import Mode
from citysim.city.travel import CIRCUITY, free_flow_minutes

Array = NDArray[Any]

NEAR, FAR = 0.4, 1.8  # distance to near and far places of the own zone, relative to the middle one
OWN_SHARES = {"near": 0.35, "middle": 0.45, "far": 0.20}  # of the opportunities of the own zone
PATH_POINTS = 9


@dataclass(frozen=True)
class Network:
    """Distances and free-flow minutes from each zone to each place: all zones, then the near and the far own place.

    Attributes
    ----------
    zones, places
        Z zones and Z + 2 places.
    km, straight_km, car, ride, bike, walk
        float32 [Z, Z + 2]: road km, straight km, minutes in the car and in the bus or train, on the bike, on foot.
    level
        float32 [Z, Z + 2], the lower public transport level of both ends.
    route
        float32 [Z * (Z + 2), Z], share of the way inside each zone.
    size
        float32 [Z, Z + 2], share of a destination zone's opportunities at the place.
    place_zone
        int [Z, Z + 2], zone of the place.
    """

    km: Array
    straight_km: Array
    car: Array
    ride: Array
    bike: Array
    walk: Array
    level: Array
    route: Array
    size: Array
    place_zone: Array
    inside: Array

    @property
    def zones(self) -> int:
        """Number of zones."""
        return self.km.shape[0]

    @property
    def places(self) -> int:
        """Number of places seen from a zone."""
        return self.km.shape[1]


def make_network(
    distance_km: Array, free_flow: Array, x_km: Array, y_km: Array, level: Array, external: Array
) -> Network:
    """Lay out places and free-flow minutes.

    Parameters
    ----------
    distance_km, free_flow
        [Z, Z] and [mode, Z, Z] of the city.
    x_km, y_km, level, external
        [Z] positions, public transport levels and whether a zone lies outside.
    """
    own = np.arange(level.size)

    def with_own_places(matrix: Array, near: Array, far: Array) -> Array:
        return np.column_stack([matrix, near[own, own], far[own, own]]).astype(np.float32)

    near_km, far_km = distance_km * NEAR, distance_km * FAR
    near, far = free_flow_minutes(near_km, level), free_flow_minutes(far_km, level)
    still = free_flow_minutes(distance_km * 0.0, level)  # access and waiting alone
    minutes = [with_own_places(free_flow[mode], near[mode], far[mode]) for mode in Mode]
    access = [with_own_places(still[mode], still[mode], still[mode]) for mode in Mode]
    km = with_own_places(distance_km, near_km, far_km)
    place_zone = np.column_stack([np.broadcast_to(own, (own.size, own.size)), own, own])
    size = np.ones_like(km)
    size[own, own], size[:, -2], size[:, -1] = OWN_SHARES["middle"], OWN_SHARES["near"], OWN_SHARES["far"]
    return Network(
        km=km,
        straight_km=km / np.float32(CIRCUITY),
        car=minutes[Mode.CAR] - access[Mode.CAR],
        ride=minutes[Mode.PUBLIC_TRANSPORT] - access[Mode.PUBLIC_TRANSPORT],
        bike=minutes[Mode.BIKE],
        walk=minutes[Mode.WALK],
        level=np.minimum(level[:, None], level[place_zone]).astype(np.float32),
        route=_routes(x_km, y_km, external, place_zone),
        size=size,
        place_zone=place_zone,
        inside=~external,
    )


def _routes(x_km: Array, y_km: Array, external: Array, place_zone: Array) -> Array:
    """Share of each way inside each zone: points on the straight line belong to the nearest centre."""
    zones = x_km.size
    shares = np.zeros((zones, zones + 2, zones), np.float32)
    steps = (np.arange(PATH_POINTS) + 0.5) / PATH_POINTS
    for step in steps:
        x = x_km[:, None] * (1 - step) + x_km[place_zone] * step
        y = y_km[:, None] * (1 - step) + y_km[place_zone] * step
        nearest = np.argmin((x[..., None] - x_km) ** 2 + (y[..., None] - y_km) ** 2, axis=2)
        np.add.at(shares, (*np.indices(nearest.shape), nearest), np.float32(1 / PATH_POINTS))
    return shares.reshape(-1, zones)


def delay_factors(load: Array, capacity: Array, weight: float, power: float) -> Array:
    """Car time over free-flow time in each zone: 1 + a (q / c)^b.

    Parameters
    ----------
    load, capacity
        [Z] vehicle-km in the peak hour and those that the streets of the zone carry; no capacity, no delay.
    """
    ratio = np.divide(load, capacity, out=np.zeros(np.shape(load)), where=np.asarray(capacity) > 0)
    return 1.0 + weight * ratio**power


def car_minutes(network: Network, factors: Array) -> Array:
    """Minutes in the car on loaded roads, float32 [Z, places]."""
    along = (network.route @ factors.astype(np.float32)).reshape(network.km.shape)
    return np.asarray(network.car * along)


def vehicle_km_by_zone(network: Network, vehicles: Array) -> Array:
    """Vehicle-km driven inside each zone by flows of vehicles [Z, places]."""
    return np.asarray((vehicles * network.km).reshape(-1) @ network.route, dtype=np.float64)


def headway_minutes(level: Array, headways: Array) -> Array:
    """Minutes between departures at levels 0 to 3, linear between whole levels."""
    return np.interp(level, np.arange(headways.size), headways)
