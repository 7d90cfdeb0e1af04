"""Writes a reconstructed city as a folder that `citysim run city.path=…` takes, each figure with its rule."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from citysim.city.observed import AGE_SHARES, ALL, COLUMNS, DERIVED
from citysim.city.reconstruct import Reconstruction

COPIED = ("outlines.geojson", "quarters.csv", "external.csv", "marginals.csv", "adjacency.csv")
SHOWN = ("population", "dwellings", "main_residences", "vacancy_rate", *AGE_SHARES)
UNITS = {"population": "persons", "dwellings": "dwellings", "main_residences": "dwellings"}


def write_city(made: Reconstruction, source: Path, target: Path, title: str, tested_from: int) -> list[Path]:
    """Write the folder of a reconstructed city.

    Parameters
    ----------
    source
        Folder that it was made from; outlines, quarters and places outside are copied.
    title
        Name of the city today.
    tested_from
        Observed dates from this year on judge a run; earlier ones may calibrate it.

    Returns
    -------
    list
        Files written.
    """
    target.mkdir(parents=True, exist_ok=True)
    names = list(made.zones)
    rows = zip(*([_cell(value) for value in made.zones[name]] for name in names), strict=True)
    files = [_table(target / "zones.csv", names, rows)]
    rules = [(name, f"{DERIVED}: {rule}", made.year, DERIVED, "") for name, rule in made.rules.items()]
    files.append(_table(target / "zones_sources.csv", ("column", "source", "year", "confidence", "note"), rules))
    files.append(_table(target / "observed.csv", (*COLUMNS, "use"), observed_rows(made, tested_from)))
    ages = zip(*(made.age_structure[name].astype(int) for name in ("age", "male", "female")), strict=True)
    country = ((*row, DERIVED) for row in ages)
    files.append(_table(target / "age_structure.csv", ("age", "male", "female", "source"), country))
    gap = f"{DERIVED}: every figure is that of today's city taken back to {made.year} (zones_sources.csv says how)"
    files.append(_table(target / "gaps.csv", ("gap", "source"), [(gap, "judgement")]))
    for name in COPIED:
        if (source / name).exists():
            files.append(Path(shutil.copyfile(source / name, target / name)))
    settings = target / "city.yaml"
    settings.write_text(city_settings(made.year, target.name, title), encoding="utf-8")
    return [*files, settings]


def city_settings(year: int, name: str, title: str) -> str:
    """Settings of the city: what it is called, and when it starts."""
    return (
        f"name: {name}\n"
        f"title: {title} in {year} ({DERIVED})\n"
        f"source_line: today's figures taken back to {year} ({DERIVED})\n"
        f"start_year: {year}  # the city is as on 1 January of this year\n"
        f"calendar: {{start: {year}, end: 2022}}\n"
    )


def observed_rows(made: Reconstruction, tested_from: int) -> list[tuple]:
    """Dated figures of the whole town; figures derived from a part of it never judge a run."""
    rows = []
    for measure in SHOWN:
        for date, value in sorted(made.observed.values.get((ALL, measure), {}).items()):
            source = made.observed.sources[ALL, measure, date]
            use = "before" if date <= made.year else "calibration" if date < tested_from else "test"
            if use == "test" and source == DERIVED:
                use = "estimate"
            rows.append((date, ALL, measure, _cell(value), UNITS.get(measure, "1"), source, use))
    return rows


def _cell(value: object) -> str:
    if isinstance(value, (float, np.floating)):
        return "" if np.isnan(value) else f"{value:.4f}".rstrip("0").rstrip(".")
    return str(value)


def _table(path: Path, names: Sequence[str], rows: Iterable[Sequence[object]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        writer.writerows(rows)
    return path
