"""New technologies spread through homes, people, businesses and the city: one engine for the whole catalogue.

Hazard of an agent: h = [p + q (1/2 A_zone + 1/2 A_acquaintances) / m] exp(beta x)   (Bass 1969 at agent level)
Reference: Bass (1969); Rand and Rust (2011) on agent-based diffusion; Wright (1936) on the fall of costs. What an
adopter changes is an `Effect` on a quantity that another domain offers; see docs/technologies.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.core.declare import Statistic
from citysim.core.domain import TODAY, Domain
from citysim.core.draws import Draws
from citysim.core.kernels.columns import carried, looked_up
from citysim.core.kernels.links import copy_rows
from citysim.core.technology import NEW_AGENT, TABLE_OF_ADOPTER
from citysim.domains.technology.adopters import Adopters, decision_keys
from citysim.domains.technology.city_wide import capped, deploy, extent, measured_share, ready_share
from citysim.domains.technology.declarations import COLUMNS, MEASURES, PARAMS, READS
from citysim.domains.technology.measures import measure_adoption
from citysim.domains.technology.profiles import People, look_at_people, profile_of
from citysim.domains.technology.rates import learning_cost

ALL = np.uint64(0xFFFFFFFFFFFFFFFF)
ONE = np.uint64(1)


class TechnologyAdoption(Domain):
    """Who takes up which technology, when, and at what cost."""

    name = "technology"
    reads = READS
    params = PARAMS
    columns = COLUMNS
    measures = MEASURES

    def start(self, city: Any, draws: Draws) -> None:
        """Give every entry its base-year stock."""
        self.catalogue = self._influences.technologies
        self.world = 1.0  # the world's stock over that of the base year
        self.spent = 0.0
        self.given_up = 0.0
        self.kinds = {kind: Adopters(kind, self.catalogue) for kind in TABLE_OF_ADOPTER}
        self.city_rows = self._rows_of("city")
        self.turnover_rows = self._rows_of("turnover")
        if not self.catalogue:
            return
        city.technologies["cost"] = [entry.cost for entry in self.catalogue]
        city.technologies["share"] = [entry.start_share for entry in self.catalogue]
        self._measure_turnover(city)
        p = self.at(TODAY)
        people = look_at_people(city)
        for adopters in self.kinds.values():
            willing = self._willing(city, adopters)
            equipped = self._equipped(city, adopters)
            adopters.start(city, draws, self._costs(city, adopters), p, people, equipped, willing)
            codes = adopters.eligibility.codes(city)
            adopters.count(city, people, codes, adopters.eligibility.masks(city))
        self._fit_out_homes(city, draws)
        self._influences.anchor(("persons", "households", "dwellings", "businesses", "jobs", "vehicles"))

    def arrive(self, city: Any, rows: Mapping[str, NDArray[Any]], draws: Draws) -> None:
        """Mark who is new, to be equipped in my step; fit out new homes."""
        for table in TABLE_OF_ADOPTER.values():
            if table in rows:
                city.table(table)["technologies"][rows[table]] |= NEW_AGENT
        if "dwellings" in rows:
            self._install(city, rows["dwellings"], draws, "technology.new_home")

    def step(self, city: Any, year: int, draws: Draws) -> None:
        """Live one year of learning, adoption and deployment."""
        self.spent = self.given_up = 0.0
        if not self.catalogue:
            return
        p = self.at(year)
        spreading = year >= p.base_year
        self._lower_costs(city, year, p)
        self._take_over_homes(city, year)
        people = look_at_people(city)
        for adopters in self.kinds.values():
            self._adopt(city, year, draws, adopters, p, people, spreading)
        self._leave_in_homes(city)
        self._deploy(city, year, p, spreading)
        self._measure_turnover(city)

    def measure(self, city: Any, year: int) -> dict[str, Statistic]:
        """Report adoption shares, gaps and spending."""
        return measure_adoption(self, city)

    def _rows_of(self, adopter: str) -> NDArray[np.int64]:
        return np.array([row for row, entry in enumerate(self.catalogue) if entry.adopter == adopter], np.int64)

    def _shares(self, city: Any) -> NDArray[np.float64]:
        return np.asarray(city.technologies["share"], dtype=np.float64)

    def _willing(self, city: Any, adopters: Adopters) -> NDArray[np.float64]:
        """Share of those who have the prerequisites who may ever adopt: the rest of the ceiling is taken off there."""
        ready = np.maximum(ready_share(self.catalogue, adopters.rows, self._shares(city)), 1e-9)
        return np.minimum(adopters.ceiling / ready, 1.0)

    def _costs(self, city: Any, adopters: Adopters) -> NDArray[np.float64]:
        return np.asarray(city.technologies["cost"][adopters.rows], dtype=np.float64)

    def _lower_costs(self, city: Any, year: int, p: Any) -> None:
        if year > p.base_year:
            self.world *= 1.0 + p.global_growth
        first = np.array([entry.cost for entry in self.catalogue])
        rates = np.array([entry.learning_rate for entry in self.catalogue])
        city.technologies["cost"] = learning_cost(first, self.world, rates)

    def _equipped(self, city: Any, adopters: Adopters) -> NDArray[np.uint64]:
        """Bits of the entries whose prerequisites of another kind of adopter are met, uint64 [n]."""
        equipped = np.full(city.table(adopters.table).size, ALL)
        for row, children in adopters.outside.items():
            if self.catalogue[row].adopter in TABLE_OF_ADOPTER:
                has = np.asarray(self._influences.adopted(row, adopters.table), dtype=bool)
                equipped &= looked_up(np.array([~children, ALL]), has.view(np.uint8))
        return equipped

    def _adopt(
        self, city: Any, year: int, draws: Draws, adopters: Adopters, p: Any, people: People, spreading: bool
    ) -> None:
        if not adopters.number:
            return
        costs = self._costs(city, adopters)
        codes = adopters.eligibility.codes(city)
        eligible = adopters.eligibility.masks_of(codes, city.table(adopters.table).size)
        equipped = self._equipped(city, adopters)
        profile = profile_of(adopters.kind, city, people)
        factor = adopters.factors(costs, p, profile)
        given = adopters.given.masks(city)
        if adopters.given.asked:
            city.table(adopters.table)["technologies"] |= given
        willing = self._willing(city, adopters)
        keys = decision_keys(adopters.kind, city)
        adopters.equip_newcomers(city, draws, keys, factor, eligible & equipped, given, profile, willing)
        gained = np.zeros(adopters.number, np.int64)
        if spreading:
            ceiling = capped(self.catalogue, adopters.rows, self._shares(city))
            gained, lost = adopters.spread(
                city, year, draws, keys, factor, eligible & equipped, ceiling, willing, people, profile, p
            )
            self.given_up += float(lost.sum())
        adopters.count(city, people, codes, eligible)
        city.technologies["share"][adopters.rows] = adopters.share
        self._pay(city, adopters, gained, costs)

    def _pay(self, city: Any, adopters: Adopters, gained: NDArray[np.int64], costs: NDArray[np.float64]) -> None:
        workers = np.ones(adopters.number)
        if adopters.kind == "business":  # prices per worker: the mean size of those who have it
            workers = adopters.mean_size(city)
        for index, entry in enumerate(adopters.entries):
            buyers = adopters.users[index] if entry.recurring else gained[index]
            self._book_shared(entry, float(buyers * workers[index] * costs[index]))

    def _book_shared(self, entry: Any, amount: float) -> None:
        if amount == 0.0:
            return
        self.spent += amount
        self.book(entry.name, amount * (1.0 - entry.aid), payer=entry.payer)
        if entry.aid > 0.0:
            self.book(entry.name, amount * entry.aid, payer=entry.aid_payer, payee=entry.payer)

    def _deploy(self, city: Any, year: int, p: Any, spreading: bool) -> None:
        if not self.city_rows.size:
            return
        shares = self._shares(city)
        after = shares[self.city_rows]
        if spreading:
            after = deploy(self.catalogue, self.city_rows, shares, p.imitation_factor, year)
        for row, before, now in zip(self.city_rows, shares[self.city_rows], after, strict=True):
            entry = self.catalogue[row]
            paid = now if entry.recurring else now - before
            self._book_shared(entry, float(paid * extent(entry, city) * city.technologies["cost"][row]))
        city.technologies["share"][self.city_rows] = after

    def _measure_turnover(self, city: Any) -> None:
        for row in self.turnover_rows:
            city.technologies["share"][row] = measured_share(self.catalogue[row], city)

    def _take_over_homes(self, city: Any, year: int) -> None:
        """Let households that moved find what the last occupants had fixed in the home."""
        fixed = self.kinds["household"].home_bound
        if not fixed:
            return
        held, dwelling = city.households["technologies"], city.households["dwelling"]
        moved = np.flatnonzero((city.households["last_move_year"] >= year) | ((held & NEW_AGENT) != 0))
        found = carried(city.dwellings["technologies"], dwelling[moved], np.uint64(0)) & fixed
        held[moved] = (held[moved] & ~fixed) | found

    def _leave_in_homes(self, city: Any) -> None:
        fixed = self.kinds["household"].home_bound
        if not fixed:
            return
        at_home = np.flatnonzero(city.households["dwelling"] >= 0)
        homes = city.households["dwelling"][at_home].astype(np.int64)
        copy_rows(city.dwellings["technologies"], homes, city.households["technologies"] & fixed, at_home)

    def _fit_out_homes(self, city: Any, draws: Draws) -> None:
        """Fix the base-year stock in homes: what the occupants have, and a share of the empty ones."""
        occupied = np.zeros(city.dwellings.size, dtype=bool)
        dwelling = city.households["dwelling"]
        occupied[dwelling[dwelling >= 0]] = True
        self._install(city, np.flatnonzero(~occupied), draws, "technology.empty_home")
        self._leave_in_homes(city)

    def _install(self, city: Any, homes: NDArray[Any], draws: Draws, name: str) -> None:
        adopters = self.kinds["household"]
        fixed = np.zeros(homes.size, dtype=np.uint64)
        keys = city.dwellings.key[homes]
        in_all = adopters.users / max(city.households.size, 1)
        for index, entry in enumerate(adopters.entries):
            if entry.home_bound:
                drawn = draws.uniform(f"{name}.{entry.name}", keys)
                fixed |= (drawn < in_all[index]) * (ONE << np.uint64(index))
        city.dwellings["technologies"][homes] = fixed
