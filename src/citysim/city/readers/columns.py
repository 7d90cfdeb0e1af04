"""What the tables of a city folder may hold: one line for each column, name or number that would be passed over."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path

import numpy as np

from citysim.city.readers.tables import Columns
from citysim.core.problems import listed, unknown_name

PERCENTAGES = ("houses_share_pct", "social_housing_pct", "poverty_rate_pct", "houses_pct")
# Columns of zones.csv that no ratio of commune_defaults fills.
OTHER_ZONE_COLUMNS = (
    "code", "name", "lon", "lat", "pop_2022", "area_km2", "median_living_standard_eur", "mean_net_wage_eur_month",
    *PERCENTAGES[:3],
)  # fmt: skip
# Read where they are there, never filled: people of other dates, and what a backtest or a calibration may look at.
DATED = re.compile(r"pop_\d{4}|(births|deaths)_\d{4}_\d{4}|firm_creations_\d{4}")
ALIKE = 0.8  # share of letters in common from which an unknown column is taken for a misspelt one
INDEXES = (
    "children_index", "young_index", "older_index", "single_index", "single_parent_index", "owner_index",
    "vacancy_index", "second_home_index", "income_index", "unemployment_index", "old_building_index",
)  # fmt: skip
SHARES = ("population_share", "household_share", "job_share", "social_share")
QUARTERS = ("commune", "code", "name", "lon", "lat", "population_share", "houses_pct")
EXTERNAL = ("code", "name", "lon", "lat", "in_share", "out_share")
MARGINALS = ("area", "figure", "category", "value")
AGE_STRUCTURE = ("age", "male", "female")
OLDEST = 104  # single ages of a country go from 0 to it
SOURCES = ("column", "source", "year", "confidence")

ROOMS = "main residences by rooms"
ROOM_NAMES = ("1 room", "2 rooms", "3 rooms", "4 rooms", "5 rooms or more")
RESIDENTS = "residents aged 1 and more"
GROUP_NAMES = (("workers",), ("employees",), ("intermediate",), ("executives",), ("farmers", "craft/shop/heads"))
GROUPS_READ = tuple(name for names in GROUP_NAMES for name in names)
GROUPS_KNOWN = (*GROUPS_READ, "retired", "other inactive", "all")


def misspelt(path: Path, given: Collection[str], known: Sequence[str]) -> list[str]:
    """Columns not understood that look like one that is not there and would be filled in its stead."""
    lines = []
    for name in given:
        near = [] if name in known or DATED.fullmatch(name) else get_close_matches(name, known, n=1, cutoff=ALIKE)
        if near and near[0] not in given:
            lines.append(f"{path}: column '{name}' is not understood; nearest: {near[0]}")
    return lines


def not_read(given: Iterable[str], known: Sequence[str], explained: Collection[str]) -> list[str]:
    """Columns that nothing reads and zones_sources.csv does not mention."""
    return [name for name in given if name and name not in (*known, *explained) and not DATED.fullmatch(name)]


def required(path: Path, table: Columns, names: Sequence[str]) -> list[str]:
    """One line for each column that has to be there."""
    return [f"{path}: column '{name}' is required" for name in names if name not in table]


def beyond_hundred(path: Path, table: Columns) -> list[str]:
    """One line for each column of percentages with a number over 100."""
    lines = []
    for name in PERCENTAGES:
        values = table.get(name, np.zeros(0))
        if values.dtype.kind in "if" and (values > 100).any():
            place = int(np.argmax(values > 100))
            lines.append(f"{path}: column '{name}' is {values[place]:g} for {table['code'][place]}; allowed: 0 to 100")
    return lines


def problems_of_places(path: Path, table: Columns, needed: Sequence[str], more: Sequence[str] = ()) -> list[str]:
    """What cannot be in quarters.csv or external.csv: columns, numbers, codes."""
    lines = required(path, table, needed) + misspelt(path, table, (*needed, *more))
    if lines:
        return lines
    codes = table["code"].tolist()
    lines += [f"{path}: code '{code}' occurs more than once" for code in sorted(set(codes)) if codes.count(code) > 1]
    for name in (*needed, *more):
        values = table.get(name)
        if values is None or name in ("commune", "code", "name"):
            continue
        if values.dtype.kind not in "if" or not np.isfinite(values).all():
            lines.append(f"{path}: column '{name}' has a cell that is no number; allowed: a number in each row")
        elif name not in ("lon", "lat") and (values < 0).any():
            lines.append(f"{path}: column '{name}' has a negative number ({codes[int(np.argmax(values < 0))]})")
    return lines + beyond_hundred(path, table)


def problems_of_marginals(path: Path, table: Columns, codes: Collection[str]) -> list[str]:
    """What cannot be in marginals.csv; other figures may stand there if they resemble none that is read."""
    lines = required(path, table, MARGINALS)
    if lines:
        return lines
    whole: set[str] = set()
    for area, figure, category, value in zip(*(table[name].astype(str).tolist() for name in MARGINALS), strict=True):
        beginning, _, group = figure.partition(": ")
        if area != "all" and area not in codes:
            lines.append(f"{path}: unknown area '{area}'; allowed: all, or a code of zones.csv")
        if not _is_count(value):
            lines.append(f"{path}: {figure}, {category}: {value!r} is refused; allowed: a number from 0 up")
        if figure == ROOMS:
            if category not in ROOM_NAMES:
                lines.append(f"{path}: {ROOMS}: {unknown_name('category', category, ROOM_NAMES)}")
        elif beginning == RESIDENTS:
            if group not in GROUPS_KNOWN:
                lines.append(f"{path}: {RESIDENTS}: {unknown_name('group', group, GROUPS_KNOWN)}")
        elif near := get_close_matches(beginning, (ROOMS, RESIDENTS), n=1, cutoff=ALIKE):
            lines.append(f"{path}: figure '{figure}' is not understood; nearest: {near[0]}")
        if area == "all":
            whole.add(category if figure == ROOMS else group)
    for figure, names in ((ROOMS, ROOM_NAMES), (RESIDENTS, GROUPS_READ)):
        missing = [name for name in names if name not in whole]
        if missing and len(missing) < len(names):
            lines.append(f"{path}: {figure}: no row of area all for {listed(missing)}; allowed: all of them or none")
    return list(dict.fromkeys(lines))


def problems_of_ages(path: Path, table: Columns) -> list[str]:
    """What cannot be in age_structure.csv: people by single age, in order."""
    lines = required(path, table, AGE_STRUCTURE)
    if lines:
        return lines
    ages = table["age"]
    if ages.dtype.kind != "i" or ages[: OLDEST + 1].tolist() != list(range(OLDEST + 1)):
        lines.append(f"{path}: column 'age' is refused; allowed: one row for each age from 0 to {OLDEST}, in order")
    for name in AGE_STRUCTURE[1:]:
        if not all(map(_is_count, table[name].astype(str).tolist())):
            lines.append(f"{path}: column '{name}' has a cell that is refused; allowed: a number from 0 up in each row")
    return lines


def _is_count(cell: str) -> bool:
    try:
        return 0 <= float(cell) < np.inf
    except ValueError:
        return False
