"""A city as its domains see it: tables of agents, zones on a map, travel times and published figures."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.city.codes import NONE
from citysim.core.declare import Column
from citysim.core.draws import Draws, Keys
from citysim.core.kernels.columns import carried, looked_up
from citysim.core.tables import Sources, Table, TableView

Reference = Callable[[str], dict[str, NDArray[Any]]]

TABLES = (
    "persons",
    "households",
    "dwellings",
    "businesses",
    "jobs",
    "commuters",
    "vehicles",
    "zones",
    "technologies",
    "facilities",
)
DONOR_HOUSEHOLDS = 6000


@dataclass
class Travel:
    """Travel times between zones: what people perceived last year.

    Attributes
    ----------
    distance_km
        float32 [zone, zone].
    free_flow
        float32 [mode, zone, zone], minutes on empty roads.
    minutes
        float32 [mode, zone, zone], perceived minutes; mobility updates it at the end of its year.
    """

    distance_km: NDArray[np.float32]
    free_flow: NDArray[np.float32]
    minutes: NDArray[np.float32]

    def update(self, minutes: NDArray[Any]) -> None:
        """Replace the perceived times."""
        self.minutes = np.ascontiguousarray(minutes, dtype=np.float32)


@dataclass
class Donors:
    """Frozen base-year households from which newcomers are copied, so that scenarios receive the same people.

    Attributes
    ----------
    persons, households
        Columns of the donors; `persons["household"]` and family links point within the donors.
    first
        int64 [households + 1]: persons of donor household h are rows first[h] to first[h + 1].
    given
        Columns that newcomers have from their donors, by table: those that the owner of the rows does not write. Behind
        the donors they have a column's first value, for those without a donor.
    """

    persons: dict[str, NDArray[Any]] = field(default_factory=dict)
    households: dict[str, NDArray[Any]] = field(default_factory=dict)
    first: NDArray[np.int64] = field(default_factory=lambda: np.zeros(1, np.int64))
    given: dict[str, dict[str, NDArray[Any]]] = field(default_factory=dict)


class City:
    """Tables, map and published figures of one city in one run.

    Parameters
    ----------
    tables
        All tables by name.
    travel
        Travel times and distances.
    weight
        People, homes and businesses that one agent stands for (1 / scale).
    reference
        Gives a published national table by name (`configs/reference`).
    figures
        Published figures of the city.
    geometry
        Names, outlines and positions of the zones.
    alignment
        Official projection whose totals demography follows, `none` for none.
    first_year
        First simulated year, to which the warm-up leads.

    Attributes
    ----------
    persons, households
        People, and those who live together.
    dwellings
        Occupied or not.
    businesses, jobs
        Establishments with at least one job, and their jobs, filled or vacant.
    commuters
        People who live outside and work in the city.
    vehicles
        Cars of households.
    zones
        Communes and quarters, then external zones.
    technologies
        Catalogue entries.
    facilities
        Surgeries, shops, schools.
    """

    persons: TableView
    households: TableView
    dwellings: TableView
    businesses: TableView
    jobs: TableView
    commuters: TableView
    vehicles: TableView
    zones: TableView
    technologies: TableView
    facilities: TableView

    def __init__(
        self,
        tables: Mapping[str, Table],
        travel: Travel,
        weight: float,
        reference: Reference,
        figures: Mapping[str, float],
        geometry: Any = None,
        alignment: str = "none",
        first_year: int = 2025,
    ) -> None:
        self.tables = dict(tables)
        self.travel = travel
        self.weight = float(weight)
        self.reference = reference
        self.figures = dict(figures)
        self.geometry = geometry
        self.alignment = alignment
        self.first_year = first_year
        self.donors = Donors()
        self._hand_out({name: TableView(table, "", False) for name, table in self.tables.items()})

    def _hand_out(self, tables: dict[str, TableView]) -> None:
        self._tables = tables
        self.__dict__.update(tables)  # attributes, as domains ask for them hundreds of times a year

    def view(self, domain: str, rows: tuple[str, ...] = ()) -> City:
        """Return the same city as one domain may use it: its own columns writable, the rest read-only."""
        seen = copy.copy(self)
        seen._hand_out({name: TableView(table, domain, name in rows) for name, table in self.tables.items()})
        return seen

    def table(self, name: str) -> TableView:
        """Return a table by name, as the actor of this view may use it."""
        return self._tables[name]

    @cached_property
    def internal(self) -> int:
        """Number of zones inside the city; external zones come after them."""
        return int(np.count_nonzero(~self.tables["zones"].column("external")))

    def person_zone(self) -> NDArray[np.int16]:
        """Zone of residence of each person, int16 [persons]; people in institutions by their institution's zone."""
        persons, households = self.tables["persons"], self.tables["households"]
        zone: NDArray[np.int16] = carried(households.column("zone"), persons.column("household"), np.int16(NONE))
        return np.maximum(zone, persons.column("institution_zone"), out=zone)  # one of the two is -1

    def household_decision_keys(self) -> Keys:
        """Keys under which households decide: those of their reference persons, uint64 [households]."""
        keys: Keys = looked_up(self.tables["persons"].key, self.tables["households"].column("reference_person"))
        keys.flags.writeable = False
        return keys

    def freeze_donors(self, draws: Draws) -> None:
        """Keep a keyed sample of today's households as the donors of all newcomers."""
        households, persons = self.tables["households"], self.tables["persons"]
        lot = draws.uniform("city.donors", households.key)
        chosen = np.sort(np.argsort(lot, kind="stable")[:DONOR_HOUSEHOLDS])
        new_household = np.full(households.size, NONE, np.int32)
        new_household[chosen] = np.arange(chosen.size)
        member = persons.column("household")
        donor = np.where(member >= 0, new_household[member], NONE)
        rows = np.flatnonzero(donor >= 0)
        rows = rows[np.argsort(donor[rows], kind="stable")]
        new_person = np.full(persons.size, NONE, np.int32)
        new_person[rows] = np.arange(rows.size)
        moved = {"households": new_household, "persons": new_person}
        # Filled in place: the views of the domains share this object.
        self.donors.persons = _frozen(persons, rows, moved)
        self.donors.households = _frozen(households, chosen, moved)
        self.donors.first = np.searchsorted(donor[rows], np.arange(chosen.size + 1))
        for name, donors in (("persons", self.donors.persons), ("households", self.donors.households)):
            self.donors.given[name] = _given(self.tables[name], donors)

    def sources(self, table: str, rows: NDArray[Any]) -> Sources:
        """What new rows have from their donors: all columns that the owner of the rows does not write."""
        given = self.donors.given.get(table, {})
        if not given:
            return Sources({}, rows)
        origin = self.tables[table].column("origin")[rows].astype(np.int64)
        return Sources(given, np.where(origin >= 0, origin, next(iter(given.values())).size - 1))


def _given(table: Table, donors: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    writer = table.owners.get("origin")
    return {
        name: np.append(values, values.dtype.type(table.columns[name].initial))
        for name, values in donors.items()
        if table.columns[name].link is None and table.owners.get(name) != writer
    }


def _frozen(table: Table, rows: NDArray[Any], moved: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    frozen = {}
    for name, declaration in table.columns.items():
        values = table.column(name)[rows]
        if declaration.link is not None:
            if declaration.link in moved:
                values = np.where(values >= 0, moved[declaration.link][values], NONE).astype(np.int32)
            else:
                values = np.full(rows.size, NONE, np.int32)
        values.flags.writeable = False
        frozen[name] = values
    return frozen


def constant_columns(
    synthesised: Mapping[str, Mapping[str, NDArray[Any]]], declared: set[str]
) -> list[tuple[str, str, Column]]:
    """Declare what the synthesis gives and no domain owns: constants of the city."""
    found = []
    for table, columns in synthesised.items():
        for name, values in columns.items():
            if name != "key" and values.dtype.kind in "biuf" and f"{table}.{name}" not in declared:
                found.append(("", f"{table}.{name}", Column(str(values.dtype), "1", "constant of the city")))
    return found
