"""Live handles on rows, so that Mesa's tools (select, agg, do, collectors) work on column tables.

A handle knows its key and finds its row at every access: a handle on an agent that has died or left raises.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from random import Random
from typing import Any

import mesa
from mesa.agent import AgentSet

from citysim.core.tables import Table


class DeadAgentError(LookupError):
    """The agent behind a handle is no longer in the model."""


class RowAgent(mesa.Agent):
    """A handle on one row of a table; attributes read and write its columns.

    Parameters
    ----------
    model
        The Mesa model.
    table
        Table of the row.
    key
        Identity of the row; also Mesa's `unique_id`.
    """

    def __init__(self, model: mesa.Model, table: Table, key: int) -> None:
        # Not super().__init__: handles are made on demand and never registered one by one.
        fields = self.__dict__
        fields["model"], fields["_table"], fields["unique_id"], fields["pos"] = model, table, int(key), None

    @property
    def row(self) -> int:
        """Today's row of the agent.

        Raises
        ------
        DeadAgentError
            If it died, left or closed.
        """
        try:
            return self._table.row_of(self.unique_id)
        except KeyError:
            raise DeadAgentError(f"{type(self).__name__} {self.unique_id} is no longer in the model") from None

    @property
    def key(self) -> int:
        """Identity of the agent."""
        return int(self.unique_id)

    def __getattr__(self, name: str) -> Any:
        table = self.__dict__.get("_table")
        if table is None or name not in table.columns:
            raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")
        return table.column(name)[self.row].item()

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self._table.columns:
            self._table.column(name)[self.row] = value
        elif name in ("model", "unique_id", "pos", "_table"):
            object.__setattr__(self, name, value)
        else:
            raise AttributeError(f"{type(self).__name__} has no attribute {name!r}; a domain declares new columns")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RowAgent) and (self._table is other._table) and self.unique_id == other.unique_id

    def __hash__(self) -> int:
        return hash(self.unique_id)

    def remove(self) -> None:
        """Refuse: people die and leave through their domain, which keeps households and jobs consistent."""
        raise TypeError("agents leave the model through the domain that owns their table")


class HandleSet(AgentSet):
    """A Mesa AgentSet that keeps its members alive: handles are held by nobody else."""

    def __init__(self, agents: Iterable[RowAgent], random: Random) -> None:
        members = list(agents)
        super().__init__(members, random=random)
        self._members = members

    def select(self, *arguments: Any, **options: Any) -> HandleSet:
        """Filter as Mesa does, and keep the result alive."""
        chosen = super().select(*arguments, **options)
        return self if chosen is self else HandleSet(list(chosen), self.random)

    def __iter__(self) -> Iterator[Any]:
        return iter(list(super().__iter__()))


class HandlesByType(dict[type[RowAgent], HandleSet]):
    """`model.agents_by_type`: sets of handles made when they are asked for."""

    def __init__(self, makers: dict[type[RowAgent], Callable[[], HandleSet]]) -> None:
        super().__init__()
        self._makers = makers

    def __missing__(self, kind: type[RowAgent]) -> HandleSet:
        self[kind] = self._makers[kind]()
        return self[kind]

    def __contains__(self, kind: object) -> bool:
        return kind in self._makers

    def __iter__(self) -> Iterator[type[RowAgent]]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)

    def keys(self) -> Any:
        """Types of agents."""
        return self._makers.keys()

    def items(self) -> Any:
        """Types and their sets."""
        return [(kind, self[kind]) for kind in self._makers]

    def values(self) -> Any:
        """Sets of handles."""
        return [self[kind] for kind in self._makers]
