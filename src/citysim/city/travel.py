"""How far and how long it is from zone to zone when roads are free.

Distance by road = 1.3 x straight line (circuity of French road networks, about 1.2 to 1.4); within a zone two thirds
of the radius of the circle of its area. Minutes = access + distance / speed; car speed rises with distance as trips
leave town streets. Speeds are judgement, checked against free-flow times of mid-sized French towns.
"""

from __future__ import annotations

import numpy as np

from citysim.city.codes import Mode

CIRCUITY = 1.3
# Daily life happens within these road distances (judgement): Bourges Plus is 40 km across, its farthest outside zone is
# at 130 km. One zone outside stands for a whole region, so it draws people from farther away.
REACH_KM, EXTERNAL_REACH_KM = 60.0, 150.0


def road_distance(x_km: np.ndarray, y_km: np.ndarray, area_km2: np.ndarray) -> np.ndarray:
    """Kilometres by road [zone, zone], float32."""
    straight = np.hypot(x_km[:, None] - x_km, y_km[:, None] - y_km)
    within = 2.0 / 3.0 * np.sqrt(np.minimum(area_km2, 30.0) / np.pi)  # people cluster: open land adds no length
    distance = CIRCUITY * np.where(np.eye(x_km.size, dtype=bool), within, np.maximum(straight, within[:, None] / 2))
    return distance.astype(np.float32)


def within_reach(distance_km: np.ndarray, external: np.ndarray) -> np.ndarray:
    """Whether people of one zone may be in the other every day, bool [zone, zone].

    Parameters
    ----------
    distance_km
        [zone, zone].
    external
        bool [zone], outside the city.
    """
    outside = external[:, None] | external[None, :]
    reach = (distance_km <= np.where(outside, EXTERNAL_REACH_KM, REACH_KM)) | np.eye(external.size, dtype=bool)
    if external.any():  # there is always a way out
        nearest = np.where(external, distance_km, np.inf).argmin(axis=1)
        reach[np.arange(external.size), nearest] = reach[nearest, np.arange(external.size)] = True
    return np.asarray(reach)


def areas_of(reach: np.ndarray) -> np.ndarray:
    """Number of the area of each zone, int [zone]: zones hang together that are within reach of one another in steps.

    Parameters
    ----------
    reach
        bool [zone, zone].
    """
    area = np.arange(reach.shape[0])
    linked = reach | reach.T
    while True:
        lowest = np.where(linked, area[None, :], area.size).min(axis=1)
        if (lowest == area).all():
            return np.unique(area, return_inverse=True)[1]
        area = lowest


def free_flow_minutes(distance_km: np.ndarray, public_transport: np.ndarray) -> np.ndarray:
    """Door-to-door minutes [mode, zone, zone], float32, in the order of `Mode`.

    Parameters
    ----------
    distance_km
        [zone, zone].
    public_transport
        Level 0 to 3 per zone: sets waiting; trips over 20 km use the regional train or coach.
    """
    return minutes_of_ways(distance_km, np.minimum(public_transport[:, None], public_transport[None, :]))


def minutes_of_ways(distance_km: np.ndarray, level: np.ndarray) -> np.ndarray:
    """Door-to-door minutes [mode, …] of ways of some length and level of public transport (the lower of both ends)."""
    km, level = distance_km.astype(np.float64), level.astype(np.float64)
    car_speed = 24.0 + 46.0 * (1.0 - np.exp(-km / 14.0))
    car = 2.0 + 60.0 * km / car_speed
    wait = np.select([level >= 2.5, level >= 1.5, level >= 0.5], [6.0, 9.0, 16.0], 30.0)
    bus_speed = 15.0 + 30.0 * (1.0 - np.exp(-km / 25.0))
    public = 8.0 + wait + 60.0 * km / bus_speed
    bike = 3.0 + 60.0 * km / 14.0
    walk = 60.0 * km / 4.8
    minutes = np.empty((len(Mode), *km.shape), dtype=np.float32)
    for mode, value in ((Mode.CAR, car), (Mode.PUBLIC_TRANSPORT, public), (Mode.BIKE, bike), (Mode.WALK, walk)):
        minutes[mode] = value
    return minutes
