"""Where people come from and go to beyond the city: the rest of the department and region, Paris, elsewhere, abroad.

A household that crosses the boundary draws one place by its stage of life (under 30, 30 to 59, 60 and more). The shares
describe who the movers are; how many there are is the scenario's and attractiveness's (`migration`).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.core.draws import Keys
from citysim.domains.demography.year import Rows, Year

PLACES = ("department", "region", "paris_region", "other_regions", "abroad")
STAGES = ("young", "middle", "old")
STAGE_AGES = np.array([30, 60])
STAGE_OF_AGE = np.searchsorted(STAGE_AGES, np.arange(128), side="right")
INDEX = tuple(f"{stage}_{place}" for stage in STAGES for place in PLACES)


def place_of(shares: NDArray[Any], age: NDArray[Any], lot: NDArray[Any]) -> NDArray[np.int8]:
    """Place of each household.

    Parameters
    ----------
    shares
        Relative frequency of each place, [stages * places].
    age
        Age of the reference person.
    lot
        Uniform draw of each household.
    """
    table = np.asarray(shares, dtype=np.float64).reshape(len(STAGES), len(PLACES))
    bounds = np.cumsum(table, axis=1) / table.sum(axis=1, keepdims=True)
    stage = STAGE_OF_AGE.take(age)
    place = np.zeros(lot.size, dtype=np.int8)
    for bound in bounds.T[:-1]:
        place += lot >= bound.take(stage)
    return place


def note_departures(now: Year, heads: Rows, people: NDArray[Any]) -> None:
    """Draw where households go, and count the people by place."""
    persons = now.city.persons
    lot = now.draws.uniform("demography.destination", persons.key[heads])
    place = place_of(now.values.destination_share, persons["age"][heads], lot)
    now.base["departures_by_place"] = np.bincount(place, people, minlength=len(PLACES))


def origins(now: Year, donors: Rows, keys: Keys, size: NDArray[Any]) -> NDArray[np.int8]:
    """Where arriving households come from, int8 [households]; counts the people by place.

    Parameters
    ----------
    donors, keys, size
        Household that each is a copy of, its key in the draws, and its people.
    """
    source = now.city.donors
    age = source.persons["age"][source.households["reference_person"][donors]]
    lot = now.draws.uniform("demography.origin_place", keys)
    place = place_of(now.values.origin_share, age, lot)
    now.base["arrivals_by_place"] = np.bincount(place, size, minlength=len(PLACES))
    return place


def by_place(base: dict[str, Any], flow: str) -> dict[str, float]:
    """People of a flow, `arrivals` or `departures`, by place."""
    counts = base.get(f"{flow}_by_place", np.zeros(len(PLACES)))
    return dict(zip(PLACES, counts.tolist(), strict=True))
