"""Trips other than to work: how many, where to and by which mode, for zones and groups of people.

Destination: P(d) = A_d exp(theta L_d) / sum, L_d the logsum over modes (nested logit; Daly and Zachary 1978): a
faster or cheaper way attracts trips to farther places, so the time that people travel changes little (Zahavi 1974).
"""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.city.codes import Mode, Sector
from citysim.core.choice import shares_of
from citysim.core.kernels.columns import either, looked_up, sums_by_link
from citysim.domains.mobility.declarations import PURPOSES
from citysim.domains.mobility.modes import CAR_CLASSES
from citysim.domains.mobility.network import Network

Array = NDArray[Any]

PUPIL, ADULT, SENIOR = 0, 1, 2
AGE_GROUPS = 3
MEAN_AGES = np.array([13.0, 42.0, 74.0])
YOUNGEST = 6  # travel surveys ask people of six and more
SERVICE_SECTORS = (
    Sector.RETAIL,
    Sector.HOSPITALITY,
    Sector.FINANCE_REAL_ESTATE,
    Sector.PUBLIC_ADMINISTRATION,
    Sector.HEALTH_CARE,
    Sector.PERSONAL_SERVICES,
)
SERVES = np.isin(np.arange(-1, len(Sector)), SERVICE_SECTORS).view(np.int8)  # by code + 1
LOCAL_SERVICES = 0.05  # service places per inhabitant besides those counted as jobs


@dataclass(frozen=True)
class OtherTrips:
    """A weekday's other trips.

    Attributes
    ----------
    by_mode
        [segment, Z, mode], trips of one person.
    car_km, public_transport_km, minutes
        [segment, Z], of one person.
    car_flows
        [ways], person trips by car.
    visitors
        [Z], trips that end in the zone.
    """

    by_mode: Array
    car_km: Array
    public_transport_km: Array
    minutes: Array
    car_flows: Array
    visitors: Array


def segment_of(age: Array, enrolled: Array, car_class: Array) -> Array:
    """Group of people who travel alike: pupil or student, adult, senior x car class; -1 below six."""
    ages = np.arange(128)
    by_age = np.where(ages < 18, PUPIL, np.where(ages >= 65, SENIOR, ADULT)) * CAR_CLASSES
    group = (
        either(enrolled, np.int8(PUPIL * CAR_CLASSES), looked_up(by_age.astype(np.int8), np.asarray(age))) + car_class
    )
    return either(age < YOUNGEST, np.int8(-1), group)


def attractions(
    network: Network, population: Array, service_jobs: Array, school_jobs: Array, outside: Array, pull: float
) -> Array:
    """What draws trips to each place by purpose, [purpose, ways].

    Parameters
    ----------
    population, service_jobs, school_jobs
        [Z], inside the city.
    outside
        [Z], share of the surroundings' attraction at each external zone.
    pull
        Attraction of all external zones relative to all internal ones.
    """
    services = service_jobs + LOCAL_SERVICES * population
    by_zone = np.stack([school_jobs + 0.01 * population, services, population + service_jobs])
    by_zone = by_zone + pull * by_zone.sum(axis=1, keepdims=True) * outside
    return np.asarray(by_zone[:, network.end] * network.size, dtype=np.float32)


def service_and_school_jobs(sector: Array, zone: Array, zones: int) -> tuple[Array, Array]:
    """Jobs in shops and services and in schools by zone."""
    serves = looked_up(SERVES, sector + np.int8(1)).view(np.bool_)
    services = sums_by_link(zone, zones, where=serves).astype(float)
    schools = sums_by_link(zone, zones, where=sector == Sector.EDUCATION).astype(float)
    return services, schools


def trip_rates(p: SimpleNamespace) -> Array:
    """Trips a day by purpose and age group, [purpose, age group]."""
    return np.stack([getattr(p, f"trips_{purpose}") for purpose in PURPOSES])


def other_trips(
    network: Network,
    utilities: Array,
    minutes: Array,
    attraction: Array,
    people: Array,
    rates: Array,
    bike_shift: Array,
    p: SimpleNamespace,
) -> OtherTrips:
    """Spread a weekday's trips over places and modes.

    Parameters
    ----------
    utilities
        float32 [car class, ways, mode], without age.
    minutes
        [mode, ways].
    attraction
        [purpose, ways].
    people
        [segment, Z].
    rates
        [purpose, segment, Z], trips a day of one person.
    bike_shift
        [age group], utility of the bike by own e-bikes and the like.
    """
    start, first = network.start, network.first
    by_age = np.broadcast_to(utilities, (AGE_GROUPS, *utilities.shape)).copy()
    ageing = p.bike_age * np.maximum(MEAN_AGES - 18, 0) + bike_shift
    by_age[..., Mode.BIKE] += ageing.astype(np.float32)[:, None, None]
    share, logsum = shares_of(by_age.reshape(-1, *utilities.shape[1:]))
    trips = np.zeros(logsum.shape, np.float32)
    with np.errstate(divide="ignore"):
        log_attraction = np.log(attraction)
    for purpose in range(len(PURPOSES)):
        going = p.destination_scale[purpose] * logsum + log_attraction[purpose]
        going = going.astype(np.float32)
        spread = np.exp(going - np.take(np.maximum.reduceat(going, first, axis=1), start, axis=1))
        trips += np.take((rates[purpose] / network.sums(spread)).astype(np.float32), start, axis=1) * spread
    by_way = trips[..., None] * share
    everybody = np.take(people, start, axis=1)
    return OtherTrips(
        by_mode=network.sums(by_way),
        car_km=network.sums(by_way[..., Mode.CAR] * network.km),
        public_transport_km=network.sums(by_way[..., Mode.PUBLIC_TRANSPORT] * network.km),
        minutes=network.sums(np.einsum("swm,mw->sw", by_way, minutes)),
        car_flows=np.einsum("sw,sw->w", everybody, by_way[..., Mode.CAR]),
        visitors=np.bincount(network.end, np.einsum("sw,sw->w", everybody, trips), minlength=network.zones),
    )
