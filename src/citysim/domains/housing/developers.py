"""What a builder reckons before buying a plot: does a new home sell for more than it costs, with a margin for risk.

A project pays where price >= m (building + land + demolition), m = 1.1 (developer model of UrbanSim: Waddell 2003).
Projects of a zone differ: share that pays = logistic(k ln(price / (m cost))). The premium of new homes over used ones
of the zone is solved in the base year, so that a given share of projects paid then; later builders learn it from what
new homes fetch, those that find nobody getting cheaper every year.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.city.codes import DwellingStatus, TenureClass
from citysim.core.kernels.columns import rows_where, sums_by_link

Array = NDArray[Any]
TYPES = 2
FLAT, HOUSE = 0, 1
GREENFIELD, INFILL = 0, 1  # sites: open land, and land already built on
NEW_FOR = 5  # years in which a home is sold as new
SEEN_BEFORE = 100.0  # new homes that weigh as much as what builders believed before
OLD_ENOUGH = 15  # years: price of homes that have lost the premium of the new


def new_surfaces(p: SimpleNamespace) -> Array:
    """Mean surface of a new flat and a new house, m2 [type]."""
    return p.new_surface[::-1]


def used_prices(dwellings: Any, group: Array, pooling: float, year: int) -> Array:
    """Mean price of used private homes, EUR/m2 [zone, type]; small cells are drawn towards their zone group."""
    zones = group.size
    rows = (dwellings["tenure_class"] != TenureClass.SOCIAL) & (dwellings["year_built"] <= year - OLD_ENOUGH)
    cell = dwellings["zone"] * np.int16(TYPES) + dwellings["house"]
    number = sums_by_link(cell, zones * TYPES, where=rows).reshape(zones, TYPES).astype(float)
    total = sums_by_link(cell, zones * TYPES, dwellings["price_m2"], rows).reshape(zones, TYPES)
    everywhere = total.sum() / max(number.sum(), 1.0)
    wide_number, wide_total = np.zeros((2, int(group.max()) + 1, TYPES))
    np.add.at(wide_number, group, number)
    np.add.at(wide_total, group, total)
    wide = np.where(wide_number > 0, wide_total / np.maximum(wide_number, 1.0), everywhere)
    return (total + pooling * wide[group]) / np.maximum(number + pooling, 1e-9)


def project_cost(p: SimpleNamespace, building: float) -> Array:
    """EUR/m2 of a new home [type, site]: building, land, and on built land the demolition of what stands there."""
    clearing = p.infill_demolition * p.demolition_cost / new_surfaces(p)
    open_land = np.full(TYPES, building * (1.0 + p.land_cost))
    return np.stack([open_land, open_land + clearing], axis=1)


def paying_share(price: Array, cost: Array, margin: float, slope: float) -> Array:
    """Share of projects whose price covers the cost and the builder's margin."""
    ratio = np.asarray(price) / (margin * np.asarray(cost))
    return 1.0 / (1.0 + np.maximum(ratio, 1e-9) ** -slope)


def new_premium(price: Array, homes: Array, cost: Array, site_share: Array, p: SimpleNamespace) -> Array:
    """Log premium of new homes over used ones at which the base year's share of projects pays, [type].

    Parameters
    ----------
    price
        [zone, type], EUR/m2 of used homes.
    homes
        [zone, type], weights.
    cost
        [type, site], EUR/m2.
    site_share
        [type, site], where homes are built.
    """
    low, high = np.full(TYPES, -3.0), np.full(TYPES, 3.0)
    weight = homes / np.maximum(homes.sum(axis=0), 1e-9)
    for _ in range(50):
        middle = (low + high) / 2.0
        pays = paying_share((price * np.exp(middle))[:, :, None], cost[None], p.builder_margin, p.profit_slope)
        share = (weight * (pays * site_share[None]).sum(axis=2)).sum(axis=0)
        low, high = np.where(share < p.base_profitable, middle, low), np.where(share < p.base_profitable, high, middle)
    return (low + high) / 2.0


def discount_unsold(dwellings: Any, p: SimpleNamespace, year: int) -> None:
    """Builders let new homes go for less that have stood empty for a year or longer."""
    rows = rows_where(dwellings["year_built"] > year - NEW_FOR)
    since = dwellings["vacant_since"][rows]
    unsold = (dwellings["status"][rows] == DwellingStatus.MARKET_VACANT) & (since < year)
    unsold &= dwellings["tenure_class"][rows] != TenureClass.SOCIAL
    unsold &= since <= dwellings["year_built"][rows]  # nobody has lived there yet
    for column in ("price_m2", "rent_m2"):
        dwellings[column][rows[unsold]] *= np.float32(1.0 - p.unsold_discount)


def learn_premium(dwellings: Any, premium: Array, used: Array, after: int) -> Array:
    """Log premium of new homes over used ones, [type], as their prices of the last years show it.

    Parameters
    ----------
    premium
        [type], as builders took it to be.
    used
        [zone, type], EUR/m2 of used homes.
    after
        Homes built after this year tell.
    """
    rows = rows_where((dwellings["year_built"] > after) & (dwellings["tenure_class"] != TenureClass.SOCIAL))
    kind = dwellings["house"][rows].astype(np.int64)
    seen = np.log(dwellings["price_m2"][rows] / used[dwellings["zone"][rows], kind])
    number = np.bincount(kind, minlength=TYPES)
    return (SEEN_BEFORE * premium + np.bincount(kind, seen, minlength=TYPES)) / (SEEN_BEFORE + number)


def site_shares(p: SimpleNamespace) -> Array:
    """Where homes are built that nothing holds back, [type, site]."""
    infill = p.infill_share[::-1]
    return np.stack([1.0 - infill, infill], axis=1)
