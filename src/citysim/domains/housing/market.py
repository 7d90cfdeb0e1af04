"""Seekers see a sample of the homes on the market, propose to the one they like best, and homes keep the best proposer.

Deferred acceptance to the end (Gale and Shapley 1962) over candidates found by keyed probes; a second round offers what
movers have left, a third is for those still without a home, with a guarantor; a last pass offers every household
without a home all homes that it can have, a very last one the social homes left, whatever its income. Homes to sell or
let prefer the highest willingness to pay, social homes the longest waiting and greatest need.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.city.codes import TenureClass
from citysim.core.budget_market import Budgets, Goods, Tables, Taste, all_bids, sampled_bids
from citysim.core.draws import Draws
from citysim.core.kernels.columns import rows_where
from citysim.core.market import deferred_acceptance
from citysim.domains.housing.appraisal import SPACE_CEILING, Map, place_utility
from citysim.domains.housing.needs import Means, Needs, describe_means
from citysim.domains.housing.purchases import least_own_share

Array = NDArray[Any]
PRIVATE_HOMES = np.uint8(1 << TenureClass.OWNER_OCCUPIED | 1 << TenureClass.PRIVATE_RENTAL)
SOCIAL_HOMES = np.uint8(1 << TenureClass.SOCIAL)
AIDED = np.array([False, True, True])  # housing benefit goes to tenants
BY_PRIORITY = np.array([False, False, True])
BURDENED = 0.3  # share of income for rent above which tenants ask for a social home and are helped first


@dataclass
class Seekers:
    """Households that look for a home, one value each.

    Attributes
    ----------
    rows, keys
        Households and the keys under which they decide.
    home
        Home that they would leave, -1 none.
    needs, means
        What they need, and what they can pay.
    budgets
        The same as the market sees it.
    """

    rows: Array
    keys: Array
    home: Array
    needs: Needs
    means: Means
    budgets: Budgets

    def take(self, some: Array) -> Seekers:
        """Some of the seekers, by position."""
        described = self.needs.take(some), self.means.take(some), self.budgets.take(some)
        return Seekers(self.rows[some], self.keys[some], self.home[some], *described)

    @property
    def homeless(self) -> Array:
        """Without a home of their own, bool."""
        return self.budgets.bound


@dataclass
class Market:
    """One year's market: how homes are described, what zones offer, and the rules.

    Attributes
    ----------
    describe
        Gives the homes of dwelling rows as goods.
    keys
        Identity of every dwelling.
    may_be_taken
        Which of some homes are not under an enforced ban on letting.
    area
        int [zone], zones that are within daily reach of one another, in steps, are one market.
    buckets
        int [area], hash buckets, the same in all scenarios.
    """

    draws: Draws
    p: SimpleNamespace
    describe: Callable[[Array], Goods]
    keys: Array
    may_be_taken: Callable[[Array], Array]
    here: Map
    area: Array
    buckets: Array

    def within(self, area: int) -> Market:
        """The market of one area, whose zones are numbered anew."""
        zones = np.flatnonzero(self.area == area)
        number = np.zeros(self.area.size, np.int16)
        number[zones] = np.arange(zones.size)

        def describe(rows: Array) -> Goods:
            goods = self.describe(rows)
            return goods._replace(place=number[goods.place])

        one = np.zeros(zones.size, np.int64)
        here = self.here.within(zones)
        return replace(self, describe=describe, here=here, area=one, buckets=self.buckets[area : area + 1])


def clear(market: Market, seekers: Seekers, on_market: Array, index: int = 0) -> Array:
    """Match seekers to homes.

    Parameters
    ----------
    on_market
        Rows of the homes on the market.
    index
        Distinguishes trial markets of one year.

    Returns
    -------
    Array
        int64 [seekers], row of the new home, -1 for none.
    """
    found = np.full(seekers.rows.size, -1, np.int64)
    if market.buckets.size == 1:
        return _clear_area(market, seekers, on_market, index)
    place = market.area[market.describe(on_market).place]
    lives = market.area[np.maximum(seekers.needs.zone, 0)]
    for area in range(market.buckets.size):
        mine, zones = np.flatnonzero(lives == area), np.flatnonzero(market.area == area)
        part = seekers.take(mine)
        part.needs.zone = np.searchsorted(zones, np.maximum(part.needs.zone, 0)).astype(np.int16)
        found[mine] = _clear_area(market.within(area), part, on_market[place == area], index)
    return found


def _clear_area(market: Market, seekers: Seekers, on_market: Array, index: int) -> Array:
    """Rounds of bids until nobody who can have a home is without one."""
    found, budgets = np.full(seekers.rows.size, -1, np.int64), seekers.budgets
    movers = np.flatnonzero(seekers.home >= 0)
    stock = np.concatenate([on_market, seekers.home[movers]])  # all that may come onto the market
    own = np.full(found.size, -1)  # where in it each seeker's home is
    own[movers] = np.arange(on_market.size, stock.size)
    homes, keys, may = market.describe(stock).packed(AIDED), market.keys[stock], market.may_be_taken(stock)
    offer = np.flatnonzero(may[: on_market.size])
    places = place_utility(seekers.needs, market.here, market.p)
    for turn in range(5):
        looking = np.flatnonzero((found < 0) if turn < 2 else (found < 0) & seekers.homeless)
        if turn == 2:  # a guarantor vouches for those who would be without a home
            vouched = np.float32(market.p.last_burden_limit) * budgets.income
            budgets = budgets._replace(most=np.maximum(budgets.most, vouched))
        if turn == 4:  # social landlords take whom the law puts first, however small the income
            budgets = budgets._replace(most=np.full_like(budgets.most, np.inf), allowed=budgets.allowed & SOCIAL_HOMES)
        if looking.size == 0 or offer.size == 0:
            continue
        goods = keys.take(offer), homes.take(offer, axis=0)
        match = _match(market, seekers.keys, looking, places, budgets, *goods, 5 * index + turn, whole=turn >= 3)
        placed = np.flatnonzero(match >= 0)
        match, placed = match[placed], looking[placed]
        found[placed] = stock[offer[match]]
        left = own[placed]
        left = left[left >= 0]
        free = np.ones(offer.size, bool)
        free[match] = False
        offer = np.concatenate([offer[np.flatnonzero(free)], left[may[left]]])
    return found


def _match(
    market: Market, keys: Array, looking: Array, places: Array, budgets: Budgets, home_keys: Array, homes: Array,
    index: int, whole: bool,
) -> Array:  # fmt: skip
    """One round of bids and deferred acceptance; position among the homes per seeker that is looking.

    Parameters
    ----------
    keys, places, budgets
        Of all seekers; `places` is the utility of each zone, float32 [seeker, zone].
    looking
        Positions of those who are looking.
    home_keys, homes
        Of what is on offer, as `Goods.packed`.
    whole
        Whether they look at all homes.
    """
    p = market.p
    taste = Taste(p.weight_budget, p.weight_space, float(SPACE_CEILING), least_own_share(p), p.own_money_return / 12.0)
    tables = Tables(places, market.here.tenure, AIDED, BY_PRIORITY)
    who = keys.take(looking), looking
    bids = (
        all_bids(market.draws, "housing.search", *who, home_keys, budgets, homes, tables, taste, index)
        if whole
        else sampled_bids(
            market.draws, "housing.search", *who, home_keys, int(p.probes), int(market.buckets[0]), budgets, homes,
            tables, taste, index,
        )
    )  # fmt: skip
    return deferred_acceptance(*bids, home_keys.size)


def seekers_from(
    city: Any,
    p: SimpleNamespace,
    keys: Array,
    needs: Needs,
    growth: float,
    looks: Array,
    waits: Array,
    worth: Array,
    year: int,
) -> Seekers:
    """Describe those who look for a home.

    Parameters
    ----------
    keys
        Decision keys of all households.
    growth
        Mean living standard relative to the base year.
    looks, waits
        bool [households], settled households that look for any home, or wait for a social one.
    worth
        float32 [households], utility of the present home; for guests of their place only.
    """
    home = city.households["dwelling"]
    rows = rows_where((home < 0) | looks | waits)
    chosen = needs.take(rows)
    means = describe_means(city, p, chosen, rows, growth)
    homeless = home[rows] < 0
    since = city.households["hosted_since"][rows]
    claim = (since > 0) & (year - since >= p.hosted_years)
    reservation = worth[rows] + np.where(homeless, np.float32(p.outside_option), np.float32(p.moving_threshold))
    allowed = np.where(means.eligible, PRIVATE_HOMES | SOCIAL_HOMES, PRIVATE_HOMES)
    budgets = Budgets(
        income=chosen.income,
        most=np.where(claim, np.float32(np.inf), np.float32(p.burden_limit) * chosen.income),
        most_loan=np.float32(p.loan_burden) * chosen.income,
        means=means.funds,
        rate=means.annuity,
        aid=means.aid,
        least=means.least_space,
        need=chosen.space,
        reservation=reservation.astype(np.float32),
        priority=social_priority(city, p, chosen, rows, year),
        group=np.where(waits[rows], np.int8(TenureClass.SOCIAL), means.market),  # applicants have made up their minds
        allowed=np.where(waits[rows], allowed & SOCIAL_HOMES, allowed).astype(np.uint8),
        bound=homeless,
    )
    return Seekers(rows, keys[rows], home[rows].astype(np.int64), chosen, means, budgets)


def social_priority(city: Any, p: SimpleNamespace, needs: Needs, rows: Array, year: int) -> Array:
    """Years of waiting plus points of need: without a home, overcrowded, burdened."""
    households, dwellings = city.households, city.dwellings
    home, since = households["dwelling"][rows], households["social_queue_since"][rows]
    waited = np.where(since > 0, year - since, 0)
    homeless = home < 0
    crowded = ~homeless & (dwellings["rooms"][home] < needs.rooms)
    burdened = ~homeless & (households["housing_cost"][rows] > BURDENED * needs.income)
    points = p.social_points
    return (waited + points[0] * homeless + points[1] * crowded + points[2] * burdened).astype(np.float32)


def update_queue(city: Any, seekers: Seekers, found: Array, private: Array, year: int) -> None:
    """Those who may have a social home apply or go on waiting: without a home, or in one they can hardly pay.

    Parameters
    ----------
    found, private
        [seekers], the home that each has moved into, -1 none, and whether it is let privately.
    """
    queue = city.households["social_queue_since"]
    tenant = seekers.means.market >= TenureClass.PRIVATE_RENTAL
    burdened = city.households["housing_cost"][seekers.rows] > BURDENED * seekers.needs.income
    placed = (found >= 0) & ~(private & burdened)
    applies = seekers.means.eligible & tenant & ~placed & (seekers.means.market != TenureClass.SOCIAL)
    rows = seekers.rows[applies]
    queue[rows] = np.where(queue[rows] > 0, queue[rows], year)
    queue[seekers.rows[placed]] = 0
