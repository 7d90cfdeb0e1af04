"""What was observed since a run's start in the past, beside what was lived and what forecasts without a model say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator, PercentFormatter

from citysim.experiment.backtest import BEFORE, CALIBRATION, TEST, is_share, observed, references, scores, simulated
from citysim.outputs.store import StoredRun, is_finished
from citysim.report.style import COLOURS, new_figure, save

PANELS = (
    ("population", "People", "People"),
    ("dwellings", "Dwellings", "Dwellings"),
    ("main_residences", "Main residences (households)", "Dwellings"),
    ("vacancy_rate", "Vacant dwellings", "Share of dwellings"),
    ("share_15_29", "People of 15 to 29", "Share of people"),
    ("share_75_plus", "People of 75 and over", "Share of people"),
)
MODEL, SEEN, REFERENCE = COLOURS[0], "#222222", COLOURS[6]
YEARS_BEFORE = 3  # observations so long before the start are shown too
THOUSANDS = FuncFormatter(lambda number, _: f"{number:,.0f}".replace(",", "\u202f"))


def observed_and_simulated(run: StoredRun, folder: Path) -> list[Path]:
    """Draw what was observed and what the run lived, with the forecasts that need no model."""
    if not scores(run):
        return []
    figure, axes = new_figure(2, 3, width=12.5, height=7.2)
    for axis, (measure, title, unit) in zip(axes, PANELS, strict=True):
        _panel(axis, run, measure)
        axis.set_title(title, fontsize=10)
        axis.set_ylabel(unit)
        axis.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=1) if is_share(measure) else THOUSANDS)
        axis.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    for axis in axes[-3:]:
        axis.set_xlabel("1 January of")
    handles, labels = axes[0].get_legend_handles_labels()
    axes[1].legend(handles, labels, fontsize=8, loc="upper left")
    seeds = "1 seed" if len(run.seeds) == 1 else f"mean of {len(run.seeds)} seeds, band: all of them"
    source = (
        f"Source: citysim {run.manifest['versions']['citysim']}, scenario {run.manifest['scenario']}, {seeds}; "
        f"start: {run.manifest['city_source']}; observed: the city's observed.csv (censuses); axes do not begin at zero"
    )
    return save(figure, folder, "backtest", f"{run.manifest['city_title']}: observed and simulated", source)


def _panel(axis: Axes, run: StoredRun, measure: str) -> None:
    lived = simulated(run, measure)
    if not lived:
        return
    dates = sorted(lived)
    axis.plot(dates, [lived[date] for date in dates], color=MODEL, linewidth=2, label="simulated")
    folders = [folder for folder in map(Path, run.manifest.get("members", [])) if is_finished(folder)]
    if folders:
        each = [simulated(StoredRun(folder), measure) for folder in folders]
        values = np.array([[one[date] for date in dates] for one in each])
        low, high = values.min(axis=0), values.max(axis=0)
        axis.fill_between(dates, low, high, color=MODEL, alpha=0.25, linewidth=0, label="all seeds")
    known, tested = observed(run, measure, BEFORE, CALIBRATION), observed(run, measure, TEST)
    shown = {date: value for date, value in known.items() if date >= dates[0] - YEARS_BEFORE}
    for name, points, fill in (("observed, known at the time", shown, "white"), ("observed, test", tested, SEEN)):
        axis.plot(list(points), list(points.values()), "o", color=SEEN, markerfacecolor=fill, label=name)
    lines = references(known, (max(known), *sorted(tested)))
    for name, line, style in zip(("last value held", "linear trend"), lines, ("--", ":"), strict=True):
        axis.plot(list(line), list(line.values()), style, color=REFERENCE, label=name)
