"""Landlords let or sell by return against cap rate: households of the town, and owners who live elsewhere.

Log return of letting over selling, relative to the base year (whose yields stand for the cap rate):
x = d ln rent + ln((1 - v_let) / (1 - v*_let)) - d ln price - ln((1 - v_sale) / (1 - v*_sale)), by zone and type.
A home vacant to let is put up for sale with chance -s x, one long for sale is let with chance s x (arbitrage between
renting and owning: DiPasquale and Wheaton 1992). Homes bought to let go to households that can pay, else to outsiders.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.city.codes import NONE, DwellingStatus, TenureClass
from citysim.core.choice import happens
from citysim.core.draws import Draws
from citysim.core.kernels.columns import carried, rows_where, sums_by_link
from citysim.core.market import deferred_acceptance, keyed_errors, sample_candidates, seekers_of
from citysim.domains.housing.purchases import price_of
from citysim.domains.housing.vacancy import long_vacant

Array = NDArray[Any]
Banned = Callable[[Array], Array]
MARGIN = 1e-5  # more than the rounding of a price
ASKED = 8  # hash buckets of households that hear of a home for investors


def log_return(index: Array, vacancy: Array, natural: Array) -> Array:
    """Log return of letting over selling relative to the base year.

    Parameters
    ----------
    index
        [zones, type, market], rents and prices relative to the start.
    vacancy, natural
        The same shape, market vacancy now and at rest.
    """
    earned = np.log(index) + np.log1p(-np.minimum(vacancy, 0.99)) - np.log1p(-np.minimum(natural, 0.99))
    return earned[..., TenureClass.PRIVATE_RENTAL] - earned[..., TenureClass.OWNER_OCCUPIED]


def receive_rents(city: Any, p: SimpleNamespace) -> None:
    """Rents of the year less costs, added up by household landlord."""
    households, dwellings = city.households, city.dwellings
    home = households["dwelling"]
    tenants = rows_where(carried(dwellings["tenure_class"], home, np.int8(NONE)) == TenureClass.PRIVATE_RENTAL)
    rent = 12.0 * (1.0 - p.landlord_costs) * households["housing_cost"][tenants]
    owner = dwellings["owner"].take(home[tenants])
    households["rental_income"][:] = sums_by_link(owner, households.size, rent)


def let_or_sell(
    city: Any, p: SimpleNamespace, draws: Draws, gain: Array, banned: Banned, buckets: int, year: int
) -> None:
    """Vacant homes change between sale and letting where the other pays better, or where letting is banned.

    Parameters
    ----------
    gain
        [zones, type], of `log_return`.
    banned
        Which of some homes are under an enforced ban on letting.
    buckets
        Of households, the same in all scenarios.
    """
    dwellings = city.dwellings
    market = dwellings["tenure_class"]
    empty = rows_where((dwellings["status"] == DwellingStatus.MARKET_VACANT) & (market == TenureClass.PRIVATE_RENTAL))
    unsold = long_vacant(dwellings, 1, year)
    unsold = unsold[market[unsold] == TenureClass.OWNER_OCCUPIED]
    house, zone = dwellings["house"], dwellings["zone"]
    sells = np.clip(-p.landlord_response * gain[zone[empty], house[empty].view(np.int8)], 0.0, 1.0)
    sells = np.where(banned(empty), np.maximum(sells, p.banned_sale), sells)
    lets = np.where(
        banned(unsold), 0.0, np.clip(p.landlord_response * gain[zone[unsold], house[unsold].view(np.int8)], 0.0, 1.0)
    )
    sold = empty[happens(draws, "housing.sell", dwellings.key[empty], sells)]
    let = unsold[happens(draws, "housing.let", dwellings.key[unsold], lets)]
    market[sold] = TenureClass.OWNER_OCCUPIED
    market[let] = TenureClass.PRIVATE_RENTAL
    local = happens(draws, "housing.local_investor", dwellings.key[let], p.local_landlords)
    invest(city, p, draws, let[local], buckets)


def local_homes(dwellings: Any) -> tuple[Array, Array]:
    """Private rental homes owned by households of the town, and by others, bool each."""
    let = dwellings["tenure_class"] == TenureClass.PRIVATE_RENTAL
    inside = dwellings["owner"] >= 0
    return let & inside, let & ~inside


def lost_share(dwellings: Any, before: int) -> float:
    """Homes that lost their landlord in the town since last year, by death or departure, per home let by others."""
    inside, outside = local_homes(dwellings)
    lost = before - np.count_nonzero(inside)
    return max(lost, 0) / max(np.count_nonzero(outside), 1)


def take_over(city: Any, p: SimpleNamespace, draws: Draws, chance: float, buckets: int) -> None:
    """Households of the town buy homes let by outsiders: in the base year, as many as lose their landlord in town."""
    outside = rows_where(local_homes(city.dwellings)[1])
    for_sale = outside[happens(draws, "housing.change_landlord", city.dwellings.key[outside], chance)]
    invest(city, p, draws, for_sale, buckets, index=1)


def invest(city: Any, p: SimpleNamespace, draws: Draws, homes: Array, buckets: int, index: int = 0) -> None:
    """Sell homes to households of the town that can pay for them, at most one each; outsiders buy the others."""
    households, dwellings = city.households, city.dwellings
    if homes.size == 0:
        return
    keys = dwellings.key[homes]
    price = price_of(dwellings, homes).astype(np.float64)
    least = np.float32((1.0 - MARGIN) * (1.0 + p.notary_fee) * price.min())
    # Who cannot pay for the cheapest need not be asked.
    rich = rows_where((p.wealth_used * households["wealth"] >= least) & (households["dwelling"] >= 0))
    indptr, asked = sample_candidates(draws, "housing.investor", keys, households.key.take(rich), ASKED, buckets, index)
    home, wealth = seekers_of(indptr), households["wealth"].take(rich)
    can = p.wealth_used * wealth[asked] >= (1.0 + p.notary_fee) * price[home]
    taste = keyed_errors(draws, "housing.investor_taste", keys, indptr, households.key[rich[asked]], index)
    found = deferred_acceptance(indptr, asked, np.where(can, taste, -np.inf), -price[home], rich.size)
    bought = found >= 0
    buyer, rows = rich[found[bought]], homes[bought]
    pay_owner(city, rows, price[bought])
    households["home_cash"][buyer] -= ((1.0 + p.notary_fee) * price[bought]).astype(np.float32)
    dwellings["owner"][rows] = buyer


def pay_owner(city: Any, homes: Array, price: Array) -> None:
    """Give the price of homes to the households that let or inherited them."""
    owner = city.dwellings["owner"][homes]
    np.add.at(city.households["home_cash"], owner[owner >= 0], price[owner >= 0].astype(np.float32))
