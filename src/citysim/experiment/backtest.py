"""How well a run that begins in the past meets what was observed since, against two forecasts that need no model.

Error = mean absolute difference at the observed dates of the test window; a census of year t tells 1 January of t, the
end of the simulated year t - 1. Skill = 1 - error / error of persistence (the last value before the window, held); the
linear trend goes through that value and the one at least five years before it (Murphy 1988 on skill scores).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from citysim.experiment.ensemble import student_quantile
from citysim.outputs.store import StoredRun, is_finished

Dated = dict[int, float]
BEFORE, CALIBRATION, TEST = "before", "calibration", "test"
AGE_GROUPS = {
    "share_0_14": ("0-14",), "share_15_29": ("15-29",), "share_30_44": ("30-44",), "share_45_59": ("45-59",),
    "share_60_74": ("60-74",), "share_75_plus": ("75-89", "90+"),
}  # fmt: skip
SUBJECTS = {
    "population": ("population",),
    "age shares, six groups": tuple(AGE_GROUPS),
    "dwellings": ("dwellings",),
    "main residences": ("main_residences",),
    "vacant dwellings": ("vacancy_rate",),
}
YEARS_OF_TREND = 5  # censuses are compared at least so many years apart (Insee)


@dataclass(frozen=True)
class Score:
    """Errors of one subject in the test window, means over its measures and dates.

    Attributes
    ----------
    error, half
        Of the model: mean over seeds, half-width of its 95 % interval (nan for one seed).
    persistence, trend
        Errors of the last value held, and of the linear trend.
    fitted
        Error of the model at the dates that may calibrate it (nan without any).
    share
        Whether values are shares.
    """

    subject: str
    dates: tuple[int, ...]
    error: float
    half: float
    persistence: float
    trend: float
    fitted: float
    share: bool

    @property
    def skill(self) -> float:
        """Skill of the model against persistence: 1 is perfect, 0 as good, below 0 worse."""
        return skill(self.error, self.persistence)

    @property
    def trend_skill(self) -> float:
        """Skill of the linear trend against persistence."""
        return skill(self.trend, self.persistence)


def is_share(measure: str) -> bool:
    """Whether a measure is a share, to be read in percentage points."""
    return measure.startswith("share") or measure.endswith("rate")


def skill(error: float, reference: float) -> float:
    """Skill of a forecast of some error against a reference forecast."""
    return 1.0 - error / reference if reference > 0 else float("nan")


def observed(run: StoredRun, measure: str, *uses: str) -> Dated:
    """What was observed, by date, of some uses (before, calibration, test)."""
    rows = run.manifest.get("observed", [])
    return {int(date): float(value) for date, name, value, use in rows if name == measure and use in uses}


def simulated(run: StoredRun, measure: str) -> Dated:
    """Values of a run by census date: those of 1 January, the end of the year before."""
    if measure in AGE_GROUPS:
        groups = run.groups("demography", "population", "age_band")
        if not groups:
            return {}
        years = next(iter(groups.values()))[0]
        people = {name: series[1] for name, series in groups.items()}
        values = sum(people[name] for name in AGE_GROUPS[measure]) / sum(people.values())
    elif measure == "main_residences":  # guests of other households have none
        years, homes = run.series_if_any("demography", "households")
        guests = run.series_if_any("housing", "hosted_households")[1]
        values = homes - guests if guests.size else homes[:0]
    else:
        years, values = run.series_if_any("demography" if measure == "population" else "housing", measure)
    return {int(year) + 1: float(value) for year, value in zip(years, values, strict=False)}


def references(known: Mapping[int, float], dates: tuple[int, ...]) -> tuple[Dated, Dated]:
    """Persistence and linear trend at some dates, from what was known before.

    Parameters
    ----------
    known
        Observed values by date, all before the test window.
    """
    last = max(known)
    held = dict.fromkeys(dates, known[last])
    earlier = [date for date in known if date <= last - YEARS_OF_TREND]
    if not earlier:
        return held, held
    slope = (known[last] - known[max(earlier)]) / (last - max(earlier))
    return held, {date: known[last] + slope * (date - last) for date in dates}


def scores(run: StoredRun) -> list[Score]:
    """Scores of a run that begins in the past; none for any other run."""
    members = [StoredRun(folder) for folder in map(Path, run.manifest.get("members", [])) if is_finished(folder)]
    return [found for name, measures in SUBJECTS.items() if (found := _score(run, members or [run], name, measures))]


def _score(run: StoredRun, members: list[StoredRun], subject: str, measures: tuple[str, ...]) -> Score | None:
    years = {year + 1 for year in run.years()}
    tested = {name: {d: v for d, v in observed(run, name, TEST).items() if d in years} for name in measures}
    known = {name: observed(run, name, BEFORE, CALIBRATION) for name in measures}
    measures = tuple(name for name in measures if tested[name] and known[name] and simulated(members[0], name))
    if not measures:
        return None
    fits = {name: {d: v for d, v in observed(run, name, CALIBRATION).items() if d in years} for name in measures}
    lines = {name: references(known[name], tuple(tested[name])) for name in measures}
    errors = np.array([_error({name: simulated(one, name) for name in measures}, tested) for one in members])
    half = float("nan")
    if errors.size > 1:
        half = student_quantile(errors.size - 1) * float(errors.std(ddof=1)) / np.sqrt(errors.size)
    return Score(
        subject,
        tuple(sorted({date for name in measures for date in tested[name]})),
        float(errors.mean()),
        half,
        _error({name: line[0] for name, line in lines.items()}, tested),
        _error({name: line[1] for name, line in lines.items()}, tested),
        float(np.mean([_error({name: simulated(one, name) for name in measures}, fits) for one in members])),
        share=is_share(measures[0]),
    )


def _error(forecast: Mapping[str, Dated], truth: Mapping[str, Dated]) -> float:
    """Mean absolute difference over measures and dates; nan where there is nothing to compare."""
    gaps = [
        abs(forecast[name][date] - value)
        for name in forecast
        for date, value in truth.get(name, {}).items()
        if date in forecast[name]
    ]
    return float(np.mean(gaps)) if gaps else float("nan")
