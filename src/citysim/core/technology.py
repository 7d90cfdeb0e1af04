"""Technologies and their named influence: who has adopted what changes a quantity that a domain offers.

An effect multiplies, adds to or caps an offered quantity, per adopter where adopters are agents and by deployment
where the adopter is the city (value modifiers as in Vivarium).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

ADOPTERS = ("household", "person", "business", "city")
OPERATIONS = ("multiply", "add", "cap")
TABLE_OF_ADOPTER = {"household": "households", "person": "persons", "business": "businesses"}


@dataclass(frozen=True)
class Effect:
    """What one adopter changes.

    Parameters
    ----------
    quantity
        `<domain>.<offered quantity>`.
    operation
        `multiply` by 1 + value, `add` value, or `cap` at value.
    value, low, high
        Size of the effect and its range.
    """

    quantity: str
    operation: Literal["multiply", "add", "cap"]
    value: float
    low: float
    high: float
    source: str = "judgement"

    def __post_init__(self) -> None:
        if self.operation not in OPERATIONS:
            raise ValueError(f"{self.quantity}: operation {self.operation!r} is not one of {', '.join(OPERATIONS)}")
        if not self.low <= self.value <= self.high:
            raise ValueError(f"{self.quantity}: effect {self.value} is outside its range {self.low} to {self.high}")


@dataclass(frozen=True)
class Technology:
    """One entry of the catalogue; numbers come from `configs/technology/<name>.yaml`.

    Parameters
    ----------
    name
        File name without ending.
    adopter
        Who decides: household, person, business or city.
    imitation, innovation
        Bass coefficients per year.
    ceiling
        Largest share of eligible adopters, reached late.
    start_share
        Share of adopters at the base year.
    """

    name: str
    identifier: str
    domain: str
    adopter: Literal["household", "person", "business", "city"]
    title_en: str
    title_fr: str
    available: int
    start_share: float
    ceiling: float
    innovation: float
    imitation: float
    cost: float
    cost_unit: str
    learning_rate: float
    payer: str = "households"
    prerequisites: tuple[str, ...] = ()
    requires: Mapping[str, Any] = field(default_factory=dict)
    effects: tuple[Effect, ...] = ()
    source: str = "judgement"


class Influences:
    """Applies the effects of adopted technologies to offered quantities.

    Parameters
    ----------
    technologies
        The catalogue, in the order of the rows of the table `technologies`.
    adopted
        `adopted(technology index, table or None)` gives bool [rows of that table], or the city's share as a float.
    """

    def __init__(
        self,
        technologies: Sequence[Technology],
        adopted: Callable[[int, str | None], NDArray[np.bool_] | float],
    ) -> None:
        self._adopted = adopted
        self._effects: dict[str, list[tuple[int, Effect]]] = {}
        for position, technology in enumerate(technologies):
            for effect in technology.effects:
                self._effects.setdefault(effect.quantity, []).append((position, effect))
        for effects in self._effects.values():
            effects.sort(key=lambda pair: OPERATIONS.index(pair[1].operation))

    @property
    def quantities(self) -> set[str]:
        """Names of all quantities that some technology changes."""
        return set(self._effects)

    def apply(self, quantity: str, base: Any, over: str | None = None) -> Any:
        """Change a quantity by all its effects: products first, then sums, then caps.

        Parameters
        ----------
        quantity
            `<domain>.<name>`.
        base
            Number, or array with a value per row of `over`.
        over
            Table of the rows, or None for a number of the whole city.
        """
        result = base
        for position, effect in self._effects.get(quantity, ()):
            adopted = self._adopted(position, over)
            if effect.operation == "multiply":
                result = result * (1.0 + effect.value * adopted)
            elif effect.operation == "add":
                result = result + effect.value * adopted
            else:
                result = np.where(np.asarray(adopted, dtype=float) > 0.5, np.minimum(result, effect.value), result)
        return result
