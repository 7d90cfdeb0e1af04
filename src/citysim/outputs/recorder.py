"""Turns what domains measure into rows: for the whole city and for each group they declared."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from citysim.core.declare import Measure, Statistic
from citysim.core.domain import Ledger
from citysim.core.kernels.columns import sums_by_link
from citysim.core.kernels.groups import as_bits, common_bits, group_medians
from citysim.core.kernels.ranks import rising
from citysim.outputs.schema import ALL, COST_SPLITS, COST_UNIT, COSTS


class Indicator(NamedTuple):
    """One number of one year, as stored in `indicators.parquet`."""

    year: int
    domain: str
    measure: str
    group_by: str
    group: str
    value: float
    unit: str


class Reading(NamedTuple):
    """What one measure says in one year: a number for each group of one split (`all` is the whole city)."""

    year: int
    domain: str
    measure: str
    group_by: str
    groups: Sequence[str]
    values: Sequence[float]
    unit: str


def indicators(readings: Iterable[Reading]) -> list[Indicator]:
    """One row for each number."""
    return [
        Indicator(one.year, one.domain, one.measure, one.group_by, group, value, one.unit)
        for one in readings
        for group, value in zip(one.groups, one.values, strict=True)
    ]


@dataclass(frozen=True)
class Split:
    """Group of each row: `codes` int [rows] (negative: in no group) and the names that the codes stand for."""

    codes: NDArray[Any]
    names: tuple[str, ...]

    @cached_property
    def places(self) -> NDArray[np.uint16]:
        """Group of each row; the number of groups for a row in none."""
        codes = self.codes.astype(np.int16, copy=False).view(np.uint16)  # what is negative becomes large
        return np.minimum(codes, np.uint16(len(self.names)))

    @cached_property
    def masks(self) -> NDArray[np.uint64]:
        """Rows of each group as bits, [groups, words]."""
        return np.array([as_bits(self.codes == group) for group in range(len(self.names))])

    @cached_property
    def sizes(self) -> NDArray[np.float64]:
        """Rows of each group."""
        return np.asarray(common_bits(self.masks, np.full(self.masks.shape[1], ~np.uint64(0))))


Splits = Callable[[str, str], Split | None]
Rows = NDArray[Any]  # one entry a row


class UndeclaredMeasureError(KeyError):
    """A domain returned a measure that it did not declare, or did not return one that it did."""


def record_domain(
    name: str,
    declared: Mapping[str, Measure],
    measured: Mapping[str, Statistic],
    splits: Splits,
    weight: float,
    year: int,
) -> list[Reading]:
    """Compute what the measures of one domain say in one year.

    Parameters
    ----------
    splits
        `splits(table, grouping)` gives the group of each row, or None where the table cannot be split so.
    weight
        People, homes and businesses that one agent stands for.

    Raises
    ------
    UndeclaredMeasureError
        If the measures returned are not the measures declared, or are told by other groups.
    """
    if set(declared) != set(measured):
        odd = sorted(set(declared) ^ set(measured))
        raise UndeclaredMeasureError(f"{name}: declared and returned measures differ: {', '.join(odd)}")
    readings = []
    for measure, declaration in declared.items():
        statistic = measured[measure]
        if (statistic.group_by or "") != declaration.split:
            told, said = statistic.group_by or "no split", declaration.split or "no split"
            raise UndeclaredMeasureError(f"{name}.{measure}: told by {told}, declared with {said} of its own")
        factor = weight if statistic.extensive else 1.0
        for group_by, groups, numbers in _numbers(statistic, declaration, splits):
            if group_by != ALL and np.isnan(sum(numbers)):  # an empty group has no number
                known = [rank for rank, number in enumerate(numbers) if number == number]
                groups, numbers = [groups[rank] for rank in known], [numbers[rank] for rank in known]
            values = numbers if factor == 1.0 else [number * factor for number in numbers]
            readings.append(Reading(year, name, measure, group_by, groups, values, declaration.unit))
    return readings


def record_costs(ledger: Ledger, weight: float, year: int, levers: Collection[str] = ()) -> list[Reading]:
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
        for key in ((ALL, ALL), *zip(COST_SPLITS, (payer, payee, name, of_policy), strict=True)):
            if key[1]:
                sums[key] = sums.get(key, 0.0) + amount * weight
    return [
        Reading(year, *COSTS, group_by, (group,), (total,), COST_UNIT)
        for (group_by, group), total in sorted(sums.items())
    ]


def _numbers(
    statistic: Statistic, declaration: Measure, splits: Splits
) -> list[tuple[str, Sequence[str], Sequence[float]]]:
    """Split, names of the groups and their numbers: first the whole city, then each split that the table has."""
    if statistic.kind == "value":
        return [(ALL, (ALL,), (float(statistic.values),))]
    if statistic.kind == "groups":
        groups = statistic.groups
        return [(str(statistic.group_by), list(groups), [float(number) for number in groups.values()])]
    rows = _rows(statistic)
    found: list[tuple[str, Sequence[str], Sequence[float]]] = [(ALL, (ALL,), (rows.whole(),))]
    wanted = {group_by: splits(str(statistic.over), group_by) for group_by in declaration.by}
    known = {group_by: split for group_by, split in wanted.items() if split is not None}
    for (group_by, split), numbers in zip(known.items(), rows.grouped(list(known.values())), strict=True):
        found.append((group_by, split.names, numbers.tolist()))
    return found


class _Rows(Protocol):
    """The rows behind a statistic, made ready once for the whole city and all splits."""

    def whole(self) -> float:
        """Statistic of the whole city; nan where no row counts."""
        ...

    def grouped(self, splits: list[Split]) -> list[NDArray[np.float64]]:
        """For each split the statistic of its groups, float64 [groups]; nan where no row counts."""
        ...


def _rows(statistic: Statistic) -> _Rows:
    values = np.asarray(statistic.values)
    weights = None if statistic.weights is None else np.asarray(statistic.weights)
    where = None if statistic.where is None else np.asarray(statistic.where)
    if statistic.kind == "median":
        return _Medians(values, where)
    if values.dtype == np.bool_ and (weights is None or (weights.dtype == np.bool_ and statistic.kind == "ratio")):
        return _Shares(statistic.kind, values, weights, where)
    return _Sums(statistic.kind, values, weights, where)


class _Shares:
    """Numbers of rows, alone or over other numbers: counted in bits."""

    def __init__(self, kind: str, values: Rows, weights: Rows | None, where: Rows | None) -> None:
        if where is not None:
            values, weights = values & where, where if weights is None else weights & where
        self._total, self._size = kind == "total", values.size
        self._top = as_bits(values)
        self._below = None if weights is None else as_bits(weights)

    def whole(self) -> float:
        """Return the number, or the share, of the whole city."""
        top = _number(self._top)
        if self._total:
            return top
        below = self._size if self._below is None else _number(self._below)
        return top / below if below > 0 else math.nan

    def grouped(self, splits: list[Split]) -> list[NDArray[np.float64]]:
        """Return the numbers, or the shares, of groups."""
        return [self._of(split) for split in splits]

    def _of(self, split: Split) -> NDArray[np.float64]:
        top = common_bits(split.masks, self._top)
        if self._total:
            return np.asarray(top)
        return _over(top, split.sizes if self._below is None else common_bits(split.masks, self._below))


class _Sums:
    """Sums of values, alone or over sums of weights (1 a row where none are given)."""

    def __init__(self, kind: str, values: Rows, weights: Rows | None, where: Rows | None) -> None:
        self._total = kind == "total"
        self._where = where
        self._top = values if values.dtype == np.float32 else values.astype(np.float64, copy=False)
        self._below = None if weights is None else weights.astype(np.float64, copy=False)
        if kind == "mean" and self._below is not None:
            self._top = self._top * self._below

    def whole(self) -> float:
        """Sum or quotient of the whole city."""
        rows = slice(None) if self._where is None else np.flatnonzero(self._where)
        top = self._top[rows].astype(np.float64, copy=False)
        if self._total:
            return float(top.sum())
        below = top.size if self._below is None else self._below[rows].sum()
        return float(top.sum() / below) if below > 0 else math.nan

    def grouped(self, splits: list[Split]) -> list[NDArray[np.float64]]:
        """Sums or quotients of groups."""
        where = self._where
        tops = self._sums(splits, self._top)
        if self._total:
            return tops
        if self._below is not None:
            belows = self._sums(splits, self._below)
        elif where is not None:
            bits = as_bits(where)
            belows = [common_bits(split.masks, bits) for split in splits]
        else:
            belows = [split.sizes for split in splits]
        return [_over(top, below) for top, below in zip(tops, belows, strict=True)]

    def _sums(self, splits: list[Split], values: Rows) -> list[NDArray[np.float64]]:
        return [sums_by_link(split.places, len(split.names), values, self._where) for split in splits]


class _Medians:
    """Middle values."""

    def __init__(self, values: Rows, where: Rows | None) -> None:
        chosen = np.arange(values.size) if where is None else np.flatnonzero(where)
        self._rows = chosen[rising(values[chosen])]
        self._values = values[self._rows].astype(np.float64)

    def whole(self) -> float:
        """Median of the whole city."""
        size = self._values.size
        return float(self._values[[(size - 1) // 2, size // 2]].mean()) if size else math.nan

    def grouped(self, splits: list[Split]) -> list[NDArray[np.float64]]:
        """Medians of groups."""
        return [group_medians(split.places[self._rows], len(split.names), self._values) for split in splits]


def _number(bits: NDArray[np.uint64]) -> float:
    return float(common_bits(bits[None, :], bits)[0])


def _over(top: NDArray[np.float64], below: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.divide(top, below, out=np.full(top.size, math.nan), where=below > 0)
