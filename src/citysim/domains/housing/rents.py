"""Rents and prices answer to vacancy: they rise where few homes are free and follow incomes.

Change of log real rent = k (v* - v) + e * change of log income per household - a (log rent - log rent that incomes
bear), limited to +-l a year, in each submarket of zone, type and tenure; v is market vacancy, v* its level at rest in
the base year (Rosen and Smith 1983); incomes bear the first rent times (income / first income)^e (error correction:
Hendershott 1996). Rents follow the index of homes to let of their zone and type, prices that of homes for sale:
landlords hold the two together (`landlords.py`). Social rents follow the index of sitting tenants.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from citysim.city.codes import DwellingStatus, TenureClass
from citysim.core.kernels.columns import looked_up, sums_by_link

Array = NDArray[Any]
TYPES, MARKETS = 2, len(TenureClass)
ALL = slice(None)


def submarkets(dwellings: Any, rows: Array | slice = ALL) -> Array:
    """Submarket of homes: (zone * 2 + house) * 3 + market, int32."""
    kind = dwellings["house"][rows].view(np.int8) * np.int8(MARKETS) + dwellings["tenure_class"][rows]
    return dwellings["zone"][rows].astype(np.int32) * np.int32(TYPES * MARKETS) + kind


def pooled_vacancy(homes: Array, vacant: Array, group: Array, pooling: float) -> Array:
    """Vacancy of submarkets, small ones drawn towards the wider market of their zone group.

    Parameters
    ----------
    homes, vacant
        [zones, type, market] counts.
    group
        int [zones], group of the zone.
    pooling
        Homes of the wider market that count beside the submarket's own.
    """
    shape = (int(group.max()) + 1, *homes.shape[1:])
    wide_homes, wide_vacant = np.zeros(shape), np.zeros(shape)
    np.add.at(wide_homes, group, homes)
    np.add.at(wide_vacant, group, vacant)
    wide = wide_vacant / np.maximum(wide_homes, 1.0)
    return (vacant + pooling * wide[group]) / np.maximum(homes + pooling, 1e-9)


def rent_change(
    vacancy: Array, natural: Array, income_growth: Array, excess: Array, response: float, income_weight: float,
    reversion: float, limit: float,
) -> Array:  # fmt: skip
    """Yearly change of log real rents; `excess` is the log of rents over what incomes bear."""
    pressure = response * (np.asarray(natural) - np.asarray(vacancy)) + income_weight * np.asarray(income_growth)
    return np.clip(pressure - reversion * np.asarray(excess), -limit, limit)


class Stock(NamedTuple):
    """Homes counted.

    Attributes
    ----------
    number
        float64 [zones, type, market, status].
    submarket
        Of each home that was counted (`submarkets`).
    """

    number: Array
    submarket: Array

    @property
    def on_market(self) -> Array:
        """Homes on the market, [zones, type, market]."""
        return self.number[..., DwellingStatus.MARKET_VACANT]

    @property
    def in_use(self) -> Array:
        """Homes lived in or on the market, [zones, type, market]."""
        return self.on_market + self.number[..., DwellingStatus.OCCUPIED]

    @property
    def by_zone(self) -> Array:
        """All homes, [zones]."""
        return self.number.sum(axis=(1, 2, 3))

    @property
    def vacant_share(self) -> Array:
        """Vacant homes, second homes apart, per home, [zones]."""
        vacant = self.on_market + self.number[..., DwellingStatus.STRUCTURAL_VACANT]
        return vacant.sum(axis=(1, 2)) / np.maximum(self.by_zone, 1.0)


def count_stock(dwellings: Any, zones: int, rows: Array | slice = ALL) -> Stock:
    """Count all homes, or those of some rows."""
    submarket = submarkets(dwellings, rows)
    shape = (zones, TYPES, MARKETS, len(DwellingStatus))
    number = sums_by_link(submarket * np.int32(shape[-1]) + dwellings["status"][rows], int(np.prod(shape)))
    return Stock(number.reshape(shape).astype(float), submarket)


def zone_incomes(zone: Array, income: Array, zones: int, pooling: float) -> Array:
    """Mean income of households by zone, small zones drawn towards the city, EUR/year [zones]."""
    number, total = sums_by_link(zone, zones), sums_by_link(zone, zones, income)
    mean = total.sum() / max(number.sum(), 1)
    return (total + pooling * mean) / np.maximum(number + pooling, 1e-9)


@dataclass
class RentState:
    """What rents remember: natural vacancy, last incomes and the indices since the start.

    Attributes
    ----------
    natural
        [zones, type, market], market vacancy at rest.
    incomes, first_incomes
        [zones], mean income of last year, and of the last year at rest.
    index
        [zones, type, market], rents relative to the start.
    vacancy
        [zones, type, market], market vacancy of the year.
    """

    natural: Array
    incomes: Array
    first_incomes: Array
    index: Array
    vacancy: Array


def start_rents(city: Any, p: SimpleNamespace, natural: Array) -> RentState:
    """Rents at rest."""
    zones = natural.shape[0]
    households = city.households
    incomes = zone_incomes(households["zone"], households["income"], zones, p.income_pooling)
    state = RentState(natural, incomes, np.maximum(incomes, 1.0), np.ones(natural.shape), natural)
    city.zones["rent_index"][:] = 1.0
    city.zones["price_index"][:] = 1.0
    _publish(city, state, count_stock(city.dwellings, zones))
    return state


def update_rents(city: Any, p: SimpleNamespace, state: RentState, vacancy: Array, stock: Stock, at_rest: bool) -> None:
    """Change market rents and prices after the market has cleared.

    Parameters
    ----------
    vacancy
        [zones, type, market], pooled market vacancy.
    stock
        All homes.
    at_rest
        Whether only to note incomes, rents being at rest.
    """
    dwellings, households = city.dwellings, city.households
    zones = vacancy.shape[0]
    incomes = zone_incomes(households["zone"], households["income"], zones, p.income_pooling)
    if not at_rest:
        growth = np.log(np.maximum(incomes, 1.0) / np.maximum(state.incomes, 1.0))[:, None, None]
        borne = p.rent_income * np.log(np.maximum(state.incomes, 1.0) / state.first_incomes)[:, None, None]
        change = rent_change(
            vacancy, state.natural, growth, np.log(state.index) - borne, p.rent_response, p.rent_income,
            p.rent_reversion, p.rent_change_limit,
        )  # fmt: skip
        change[:, :, TenureClass.SOCIAL] = np.log1p(p.sitting_rent_change)
        factor = np.exp(change)
        state.index = state.index * factor
        let = factor.copy()
        let[:, :, TenureClass.OWNER_OCCUPIED] = factor[:, :, TenureClass.PRIVATE_RENTAL]
        sold = factor[:, :, TenureClass.OWNER_OCCUPIED].ravel()
        dwellings["rent_m2"][:] *= looked_up(let.astype(np.float32).ravel(), stock.submarket)
        dwellings["price_m2"][:] *= looked_up(sold.astype(np.float32).repeat(MARKETS), stock.submarket)
    else:
        state.first_incomes = np.maximum(incomes, 1.0)
    state.incomes, state.vacancy = incomes, vacancy
    _publish(city, state, stock)


def _publish(city: Any, state: RentState, stock: Stock) -> None:
    """Write the zones' indices for other domains."""
    homes, zones = stock.in_use, stock.number.shape[0]
    for column, market in (("rent_index", TenureClass.PRIVATE_RENTAL), ("price_index", TenureClass.OWNER_OCCUPIED)):
        weight = homes[:, :, market] + 1e-9
        city.zones[column][:zones] = (state.index[:, :, market] * weight).sum(axis=1) / weight.sum(axis=1)
    city.zones["market_vacancy"][:zones] = stock.on_market.sum(axis=(1, 2)) / np.maximum(stock.by_zone, 1.0)
