"""A year: each domain acts once, in order, on tables that hold living rows only.

After a domain has acted, rows it retired vanish, links follow, and all other domains complete the rows it added.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import process_time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.core.domain import Domain
from citysim.core.draws import Draws
from citysim.core.tables import Sources, Table, compact_all, split_name

FindSources = Callable[[str, NDArray[np.int64]], Sources]


class Cycle:
    """The order of the year.

    Parameters
    ----------
    domains
        Domains by name, in the order in which they act.
    tables
        All tables.
    views
        What each domain sees of the city.
    find_sources
        Called with a table and its new rows for what these are copied from in columns that other domains own.

    Attributes
    ----------
    seconds
        Processor time spent in each domain so far: its own step, with the rows that came and went in it, and what it
        did to rows that others added.
    """

    def __init__(
        self,
        domains: Mapping[str, Domain],
        tables: Mapping[str, Table],
        views: Mapping[str, Any],
        find_sources: FindSources | None = None,
    ) -> None:
        self.domains, self.tables, self.views = dict(domains), tables, dict(views)
        self._find_sources = find_sources
        self.seconds = dict.fromkeys(self.domains, 0.0)
        self._require_reads()

    def start(self, draws: Draws) -> None:
        """Let every domain give its columns their first values."""
        for name, domain in self.domains.items():
            domain.start(self.views[name], draws)
        compact_all(self.tables)

    def live(self, year: int, draws: Draws) -> None:
        """Let every domain act once."""
        for name, domain in self.domains.items():
            began = process_time()
            rows = self._act(name, domain, year, draws)
            self.seconds[name] += process_time() - began
            if rows:
                self._tell_others(name, rows, draws)

    def _act(self, name: str, domain: Domain, year: int, draws: Draws) -> dict[str, NDArray[np.int64]]:
        """Let one domain act; returns the rows that it added, by table."""
        sizes = {table: self.tables[table].size for table in domain.rows}
        domain.step(self.views[name], year, draws)
        added = {table: np.arange(size, self.tables[table].size) for table, size in sizes.items()}
        added = {table: new for table, new in added.items() if new.size}
        find = self._find_sources
        moved = compact_all(self.tables, {table: find(table, new) for table, new in added.items()} if find else None)
        return {table: _still_there(new, moved.get(table)) for table, new in added.items()}

    def _tell_others(self, name: str, rows: Mapping[str, NDArray[np.int64]], draws: Draws) -> None:
        for other, listener in self.domains.items():
            if other != name:
                began = process_time()
                listener.arrive(self.views[other], rows, draws)
                self.seconds[other] += process_time() - began

    def _require_reads(self) -> None:
        for name, domain in self.domains.items():
            for full in domain.reads:
                table, column = split_name(full)
                if table not in self.tables or column not in self.tables[table].columns:
                    raise LookupError(
                        f"domain {name} reads {full}, which no domain declares and the city does not give"
                    )


def _still_there(rows: NDArray[np.int64], moved: NDArray[np.int32] | None) -> NDArray[np.int64]:
    """Where added rows are after compaction, without those that vanished at once."""
    if moved is None:
        return rows
    now = moved[rows].astype(np.int64)
    return now[now >= 0]
