"""Seekers see a sample of the homes on the market, propose to the one they like best, and homes keep the best proposer.

Deferred acceptance to the end (Gale and Shapley 1962) over candidates found by keyed probes; a second round offers what
movers have left, a third is for those still without a home, with a guarantor; a last pass offers every household without a home all homes that it can have. Homes to sell or let
prefer the highest willingness to pay, social homes the longest waiting and greatest need.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.city.codes import TenureClass
from citysim.core.market import deferred_acceptance, keyed_errors, sample_candidates, seekers_of
from citysim.domains.housing.appraisal import (
    Map,
    Places,
    can_have,
    home_utility,
    monthly_loan,
    place_utility,
    willingness_to_pay,
)
from citysim.domains.housing.needs import Needs

Array = NDArray[Any]


@dataclass
class Seekers:
    """Households that look for a home, one value each.

    Attributes
    ----------
    rows, keys
        Households and the keys under which they decide.
    home
        Home that they would leave, -1 none.
    needs
        What they need and can pay.
    places
        float32 [seeker, zone], utility of each zone.
    reservation
        Utility below which a settled household stays; value of living as a guest for the others.
    priority
        Points for social housing.
    homeless
        bool, without a home of their own.
    social_only
        bool, waits for a social home and looks for no other.
    limit
        Highest share of income for rent and energy.
    """

    rows: Array
    keys: Array
    home: Array
    needs: Needs
    places: Array
    reservation: Array
    priority: Array
    homeless: Array
    social_only: Array
    limit: Array

    def take(self, chosen: Array) -> Seekers:
        """Some of the seekers."""
        taken = {field.name: getattr(self, field.name) for field in fields(self)}
        return Seekers(**{n: v.take(chosen) if n == "needs" else v[chosen] for n, v in taken.items()})


@dataclass
class Market:
    """One year's market: how homes are described, what zones offer, and the rules.

    Attributes
    ----------
    describe
        Gives the `Places` of dwelling rows.
    keys
        Identity of every dwelling.
    may_be_taken
        bool [dwellings], not under an enforced ban on letting.
    buckets
        Hash buckets, the same in all scenarios.
    """

    draws: Any
    p: SimpleNamespace
    describe: Callable[[Array], Places]
    keys: Array
    may_be_taken: Array
    here: Map
    buckets: int


def clear(market: Market, seekers: Seekers, on_market: Array, index: int = 0, last: bool = True) -> Array:
    """Match seekers to homes.

    Parameters
    ----------
    on_market
        Rows of the homes on the market.
    index
        Distinguishes trial markets of one year.
    last
        Whether to end with the last pass for households without a home.

    Returns
    -------
    Array
        int64 [seekers], row of the new home, -1 for none.
    """
    found = np.full(seekers.rows.size, -1, np.int64)
    offer = on_market[market.may_be_taken[on_market]]
    for turn in range(3 if last else 2):
        looking = np.flatnonzero((found < 0) if turn < 2 else (found < 0) & seekers.homeless)
        chosen = seekers.take(looking)
        if turn == 2:  # a guarantor vouches for those who would be without a home
            chosen.limit = np.maximum(chosen.limit, np.float32(market.p.last_burden_limit))
        match = _search(market, chosen, offer, 3 * index + turn)
        found[looking] = np.where(match >= 0, offer[match], -1)
        left = seekers.home[looking[match >= 0]]
        left = left[left >= 0]
        offer = np.concatenate([np.delete(offer, match[match >= 0]), left[market.may_be_taken[left]]])
    if last:
        looking = np.flatnonzero((found < 0) & seekers.homeless)
        match = _last_pass(market, seekers.take(looking), offer)
        found[looking] = np.where(match >= 0, offer[match], -1)
    return found


def _search(market: Market, seekers: Seekers, offer: Array, index: int) -> Array:
    """One round of keyed search and deferred acceptance; position in `offer` per seeker."""
    places = market.describe(offer)
    probes = int(market.p.probes)
    indptr, place = sample_candidates(
        market.draws, "housing.search", seekers.keys, market.keys[offer], probes, market.buckets, index
    )
    seeker = seekers_of(indptr)
    able = seekers.limit * seekers.needs.income + seekers.needs.aid
    near = np.flatnonzero(places.running[place] <= able[seeker])  # the cheapest test first: most pairs fail it
    seeker, place = seeker[near], place[near]
    possible = _possible(market.p, seekers, places, seeker, place)
    seeker, place = seeker[possible], place[possible]
    return _accept(market, seekers, places, offer, seeker, place, "housing.taste", index)


def _last_pass(market: Market, seekers: Seekers, offer: Array) -> Array:
    """Offer all homes to all seekers that can have them."""
    if seekers.rows.size == 0 or offer.size == 0:
        return np.full(seekers.rows.size, -1, np.int64)
    places = market.describe(offer)
    able = np.maximum(seekers.limit, np.float32(market.p.last_burden_limit)) * seekers.needs.income + seekers.needs.aid
    affordable = places.running[None, :] <= able[:, None]
    seeker, place = np.nonzero(affordable & (places.surface[None, :] >= seekers.needs.least_space[:, None]))
    wider = seekers.take(np.arange(seekers.rows.size))
    wider.limit = np.maximum(seekers.limit, np.float32(market.p.last_burden_limit))
    possible = _possible(market.p, wider, places, seeker, place)
    return _accept(market, wider, places, offer, seeker[possible], place[possible], "housing.last_taste", 0)


def _possible(p: SimpleNamespace, seekers: Seekers, places: Places, seeker: Array, place: Array) -> Array:
    """Whether the seeker of each pair can have its home."""
    needs = seekers.needs
    pair = SimpleNamespace(
        income=needs.income[seeker],
        least_space=needs.least_space[seeker],
        means=needs.means[seeker],
        eligible=needs.eligible[seeker],
        aid=needs.aid[seeker],
    )
    home = SimpleNamespace(
        market=places.market[place],
        surface=places.surface[place],
        running=places.running[place],
        price=places.price[place],
    )
    loan = monthly_loan(home.price, pair.means, needs.annuity[seeker])
    possible = can_have(pair, home, loan, p, seekers.limit[seeker])
    if seekers.social_only.any():
        possible &= ~seekers.social_only[seeker] | (home.market == TenureClass.SOCIAL)
    return possible


def _accept(
    market: Market, seekers: Seekers, places: Places, offer: Array, seeker: Array, place: Array, taste: str, index: int
) -> Array:
    """Deferred acceptance over possible pairs, sorted by seeker."""
    p, needs = market.p, seekers.needs
    income = needs.income[seeker]
    kind = places.market[place]
    loan = monthly_loan(places.price[place], needs.means[seeker], needs.annuity[seeker])
    cost = places.running[place] + loan - needs.aid[seeker] * (kind != TenureClass.OWNER_OCCUPIED)
    value = home_utility(cost, income, places.surface[place], needs.space[seeker], places.energy_class[place], p)
    value += seekers.places[seeker, places.zone[place]]
    value += market.here.tenure[needs.market[seeker], kind]
    indptr = np.concatenate([[0], np.cumsum(np.bincount(seeker, minlength=seekers.rows.size))])
    value = value + keyed_errors(market.draws, taste, seekers.keys, indptr, market.keys[offer[place]], index)
    reservation = seekers.reservation[seeker]
    acceptable = seekers.homeless[seeker] | (value > reservation)
    other = value - p.weight_budget * np.log1p(-np.minimum(cost / income, 0.95))
    pays = willingness_to_pay(income, reservation, other, p.weight_budget)
    score = np.where(kind == TenureClass.SOCIAL, seekers.priority[seeker] + 1e-3 * value, pays)
    return deferred_acceptance(indptr, place, np.where(acceptable, value, -np.inf), score, offer.size)


def seekers_from(
    city: Any,
    p: SimpleNamespace,
    keys: Array,
    needs: Needs,
    here: Map,
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
    looks, waits
        bool [households], settled households that look for any home, or wait for a social one.
    worth
        float32 [households], utility of the present home; for guests of their place only.
    """
    households = city.households
    home = households["dwelling"]
    homeless = home < 0
    rows = np.flatnonzero(homeless | looks | waits)
    chosen = needs.take(rows)
    reservation = np.where(homeless[rows], worth[rows] + p.outside_option, worth[rows] + p.moving_threshold)
    since = households["hosted_since"][rows]
    claim = (since > 0) & (year - since >= p.hosted_years)
    return Seekers(
        rows=rows,
        keys=keys[rows],
        home=home[rows].astype(np.int64),
        needs=chosen,
        places=place_utility(chosen, here, p),
        reservation=reservation.astype(np.float32),
        priority=social_priority(city, p, chosen, rows, year),
        homeless=homeless[rows],
        social_only=waits[rows],
        limit=np.where(claim, np.float32(np.inf), np.float32(p.burden_limit)),
    )


def social_priority(city: Any, p: SimpleNamespace, needs: Needs, rows: Array, year: int) -> Array:
    """Years of waiting plus points of need: without a home, overcrowded, burdened."""
    households, dwellings = city.households, city.dwellings
    home, since = households["dwelling"][rows], households["social_queue_since"][rows]
    waited = np.where(since > 0, year - since, 0)
    homeless = home < 0
    crowded = ~homeless & (dwellings["rooms"][home] < needs.rooms)
    burdened = ~homeless & (households["housing_cost"][rows] > 0.3 * needs.income)
    points = p.social_points
    return (waited + points[0] * homeless + points[1] * crowded + points[2] * burdened).astype(np.float32)


def update_queue(city: Any, seekers: Seekers, found: Array, social: Array, year: int) -> None:
    """Those who may have a social home and found none apply, or go on waiting."""
    queue = city.households["social_queue_since"]
    tenant = seekers.needs.market >= TenureClass.PRIVATE_RENTAL
    burdened = city.households["housing_cost"][seekers.rows] > 0.3 * seekers.needs.income
    placed = (found >= 0) & (social | ~burdened)
    applies = seekers.needs.eligible & tenant & ~placed & (seekers.needs.market != TenureClass.SOCIAL)
    rows = seekers.rows[applies]
    queue[rows] = np.where(queue[rows] > 0, queue[rows], year)
    queue[seekers.rows[placed]] = 0
