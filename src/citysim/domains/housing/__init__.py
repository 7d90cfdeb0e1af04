"""Who moves, where, at what rent, and how homes are built, renovated and left empty.

Chain of a year (model of residential mobility after SILO and UrbanSim: Moeckel 2017, Waddell 2003): homes come free and
are delivered, households look, bid and move, rents answer to vacancy, homes drop out of use or come back, owners
renovate, builders plan.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from citysim.city.codes import NONE, DwellingStatus, TenureClass
from citysim.core.budget_market import Goods
from citysim.core.domain import TODAY, Domain
from citysim.core.draws import Draws
from citysim.core.kernels.columns import at_least, carried, either, looked_up, rows_where
from citysim.domains.housing import (
    arrears,
    conversions,
    declarations,
    developers,
    homes,
    landlords,
    ledger,
    measures,
    moves,
    renovation,
    rents,
    stock,
    supply,
)
from citysim.domains.housing import base as base_year
from citysim.domains.housing.appraisal import (
    Map,
    commuting_logsum,
    energy_prices,
    home_utility,
    homes_on_offer,
    map_of,
    own_place_utility,
    price_with_fees,
)
from citysim.domains.housing.hosting import host_guests
from citysim.domains.housing.market import Market, Seekers, clear, seekers_from, update_queue
from citysim.domains.housing.needs import Needs, describe_needs
from citysim.domains.housing.purchases import deal_of, price_of

Array = NDArray[Any]
YEARS_TO_REST = 3  # levels are solved in the first years lived, not beyond the first simulated year


class Housing(Domain):
    """Homes, their market, and the households that live in them."""

    name = "housing"
    reads = (
        "households.income",
        "households.wealth",
        "households.consumption_units",
        "households.size",
        "households.children",
        "households.type",
        "households.reference_person",
        "households.cars",
        "households.energy_cost",
        "households.home_energy",
        "persons.age",
        "persons.household",
        "persons.mother",
        "persons.father",
        "persons.workplace",
        "persons.commute_pair",
        "persons.telework_days",
        "jobs.sector",
        "dwellings.heir",
        "dwellings.inherited",
        "businesses.sector",
        "businesses.zone",
        "jobs.holder",
        "jobs.commuter",
        "zones.group",
        "zones.access_services",
        "zones.gp_demand_ratio",
    )
    params = declarations.PARAMS
    columns = declarations.COLUMNS
    measures = declarations.MEASURES
    rows = ("dwellings",)
    offers = ("renovation_cost", "building_cost", "delivery_years", "converted_share")
    couplings: ClassVar[dict[str, str]] = {
        "travel_times": "last year's travel times weigh in the choice of a home",
        "telework_housing": "teleworkers accept longer ways and want a room",
        "vacancy_neighbourhood": "vacancy of the zone holds owners back from renovating",
        "construction_labour": "works and building are held to the construction workers there are",
        "income": "owners' incomes weigh in the choice of works",
        "care_scarcity": "people over 65 avoid zones short of doctors",
    }

    def start(self, city: Any, draws: Draws) -> None:
        """Fix vacancy at rest, split owners' costs and fill the pipeline of homes under construction."""
        p = self.at(TODAY)
        homes.first_social_rents(city)
        homes.first_loans(city, p, draws)
        self.base = base_year.base_of(city, p)
        self.rents = rents.start_rents(city, p, self.base.natural)
        self.supply = supply.start_supply(city, p)
        used = developers.used_prices(
            city.dwellings, city.zones["group"][: self.base.zones], p.pooling, city.first_year
        )
        stands = rents.count_stock(city.dwellings, self.base.zones)
        supply.settle_builders(city, p, self.supply, stands, stock.building_cost(self, p), used)
        self.conversions = conversions.start_conversions(city)
        self.flows = measures.Flows()
        self._lived = 0
        self.settling = True
        city.households["aspiration"][:] = -1.0

    def arrive(self, city: Any, rows: dict[str, Array], draws: Draws) -> None:
        """Those who found a household or come to the city have no home yet; newcomers keep their donor's tenure."""
        new = rows.get("households")
        if new is None:
            return
        households = city.households
        for column, value in (("aspiration", -1.0), ("last_move_year", 0), ("social_queue_since", 0),
                              ("hosted_since", 0), ("housing_cost", 0.0), ("home_cash", 0.0),
                              ("rental_income", 0.0), ("arrears_since", 0)):  # fmt: skip
            households[column][new] = value
        lost = new[households["zone"][new] < 0]
        if lost.size:
            settled = np.flatnonzero(households["dwelling"] >= 0)
            pick = draws.integers("housing.arrival_zone", households.key[lost], settled.size)
            households["zone"][lost] = households["zone"][settled[pick]]

    def step(self, city: Any, year: int, draws: Draws) -> None:
        """Live one year on the housing market."""
        self.settling = self._lived == 0 or (self._lived < YEARS_TO_REST and year <= city.first_year)
        p = self.at(TODAY if self.settling else year)  # levels are solved under today's rules, never a policy's
        self._lived += 1
        self.flows = measures.Flows()
        self.banned = renovation.ban(city, p, year)
        keys = city.household_decision_keys()
        freed = self._open_year(city, p, draws, keys, year)
        needs = self._needs(city, p)
        here = self._map(city, p, needs)
        worth, energy_cost = self._worth(city, p, needs, here)
        market = self._market(city, p, draws, here, energy_cost)
        if self.settling:
            self._calibrate(city, p, draws, needs, worth, market, keys, freed, year)
        seekers = self._who_looks(city, p, draws, needs, worth, keys, year)
        found = clear(market, seekers, self._on_market(city))
        self._move_in(city, p, seekers, found, year)
        self._host(city, draws, keys, needs, year)
        homes.pay(city, p, year)
        vacant_share = self._update_rents(city, p)
        self._let_or_sell(city, p, draws, vacant_share, year)
        stock.age_vacancy(self, city, p, draws, year)
        stands, workers = rents.count_stock(city.dwellings, self.base.zones), stock.construction_workers(self, city)
        stock.renovate(self, city, p, draws, needs, stands, workers, year)
        stock.build(self, city, p, stands, workers, year)
        ledger.book_rents(self.book, city)

    def measure(self, city: Any, year: int) -> dict[str, Any]:
        """Report the year."""
        return measures.measure(city, self.at(year), self.flows, year)

    # --- the year, in order ---

    def _open_year(self, city: Any, p: SimpleNamespace, draws: Draws, keys: Array, year: int) -> Array:
        """Deliver and demolish homes, evict who owes rent, and put the homes left behind on the market."""
        households = city.households
        households["home_cash"][:] = 0.0
        gone = stock.deliver_and_demolish(self, city, p, draws, year)
        comes_down = np.zeros(city.dwellings.size, bool)
        comes_down[gone] = True
        lost = rows_where(carried(comes_down, households["dwelling"], False))
        self.lost = lost, price_of(city.dwellings, households["dwelling"][lost])
        households["dwelling"][lost] = NONE
        if self.settling:
            self.base.arrears = arrears.levels(city, p)
            self.base.take_over = landlords.lost_share(city.dwellings, self.base.local_homes)
        self.flows.evicted = arrears.evict(city, p, draws, keys, self.base.arrears, year)
        freed = homes.open_year(city, year)
        city.dwellings["status"][gone] = DwellingStatus.WORKS  # heirs do not move into what comes down
        stock.settle_estates(self, city, p, draws, year)
        city.dwellings.retire(gone)
        return freed[city.dwellings["status"][freed] == DwellingStatus.MARKET_VACANT]

    def _needs(self, city: Any, p: SimpleNamespace) -> Needs:
        """What households need."""
        if self.settling:
            base_year.remember_incomes(self.base, city)
        standard = city.households["income"] / at_least(city.households["consumption_units"], 1.0)
        self.growth = float(standard.mean()) / self.base.mean_standard
        bounds = self.base.thresholds * self.growth
        return describe_needs(city, p, standard, bounds, self.coupled("telework_housing"), self.lost)

    def _map(self, city: Any, p: SimpleNamespace, needs: Needs) -> Map:
        """What zones offer this year."""
        base = self.base
        minutes = city.travel.minutes if self.coupled("travel_times") else base.minutes
        access = city.zones["access_services"][: base.zones].astype(np.float64)
        if self.settling:
            base.access_mean, base.access_spread = float(access.mean()), float(access.std())
        standard = (access - base.access_mean) / base.access_spread if base.access_spread > 0 else 0.0 * access
        demand = city.zones["gp_demand_ratio"][: base.zones] if self.coupled("care_scarcity") else 0.0 * access
        ease = commuting_logsum(minutes, base.zones, p.minute_weight)
        return map_of(city, p, needs, standard, demand, ease, base.zone_constant, base.tenure_constant)

    def _worth(self, city: Any, p: SimpleNamespace, needs: Needs, here: Map) -> tuple[Array, Array]:
        """Utility of every household's home (guests: of the place alone), and energy cost per m2 by class."""
        households, dwellings = city.households, city.dwellings
        energy_cost, self.energy_price = energy_prices(city, p)
        worth = own_place_utility(needs, here, p, np.maximum(needs.zone, 0))
        home = np.maximum(households["dwelling"], 0)
        surface, energy_class = looked_up(dwellings["surface"], home), looked_up(dwellings["energy_class"], home)
        cost = households["housing_cost"] + np.float32(p.own_money_return / 12.0) * needs.equity
        cost += surface * looked_up((energy_cost / 12.0).astype(np.float32), energy_class)
        value = home_utility(cost, needs.income, surface, needs.space, energy_class, p)
        value += looked_up(here.tenure.diagonal().copy(), looked_up(dwellings["tenure_class"], home))
        worth += either(households["dwelling"] >= 0, value, np.float32(0.0))
        return worth, energy_cost

    def _market(self, city: Any, p: SimpleNamespace, draws: Draws, here: Map, energy_cost: Array) -> Market:
        """Describe this year's market and its rules."""
        dwellings, banned = city.dwellings, self.banned

        def describe(rows: Array) -> Goods:
            return homes_on_offer(dwellings, p, rows, energy_cost)

        def may(rows: Array) -> Array:
            return (dwellings["tenure_class"][rows] == TenureClass.OWNER_OCCUPIED) | ~banned(rows)

        return Market(draws, p, describe, dwellings.key, may, here, self.base.area, self.base.buckets)

    def _on_market(self, city: Any) -> Array:
        return rows_where(city.dwellings["status"] == DwellingStatus.MARKET_VACANT)

    def _calibrate(
        self, city: Any, p: SimpleNamespace, draws: Draws, needs: Needs, worth: Array, market: Market,
        keys: Array, freed: Array, year: int,
    ) -> None:  # fmt: skip
        """In the first years, fix levels and constants on the base-year stock."""
        base, households = self.base, city.households
        tenure = households["tenure"]
        housed = np.flatnonzero(households["dwelling"] >= 0)
        strata = moves.strata(households["size"], needs.quintile, tenure)
        base.percentiles = moves.percentiles(strata[housed], worth[housed])
        quality = base.percentiles.of(strata, worth)
        if self._lived == 1:
            moves.first_aspirations(city, p, draws, keys, quality, year)
        parts = self._hazards(city, p, needs, moves.formed(households["aspiration"], quality) - quality)
        base.level = base_year.hazard_levels(p, moves.Hazards(parts.pull[housed], parts.push[housed]), tenure[housed])
        trial = Draws(draws.seed, year)  # draws of the trial markets are not those of the year
        market.draws, seekers = trial, self._seekers(city, p, trial, needs, worth, keys, parts, year)
        trials = base_year.TRIALS if self._lived == 1 else base_year.LATER_TRIALS
        base_year.balance_market(base, market, seekers, self._on_market(city), freed, city.dwellings, trials)
        market.draws, market.buckets = draws, base.buckets

    def _hazards(self, city: Any, p: SimpleNamespace, needs: Needs, gap: Array) -> moves.Hazards:
        home = np.maximum(city.households["dwelling"], 0)
        far = moves.new_far_jobs(city, p.far_job_minutes)
        return moves.hazards(p, needs, gap, looked_up(city.dwellings["rooms"], home), far)

    def _who_looks(
        self, city: Any, p: SimpleNamespace, draws: Draws, needs: Needs, worth: Array, keys: Array, year: int
    ) -> Seekers:
        """Households without a home, dissatisfied ones, and those who wait for a social home."""
        households = city.households
        strata = moves.strata(households["size"], needs.quintile, households["tenure"])
        quality = self.base.percentiles.of(strata, worth)
        aspiration = moves.formed(households["aspiration"], quality)
        parts = self._hazards(city, p, needs, aspiration - quality)
        seekers = self._seekers(city, p, draws, needs, worth, keys, parts, year)
        adapted = moves.adapt(aspiration, quality, p.aspiration_speed)
        households["aspiration"][:] = either(households["dwelling"] >= 0, adapted, np.float32(-1.0))
        return seekers

    def _seekers(
        self, city: Any, p: SimpleNamespace, draws: Draws, needs: Needs, worth: Array, keys: Array,
        parts: moves.Hazards, year: int,
    ) -> Seekers:  # fmt: skip
        looks, waits = moves.who_looks(draws, city, keys, parts, self.base.level, p.queue_renewal, year)
        return seekers_from(city, p, keys, needs, self.growth, looks, waits, worth, year)

    def _move_in(self, city: Any, p: SimpleNamespace, seekers: Seekers, found: Array, year: int) -> None:
        """Households take the homes they found and leave the old ones."""
        placed = np.flatnonzero(found >= 0)
        rows, home = seekers.rows[placed], found[placed]
        price = price_with_fees(city.dwellings, p, home)
        deal = deal_of(p, price, seekers.means.funds[placed], seekers.means.annuity[placed])
        self.flows.note_moves(city, seekers.home[placed])
        self.flows.note_purchases(seekers.means.market[placed], deal)
        cash = city.households["home_cash"]
        sells = (seekers.means.market == TenureClass.OWNER_OCCUPIED) & ((found >= 0) | seekers.homeless)
        cash[seekers.rows[sells]] += seekers.needs.equity[sells]
        cash[rows] -= deal.own
        homes.settle(city, p, rows, home, deal, year)
        private = np.zeros(found.size, bool)
        private[placed] = city.dwellings["tenure_class"][home] == TenureClass.PRIVATE_RENTAL
        update_queue(city, seekers, found, private, year)
        ledger.book_moves(self.book, p, deal)

    def _host(self, city: Any, draws: Draws, keys: Array, needs: Needs, year: int) -> None:
        """Those who found no home become guests."""
        home = city.households["dwelling"]
        spare = carried(city.dwellings["rooms"], home, np.int8(0)) - needs.rooms
        host_guests(city, draws, keys, spare, self.base.household_buckets, year)

    def _update_rents(self, city: Any, p: SimpleNamespace) -> Array:
        """Rents answer to vacancy; in the years of settling they rest and vacancy at rest is what they find."""
        base = self.base
        stands = rents.count_stock(city.dwellings, base.zones)
        group = city.zones["group"][: base.zones]
        vacant_share = rents.pooled_vacancy(stands.in_use, stands.on_market, group, p.pooling)
        if self.settling:
            base.natural = self.rents.natural = vacant_share
            base.vacant_share = stands.vacant_share
        rents.update_rents(city, p, self.rents, vacant_share, stands, self.settling)
        return vacant_share

    def _let_or_sell(self, city: Any, p: SimpleNamespace, draws: Draws, vacant_share: Array, year: int) -> None:
        """Landlords receive rents, sell or let, and buy."""
        base = self.base
        landlords.receive_rents(city, p)
        gain = landlords.log_return(self.rents.index, vacant_share, base.natural)
        landlords.let_or_sell(city, p, draws, gain, self.banned, base.household_buckets, year)
        landlords.take_over(city, p, draws, base.take_over, base.household_buckets)
        base.local_homes = int(np.count_nonzero(landlords.local_homes(city.dwellings)[0]))
