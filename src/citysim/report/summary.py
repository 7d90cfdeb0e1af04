"""What a run has come to, in one screen: about twenty figures at three dates, what it cost whom, and what to doubt."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from citysim.experiment.backtest import scores
from citysim.experiment.ensemble import student_quantile
from citysim.outputs.schema import ALL
from citysim.outputs.store import StoredRun, is_finished
from citysim.outputs.warnings import run_warnings
from citysim.report.backtest import backtest_table, backtest_title

DATES = (2025, 2035, 2050)
MISSING = "–"
FORCED = "alignment_correction_by_flow"


@dataclass(frozen=True)
class Headline:
    """One line of the summary.

    Parameters
    ----------
    domain, measure
        What the run stores.
    label
        What a planner calls it.
    form
        `count`, `percent`, `one` or `two` (digits).
    group_by, group
        Part of the measure that is shown.
    optional
        Left out where it is nothing in all years.
    """

    domain: str
    measure: str
    label: str
    form: str = "percent"
    group_by: str = ALL
    group: str = ALL
    optional: bool = False


HEADLINES = (
    Headline("demography", "population", "population", "count"),
    Headline("demography", "households", "households", "count"),
    Headline("demography", "share_65_plus", "people of 65 and over"),
    Headline("demography", "total_fertility_rate", "children per woman", "two"),
    Headline("demography", "life_expectancy_female", "life expectancy, women (years)", "one"),
    Headline("demography", "net_migration", "net migration (people a year)", "count"),
    Headline("demography", FORCED, "births added by alignment (a year)", "count", "flow", "births", True),
    Headline("demography", FORCED, "net migration added by alignment (a year)", "count", "flow", "net_migration", True),
    Headline("housing", "vacancy_rate", "vacant dwellings"),
    Headline("housing", "mean_rent", "mean market rent (EUR/m2 a month)", "two"),
    Headline("housing", "share_energy_class_fg", "homes in energy class F or G"),
    Headline("housing", "rent_burden_over_40", "households paying over 40 % of income for housing"),
    Headline("mobility", "commute_share_car", "commutes by car"),
    Headline("mobility", "commute_share_public_transport", "commutes by public transport"),
    Headline("mobility", "electric_car_share", "electric cars"),
    Headline("work", "unemployment_rate", "unemployment (census definition, 15-64)"),
    Headline("work", "median_wage", "median wage (EUR a year, net)", "count"),
    Headline("work", "gini_income", "inequality of income (Gini)", "two"),
    Headline("health", "dependent_share_60_plus", "dependent among people of 60 and over"),
    Headline("health", "gp_wait", "wait for a GP (days)", "one"),
    Headline("food", "insecurity_share", "people who do not always have enough to eat"),
    Headline("food", "meat_kg_per_person", "meat (kg per person and year)", "one"),
    Headline("training", "adult_training_rate", "adults in training"),
    Headline("training", "low_digital_skill_share", "adults with low digital skill"),
    Headline("environment", "co2_per_person", "CO2 per person (t a year)", "two"),
)


@dataclass
class Line:
    """Values of a headline at the dates shown, with the half-width over seeds where there are several."""

    headline: Headline
    values: list[float]
    halves: list[float] = field(default_factory=list)

    def cells(self) -> Iterator[str]:
        """Return the figures as text."""
        for position, value in enumerate(self.values):
            half = self.halves[position] if self.halves else math.nan
            yield written(value, half, self.headline.form)


def written(value: float, half: float, form: str) -> str:
    """Write a figure, and ± where a half-width is known."""
    if math.isnan(value):
        return MISSING
    text = _number(value, form)
    return text if math.isnan(half) else f"{text} ±{_number(half, form).strip()}"


def _number(value: float, form: str) -> str:
    if form == "percent":
        return f"{100 * value:.1f} %"
    digits = {"count": 0, "one": 1, "two": 2}[form]
    return f"{value:,.{digits}f}".replace("-0", "0", 1) if round(value, digits) == 0 else f"{value:,.{digits}f}"


def dates(run: StoredRun) -> list[int]:
    """2025, 2035 and 2050, or the first, middle and last year of a shorter run."""
    years = run.years()
    shown = [year for year in DATES if year in years]
    if len(shown) == len(DATES) or not years:
        return shown
    return sorted({years[0], years[len(years) // 2], years[-1]})


def lines(run: StoredRun) -> list[Line]:
    """Headlines that the run holds."""
    found = []
    for headline in HEADLINES:
        if not run.holds(headline.domain, headline.measure):
            continue
        part = (headline.domain, headline.measure, headline.group_by, headline.group)
        years, values = run.series(*part)
        if not years.size or (headline.optional and not np.any(values)):
            continue
        by_year = dict(zip(years.tolist(), values.tolist(), strict=True))
        spread = run.spread(*part)
        halves = {}
        if spread is not None:
            halves = dict(zip(years.tolist(), ((spread[1] - spread[0]) / 2).tolist(), strict=True))
        shown = dates(run)
        found.append(
            Line(
                headline,
                [by_year.get(year, math.nan) for year in shown],
                [halves.get(year, math.nan) for year in shown] if halves else [],
            )
        )
    return found


def costs_by_payer(run: StoredRun, group_by: str = "payer") -> dict[str, tuple[float, float]]:
    """Sum over all years of what each payer has paid, in euros of 2025, the largest first.

    Parameters
    ----------
    group_by
        `payer`: all spending; `policy_payer`: what policy levers cost.

    Returns
    -------
    dict
        By payer the sum, and the half-width of its 95 % interval over seeds (nan for a single seed).
    """
    paid = _paid(run, group_by)
    members = [StoredRun(folder) for folder in map(Path, run.manifest.get("members", [])) if is_finished(folder)]
    by_seed = [_paid(member, group_by) for member in members]
    sums = {}
    for payer in sorted(paid, key=lambda name: -abs(paid[name])):
        over_seeds = np.array([member.get(payer, 0.0) for member in by_seed])
        half = math.nan
        if over_seeds.size > 1:
            half = student_quantile(over_seeds.size - 1) * over_seeds.std(ddof=1) / math.sqrt(over_seeds.size)
        sums[payer] = (paid[payer], float(half))
    return sums


def _paid(run: StoredRun, group_by: str) -> dict[str, float]:
    return {payer: float(np.nansum(values)) for payer, (_, values) in run.groups("costs", "amount", group_by).items()}


def warnings(run: StoredRun) -> list[str]:
    """Consistency rules that can be told only after a run, where they do not hold."""

    def series(domain: str, measure: str) -> NDArray[np.float64]:
        return run.series_if_any(domain, measure)[1]

    return run_warnings(series, run.manifest.get("parameters", {}), str(run.manifest.get("scenario", "")))


def summary(run: StoredRun) -> RenderableType:
    """Everything above as one screen of text."""
    parts: list[RenderableType] = [Text(_headline_title(run), style="bold"), _headline_table(run)]
    costs = costs_by_payer(run)
    if costs:
        parts += [Text(_cost_title(run), style="bold"), _cost_table(run, costs)]
    found = scores(run)
    if found:
        parts += [Text(backtest_title(found, run), style="bold"), backtest_table(found)]
    parts += [Text(f"warning: {warning}", style="yellow") for warning in warnings(run)]
    return Group(*parts)


def seeds_text(run: StoredRun) -> str:
    """`1 seed`, or how many and what ± means."""
    number = len(run.seeds)
    return "1 seed" if number == 1 else f"{number} seeds, mean ± half-width of its 95 % interval"


def _headline_title(run: StoredRun) -> str:
    city = run.manifest.get("city_title") or run.manifest.get("city", "")
    return f"{city}, scenario {run.manifest.get('scenario', '')}, {seeds_text(run)}"


def _headline_table(run: StoredRun) -> Table:
    table = Table()
    table.add_column("", min_width=30)
    for year in dates(run):
        table.add_column(str(year), justify="right", no_wrap=True)
    domain = ""
    for line in lines(run):
        if domain and line.headline.domain != domain:
            table.add_section()
        domain = line.headline.domain
        table.add_row(line.headline.label, *line.cells())
    return table


def _cost_title(run: StoredRun) -> str:
    years = run.years()
    return f"cost by payer, {years[0]} to {years[-1]}, million EUR of 2025, {seeds_text(run)}"


def _cost_table(run: StoredRun, costs: Mapping[str, tuple[float, float]]) -> Table:
    table = Table()
    table.add_column("payer")
    table.add_column("policy levers", justify="right")
    table.add_column("all spending", justify="right")
    table.add_column("a year", justify="right")
    years = len(run.years())
    policies = costs_by_payer(run, "policy_payer")
    for payer, (amount, half) in costs.items():
        of_policies, half_of_policies = policies.get(payer, (0.0, math.nan))
        table.add_row(
            payer.replace("_", " "),
            written(of_policies / 1e6, half_of_policies / 1e6, "one"),
            written(amount / 1e6, half / 1e6, "one"),
            written(amount / 1e6 / years, half / 1e6 / years, "two"),
        )
    return table
