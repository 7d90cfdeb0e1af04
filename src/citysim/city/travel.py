"""How far and how long it is from zone to zone when roads are free.

Distance by road = 1.3 x straight line (circuity of French road networks, about 1.2 to 1.4); within a zone two thirds
of the radius of the circle of its area. Minutes = access + distance / speed; car speed rises with distance as trips
leave town streets. Speeds are judgement, checked against free-flow times of mid-sized French towns.
"""

from __future__ import annotations

import numpy as np

from citysim.city.codes import Mode

CIRCUITY = 1.3


def road_distance(x_km: np.ndarray, y_km: np.ndarray, area_km2: np.ndarray) -> np.ndarray:
    """Kilometres by road [zone, zone], float32."""
    straight = np.hypot(x_km[:, None] - x_km, y_km[:, None] - y_km)
    within = 2.0 / 3.0 * np.sqrt(np.minimum(area_km2, 30.0) / np.pi)  # people cluster: open land adds no length
    distance = CIRCUITY * np.where(np.eye(x_km.size, dtype=bool), within, np.maximum(straight, within[:, None] / 2))
    return distance.astype(np.float32)


def free_flow_minutes(distance_km: np.ndarray, public_transport: np.ndarray) -> np.ndarray:
    """Door-to-door minutes [mode, zone, zone], float32, in the order of `Mode`.

    Parameters
    ----------
    distance_km
        [zone, zone].
    public_transport
        Level 0 to 3 per zone: sets waiting; trips over 20 km use the regional train or coach.
    """
    km = distance_km.astype(np.float64)
    car_speed = 24.0 + 46.0 * (1.0 - np.exp(-km / 14.0))
    car = 2.0 + 60.0 * km / car_speed
    level = np.minimum(public_transport[:, None], public_transport[None, :]).astype(np.float64)
    wait = np.select([level >= 2.5, level >= 1.5, level >= 0.5], [6.0, 9.0, 16.0], 30.0)
    bus_speed = 15.0 + 30.0 * (1.0 - np.exp(-km / 25.0))
    public = 8.0 + wait + 60.0 * km / bus_speed
    bike = 3.0 + 60.0 * km / 14.0
    walk = 60.0 * km / 4.8
    minutes = np.empty((len(Mode), *km.shape), dtype=np.float32)
    for mode, value in ((Mode.CAR, car), (Mode.PUBLIC_TRANSPORT, public), (Mode.BIKE, bike), (Mode.WALK, walk)):
        minutes[mode] = value
    return minutes
