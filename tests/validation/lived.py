"""A town that has lived, as stylised facts see it: its measures by year, and what watchers noted of its people.

A module `facts_<domain>.py` of this folder has FACTS, a tuple of `Fact`, and WATCHERS, a dictionary of classes whose
objects see the live model once a year (`watch(model)`) and are found again under their name in `Lived.watchers`.
`python -m benchmarks.facts --seeds 5` tests all facts in Bourges Plus; the tests here do so in small towns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from citysim.config.compose import compose
from citysim.model import CityModel

FIRST, LAST = 2025, 2050


@dataclass
class Lived:
    """A model at the end of its years, with the whole-city measures and splits of each, and its settings."""

    model: CityModel
    watchers: dict[str, Any]
    values: dict[tuple[str, str, str, int], float] = field(default_factory=dict)
    overrides: tuple[str, ...] = ()

    def series(self, measure: str, group: str = "all") -> np.ndarray:
        """A measure `domain.measure` from the first year to the last."""
        domain, name = measure.split(".")
        return np.array([self.values[domain, name, group, year] for year in range(FIRST, self.model.year + 1)])


@dataclass(frozen=True)
class Fact:
    """Something that is known of real towns: a number and the band that it must lie in.

    `sampling` widens the band on both sides in a town of 5,000 people: about two standard errors.
    """

    name: str
    text: str
    low: float
    high: float
    value: Callable[[Lived], float]
    sampling: float = 0.0

    def holds(self, value: float, small: bool = False) -> bool:
        margin = self.sampling if small else 0.0
        return self.low - margin <= value <= self.high + margin


def live(watchers: Mapping[str, Callable[[], Any]], *overrides: str, last: int = LAST) -> Lived:
    """Live a town to its last year, watched every year."""
    model = CityModel(compose(*overrides))
    lived = Lived(model, {name: kind() for name, kind in watchers.items()}, overrides=overrides)
    while model.year < last:
        model.step()
        for watcher in lived.watchers.values():
            watcher.watch(model)
        for row in model.indicators:
            lived.values[row.domain, row.measure, row.group, row.year] = row.value
    return lived
