"""What heirs do with the home of the dead: sell it, let it, keep it as a second home, live in it, or leave it empty.

So do owners who have moved in with a partner or with kin, and still own the home that they left.

U(let) = a + b d ln(rent/price), U(empty) = a_group + c (old, cold flat hard to let) - t tax, U(second home) = a for
heirs who live elsewhere, U(live) = a for heirs in town who are tenants or guests, U(sell) = 0 (multinomial logit).
a_group is solved in the base year: a given part of the homes that drop out of use are estates.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.city.codes import NONE, DwellingStatus, Tenure, TenureClass
from citysim.core.choice import choose
from citysim.core.draws import Draws
from citysim.core.kernels.columns import rows_where
from citysim.domains.housing import homes as residence
from citysim.domains.housing.landlords import Banned, log_return
from citysim.domains.housing.purchases import Deal
from citysim.domains.housing.vacancy import hard_to_let

Array = NDArray[Any]
SELL, LET, SECOND, EMPTY, LIVE = range(5)
PRIOR = 4.0  # homes that count beside a zone group's own, so that small groups follow the town


@dataclass(frozen=True)
class Estates:
    """Homes that passed to heirs this year, who may decide about them.

    Attributes
    ----------
    rows
        Dwellings that stand empty.
    household
        Household of the heir in town, -1 elsewhere.
    group
        Zone group.
    utility
        [homes, 5], see `utilities`.
    """

    rows: Array
    household: Array
    group: Array
    utility: Array


def utilities(p: SimpleNamespace, inside: Array, needy: Array, hard: Array, gain: Array, banned: Array) -> Array:
    """Utilities of what may be done with each home, float64 [homes, 5]; -inf where it may not.

    Parameters
    ----------
    inside
        Whether the heir lives in town.
    needy
        Whether he lives there as a tenant or guest.
    hard
        Whether the home is hard to let.
    gain
        Log return of letting over selling since the start.
    banned
        Whether it may not be let.
    """
    value = np.zeros((inside.size, 5))
    value[:, LET] = p.heir_choice[0] + p.heir_return * gain
    value[:, SECOND] = p.heir_choice[1]
    value[:, EMPTY] = p.heir_hard * hard - p.return_tax * p.vacant_home_tax
    value[:, LIVE] = p.heir_choice[2]
    value[banned, LET] = -np.inf
    value[inside, SECOND] = -np.inf
    value[~needy, LIVE] = -np.inf
    return value


def open_estates(city: Any, p: SimpleNamespace, index: Array, banned: Banned, year: int) -> Estates:
    """Homes that came to heirs this year; tenants of a home that was let stay, and pay the heir.

    Parameters
    ----------
    index
        [zone, type, market], rents and prices relative to the start.
    banned
        Which of some homes may not be let.
    """
    households, dwellings = city.households, city.dwellings
    heir = dwellings["heir"]
    passed = rows_where(dwellings["inherited"] == year)
    household = np.where(heir[passed] >= 0, city.persons["household"][heir[passed]], NONE)
    dwellings["owner"][passed] = household
    empty = dwellings["status"][passed] == DwellingStatus.MARKET_VACANT
    empty &= dwellings["tenure_class"][passed] == TenureClass.OWNER_OCCUPIED
    rows, household = passed[empty], household[empty]
    inside = household >= 0
    needy = inside & (households["tenure"][household] > Tenure.MORTGAGED) & _first_of(household, dwellings.key[rows])
    gain = log_return(index, np.zeros(index.shape), np.zeros(index.shape))
    zone = dwellings["zone"][rows]
    gain = gain[zone, dwellings["house"][rows].astype(np.int64)]
    value = utilities(p, inside, needy, hard_to_let(dwellings, rows), gain, banned(rows))
    return Estates(rows, household, city.zones["group"][zone], value)


def empty_levels(estates: Estates, target: Array) -> Array:
    """Constant of leaving a home empty by zone group, at which heirs leave as many empty as wanted, [group].

    Parameters
    ----------
    target
        [group], homes a year.
    """
    others = np.exp(np.delete(estates.utility, EMPTY, axis=1)).sum(axis=1)
    odds = np.exp(estates.utility[:, EMPTY]) / others
    low, high = -12.0, 6.0
    for _ in range(40):
        middle = (low + high) / 2.0
        enough = (odds * np.exp(middle) / (1.0 + odds * np.exp(middle))).sum() >= target.sum()
        low, high = (low, middle) if enough else (middle, high)
    chance = odds * np.exp(middle) / (1.0 + odds * np.exp(middle))
    expected = np.bincount(estates.group, chance, minlength=target.size)
    return middle + np.log((target + PRIOR) / (expected + PRIOR))


def decide(
    city: Any, p: SimpleNamespace, draws: Draws, estates: Estates, level: Array, year: int
) -> tuple[Array, Array]:
    """Let heirs decide, and carry it out.

    Parameters
    ----------
    level
        [group], constant of leaving a home empty.

    Returns
    -------
    tuple
        Expected numbers left empty and kept as second homes, [group] each.
    """
    dwellings, rows = city.dwellings, estates.rows
    utility = estates.utility.copy()
    utility[:, EMPTY] += level[estates.group]
    choice = choose(draws, "housing.heir", dwellings.key[rows], utility)
    dwellings["tenure_class"][rows[choice == LET]] = TenureClass.PRIVATE_RENTAL
    dwellings["status"][rows[choice == EMPTY]] = DwellingStatus.STRUCTURAL_VACANT
    second = rows[choice == SECOND]
    dwellings["status"][second] = DwellingStatus.SECOND_HOME
    dwellings["vacant_since"][second] = 0
    live = choice == LIVE
    nothing = np.zeros(np.count_nonzero(live), np.float32)
    residence.settle(city, p, estates.household[live], rows[live], Deal(nothing, nothing, nothing, nothing), year)
    share = np.exp(utility)
    share /= share.sum(axis=1, keepdims=True)
    empty, kept = (np.bincount(estates.group, share[:, one], minlength=level.size) for one in (EMPTY, SECOND))
    return empty, kept


def _first_of(household: Array, keys: Array) -> Array:
    """Whether each home is the only one of its heirs in which they may come to live, whatever the order of rows."""
    order = np.argsort(keys, kind="stable")
    first = np.zeros(household.size, bool)
    first[order[np.unique(household[order], return_index=True)[1]]] = True
    return first
