"""What a domain may declare: parameters, columns and measures, each with its meaning and unit.

Python declares the meaning (unit, bounds, role); YAML gives the evidence (value, range, source). The split follows
OpenFisca's dated parameters and Starsim's declared states.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from citysim.core.units import require_unit

Role = Literal["universal", "calibrated", "exogenous", "lever"]
ROLES: tuple[str, ...] = ("universal", "calibrated", "exogenous", "lever")
PAYERS = (
    "state",
    "region",
    "commune",
    "health_insurance",
    "households",
    "landlords",
    "social_landlords",
    "businesses",
    "nobody",
)
GROUPINGS = (
    "zone",
    "age_band",
    "sex",
    "education",
    "tenure",
    "income_quintile",
    "type",
    "sector",
    "mode",
)


@dataclass(frozen=True)
class Param:
    """A parameter: its unit, its meaning and the values that make sense.

    Parameters
    ----------
    unit
        A unit of `citysim.core.units`.
    description
        What the number means, in words a planner understands.
    role
        `universal` (never swept), `calibrated`, `exogenous` (the future decides) or `lever` (a policy decides).
    low, high
        Bounds outside which a value is refused.
    choices
        Allowed values of an enumerated parameter.
    index
        Names of the entries of a vector parameter, in the order of the resolved array.
    payer, cost
        For a lever: who pays, and the ledger event that its cost is booked under (or `none: <why>`).
    """

    unit: str
    description: str
    role: Role = "calibrated"
    low: float | None = None
    high: float | None = None
    choices: tuple[Any, ...] | None = None
    index: tuple[str, ...] | None = None
    payer: str | None = None
    cost: str | None = None

    def __post_init__(self) -> None:
        require_unit(self.unit)
        if self.role not in ROLES:
            raise ValueError(f"role {self.role!r} is not one of {', '.join(ROLES)}")
        if self.role == "lever" and (self.payer not in PAYERS or not self.cost):
            raise ValueError(f"a lever names its payer ({', '.join(PAYERS)}) and its cost: {self.description}")


def share(description: str, high: float = 1.0, **more: Any) -> Param:
    """A parameter without unit between 0 and 1, or a lower bound."""
    return Param("1", description, low=0, high=high, **more)


@dataclass(frozen=True)
class Column:
    """A column of a table; only the domain that declares it may write it.

    Parameters
    ----------
    dtype
        NumPy name of a small type.
    unit
        Unit of the values; `row` for links, `code` for enumerations.
    description
        One line.
    link
        Table whose rows the values point to (-1: none). Links follow their rows when tables are compacted.
    fill
        Value of a new row for which nothing else is said.
    """

    dtype: str
    unit: str
    description: str
    link: str | None = None
    fill: float | int | bool = 0

    def __post_init__(self) -> None:
        require_unit(self.unit)
        if np.dtype(self.dtype).itemsize > 8:
            raise ValueError(f"column type {self.dtype} is too wide")
        if self.link is not None and self.dtype != "int32":
            raise ValueError("a link column is int32")

    @property
    def initial(self) -> float | int | bool:
        """Value of a new row: -1 for links, else `fill`."""
        return -1 if self.link is not None else self.fill


@dataclass(frozen=True)
class Measure:
    """A number that a domain reports every year, for the whole city and by group.

    Parameters
    ----------
    by
        Groups by which it is told beside the whole city.
    split
        Groups of the domain's own (`by_group`) by which alone it is told, never for the whole city.
    """

    unit: str
    description: str
    by: tuple[str, ...] = ()
    split: str = ""

    def __post_init__(self) -> None:
        require_unit(self.unit)
        if self.by and self.split:
            raise ValueError("a measure told by a split of its own has no other groups")
        unknown = [name for name in self.by if name not in GROUPINGS]
        if unknown:
            raise ValueError(f"groupings {unknown} are not among {', '.join(GROUPINGS)}")


@dataclass(frozen=True)
class Statistic:
    """How a measured column becomes numbers: the recorder applies it to the whole city and to each group."""

    kind: Literal["mean", "total", "median", "ratio", "value", "groups"]
    values: Any
    over: str | None = None
    where: NDArray[np.bool_] | None = None
    weights: NDArray[Any] | None = None
    group_by: str | None = None
    extensive: bool = False
    groups: Mapping[str, float] = field(default_factory=dict)


def mean(
    values: NDArray[Any],
    over: str,
    where: NDArray[np.bool_] | None = None,
    weights: NDArray[Any] | None = None,
) -> Statistic:
    """Mean of a column; of a boolean column, a share.

    Parameters
    ----------
    values
        One value per row of `over`.
    over
        Table of the rows.
    where
        Rows that count (all by default).
    weights
        Weight per row (1 by default).
    """
    return Statistic("mean", values, over, where, weights)


def total(values: NDArray[Any], over: str, where: NDArray[np.bool_] | None = None) -> Statistic:
    """Sum of a column over the city, expanded by the weight of the sample."""
    return Statistic("total", values, over, where, extensive=True)


def median(values: NDArray[Any], over: str, where: NDArray[np.bool_] | None = None) -> Statistic:
    """Median of a column over the rows that count."""
    return Statistic("median", values, over, where)


def ratio(
    numerator: NDArray[Any],
    denominator: NDArray[Any],
    over: str,
    where: NDArray[np.bool_] | None = None,
) -> Statistic:
    """Sum of one column over the sum of another."""
    return Statistic("ratio", numerator, over, where, denominator)


def value(number: float, extensive: bool = False) -> Statistic:
    """A number of the whole city; `extensive` numbers are expanded by the weight of the sample."""
    return Statistic("value", float(number), extensive=extensive)


def by_group(groups: Mapping[str, float], group_by: str, extensive: bool = False) -> Statistic:
    """Numbers by the groups of a domain's own split, for example CO2 by source."""
    return Statistic("groups", None, group_by=group_by, extensive=extensive, groups=dict(groups))
