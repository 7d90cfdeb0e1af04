"""Young adults leave the parental home: for a room in a hall, a shared flat or a home of their own.

Hazard h(x) = c exp(-max(0, x - x1) / d) / (1 + exp(-(x - x0) / s)) from 18 on, times a factor by activity, divided by
the scenario's shared living, and lower when rents outrun incomes. It falls after x1: who is still at home at 30 mostly
stays. Set so that the base year's share at home stands still at each age: a tenth to a fifth at 26 (Insee Focus 358).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.core.choice import happens
from citysim.core.kernels.columns import rows_where
from citysim.core.market import bucket_count, deferred_acceptance, keyed_errors, sample_candidates, seekers_of
from citysim.domains.demography.households import found, heads_of_homes, living_alone, move_together, zone_of
from citysim.domains.demography.institutions import enter_halls
from citysim.domains.demography.returning import SITUATION, together
from citysim.domains.demography.year import Rows, Year

Array = NDArray[np.float64]
FIRST, LAST, LAST_SHARER = 18, 59, 30
PROBES = 8
KM_OF_A_STEP = 5.0  # flat-sharers like a flat nearby: one unit of score less per 5 km


def leaving_hazard(
    age: NDArray[Any], ceiling: float, middle: float, spread: float, peak: float = 99.0, decline: float = 1.0
) -> Array:
    """Hazard of leaving the parental home by age.

    Parameters
    ----------
    age
        Years.
    ceiling, middle, spread
        Largest hazard, age at half of it, width of the rise.
    peak, decline
        Age from which the hazard falls, and the years in which it falls to 1/e.
    """
    age = np.asarray(age, dtype=np.float64)
    fall = np.exp(-np.maximum(age - peak, 0.0) / decline)
    return np.asarray(ceiling * fall / (1.0 + np.exp(-(age - middle) / spread)))


def unpartnered(now: Year, last: int) -> NDArray[np.bool_]:
    """Whether each is an adult of 18 to `last` who has a home and no partner."""
    persons = now.city.persons
    age = persons["age"]
    return np.asarray((age >= FIRST) & (age <= last) & (persons["household"] >= 0) & (persons["partner"] < 0))


def leave_home(now: Year) -> None:
    """Draw who leaves, and where to."""
    persons, values = now.city.persons, now.values
    by_age = leaving_hazard(
        np.arange(LAST + 1), values.leaving_ceiling, values.leaving_age, values.leaving_spread, values.leaving_peak,
        values.leaving_decline,
    )  # fmt: skip
    hazard = by_age[:, None] * values.leaving_factor / together(now)
    chance = -np.expm1(-hazard * _rent_pressure(now) ** -values.leaving_rent_elasticity)  # by age and situation
    lot = now.draws.uniform("demography.leaving_home", persons.key)
    # Most stay: only of the others it is asked what they do and whose home it is.
    rows = rows_where(unpartnered(now, LAST) & (lot < chance.max()))
    lot = lot.take(rows)
    back = np.zeros(persons.size, dtype=bool)
    back[now.returned] = True
    goes = ~back[rows] & (lot < chance[persons["age"][rows], SITUATION[persons["labour"][rows]]])
    leaves = rows[np.flatnonzero(goes)]
    leaves = leaves[~heads_of_homes(now, leaves)]
    now.count("left_home", leaves.size)
    leaves = enter_halls(now, leaves)
    leaves = _share_a_flat(now, leaves)
    found(now, leaves)


def _rent_pressure(now: Year) -> float:
    """Rents relative to incomes, base year = 1."""
    if not now.coupled["housing_cost"]:
        return 1.0
    return float(now.base.get("rent_pressure", 1.0))


def _share_a_flat(now: Year, leaves: Rows) -> Rows:
    """Some join a young person who lives alone; returns those who did not."""
    persons, households, values = now.city.persons, now.city.households, now.values
    share = min(values.flat_share * values.shared_living_factor**values.sharing_response, 1.0)
    wants = happens(now.draws, "demography.flat_share", persons.key[leaves], share)
    seeks = wants & (persons["age"][leaves] <= LAST_SHARER)
    seekers = leaves[seeks]
    host = living_alone(now, 0, LAST_SHARER + 1)
    homes = persons["household"][host]
    buckets = now.base.setdefault("flat_buckets", bucket_count(homes.size))
    keys, places = persons.key[seekers], persons.key[host]
    indptr, seen = sample_candidates(now.draws, "demography.flat", keys, places, PROBES, buckets)
    origin = zone_of(now, seekers)[seekers_of(indptr)]
    near = -now.city.travel.distance_km[origin, households["zone"][homes[seen]]] / KM_OF_A_STEP
    liking = near + keyed_errors(now.draws, "demography.flat_liking", keys, indptr, places[seen])
    match = deferred_acceptance(indptr, seen, liking, liking, homes.size)
    joins = match >= 0
    now.count("flat_sharers", joins.sum())
    move_together(now, seekers[joins], homes[match[joins]])
    seeks[seeks] = joins
    return leaves[~seeks]
