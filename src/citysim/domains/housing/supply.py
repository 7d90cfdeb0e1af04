"""Builders plan for the households they expect, where homes are scarce and building pays; homes are ready years later.

Need = max(0, n + ((v* - v) stock - (homes under way - years n)) / g), n = expected growth of households + demolitions,
by zone group and type, g the years in which a gap is to close; homes under way count, so that no gap is filled twice.
Plans = multiplier * need * s(v) * profit, s = 1 / (1 + exp(k (v - v*))) (a smooth form of SILO's supply curve),
profit = share of projects whose price covers building and land, held to land and labour.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.city.codes import NONE, DwellingStatus, EnergyClass, HeatSource, TenureClass
from citysim.core.draws import Draws, mix_keys
from citysim.domains.housing.rents import MARKETS, TYPES, stock_counts, submarkets
from citysim.domains.housing.vacancy import logistic

Array = NDArray[Any]
FLAT, HOUSE = 0, 1
YEARS_OF_LAND = 25.0
SURFACE_SPREAD = 0.2  # standard deviation of the log surface of new homes of a type
SURFACE_OF_ROOM = 21.0  # m2 per room of new homes
SOUND = 1.25  # up to this multiple of natural vacancy, demolished homes are replaced


@dataclass
class SupplyState:
    """What builders remember.

    Attributes
    ----------
    pipeline
        Homes to be delivered by year, int64 [zones, type, market].
    carry
        Fractions of homes not yet planned, same shape.
    occupied
        Homes lived in by zone group and type last year.
    growth
        Expected yearly growth of households, same shape.
    profit_ratio
        Price over cost in the base year by type.
    first
        Homes delivered a year until the first plans are ready, [zones, type, market].
    conversions
        Homes made of offices so far.
    rebuilt
        Homes of this year's demolition programme, to be rebuilt, [zones, type, market].
    """

    pipeline: dict[int, Array]
    carry: Array
    occupied: Array
    growth: Array
    profit_ratio: Array
    first: Array
    conversions: float = 0.0
    rebuilt: Array = field(default_factory=lambda: np.zeros(0, np.int64))


def start_supply(city: Any, p: SimpleNamespace, cost: float) -> SupplyState:
    """Homes under construction at the start, spread over zones by stock, and what builders expect."""
    dwellings, zones = city.dwellings, city.internal
    homes, vacant = stock_counts(dwellings, zones)
    group = city.zones["group"][:zones]
    occupied = _by_group((homes - vacant).sum(axis=2), group)
    amount = p.base_building * homes.sum(axis=2)[:, :, None] * (p.new_tenure / p.new_tenure.sum())[None, None, :]
    state = SupplyState(
        pipeline={},
        carry=np.full(homes.shape, 0.5),
        occupied=occupied,
        growth=np.maximum(p.base_building - p.demolition_occupied, 0.0) * occupied,
        profit_ratio=profit_ratio(dwellings, p, cost),
        first=amount,
    )
    if not city.zones["floor_capacity"][:zones].any():  # the city's data say nothing: enough for a generation
        surface = np.array([p.new_surface[1], p.new_surface[0]])
        city.zones["floor_capacity"][:zones] = YEARS_OF_LAND * 2.0 * (amount.sum(axis=2) * surface).sum(axis=1)
    return state


def building_share(vacancy: Array, natural: Array, slope: float) -> Array:
    """Part of the need that is built: one half at natural vacancy, less where more homes are vacant."""
    return logistic(-slope * (np.asarray(vacancy) - np.asarray(natural)))


def profitable_share(ratio: Array, base_ratio: Array, slope: float, base_share: float) -> Array:
    """Part of the wanted projects that pay, by the ratio of price to cost relative to the base year."""
    level = np.log(base_share / (1.0 - base_share))
    return logistic(level + slope * np.log(np.maximum(ratio, 1e-9) / base_ratio))


def need(lasting: Array, missing: Array, coming: Array, years: float, gap_years: float) -> Array:
    """Homes needed a year.

    Parameters
    ----------
    lasting
        Growth of households and demolished homes a year.
    missing
        Homes missing for vacancy to be at rest (negative: too many).
    coming
        Homes under way.
    years
        Years until delivery.
    gap_years
        Years in which a gap is to close.
    """
    ahead = np.asarray(coming) - years * np.asarray(lasting)
    return np.maximum(0.0, lasting + (np.asarray(missing) - ahead) / gap_years)


def within_land(
    houses: Array, flats: Array, per_home: Array, budget: float, infill: float
) -> tuple[Array, Array, float]:
    """Hold plans to a land budget: houses give way first, part of them to flats on land already built.

    Parameters
    ----------
    houses, flats
        [zones], wanted.
    per_home
        Hectares of a house, of a flat.
    budget
        Hectares a year.
    infill
        Share of refused homes built as flats that take no land.

    Returns
    -------
    tuple
        Houses, flats and hectares taken.
    """
    wanted = float(houses.sum() * per_home[0] + flats.sum() * per_home[1])
    if wanted <= budget or wanted <= 0:
        return houses, flats, wanted
    share = budget / wanted
    refused = (houses + flats) * (1.0 - share)
    return houses * share, flats * share + infill * refused, budget


def to_whole(amount: Array, carry: Array) -> tuple[Array, Array]:
    """Whole homes and the fraction to carry over; fractions of the smallest cells add up over the years."""
    total = amount + carry
    whole = np.floor(np.maximum(total, 0.0))
    return whole.astype(np.int64), total - whole


def deliver(city: Any, p: SimpleNamespace, state: SupplyState, draws: Draws, year: int) -> Array:
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
    surface = mean * np.exp(SURFACE_SPREAD * np.clip(draws.normal("housing.new_surface", keys), -2.5, 2.5))
    level = np.exp(p.new_premium)
    rent, price = _local_levels(city.dwellings, cell)
    pump = draws.uniform("housing.new_heating", keys) < p.new_heat_pump
    heat = np.where(pump, HeatSource.HEAT_PUMP, HeatSource.ELECTRIC)
    efficient = draws.uniform("housing.new_class", keys) < p.new_class_a
    social = np.where(market == TenureClass.SOCIAL, 1.0, level)
    city.dwellings.append(
        keys,
        {
            "zone": zone, "house": house == HOUSE, "surface": surface,
            "rooms": np.clip(np.round(surface / SURFACE_OF_ROOM), 1, 7), "year_built": year,
            "energy_class": np.where(efficient, EnergyClass.A, EnergyClass.B), "heat_source": heat,
            "heating_year": year, "tenure_class": market, "owner": NONE, "lift": house == FLAT, "above_shop": False,
            "rent_m2": rent * social, "price_m2": price * level,
            "status": DwellingStatus.MARKET_VACANT, "vacant_since": year,
        },
    )  # fmt: skip
    return counts


def _local_levels(dwellings: Any, cell: Array) -> tuple[Array, Array]:
    """Mean rent and price per m2 in the submarket of each new home; where it has no home, the mean of the city."""
    code = submarkets(dwellings)
    size = int(max(code.max(), cell.max())) + 1
    number = np.bincount(code, minlength=size)[cell]
    levels = []
    for column in ("rent_m2", "price_m2"):
        total = np.bincount(code, dwellings[column], minlength=size)[cell]
        everywhere = float(dwellings[column].mean()) if np.any(number == 0) else 0.0
        levels.append(np.where(number > 0, total / np.maximum(number, 1), everywhere))
    return levels[0], levels[1]


def demolish(city: Any, p: SimpleNamespace, draws: Draws, year: int) -> tuple[Array, Array]:
    """Choose homes to demolish: some that stand empty, few others, and F and G homes of a programme.

    Returns
    -------
    tuple
        Rows to retire, and bool per row: demolished by the programme, to be rebuilt.
    """
    dwellings = city.dwellings
    status = dwellings["status"]
    chance = np.where(status == DwellingStatus.STRUCTURAL_VACANT, p.demolition_structural, p.demolition_occupied)
    chance = np.where(dwellings["year_built"] >= year - 30, 0.0, chance)
    cold = dwellings["energy_class"] >= EnergyClass.F
    lot = draws.uniform("housing.demolish", dwellings.key)
    gone = np.flatnonzero(lot < chance + p.demolition_programme * cold)
    return gone, lot[gone] >= chance[gone]


def settle_builders(city: Any, p: SimpleNamespace, state: SupplyState, cost: float, zones: int) -> None:
    """Let builders take the present for granted: homes lived in, price over cost."""
    homes, vacant = stock_counts(city.dwellings, zones)
    state.occupied = _by_group((homes - vacant).sum(axis=2), city.zones["group"][:zones])
    state.profit_ratio = profit_ratio(city.dwellings, p, cost)


def demolished_cells(dwellings: Any, rows: Array, programme: Array, shape: tuple[int, ...]) -> tuple[Array, Array]:
    """Demolished homes by [zones, type], and those of the programme by [zones, type, market]."""
    code = submarkets(dwellings)[rows]
    size = int(np.prod(shape))
    rebuilt = np.bincount(code[programme], minlength=size).reshape(shape)
    others = np.bincount(code[~programme], minlength=size).reshape(shape)
    return others.sum(axis=2).astype(float), rebuilt


def plan(
    city: Any, p: SimpleNamespace, state: SupplyState, natural: Array, demolished: Array, cost: float,
    capacity: float, years: int, year: int,
) -> float:  # fmt: skip
    """Plan the homes to be delivered in a few years.

    Parameters
    ----------
    natural
        [zones, type, market], market vacancy at rest.
    demolished
        Homes demolished this year, [zones, type]; those of the programme apart, which are rebuilt.
    cost
        EUR/m2 of building.
    capacity
        Homes that building workers can build a year.
    years
        Years until delivery.

    Returns
    -------
    float
        Hectares taken.
    """
    homes, vacant = stock_counts(city.dwellings, natural.shape[0])
    group = city.zones["group"][: homes.shape[0]]
    wide_homes, wide_vacant = _by_group(homes.sum(axis=2), group), _by_group(vacant.sum(axis=2), group)
    rest = _by_group((natural * homes).sum(axis=2), group) / np.maximum(wide_homes, 1.0)
    vacancy = wide_vacant / np.maximum(wide_homes, 1.0)
    occupied = wide_homes - wide_vacant
    state.growth += p.need_memory * (occupied - state.occupied - state.growth)
    state.occupied = occupied
    replaced = _by_group(demolished, group)
    coming = _by_group(under_way(state, years).sum(axis=2), group)
    wanted = need(state.growth + replaced, (rest - vacancy) * wide_homes, coming, years, p.gap_years)
    wanted *= p.new_build_multiplier * building_share(vacancy, rest, p.building_slope)
    wanted *= profitable_share(
        profit_ratio(city.dwellings, p, cost), state.profit_ratio, p.profit_slope, p.base_profitable
    )
    wanted = np.maximum(wanted, np.where(vacancy <= SOUND * rest, p.new_build_multiplier * replaced, 0.0))
    wanted *= min(1.0, capacity / max(float(wanted.sum()), 1e-9))
    return _allocate(city, p, state, wanted, homes, vacant, natural, years, year)


def under_way(state: SupplyState, years: int) -> Array:
    """Homes to be delivered, [zones, type, market]; before the first plans are ready, those begun before the start."""
    planned = sum(state.pipeline.values(), np.zeros(state.first.shape))
    return planned + state.first * max(0, years - 1 - len(state.pipeline))


def _by_group(values: Array, group: Array) -> Array:
    wide = np.zeros((int(group.max()) + 1, *values.shape[1:]))
    np.add.at(wide, group, values)
    return wide


def tenure_split(p: SimpleNamespace, homes: Array, vacant: Array, natural: Array) -> Array:
    """Shares of new homes by market: the usual ones, less where a market has many vacant homes, float64 [market]."""
    total = np.maximum(homes.sum(axis=(0, 1)), 1.0)
    vacancy, rest = vacant.sum(axis=(0, 1)) / total, (natural * homes).sum(axis=(0, 1)) / total
    weight = p.new_tenure * building_share(vacancy, rest, p.building_slope)
    return weight / weight.sum()


def profit_ratio(dwellings: Any, p: SimpleNamespace, cost: float) -> Array:
    """Price of a new home over its cost, by type, [flat, house]."""
    private = dwellings["tenure_class"] != TenureClass.SOCIAL
    ratio = np.ones(TYPES)
    for kind in (FLAT, HOUSE):
        rows = private & (dwellings["house"] == bool(kind))
        if rows.any():
            price = float(dwellings["price_m2"][rows].mean()) * np.exp(p.new_premium)
            ratio[kind] = price / (cost * (1.0 + p.land_cost))
    return ratio


def _allocate(
    city: Any, p: SimpleNamespace, state: SupplyState, wanted: Array, homes: Array, vacant: Array, natural: Array,
    years: int, year: int,
) -> float:  # fmt: skip
    """Spread plans over zones by stock and scarcity, hold them to land, and put them in the pipeline."""
    group = city.zones["group"][: homes.shape[0]]
    room = city.zones["floor_capacity"][: homes.shape[0]]
    by_zone = homes.sum(axis=2)
    local = vacant.sum(axis=2) / np.maximum(by_zone, 1.0)
    rest = (natural * homes).sum(axis=2) / np.maximum(by_zone, 1.0)
    weight = by_zone * building_share(local, rest, p.building_slope) * (room > 0)[:, None]
    total = _by_group(weight, group)[group]
    amount = np.where(total > 0, weight / np.maximum(total, 1e-9), 0.0) * wanted[group]
    budget = p.land_base * homes.sum() / 1000.0 * (1.0 - p.land_limit * p.land_path)
    houses, flats, land = within_land(amount[:, HOUSE], amount[:, FLAT], p.land_per_home, budget, p.infill_share)
    split = np.stack([flats, houses], axis=1)[:, :, None] * tenure_split(p, homes, vacant, natural)
    whole, state.carry = to_whole(split, state.carry)
    if state.rebuilt.size:
        whole = whole + state.rebuilt
    room -= (whole.sum(axis=2) * np.array([p.new_surface[1], p.new_surface[0]])).sum(axis=1).astype(np.float32)
    ready = year + years
    state.pipeline[ready] = state.pipeline.get(ready, 0) + whole
    return land


def convert(city: Any, p: SimpleNamespace, state: SupplyState, target: float, year: int) -> None:
    """Offices turned into flats in the centre, up to a share of its dwellings, join the pipeline."""
    group = city.zones["group"][: state.carry.shape[0]]
    stock = np.bincount(city.dwellings["zone"], minlength=group.size)[: group.size] * (group == 0)
    extra = max(0.0, target * float(stock.sum()) - state.conversions)
    if extra < 1.0 or stock.sum() == 0:
        return
    state.conversions += extra
    share = (stock / stock.sum())[:, None] * (p.new_tenure / p.new_tenure.sum())[None, :]
    state.carry[:, FLAT, :] += extra * share
