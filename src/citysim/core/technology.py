"""Technologies and their named influence: who has adopted what changes a quantity that a domain offers.

An effect multiplies, adds to or caps an offered quantity, per adopter where adopters are agents, by deployment where
the adopter is the city, and by the fall of the price where another domain's stock turns over (value modifiers as in
Vivarium).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from citysim.core.kernels import columns
from citysim.core.units import require_unit

ADOPTERS = ("household", "person", "business", "city", "turnover")
OPERATIONS = ("multiply", "add", "cap")
TABLE_OF_ADOPTER = {"household": "households", "person": "persons", "business": "businesses"}
MOST_BITS = 63  # of a uint64 mask; the last bit marks agents that the engine has not met yet
NEW_AGENT = np.uint64(1) << np.uint64(MOST_BITS)


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
        Size of the effect and its range, in `unit`.
    anchored
        Whether the quantity's published figure already contains the base year's use: the effect is then that of the
        use beyond the base year's mean. False for amounts that are counted from nothing, such as own solar power.
    """

    quantity: str
    operation: Literal["multiply", "add", "cap"]
    value: float
    low: float
    high: float
    unit: str = "1"
    source: str = "judgement"
    anchored: bool = True

    def __post_init__(self) -> None:
        require_unit(self.unit)
        if self.operation not in OPERATIONS:
            allowed = ", ".join(OPERATIONS)
            raise ValueError(f"{self.quantity}: operation {self.operation!r} is not one of {allowed}")
        if not self.low <= self.value <= self.high:
            allowed = f"{self.low} to {self.high}"
            raise ValueError(f"{self.quantity}: effect {self.value} is outside its range {allowed}")


@dataclass(frozen=True)
class Technology:
    """One entry of the catalogue; numbers come from `configs/technology/<name>.yaml`.

    Shares and ceilings are per eligible adopter: those who meet `requires`.

    Parameters
    ----------
    name, identifier
        File name without ending; row of the published catalogue.
    adopter
        Who decides: household, person, business or city; or `turnover`, where another domain's stock decides
        (cars, boilers): then the share is measured and only the fall of its price acts.
    start_share, ceiling
        Share of adopters in the base year; largest share that is ever reached.
    innovation, imitation
        Bass coefficients p and q, per year.
    cost, cost_unit
        Per adopter (EUR), per worker of it or per inhabitant (EUR/person), per dwelling (EUR/dwelling); a unit that
        ends in /year is paid every year of use, any other once.
    learning_rate
        Fall of the cost with each doubling of the world's stock.
    payer, aid, aid_payer
        Who pays, which share somebody else pays, and who.
    prerequisites
        Names of entries that an adopter must have first.
    requires
        Conditions on columns of the adopter, its home or its reference person.
    home_bound
        Stays with the dwelling when a household moves.
    lapses
        Use ends when `requires` no longer holds.
    abandonment
        Share of adopters who give it up, per year.
    lifetime
        Years that the equipment it replaces lasts; the hazard cannot pass one over it. 0: it replaces nothing.
    held_where
        Conditions that make an agent a user whatever it decides, such as a home sold with the equipment.
    gradient
        Slopes of the log hazard in `income` (per unit of log income) and `digital` (per unit of skill).
    measured
        For `turnover`: `table`, `column` and the value, or values, `equals` that count.
    ranges, sources, note
        Evidence by figure.
    """

    name: str
    identifier: str
    domain: str
    adopter: Literal["household", "person", "business", "city", "turnover"]
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
    aid: float = 0.0
    aid_payer: str = "state"
    prerequisites: tuple[str, ...] = ()
    requires: Mapping[str, Any] = field(default_factory=dict)
    effects: tuple[Effect, ...] = ()
    home_bound: bool = False
    lapses: bool = False
    abandonment: float = 0.0
    lifetime: float = 0.0
    held_where: Mapping[str, Any] = field(default_factory=dict)
    gradient: Mapping[str, float] = field(default_factory=dict)
    measured: Mapping[str, Any] = field(default_factory=dict)
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    note: str = ""

    def __post_init__(self) -> None:
        if self.adopter not in ADOPTERS:
            raise ValueError(f"{self.name}: adopter {self.adopter!r} is not one of {', '.join(ADOPTERS)}")
        if not 0.0 <= self.start_share <= self.ceiling <= 1.0:
            raise ValueError(
                f"{self.name}: start_share {self.start_share:g} and ceiling {self.ceiling:g} "
                "must be in this order between 0 and 1"
            )
        if not 0.0 <= self.learning_rate < 1.0:
            raise ValueError(f"{self.name}: learning_rate {self.learning_rate:g} is not a share below 1")
        if self.innovation < 0.0 or self.imitation < 0.0:
            raise ValueError(f"{self.name}: Bass coefficients cannot be negative")
        require_unit(self.cost_unit)
        if self.adopter == "turnover" and not self.measured:
            raise ValueError(f"{self.name}: a turnover entry says where its share is measured")

    @property
    def recurring(self) -> bool:
        """Whether the cost comes back every year."""
        return self.cost_unit.endswith("/year")


def bit_of(technologies: Sequence[Technology], position: int) -> int:
    """Bit of an entry in the masks of its kind of adopter: its rank among the entries of that kind.

    Raises
    ------
    ValueError
        If a kind has more entries than a mask has bits.
    """
    kind = technologies[position].adopter
    bit = [technology.adopter for technology in technologies[:position]].count(kind)
    if bit >= MOST_BITS:
        raise ValueError(f"more than {MOST_BITS} entries are adopted by a {kind}: its mask is full")
    return bit


def parents_first(technologies: Sequence[Technology]) -> list[int]:
    """Positions of the entries such that prerequisites come before what needs them.

    Raises
    ------
    ValueError
        If a prerequisite is no entry, or entries need one another in a circle.
    """
    position = {technology.name: index for index, technology in enumerate(technologies)}
    order: list[int] = []
    state = [0] * len(technologies)

    def visit(index: int) -> None:
        if state[index] == 2:
            return
        if state[index] == 1:
            raise ValueError(f"{technologies[index].name} is a prerequisite of itself")
        state[index] = 1
        for name in technologies[index].prerequisites:
            if name not in position:
                raise ValueError(f"{technologies[index].name}: prerequisite {name!r} is not in the catalogue")
            visit(position[name])
        state[index] = 2
        order.append(index)

    for index in range(len(technologies)):
        visit(index)
    return order


class Influences:
    """Applies the effects of adopted technologies to offered quantities.

    Parameters
    ----------
    technologies
        The catalogue, in the order of the rows of the table `technologies`.
    adopted
        `adopted(technology index, table or None)` gives bool [rows of that table] or a share as a float.
    """

    def __init__(
        self,
        technologies: Sequence[Technology],
        adopted: Callable[[int, str | None], NDArray[np.bool_] | NDArray[np.float64] | float],
    ) -> None:
        self.technologies = tuple(technologies)
        self._adopted = adopted
        self._base: dict[tuple[int, str | None], float] = {}
        self._effects: dict[str, list[tuple[int, Effect]]] = {}
        for position, technology in enumerate(technologies):
            for effect in technology.effects:
                self._effects.setdefault(effect.quantity, []).append((position, effect))
        for effects in self._effects.values():
            effects.sort(key=lambda pair: OPERATIONS.index(pair[1].operation))

    def adopted(self, position: int, over: str | None) -> NDArray[np.bool_] | NDArray[np.float64] | float:
        """Use of one entry by row of a table, or as a share of the city."""
        return self._adopted(position, over)

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
            before = self._base.get((position, over), 0.0) if effect.anchored else 0.0
            if effect.operation == "cap":
                reached = np.asarray(adopted, dtype=float) > 0.5
                result = np.where(reached, np.minimum(result, effect.value), result)
            elif isinstance(adopted, np.ndarray) and adopted.dtype == bool:
                yes, no = (_change(effect, use, before) for use in (1.0, 0.0))
                result = _changed(result, adopted, yes, no, effect.operation == "multiply")
            else:
                change = _change(effect, adopted, before)
                result = result * change if effect.operation == "multiply" else result + change
        return result

    def anchor(self, tables: Iterable[str]) -> None:
        """Take today's use as that of the base year, which published figures contain.

        Parameters
        ----------
        tables
            Tables over which domains may ask.
        """
        for position in range(len(self.technologies)):
            for over in (None, *tables):
                try:
                    self._base[position, over] = float(np.mean(self._adopted(position, over)))
                except ValueError:  # no rule leads from this adopter to that table, so no domain can ask
                    continue


def _change(effect: Effect, use: Any, before: float) -> Any:
    """Factor, or addition, that goes with some use of a technology beyond that of the start."""
    if effect.operation == "multiply":
        return (1.0 + effect.value * use) / (1.0 + effect.value * before)
    return effect.value * (use - before)


def _changed(result: Any, adopted: NDArray[Any], yes: float, no: float, multiply: bool) -> NDArray[np.float64]:
    """Quantity of users and of others."""
    if np.ndim(result):
        return np.asarray(columns.changed(result, adopted, yes, no, multiply))
    return columns.either(adopted, result * yes if multiply else result + yes, result * no if multiply else result + no)
