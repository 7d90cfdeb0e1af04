"""What the parts of one demographic year share: the city, the draws, the parameters and the count of events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.city.city import City
from citysim.city.codes import NONE
from citysim.core.draws import Draws
from citysim.core.kernels.columns import rows_where
from citysim.core.kernels.links import add_to_chains

Rows = NDArray[np.int64]
Chains = tuple[NDArray[np.int32], NDArray[np.int32]]
ADULT = 18
DEPENDANT = 25  # children follow a parent who moves until this age


@dataclass
class Year:
    """One year of one city.

    Attributes
    ----------
    city
        The city as demography may use it.
    year
        Calendar year.
    draws
        Keyed draws of the year.
    values
        Parameters of the year.
    base
        What was frozen in the first year.
    coupled
        Feedbacks that are on.
    events
        Counts of this year, unweighted.
    separated
        Rows of people who separated this year: they do not look for a partner before the next.
    returned
        Rows of people who went back to their parents this year: they do not leave again before the next.
    gone
        People who died or moved to a nursing home this year, and the households that they left.
    single_homes
        Homes of one person of last year, these persons and their ages, once known (`households.living_alone`).
    """

    city: City
    year: int
    draws: Draws
    values: SimpleNamespace
    base: dict[str, Any]
    coupled: dict[str, bool]
    events: dict[str, float] = field(default_factory=dict)
    separated: Rows = field(default_factory=lambda: np.empty(0, np.int64))
    returned: Rows = field(default_factory=lambda: np.empty(0, np.int64))
    gone: list[tuple[Rows, NDArray[Any]]] = field(default_factory=list)
    single_homes: tuple[Rows, Rows, NDArray[np.int8]] | None = None
    _minors: tuple[int, Rows] = (0, np.empty(0, np.int64))
    _chained: int = 0
    _chains: tuple[Chains, ...] = ()

    def minors(self) -> Rows:
        """Rows of people under 18."""
        persons, (looked_at, rows) = self.city.persons, self._minors
        if looked_at < persons.size:
            new = rows_where(persons["age"][looked_at:] < ADULT)
            new += looked_at
            self._minors = persons.size, np.concatenate([rows, new])
        return self._minors[1]

    def families(self) -> tuple[Chains, ...]:
        """Children of each mother and of each father, as chains of rows; parents do not change in a year."""
        persons, start = self.city.persons, self._chained
        room = self._chains[0][1].size if self._chains else -1
        if persons.size > room:
            start, room = 0, persons.size + persons.size // 8  # for those who will be born and move in
            self._chains = tuple((np.full(room + 1, NONE, np.int32), np.empty(room, np.int32)) for _ in range(2))
        if persons.size > start:
            for link, chain in zip((persons["mother"], persons["father"]), self._chains, strict=True):
                known = rows_where(link[start:] >= 0)
                known += start
                add_to_chains(known, link, *chain)
            self._chained = persons.size
        return self._chains

    def kept(self, name: str, inputs: tuple[Any, ...], make: Callable[[], Any]) -> Any:
        """What was made of these inputs last year, as long as they are the same objects; else what is made now."""
        known = self.base.get(name)
        if known is None or any(mine is not other for mine, other in zip(inputs, known[0], strict=True)):
            known = self.base[name] = inputs, make()
        return known[1]

    def count(self, event: str, number: float) -> None:
        """Add to the count of an event."""
        self.events[event] = self.events.get(event, 0.0) + float(number)
