"""What a run that began in the past got right, as a table: errors and skill."""

from __future__ import annotations

import math

from rich.table import Table

from citysim.experiment.backtest import Score
from citysim.outputs.store import StoredRun

COLUMNS = ("", "model", "last value", "trend", "skill", "trend's skill", "fitted dates")


def backtest_title(found: list[Score], run: StoredRun) -> str:
    """Title of the table: which dates judge, and how the seeds are read."""
    dates = sorted({date for score in found for date in score.dates})
    known = ", ".join(map(str, dates))
    seeds = len(run.seeds)
    spread = "1 seed" if seeds == 1 else f"{seeds} seeds, mean ± half-width of its 95 % interval"
    return f"backtest, mean absolute error at the censuses of {known}, {spread}"


def backtest_table(found: list[Score]) -> Table:
    """Errors and skill, one line for each subject."""
    table = Table()
    for name in COLUMNS:
        table.add_column(name, justify="right" if name else "left", no_wrap=True)
    for score in found:
        half = "" if math.isnan(score.half) else f" ±{_amount(score.half, score.share)}"
        table.add_row(
            score.subject + (", points" if score.share else ""),
            _amount(score.error, score.share) + half,
            _amount(score.persistence, score.share),
            _amount(score.trend, score.share),
            f"{score.skill:+.2f}",
            f"{score.trend_skill:+.2f}",
            _amount(score.fitted, score.share),
        )
    return table


def _amount(value: float, share: bool) -> str:
    if math.isnan(value):
        return "–"
    return f"{100 * value:.2f}" if share else f"{value:,.0f}"
