"""What mobility remembers: constants frozen at the start, and the traffic of the current year."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.domains.mobility.modes import Offer
from citysim.domains.mobility.network import Network
from citysim.domains.mobility.trips import OtherTrips

Array = NDArray[Any]


@dataclass
class Base:
    """Constants of the base year.

    Attributes
    ----------
    network
        Places, distances and free-flow times.
    levels
        Parameters of the start, for levers that count from there.
    zone_levels
        [Z], public transport levels at the start.
    car_constants
        Constants of car ownership by zone, by adults and workers, by drivers and by age of the reference person.
    more_cars
        [driver band], mean number of cars beyond two where there are two or more.
    log_income
        Mean log of household income.
    electric_constant, telework_constant
        Constants of the two logits.
    telework_peers
        [Z], share of teleworkers among eligible workers.
    commute_constants, trip_constants
        [mode], constants of mode choice.
    capacity
        [Z], vehicle-km that the streets of a zone carry in an hour.
    outside
        [Z], share of what lies outside at each external zone.
    footfall, online
        [Z], workers and visitors present, and share of households that buy food online.
    """

    network: Network
    levels: SimpleNamespace
    zone_levels: Array
    outside: Array
    log_income: float
    car_constants: list[Array] = field(default_factory=list)
    more_cars: Array = field(default_factory=lambda: np.zeros(4))
    electric_constant: float = 0.0
    telework_constant: float = 0.0
    telework_peers: Array = field(default_factory=lambda: np.zeros(1))
    commute_constants: Array = field(default_factory=lambda: np.zeros(4))
    trip_constants: Array = field(default_factory=lambda: np.zeros(4))
    capacity: Array = field(default_factory=lambda: np.zeros(1))
    footfall: Array = field(default_factory=lambda: np.zeros(1))
    online: Array = field(default_factory=lambda: np.zeros(1))


@dataclass
class People:
    """Where people of this year start from, by row of the table of persons.

    Attributes
    ----------
    zone
        [persons], home zone.
    car_class
        [persons], access to a car.
    cell
        [persons], group of other trips x zone; the last cell is for those who make none.
    number
        [segment, Z], people by group and zone.
    workers
        Rows of those who go to work.
    home, work, pair, way
        [workers], zones, one number for both, and the way between them.
    presence
        [workers], share of workdays at the workplace.
    """

    zone: Array
    car_class: Array
    cell: Array
    number: Array
    workers: Array
    home: Array
    work: Array
    pair: Array
    way: Array
    presence: Array


@dataclass
class Day:
    """Traffic of a weekday of the current year.

    Attributes
    ----------
    factors
        [Z], delay factors.
    peak, off_peak
        What each mode offers on the way to work and on other trips.
    minutes
        [mode, ways], door to door in the peak.
    others
        Other trips.
    people
        [segment, Z], people by group.
    car_flows
        [ways], vehicles a day.
    outside_flows
        [ways], cars of in-commuters, one way.
    service_jobs
        [Z], jobs in shops and services.
    commute_occupancy
        People per car on the way to work.
    autonomous
        Share of car travel in autonomous cars.
    new_cars, new_electric
        Cars bought new this year, and electric ones among them.
    """

    factors: Array
    peak: Offer
    off_peak: Offer
    minutes: Array
    others: OtherTrips
    people: Array
    car_flows: Array
    outside_flows: Array
    service_jobs: Array
    commute_occupancy: float
    autonomous: float = 0.0
    new_cars: int = 0
    new_electric: int = 0
