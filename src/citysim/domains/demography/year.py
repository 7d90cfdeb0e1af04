"""What the parts of one demographic year share: the city, the draws, the parameters and the count of events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.city.city import City
from citysim.core.draws import Draws
from citysim.core.tables import TableView

Rows = NDArray[np.int64]
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
        People who died or moved to a nursing home or a child this year, and the households that they left.
    departure_weights
        Relative hazard of leaving the city by age, household type and diploma, once it is known.
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
    departure_weights: NDArray[np.float64] | None = None
    _found: dict[str, tuple[int, Rows]] = field(default_factory=dict)

    def young(self) -> Rows:
        """Rows of people under 25."""
        return self._once("young", lambda persons: persons["age"] < DEPENDANT)

    def minors(self) -> Rows:
        """Rows of people under 18."""
        return self._once("minors", lambda persons: persons["age"] < ADULT)

    def grown_children(self) -> Rows:
        """Rows of adults whose mother or father is known."""
        # Links are rows or -1: the larger of two is not negative if one of them is known.
        return self._once(
            "grown_children",
            lambda persons: (np.maximum(persons["mother"], persons["father"]) >= 0) & (persons["age"] >= ADULT),
        )

    def _once(self, name: str, condition: Callable[[TableView], NDArray[np.bool_]]) -> Rows:
        """Rows of some people, found once as long as nobody is added: age and parents do not change in a year."""
        persons = self.city.persons
        size, rows = self._found.get(name, (-1, None))
        if size != persons.size:
            rows = np.flatnonzero(condition(persons))
            self._found[name] = persons.size, rows
        return rows

    def count(self, event: str, number: float) -> None:
        """Add to the count of an event."""
        self.events[event] = self.events.get(event, 0.0) + float(number)
