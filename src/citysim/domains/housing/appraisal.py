"""What a home is worth to a household.

V = b_b ln(1 - c/Y) + b_s min(m2/need, 1.3) + b_d sum(logsum of the way to work) + b_a access + b_q class + b_z similar
    neighbours - b_m km + constants of zone and tenure       (logit location choice: Waddell 2003; Lee and Waddell 2010)
Logsum = ln(sum over modes of exp(-b_t minutes)).  Here for the present home of every household;
`citysim.core.budget_market` applies the same utility to the candidates of every seeker.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.city.codes import NONE, EnergyClass, Mode, TenureClass
from citysim.core.budget_market import Goods
from citysim.core.kernels.columns import at_most, either, looked_up, rows_where, sums_by_link
from citysim.core.kernels.links import sums_of_lines
from citysim.domains.housing.needs import Needs
from citysim.domains.housing.purchases import price_of

Array = NDArray[Any]
SPACE_CEILING = np.float32(1.3)
WORST_BURDEN = np.float32(0.95)


@dataclass
class Map:
    """What zones offer this year.

    Attributes
    ----------
    appeal
        float32 [zone, profile]: access, care and similar neighbours.
    constant
        float32 [zone], for those who come from another zone; residents have made their peace with theirs.
    logsum
        float32 [car, work zone, home zone].
    distance
        float32 [zone, home zone], km.
    tenure
        float32 [market before (with newcomers), market of the home].
    """

    appeal: Array
    constant: Array
    logsum: Array
    distance: Array
    tenure: Array

    def within(self, zones: Array) -> Map:
        """The same for some zones of homes."""
        distance = np.ascontiguousarray(self.distance[np.ix_(zones, zones)])
        ease = np.ascontiguousarray(self.logsum[:, :, zones])
        return Map(self.appeal[zones], self.constant[zones], ease, distance, self.tenure)


def homes_on_offer(dwellings: Any, p: SimpleNamespace, rows: Array, energy_cost: Array) -> Goods:
    """Describe homes as goods: an owner's charges or a tenant's rent, with energy, and the price with fees.

    Parameters
    ----------
    energy_cost
        EUR per m2 and year by class.
    """
    surface, market = dwellings["surface"][rows], dwellings["tenure_class"][rows]
    energy_class = dwellings["energy_class"][rows]
    sale = market == TenureClass.OWNER_OCCUPIED
    monthly = either(sale, np.float32(p.owner_charges), dwellings["rent_m2"][rows])
    monthly = monthly + (energy_cost / 12.0).astype(np.float32)[energy_class]
    return Goods(
        running=surface * monthly,
        price=price_with_fees(dwellings, p, rows),
        size=surface,
        quality=class_utility(p)[energy_class],
        place=dwellings["zone"][rows],
        kind=market,
    )


def price_with_fees(dwellings: Any, p: SimpleNamespace, rows: Array) -> Array:
    """What homes for sale cost, EUR, float32; 0 for those to let."""
    price = price_of(dwellings, rows) * np.float32(1.0 + p.notary_fee)
    return either(dwellings["tenure_class"][rows] == TenureClass.OWNER_OCCUPIED, price, np.float32(0.0))


def class_utility(p: SimpleNamespace) -> Array:
    """Utility of each energy class, 0 for D, [7]."""
    return np.float32(p.weight_energy) * (EnergyClass.D - np.arange(len(EnergyClass)))


def home_utility(
    cost: Array, income: Array, surface: Array, space: Array, energy_class: Array, p: SimpleNamespace
) -> Array:
    """Utility of a home apart from its place: budget, space and energy class, float32."""
    burden = at_most(cost / income, WORST_BURDEN)
    budget = np.float32(p.weight_budget) * np.log1p(-burden)
    room = np.float32(p.weight_space) * at_most(surface / space, SPACE_CEILING)
    return budget + room + looked_up(class_utility(p), energy_class)


def place_utility(needs: Needs, here: Map, p: SimpleNamespace) -> Array:
    """Utility of living in each zone, float32 [household, home zone]."""
    appeal, own = (here.appeal + here.constant[:, None]).T, -np.diag(here.constant)
    _, works, homes = here.logsum.shape
    tables = appeal, here.distance, own, here.logsum.reshape(-1, homes)
    of_distance, of_own, of_ease = np.cumsum([len(table) for table in tables[:-1]], dtype=np.int32)
    zone, work = np.maximum(needs.zone, 0), needs.works
    ease = np.where(work >= 0, of_ease + needs.car * np.int32(works) + work, np.int32(NONE))
    lines = np.stack([needs.profile, of_distance + zone, of_own + zone, *ease])
    weights = np.ones(lines.shape, np.float32)
    weights[1], weights[3:] = -p.weight_distance, np.float32(p.weight_commute) * needs.presence
    return np.asarray(sums_of_lines(np.concatenate(tables), lines, weights))


def tenure_table(p: SimpleNamespace, constants: Array) -> Array:
    """Utility of a market by the market one comes from, newcomers last: inertia, and constants for those who change.

    Returns
    -------
    Array
        float32 [markets + 1, markets].
    """
    markets = constants.size
    table = np.tile(constants, (markets + 1, 1))
    np.fill_diagonal(table, p.tenure_inertia)
    return table.astype(np.float32)


def map_of(
    city: Any, p: SimpleNamespace, needs: Needs, access: Array, care_demand: Array, logsum: Array,
    zone_constant: Array, tenure_constant: Array,
) -> Map:  # fmt: skip
    """What zones offer.

    Parameters
    ----------
    access
        [zone], access to services in standard deviations.
    care_demand
        [zone], demand for doctors over capacity; those over 65 avoid zones where it exceeds 1.
    logsum
        Of `commuting_logsum`.
    """
    zones = access.size
    appeal = np.repeat((p.weight_access * access)[:, None], 10, axis=1)
    appeal += p.weight_similar * np.tile(similar_neighbours(needs.zone, needs.quintile, zones), (1, 2))
    appeal[:, 5:] -= p.weight_care * np.maximum(care_demand - 1.0, 0.0)[:, None]
    return Map(
        appeal=appeal.astype(np.float32),
        constant=zone_constant.astype(np.float32),
        logsum=logsum,
        distance=np.ascontiguousarray(city.travel.distance_km[:zones, :zones], dtype=np.float32),
        tenure=tenure_table(p, tenure_constant),
    )


def own_place_utility(needs: Needs, here: Map, p: SimpleNamespace, zone: Array) -> Array:
    """Utility of the zone where each household lives, float32 [household]."""
    value = looked_up(here.appeal.ravel(), zone * np.int32(here.appeal.shape[1]) + needs.profile)
    _, works, homes = here.logsum.shape
    for rank in range(2):
        work = needs.works[rank]
        entry = (needs.car * np.int32(works) + np.maximum(work, 0)) * np.int32(homes) + zone
        ease = np.float32(p.weight_commute) * needs.presence[rank] * looked_up(here.logsum.ravel(), entry)
        value += either(work >= 0, ease, np.float32(0.0))
    return value


def commuting_logsum(minutes: Array, homes: int, minute_weight: float) -> Array:
    """Ease of the way from each home zone to each work zone.

    Parameters
    ----------
    minutes
        [mode, zone, zone], from home to work.
    homes
        Number of zones with homes.

    Returns
    -------
    Array
        float32 [car, work zone, home zone].
    """
    ease = np.exp(-minute_weight * minutes[:, :homes].astype(np.float64))
    without = ease.sum(axis=0) - ease[Mode.CAR]
    both = np.stack([without, without + ease[Mode.CAR]])
    return np.ascontiguousarray(np.log(np.maximum(both, 1e-12)).transpose(0, 2, 1), dtype=np.float32)


def similar_neighbours(zone: Array, quintile: Array, zones: int) -> Array:
    """Share of households of each income quintile in each zone, float64 [zone, 5]; 0.2 where nobody lives."""
    count = sums_by_link(zone * np.int16(5) + quintile, zones * 5).reshape(zones, 5).astype(float)
    total = count.sum(axis=1, keepdims=True)
    return np.where(total > 0, count / np.maximum(total, 1.0), 0.2)


def energy_prices(city: Any, p: SimpleNamespace) -> tuple[Array, float]:
    """Energy bill by class and price of energy, from last year's bills where there are any.

    Returns
    -------
    tuple
        float64 [7] EUR per m2 and year, and EUR/kWh.
    """
    households, dwellings = city.households, city.dwellings
    home, bill = households["dwelling"], households["energy_cost"]
    rows = rows_where((home >= 0) & (bill > 0))
    home = home[rows]
    energy_class, classes = looked_up(dwellings["energy_class"], home), len(EnergyClass)
    surface = sums_by_link(energy_class, classes, looked_up(dwellings["surface"], home))
    paid = sums_by_link(energy_class, classes, bill[rows])
    known = surface > 1000.0
    by_class = np.where(known, paid / np.maximum(surface, 1.0), p.energy_cost)
    used = float(households["home_energy"][rows].sum())
    return by_class, float(paid.sum()) / used if used > 0 else p.energy_price
