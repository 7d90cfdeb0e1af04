"""What the base year fixes for good, so that 2025 is at rest: levels of hazards, constants of choice, natural vacancy.

Slopes come from the literature; levels are solved from the stock of the first simulated year: hazards so that each
tenure looks for homes at the published rate, constants of zones and markets by trial markets until those who move in
balance those who move out (a contraction as in Berry 1994).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.city.codes import Tenure, TenureClass
from citysim.city.travel import areas_of, within_reach
from citysim.core.kernels.columns import rows_where
from citysim.core.market import bucket_count
from citysim.domains.housing import landlords
from citysim.domains.housing.appraisal import tenure_table
from citysim.domains.housing.market import Market, Seekers, clear
from citysim.domains.housing.moves import Hazards, Percentiles, hazard_level
from citysim.domains.housing.rents import count_stock, pooled_vacancy

Array = NDArray[Any]
TRIALS, LATER_TRIALS = 12, 4  # the first year's bring constants within their noise, later years begin there
# Markets short of homes show only part of what is asked of them, hence the long steps; zones go part of the way only:
# one year's moves say little of a small one, and constants that follow them pull rich and poor apart.
ZONE_STEP, TENURE_STEP = 0.3, 2.5
PRIOR = 4.0  # moves that count beside a zone's own, so that small zones get small constants


@dataclass
class Base:
    """Constants of the base year.

    Attributes
    ----------
    zones
        Number of zones with homes.
    natural
        [zones, type, market], market vacancy at rest.
    minutes
        Perceived travel times at the start, [mode, zone, zone].
    thresholds, mean_standard
        Bounds of income quintiles and the mean living standard they belong to, EUR/year.
    access_mean, access_spread
        Of access to services between zones.
    percentiles
        Distribution of homes by stratum.
    level
        [tenure], level of dissatisfaction.
    zone_constant, tenure_constant
        Utilities.
    area
        int [zone], housing market of each zone.
    buckets, household_buckets
        Of the search among homes, [area], and among households.
    local_homes, take_over
        Homes let by households of the town last year; share of the others that such households buy in a year.
    arrears
        Levels of falling behind with the rent, by landlord.
    works
        Constants of single measures and deep retrofits.
    entry_level, estate_level, second_entry
        Levels of leaving the market and of heirs who leave homes empty, by zone group, and of becoming a second home.
    mean_income
        EUR/year.
    vacant_share
        [zones], vacant homes per home at the start.
    """

    zones: int
    natural: Array
    minutes: Array
    thresholds: Array = field(default_factory=lambda: np.zeros(4))
    mean_standard: float = 1.0
    access_mean: float = 0.0
    access_spread: float = 0.0
    percentiles: Percentiles | None = None
    level: Array = field(default_factory=lambda: np.zeros(4))
    zone_constant: Array = field(default_factory=lambda: np.zeros(0))
    tenure_constant: Array = field(default_factory=lambda: np.zeros(len(TenureClass)))
    area: Array = field(default_factory=lambda: np.zeros(0, np.int64))
    buckets: Array = field(default_factory=lambda: np.ones(1, np.int64))
    household_buckets: int = 1
    local_homes: int = 0
    take_over: float = 0.0
    arrears: Array = field(default_factory=lambda: np.zeros(2))
    works: Array | None = None
    entry_level: Array = field(default_factory=lambda: np.ones(3))
    estate_level: Array = field(default_factory=lambda: np.zeros(3))
    second_entry: float = 0.0
    mean_income: float = 1.0
    vacant_share: Array = field(default_factory=lambda: np.zeros(0))


def base_of(city: Any, p: SimpleNamespace) -> Base:
    """What is known before the first year: vacancy at rest and free-flow times."""
    zones = city.internal
    stock = count_stock(city.dwellings, zones)
    area = areas_of(within_reach(city.travel.distance_km, city.zones["external"])[:zones, :zones])
    natural = pooled_vacancy(stock.in_use, stock.on_market, city.zones["group"][:zones], p.pooling)
    return Base(
        zones,
        natural,
        city.travel.minutes.copy(),
        zone_constant=np.zeros(zones),
        area=area,
        buckets=np.ones(int(area.max()) + 1, np.int64),
        household_buckets=bucket_count(city.households.size),
        local_homes=int(np.count_nonzero(landlords.local_homes(city.dwellings)[0])),
        vacant_share=stock.vacant_share,
    )


def remember_incomes(base: Base, city: Any) -> None:
    """Fix the bounds of income quintiles and the mean income."""
    income = city.households["income"]
    standard = income / np.maximum(city.households["consumption_units"], 1.0)
    base.thresholds = np.quantile(standard, [0.2, 0.4, 0.6, 0.8]) if standard.size else np.zeros(4)
    base.mean_standard = max(float(standard.mean()), 1.0)
    base.mean_income = max(float(income.mean()), 1.0)


def hazard_levels(p: SimpleNamespace, parts: Hazards, tenure: Array) -> Array:
    """Level of dissatisfaction of each tenure (owners share one) at the rates of the base year."""
    level = np.zeros(4)
    for tenures, rate in (((0, 1), p.move_rate[0]), ((2,), p.move_rate[1]), ((3,), p.move_rate[2])):
        member = np.zeros(len(Tenure), bool)
        member[list(tenures)] = True
        member = rows_where(member.take(tenure))
        level[list(tenures)] = hazard_level(Hazards(parts.pull[member], parts.push[member]), rate)
    return level


def balance_market(
    base: Base, market: Market, seekers: Seekers, offer: Array, freed: Array, dwellings: Any, trials: int
) -> None:
    """Set constants of zones and markets by trial markets, so that moves into each balance the homes that come free.

    The market and its seekers keep the last constants.

    Parameters
    ----------
    offer
        Homes on the market.
    freed
        Those of them that came free this year.
    trials
        Number of trial markets.
    """
    zone, kind = dwellings["zone"], dwellings["tenure_class"]
    home = seekers.home
    share = np.bincount(base.area[zone[offer]], minlength=base.buckets.size)
    base.buckets = np.array([bucket_count(number) for number in share.tolist()])
    market.buckets = base.buckets
    for trial in range(1, trials + 1):
        market.here.constant = base.zone_constant.astype(np.float32)
        market.here.tenure = tenure_table(market.p, base.tenure_constant)
        found = clear(market, seekers, offer, index=trial)
        arrived = found[found >= 0]
        left = home[(found >= 0) & (home >= 0)]
        base.zone_constant -= ZONE_STEP * _imbalance(zone[arrived], zone[left], zone[freed], base.zones)
        base.tenure_constant -= TENURE_STEP * _imbalance(kind[arrived], kind[left], kind[freed], len(TenureClass))
        base.zone_constant -= base.zone_constant.mean()
    market.here.constant = base.zone_constant.astype(np.float32)
    market.here.tenure = tenure_table(market.p, base.tenure_constant)


def _imbalance(arrived: Array, left: Array, freed: Array, groups: int) -> Array:
    """Logarithm of moves in over homes that come free, relative to the whole city."""
    moves_in = np.bincount(arrived, minlength=groups)[:groups].astype(float)
    free = (np.bincount(left, minlength=groups) + np.bincount(freed, minlength=groups))[:groups].astype(float)
    whole = moves_in.sum() / max(free.sum(), 1.0)
    return np.log((moves_in + PRIOR * whole) / ((free + PRIOR) * max(whole, 1e-9)))
