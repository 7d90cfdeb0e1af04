"""The yearly round of licences, cars wanted and the fleet, on the tables of the city."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.city.codes import Health, Labour, ZoneGroup
from citysim.core.choice import choose, happens
from citysim.core.draws import Draws, mix_keys
from citysim.core.kernels.columns import rows_where, sums_by_link
from citysim.domains.mobility import cars, fleet
from citysim.domains.mobility.state import Base

Array = NDArray[Any]

LOWEST_INCOME = 3000.0
NEW_CAR_INCOME = 1.2  # weight of log income in who buys new
USUAL_KM = 11000.0  # km a year of a household that has no car yet


def household_zone(city: Any) -> Array:
    """Zone of each household; those waiting for a home count in the first zone."""
    return np.maximum(city.households["zone"], 0)


def log_income(city: Any) -> Array:
    """Log of household income, float32 [households]."""
    return np.log(np.maximum(city.households["income"], LOWEST_INCOME))


def count_by_household(city: Any, where: Array | None = None, weights: Array | None = None) -> Array:
    """Members of each household among some persons (a mask), or the sum of their weights."""
    return sums_by_link(city.persons["household"], city.households.size, weights, where)


def update_licences(city: Any, p: SimpleNamespace, draws: Draws) -> None:
    """The young learn to drive, the old and dependent stop."""
    persons = city.persons
    age, licence, dependent = persons["age"], persons["licence"], persons["health"] == Health.DEPENDENT
    rows = cars.at_licence_risk(age, licence, dependent)
    hazard = cars.licence_hazards(age[rows], licence[rows], dependent[rows], p)
    licence[rows] ^= happens(draws, "mobility.licence", persons.key[rows], hazard)


def telework_days_of(city: Any) -> Array:
    """Days of telework of all members of each household."""
    return count_by_household(city, weights=city.persons["telework_days"])


def car_km_of(city: Any, households: Array) -> Array:
    """Car-km a year of some households."""
    return count_by_household(city, weights=city.persons["car_km"])[households]


def ownership_utilities(city: Any, base: Base, p: SimpleNamespace, shift: Array, income: Array, rows: Array) -> Array:
    """Utilities of no car, one, two or more of some households, without constants."""
    households, zone = city.households, household_zone(city)[rows]
    level = city.zones["public_transport"] * p.public_transport_level - base.zone_levels
    return cars.car_utilities(
        log_income=income[rows],
        centre=(city.zones["group"] == ZoneGroup.CENTRE)[zone],
        adults=households["size"][rows] - households["children"][rows],
        public_transport=level[zone],
        telework_days=telework_days_of(city)[rows],
        drivers=households["drivers"][rows],
        shift=shift[rows],
        p=p,
    )


def ownership_groups(city: Any, rows: Array) -> tuple[Array, ...]:
    """How households are sorted for their constants: zone, adults and workers, drivers, age of the reference person."""
    households, persons = city.households, city.persons
    adults = households["size"][rows] - households["children"][rows]
    workers = count_by_household(city, persons["labour"] == Labour.EMPLOYED)[rows]
    age = persons["age"][np.maximum(households["reference_person"][rows], 0)]
    return (
        household_zone(city)[rows],
        cars.adults_and_workers(adults, workers),
        cars.driver_band(households["drivers"][rows]),
        cars.age_band(age),
    )


def choose_cars(
    city: Any, base: Base, p: SimpleNamespace, year: int, shift: Array, income: Array, keys: Array, draws: Draws
) -> Array:
    """Let households reconsider how many cars they keep.

    Returns
    -------
    Array
        bool [households], whose number of cars changed.
    """
    households = city.households
    drivers = count_by_household(city, city.persons["licence"]).astype(np.int8)
    review = happens(draws, "mobility.cars_review", keys, p.cars_review_rate)
    review |= (households["founded_year"] == year) | (households["last_move_year"] == year)
    review |= households["drivers"] != drivers
    households["drivers"] = drivers
    rows = np.flatnonzero(review)
    utilities = ownership_utilities(city, base, p, shift, income, rows)
    groups = ownership_groups(city, rows)
    utilities += cars.constants_of(groups, base.car_constants)
    wanted = choose(draws, "mobility.cars", keys[rows], utilities)
    more = draws.uniform("mobility.third_car", keys[rows]) < base.more_cars[groups[2]]
    wanted += (wanted == cars.TWO) & more
    owned = households["cars"]
    changed = np.zeros(households.size, bool)
    changed[rows] = owned[rows] != wanted
    owned[rows] = wanted
    return changed


def electric_share_by_zone(city: Any) -> Array:
    """Electric cars per car by zone, as households saw it last year."""
    zone, size = household_zone(city), city.zones.size
    owned = sums_by_link(zone, size, city.households["cars"])
    electric = sums_by_link(zone, size, city.households["electric_cars"])
    return np.divide(electric, owned, out=np.zeros(size), where=owned > 0)


def electric_log_odds(
    city: Any, p: SimpleNamespace, price_gap: float, anxiety: float, shift: Array, rows: Array
) -> Array:
    """Log-odds that a new car of these households is electric, without the constant."""
    households, dwellings = city.households, city.dwellings
    dwelling = households["dwelling"][rows]
    at_home = np.where(dwellings["house"][np.maximum(dwelling, 0)] & (dwelling >= 0), 1.0, p.flat_charging)
    owned = households["cars"][rows]
    km = car_km_of(city, rows) / np.maximum(owned, 1)
    km = np.where(km > 0, km, USUAL_KM)
    gap = fleet.cost_gap(price_gap, km, p.electric_energy_cost, p.thermal_energy_cost * p.car_cost_factor)
    peers = electric_share_by_zone(city)[household_zone(city)[rows]]
    return fleet.electric_odds(gap, at_home, peers, anxiety, shift[rows], p)


def renew_fleet(
    city: Any, p: SimpleNamespace, year: int, income: Array, odds: Any, deciders: Array, draws: Draws
) -> tuple[int, int]:
    """Scrap old cars, pass on those given up and buy new ones until every household has what it wants.

    Parameters
    ----------
    odds
        Function of household rows: log-odds that their new car is electric.
    deciders
        [households], keys under which households decide.

    Returns
    -------
    tuple
        New cars, and electric ones among them.
    """
    vehicles, wanted = city.vehicles, city.households["cars"].astype(np.int64)
    hazard = fleet.scrappage(p.scrappage_mean_age, p.scrappage_shape)
    age = np.clip(year - 1 - vehicles["year"], 0, fleet.OLDEST)
    scrapped = happens(draws, "mobility.scrap", vehicles.key, hazard[age])
    user = np.where(scrapped, -1, vehicles["household"])
    spare = sums_by_link(user, wanted.size) - wanted
    given_up = fleet.cars_to_give_up(user, vehicles["year"], spare)
    pool = np.concatenate([rows_where((user < 0) & ~scrapped), given_up])
    short = np.flatnonzero(spare < 0)
    slots = np.repeat(short, -spare[short])
    rank = np.arange(slots.size) - np.repeat(np.cumsum(-spare[short]) + spare[short], -spare[short])
    keys = mix_keys("vehicle", deciders[slots], year, rank)
    first = NEW_CAR_INCOME * income[slots] + draws.gumbel("mobility.new_car", keys)
    buyers, others = fleet.deal_out(first, min(int(scrapped.sum()), slots.size))
    pool, left = _second_hand(vehicles, pool, others.size, draws)
    vehicles["household"][pool] = slots[others[: pool.size]]
    vehicles["household"][scrapped] = -1
    vehicles["household"][left] = -1
    brought = others[pool.size :]
    model = _like_the_city(draws, keys[brought], np.flatnonzero(user >= 0))
    imported = {"household": slots[brought], "electric": vehicles["electric"][model], "year": vehicles["year"][model]}
    if year >= p.thermal_sales_ban_year:
        electric = np.ones(buyers.size, bool)
    else:
        chance = 1.0 / (1.0 + np.exp(-odds(slots[buyers])))
        electric = draws.uniform("mobility.electric_car", keys[buyers]) < chance
    vehicles.retire(np.concatenate([rows_where(scrapped), left]))
    vehicles.append(keys[brought], imported)
    vehicles.append(keys[buyers], {"household": slots[buyers], "electric": electric, "year": year})
    count_electric_cars(city)
    return buyers.size, int(electric.sum())


def _second_hand(vehicles: Any, pool: Array, number: int, draws: Draws) -> tuple[Array, Array]:
    """Cars of the pool in the order of their lots: those that stay in the city, and those that leave it."""
    lot = pool[np.argsort(draws.uniform("mobility.second_hand", vehicles.key[pool]))]
    return lot[:number], lot[number:]


def _like_the_city(draws: Draws, keys: Array, fleet_rows: Array) -> Array:
    """Cars that come from elsewhere resemble a car of the city each."""
    if fleet_rows.size == 0:
        return np.zeros(0, np.int64)
    return fleet_rows[draws.integers("mobility.brought_car", keys, fleet_rows.size)]


def count_electric_cars(city: Any) -> None:
    """Electric cars of each household, from the vehicles."""
    vehicles = city.vehicles
    number = sums_by_link(vehicles["household"], city.households.size, where=vehicles["electric"])
    city.households["electric_cars"] = number
