"""The year of the stock of homes: what is delivered and demolished, drops out of use, is renovated and is begun.

The steps in their order; the behaviour behind them is in `supply`, `vacancy` and `renovation`. `housing` is the domain.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.city.codes import DwellingStatus, Sector, TenureClass
from citysim.core.draws import Draws
from citysim.core.kernels.columns import rows_where
from citysim.domains.housing import (
    conversions,
    delivery,
    demolition,
    developers,
    heirs,
    landlords,
    ledger,
    renovation,
    rents,
    supply,
    vacancy,
)
from citysim.domains.housing.needs import Needs
from citysim.domains.housing.purchases import price_of

Array = NDArray[Any]


def deliver_and_demolish(housing: Any, city: Any, p: SimpleNamespace, draws: Draws, year: int) -> Array:
    """Deliver homes begun some years ago, and choose the rows to demolish, which are returned."""
    flows, state = housing.flows, housing.supply
    levels = delivery.local_levels(city.dwellings, state.carry.size, year)
    flows.delivered = delivery.deliver(city, p, state, levels, draws, year)
    flows.programme = state.social.pop(year, 0.0)
    delivery.deliver_conversions(city, p, housing.conversions.ready, levels, draws, year)
    flows.converted = int(housing.conversions.ready.sum())
    flows.social_excess = _social_excess(housing, city)
    gone = demolition.demolish(city, p, draws, state.carry.shape, flows.social_excess, year)
    flows.demolished, flows.demolished_cells, state.rebuilt = gone.rows.size, gone.in_use, gone.rebuilt
    supply.give_back_room(city, city.dwellings, gone.rows)
    housing.book("demolition", p.demolition_cost * np.count_nonzero(gone.programme), "commune", "businesses")
    _pay_for_demolished(housing, city, gone)
    housing.book(
        "social_demolition", p.demolition_cost * np.count_nonzero(gone.social), "social_landlords", "businesses"
    )
    return gone.rows


def _pay_for_demolished(housing: Any, city: Any, gone: demolition.Demolished) -> None:
    """The commune buys the homes of its programme, builders those of other owner-occupiers.

    Owner-occupiers take the price as what their home leaves them (`purchases.equity`), landlords in town as cash.
    """
    market = city.dwellings["tenure_class"][gone.rows]
    owned, let = market == TenureClass.OWNER_OCCUPIED, market == TenureClass.PRIVATE_RENTAL
    bought = price_of(city.dwellings, gone.rows[gone.programme & (owned | let)])
    housing.book("demolition", float(bought.sum()), "commune", "households")
    others = gone.rows[owned & ~gone.programme & (city.dwellings["status"][gone.rows] == DwellingStatus.OCCUPIED)]
    housing.book("plots", float(price_of(city.dwellings, others).sum()), "businesses", "households")
    rows = gone.rows[gone.programme & let]
    landlords.pay_owner(city, rows, price_of(city.dwellings, rows))


def _social_excess(housing: Any, city: Any) -> float:
    """How far vacancy of social housing is above its natural rate, 0 to 1."""
    dwellings = city.dwellings
    rows = rows_where(dwellings["tenure_class"] == TenureClass.SOCIAL)
    stock = rents.count_stock(dwellings, housing.base.zones, rows)
    homes, vacant = stock.in_use, stock.on_market
    number = max(float(homes[:, :, TenureClass.SOCIAL].sum()), 1.0)
    rest = float((housing.base.natural * homes)[:, :, TenureClass.SOCIAL].sum()) / number
    return demolition.excess(float(vacant[:, :, TenureClass.SOCIAL].sum()) / number, rest)


def settle_estates(housing: Any, city: Any, p: SimpleNamespace, draws: Draws, year: int) -> None:
    """Heirs sell, let, keep, live in or leave empty the homes that came to them."""
    estates = heirs.open_estates(city, p, housing.rents.index, housing.banned, year)
    if housing.settling:
        wanted = p.estate_share * vacancy.leaving_use(city, p, year)
        housing.base.estate_level = heirs.empty_levels(estates, wanted)
    housing.estates = heirs.decide(city, p, draws, estates, housing.base.estate_level, year)


def age_vacancy(housing: Any, city: Any, p: SimpleNamespace, draws: Draws, year: int) -> None:
    """Homes leave the market, come back; social landlords sell some."""
    base, flows, dwellings = housing.base, housing.flows, city.dwellings
    if housing.settling:  # what leaves the market balances what comes back
        base.entry_level, base.second_entry = vacancy.entry_levels(city, p, housing.estates, year)
    developers.discount_unsold(dwellings, p, year)
    empty = rows_where(dwellings["vacant_since"] > 0)
    empty = empty[demolition.long_empty_social(dwellings, empty, p.structural_years, year)]
    vacancy.sell_social(dwellings, p, draws, flows.social_excess, empty, year)
    returned = vacancy.age_vacancy(city, p, draws, base.entry_level, base.second_entry, year)
    flows.returned, flows.out_of_use = returned.number, returned.stock
    housing.book("vacant_home_aid", p.vacant_home_aid * returned.helped, "commune", "landlords")
    housing.book("vacant_home_tax", vacancy.vacant_home_tax(dwellings, p), "landlords", "commune")
    flows.remediated = renovation.remediate(city, p, returned.remediated)


def renovate(
    housing: Any,
    city: Any,
    p: SimpleNamespace,
    draws: Draws,
    needs: Needs,
    homes: rents.Stock,
    workers: float,
    year: int,
) -> None:
    """Owners decide on works."""
    base = housing.base
    facts = renovation.facts_of(city, p, base, homes, needs, year)
    if not housing.coupled("income"):
        facts.income[:] = base.mean_income
    if not housing.coupled("vacancy_neighbourhood"):
        facts.excess_vacancy[:] = 0.0
    facts.banned, facts.energy_price = housing.banned, housing.energy_price
    facts.cost_factor = float(housing.offered("renovation_cost", 1.0))
    facts.hours = workers * p.renovation_trades * p.worker_hours
    if housing.settling:
        case = renovation.case_of_works(city, facts)
        rows = rows_where(case >= 0)
        chance = renovation.consideration(p)[case[rows]]
        main = np.count_nonzero(city.dwellings["status"] == DwellingStatus.OCCUPIED)
        base.works = renovation.calibrate_constants(p, renovation.describe(city, p, rows, facts), chance, main)
    works = renovation.decide(city, p, draws, facts, base.works)
    renovation.carry_out(city, p, draws, works, year)
    housing.flows.works_keys, housing.flows.works_kind = city.dwellings.key[works.rows].copy(), works.kind
    ledger.book_works(housing.book, city, works)


def build(housing: Any, city: Any, p: SimpleNamespace, homes: rents.Stock, workers: float, year: int) -> None:
    """Builders plan what is delivered in some years, owners in the centre what is turned into flats."""
    state, flows, conversions_ = housing.supply, housing.flows, housing.conversions
    cost = building_cost(housing, p)
    years = max(1, round(float(housing.offered("delivery_years", p.delivery_years))))
    target = float(housing.offered("converted_share", 0.0))
    used = developers.used_prices(city.dwellings, city.zones["group"][: housing.base.zones], p.pooling, year)
    capacity = workers * (1.0 - p.renovation_trades) * p.worker_hours / p.building_hours
    if housing.settling:  # builders deliver what was begun before the start, and learn nothing yet
        supply.settle_builders(city, p, state, homes, cost, used)
        conversions.settle(city, conversions_, homes.by_zone, target)
        flows.land = supply.land_begun(p, state)
    else:
        natural = housing.base.natural
        plans = supply.plan(city, p, state, homes, natural, flows.demolished_cells, cost, used, capacity, years, year)
        flows.land = plans.land
    converted, aided = conversions.decide(city, p, conversions_, homes.by_zone, used, target, p.centre_programme)
    _book_building(housing, p, cost, converted, aided)


def _book_building(housing: Any, p: SimpleNamespace, cost: float, converted: float, aided: float) -> None:
    """New homes by who has them built; what the social programme and the centre's programme cost apart."""
    flows = housing.flows
    surface = developers.new_surfaces(p)
    worth = cost * (1.0 + p.land_cost)
    value = (flows.delivered * surface[None, :, None]).sum(axis=(0, 1)) * worth
    number = max(float(flows.delivered[:, :, TenureClass.SOCIAL].sum()), 1e-9)
    programme = value[TenureClass.SOCIAL] * min(flows.programme / number, 1.0)
    value[TenureClass.SOCIAL] -= programme
    for kind, payer in enumerate(ledger.PAYERS):
        housing.book("new_homes", float(value[kind]), payer, "businesses")
    housing.book("social_production", (1.0 - p.social_subsidy) * programme, "social_landlords", "businesses")
    housing.book("social_production", p.social_subsidy * programme, "state", "businesses")
    works = p.conversion_cost * p.new_surface[1]
    aid = p.centre_aid * works * aided
    housing.book("conversions", works * converted - aid, "landlords", "businesses")
    housing.book("centre_programme", aid + p.centre_home_aid * flows.remediated, "state", "landlords")


def building_cost(housing: Any, p: SimpleNamespace) -> float:
    """EUR/m2, as technologies change it."""
    return float(housing.offered("building_cost", p.building_cost))


def construction_workers(housing: Any, city: Any) -> float:
    """People who work in construction in the city; without limit where the feedback is off."""
    if not housing.coupled("construction_labour"):
        return np.inf
    jobs = city.jobs
    rows = rows_where(jobs["sector"] == Sector.CONSTRUCTION)
    return float(np.count_nonzero((jobs["holder"][rows] >= 0) | (jobs["commuter"][rows] >= 0)))
