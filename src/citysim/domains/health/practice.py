"""General practice of the city: what people need, who is within reach of whom, and what is left undone.

The need of a person is visits by age and state, scaled once so that the base year has the published mean. Capacity per
doctor is solved at the base year from the observed wait. Remote share = ceiling x logistic(k + b_digital skill + b_wait
(wait - base) + technologies), k solved from the base-year share.
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
from citysim.domains.health.states import logistic
from citysim.services.clinic import Practice, waiting_curve

Floats = NDArray[Any]
ADULT = 16
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
    """What people need, by person and zone of residence.

    Attributes
    ----------
    need, remote_share
        [persons], visits a year and share of them that is remote.
    demand, local
        [internal], visits needed and those asked of the town's doctors.
    """

    zone: NDArray[Any]
    need: Floats
    remote_share: Floats
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


def needs(city: City, p: Any, offered: Offered, base: dict[str, Any]) -> Needs:
    """Compute the visits that each person needs, and how many of them a teleconsultation can be."""
    persons, zone = city.persons, city.person_zone()
    table = visits_by_age_and_state(p.visits_by_age, p.visits_by_state, 127).astype(np.float32)
    need = table.ravel()[persons["age"].astype(np.int32) * 4 + persons["health"]]
    if "visit_scale" not in base:
        base["visit_scale"] = p.visits_per_person / float(need.mean())
    need *= np.float32(base["visit_scale"])
    need = need * offered.need
    longer = np.append(city.zones["gp_wait_days"][: city.internal] - np.float32(p.base_wait), np.float32(0.0))
    if "remote_level" not in base:
        longer[:] = 0.0
    score = (
        np.float32(p.teleconsultation_digital) * persons["skill_digital"]
        + np.float32(p.teleconsultation_wait) * (np.clip(longer, -10.0, 30.0)[zone])
    )
    score = score + offered.utility
    if "remote_level" not in base:
        base["remote_level"] = remote_level(score, need, p.teleconsultation_base / p.teleconsultation_ceiling)
        base["relief"] = p.teleconsultation_base
    remote = np.float32(p.teleconsultation_ceiling) / (1.0 + np.exp(-(score + np.float32(base["remote_level"]))))
    persons["gp_need"] = need
    persons["gp_remote"] = need * remote
    demand = np.bincount(zone, weights=need, minlength=city.internal)
    far = np.bincount(zone, weights=persons["gp_remote"], minlength=city.internal)
    return Needs(zone, need, remote, demand, demand - far)


def remote_level(score: Floats, weight: Floats, share: float) -> float:
    """Constant k at which the weighted mean of logistic(k + score) is a share, by bisection."""
    low, high = -20.0, 20.0
    wanted = min(max(share, 1e-4), 0.98)
    for _ in range(30):
        middle = 0.5 * (low + high)
        mean = float(np.average(logistic(middle + score), weights=weight))
        low, high = (middle, high) if mean < wanted else (low, middle)
    return 0.5 * (low + high)


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
    people = np.bincount(need.zone, minlength=inside)[:inside]

    def year(visits: float, backlog: Floats) -> PracticeYear:
        places = fte * visits * offered.capacity
        return practice_year(asked, places, weights, backlog, behaviour, curve.at, profile, offered.wait)

    if "consultations" not in base:
        base["consultations"], zones["gp_backlog"][:inside] = _calibrate(year, asked, fte, people, p, offered.capacity)
    done = year(base["consultations"], zones["gp_backlog"][:inside])
    zones["gp_backlog"][:inside] = done.backlog
    zones["gp_fte"][:inside] = fte
    zones["gp_wait_days"][:inside] = done.wait
    places = fte * base["consultations"] * offered.capacity
    within = reachable_capacity(reach_weight(minutes, p.catchment_full, p.catchment_end), places, asked)
    zones["gp_demand_ratio"][:inside] = asked / np.maximum(within, 1e-9)
    given = (remote + need.local * (1.0 - done.balked)) / np.maximum(need.demand, 1e-9)
    # Per person of mean need, as the APL standardises by age.
    reach = within / np.maximum(asked, 1e-9) * asked.sum() / people.sum()
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


def register(city: City, p: Any, result: Result, draws: Draws, base: dict[str, Any]) -> None:
    """Let doctors leave and take patients: losing one is likelier, finding one rarer where doctors are scarce."""
    persons, zone = city.persons, city.person_zone()
    load = result.load
    usual = base.setdefault("load", float(np.average(load, weights=np.bincount(zone, minlength=load.size))))
    relative = (load / usual) ** p.registration_load
    loss = p.registration_loss * relative
    gain = p.registration_loss * (1.0 - p.unregistered_share) / p.unregistered_share / relative
    registered = persons["gp_registered"]
    chance = np.where(registered, np.minimum(loss, 1.0)[zone], np.minimum(gain, 1.0)[zone])
    chance[persons["age"] < ADULT] = 0.0
    registered ^= happens(draws, "health.gp_change", persons.key, chance)


def share_unmet(city: City, p: Any, need: Needs, result: Result) -> None:
    """Write the visits that each person goes without: more for those without a doctor of their own, and the poor."""
    persons, households = city.persons, city.households
    standard = households["income"] / np.maximum(households["consumption_units"], 1.0)
    poor = np.append(standard < POVERTY * np.median(standard), False)[persons["household"]]
    relative = np.where(persons["gp_registered"], 1.0, p.unregistered_factor) * np.where(poor, p.poor_factor, 1.0)
    local = need.need * (1.0 - need.remote_share)
    mean = np.bincount(need.zone, weights=local * relative, minlength=need.local.size) / np.maximum(need.local, 1e-9)
    foregone = result.balked * (1.0 - p.emergency_share - p.resolved_share) / np.maximum(mean, 1e-9)
    persons["gp_unmet"] = np.minimum(local * relative * foregone[need.zone], local)
