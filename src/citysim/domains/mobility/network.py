"""Where trips can go and how long each mode takes on empty and on loaded roads.

Zones within daily reach are reached at their centre; the own zone has a near, a middle and a far place, because walking
lives on short trips. Car time on loaded roads: t = t0 * sum over the zones crossed of share * (1 + a (q / c)^b), the
function of the US Bureau of Public Roads (1964) applied to the road network of each zone instead of to single roads.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.city.codes import Mode
from citysim.city.travel import CIRCUITY, minutes_of_ways, within_reach
from citysim.core.kernels.columns import looked_up, sums_by_link

Array = NDArray[Any]

NEAR, FAR = 0.4, 1.8  # distance to near and far places of the own zone, relative to the middle one
OWN_SHARES = {"near": 0.35, "middle": 0.45, "far": 0.20}  # of the opportunities of the own zone
PATH_POINTS = 9


@dataclass(frozen=True)
class Ground:
    """What the network is laid out on: the city's distances, free-flow minutes, positions and levels of the start.

    Attributes
    ----------
    distance_km, free_flow
        [Z, Z] and [mode, Z, Z].
    x_km, y_km, level
        [Z], positions and public transport levels.
    """

    distance_km: Array
    free_flow: Array
    x_km: Array
    y_km: Array
    level: Array


@dataclass(frozen=True)
class Network:
    """Ways from each zone to its places: all zones within reach and a near and a far place of its own.

    Attributes
    ----------
    start, end
        int [ways], zones, in order of the start.
    km, straight_km, car, ride, bike, walk
        float32 [ways]: road km, straight km, minutes in the car and in the bus or train, on the bike, on foot.
    level
        float32 [ways], the lower public transport level of both ends.
    size
        float32 [ways], share of a destination zone's opportunities at the place; 0 where nobody goes but who must.
    route
        int16 [points, ways], zones that points of the way lie in.
    way_of
        int32 [Z, Z], the way from zone to zone, -1 beyond reach.
    first
        int [Z], first way of each zone.
    ground
        What it was laid out on.
    """

    start: Array
    end: Array
    km: Array
    straight_km: Array
    car: Array
    ride: Array
    bike: Array
    walk: Array
    level: Array
    size: Array
    route: Array
    way_of: Array
    first: Array
    ground: Ground

    @property
    def zones(self) -> int:
        """Number of zones."""
        return self.first.size

    def sums(self, values: Array) -> Array:
        """Sum over the ways of each zone: [k, ways, …] to [k, Z, …]."""
        return np.asarray(np.add.reduceat(values, self.first, axis=1))

    def between_zones(self, minutes: Array) -> Array:
        """Minutes from zone to zone, float32 [mode, Z, Z], of those of ways; on empty roads beyond reach."""
        start, end = np.nonzero(self.way_of >= 0)
        full = self.ground.free_flow.copy()
        full[:, start, end] = minutes[:, self.way_of[start, end]]
        return full


def make_network(
    distance_km: Array, free_flow: Array, x_km: Array, y_km: Array, level: Array, external: Array
) -> Network:
    """Lay out ways and free-flow minutes.

    Parameters
    ----------
    distance_km, free_flow
        [Z, Z] and [mode, Z, Z] of the city.
    x_km, y_km, level, external
        [Z] positions, public transport levels and whether a zone lies outside.
    """
    ground = Ground(distance_km, np.asarray(free_flow, np.float32), x_km, y_km, level)
    own = np.arange(level.size)
    outside = external[:, None] & external & ~np.eye(own.size, dtype=bool)  # nobody travels there
    start, end = np.nonzero(within_reach(distance_km, external) & ~outside)
    whole = (start, end, np.where(start == end, OWN_SHARES["middle"], 1.0), np.ones(start.size))
    near, far = (
        (own, own, np.full(own.size, OWN_SHARES[name]), np.full(own.size, stretch))
        for name, stretch in (("near", NEAR), ("far", FAR))
    )
    return _lay_out(ground, *(np.concatenate(parts) for parts in zip(whole, near, far, strict=True)))


def reaching(network: Network, start: Array, end: Array) -> Network:
    """Network with ways between some more zones, of size 0: for people who go where others do not."""
    beyond = np.take(network.way_of, start * network.zones + end) < 0
    if not beyond.any():
        return network
    pairs = np.unique(start[beyond].astype(np.int64) * network.zones + end[beyond])
    none = np.zeros(pairs.size)
    more = _lay_out(network.ground, pairs // network.zones, pairs % network.zones, none, none + 1.0)
    return _in_order({name: np.concatenate([getattr(network, name), getattr(more, name)], axis=-1) for name in BY_WAY},
                     network.ground)  # fmt: skip


BY_WAY = ("start", "end", "km", "straight_km", "car", "ride", "bike", "walk", "level", "size", "route")


def _lay_out(ground: Ground, start: Array, end: Array, size: Array, stretch: Array) -> Network:
    """Ways between zones; `stretch` is 1 but for near and far places of the own zone."""
    level = np.minimum(ground.level[start], ground.level[end])
    km = (ground.distance_km[start, end] * stretch.astype(np.float32)).astype(np.float32)
    minutes = np.where(stretch == 1.0, ground.free_flow[:, start, end], minutes_of_ways(km, level))
    access = minutes_of_ways(np.zeros(km.shape), level)  # access and waiting alone
    ways = {
        "start": start, "end": end, "km": km, "straight_km": km / np.float32(CIRCUITY),
        "car": minutes[Mode.CAR] - access[Mode.CAR],
        "ride": minutes[Mode.PUBLIC_TRANSPORT] - access[Mode.PUBLIC_TRANSPORT],
        "bike": minutes[Mode.BIKE], "walk": minutes[Mode.WALK],
        "level": level.astype(np.float32), "size": size.astype(np.float32),
        "route": _routes(ground.x_km, ground.y_km, start, end),
    }  # fmt: skip
    return _in_order(ways, ground)


def _in_order(ways: dict[str, Array], ground: Ground) -> Network:
    """Sort ways by their start; the first of several between two zones is the usual one."""
    order = np.argsort(ways["start"], kind="stable")
    ways = {name: values[..., order] for name, values in ways.items()}
    zones = ground.level.size
    way_of = np.full((zones, zones), -1, np.int32)
    backwards = np.arange(order.size)[::-1]
    way_of[ways["start"][backwards], ways["end"][backwards]] = backwards
    return Network(**ways, way_of=way_of, first=np.searchsorted(ways["start"], np.arange(zones)), ground=ground)


def _routes(x_km: Array, y_km: Array, start: Array, end: Array) -> Array:
    """Zones along each way, int16 [points, ways]: points on the straight line belong to the nearest centre."""
    x_km, y_km = x_km.astype(np.float64), y_km.astype(np.float64)  # ways along a border must not hang on rounding
    nearest = np.empty((PATH_POINTS, start.size), np.int16)
    for point in range(PATH_POINTS):
        step = (point + 0.5) / PATH_POINTS
        x = x_km[start] * (1 - step) + x_km[end] * step
        y = y_km[start] * (1 - step) + y_km[end] * step
        nearest[point] = np.argmin((x[:, None] - x_km) ** 2 + (y[:, None] - y_km) ** 2, axis=1)
    return nearest


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
    """Minutes in the car on loaded roads, float32 [ways]."""
    along = looked_up(factors.astype(np.float32), network.route.ravel()).reshape(network.route.shape)
    return np.asarray(network.car * along.mean(axis=0))


def vehicle_km_by_zone(network: Network, vehicles: Array) -> Array:
    """Vehicle-km driven inside each zone by flows of vehicles [ways]."""
    part = np.asarray(vehicles * network.km / PATH_POINTS, dtype=np.float64)
    return sums_by_link(network.route.ravel(), network.zones, np.broadcast_to(part, network.route.shape).ravel())


def headway_minutes(level: Array, headways: Array) -> Array:
    """Minutes between departures at levels 0 to 3, linear between whole levels."""
    return np.interp(level, np.arange(headways.size), headways)
