"""General practice of the city: what people need, who is within reach of whom, and what is left undone.

The need of a person is visits by age and state, scaled once so that the base year has the published mean. Capacity per
doctor is solved at the base year from the observed wait. Remote share of a person = ceiling k e^V / (1 + M), M the mean
of k e^V over visits, V = b_digital skill + b_wait (wait - base) + technologies: the whole stays below the ceiling, and
people differ as e^V. k is solved from the base-year share.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.city.city import City
from citysim.city.codes import Mode
from citysim.core.choice import happens
from citysim.core.draws import Draws
from citysim.core.kernels import ranks
from citysim.core.kernels.columns import carried, either, looked_up, sums_by_link
from citysim.domains.health.general_practice import (
    SPIN_UP_YEARS,
    PracticeYear,
    calibrated_capacity,
    practice_year,
    reach_weight,
    reach_weights,
    reachable_capacity,
    visits_by_age_and_state,
    weekly_profile,
)
from citysim.domains.health.start import practice_places
from citysim.services.clinic import Practice, waiting_curve

Floats = NDArray[Any]
Zones = NDArray[np.int32]
ADULT = 16
PARENTS_SKILL = 0.6  # parents ask for their children
SUBSTITUTABLE = 0.30  # share of anybody's visits that needs no examination
POVERTY = 0.6
LOWEST_LOAD, HIGHEST_LOAD = 0.7, 1.8  # visits asked per place between which base-year capacity is sought


@dataclass
class Offered:
    """Quantities of this year after technologies: need and utility per person or one number, capacity, wait."""

    need: Any
    utility: Any
    capacity: float
    wait: float


@dataclass
class Needs:
    """Visits of a year by zone of residence, [internal].

    Attributes
    ----------
    people
        Inhabitants.
    demand, local
        Visits needed, and those of them asked of the town's doctors.
    """

    people: Floats
    demand: Floats
    local: Floats


@dataclass
class Result:
    """General practice of the year by zone of residence, [internal].

    Attributes
    ----------
    wait, balked, load
        Days, share of visits to the town's doctors given up, and visits asked per place at the doctors chosen.
    given
        Visits given, remote ones included, per visit needed.
    reach
        Visits within reach per inhabitant and year (APL).
    """

    wait: Floats
    balked: Floats
    load: Floats
    given: Floats
    reach: Floats


def needs(city: City, zone: Zones, p: Any, offered: Offered, base: dict[str, Any]) -> Needs:
    """Write the visits that each person needs, and how many of them are remote.

    Parameters
    ----------
    zone
        [persons], zone of residence.
    """
    persons, inside = city.persons, city.internal
    table = visits_by_age_and_state(p.visits_by_age, p.visits_by_state, 127).astype(np.float32)
    need = looked_up(table.ravel(), persons["age"] * np.int16(4) + persons["health"])
    if "visit_scale" not in base:
        base["visit_scale"] = p.visits_per_person / float(need.mean())
    need *= np.float32(base["visit_scale"])
    need *= offered.need
    longer = np.zeros(inside, np.float32)
    if "remote_level" in base:
        longer[:] = np.clip(city.zones["gp_wait_days"][:inside] - p.base_wait, -10.0, 30.0)
    slope = np.float32(p.teleconsultation_digital)
    score = either(persons["age"] < ADULT, slope * np.float32(PARENTS_SKILL), slope * persons["skill_digital"])
    score += looked_up(np.float32(p.teleconsultation_wait) * longer, zone)
    score += offered.utility
    remote = remote_visits(need, score, p, base)
    persons["gp_need"], persons["gp_remote"] = need, remote
    demand = sums_by_link(zone, inside, need)
    return Needs(sums_by_link(zone, inside), demand, demand - sums_by_link(zone, inside, remote))


def remote_visits(need: Floats, score: Floats, p: Any, base: dict[str, Any]) -> Floats:
    """Visits of each person that are teleconsultations, float32 [persons].

    Parameters
    ----------
    need
        [persons], visits.
    score
        [persons], V; it is overwritten.
    """
    inclined = np.exp(score, out=score)
    inclined *= need
    whole = float(need.sum(dtype=np.float64))
    mean = float(inclined.sum(dtype=np.float64)) / max(whole, 1e-9)
    if "remote_level" not in base:
        share = min(p.teleconsultation_base / p.teleconsultation_ceiling, 0.95)
        base["remote_level"] = share / (1.0 - share) / mean
        base["relief"] = p.teleconsultation_base
    inclined *= np.float32(p.teleconsultation_ceiling * base["remote_level"] / (1.0 + base["remote_level"] * mean))
    return np.minimum(inclined, need * np.float32(SUBSTITUTABLE))


def live(city: City, p: Any, need: Needs, offered: Offered, base: dict[str, Any], online: bool) -> Result:
    """Queue for the year and write the columns of the zones."""
    inside, zones = city.internal, city.zones
    posts = p.gp_density / 1e5 * p.gp_ratio * city.persons.size
    fte = posts * base.setdefault("places", practice_places(city))
    remote = need.demand - need.local
    # Teleconsultations by doctors of the town take their time too, a little less than a visit.
    taken = remote * (1.0 - p.platform_share) * (1.0 - p.teleconsultation_saving)
    asked = need.local + taken if online else need.demand * (1.0 - base["relief"] * p.platform_share)
    minutes = city.travel.minutes[Mode.CAR, :inside, :inside]
    weights = reach_weights(minutes, fte, p.catchment_full, p.catchment_end, p.catchment_floor)
    curve = waiting_curve(Practice(int(p.clinic_doctors), p.clinic_minutes, p.clinic_urgent))
    profile, behaviour = weekly_profile(p.season, p.holiday), (p.balking, p.avoidance)

    def year(visits: float, backlog: Floats) -> PracticeYear:
        places = fte * visits * offered.capacity
        return practice_year(asked, places, weights, backlog, behaviour, curve.at, profile, offered.wait)

    if "consultations" not in base:
        base["consultations"], zones["gp_backlog"][:inside] = _calibrate(
            year, asked, fte, need.people, p, offered.capacity
        )
    done = year(base["consultations"], zones["gp_backlog"][:inside])
    zones["gp_backlog"][:inside] = done.backlog
    zones["gp_fte"][:inside] = fte
    zones["gp_wait_days"][:inside] = done.wait
    places = fte * base["consultations"] * offered.capacity
    within = reachable_capacity(reach_weight(minutes, p.catchment_full, p.catchment_end), places, asked)
    zones["gp_demand_ratio"][:inside] = done.load
    given = (remote + need.local * (1.0 - done.balked)) / np.maximum(need.demand, 1e-9)
    # Per person of mean need, as the APL standardises by age.
    reach = within / np.maximum(asked, 1e-9) * asked.sum() / need.people.sum()
    return Result(done.wait, done.balked, done.load, given, reach)


def _calibrate(
    year: Callable[[float, Floats], PracticeYear], asked: Floats, fte: Floats, people: Floats, p: Any, technology: float
) -> tuple[float, Floats]:
    """Consultations a doctor gives in a year at which residents wait as observed, and the backlog then."""
    backlog = np.zeros(asked.size)

    def wait(visits: float) -> float:
        waiting = np.zeros(asked.size)
        for _ in range(SPIN_UP_YEARS):
            done = year(visits, waiting)
            waiting = done.backlog
        backlog[:] = waiting
        return float(np.average(done.wait, weights=people))

    even = asked.sum() / fte.sum() / technology
    found = calibrated_capacity(p.base_wait, wait, even / HIGHEST_LOAD, even / LOWEST_LOAD)
    wait(found)
    return found, backlog


def register(city: City, zone: Zones, p: Any, need: Needs, result: Result, draws: Draws, base: dict[str, Any]) -> None:
    """Let doctors leave and take patients: losing one is likelier, finding one rarer where doctors are scarce."""
    persons = city.persons
    usual = base.setdefault("load", float(np.average(result.load, weights=need.people)))
    relative = (result.load / usual) ** p.registration_load
    loss = p.registration_loss * relative
    gain = p.registration_loss * (1.0 - p.unregistered_share) / p.unregistered_share / relative
    registered = persons["gp_registered"]
    chance = looked_up(np.stack([gain, loss], axis=1).ravel(), zone * 2 + registered)
    chance *= persons["age"] >= ADULT
    registered ^= happens(draws, "health.gp_change", persons.key, chance)


def share_unmet(city: City, zone: Zones, p: Any, result: Result) -> None:
    """Write the visits that each person goes without: more for those without a doctor of their own, and the poor."""
    persons, households = city.persons, city.households
    standard = households["income"] / np.maximum(households["consumption_units"], 1.0)
    poor = carried(standard < POVERTY * np.float32(ranks.median(standard)), persons["household"], False)
    relative = np.outer([1.0, p.poor_factor], [p.unregistered_factor, 1.0]).ravel()
    place = zone * 4
    place += poor * np.int8(2) + persons["gp_registered"]
    local = persons["gp_need"] - persons["gp_remote"]
    visits = sums_by_link(place, 4 * result.wait.size, local).reshape(-1, 4)
    mean = (visits @ relative) / np.maximum(visits.sum(axis=1), 1e-9)
    foregone = result.balked * (1.0 - p.emergency_share - p.resolved_share) / np.maximum(mean, 1e-9)
    share = np.minimum(np.outer(foregone, relative), 1.0).astype(np.float32)
    persons["gp_unmet"] = local * looked_up(share.ravel(), place)
