"""Where trips can go and how long each mode takes on empty and on loaded roads.

Zones within daily reach are reached at their centre; the own zone has a near, a middle and a far place, because walking
lives on short trips. Car time on loaded roads: t = t0 * sum over the zones crossed of share * (1 + a (q / c)^b), the
function of the US Bureau of Public Roads (1964) applied to the road network of each zone instead of to single roads.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
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
class Ways:
    """Ways from each zone to some places, all [Z, places].

    Attributes
    ----------
    km, straight_km, car, ride, bike, walk
        float32: road km, straight km, minutes in the car and in the bus or train, on the bike, on foot.
    level
        float32, the lower public transport level of both ends.
    size
        float32, share of a destination zone's opportunities at the place; 0 where nobody goes but who must.
    place_zone
        int, zone of the place.
    """

    km: Array
    straight_km: Array
    car: Array
    ride: Array
    bike: Array
    walk: Array
    level: Array
    size: Array
    place_zone: Array


@dataclass(frozen=True)
class Network(Ways):
    """Ways from each zone to its places: all zones within reach, then the near and the far own place.

    Zones with fewer places than others have some of size 0 besides, at home.

    Attributes
    ----------
    route
        int16 [points, Z, places], zones that points of the way lie in.
    place_of
        int16 [Z, Z], place at which one zone is seen from another, -1 beyond reach.
    ground
        What it was laid out on.
    """

    route: Array
    place_of: Array
    ground: Ground

    @property
    def zones(self) -> int:
        """Number of zones."""
        return self.km.shape[0]

    @property
    def places(self) -> int:
        """Number of places seen from a zone."""
        return self.km.shape[1]

    def index(self, start: Array, end: Array) -> Array:
        """Position of ways between zones in arrays [Z, places]."""
        return start * self.places + self.place_of[start, end]

    def between_zones(self, minutes: Array) -> Array:
        """Minutes from zone to zone, float32 [mode, Z, Z], of those to places; on empty roads beyond reach."""
        start, end = np.nonzero(self.place_of >= 0)
        full = self.ground.free_flow.copy()
        full[:, start, end] = minutes[:, start, self.place_of[start, end]]
        return full


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
    ground = Ground(distance_km, np.asarray(free_flow, np.float32), x_km, y_km, level)
    start, end = np.nonzero(within_reach(distance_km, external))
    place_zone, size, place_of = _columns(np.full((level.size, level.size), -1, np.int16), start, end, 0)
    own = np.arange(level.size)
    size[own, place_of[own, own]] = OWN_SHARES["middle"]
    own = own[:, None]
    parts = (
        _ways(ground, place_zone, size),
        _ways(ground, own, np.full(own.shape, OWN_SHARES["near"]), NEAR),
        _ways(ground, own, np.full(own.shape, OWN_SHARES["far"]), FAR),
    )
    return _side_by_side(ground, place_of, *parts)


def reaching(network: Network, start: Array, end: Array) -> Network:
    """Network with ways between some more zones, of size 0: for people who go where others do not."""
    beyond = network.place_of[start, end] < 0
    if not beyond.any():
        return network
    pairs = np.unique(start[beyond].astype(np.int64) * network.zones + end[beyond])
    last = network.places - 2
    place_zone, size, place_of = _columns(
        network.place_of, pairs // network.zones, pairs % network.zones, last, np.float32(0.0)
    )
    old = [_part(network, slice(0, last)), _part(network, slice(last, None))]
    return _side_by_side(network.ground, place_of, old[0], _ways(network.ground, place_zone, size), old[1])


def _columns(place_of: Array, start: Array, end: Array, first: int, worth: float = 1.0) -> tuple[Array, Array, Array]:
    """Give each of some pairs of zones, in order of their start, a place: zone and size [Z, new places], and where."""
    zones = place_of.shape[0]
    rank = np.arange(start.size) - np.searchsorted(start, start)
    width = int(rank.max(initial=-1)) + 1
    place_zone = np.repeat(np.arange(zones)[:, None], width, axis=1)
    size = np.zeros((zones, width), np.float32)
    place_zone[start, rank], size[start, rank] = end, worth
    place_of = place_of.copy()
    place_of[start, end] = first + rank
    return place_zone, size, place_of


def _ways(ground: Ground, place_zone: Array, size: Array, stretch: float = 1.0) -> tuple[Ways, Array]:
    """Ways from each zone to places in some zones, and the zones on the way; `stretch` is for those of the own zone."""
    start = np.arange(ground.level.size)[:, None]
    level = np.minimum(ground.level[:, None], ground.level[place_zone])
    km = ground.distance_km[start, place_zone] * stretch
    minutes = ground.free_flow[:, start, place_zone] if stretch == 1.0 else minutes_of_ways(km, level)
    access = minutes_of_ways(np.zeros(km.shape), level)  # access and waiting alone
    km = km.astype(np.float32)
    ways = Ways(
        km=km,
        straight_km=km / np.float32(CIRCUITY),
        car=minutes[Mode.CAR] - access[Mode.CAR],
        ride=minutes[Mode.PUBLIC_TRANSPORT] - access[Mode.PUBLIC_TRANSPORT],
        bike=minutes[Mode.BIKE],
        walk=minutes[Mode.WALK],
        level=level.astype(np.float32),
        size=size.astype(np.float32),
        place_zone=place_zone,
    )
    return ways, _routes(ground.x_km, ground.y_km, place_zone)


def _part(network: Network, columns: slice) -> tuple[Ways, Array]:
    return Ways(**{one.name: getattr(network, one.name)[:, columns] for one in fields(Ways)}), network.route[
        :, :, columns
    ]


def _side_by_side(ground: Ground, place_of: Array, *parts: tuple[Ways, Array]) -> Network:
    columns = {one.name: np.concatenate([getattr(ways, one.name) for ways, _ in parts], axis=1) for one in fields(Ways)}
    route = np.concatenate([route for _, route in parts], axis=2)
    return Network(**columns, route=route, place_of=place_of, ground=ground)


def _routes(x_km: Array, y_km: Array, place_zone: Array) -> Array:
    """Zones along each way, int16 [points, Z, places]: points on the straight line belong to the nearest centre."""
    x_km, y_km = x_km.astype(np.float64), y_km.astype(np.float64)  # ways along a border must not hang on rounding
    nearest = np.empty((PATH_POINTS, *place_zone.shape), np.int16)
    for point in range(PATH_POINTS):
        step = (point + 0.5) / PATH_POINTS
        x = x_km[:, None] * (1 - step) + x_km[place_zone] * step
        y = y_km[:, None] * (1 - step) + y_km[place_zone] * step
        nearest[point] = np.argmin((x[..., None] - x_km) ** 2 + (y[..., None] - y_km) ** 2, axis=2)
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
    """Minutes in the car on loaded roads, float32 [Z, places]."""
    along = looked_up(factors.astype(np.float32), network.route.ravel()).reshape(network.route.shape)
    return np.asarray(network.car * along.mean(axis=0))


def vehicle_km_by_zone(network: Network, vehicles: Array) -> Array:
    """Vehicle-km driven inside each zone by flows of vehicles [Z, places]."""
    part = np.asarray(vehicles * network.km / PATH_POINTS, dtype=np.float64)
    return sums_by_link(network.route.ravel(), network.zones, np.broadcast_to(part, network.route.shape).ravel())


def headway_minutes(level: Array, headways: Array) -> Array:
    """Minutes between departures at levels 0 to 3, linear between whole levels."""
    return np.interp(level, np.arange(headways.size), headways)
