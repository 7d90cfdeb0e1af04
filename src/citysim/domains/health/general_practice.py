"""Patients choose among practices within reach and queue week by week; who would wait too long gives up.

Choice of practice: share_ij ~ C_j w(t_ij) exp(-eta W_j); backlog with balking: B' = max(0, B + D exp(-theta W) - C),
W = 7 B / C + W0(load), W0 from the simulated practice of `citysim.services.clinic`. In the steady state
W = ln(D / C) / theta. Reach (the French APL, a two-step floating catchment area): A_i = sum_j R_j w(t_ij),
R_j = C_j / sum_k D_k w(t_kj), w = 1 up to 10 minutes, falling to 0 at 20.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
WEEKS = 52
HOLIDAYS = np.array([7, 8, 16, 17, 28, 29, 30, 31, 32, 33, 34, 42, 43, 51])  # weeks of French school holidays
SPIN_UP_YEARS = 2
CALIBRATION_STEPS = 12


class PracticeYear(NamedTuple):
    """One year of general practice; by zone of residence, but for the last two.

    Attributes
    ----------
    wait
        Median over the weeks of the wait, days.
    balked
        Share of asked visits that were given up.
    load
        Visits asked per place at the practices that residents choose.
    served
        Visits given, by practice.
    backlog
        Visits asked and not yet given at the end, by practice.
    """

    wait: Floats
    balked: Floats
    load: Floats
    served: Floats
    backlog: Floats


def reach_weight(minutes: NDArray[Any], full: float, end: float) -> Floats:
    """Weight of a practice by drive time: 1 up to `full` minutes, 0 from `end`, straight between."""
    return np.clip((end - np.asarray(minutes, dtype=np.float64)) / (end - full), 0.0, 1.0)


def reach_weights(minutes: NDArray[Any], supply: NDArray[Any], full: float, end: float, floor: float) -> Floats:
    """Weights of all practices for all residents, [home, practice].

    Parameters
    ----------
    minutes
        [zone, zone], drive time.
    supply
        [zone], capacity; practices without any are out of reach.
    full, end
        See `reach_weight`.
    floor
        Weight of the nearest practice at least: people without a near one drive on.
    """
    weight = reach_weight(minutes, full, end)
    distance = np.where(supply > 0, minutes, np.inf)
    homes = np.arange(minutes.shape[0])
    nearest = np.argmin(distance, axis=1)
    weight[homes, nearest] = np.maximum(weight[homes, nearest], floor)
    return weight * (supply > 0)


def reachable_capacity(weight: NDArray[Any], supply: NDArray[Any], demand: NDArray[Any]) -> Floats:
    """Capacity that residents of each zone can use, [zone]; it adds up to the whole supply.

    Parameters
    ----------
    weight
        [home, practice].
    supply, demand
        [zone], visits a year.
    """
    asked = demand @ weight
    per_visit = np.where(asked > 0, supply / np.maximum(asked, 1e-9), 0.0)
    return np.asarray(demand * (weight @ per_visit))


def weekly_profile(season: float, holiday: float) -> tuple[Floats, Floats]:
    """Demand and capacity of each week relative to the mean week, each [52] with mean 1."""
    weeks = np.arange(WEEKS)
    demand = 1.0 + season * np.cos(2.0 * np.pi * (weeks - 3) / WEEKS)
    capacity = np.ones(WEEKS)
    capacity[HOLIDAYS] -= holiday
    return demand / demand.mean(), capacity / capacity.mean()


def practice_year(
    demand: NDArray[Any],
    capacity: NDArray[Any],
    weight: NDArray[Any],
    backlog: NDArray[Any],
    behaviour: tuple[float, float],
    wait_within: Callable[[Any], Any],
    profile: tuple[Floats, Floats],
    wait_factor: float = 1.0,
) -> PracticeYear:
    """Live 52 weeks of choosing a practice, waiting, giving up and being seen.

    Parameters
    ----------
    demand
        [home], visits asked in the year.
    capacity, backlog
        [practice], visits that can be given in the year, and visits waiting at the start.
    weight
        [home, practice], reach.
    behaviour
        Share of patients turned away, and log of pull lost, by a day of wait.
    wait_within
        Days of wait within capacity by load.
    profile
        See `weekly_profile`.
    wait_factor
        Multiplies waits (walk-in booths and the like).
    """
    balking, avoidance = behaviour
    seats = np.maximum(capacity / WEEKS, 1e-9)
    asked_by_week = np.multiply.outer(profile[0], demand / WEEKS)
    pull = weight * seats
    waits, loads = np.empty((WEEKS, demand.size)), np.zeros(demand.size)
    kept, served = np.zeros(demand.size), np.zeros(capacity.size)
    backlog = np.array(backlog, dtype=np.float64)
    load = ((asked_by_week[0] / pull.sum(axis=1)) @ pull) / seats
    days_per_visit = 7.0 / seats
    for week in range(WEEKS):
        wait = (days_per_visit * backlog + wait_within(np.minimum(load, 1.0))) * wait_factor
        drawn = pull * np.exp(-avoidance * wait)
        stay = np.exp(-balking * wait)
        per_pull = 1.0 / drawn.sum(axis=1)
        arrivals = (asked_by_week[week] * per_pull) @ drawn
        load = arrivals / seats
        waits[week] = (drawn @ wait) * per_pull
        kept += asked_by_week[week] * (drawn @ stay) * per_pull
        loads += (drawn @ load) * per_pull
        queue = backlog + arrivals * stay
        backlog = np.maximum(queue - seats * profile[1][week], 0.0)
        served += queue - backlog
    balked = np.where(demand > 0, 1.0 - kept / np.maximum(demand, 1e-9), 0.0)
    return PracticeYear(np.median(waits, axis=0), balked, loads / WEEKS, served, backlog)


def calibrated_capacity(wait: float, mean_wait: Callable[[float], float], low: float, high: float) -> float:
    """Capacity at which the mean wait is the observed one, by bisection.

    Parameters
    ----------
    wait
        Days, observed.
    mean_wait
        Days by capacity, falling.
    low, high
        Capacities that enclose the solution.
    """
    for _ in range(CALIBRATION_STEPS):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if mean_wait(middle) > wait else (low, middle)
    return 0.5 * (low + high)


def visits_by_age_and_state(by_age: NDArray[Any], by_state: NDArray[Any], oldest: int) -> Floats:
    """Visits needed by age and state before rescaling, [oldest + 1, 4]; ages from 0, 15, 45, 65 and 80."""
    group = np.searchsorted(np.array([15, 45, 65, 80]), np.arange(oldest + 1), side="right")
    return np.asarray(by_age[group][:, None] * by_state)
