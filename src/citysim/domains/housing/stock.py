"""The year of the stock of homes: what is delivered and demolished, drops out of use, is renovated and is begun.

The steps in their order; the behaviour behind them is in `supply`, `vacancy` and `renovation`. `housing` is the domain.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.city.codes import DwellingStatus, Sector
from citysim.core.draws import Draws
from citysim.domains.housing import base as base_year
from citysim.domains.housing import ledger, renovation, supply, vacancy
from citysim.domains.housing.needs import Needs

Array = NDArray[Any]


def deliver_and_demolish(housing: Any, city: Any, p: SimpleNamespace, draws: Draws, year: int) -> Array:
    """Deliver homes begun some years ago, and choose the rows to demolish, which are returned."""
    flows, state = housing.flows, housing.supply
    flows.delivered = supply.deliver(city, p, state, draws, year)
    gone, programme = supply.demolish(city, p, draws, year)
    flows.demolished = gone.size
    flows.demolished_cells, state.rebuilt = supply.demolished_cells(city.dwellings, gone, programme, state.carry.shape)
    housing.book("demolition", p.demolition_cost * np.count_nonzero(programme), "commune", "businesses")
    return gone


def age_vacancy(housing: Any, city: Any, p: SimpleNamespace, draws: Draws, year: int) -> None:
    """Homes leave the market or come back."""
    base, flows = housing.base, housing.flows
    if housing.settling:  # what leaves the market balances what comes back
        base.entry_level, base.second_entry = base_year.vacancy_levels(city, p, year)
    returned, helped, stock = vacancy.age_vacancy(city, p, draws, base.entry_level, base.second_entry, year)
    flows.returned, flows.out_of_use = returned, stock
    housing.book("vacant_home_aid", p.vacant_home_aid * helped, "commune", "landlords")


def renovate(housing: Any, city: Any, p: SimpleNamespace, draws: Draws, needs: Needs, year: int) -> None:
    """Owners decide on works."""
    base = housing.base
    facts = renovation.facts_of(city, p, base, needs, housing.banned, housing.enforced)
    if not housing.coupled("income"):
        facts.income[:] = base.mean_income
    if not housing.coupled("vacancy_neighbourhood"):
        facts.excess_vacancy[:] = 0.0
    facts.energy_price = housing.energy_price
    facts.cost_factor = float(housing.offered("renovation_cost", 1.0))
    facts.hours = construction_workers(housing, city) * p.renovation_trades * p.worker_hours
    moved = renovation.moved_in(city, year)
    if housing.settling:
        rows, chance = renovation.thinks_of_works(city, p, facts, moved)
        main = np.count_nonzero(city.dwellings["status"] == DwellingStatus.OCCUPIED)
        base.works = renovation.calibrate_constants(p, renovation.describe(city, p, rows, facts), chance, main)
    works = renovation.decide(city, p, draws, facts, moved, base.works)
    renovation.carry_out(city, p, draws, works, year)
    housing.flows.works_keys, housing.flows.works_kind = city.dwellings.key[works.rows].copy(), works.kind
    ledger.book_works(housing.book, city, works)


def build(housing: Any, city: Any, p: SimpleNamespace, year: int) -> None:
    """Builders plan what is delivered in some years."""
    state, flows = housing.supply, housing.flows
    cost = building_cost(housing, p)
    years = max(1, round(float(housing.offered("delivery_years", p.delivery_years))))
    supply.convert(city, p, state, float(housing.offered("converted_share", 0.0)), year)
    capacity = construction_workers(housing, city) * (1.0 - p.renovation_trades) * p.worker_hours / p.building_hours
    if housing.settling:  # builders deliver what was begun before the start, and learn nothing yet
        supply.settle_builders(city, p, state, cost, housing.base.zones)
    else:
        natural = housing.base.natural
        flows.land = supply.plan(city, p, state, natural, flows.demolished_cells, cost, capacity, years, year)
    ledger.book_building(housing.book, p, flows.delivered, cost)


def building_cost(housing: Any, p: SimpleNamespace) -> float:
    """EUR/m2, as technologies change it."""
    return float(housing.offered("building_cost", p.building_cost))


def construction_workers(housing: Any, city: Any) -> float:
    """People who work in construction in the city; without limit where the feedback is off."""
    if not housing.coupled("construction_labour"):
        return np.inf
    jobs = city.jobs
    filled = (jobs["holder"] >= 0) | (jobs["commuter"] >= 0)
    return float(np.count_nonzero(filled & (jobs["sector"] == Sector.CONSTRUCTION)))
