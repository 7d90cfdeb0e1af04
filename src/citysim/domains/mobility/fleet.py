"""The cars themselves: scrapped with age, replaced by new or second-hand ones, electric or not.

Scrappage: Weibull of mean 18 years and shape 4, hazard of age a: 1 - S(a + 1) / S(a). New cars: logit on five-year cost
(price gap and energy), charging at home, neighbours' cars and range anxiety; after the ban all are electric.
"""

from __future__ import annotations

from math import gamma
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.core.kernels.columns import carried
from citysim.core.kernels.ranks import best_in_group

Array = NDArray[Any]

OLDEST = 60
TCO_YEARS = 5


def survival(mean_age: float, shape: float) -> Array:
    """Share of cars still on the road at ages 0 to 60."""
    scale = mean_age / gamma(1.0 + 1.0 / shape)
    return np.exp(-((np.arange(OLDEST + 1) / scale) ** shape))


def scrappage(mean_age: float, shape: float) -> Array:
    """Probability of scrapping within a year, by age 0 to 60."""
    alive = survival(mean_age, shape)
    ahead = np.append(alive[1:], 0.0)
    hazard = np.divide(alive - ahead, alive, out=np.ones_like(alive), where=alive > 1e-12)
    return np.where(alive > 1e-12, hazard, 1.0)


def stock_path(sales_share: Array, start_share: float, mean_age: float, shape: float) -> Array:
    """Electric share of a constant fleet under given shares of new sales: the bound that turnover sets.

    Parameters
    ----------
    sales_share
        [years].
    """
    alive = survival(mean_age, shape)
    ages = alive / alive.sum()
    hazard = scrappage(mean_age, shape)
    electric = np.zeros(ages.size)
    electric[:6] = start_share * ages.sum() / ages[:6].sum() * ages[:6]
    shares = []
    for share in sales_share:
        ages, electric = ages * (1 - hazard), electric * (1 - hazard)
        new = 1.0 - ages.sum()
        ages, electric = np.roll(ages, 1), np.roll(electric, 1)
        ages[0], electric[0] = new, new * share
        shares.append(electric.sum())
    return np.array(shares)


def start_ages(uniform: Array, mean_age: float, shape: float) -> Array:
    """Ages of a fleet at rest, from uniforms: P(age = a) in proportion to survival."""
    alive = survival(mean_age, shape)
    return np.searchsorted(np.cumsum(alive) / alive.sum(), uniform).clip(0, OLDEST).astype(np.int16)


def cost_gap(price_gap: float, km: Array, electric_cost: float, thermal_cost: float) -> Array:
    """Thousand euros over five years that an electric car costs more than a thermal one.

    Parameters
    ----------
    price_gap
        EUR, after aid.
    km
        [n], km a year of the buyer.
    electric_cost, thermal_cost
        EUR per km for energy.
    """
    return np.asarray((price_gap - TCO_YEARS * km * (thermal_cost - electric_cost)) / 1000.0)


def electric_odds(
    gap: Array, home_charge: Array, peers: Array, anxiety: float, shift: Array, p: SimpleNamespace
) -> Array:
    """Log-odds that a new car is electric, without the constant.

    Parameters
    ----------
    gap
        `cost_gap`.
    home_charge
        [n], chance of charging at home.
    peers
        [n], electric cars per car in the zone.
    """
    return np.asarray(
        -p.electric_tco * gap
        + p.electric_home_charge * home_charge
        + p.electric_peer * peers
        + p.electric_anxiety * anxiety
        + shift
    )


def deal_out(rank: Array, number_new: int) -> tuple[Array, Array]:
    """Split the wishes for a car: the first in rank are for new cars, the others for second-hand ones.

    Parameters
    ----------
    rank
        float [k], one per car wanted; larger is served first with a new car.

    Returns
    -------
    tuple
        Positions of wishes for new and for second-hand cars, each in their order.
    """
    new = np.zeros(rank.size, bool)
    if number_new > 0:
        new[np.argpartition(-rank, number_new - 1)[:number_new]] = True
    return np.flatnonzero(new), np.flatnonzero(~new)


def cars_to_give_up(household: Array, year: Array, surplus: Array) -> Array:
    """Rows of the vehicles that households with too many give up: their oldest.

    Parameters
    ----------
    household, year
        Of each vehicle.
    surplus
        int [households], cars too many.
    """
    rows = np.flatnonzero(carried(surplus > 0, household, False))
    return rows[best_in_group(-year[rows], household[rows], surplus)]
