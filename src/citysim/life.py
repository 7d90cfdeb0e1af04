"""A city that lives: builds the people, homes and businesses, then lets each domain act once a year.

The order of the year is the list `domain=[...]`. Between two domains the tables are compacted, links follow, and rows
that one domain added are completed by all others (`Domain.arrive`).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim import domains as domain_package
from citysim.city.build import Synthesis, synthesise
from citysim.city.city import TABLES, City, Travel, constant_columns
from citysim.city.groups import Splitter
from citysim.city.readers.tables import read_table
from citysim.config.folders import configs_folder
from citysim.config.schema import Config
from citysim.core.cycle import Cycle
from citysim.core.declare import Column
from citysim.core.domain import Domain, Ledger, discover
from citysim.core.draws import Draws, mix_keys
from citysim.core.tables import Table, tables_from
from citysim.core.technology import Influences
from citysim.outputs.recorder import Indicator, Reading, indicators, record_costs, record_domain
from citysim.technologies import load_technologies
from citysim.technologies.adoption import adopted

START = 0  # the year under which draws before the first year are keyed


class CityLife:
    """A real city, year by year.

    Parameters
    ----------
    config
        Settings of the run (`citysim.config.compose.compose`).
    synthesis
        A city made beforehand; by default it is made from the folder that the settings name.

    Attributes
    ----------
    city
        Tables, map and figures; read-only through this attribute.
    year
        Last year that was lived.
    running
        Whether a year is left to live; `step` refuses to go on when none is.
    domains
        Domains in the order in which they act.
    readings
        What was measured in `year`, measure by measure.
    cycle
        The order of the year, with the time spent in each domain.
    """

    def __init__(self, config: Config, synthesis: Synthesis | None = None) -> None:
        self.config = checked(config)
        self.running = True
        self.year = config.calendar.start - config.calendar.warmup - 1
        self.ledger = Ledger()
        self.readings: list[Reading] = []
        self.technologies = load_technologies(config.technologies)
        classes = discover(domain_package)
        synthesis = synthesis or build_city(config)
        self.city = _populate(synthesis, classes, list(self.technologies), config)
        influences = Influences(self.technologies, partial(adopted, self.city, self.technologies))
        self.parameters = config.parameters({name: classes[name].params for name in config.domains})
        self.domains: dict[str, Domain] = {
            name: classes[name](self.parameters[name], config.coupling, influences, self.ledger)
            for name in config.domains
        }
        views = {name: self.city.view(name, domain.rows) for name, domain in self.domains.items()}
        self.cycle = Cycle(self.domains, self.city.tables, views, self.city.sources)
        self._lever_events = {
            f"{name}.{param.cost}" for name, one in self.domains.items() for param in one.params.values() if param.cost
        }
        draws = Draws(config.seed, START)
        self.cycle.start(draws)
        self.city.freeze_donors(draws)
        for _ in range(config.calendar.warmup):
            self._live(measure=False)
        self.cycle.seconds = dict.fromkeys(self.domains, 0.0)

    def step(self) -> None:
        """Live one year and measure it; a RuntimeError if none is left."""
        if not self.running:
            raise RuntimeError(f"no year is left to live: calendar.end is {self.config.calendar.end}")
        self._live(measure=True)
        if self.year >= self.config.calendar.end:
            self.running = False

    def _live(self, measure: bool) -> None:
        self.year += 1
        self.ledger.entries.clear()
        self.cycle.live(self.year, Draws(self.config.seed, self.year))
        if measure:
            self.readings = self.measure()

    @property
    def indicators(self) -> list[Indicator]:
        """What was measured in `year`, number by number."""
        return indicators(self.readings)

    def measure(self) -> list[Reading]:
        """Measure the city as it stands; changes nothing."""
        splitter = Splitter(self.city)
        readings: list[Reading] = []
        for name, domain in self.domains.items():
            measured = domain.measure(self.cycle.views[name], self.year)
            readings += record_domain(name, domain.measures, measured, splitter.split, self.city.weight, self.year)
        return readings + record_costs(self.ledger, self.city.weight, self.year, self._lever_events)

    @property
    def population(self) -> float:
        """People in the city."""
        return self.city.persons.size * self.city.weight


def checked(config: Config) -> Config:
    """Refuse what is no settings of a run, in one line."""
    if not isinstance(config, Config):
        raise TypeError(f"config must be what citysim.config.compose.compose() returns, not {type(config).__name__}")
    return config


def build_city(config: Config) -> Synthesis:
    """Synthesise the city of some settings as on 1 January before the warm-up years."""
    first = config.calendar.start - config.calendar.warmup
    assumptions = config.city.get("assumptions")
    return synthesise(config.city_folder, config.seed, config.scale, reference, first, assumptions)


@cache
def reference(name: str) -> dict[str, NDArray[Any]]:
    """Return a published national table of `configs/reference` by name, as columns."""
    return read_table(configs_folder() / "reference" / f"{name}.csv")


def _populate(
    synthesis: Synthesis, classes: Mapping[str, type[Domain]], technologies: list[Any], config: Config
) -> City:
    """Put the synthesised columns into tables that the domains have declared.

    Columns of a domain that is left out of the run have no owner: nobody changes them.
    """
    declared: list[tuple[str, str, Column]] = [
        (name if name in config.domains else "", full, column)
        for name, domain in classes.items()
        for full, column in domain.columns.items()
    ]
    constants = constant_columns(synthesis.tables, {full for _, full, _ in declared})
    tables = tables_from(declared + constants)
    for name in TABLES:
        tables.setdefault(name, Table(name, {}))
    for name, columns in synthesis.tables.items():
        values = {column: array for column, array in columns.items() if column in tables[name].columns}
        tables[name].append(np.asarray(columns["key"], dtype=np.uint64), values)
    names = np.arange(len(technologies))
    tables["technologies"].append(mix_keys("technology", names) if names.size else names.astype(np.uint64), {})
    minutes = np.asarray(synthesis.minutes, dtype=np.float32)
    return City(
        tables,
        Travel(np.asarray(synthesis.distance_km, dtype=np.float32), minutes, minutes.copy()),
        1.0 / config.scale,
        reference,
        synthesis.figures,
        synthesis.zones,
        config.alignment,
        config.calendar.start,
    )
