"""A figure may be one number, a number per name, or a path of numbers through the years.

Between two dated figures a < b the path is w(t) a to b, with t the share of the time that has passed:
linear w = t; step w = 0 until the later date;
logistic w = (L(t) - L(0)) / (L(1) - L(0)), L(t) = 1 / (1 + exp(-10 (t - 1/2))).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.core.declare import Param
from citysim.core.problems import listed, nearest_name

PATHS = ("linear", "step", "logistic")
FIRST_YEAR, LAST_YEAR = 1900, 2200
STEEPNESS = 10.0

Plain = float | int | bool | str
Resolved = Plain | NDArray[Any]


class ValueRefused(ValueError):
    """A value that a declaration does not accept; carries what is allowed and the nearest name."""

    def __init__(self, reason: str, allowed: str = "", nearest: str = "", below: str = "") -> None:
        super().__init__(reason)
        self.reason, self.allowed, self.nearest, self.below = reason, allowed, nearest, below


@dataclass(frozen=True)
class DatedValue:
    """The figures of one parameter.

    Parameters
    ----------
    years
        Dates, ascending; empty for a value that never changes.
    figures
        One figure per date (one in all where there are no dates): plain, or an array over `Param.index`.
    path
        Shape between dates.
    """

    years: tuple[int, ...]
    figures: tuple[Resolved, ...]
    path: str = "linear"

    def at(self, year: float) -> Resolved:
        """The figure of a year; before the first date the first figure holds, after the last date the last."""
        if len(self.figures) == 1 or year <= self.years[0]:
            return self.figures[0]
        if year >= self.years[-1]:
            return self.figures[-1]
        later = next(position for position, date in enumerate(self.years) if date > year)
        first, second = self.figures[later - 1], self.figures[later]
        passed = (year - self.years[later - 1]) / (self.years[later] - self.years[later - 1])
        if self.path == "step" or isinstance(first, (bool, str)) or isinstance(second, (bool, str)):
            return first
        weight = _logistic(passed) if self.path == "logistic" else passed
        mixed = first + (second - first) * weight
        if isinstance(mixed, np.ndarray):
            mixed.flags.writeable = False
            return mixed
        return float(mixed)


def _logistic(passed: float) -> float:
    def curve(time: float) -> float:
        return 1.0 / (1.0 + math.exp(-STEEPNESS * (time - 0.5)))

    return (curve(passed) - curve(0.0)) / (curve(1.0) - curve(0.0))


def read_value(param: Param, raw: Any, path: str = "linear") -> DatedValue:
    """Turn what a YAML file or the command line says into figures that the declaration accepts.

    Parameters
    ----------
    param
        The declaration.
    raw
        A plain value, `{year: value}`, `{name: value}` or `{year: {name: value}}`.
    path
        `linear`, `step` or `logistic`.

    Raises
    ------
    ValueRefused
        If a value has the wrong type, misses a name or a bound, or a date makes no sense.
    """
    if path not in PATHS:
        raise ValueRefused(f"path {path!r} is unknown", listed(PATHS), nearest_name(str(path), PATHS), below="path")
    if not is_dated(raw):
        return DatedValue((), (_figure(param, raw),), path)
    dates = sorted(int(year) for year in raw)
    if len(dates) != len(set(dates)) or not all(FIRST_YEAR <= date <= LAST_YEAR for date in dates):
        raise ValueRefused(
            f"dates {listed(map(str, dates))} make no sense", f"distinct years {FIRST_YEAR} to {LAST_YEAR}"
        )
    by_date = {int(year): value for year, value in raw.items()}
    return DatedValue(tuple(dates), tuple(_figure(param, by_date[date]) for date in dates), path)


def is_dated(raw: Any) -> bool:
    """Whether a raw value is a mapping whose keys are all whole numbers."""
    return isinstance(raw, Mapping) and len(raw) > 0 and all(str(key).lstrip("-").isdigit() for key in raw)


def _figure(param: Param, raw: Any) -> Resolved:
    """One undated figure: plain, or an array in the order of `Param.index`."""
    if param.index is None:
        if isinstance(raw, Mapping):
            reason = f"names {listed(raw)} make no sense here" if raw else "{} holds no value"
            raise ValueRefused(reason, "one value, or {year: value}")
        return _plain(param, raw)
    if not isinstance(raw, Mapping):
        raise ValueRefused(f"{raw!r} is one value where one per name is needed", listed(param.index, 20))
    for name in raw:
        if name not in param.index:
            raise ValueRefused(f"unknown name {name!r}", listed(param.index, 20), nearest_name(str(name), param.index))
    missing = [name for name in param.index if name not in raw]
    if missing:
        raise ValueRefused(f"no value for {listed(missing)}", f"one value for each of {listed(param.index, 20)}")
    array = np.array([_plain(param, raw[name]) for name in param.index])
    array.flags.writeable = False
    return array


def _plain(param: Param, raw: Any) -> Plain:
    """One figure checked against type, choices and bounds."""
    if param.choices is not None:
        if raw not in param.choices:
            nearest = nearest_name(str(raw), [str(choice) for choice in param.choices])
            raise ValueRefused(f"{raw!r} is not a choice", listed(param.choices), nearest)
        return raw
    if param.unit == "flag":
        if not isinstance(raw, bool):
            raise ValueRefused(f"{raw!r} has the wrong type", "true or false")
        return raw
    if isinstance(raw, bool) or not isinstance(raw, (int, float)) or not math.isfinite(raw):
        raise ValueRefused(f"{raw!r} has the wrong type", f"a number, in {param.unit}")
    if (param.low is not None and raw < param.low) or (param.high is not None and raw > param.high):
        raise ValueRefused(f"{raw!r} is out of bounds", bounds_text(param))
    return float(raw)


def bounds_text(param: Param) -> str:
    """The bounds of a declaration in words."""
    if param.choices is not None:
        return listed(param.choices)
    low = "" if param.low is None else f"from {param.low:g}"
    high = "" if param.high is None else f"to {param.high:g}"
    unit = "" if param.unit == "1" else param.unit  # "from 0 to 1", not "from 0 to 1 1"
    return " ".join(part for part in (low, high, unit) if part)
