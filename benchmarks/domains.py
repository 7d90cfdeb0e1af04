"""Workload W as ordinary citysim domains: people live and die, earn, adopt, travel; households move."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from benchmarks.rates import FERTILITY, INCOME_AT_18, MODES, MORTALITY, MOVE_RATE, SIDE, SPACING, start_population
from citysim.core.choice import choose_linear, happens
from citysim.core.cycle import Cycle
from citysim.core.declare import Column
from citysim.core.domain import Domain, Ledger
from citysim.core.draws import Draws, mix_keys
from citysim.core.market import bucket_count, deferred_acceptance, sample_candidates, seekers_of
from citysim.core.tables import TableView, tables_from
from citysim.core.technology import Influences

TABLE = np.ascontiguousarray(MORTALITY.ravel())
CONSTANTS = np.array([mode[0] for mode in MODES])
COEFFICIENTS = np.array([[mode[k] for mode in MODES] for k in (1, 2, 3)])


class Life(Domain):
    """Ageing, deaths and births."""

    name = "life"
    rows = ("persons", "households")
    columns = {  # noqa: RUF012
        "persons.household": Column("int32", "row", "home", link="households"),
        "persons.age": Column("int16", "year", "age"),
        "persons.female": Column("bool", "flag", "woman"),
        "persons.work": Column("int16", "code", "zone of work"),
        "households.size": Column("int16", "person", "members"),
    }

    def step(self, city, year, draws):
        persons, households = city.persons, city.households
        age, female, home = persons["age"], persons["female"], persons["household"]
        age += 1
        cell = female * np.int16(111) + np.minimum(age, 110)
        died = happens(draws, "life.death", persons.key, TABLE, cell=cell)
        mother = np.flatnonzero(female & (age >= 15) & (age < 50) & ~died)
        keys = persons.key[mother]
        mother = mother[happens(draws, "life.birth", keys, FERTILITY, cell=age[mother])]
        size = households["size"]
        size[:] = np.bincount(home[~died], minlength=size.size)
        np.add.at(size, home[mother], 1)
        born = mix_keys("person", persons.key[mother], year)
        persons.append(
            born,
            {
                "household": home[mother],
                "female": draws.uniform("life.sex", born) < 0.5,
                "work": draws.integers("life.work", born, SIDE * SIDE),
            },
        )
        persons.retire(np.flatnonzero(died))
        households.retire(np.flatnonzero(size == 0))


class Means(Domain):
    """Incomes and cars."""

    name = "means"
    columns = {  # noqa: RUF012
        "persons.income": Column("float32", "EUR/year", "income"),
        "persons.car": Column("bool", "flag", "has a car"),
    }

    def step(self, city, year, draws):
        persons = city.persons
        age, income, car = persons["age"], persons["income"], persons["car"]
        coming = np.flatnonzero(age == 18)
        income[coming] = INCOME_AT_18
        car[coming] = draws.uniform("means.car", persons.key[coming]) < 0.5
        # Children earn nothing, and nothing grows to nothing: no need to pick the adults out.
        shock = draws.normal("means.income", persons.key).astype(np.float32)
        shock *= np.float32(0.10)
        shock += np.float32(0.005)
        income *= np.exp(shock, out=shock)


class Adoption(Domain):
    """A technology that spreads among neighbours."""

    name = "adoption"
    columns = {"persons.adopter": Column("bool", "flag", "has adopted")}  # noqa: RUF012

    def step(self, city, year, draws):
        persons = city.persons
        adopter = persons["adopter"]
        zone = np.take(city.zone_of_households(), persons["household"])
        # Zone and state in one code, so that one count gives adults and adopters of every zone.
        code = zone + (persons["age"] >= 18) * np.int16(SIDE * SIDE) + adopter * np.int16(SIDE * SIDE)
        _, adults, adopters = np.bincount(code, minlength=3 * SIDE * SIDE).reshape(3, -1)
        share = adopters / np.maximum(adults + adopters, 1)
        cell = np.where(code // (SIDE * SIDE) == 1, zone, np.int16(-1))
        adopter |= happens(draws, "adoption.adopt", persons.key, 0.005 + 0.25 * share, cell=cell)


class Travel(Domain):
    """The mode of each adult's way to work."""

    name = "travel"
    columns = {"persons.mode": Column("int8", "code", "walk, bike, public transport, car", fill=-1)}  # noqa: RUF012

    def step(self, city, year, draws):
        persons = city.persons
        age = persons["age"]
        zone = np.take(city.zone_of_households(), persons["household"]).astype(np.int32)
        # Everybody goes through the kernel, children with nothing to choose from: cheaper than picking adults out.
        attributes = np.empty((3, age.size), np.float32)
        np.take(city.distance.ravel(), zone * np.int32(SIDE * SIDE) + persons["work"], out=attributes[0])
        np.maximum(age - np.int16(50), 0, out=attributes[1], casting="unsafe")
        attributes[1] *= np.float32(0.1)
        np.maximum(persons["income"], np.float32(1.0), out=attributes[2])
        attributes[2] *= np.float32(1 / 30_000)
        np.log(attributes[2], out=attributes[2])
        available = np.empty((4, age.size), bool)
        available[:3] = age >= 18
        np.logical_and(available[0], persons["car"], out=available[3])
        persons["mode"] = choose_linear(
            draws, "travel.mode", persons.key, CONSTANTS, COEFFICIENTS, attributes, available
        )


class Homes(Domain):
    """Moves to the best of the vacant homes that a household sees."""

    name = "homes"
    rows = ("dwellings",)
    columns = {  # noqa: RUF012
        "households.dwelling": Column("int32", "row", "home", link="dwellings"),
        "dwellings.zone": Column("int16", "code", "zone"),
        "dwellings.quality": Column("float32", "1", "quality"),
        "dwellings.price": Column("float32", "EUR/year", "price"),
    }

    def step(self, city, year, draws):
        households, dwellings, persons = city.households, city.dwellings, city.persons
        home = households["dwelling"]
        movers = np.flatnonzero(happens(draws, "homes.move", households.key, MOVE_RATE))
        vacant = np.ones(dwellings.size, bool)
        vacant[home] = False
        free = np.flatnonzero(vacant)
        buckets = city.buckets
        probes = max(1, round(10 * buckets / max(free.size, 1)))
        indptr, seen = sample_candidates(draws, "homes", households.key[movers], dwellings.key[free], probes, buckets)
        income = np.bincount(persons["household"], persons["income"], minlength=households.size)
        seeker = seekers_of(indptr)
        rank = draws.uniform("homes.rank", households.key[movers])
        place = free[seen]
        income_of_mover = np.maximum(income[movers], 1000.0)[seeker]
        taste = dwellings["quality"][place] - 2.0 * dwellings["price"][place] / income_of_mover
        match = deferred_acceptance(indptr, seen, taste, rank[seeker], free.size)
        moved = match >= 0
        home[movers[moved]] = free[match[moved]]


def build(persons: int, seed: int = 1) -> tuple[Cycle, SimpleNamespace]:
    """Tables of W and the cycle of its domains."""
    classes = (Life, Means, Adoption, Travel, Homes)
    tables = tables_from([(one.name, full, column) for one in classes for full, column in one.columns.items()])
    for name, columns in start_population(persons, seed).items():
        keys = columns.pop("key")
        tables[name].append(keys, columns)
    grid = np.array([(zone % SIDE * SPACING, zone // SIDE * SPACING) for zone in range(SIDE * SIDE)])
    distance = np.linalg.norm(grid[:, None] - grid[None, :], axis=2).astype(np.float32)
    vacant = tables["dwellings"].size - tables["households"].size
    values = SimpleNamespace(at=lambda year: SimpleNamespace())
    domains = {one.name: one(values, {}, Influences([], lambda *_: 0.0), Ledger()) for one in classes}

    def view(domain):
        seen = SimpleNamespace(distance=distance, buckets=bucket_count(vacant))
        for name, table in tables.items():
            setattr(seen, name, TableView(table, domain.name, name in domain.rows))
        seen.zone_of_households = lambda: np.take(
            tables["dwellings"].column("zone"), tables["households"].column("dwelling")
        )
        return seen

    cycle = Cycle(domains, tables, {name: view(domain) for name, domain in domains.items()})
    return cycle, SimpleNamespace(tables=tables, seed=seed)


def run(persons: int, years: range, seed: int = 1) -> tuple[Cycle, int]:
    """Live W for some years; returns the cycle and the person-years lived."""
    cycle, world = build(persons, seed)
    lived = 0
    for year in years:
        lived += world.tables["persons"].size
        cycle.live(year, Draws(seed, year))
    return cycle, lived


def numbers(cycle: Cycle) -> dict[str, float]:
    """Population, mean adult income, adopter share and mode shares: to check that two versions do the same work."""
    persons = cycle.tables["persons"]
    adult = persons.column("age") >= 18
    return {
        "population": persons.size,
        "income": float(persons.column("income")[adult].mean()),
        "adopters": float(persons.column("adopter")[adult].mean()),
        "car": float((persons.column("mode")[adult] == 3).mean()),
    }
