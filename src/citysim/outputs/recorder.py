"""Turns what domains measure into rows: for the whole city and for each group they declared."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from citysim.core.declare import Measure, Statistic
from citysim.core.domain import Ledger
from citysim.core.kernels.groups import group_sums
from citysim.outputs.schema import ALL


class Indicator(NamedTuple):
    """One number of one year, as stored in `indicators.parquet`."""

    year: int
    domain: str
    measure: str
    group_by: str
    group: str
    value: float
    unit: str


@dataclass(frozen=True)
class Split:
    """Group of each row: `codes` int [rows] (negative: in no group) and the names that the codes stand for."""

    codes: NDArray[Any]
    names: tuple[str, ...]


Splits = Callable[[str, str], Split | None]


class UndeclaredMeasureError(KeyError):
    """A domain returned a measure that it did not declare, or did not return one that it did."""


def record_domain(
    name: str,
    declared: Mapping[str, Measure],
    measured: Mapping[str, Statistic],
    splits: Splits,
    weight: float,
    year: int,
) -> list[Indicator]:
    """Compute the indicators of one domain in one year.

    Parameters
    ----------
    splits
        `splits(table, grouping)` gives the group of each row, or None where the table cannot be split so.
    weight
        People, homes and businesses that one agent stands for.

    Raises
    ------
    UndeclaredMeasureError
        If the measures returned are not the measures declared.
    """
    if set(declared) != set(measured):
        odd = sorted(set(declared) ^ set(measured))
        raise UndeclaredMeasureError(f"{name}: declared and returned measures differ: {', '.join(odd)}")
    rows: list[Indicator] = []
    for measure, declaration in declared.items():
        for group_by, group, number in _numbers(measured[measure], declaration, splits, weight):
            rows.append(Indicator(year, name, measure, group_by, group, float(number), declaration.unit))
    return rows


def record_costs(ledger: Ledger, weight: float, year: int, levers: Collection[str] = ()) -> list[Indicator]:
    """Sum the ledger of a year by payer, by payee and by event; apart, by payer, what policy levers cost.

    Parameters
    ----------
    levers
        Events, `<domain>.<event>`, under which levers book their cost.
    """
    sums: dict[tuple[str, str], float] = {}
    for (domain, event, payer, payee), amount in ledger.entries.items():
        name = f"{domain}.{event}"
        of_policy = payer if name in levers else ""
        for key in ((ALL, ALL), ("payer", payer), ("payee", payee), ("event", name), ("policy_payer", of_policy)):
            if key[1]:
                sums[key] = sums.get(key, 0.0) + amount * weight
    return [
        Indicator(year, "costs", "amount", group_by, group, total, "EUR/year")
        for (group_by, group), total in sorted(sums.items())
    ]


def _numbers(
    statistic: Statistic, declaration: Measure, splits: Splits, sample_weight: float
) -> Iterator[tuple[str, str, float]]:
    weight = sample_weight if statistic.extensive else 1.0
    if statistic.kind == "value":
        yield ALL, ALL, statistic.values * weight
        return
    if statistic.kind == "groups":
        for group, number in statistic.groups.items():
            yield str(statistic.group_by), group, number * weight
        return
    rows = _Rows(statistic)
    yield ALL, ALL, rows.whole() * weight
    for group_by in declaration.by:
        split = splits(str(statistic.over), group_by)
        if split is not None:
            for group, number in zip(split.names, rows.grouped(split).tolist(), strict=False):
                if number == number:  # an empty group has no number
                    yield group_by, group, number * weight


class _Rows:
    """The rows behind a statistic, made ready once for the whole city and all splits."""

    def __init__(self, statistic: Statistic) -> None:
        self._kind = statistic.kind
        self._values = np.asarray(statistic.values, dtype=np.float64)
        given = statistic.weights
        self._weights = np.empty(0) if given is None else np.asarray(given, dtype=np.float64)
        self._weighs = self._kind == "mean" and self._weights.size > 0
        self._where = np.empty(0, bool) if statistic.where is None else np.asarray(statistic.where)

    def whole(self) -> float:
        """Statistic of the whole city."""
        if self._kind == "median":
            values = self._values[self._where] if self._where.size else self._values
            return float(np.median(values)) if values.size else float("nan")
        values = self._values[self._where] if self._where.size else self._values
        weights = self._weights[self._where] if self._where.size and self._weights.size else self._weights
        top = float(values @ weights if self._weighs else values.sum())
        if self._kind == "total":
            return top
        below = float(weights.sum() if weights.size or self._weights.size else values.size)
        return top / below if below > 0 else float("nan")

    def grouped(self, split: Split) -> NDArray[np.float64]:
        """Statistic of each group of a split, float64 [groups]; nan where a group is empty."""
        if self._kind == "median":
            return self._medians(split)
        return self._from_sums(np.asarray(split.codes, dtype=np.int16), len(split.names))

    def _from_sums(self, groups: NDArray[np.int16], number: int) -> NDArray[np.float64]:
        top, below = group_sums(groups, number, self._values, self._weights, self._where, self._weighs)
        if self._kind == "total":
            return np.asarray(top)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(below > 0, top / below, np.nan)

    def _medians(self, split: Split) -> NDArray[np.float64]:
        number = len(split.names)
        result = np.full(number, np.nan)
        groups = np.asarray(split.codes, dtype=np.int16)[self._by_value]
        # The values are sorted once; a stable sort of small integers then keeps them sorted within each group.
        order = np.argsort(groups, kind="stable")
        groups, values = groups[order], self._values[self._by_value[order]]
        starts = np.searchsorted(groups, np.arange(number + 1))
        for group in range(number):
            if starts[group + 1] > starts[group]:
                result[group] = np.median(values[starts[group] : starts[group + 1]])
        return result

    @cached_property
    def _by_value(self) -> NDArray[np.int64]:
        """Rows that count, the smallest value first."""
        rows = np.flatnonzero(self._where) if self._where.size else np.arange(self._values.size)
        return rows[np.argsort(self._values[rows])]
