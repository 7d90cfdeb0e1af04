"""The yearly round of telework, the way to work, other trips and congestion, on the tables of the city."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.city.codes import FoodChannel, Labour, Mode
from citysim.core.choice import choose, happens, shares_of
from citysim.core.draws import Draws
from citysim.core.kernels.columns import carried, looked_up, rows_where, sums_by_link
from citysim.domains.mobility import congestion, modes, telework, trips
from citysim.domains.mobility.network import Network, car_minutes, reaching, vehicle_km_by_zone
from citysim.domains.mobility.ownership import count_by_household, household_zone
from citysim.domains.mobility.state import Base, Day, People

Array = NDArray[Any]
TOWN_STREETS = np.array([1.0, 0.7, 0.3])  # weight of speed limits on town streets by zone group


@dataclass(frozen=True)
class Shifts:
    """What technologies change this year.

    Attributes
    ----------
    car_time, ride_time, wait_time
        Factors on minutes.
    car_cost
        EUR per km felt in choices.
    parking
        [zone group], minutes.
    public_transport
        Utility.
    car, bike
        [persons], utility of the car on the way to work, and of the bike.
    occupancy
        People per car on the way to work.
    delivery_km
        Van-km per inhabitant and year.
    autonomous
        Share of car travel.
    """

    car_time: float
    ride_time: float
    wait_time: float
    car_cost: float
    parking: Array
    public_transport: float
    car: Array
    bike: Array
    occupancy: float
    delivery_km: float
    autonomous: float


def home_zones(city: Any) -> Array:
    """Home zone of each person; those who wait for a home count in the first zone."""
    return np.maximum(city.person_zone(), 0)


def workers_of(city: Any, zone: Array) -> tuple[Array, Array, Array]:
    """Rows, home zones and work zones of residents who have a workplace."""
    persons = city.persons
    rows = np.flatnonzero((persons["labour"] == Labour.EMPLOYED) & (persons["workplace"] >= 0))
    return rows, zone[rows].astype(np.intp), persons["workplace"][rows].astype(np.intp)


def in_commuters(city: Any) -> tuple[Array, Array]:
    """Zones where people live who come from outside, and where they work."""
    commuters = city.commuters
    zone = carried(city.jobs["zone"], commuters["job"], np.int16(-1))
    going = np.flatnonzero((zone >= 0) & (commuters["zone"] >= 0))
    return commuters["zone"][going].astype(np.intp), zone[going]


def network_for(city: Any, network: Network, workers: tuple[Array, Array, Array]) -> Network:
    """Network with the ways to work of the few who work beyond the usual reach."""
    _, home, work = workers
    return reaching(reaching(network, home, work), *in_commuters(city))


def pair_of(home: Array, work: Array, zones: int) -> Array:
    """One number for a home and a work zone."""
    return (home * zones + work).astype(np.int32)


def telework_log_odds(
    city: Any, p: SimpleNamespace, shift: Array, peers: Array, rows: Array, home: Array, work: Array
) -> Array:
    """Log-odds of telework of eligible workers, without the constant.

    Parameters
    ----------
    shift
        [persons], own equipment.
    peers
        [Z], share of teleworkers among eligible workers above that of the start.
    """
    persons, households, dwellings = city.persons, city.households, city.dwellings
    household = persons["household"][rows]
    dwelling = carried(households["dwelling"], household, np.int32(-1))
    rooms = carried(dwellings["rooms"], dwelling, dwellings["rooms"].dtype.type(0))
    spare = rooms > households["size"][np.maximum(household, 0)]
    business = carried(city.jobs["business"], persons["job"][rows], np.int32(-1))
    large = (business >= 0) & (city.businesses["size"][np.maximum(business, 0)] >= telework.LARGE_FIRM)
    minutes = city.travel.minutes[Mode.CAR][home, work]
    return telework.telework_odds(minutes, spare, large, peers[home], p.telework_push + shift[rows], p)


def decide_telework(
    city: Any, base: Base, p: SimpleNamespace, offered: Any, workers: tuple[Array, Array, Array], draws: Draws
) -> None:
    """Let eligible workers with a new job or home, and a part of the others, decide how much to work from home."""
    persons = city.persons
    rows, home, work = workers
    eligible = persons["telework_eligible"][rows]
    eligible = np.flatnonzero(eligible)
    rows, home, work = rows[eligible], home[eligible], work[eligible]
    key = persons.key[rows]
    review = happens(draws, "mobility.telework_review", key, p.telework_review_rate)
    review |= persons["commute_pair"][rows] != pair_of(home, work, base.network.zones)
    days = np.zeros(persons.size, np.float32)
    days[rows] = persons["telework_days"][rows]
    shift = offered("telework_utility", np.zeros(persons.size, np.float32), over="persons")
    peers = telework.peers_by_zone(home, days[rows] > 0, base.telework_peers.size) - base.telework_peers
    rows, home, work = rows[review], home[review], work[review]
    odds = telework_log_odds(city, p, shift, peers, rows, home, work) + base.telework_constant
    draw_telework(city, p, days, rows, telework.probability(odds), draws)
    persons["telework_days"] = days


def draw_telework(city: Any, p: SimpleNamespace, days: Array, rows: Array, chance: Array, draws: Draws) -> None:
    """Draw who of some workers teleworks and how many days, into `days` [persons]."""
    key = city.persons.key[rows]
    works_home = happens(draws, "mobility.telework", key, chance)
    drawn = telework.days_from(draws.uniform("mobility.telework_days", key), p.telework_days_share)
    days[rows] = drawn * works_home


def find_people(
    city: Any, p: SimpleNamespace, network: Network, home_zone: Array, workers: tuple[Array, Array, Array]
) -> People:
    """Car access and groups of all people, and who goes to work."""
    persons, households, zones = city.persons, city.households, network.zones
    household = persons["household"]
    car_class = modes.car_class_of(persons["licence"], household, households["cars"], households["drivers"])
    segment = trips.segment_of(persons["age"], persons["enrolled"], car_class)
    groups = trips.AGE_GROUPS * modes.CAR_CLASSES
    cell = segment.astype(np.int32) * np.int32(zones) + home_zone
    # people in institutions and young children do not travel in the sense of travel surveys
    cell[rows_where((household < 0) | (segment < 0))] = groups * zones
    number = sums_by_link(cell, groups * zones + 1)[:-1].reshape(groups, zones).astype(float)
    rows, home, work = workers
    presence = (p.commute_presence * (1.0 - persons["telework_days"][rows] / 5.0)).astype(np.float32)
    pair = pair_of(home, work, zones)
    way = looked_up(network.way_of.ravel(), pair)
    return People(home_zone, car_class, cell, number, rows, home, work, pair, way, presence)


def per_person(people: People, by_group: Array) -> Array:
    """Value of each person's group and zone, float32 [persons]; 0 for those who make no other trips."""
    flat = np.zeros(by_group.size + 1, np.float32)
    flat[:-1] = by_group.ravel()
    return looked_up(flat, people.cell)


def make_offer(city: Any, base: Base, p: SimpleNamespace, shifts: Shifts, factors: Array) -> modes.Offer:
    """What each mode offers at given delays."""
    network, group = base.network, city.zones["group"]
    in_town = np.where(group >= 0, TOWN_STREETS[np.maximum(group, 0)], 0.0)
    calm = p.speed30_share - base.levels.speed30_share
    loaded = factors * (1.0 + p.calm_street_delay * calm * in_town)
    parking = np.where(group >= 0, shifts.parking[np.maximum(group, 0)], 0.0)
    cycling = np.clip(city.zones["bike"] + p.bike_level - base.levels.bike_level, 0.0, 3.0)
    return modes.Offer(
        car=shifts.car_time * car_minutes(network, loaded),
        parking=parking[network.end].astype(np.float32),
        ride=shifts.ride_time * network.ride,
        wait=shifts.wait_time * modes.waiting_minutes(network, p.headway, p.public_transport_level),
        access=p.public_transport_access,
        bike=network.bike,
        walk=network.walk,
        car_cost=shifts.car_cost,
        fare=p.fare,
        fare_km=p.public_transport_km_cost,
        public_transport=shifts.public_transport,
        bike_level=(0.5 * (cycling[network.start] + cycling[network.end])).astype(np.float32),
        calm=calm,
        autonomous=shifts.autonomous,
    )


def off_peak_factors(factors: Array, p: SimpleNamespace) -> Array:
    """Delays outside the peak."""
    return 1.0 + p.off_peak_delay * (factors - 1.0)


def rates_by_segment(city: Any, base: Base, p: SimpleNamespace, people: People, online: bool) -> Array:
    """Trips a day by purpose, group and zone: fewer to shops where food comes online, more where people telework."""
    zones = base.network.zones
    rates = np.repeat(trips.trip_rates(p), modes.CAR_CLASSES, axis=1)[:, :, None] * np.ones(zones)
    adults = slice(trips.ADULT * modes.CAR_CLASSES, (trips.ADULT + 1) * modes.CAR_CLASSES)
    at_home = sums_by_link(people.home, zones, city.persons["telework_days"][people.workers] / 5.0)
    extra = p.telework_trips * at_home / np.maximum(people.number[adults].sum(axis=0), 1.0)
    rates[1:, adults] += 0.5 * extra
    if online:
        rates[1] *= 1.0 - p.online_trips * (online_share(city) - base.online)
    return rates


def online_share(city: Any) -> Array:
    """Share of households that buy their food online, by zone."""
    zone, size = household_zone(city), city.zones.size
    online = sums_by_link(zone, size, where=city.households["food_channel"] == FoodChannel.EGROCERY)
    return online / np.maximum(sums_by_link(zone, size), 1)


def attraction_of(city: Any, base: Base, p: SimpleNamespace, number: Array) -> tuple[Array, Array]:
    """What draws other trips, [purpose, ways], and service jobs by zone."""
    services, schools = trips.service_and_school_jobs(city.jobs["sector"], city.jobs["zone"], base.network.zones)
    population = number.sum(axis=0)
    return trips.attractions(base.network, population, services, schools, base.outside, p.external_pull), services


def spread_other_trips(
    city: Any, base: Base, p: SimpleNamespace, offer: modes.Offer, people: People, rates: Array,
    attraction: Array, bike: Array,
) -> trips.OtherTrips:  # fmt: skip
    """Other trips of a weekday at off-peak times."""
    utilities = modes.mode_utilities(base.network, offer, p, base.trip_constants)
    minutes = modes.door_to_door(offer)
    return trips.other_trips(base.network, utilities, minutes, attraction, people.number, rates, bike, p)


def mean_bike_shift(people: People, bike: Array) -> Array:
    """Mean utility of own bikes by age group, [age group]."""
    by_group = people.number.reshape(trips.AGE_GROUPS, -1)
    total = sums_by_link(people.cell, people.number.size + 1, bike)[:-1].reshape(trips.AGE_GROUPS, -1)
    return total.sum(axis=1) / np.maximum(by_group.sum(axis=1), 1.0)


def in_commuter_flows(city: Any, network: Network, p: SimpleNamespace, occupancy: float) -> Array:
    """Cars of people who live outside and work inside, a weekday one way, [ways]."""
    cars = np.bincount(network.way_of[in_commuters(city)], minlength=network.km.size)
    return cars * (p.commuter_car_share * p.commute_presence / occupancy)


def reviewing_commuters(
    city: Any, network: Network, p: SimpleNamespace, people: People, changed_cars: Array, draws: Draws
) -> Array:
    """Workers who choose their mode anew: another home, workplace or number of cars, or by chance."""
    persons, rows = city.persons, people.workers
    review = happens(draws, "mobility.mode_review", persons.key[rows], p.mode_review_rate)
    review |= persons["commute_pair"][rows] != people.pair
    household = persons["household"][rows]
    review |= (household >= 0) & changed_cars[np.maximum(household, 0)]
    return review | (persons["commute_mode"][rows] < 0)


def find_balance(
    city: Any, base: Base, p: SimpleNamespace, shifts: Shifts, people: People, review: Array,
    start_factors: Array, others: trips.OtherTrips, outside: Array,
) -> Array:  # fmt: skip
    """Delay factors at which the cars on the road and the choices of those who reconsider agree."""
    network = base.network
    size, rows = network.km.size, people.workers
    stays = ~review & (city.persons["commute_mode"][rows] == Mode.CAR)
    fixed = sums_by_link(people.way, size, people.presence, stays)
    group = people.car_class[rows].astype(np.int32) * size + people.way
    open_choice = sums_by_link(group, modes.CAR_CLASSES * size, people.presence, review)
    open_choice = open_choice.reshape(modes.CAR_CLASSES, size)
    age_shift = p.bike_age * max(float(np.mean(city.persons["age"][rows])) - 18.0, 0.0) if rows.size else 0.0
    other = others.car_flows / p.car_occupancy_other

    def peak_flows(factors: Array) -> Array:
        offer = make_offer(city, base, p, shifts, factors)
        utilities = modes.mode_utilities(network, offer, p, base.commute_constants)
        utilities[..., Mode.BIKE] += age_shift
        share, _ = shares_of(utilities)
        drivers = fixed + (open_choice * share[..., Mode.CAR]).sum(axis=0)
        return p.peak_share * (2.0 * drivers / shifts.occupancy + 2.0 * outside + other)

    return congestion.equilibrium(
        start_factors, peak_flows, network, base.capacity, p.delay_weight, p.delay_power, int(p.averaging_steps)
    )


def choose_modes(
    city: Any, base: Base, p: SimpleNamespace, shifts: Shifts, offer: modes.Offer, people: People, review: Array,
    draws: Draws,
) -> None:  # fmt: skip
    """Draw the mode of those who reconsider, and write modes and minutes to work."""
    persons, rows = city.persons, people.workers[review]
    table = modes.mode_utilities(base.network, offer, p, base.commute_constants)
    utilities = modes.commuter_utilities(
        table, people.car_class[rows], people.way[review], persons["age"][rows],
        shifts.bike[rows], shifts.car[rows], p.bike_age,
    )  # fmt: skip
    mode = np.full(persons.size, -1, np.int8)
    mode[people.workers] = persons["commute_mode"][people.workers]
    mode[rows] = choose(draws, "mobility.commute", persons.key[rows], utilities)
    pair = np.full(persons.size, -1, np.int32)
    pair[people.workers] = people.pair
    minutes = np.zeros(persons.size, np.float32)
    by_mode = modes.door_to_door(offer)
    minutes[people.workers] = np.take(by_mode, mode[people.workers] * np.intp(by_mode.shape[1]) + people.way)
    persons["commute_mode"], persons["commute_pair"], persons["commute_minutes"] = mode, pair, minutes


def car_flows(city: Any, base: Base, p: SimpleNamespace, people: People, day: Day) -> Array:
    """Vehicles of a weekday, both ways, [ways]."""
    network = base.network
    drives = city.persons["commute_mode"][people.workers] == Mode.CAR
    own = sums_by_link(people.way, network.km.size, people.presence, drives)
    driven = 2.0 * own / day.commute_occupancy + 2.0 * day.outside_flows + day.others.car_flows / p.car_occupancy_other
    return driven * empty_running(p, day.autonomous)


def empty_running(p: SimpleNamespace, autonomous: float) -> float:
    """Vehicle-km per km with somebody on board: autonomous cars also drive empty."""
    return 1.0 + p.autonomous_empty_km * autonomous


def write_travel(city: Any, base: Base, p: SimpleNamespace, people: People, day: Day) -> None:
    """Write km and minutes of each person, and what households pay."""
    persons, households, network = city.persons, city.households, base.network
    others = day.others
    long_distance = p.long_distance_km * p.car_cost_factor**p.long_distance_elasticity
    driven = (p.days / p.car_occupancy_other * others.car_km).astype(np.float32)
    driven.reshape(-1, modes.CAR_CLASSES, network.zones)[:, modes.NO_CAR + 1 :] += np.float32(long_distance)
    car = per_person(people, driven)
    public = per_person(people, p.days * others.public_transport_km)
    minutes = per_person(people, others.minutes)
    rows, mode = people.workers, persons["commute_mode"][people.workers]
    yearly = 2.0 * network.km[people.way] * people.presence * np.float32(p.workdays)
    car[rows] += yearly * (mode == Mode.CAR) / np.float32(day.commute_occupancy)
    riders = rows_where(mode == Mode.PUBLIC_TRANSPORT)
    public[rows[riders]] += yearly[riders]
    car *= empty_running(p, day.autonomous)
    minutes[rows] += 2.0 * persons["commute_minutes"][rows] * people.presence
    persons["car_km"], persons["public_transport_km"], persons["travel_minutes"] = car, public, minutes
    persons["car_co2"] = car * thermal_share(city) * np.float32(p.thermal_co2)
    paid = car * np.float32(p.car_km_cost * p.car_cost_factor) + public * np.float32(p.public_transport_km_cost)
    households["travel_cost"] = p.ownership_cost * households["cars"] + count_by_household(city, weights=paid)


def thermal_share(city: Any) -> Array:
    """Thermal cars per car of each person's household, float32 [persons]; people in institutions drive no car."""
    households = city.households
    electric = households["electric_cars"] / np.maximum(households["cars"], np.float32(1.0))
    return carried(np.float32(1.0) - electric, city.persons["household"], np.float32(0.0))


def present_people(city: Any, people: People, day: Day) -> Array:
    """Workers and visitors present in each zone on a weekday."""
    zones = city.zones.size
    workers = sums_by_link(people.work, zones, people.presence)
    outside = sums_by_link(carried(city.jobs["zone"], city.commuters["job"], np.int16(-1)), zones)
    return workers + outside + day.others.visitors


def write_zones(city: Any, base: Base, p: SimpleNamespace, people: People, day: Day, delivery_km: float) -> None:
    """Write traffic, delays, accessibility and footfall of each zone."""
    zones, network = city.zones, base.network
    zones["congestion"] = day.factors
    zones["car_traffic"] = vehicle_km_by_zone(network, day.car_flows)
    people_by_zone = sums_by_link(people.zone, network.zones)
    zones["delivery_traffic"] = delivery_km / p.days * people_by_zone
    minutes = city.travel.minutes[Mode.CAR]
    jobs = sums_by_link(city.jobs["zone"], network.zones)
    zones["access_jobs"] = congestion.accessibility(jobs * city.weight, minutes, p.access_decay)
    zones["access_services"] = congestion.accessibility(day.service_jobs * city.weight, minutes, p.access_decay)
