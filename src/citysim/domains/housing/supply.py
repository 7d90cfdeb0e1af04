"""Builders plan for the households they expect, where homes are scarce and building pays; homes are ready years later.

Need = max(0, n + ((v* - v) stock - (homes under way - years n)) / g), n = expected growth of households + homes in use
that were demolished, by zone group and type, g the years in which a gap is to close; homes under way count, so that no
gap is filled twice. Plans = multiplier * need * s(v), s = 1 / (1 + exp(k (v - v*))) (a smooth form of SILO's supply
curve: Moeckel 2017), each zone's by the share of projects that pay (`developers`), held to land (`land`) and labour.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.city.codes import TenureClass
from citysim.domains.housing import developers, land
from citysim.domains.housing.developers import FLAT, GREENFIELD, INFILL, NEW_FOR
from citysim.domains.housing.rents import Stock, count_stock
from citysim.domains.housing.vacancy import logistic

Array = NDArray[Any]
SOUND = 1.25  # up to this multiple of natural vacancy, demolished homes are replaced


@dataclass
class SupplyState:
    """What builders remember.

    Attributes
    ----------
    pipeline
        Homes to be delivered by year, int64 [zone, type, market].
    carry
        Fractions of homes not yet planned, same shape.
    occupied
        Homes lived in by zone group and type last year.
    growth
        Expected yearly growth of households, same shape.
    premium
        [type], log price of new homes over used ones.
    first
        Homes delivered a year until the first plans are ready, [zone, type, market].
    newest
        Year in which the newest homes of the start were built: their prices know no premium.
    social
        Homes of the social programme to be delivered by year.
    rebuilt
        Homes of this year's demolition programme, to be rebuilt, [zone, type, market].
    """

    pipeline: dict[int, Array]
    carry: Array
    occupied: Array
    growth: Array
    premium: Array
    first: Array
    newest: int
    social: dict[int, float] = field(default_factory=dict)
    rebuilt: Array = field(default_factory=lambda: np.zeros(0, np.int64))


@dataclass(frozen=True)
class Plans:
    """What builders plan in a year.

    Attributes
    ----------
    homes
        Homes to be built, float64 [zone, type, site].
    social
        Those of the social programme among them, [zone, type, site].
    land
        Hectares of open land taken.
    """

    homes: Array
    social: Array
    land: float


def start_supply(city: Any, p: SimpleNamespace) -> SupplyState:
    """Homes under construction at the start, spread over zones by stock, and what builders expect."""
    zones = city.internal
    stock = count_stock(city.dwellings, zones)
    homes, vacant = stock.in_use, stock.on_market
    occupied = by_group((homes - vacant).sum(axis=2), city.zones["group"][:zones])
    amount = p.base_building * homes.sum(axis=2)[:, :, None] * (p.new_tenure / p.new_tenure.sum())[None, None, :]
    return SupplyState(
        pipeline={},
        carry=np.full(homes.shape, 0.5),
        occupied=occupied,
        growth=np.maximum(p.base_building - p.demolition_occupied, 0.0) * occupied,
        premium=np.full(homes.shape[1], p.new_premium),
        first=amount,
        newest=int(city.dwellings["year_built"].max(initial=0)),
    )


def settle_builders(
    city: Any, p: SimpleNamespace, state: SupplyState, stock: Stock, building: float, used: Array
) -> None:
    """Let builders take the present for granted: homes lived in, and the price of new homes at which they build."""
    zones = state.first.shape[0]
    group = city.zones["group"][:zones]
    homes, vacant = stock.in_use, stock.on_market
    state.occupied = by_group((homes - vacant).sum(axis=2), group)
    cost, sites = developers.project_cost(p, building), developers.site_shares(p)
    state.premium = developers.new_premium(used, homes.sum(axis=2), cost, sites, p)


def land_begun(p: SimpleNamespace, state: SupplyState) -> float:
    """Hectares of open land that the homes begun before the start take a year."""
    homes = state.first.sum(axis=(0, 2))
    return float((homes * developers.site_shares(p)[:, GREENFIELD] * p.land_per_home[::-1]).sum())


def building_share(vacancy: Array, natural: Array, slope: float) -> Array:
    """Part of the need that is built: one half at natural vacancy, less where more homes are vacant."""
    return logistic(-slope * (np.asarray(vacancy) - np.asarray(natural)))


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


def to_whole(amount: Array, carry: Array) -> tuple[Array, Array]:
    """Whole homes and the fraction to carry over; fractions of the smallest cells add up over the years."""
    total = amount + carry
    whole = np.floor(np.maximum(total, 0.0))
    return whole.astype(np.int64), total - whole


def by_group(values: Array, group: Array) -> Array:
    """Sum over the zones of each group."""
    wide = np.zeros((int(group.max()) + 1, *values.shape[1:]))
    np.add.at(wide, group, values)
    return wide


def under_way(state: SupplyState, years: int) -> Array:
    """Homes to be delivered, [zone, type, market]; before the first plans are ready, those begun before the start."""
    planned = sum(state.pipeline.values(), np.zeros(state.first.shape))
    return planned + state.first * max(0, years - 1 - len(state.pipeline))


def tenure_split(p: SimpleNamespace, homes: Array, vacant: Array, natural: Array) -> Array:
    """Shares of new homes by market: the usual ones, less where a market has many vacant homes, float64 [market]."""
    total = np.maximum(homes.sum(axis=(0, 1)), 1.0)
    vacancy, rest = vacant.sum(axis=(0, 1)) / total, (natural * homes).sum(axis=(0, 1)) / total
    weight = p.new_tenure * building_share(vacancy, rest, p.building_slope)
    return weight / weight.sum()


def plan(
    city: Any, p: SimpleNamespace, state: SupplyState, stock: Stock, natural: Array, demolished: Array,
    building: float, used: Array, capacity: float, years: int, year: int,
) -> Plans:  # fmt: skip
    """Plan the homes to be delivered in a few years, and put them in the pipeline.

    Parameters
    ----------
    stock
        Homes there are.
    natural
        [zone, type, market], market vacancy at rest.
    demolished
        Homes in use or on the market that were demolished this year, [zone, type]; those of the programme, which are
        rebuilt, apart.
    building
        EUR/m2 of building.
    used
        [zone, type], EUR/m2 of used homes.
    capacity
        Homes that building workers can build a year.
    years
        Years until delivery.
    """
    homes, vacant = stock.in_use, stock.on_market
    group = city.zones["group"][: homes.shape[0]]
    wanted, replaced = _wanted(p, state, homes, vacant, natural, demolished, group, years)
    weight = _weights(p, homes, vacant, natural, group)
    state.premium = developers.learn_premium(city.dwellings, state.premium, used, max(year - NEW_FOR, state.newest))
    price = used * np.exp(state.premium)
    cost, sites = developers.project_cost(p, building), developers.site_shares(p)
    pays = developers.paying_share(price[:, :, None], cost[None], p.builder_margin, p.profit_slope)
    market = np.maximum(wanted[group] * weight, 0.0)[:, :, None] * sites * pays
    kinds = homes[:, :, TenureClass.SOCIAL].sum(axis=0)
    places = homes.sum(axis=(1, 2))[:, None] * kinds / max(float(kinds.sum()), 1e-9)
    social = (p.social_production * places)[:, :, None] * sites  # where people live, of the types that exist
    replacing = (replaced[group] * weight)[:, :, None] * sites  # where people build, seldom where the old home stood
    total = market + social + replacing
    capacity = max(capacity - float(state.rebuilt.sum()), 0.0)  # what a programme pulled down is rebuilt first
    fits = min(1.0, capacity / max(float(total.sum()), 1e-9))
    room = city.zones["floor_capacity"][: homes.shape[0]]
    if state.rebuilt.size:
        room -= (state.rebuilt.sum(axis=2) * developers.new_surfaces(p)).sum(axis=1).astype(np.float32)
    budget = land.land_budget(p, float(homes.sum()))
    held, taken = land.within_budget(total * fits, p.land_per_home[::-1], budget, p.infill_shift, pays[:, FLAT, INFILL])
    held = land.within_room(held, developers.new_surfaces(p), room)
    of_programme = held * np.divide(social, total, out=np.zeros(total.shape), where=total > 0)
    plans = Plans(held, of_programme, taken)
    _begin(p, state, plans, tenure_split(p, homes, vacant, natural), room, year + years)
    return plans


def _wanted(
    p: SimpleNamespace, state: SupplyState, homes: Array, vacant: Array, natural: Array, demolished: Array,
    group: Array, years: int,
) -> tuple[Array, Array]:  # fmt: skip
    """Homes that builders would begin, and demolished homes replaced in any case, by zone group and type."""
    wide_homes, wide_vacant = by_group(homes.sum(axis=2), group), by_group(vacant.sum(axis=2), group)
    rest = by_group((natural * homes).sum(axis=2), group) / np.maximum(wide_homes, 1.0)
    vacancy = wide_vacant / np.maximum(wide_homes, 1.0)
    occupied = wide_homes - wide_vacant
    state.growth += p.need_memory * (occupied - state.occupied - state.growth)
    state.occupied = occupied
    gone = by_group(demolished, group)
    coming = by_group(under_way(state, years).sum(axis=2), group)
    wanted = need(state.growth + gone, (rest - vacancy) * wide_homes, coming, years, p.gap_years)
    wanted *= p.new_build_multiplier * building_share(vacancy, rest, p.building_slope)
    replaced = np.where(vacancy <= SOUND * rest, p.new_build_multiplier * gone, 0.0)
    return np.maximum(wanted - replaced, 0.0), replaced


def _weights(p: SimpleNamespace, homes: Array, vacant: Array, natural: Array, group: Array) -> Array:
    """Part of its group's building that each zone takes, by stock and scarcity, [zone, type]."""
    by_zone = homes.sum(axis=2)
    local = vacant.sum(axis=2) / np.maximum(by_zone, 1.0)
    rest = (natural * homes).sum(axis=2) / np.maximum(by_zone, 1.0)
    weight = by_zone * building_share(local, rest, p.building_slope)
    total = by_group(weight, group)[group]
    return np.where(total > 0, weight / np.maximum(total, 1e-9), 0.0)


def _begin(p: SimpleNamespace, state: SupplyState, plans: Plans, split: Array, room: Array, ready: int) -> None:
    """Put plans in the pipeline as whole homes, and take up the room they need on built land."""
    programme = plans.social.sum(axis=2)
    amount = (plans.homes.sum(axis=2) - programme)[:, :, None] * split
    amount[:, :, TenureClass.SOCIAL] += programme
    whole, state.carry = to_whole(amount, state.carry)
    if state.rebuilt.size:
        whole = whole + state.rebuilt
    surface = developers.new_surfaces(p)
    room -= (plans.homes[:, :, INFILL] * surface).sum(axis=1).astype(np.float32)
    state.pipeline[ready] = state.pipeline.get(ready, 0) + whole
    state.social[ready] = state.social.get(ready, 0.0) + float(programme.sum())


def give_back_room(city: Any, dwellings: Any, gone: Array) -> None:
    """Floor of demolished homes may be built on again."""
    room = city.zones["floor_capacity"]
    room += np.bincount(dwellings["zone"][gone], dwellings["surface"][gone], minlength=room.size).astype(np.float32)
