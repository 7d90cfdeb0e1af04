"""Households that find no home live as guests: with parents who have a home, else with neighbours who have room."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.city.codes import NONE, Tenure
from citysim.core.draws import Draws
from citysim.core.kernels.columns import rows_where
from citysim.core.kernels.ranks import best_in_group
from citysim.core.market import keyed_errors

Array = NDArray[Any]
ASKED = 2048  # about so many households are asked, chosen by their own identity, so that few have to be looked at


def host_guests(city: Any, draws: Draws, keys: Array, spare: Array, buckets: int, year: int) -> Array:
    """Give every household without a home a host, and let guests live where their hosts live.

    Parameters
    ----------
    keys
        Decision keys of households.
    spare
        Rooms beyond the norm in each household's home.
    buckets
        Of households, the same in all scenarios.

    Returns
    -------
    Array
        Rows of the guests.
    """
    households = city.households
    home, host = households["dwelling"], households["host"]
    guests = rows_where(home < 0)
    if guests.size == 0:
        return guests
    host[guests] = np.where((host[guests] >= 0) & (home[host[guests]] >= 0), host[guests], NONE)
    for parent in ("mother", "father"):
        _ask_parent(city, guests, parent)
    alone = guests[host[guests] < 0]
    if alone.size:
        host[alone] = _ask_neighbours(city, draws, keys, alone, spare, max(buckets // ASKED, 1))
    since = households["hosted_since"]
    since[guests] = np.where(since[guests] > 0, since[guests], year)
    hosted = guests[host[guests] >= 0]
    households["zone"][hosted] = households["zone"][host[hosted]]
    households["tenure"][guests] = Tenure.HOSTED
    for cost in ("housing_cost", "loan_payment", "home_debt", "loan_rate"):
        households[cost][guests] = 0
    return guests


def _ask_parent(city: Any, guests: Array, parent: str) -> None:
    households, persons = city.households, city.persons
    host, home = households["host"], households["dwelling"]
    open_ = guests[host[guests] < 0]
    relative = persons[parent][households["reference_person"][open_]]
    theirs = np.where(relative >= 0, persons["household"][relative], NONE)
    takes_in = (theirs >= 0) & (home[theirs] >= 0) & (theirs != open_)
    host[open_[takes_in]] = theirs[takes_in]


def _ask_neighbours(city: Any, draws: Draws, keys: Array, alone: Array, spare: Array, one_in: int) -> Array:
    """A household of the pool with room to spare, the same zone first, by a keyed draw per pair."""
    households = city.households
    housed = households["dwelling"] >= 0
    pool = rows_where(housed & (spare > 0) & (households.key % np.uint64(one_in) == 0))
    if pool.size == 0:
        pool = rows_where(housed)
    if pool.size == 0:
        return np.full(alone.size, NONE, np.int32)
    candidate, number = _same_zone_first(households["zone"][alone], households["zone"][pool])
    indptr, near = np.append(0, np.cumsum(number)), pool[candidate]
    liking = keyed_errors(draws, "housing.host", keys[alone], indptr, households.key[near])
    return near[best_in_group(liking, np.repeat(np.arange(alone.size), number), np.ones(alone.size))].astype(np.int32)


def _same_zone_first(zone: Array, theirs: Array) -> tuple[Array, Array]:
    """Who of a pool lives in each zone, all of them if nobody does: positions one after the other, and their number."""
    order = np.argsort(theirs, kind="stable")
    first, last = (np.searchsorted(theirs[order], zone, side) for side in ("left", "right"))
    first, number = np.where(last > first, first, 0), np.where(last > first, last - first, theirs.size)
    entry = np.arange(number.sum()) - np.repeat(np.cumsum(number) - number, number)
    return order[np.repeat(first, number) + entry], number
