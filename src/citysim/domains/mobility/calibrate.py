"""The first day: licences, cars and modes of the base year, and the constants at which they are at rest.

Only constants are fitted, c += ln(observed / expected); coefficients stay as published. The constants are then frozen.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.city.codes import Mode
from citysim.core.choice import happens, shares_of
from citysim.core.draws import Draws, mix_keys
from citysim.domains.mobility import cars, congestion, fleet, modes, ownership, telework, travel, trips
from citysim.domains.mobility.network import Network, delay_factors, make_network, vehicle_km_by_zone
from citysim.domains.mobility.state import Base, Day, People
from citysim.domains.mobility.travel import Shifts

Array = NDArray[Any]

NEWEST_ELECTRIC_AGE = 6  # electric cars of the start were registered within these years
ROUNDS = 40


def make_base(city: Any, p: SimpleNamespace) -> Base:
    """Geometry, levels and means of the start."""
    zones = city.zones
    level = np.asarray(zones["public_transport"], float).copy()
    network = make_network(
        city.travel.distance_km, city.travel.free_flow, zones["x_km"], zones["y_km"], level, zones["external"]
    )
    income = ownership.log_income(city)
    return Base(
        network=network,
        levels=p,
        zone_levels=level * p.public_transport_level,
        outside=outside_shares(city, network),
        log_income=float(income.mean()) if income.size else 0.0,
    )


def outside_shares(city: Any, network: Network) -> Array:
    """Share of the surroundings at each external zone: where in-commuters live, evenly where there are none."""
    external = np.asarray(city.zones["external"], float)
    home = city.commuters["zone"]
    counts = np.bincount(home[home >= 0], minlength=network.zones) * external
    counts = counts if counts.sum() > 0 else external
    return counts / max(counts.sum(), 1.0)


def start_licences(city: Any, p: SimpleNamespace, draws: Draws) -> None:
    """Draw licences by age where the synthesis gave none."""
    persons = city.persons
    if not persons["licence"].any():
        chance = cars.licence_start(np.maximum(persons["age"], 0), p.licence_share)
        persons["licence"] = happens(draws, "mobility.start_licence", persons.key, chance)


def start_fleet(city: Any, p: SimpleNamespace, odds: Array, draws: Draws) -> None:
    """Give each household its vehicles, with ages of a fleet at rest and the start's share of electric ones.

    Parameters
    ----------
    odds
        [households], log-odds that a new car is electric; those who buy new and electric have them today.
    """
    households, vehicles = city.households, city.vehicles
    vehicles.retire(np.arange(vehicles.size))
    owner = np.repeat(np.arange(households.size), np.maximum(households["cars"], 0))
    rank = np.arange(owner.size) - np.searchsorted(owner, owner)
    keys = mix_keys("vehicle", households.key[owner], rank)
    uniform = draws.uniform("mobility.start_age", keys)
    age = fleet.start_ages(uniform, p.scrappage_mean_age, p.scrappage_shape)
    young = age < NEWEST_ELECTRIC_AGE
    # the newer the car, the likelier it is electric: shares of sales rose about in a straight line
    buyer = odds + ownership.NEW_CAR_INCOME * (ownership.log_income(city) - ownership.log_income(city).mean())
    weight = np.where(young, NEWEST_ELECTRIC_AGE - age.astype(float), 0.0) * np.exp(np.minimum(buyer, 3.0))[owner]
    chance = np.minimum(p.electric_start_share * weight / max(float(weight.mean()) if owner.size else 1.0, 1e-9), 1.0)
    electric = happens(draws, "mobility.start_electric", keys, chance)
    last_year = int(np.median(city.persons["birth_year"] + city.persons["age"].astype(np.int32)))
    vehicles.append(keys, {"household": owner, "electric": electric, "year": last_year - age})
    households["electric_cars"] = np.bincount(owner[electric], minlength=households.size)
    households["drivers"] = ownership.count_by_household(city, city.persons["licence"])


def fit_cars(city: Any, base: Base, p: SimpleNamespace, shift: Array) -> None:
    """Constants of car ownership at which expected shares equal the stock."""
    households = city.households
    everyone = np.arange(households.size)
    owned, groups = households["cars"], ownership.ownership_groups(city, everyone)
    income = ownership.log_income(city) - base.log_income
    utilities = ownership.ownership_utilities(city, base, p, shift, income, everyone)
    base.car_constants = cars.solve_constants(utilities, owned, groups)
    several = owned >= cars.TWO
    beyond = np.bincount(groups[2][several], owned[several] - cars.TWO, minlength=cars.DRIVER_BANDS)
    number = np.bincount(groups[2][several], minlength=cars.DRIVER_BANDS)
    base.more_cars = np.minimum(beyond / np.maximum(number, 1), 1.0)


def fit_electric(city: Any, base: Base, p: SimpleNamespace, odds: Array) -> None:
    """Constant of the electric share of new cars, weighted by the cars that households have."""
    base.electric_constant = telework.constant_for(np.repeat(odds, city.households["cars"]), p.electric_sales_start)


def start_telework(
    city: Any, base: Base, p: SimpleNamespace, offered: Any, workers: tuple[Array, Array, Array], draws: Draws
) -> None:
    """Fit the constant of telework, draw who does it, and note the neighbours."""
    persons, zones = city.persons, base.network.zones
    persons["telework_days"] = 0.0
    rows, home, work = workers
    employed = rows.size
    eligible = persons["telework_eligible"][rows]
    rows, home, work = rows[eligible], home[eligible], work[eligible]
    base.telework_peers = np.zeros(zones)
    if rows.size == 0:
        return
    shift = offered("telework_utility", np.zeros(persons.size, np.float32), over="persons")
    odds = travel.telework_log_odds(city, p, shift, np.zeros(zones), rows, home, work)
    share = min(p.telework_start_share * employed / rows.size, p.telework_ceiling)
    base.telework_constant = telework.constant_for(odds, share)
    days = np.zeros(persons.size, np.float32)
    travel.draw_telework(city, p, days, rows, telework.probability(odds + base.telework_constant), draws)
    persons["telework_days"] = days
    base.telework_peers = telework.peers_by_zone(home, days[rows] > 0, zones)


def start_factors(city: Any, p: SimpleNamespace) -> Array:
    """Delay factors of the start, from the peak saturation of each zone group."""
    saturation = saturation_of(city, p)
    return delay_factors(saturation, np.ones(saturation.size), p.delay_weight, p.delay_power)


def saturation_of(city: Any, p: SimpleNamespace) -> Array:
    """Peak load over capacity of each zone at the start; 0 outside."""
    group = city.zones["group"]
    return np.where((group >= 0) & ~city.zones["external"], p.peak_saturation[np.maximum(group, 0)], 0.0)


def fit_commute(city: Any, base: Base, p: SimpleNamespace, shifts: Shifts, offer: modes.Offer, people: People) -> None:
    """Constants at which residents go to work by the modes of the start."""
    rows = people.workers
    if rows.size == 0:
        return
    table = modes.mode_utilities(base.network, offer, p, np.zeros(len(Mode)))
    utilities = modes.commuter_utilities(
        table, people.car_class[rows], people.way, city.persons["age"][rows],
        shifts.bike[rows], shifts.car[rows], p.bike_age,
    )  # fmt: skip
    constants = np.zeros(len(Mode))
    for _ in range(ROUNDS):
        share, _ = shares_of(utilities + constants.astype(np.float32))
        constants += np.log(p.commute_target / share.mean(axis=0))
        constants -= constants[Mode.PUBLIC_TRANSPORT]
    base.commute_constants = constants


def fit_trips(
    city: Any, base: Base, p: SimpleNamespace, offer: modes.Offer, people: People, rates: Array,
    attraction: Array, bike: Array,
) -> trips.OtherTrips:  # fmt: skip
    """Constants at which all trips together have the modes of the start."""
    mode = city.persons["commute_mode"][people.workers]
    commutes = 2.0 * np.bincount(mode, people.presence, minlength=len(Mode))
    for _ in range(ROUNDS):
        others = travel.spread_other_trips(city, base, p, offer, people, rates, attraction, bike)
        by_mode = np.einsum("sz,szm->m", people.number, others.by_mode)
        wanted = p.trip_target * (commutes.sum() + by_mode.sum()) - commutes
        # ways to work may already exceed a mode's share of all trips in a very small town
        wanted = np.maximum(wanted, 0.05 * p.trip_target * by_mode.sum())
        step = np.log(wanted / by_mode)
        base.trip_constants = base.trip_constants + step
        base.trip_constants -= base.trip_constants[Mode.PUBLIC_TRANSPORT]
        if np.max(np.abs(step)) < 1e-4:
            break
    return others


def fit_capacity(city: Any, base: Base, p: SimpleNamespace, people: People, day: Day) -> None:
    """Capacity of each zone's streets at which the start's load saturates them as it is said to."""
    flows = travel.car_flows(city, base, p, people, day)
    load = p.peak_share * vehicle_km_by_zone(base.network, flows)
    base.capacity = congestion.capacity_of(load, saturation_of(city, p))
