"""How people choose between car, public transport, bike and walking.

V = constant + b_cost (d / d0)^lambda cost + b_time minutes + …, coefficients of the eqasim model of Île-de-France
(Hörl and Balac 2021), constants re-fitted here; logit over four modes (McFadden 1974).
"""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.city.codes import Mode
from citysim.core.kernels.columns import carried, either
from citysim.domains.mobility.network import Network, headway_minutes

Array = NDArray[Any]

NO_CAR, SHARED_CAR, OWN_CAR = 0, 1, 2  # car classes of a person: none, fewer than drivers or no licence, own
CAR_CLASSES = 3
MEAN_CAR_WAIT = 0.5  # mean wait is half a headway


@dataclass(frozen=True)
class Offer:
    """What this year offers: minutes and costs of each mode on each way.

    Attributes
    ----------
    car, parking, ride, wait, access, bike, walk
        float32 [ways], minutes.
    car_cost, fare, fare_km
        EUR per km; EUR per trip, or per km on long trips.
    public_transport, bike_level, calm
        Utility of public transport's quality, levels of cycling infrastructure [ways], share of calm streets
        above the start.
    autonomous
        Share of car travel that is autonomous.
    """

    car: Array
    parking: Array
    ride: Array
    wait: Array
    access: float
    bike: Array
    walk: Array
    car_cost: float
    fare: float
    fare_km: float
    public_transport: float
    bike_level: Array
    calm: float
    autonomous: float


def waiting_minutes(network: Network, headways: Array, service: float) -> Array:
    """Mean wait: half the minutes between departures; `service` vehicle-km relative to the start shorten them."""
    headway = headway_minutes(network.level, headways) / max(service, 0.05)
    return np.asarray(MEAN_CAR_WAIT * headway, dtype=np.float32)


def door_to_door(offer: Offer) -> Array:
    """Minutes by mode, float32 [mode, ways]."""
    minutes = np.empty((len(Mode), *offer.car.shape), np.float32)
    minutes[Mode.CAR] = offer.car + offer.parking
    minutes[Mode.PUBLIC_TRANSPORT] = offer.ride + offer.wait + offer.access
    minutes[Mode.BIKE] = offer.bike
    minutes[Mode.WALK] = offer.walk
    return minutes


def mode_utilities(network: Network, offer: Offer, p: SimpleNamespace, constants: Array) -> Array:
    """Utilities without the traveller's age, float32 [car class, ways, mode].

    Parameters
    ----------
    p
        Parameters of the year.
    constants
        [mode], 0 for public transport.
    """
    straight = np.maximum(network.straight_km, 0.2)
    cost_weight = p.cost_weight * (straight / p.cost_reference) ** p.cost_distance_power
    utilities = np.empty((CAR_CLASSES, *network.km.shape, len(Mode)), np.float32)
    car = constants[Mode.CAR] + p.car_minute * (offer.car + offer.parking)
    car = car + cost_weight * offer.car_cost * network.km
    for group, shift in ((NO_CAR, p.car_none), (SHARED_CAR, p.car_shared), (OWN_CAR, 0.0)):
        utilities[group, ..., Mode.CAR] = car + shift
    if offer.autonomous > 0.0:
        driverless = constants[Mode.CAR] + p.autonomous_minute * p.car_minute * offer.car
        driverless = driverless + p.wait_minute * p.autonomous_wait
        driverless = driverless + cost_weight * offer.car_cost * network.km
        _add_autonomous(utilities[..., Mode.CAR], driverless, offer.autonomous)
    utilities[..., Mode.PUBLIC_TRANSPORT] = (
        constants[Mode.PUBLIC_TRANSPORT]
        + offer.public_transport
        + p.ride_minute * offer.ride
        + p.wait_minute * offer.wait
        + p.access_minute * offer.access
        + cost_weight * np.maximum(offer.fare, offer.fare_km * network.km)
    )
    calm = p.calm_street_utility * offer.calm
    utilities[..., Mode.BIKE] = (
        constants[Mode.BIKE] + p.bike_minute * offer.bike + p.bike_level_utility * offer.bike_level + calm
    )
    utilities[..., Mode.WALK] = constants[Mode.WALK] + p.walk_minute * offer.walk + calm
    return utilities


def _add_autonomous(car: Array, driverless: Array, share: float) -> None:
    """Mix driven and driverless cars, in place: V = ln((1 - s) exp(V_driven) + s exp(V_driverless))."""
    top = np.maximum(car, driverless)
    car[:] = top + np.log((1 - share) * np.exp(car - top) + share * np.exp(driverless - top))


def commuter_utilities(
    table: Array, car_class: Array, way: Array, age: Array, bike: Array, car: Array, bike_age: float
) -> Array:
    """Utilities of each commuter, float32 [n, mode].

    Parameters
    ----------
    table
        `mode_utilities` [car class, ways, mode].
    car_class, way, age
        [n], one per commuter.
    bike, car
        [n], shifts by the commuter's own technologies.
    bike_age
        Utility of the bike per year above 18.
    """
    own = np.take(table.reshape(-1, table.shape[-1]), car_class * np.intp(table.shape[1]) + way, axis=0)
    own[:, Mode.BIKE] += bike_age * np.maximum(age - 18, 0) + bike
    own[:, Mode.CAR] += car
    return own


def car_class_of(licence: Array, household: Array, cars: Array, drivers: Array) -> Array:
    """Access to a car of each person, int8: own where the household has one per driver, shared, or none.

    Parameters
    ----------
    licence, household
        [persons]; household -1 for people in institutions.
    cars, drivers
        [households].
    """
    has, enough = (cars > 0).view(np.int8), ((cars > 0) & (cars >= drivers)).view(np.int8)
    group = carried(has + enough, household, np.int8(NO_CAR))  # none, shared, own: 0, 1, 2
    return either(licence, group, np.minimum(group, np.int8(SHARED_CAR)))


def autonomous_adoption(year: int, p: SimpleNamespace, monthly_income: Array, shift: float = 0.0) -> float:
    """Share of car travel in autonomous cars: ceiling x mean of a logit on price and income (SILO; Moeckel 2017).

    P = sigma(c + b_price ratio + b_income income), price ratio falling in a straight line to 1.
    """
    age = year - p.autonomous_year
    if age < 0:
        return 0.0
    progress = min(age / p.autonomous_price_years, 1.0)
    ratio = p.autonomous_price_start + (1.0 - p.autonomous_price_start) * progress
    odds = p.autonomous_constant + p.autonomous_price * ratio + p.autonomous_income * monthly_income / 1000.0 + shift
    return float(p.autonomous_ceiling * np.mean(1.0 / (1.0 + np.exp(-odds))))
