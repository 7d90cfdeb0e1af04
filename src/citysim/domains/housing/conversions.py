"""Flats made where nobody lives: offices that stand empty, and floors above shops that have lost their own stairs.

Every shop of the centre has floors above it that are used for nothing, and a shop that closes adds its own. A year,
a share of them is looked at, and the offices that the spread of `converted_share` makes possible; they become flats
where the price covers works after aid: share = logistic(k ln(price / (m cost (1 - aid)))), as for new homes.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.city.codes import Sector, ZoneGroup
from citysim.core.kernels.columns import sums_by_link
from citysim.domains.housing.developers import FLAT, paying_share
from citysim.domains.housing.supply import to_whole

Array = NDArray[Any]
OFFICES, SHOPS = 0, 1


@dataclass
class Conversions:
    """Floors that may become flats.

    Attributes
    ----------
    shops
        Shops at the start, [zone].
    used
        Floors above shops made into flats so far, [zone].
    offices
        Flats that offices looked at so far could have become.
    carry
        Fractions of flats not yet made, [kind, zone].
    ready
        Flats to be delivered next year, int64 [kind, zone].
    """

    shops: Array
    used: Array
    offices: float
    carry: Array
    ready: Array


def start_conversions(city: Any) -> Conversions:
    """No flat has been made yet."""
    zones = city.internal
    return Conversions(
        shops_in(city),
        np.zeros(zones),
        0.0,
        np.full((2, zones), 0.5),
        np.zeros((2, zones), np.int64),
    )


def settle(city: Any, state: Conversions, stock: Array, target: float) -> None:
    """Take what was possible in offices before the start for granted."""
    state.offices = target * float(_in_centre(city, stock).sum())


def _in_centre(city: Any, number: Array) -> Array:
    """What of a number by zone is in the centre, float64 [zone]."""
    return number * (city.zones["group"][: number.size] == ZoneGroup.CENTRE)


def shops_in(city: Any) -> Array:
    """Shops, restaurants and personal services of each zone of the centre, float64 [zone]."""
    zones = city.internal
    sector, zone = city.businesses["sector"], city.businesses["zone"]
    shop = (sector == Sector.RETAIL) | (sector == Sector.HOSPITALITY) | (sector == Sector.PERSONAL_SERVICES)
    shop &= (zone >= 0) & (zone < zones)
    return _in_centre(city, sums_by_link(zone, zones, where=shop).astype(float))


def floors(shops: Array, at_start: Array, used: Array, above: float) -> Array:
    """Floors that may become flats: a share of those above shops, and the shops that have closed."""
    return np.maximum(above * at_start + np.maximum(at_start - shops, 0.0) - used, 0.0)


def decide(
    city: Any, p: SimpleNamespace, state: Conversions, homes: Array, price: Array, target: float, aided: float
) -> tuple[float, float]:
    """Decide what is turned into flats until next year.

    Parameters
    ----------
    homes
        All homes, [zone].
    price
        [zone, type], EUR/m2 of used homes.
    target
        Flats that technologies make possible in offices so far, per home of the centre.
    aided
        Share of owners in the centre whom the programme reaches.

    Returns
    -------
    tuple
        Flats begun above shops, and those of them that the programme aids.
    """
    stock = _in_centre(city, homes)
    offices = max(0.0, target * float(stock.sum()) - state.offices)
    state.offices += offices
    open_floors = floors(shops_in(city), state.shops, state.used, p.floors_above_shops)
    flat_price = price[:, FLAT] * np.exp(p.energy_premium[2])
    alone = paying_share(flat_price, p.conversion_cost, p.builder_margin, p.profit_slope)
    helped = paying_share(flat_price, p.conversion_cost * (1.0 - p.centre_aid), p.builder_margin, p.profit_slope)
    considered = p.conversion_rate * open_floors
    with_aid = considered * aided * helped
    amount = considered * (1.0 - aided) * alone + with_aid
    state.used += amount
    share = stock / stock.sum() if stock.sum() > 0 else np.zeros(stock.size)
    state.ready, state.carry = to_whole(np.stack([offices * share * alone, amount]), state.carry)
    return float(amount.sum()), float(with_aid.sum())
