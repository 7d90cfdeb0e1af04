"""Turns what domains measure into rows: for the whole city and for each group they declared."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from citysim.core.declare import Measure, Statistic
from citysim.core.domain import Ledger
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


def record_costs(ledger: Ledger, weight: float, year: int) -> list[Indicator]:
    """Sum the ledger of a year by payer, by payee and by event."""
    sums: dict[tuple[str, str], float] = {}
    for (domain, event, payer, payee), amount in ledger.entries.items():
        for key in ((ALL, ALL), ("payer", payer), ("payee", payee), ("event", f"{domain}.{event}")):
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
    yield ALL, ALL, _whole(statistic) * weight
    for group_by in declaration.by:
        split = splits(str(statistic.over), group_by)
        if split is not None:
            for group, number in zip(split.names, _grouped(statistic, split), strict=False):
                if np.isfinite(number):
                    yield group_by, group, number * weight


def _rows(statistic: Statistic) -> tuple[NDArray[Any], NDArray[Any] | None]:
    values = np.asarray(statistic.values, dtype=np.float64)
    weights = None if statistic.weights is None else np.asarray(statistic.weights, dtype=np.float64)
    if statistic.where is not None:
        values = values[statistic.where]
        weights = None if weights is None else weights[statistic.where]
    return values, weights


def _whole(statistic: Statistic) -> float:
    values, weights = _rows(statistic)
    if statistic.kind == "total":
        return float(values.sum())
    if values.size == 0:
        return float("nan")
    if statistic.kind == "median":
        return float(np.median(values))
    if statistic.kind == "ratio":
        assert weights is not None
        return float(values.sum() / weights.sum()) if weights.sum() else float("nan")
    return float(np.average(values, weights=weights))


def _grouped(statistic: Statistic, split: Split) -> NDArray[np.float64]:
    """Statistic of each group of a split, float64 [groups]; nan where a group is empty."""
    values, weights = _rows(statistic)
    groups = np.asarray(split.codes)
    if statistic.where is not None:
        groups = groups[statistic.where]
    number = len(split.names)
    inside = (groups >= 0) & (groups < number)
    groups, values = groups[inside].astype(np.int64), values[inside]
    weights = None if weights is None else weights[inside]
    if statistic.kind == "median":
        result = np.full(number, np.nan)
        order = np.lexsort((values, groups))
        starts = np.searchsorted(groups[order], np.arange(number + 1))
        for group in range(number):
            if starts[group + 1] > starts[group]:
                result[group] = np.median(values[order[starts[group] : starts[group + 1]]])
        return result
    if statistic.kind == "total":
        return np.bincount(groups, values, minlength=number)
    top = np.bincount(
        groups, values if weights is None or statistic.kind == "ratio" else values * weights, number
    )
    below = np.bincount(groups, weights, minlength=number)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(below > 0, top / below, np.nan)
