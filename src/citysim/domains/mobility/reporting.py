"""What mobility reports each year."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.city.codes import Labour, Mode
from citysim.core.declare import Statistic, by_group, mean, ratio, value
from citysim.domains.mobility.congestion import delay_share
from citysim.domains.mobility.declarations import MODES
from citysim.domains.mobility.network import car_minutes
from citysim.domains.mobility.ownership import household_zone
from citysim.domains.mobility.state import Base, Day
from citysim.domains.mobility.trips import YOUNGEST

Array = NDArray[Any]

GOOD_PUBLIC_TRANSPORT = 2.0
ADULT_AGE = 18
SHORT_KM = 5.0


def commute_measures(city: Any, base: Base) -> dict[str, Statistic]:
    """Modes and minutes to work, and telework."""
    persons = city.persons
    mode = persons["commute_mode"]
    goes = mode >= 0
    employed = persons["labour"] == Labour.EMPLOYED
    days = persons["telework_days"]
    measures = {f"commute_share_{name}": mean(mode == k, "persons", goes) for k, name in enumerate(MODES)}
    pair = np.maximum(persons["commute_pair"], 0)
    km = base.network.km[base.network.way_of.ravel()[pair]]
    return {
        **measures,
        "commute_minutes": mean(persons["commute_minutes"], "persons", goes),
        "commute_under_5_km_car_share": mean(mode == Mode.CAR, "persons", goes & (km < SHORT_KM)),
        "telework_share": mean(days > 0, "persons", employed),
        "telework_days": mean(days, "persons", employed & (days > 0)),
    }


def car_measures(city: Any, p: SimpleNamespace, day: Day, year: int) -> dict[str, Statistic]:
    """Cars, their ages and energies, licences and what travel costs."""
    persons, households, vehicles = city.persons, city.households, city.vehicles
    owned, electric = households["cars"], households["electric_cars"]
    income = np.maximum(households["income"], 1.0)
    poorly_served = city.zones["public_transport"][household_zone(city)] < GOOD_PUBLIC_TRANSPORT
    burdened = (households["travel_cost"] > p.burden_limit * income) & poorly_served
    return {
        "cars_per_household": mean(owned, "households"),
        "zero_car_share": mean(owned == 0, "households"),
        "electric_car_share": ratio(electric, owned, "households"),
        "electric_sales_share": value(day.new_electric / day.new_cars if day.new_cars else 0.0),
        "car_age": value(float(np.mean(year - vehicles["year"])) if vehicles.size else 0.0),
        "licence_share": mean(persons["licence"], "persons", persons["age"] >= ADULT_AGE),
        "transport_burden_share": mean(burdened, "households"),
    }


def travel_measures(city: Any, base: Base, p: SimpleNamespace, day: Day) -> dict[str, Statistic]:
    """All trips, km, minutes, delay, CO2 and accessibility."""
    persons = city.persons
    travels = (persons["age"] >= YOUNGEST) & (persons["household"] >= 0)
    mode = persons["commute_mode"]
    goes = mode >= 0
    presence = p.commute_presence * (1.0 - persons["telework_days"][goes] / 5.0)
    trips = np.einsum("sz,szm->m", day.people, day.others.by_mode)
    trips = trips + 2.0 * np.bincount(mode[goes], presence, minlength=len(Mode))
    share = trips / max(trips.sum(), 1.0)
    free = car_minutes(base.network, np.ones(base.network.zones))
    loaded = car_minutes(base.network, day.factors)
    return {
        "trip_share": by_group(dict(zip(MODES, share.tolist(), strict=True)), "mode"),
        **{f"trip_share_{name}": value(share[k]) for k, name in enumerate(MODES)},
        "trips_per_day": value(trips.sum() / max(int(travels.sum()), 1)),
        "travel_minutes_per_day": mean(persons["travel_minutes"], "persons", travels),
        "car_km_per_person": mean(persons["car_km"], "persons"),
        "delay_index": value(delay_share(free, loaded, day.car_flows)),
        "car_co2_per_person": mean(persons["car_co2"], "persons"),
        "autonomous_share": value(day.autonomous),
        "access_jobs": mean(city.zones["access_jobs"][np.maximum(city.person_zone(), 0)], "persons"),
    }
