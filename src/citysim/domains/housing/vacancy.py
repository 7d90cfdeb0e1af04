"""Homes that stay empty drop out of the market, some come back, some change between sale and letting.

A home vacant for two years leaves the market with a chance e, if it is an old (before 1949), cold (F, G) flat without a
lift or above a shop, less often else. Return r = logistic(a + b_p * change of log price + b_a aid + b_r remediation
- b_y years vacant + b_t tax), a programme reaching a share of them each year; the tax holds as many back from leaving
(a tax of an eighth of the rental value cut vacancy by 13 % in four years: Segu 2020). Second homes come and go so that
their number is at rest without a programme.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.city.codes import DwellingStatus, EnergyClass, TenureClass, ZoneGroup
from citysim.core.choice import happens
from citysim.core.draws import Draws, mix_keys
from citysim.core.kernels.columns import rows_where

Array = NDArray[Any]
OLD = 1949
RECENT = 2005  # homes built later stay on the market until somebody takes them
PRIOR = 2.0  # homes that count beside a zone group's own, so that small groups follow the town


def logistic(x: Array | float) -> Array:
    """1 / (1 + exp(-x))."""
    return 1.0 / (1.0 + np.exp(-np.asarray(x, dtype=np.float64)))


def lasting_chance(purpose: str, keys: Array) -> Array:
    """Uniform number that belongs to a home for good: stricter enforcement holds for the same homes and more."""
    return (mix_keys(purpose, keys) >> np.uint64(11)).astype(np.float64) * 2.0**-53


def hard_to_let(dwellings: Any, rows: Array) -> Array:
    """Old, cold flats without a lift or above a shop."""
    awkward = dwellings["above_shop"][rows] | ~dwellings["lift"][rows]
    cold = dwellings["energy_class"][rows] >= EnergyClass.F
    return ~dwellings["house"][rows] & (dwellings["year_built"][rows] < OLD) & cold & awkward


def return_chance(p: SimpleNamespace, years: Array, price_change: Array, reached: Array) -> Array:
    """Chance that a structurally vacant home comes back to the market within a year."""
    push = (p.return_aid + p.return_remediation) * np.asarray(reached) + p.return_tax * p.vacant_home_tax
    fading = p.return_per_year * np.minimum(years, p.return_years_limit)
    return logistic(p.return_level + p.return_price * np.asarray(price_change) + push + fading)


def second_home_return(p: SimpleNamespace, reached: Array) -> Array:
    """Chance that a second home becomes a main home within a year."""
    level = np.log(p.second_home_return / (1.0 - p.second_home_return)) if p.second_home_return > 0 else -50.0
    return logistic(level + (p.return_aid + p.return_remediation) * np.asarray(reached))


def entry_chance(p: SimpleNamespace, dwellings: Any, rows: Array, level: Array | float) -> Array:
    """Chance that a home vacant for long leaves the market; the tax holds owners back as it brings homes back."""
    chance = np.where(hard_to_let(dwellings, rows), 1.0, p.structural_other) * p.structural_entry
    chance = np.where(dwellings["year_built"][rows] > RECENT, 0.0, chance)
    return np.minimum(chance * level * np.exp(-p.return_tax * p.vacant_home_tax), 1.0)


def long_vacant(dwellings: Any, years: float, year: int) -> Array:
    """Private homes that have been on the market for so many years."""
    rows = on_private_market(dwellings)
    since = dwellings["vacant_since"][rows]
    return rows[(since > 0) & (year - since >= years)]


def on_private_market(dwellings: Any) -> Array:
    """Vacant homes to let or for sale that are not social housing."""
    rows = rows_where(dwellings["status"] == DwellingStatus.MARKET_VACANT)
    return rows[dwellings["tenure_class"][rows] != TenureClass.SOCIAL]


def price_change(city: Any, rows: Array) -> Array:
    """Change of log price in the home's zone since the start."""
    return np.log(np.maximum(city.zones["price_index"][city.dwellings["zone"][rows]], 1e-6))


def leaving_use(city: Any, p: SimpleNamespace, year: int) -> Array:
    """Homes out of use that come back or are demolished in a year, expected, by zone group."""
    dwellings = city.dwellings
    out = rows_where(dwellings["status"] == DwellingStatus.STRUCTURAL_VACANT)
    years = np.maximum(year - dwellings["vacant_since"][out], 0)
    share = p.vacant_home_programme
    chance = (1.0 - share) * return_chance(p, years, 0.0, False) + share * return_chance(p, years, 0.0, True)
    group = city.zones["group"][dwellings["zone"][out]]
    return np.bincount(group, chance + p.demolition_structural, minlength=len(ZoneGroup))


def entry_levels(city: Any, p: SimpleNamespace, estates: tuple[Array, Array], year: int) -> tuple[Array, float]:
    """Levels at which homes that leave the market balance those that come back or are demolished in the first year.

    Parameters
    ----------
    estates
        Homes that heirs leave empty, and keep as second homes, expected, by zone group.

    Returns
    -------
    tuple
        Factor on the chance to become structurally vacant, [group], and chance to become a second home.
    """
    dwellings = city.dwellings
    status = dwellings["status"]
    leaving = np.maximum(leaving_use(city, p, year) - estates[0], 0.0)
    waiting = long_vacant(dwellings, p.structural_years, year)
    chance = entry_chance(p, dwellings, waiting, 1.0)
    entering = np.bincount(city.zones["group"][dwellings["zone"][waiting]], chance, minlength=leaving.size)
    town = leaving.sum() / max(float(entering.sum()), 1e-9)
    level = (leaving + PRIOR * town) / (entering + PRIOR)
    second = np.count_nonzero(status == DwellingStatus.SECOND_HOME)
    share = p.vacant_home_programme
    back = (1.0 - share) * second_home_return(p, False) + share * second_home_return(p, True)
    kept = max(float(back) * second - float(estates[1].sum()), 0.0)
    return level, kept / max(on_private_market(dwellings).size, 1)


@dataclass(frozen=True)
class Returned:
    """Homes brought back to use in a year.

    Attributes
    ----------
    number, stock
        Homes back, and the vacant and second homes there were.
    helped
        Of them, those that the programme for vacant homes paid for.
    remediated
        Rows that the centre's programme reached and brought back, or held on the market.
    """

    number: int
    stock: int
    helped: int
    remediated: Array


def in_centre(city: Any, rows: Array) -> Array:
    """Homes in the centre's zones, bool."""
    return city.zones["group"][city.dwellings["zone"][rows]] == ZoneGroup.CENTRE


def age_vacancy(
    city: Any, p: SimpleNamespace, draws: Draws, entry_level: Array, second_entry: float, year: int
) -> Returned:
    """Let homes leave the market and come back."""
    dwellings = city.dwellings
    status, since, key = dwellings["status"], dwellings["vacant_since"], dwellings.key
    out = rows_where(status == DwellingStatus.STRUCTURAL_VACANT)
    second = rows_where(status == DwellingStatus.SECOND_HOME)
    waiting = long_vacant(dwellings, p.structural_years, year)
    free = on_private_market(dwellings)

    reached = happens(draws, "housing.programme", key[out], p.vacant_home_programme)
    in_programme = happens(draws, "housing.centre_programme", key[out], p.centre_programme * in_centre(city, out))
    years = np.maximum(year - since[out], 0)
    chance = return_chance(p, years, price_change(city, out), reached | in_programme)
    back = happens(draws, "housing.return", key[out], chance)
    reached_second = happens(draws, "housing.programme", key[second], p.vacant_home_programme, index=1)
    back_second = happens(draws, "housing.second_home_return", key[second], second_home_return(p, reached_second))
    level = entry_level[city.zones["group"][dwellings["zone"][waiting]]]
    leaves = happens(draws, "housing.leave_market", key[waiting], entry_chance(p, dwellings, waiting, level))
    offered = p.centre_programme * (in_centre(city, waiting) & hard_to_let(dwellings, waiting))
    held = leaves & happens(draws, "housing.centre_programme", key[waiting], offered, index=1)
    bought = happens(draws, "housing.second_home", key[free], second_entry)

    status[free[bought]] = DwellingStatus.SECOND_HOME
    since[free[bought]] = 0
    leaving = waiting[leaves & ~held]
    status[leaving[status[leaving] == DwellingStatus.MARKET_VACANT]] = DwellingStatus.STRUCTURAL_VACANT
    for rows in (out[back], second[back_second]):
        status[rows] = DwellingStatus.MARKET_VACANT
        since[rows] = year
    helped = int(np.count_nonzero(back & reached & ~in_programme) + np.count_nonzero(back_second & reached_second))
    returned = int(np.count_nonzero(back) + np.count_nonzero(back_second))
    remediated = np.concatenate([out[back & in_programme], waiting[held]])
    return Returned(returned, int(out.size + second.size), helped, remediated)


def vacant_home_tax(dwellings: Any, p: SimpleNamespace) -> float:
    """Tax on homes out of use, EUR a year; its base is a share of the market rent."""
    rows = rows_where(dwellings["status"] == DwellingStatus.STRUCTURAL_VACANT)
    rents = 12.0 * float((dwellings["rent_m2"][rows] * dwellings["surface"][rows]).sum())
    return p.vacant_home_tax * p.rental_value * rents


def sell_social(
    dwellings: Any, p: SimpleNamespace, draws: Draws, social_excess: float, rows: Array, year: int
) -> Array:
    """Social landlords sell some of the homes that have long stood empty where too many do; returns their rows."""
    sold = rows[happens(draws, "housing.sell_social", dwellings.key[rows], p.social_disposal * social_excess)]
    dwellings["tenure_class"][sold] = TenureClass.OWNER_OCCUPIED
    return sold
