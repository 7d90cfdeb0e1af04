"""What the parts of one demographic year share: the city, the draws, the parameters and the count of events."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.city.city import City
from citysim.core.draws import Draws
from citysim.core.kernels.links import chains

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
    _minors: tuple[int, Rows] = (-1, np.empty(0, np.int64))
    _families: tuple[int, tuple[Chains, Chains]] | None = None

    def minors(self) -> Rows:
        """Rows of people under 18, found once as long as nobody is added."""
        persons = self.city.persons
        if self._minors[0] != persons.size:
            self._minors = persons.size, np.flatnonzero(persons["age"] < ADULT)
        return self._minors[1]

    def families(self) -> tuple[Chains, Chains]:
        """Children of each mother and of each father, as chains of rows; laid once as long as nobody is added."""
        persons = self.city.persons
        if self._families is None or self._families[0] != persons.size:
            mother, father = persons["mother"], persons["father"]
            known = np.flatnonzero(np.maximum(mother, father) >= 0)  # links are rows or -1
            laid = chains(known, mother, persons.size), chains(known, father, persons.size)
            self._families = persons.size, laid
        return self._families[1]

    def count(self, event: str, number: float) -> None:
        """Add to the count of an event."""
        self.events[event] = self.events.get(event, 0.0) + float(number)
