"""What scenarios were expected to reach, and what their runs reached: a gap says that the levers do not suffice.

Targets are compared after a run and never read by the model (`scenario.targets` of configs/scenario).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from citysim.outputs.store import StoredRun

PLATEAU = 2035  # yearly rates are expected from here on
Reader = Callable[[StoredRun, int], float]


def _value(run: StoredRun, domain: str, measure: str, year: int) -> float:
    return run.value(domain, measure, year) if run.holds(domain, measure) else float("nan")


def _last(domain: str, measure: str) -> Reader:
    return lambda run, year: _value(run, domain, measure, year)


def _plateau(domain: str, measure: str) -> Reader:
    def mean(run: StoredRun, year: int) -> float:
        years, values = run.series_if_any(domain, measure)
        late = (years >= min(PLATEAU, year)) & (years <= year)
        return float(values[late].mean()) if late.any() else float("nan")

    return mean


def _relative(domain: str, measure: str, less: float = 0.0) -> Reader:
    def against_start(run: StoredRun, year: int) -> float:
        _, values = run.series_if_any(domain, measure)
        return _value(run, domain, measure, year) / float(values[0]) - less if values.size else float("nan")

    return against_start


def _walk_and_bike(run: StoredRun, year: int) -> float:
    return _value(run, "mobility", "trip_share_walk", year) + _value(run, "mobility", "trip_share_bike", year)


READERS: Mapping[str, Reader] = {
    "deep_retrofit_rate": _plateau("housing", "deep_retrofit_rate"),
    "vacant_home_reuse_rate": _plateau("housing", "vacant_home_reuse_rate"),
    "electric_car_share": _last("mobility", "electric_car_share"),
    "autonomous_share": _last("mobility", "autonomous_share"),
    "telework_use_factor": _relative("mobility", "telework_share"),
    "walk_and_bike_share": _walk_and_bike,
    "teleconsultation_share": _last("health", "teleconsultation_share"),
    "short_chain_share": _last("food", "short_chain_share"),
    "egrocery_share": _last("food", "egrocery_share"),
    "meat_change": _relative("food", "meat_kg_per_person", less=1.0),
    "meat_kg_per_person": _last("food", "meat_kg_per_person"),
}


def reached(run: StoredRun) -> list[dict[str, Any]]:
    """Compare one run with its scenario's targets.

    Returns
    -------
    list
        One row per target: scenario, target (a number, or the two ends of a band), reached, and the gap to the target
        or to the nearer end of the band (0 inside).
    """
    year = run.years()[-1]
    rows = []
    for name, target in run.manifest["targets"].items():
        value = READERS[name](run, year)
        low, high = target if isinstance(target, list) else (target, target)
        gap = value - float(np.clip(value, low, high))
        rows.append(
            {
                "scenario": run.manifest["scenario"],
                "target_of": name,
                "year": year,
                "target": target,
                "reached": round(value, 4),
                "gap": round(gap, 4),
                "run": str(run.folder),
            }
        )
    return rows


def newest(runs: Iterable[StoredRun]) -> list[StoredRun]:
    """Keep the longest and then newest run of each scenario, in the scenarios' order."""
    kept: dict[str, tuple[tuple[int, float], StoredRun]] = {}
    for run in runs:
        rank = (run.years()[-1], (run.folder / "manifest.json").stat().st_mtime)
        scenario = str(run.manifest["scenario"])
        if scenario not in kept or rank > kept[scenario][0]:
            kept[scenario] = (rank, run)
    return [kept[scenario][1] for scenario in sorted(kept)]
