"""The figures that come with every run, each a question a planner asks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.ticker import FuncFormatter, MaxNLocator, PercentFormatter

from citysim.outputs.columns import array_of
from citysim.outputs.store import StoredRun
from citysim.report.backtest_figure import observed_and_simulated
from citysim.report.maps import draw_zone_map
from citysim.report.style import COLOURS, label_ends, new_figure, save, styled

Drawer = Callable[[StoredRun, Path], list[Path]]
THOUSANDS = FuncFormatter(lambda number, _: f"{number:,.0f}".replace(",", "\u202f"))
PERCENT = PercentFormatter(1.0)
LONGEST = 26  # letters of the name of a technology
FAINT = "#BBBBBB"


def draw(run: StoredRun, names: Iterable[str]) -> list[Path]:
    """Draw figures into the run's `figures` folder, each where the run's measures allow it.

    Returns
    -------
    list
        Files written.
    """
    files: list[Path] = []
    with styled():
        for name in names:
            files += DRAWERS[name](run, run.figures)
    return files


def draw_all(run: StoredRun) -> list[Path]:
    """Draw every figure that the run's measures allow."""
    return draw(run, DRAWERS)


def source_line(run: StoredRun) -> str:
    """Say where the numbers of a figure come from."""
    seeds = run.seeds
    spread = "1 seed" if len(seeds) == 1 else f"{len(seeds)} seeds, band: 95 % confidence of the mean"
    return (
        f"Source: citysim {run.manifest['versions']['citysim']}, {run.manifest['city_title']}, scenario "
        f"{run.manifest['scenario']}, {spread}; start: {run.manifest['city_source']}"
    )


def _plot(axis: Axes, run: StoredRun, domain: str, measure: str, label: str, colour: str, **group: str) -> bool:
    years, values = run.series_if_any(domain, measure, **group)
    if not values.size:
        return False
    axis.plot(years, values, label=label, color=colour, linewidth=2)
    low_high = run.spread(domain, measure, **group)
    if low_high is not None:
        axis.fill_between(years, *low_high, color=colour, alpha=0.2, linewidth=0)
    return True


def _years(axis: Axes, room: float = 0.0) -> None:
    axis.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    axis.grid(axis="x", visible=False)
    if room:
        low, high = axis.get_xlim()
        axis.set_xlim(low, high + (high - low) * room)
    axis.set_xlabel("Year")


def _lines(
    run: StoredRun,
    folder: Path,
    name: str,
    title: str,
    unit: str,
    lines: Iterable[tuple[str, str, str]],
    percent: bool = False,
) -> list[Path]:
    """Draw whole-city measures as lines from zero, named at their ends."""
    lines = list(lines)
    figure, (axis,) = new_figure(written=max(len(label) for *_, label in lines))
    drawn = [
        _plot(axis, run, domain, measure, label, COLOURS[index % len(COLOURS)])
        for index, (domain, measure, label) in enumerate(lines)
    ]
    if not any(drawn):
        return []
    axis.set_ylabel(unit)
    axis.set_ylim(bottom=0, top=axis.get_ylim()[1] * 1.08)
    axis.yaxis.set_major_formatter(PERCENT if percent else THOUSANDS if axis.get_ylim()[1] > 1000 else "{x:g}")
    label_ends(axis)
    _years(axis)
    return save(figure, folder, name, title, source_line(run))


def age_pyramids(run: StoredRun, folder: Path) -> list[Path]:
    """Draw the first and the last stored year's people by age and sex."""
    years = run.snapshot_years()
    if not years:
        return []
    shown = [years[0], years[-1]] if len(years) > 1 else years
    figure, axes = new_figure(1, len(shown), width=4.6 * len(shown), height=5.2)
    weight = float(run.manifest["weight"])
    edges = np.arange(0, 111, 5)
    most = 0.0
    for axis, year in zip(axes, shown, strict=True):
        people = run.snapshot("persons", year, ("age", "sex"))
        age, sex = array_of(people["age"]), array_of(people["sex"])
        for code, side, label, colour in ((0, -1, "men", COLOURS[0]), (1, 1, "women", COLOURS[1])):
            count = np.histogram(age[sex == code], edges)[0] * weight
            bars = [
                [(0, low), (reach, low), (reach, low + 4.6), (0, low + 4.6)]
                for low, reach in zip(edges + 0.2, side * count, strict=False)
            ]
            axis.add_collection(PolyCollection(bars, facecolors=colour, label=label))
            most = max(most, float(count.max()))
        axis.set_title(str(year))
        axis.set_ylabel("Age (years)")
        axis.set_xlabel("People per five-year age group")
        axis.xaxis.set_major_formatter(FuncFormatter(lambda number, _: f"{abs(number):,.0f}".replace(",", "\u202f")))
        axis.xaxis.set_major_locator(MaxNLocator(5))
    for axis in axes:
        axis.set_xlim(-most * 1.05, most * 1.05)
        axis.set_ylim(-5.5, edges[-1] + 5.5)
    axes[0].legend(loc="upper right")
    return save(figure, folder, "age_pyramids", "How old the city is", source_line(run))


def population(run: StoredRun, folder: Path) -> list[Path]:
    """Draw people and households."""
    lines = (("demography", "population", "people"), ("demography", "households", "households"))
    return _lines(run, folder, "population_households", "People and households", "Number", lines)


def zone_maps(run: StoredRun, folder: Path) -> list[Path]:
    """Draw vacancy and rents by zone in the last year."""
    shapes = run.zones()
    year = run.years()[-1]
    figure, axes = new_figure(1, 2, width=12, height=5.3)
    maps = (
        ("vacancy_rate", "Vacant dwellings", "share of dwellings", PERCENT),
        ("mean_rent", "Mean rent", run.unit("housing", "mean_rent"), "{x:.1f}"),
    )
    for axis, (measure, title, unit, form) in zip(axes, maps, strict=True):
        values = {zone: series[1][-1] for zone, series in run.groups("housing", measure, "zone").items()}
        if not values or not shapes:
            return []
        draw_zone_map(figure, axis, shapes, values, f"{title}, {year}", unit, form)
    return save(figure, folder, "vacancy_rent_map", "Where homes stand empty, and what homes cost", source_line(run))


def mode_shares(run: StoredRun, folder: Path) -> list[Path]:
    """Draw how residents go to work."""
    modes = (("car", "car"), ("public_transport", "public transport"), ("bike", "bike"), ("walk", "on foot"))
    lines = [("mobility", f"commute_share_{mode}", label) for mode, label in modes]
    return _lines(run, folder, "mode_shares", "How residents go to work", "Share of commuters", lines, percent=True)


def technologies(run: StoredRun, folder: Path) -> list[Path]:
    """Draw adoption curves, one small panel for each domain of the catalogue."""
    adoption = run.groups("technology", "adoption_share", "technology")
    if not adoption:
        return []
    catalogue = run.manifest["technologies"]
    by_domain: dict[str, list[str]] = {}
    for name in adoption:
        by_domain.setdefault(catalogue.get(name, {}).get("domain", "other"), []).append(name)
    columns = 2
    rows = -(-len(by_domain) // columns)
    figure, axes = new_figure(rows, columns, width=12, height=3.2 * rows, written=LONGEST, shared=True)
    for axis, (domain, names) in zip(axes, sorted(by_domain.items()), strict=False):
        names.sort(key=lambda name: -float(adoption[name][1][-1]))
        for index, name in enumerate(names[: len(COLOURS)]):
            label = catalogue.get(name, {}).get("title_en", name.replace("_", " "))
            axis.plot(*adoption[name], label=_short(label), color=COLOURS[index], linewidth=1.8)
        rest = names[len(COLOURS) :]
        for name in rest:
            axis.plot(*adoption[name], color=FAINT, linewidth=0.8, zorder=1)
        more = f" (and {len(rest)} more in grey)" if rest else ""
        axis.set_title(domain.capitalize() + more, fontsize=10)
        axis.set_ylim(0, 1)
        axis.yaxis.set_major_formatter(PERCENT)
        label_ends(axis, gap=0.085)
        _years(axis)
        axis.set_xlabel("")
    for empty in range(len(by_domain), len(axes)):
        axes[empty].set_visible(False)
        axes[empty - columns].tick_params(labelbottom=True)
    title = "Adoption of technologies (share of eligible adopters)"
    return save(figure, folder, "technology_adoption", title, source_line(run))


def _short(label: str, most: int = LONGEST) -> str:
    return label if len(label) <= most else label[: most - 1].rstrip() + "…"


def unemployment(run: StoredRun, folder: Path) -> list[Path]:
    """Draw unemployment under both definitions."""
    lines = (
        ("work", "unemployment_rate", "census definition"),
        ("work", "unemployment_rate_ilo", "ILO definition"),
    )
    title = "Unemployment, people of 15 to 64"
    return _lines(run, folder, "unemployment", title, "Share of the labour force", lines, percent=True)


def waiting_times(run: StoredRun, folder: Path) -> list[Path]:
    """Draw the wait for a general practitioner and the care that is forgone."""
    if not run.holds("health", "gp_wait"):
        return []
    figure, axes = new_figure(1, 2, width=10)
    panels = (
        ("gp_wait", "Wait for a general practitioner", "Days"),
        ("unmet_need", "Visits needed and not had", "Share of visits needed"),
    )
    for index, (axis, (measure, title, unit)) in enumerate(zip(axes, panels, strict=True)):
        _plot(axis, run, "health", measure, "", COLOURS[index])
        axis.set_title(title, fontsize=10)
        axis.set_ylabel(unit)
        axis.set_ylim(bottom=0, top=axis.get_ylim()[1] * 1.1)
        _years(axis)
    axes[1].yaxis.set_major_formatter(PERCENT)
    return save(figure, folder, "waiting_times", "Access to general practitioners", source_line(run))


def co2_by_source(run: StoredRun, folder: Path) -> list[Path]:
    """Draw CO2 per person by source, stacked."""
    sources = run.groups("environment", "co2", "source")
    if not sources:
        return []
    figure, (axis,) = new_figure(written=max(map(len, sources)) + 8)
    names = sorted(sources, key=lambda name: -float(sources[name][1].mean()))
    years = sources[names[0]][0]
    values = np.array([sources[name][1] for name in names])
    axis.stackplot(years, values, colors=COLOURS, labels=[name.replace("_", " ") for name in names])
    handles, labels = axis.get_legend_handles_labels()
    axis.legend(handles[::-1], labels[::-1], loc="center left", bbox_to_anchor=(1.0, 0.5))
    axis.set_ylabel(f"{run.unit('environment', 'co2')} per inhabitant")
    _years(axis)
    return save(figure, folder, "co2_by_source", "CO2 emissions by source", source_line(run))


def first_years(run: StoredRun, folder: Path) -> list[Path]:
    """Draw headline measures of the first five years relative to the first: nothing should jump."""
    years = run.years()
    if len(years) < 2:
        return []
    last = years[min(5, len(years) - 1)]
    figure, axes = new_figure(1, 2, width=11, height=5, written=max(len(measure) for _, measure in HEADLINES))
    halves = (HEADLINES[: len(HEADLINES) // 2], HEADLINES[len(HEADLINES) // 2 :])
    for axis, half in zip(axes, halves, strict=True):
        for index, (domain, measure) in enumerate(half):
            when, values = run.series_if_any(domain, measure)
            if values.size and values[0]:
                shown = when <= last
                label = measure.replace("_", " ").replace("co2", "CO2").replace("gp ", "GP ")
                axis.plot(when[shown], values[shown] / values[0], label=label, color=COLOURS[index % len(COLOURS)])
        axis.set_ylim(0.75, 1.25)
        axis.axhline(1.0, color="#999999", linewidth=0.8)
        axis.set_ylabel(f"Relative to {years[0]}")
        label_ends(axis)
        _years(axis)
    return save(figure, folder, "first_years", "The first years, relative to the first", source_line(run))


def backtest(run: StoredRun, folder: Path) -> list[Path]:
    """Draw what was observed since the start, where the start lies in the past."""
    return observed_and_simulated(run, folder)


HEADLINES = (
    ("demography", "population"),
    ("demography", "births"),
    ("demography", "deaths"),
    ("housing", "vacancy_rate"),
    ("housing", "mean_rent"),
    ("housing", "moves_per_household"),
    ("mobility", "commute_share_car"),
    ("mobility", "cars_per_household"),
    ("work", "unemployment_rate"),
    ("work", "median_wage"),
    ("work", "gini_income"),
    ("health", "dependent_share_60_plus"),
    ("health", "gp_wait"),
    ("food", "insecurity_share"),
    ("training", "adult_training_rate"),
    ("environment", "co2_per_person"),
)

DRAWERS: dict[str, Drawer] = {
    "age_pyramids": age_pyramids,
    "population_households": population,
    "vacancy_rent_map": zone_maps,
    "mode_shares": mode_shares,
    "technology_adoption": technologies,
    "unemployment": unemployment,
    "waiting_times": waiting_times,
    "co2_by_source": co2_by_source,
    "first_years": first_years,
    "backtest": backtest,
}
