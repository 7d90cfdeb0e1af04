"""Homes that are ready this year come onto the market: new ones, and those made of offices and floors above shops."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.city.codes import NONE, DwellingStatus, EnergyClass, HeatSource, TenureClass
from citysim.core.draws import Draws, mix_keys
from citysim.core.kernels.columns import sums_by_link
from citysim.domains.housing.developers import FLAT, HOUSE, OLD_ENOUGH, TYPES
from citysim.domains.housing.rents import MARKETS, submarkets
from citysim.domains.housing.supply import SupplyState, to_whole

Array = NDArray[Any]
SURFACE_SPREAD = 0.2  # standard deviation of the log surface of new homes of a type
SURFACE_OF_ROOM = 21.0  # m2 per room of new homes


def deliver(
    city: Any, p: SimpleNamespace, state: SupplyState, levels: tuple[Array, Array], draws: Draws, year: int
) -> Array:
    """Append the homes that are ready this year, vacant and on the market; returns their counts."""
    counts = state.pipeline.pop(year, None)
    if counts is None:  # before the first plans are ready: homes begun before the start
        counts, state.carry = to_whole(state.first, state.carry)
    if counts.sum() == 0:
        return counts
    cell = np.repeat(np.arange(counts.size), counts.ravel())
    zone, rest = np.divmod(cell, TYPES * MARKETS)
    house, market = np.divmod(rest, MARKETS)
    place = zone * TYPES + house
    rank = np.arange(cell.size) - np.searchsorted(place, place, side="left")
    keys = mix_keys("dwelling", zone, house, year, rank)
    mean = np.where(house == HOUSE, p.new_surface[0], p.new_surface[1])
    premium = np.where(market == TenureClass.SOCIAL, 0.0, p.new_premium)
    price = np.where(market == TenureClass.SOCIAL, 0.0, state.premium[house])
    efficient = draws.uniform("housing.new_class", keys) < p.new_class_a
    pump = draws.uniform("housing.new_heating", keys) < p.new_heat_pump
    _append(
        city, draws, keys, cell, mean, levels, year,
        {
            "year_built": year, "lift": house == FLAT, "above_shop": False,
            "energy_class": np.where(efficient, EnergyClass.A, EnergyClass.B),
            "heat_source": np.where(pump, HeatSource.HEAT_PUMP, HeatSource.ELECTRIC),
        },
        premium, price,
    )  # fmt: skip
    return counts


def deliver_conversions(
    city: Any, p: SimpleNamespace, counts: Array, levels: tuple[Array, Array], draws: Draws, year: int
) -> None:
    """Append flats made of offices and of floors above shops, private ones to let; counts are [kind, zone]."""
    number = counts.astype(np.int64)
    if number.sum() == 0:
        return
    slot = np.repeat(np.arange(number.size), number.ravel())
    kind, zone = np.divmod(slot, number.shape[1])
    rank = np.arange(slot.size) - np.searchsorted(slot, slot, side="left")
    keys = mix_keys("conversion", zone, kind, year, rank)
    cell = (zone * TYPES + FLAT) * MARKETS + TenureClass.PRIVATE_RENTAL
    premium = np.full(slot.size, p.energy_premium[EnergyClass.C])
    mean = np.full(slot.size, p.new_surface[1])
    _append(
        city, draws, keys, cell, mean, levels, year,
        {
            "year_built": p.conversion_built, "lift": kind == 0, "above_shop": kind == 1,
            "energy_class": EnergyClass.C, "heat_source": HeatSource.ELECTRIC,
        },
        premium, premium,
    )  # fmt: skip


def _append(
    city: Any, draws: Draws, keys: Array, cell: Array, mean: Array, levels: tuple[Array, Array], year: int,
    traits: dict[str, Any], rent_premium: Array, price_premium: Array,
) -> None:  # fmt: skip
    """Append vacant homes at the rents and prices of their submarket and their own premium."""
    zone, rest = np.divmod(cell, TYPES * MARKETS)
    house, market = np.divmod(rest, MARKETS)
    surface = mean * np.exp(SURFACE_SPREAD * np.clip(draws.normal("housing.new_surface", keys), -2.5, 2.5))
    rent, price = levels[0][cell], levels[1][cell]
    city.dwellings.append(
        keys,
        {
            "zone": zone, "house": house == HOUSE, "surface": surface,
            "rooms": np.clip(np.round(surface / SURFACE_OF_ROOM), 1, 7), "heating_year": year,
            "tenure_class": market, "owner": NONE, "status": DwellingStatus.MARKET_VACANT, "vacant_since": year,
            "rent_m2": rent * np.exp(rent_premium), "price_m2": price * np.exp(price_premium), **traits,
        },
    )  # fmt: skip


def local_levels(dwellings: Any, submarkets_: int, year: int) -> tuple[Array, Array]:
    """Mean rent and price per m2 of used homes in each submarket; where there are none, the mean of the city."""
    used = dwellings["year_built"] <= year - OLD_ENOUGH
    code = submarkets(dwellings)
    number = sums_by_link(code, submarkets_, where=used)
    levels = []
    for column in ("rent_m2", "price_m2"):
        total = sums_by_link(code, submarkets_, dwellings[column], used)
        levels.append(np.where(number > 0, total / np.maximum(number, 1), total.sum() / max(number.sum(), 1)))
    return levels[0], levels[1]
