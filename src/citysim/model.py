"""A living city as a Mesa model: its people, households, workers and businesses as agents, made on demand.

Mesa (ter Hoeven et al., 2025) gives what is built around a model: agent sets, data collectors, its own explorers. The
years themselves are lived on columns (`citysim.life`), so that whoever only runs them need not load Mesa.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

import mesa
import numpy as np
from mesa.agent import AgentSet
from numpy.typing import NDArray

from citysim.city.agents import Business, Household, Person, Worker, in_labour_force
from citysim.city.build import Synthesis
from citysim.config.schema import Config
from citysim.core.agents import HandlesByType, HandleSet, RowAgent
from citysim.core.tables import Table
from citysim.life import CityLife, checked


class CityModel(CityLife, mesa.Model):
    """A real city, year by year (see `CityLife`), with handles on its agents.

    Parameters
    ----------
    config
        Settings of the run (`citysim.config.compose.compose`).
    synthesis
        A city made beforehand; by default it is made from the folder that the settings name.
    """

    def __init__(self, config: Config, synthesis: Synthesis | None = None) -> None:
        mesa.Model.__init__(self, rng=checked(config).seed)
        logging.getLogger("MESA").setLevel(logging.WARNING)
        logging.getLogger("mesa").setLevel(logging.WARNING)
        self._handles: HandlesByType | None = None
        CityLife.__init__(self, config, synthesis)

    def _live(self, measure: bool) -> None:
        self._handles = None
        super()._live(measure)

    @property
    def agents(self) -> AgentSet:
        """All households, persons, workers and businesses, as handles made on demand."""
        everyone = [agent for kind in self.agents_by_type for agent in self.agents_by_type[kind]]
        return HandleSet(everyone, self.random)

    @property
    def agents_by_type(self) -> HandlesByType:
        """Handles of each kind of agent; a person in the labour force is a Worker, not a Person."""
        if self._handles is None:
            active = in_labour_force(self.city)
            persons = self.city.tables["persons"]
            self._handles = HandlesByType(
                {
                    Household: self._maker(Household, self.city.tables["households"]),
                    Person: self._maker(Person, persons, ~active),
                    Worker: self._maker(Worker, persons, active),
                    Business: self._maker(Business, self.city.tables["businesses"]),
                }
            )
        return self._handles

    @property
    def agent_types(self) -> list[type]:
        """Kinds of agents."""
        return list(self.agents_by_type.keys())

    def _maker(
        self, kind: type[RowAgent], table: Table, where: NDArray[np.bool_] | None = None
    ) -> Callable[[], HandleSet]:
        def make() -> HandleSet:
            keys = table.key if where is None else table.key[where]
            return HandleSet([kind(self, table, key) for key in keys.tolist()], self.random)

        return make
