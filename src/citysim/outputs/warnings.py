"""What to doubt in a finished run: the consistency rules that can be told only from what the model has reached."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.config.consistency import Reached, warnings_after_run
from citysim.outputs.recorder import Reading
from citysim.outputs.schema import ALL

Series = Callable[[str, str], NDArray[np.float64]]


def run_warnings(series: Series, parameters: Mapping[str, Mapping[str, Any]], scenario: str) -> list[str]:
    """Sentences for the summary and the manifest.

    Parameters
    ----------
    series
        Values of a whole-city measure by year, given domain and measure; empty where it is not reported.
    parameters
        Rows of `Parameters.rows` by key.
    scenario
        Name of the scenario.
    """
    return warnings_after_run(reached(series, parameters), scenario)


def series_of(readings: Iterable[Reading]) -> Series:
    """Whole-city series of what a run has measured, in order of years."""
    found: dict[tuple[str, str], list[float]] = {}
    for reading in readings:
        if reading.group_by == ALL:
            found.setdefault((reading.domain, reading.measure), []).extend(reading.values)
    return lambda domain, measure: np.array(found.get((domain, measure), []), dtype=np.float64)


def reached(series: Series, parameters: Mapping[str, Mapping[str, Any]]) -> Reached:
    """Read what the rules look at; NaN where the run did not report it."""
    population = series("demography", "population")
    unemployment = series("work", "unemployment_rate")
    travel = series("mobility", "travel_minutes_per_day")
    households = series("demography", "households")
    demolished = _sum(series("housing", "demolished_dwellings"))
    stock = series("housing", "dwellings")
    growth = float(households[-1] - households[0]) if households.size else math.nan
    return Reached(
        car_cost_factor=_change(parameters, "domains.mobility.car_cost_factor"),
        public_transport_level=_change(parameters, "domains.mobility.public_transport_level"),
        bike_level=_change(parameters, "domains.mobility.bike_level"),
        travel_minutes=float(travel[-1]) if travel.size else math.nan,
        automation_pace=_change(parameters, "domains.work.automation_pace"),
        unemployment_rate=float(np.max(unemployment)) if unemployment.size else math.nan,
        population_ratio=float(population[-1] / population[0]) if population.size else math.nan,
        dwellings_built=_sum(series("housing", "new_dwellings")),
        dwellings=float(stock[-1]) if stock.size else math.nan,
        dwellings_needed=max(growth, 0.0) + demolished if not math.isnan(growth) else math.nan,
    )


def _sum(values: NDArray[np.float64]) -> float:
    return float(np.nansum(values)) if values.size else math.nan


def _change(parameters: Mapping[str, Mapping[str, Any]], key: str) -> float:
    """Last dated figure over the first; a figure that never changes is itself."""
    value = parameters.get(key, {}).get("value")
    if isinstance(value, Mapping):
        ordered = [value[date] for date in sorted(value, key=int)]
        return float(ordered[-1]) / float(ordered[0]) if ordered and ordered[0] else math.nan
    return float(value) if isinstance(value, int | float) else math.nan
