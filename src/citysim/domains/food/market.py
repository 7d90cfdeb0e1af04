"""Shops of the city: where they are, how far from whom, what they sell, and how many there will be."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.city.city import City
from citysim.city.codes import FacilityKind, FoodChannel
from citysim.core.kernels.columns import sums_by_link
from citysim.domains.food.channels import shop_minutes, travel_times, utilities, walk_reach
from citysim.domains.food.supply import follow_demand, follow_turnover, huff_turnover

Floats = NDArray[Any]
PEOPLE_PER_SMALL_SHOP = 900.0  # bakers, butchers, grocers: they are not listed one by one
SMALL_SHOP_DECAY = 2.5  # people go less far for small shops


def place_shops(city: City) -> None:
    """Count full-range and small food shops by zone at the base year.

    Small shops are those listed plus one per so many residents (bakers and butchers are not listed), scaled like all
    capacities with the sample.
    """
    kind, zone, inside = city.facilities["kind"], city.facilities["zone"], city.internal
    people = np.bincount(city.person_zone(), minlength=inside)[:inside]
    for column, wanted, per_head in (
        ("outlets", FacilityKind.SUPERMARKET, 0.0),
        ("small_outlets", FacilityKind.CONVENIENCE, city.weight / PEOPLE_PER_SMALL_SHOP),
    ):
        listed = np.bincount(zone[(kind == wanted) & (zone < inside)], minlength=inside)[:inside]
        city.zones[column][:inside] = listed + people * per_head


def access(city: City, p: Any) -> tuple[Floats, Floats]:
    """Minutes to large and small shops by 2 x zone + car, [2 internal, 2], and from zone to zone, [2, zones, zones]."""
    inside = city.internal
    minutes = travel_times(city.travel.minutes, inside)
    large = shop_minutes(minutes, city.zones["outlets"][:inside], p.outlet_decay)
    small = shop_minutes(minutes, city.zones["small_outlets"][:inside], p.outlet_decay * SMALL_SHOP_DECAY)
    return np.stack([large.T.ravel(), small.T.ravel()], axis=1), minutes


def find_deserts(city: City, p: Any) -> None:
    """Write the chance that a household has no full shop within reach: no car, no order, none within a walk."""
    households, zones, inside = city.households, city.zones, city.internal
    people = sums_by_link(households["zone"], inside, households["size"]) * city.weight
    near = walk_reach(zones["outlets"][:inside], people, zones["area_km2"][:inside], p.walking_reach, p.built_density)
    stuck = (households["cars"] == 0) & (households["food_channel"] != FoodChannel.EGROCERY)
    households["food_desert"] = stuck * (1.0 - near).astype(np.float32)[households["zone"]]


def utilities_of(
    city: City, p: Any, rows: NDArray[Any], last: dict[str, Any], short_chain: Any, egrocery: Any
) -> Floats:
    """Utilities of the channels for some households; see `channels.utilities`."""
    persons, households = city.persons, city.households
    car = households["cars"][rows] > 0
    return utilities(
        place=households["zone"][rows].astype(np.int64) * 2 + car,
        access=last["access"],
        quintile=last["quintile"][rows],
        digital=persons["skill_digital"][households["reference_person"][rows]],
        children=households["children"][rows] > 0,
        car=car,
        insecure=households["food_insecure"][rows],
        values=p,
        short_chain=short_chain[rows] if isinstance(short_chain, np.ndarray) else short_chain,
        egrocery=egrocery[rows] if isinstance(egrocery, np.ndarray) else egrocery,
    )


def shortage(city: City, base: dict[str, Any]) -> float:
    """Log of local supply over demand where demand was larger last year, else 0: empty stalls turn buyers away."""
    demand = base.get("short_chain_demand", 0.0)
    supply = float(city.zones["short_chain_supply"].sum())
    return float(np.log(supply / demand)) if 0.0 < supply < demand else 0.0


def follow(
    city: City,
    p: Any,
    last: dict[str, Any],
    base: dict[str, Any],
    online: bool,
    footfall: bool,
    local: float,
) -> None:
    """Let shops enter and leave, and local supply follow demand.

    Parameters
    ----------
    online, footfall
        Whether e-grocery takes turnover from shops, and whether fewer people at work means fewer passers-by.
    local
        Factor of technologies on local supply.
    """
    households, zones, inside = city.households, city.zones, city.internal
    spending = spending_by_channel(city)
    growth = float(households["food_budget"].sum() / max(int(households["size"].sum()), 1))
    growth /= base.setdefault("spending_per_head", growth)
    large = spending[:, :, FoodChannel.LARGE_STORE] + spending[:, :, FoodChannel.DISCOUNT]
    small = spending[:, :, FoodChannel.PROXIMITY]
    if not online:
        now = float(spending[:, :, FoodChannel.EGROCERY].sum() / max(spending.sum(), 1.0))
        # Shops keep what e-grocery has won since the base year.
        large = large * (1.0 + (now - base.setdefault("egrocery", now)) * spending.sum() / max(large.sum(), 1.0))
    for column, turnover_of, decay, passing in (
        ("outlets", large, p.outlet_decay, 0.0),
        ("small_outlets", small, p.outlet_decay * SMALL_SHOP_DECAY, p.footfall_share if footfall else 0.0),
    ):
        outlets = zones[column][:inside].astype(np.float64)
        turnover = huff_turnover(turnover_of, last["minutes"], outlets, decay)
        turnover = turnover * (1.0 + passing * (zones["footfall"][:inside] - 1.0))
        usual = base.setdefault(column, turnover / np.maximum(outlets, 1e-9))
        zones[column][:inside] = follow_turnover(outlets, turnover, usual, growth, p.outlet_adjustment)
    _follow_short_chains(city, p, spending, base, local)


def spending_by_channel(city: City) -> Floats:
    """EUR a year by having a car, zone and channel, [2, internal, channels]."""
    households, inside = city.households, city.internal
    channels = len(FoodChannel)
    place = ((households["cars"] > 0) * inside + households["zone"]) * channels + households["food_channel"]
    spent = sums_by_link(place, 2 * inside * channels, households["food_budget"])
    return spent.reshape(2, inside, channels)


def _follow_short_chains(city: City, p: Any, spending: Floats, base: dict[str, Any], local: float) -> None:
    zones, inside = city.zones, city.internal
    demand = spending[:, :, FoodChannel.SHORT_CHAIN].sum(axis=0)
    base["short_chain_demand"] = float(demand.sum())
    supply = zones["short_chain_supply"][:inside].astype(np.float64)
    if "local_factor" not in base:
        supply = p.supply_reserve * demand
        base["local_factor"] = local
    push = p.support_supply * p.short_chain_support
    pushed = follow_demand(supply, demand, p.supply_reserve, p.supply_adjustment, push)
    zones["short_chain_supply"][:inside] = pushed * local / base["local_factor"]
    base["local_factor"] = local
