"""Read a city folder, check that its figures add up, and fill what is missing by documented rules.

A city is data: ``zones.csv`` (one row per commune), ``outlines.geojson``, and optionally ``quarters.csv`` (a commune
split in named quarters), ``external.csv`` (where commuters come from and go to) and ``marginals.csv`` (figures of the
whole area). ``docs/city_data.md`` describes each column.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from citysim.city.readers.columns import (
    EXTERNAL,
    INDEXES,
    OTHER_ZONE_COLUMNS,
    QUARTERS,
    SHARES,
    SOURCES,
    beyond_hundred,
    misspelt,
    not_read,
    problems_of_ages,
    problems_of_marginals,
    problems_of_places,
    required,
)
from citysim.city.readers.outlines import read_outlines
from citysim.city.readers.tables import CityDataError, Columns, read_table

TEXTS = ("code", "name")
TABLES = ("quarters", "external", "marginals", "age_structure", "gaps")  # that a folder may bring
SMALLEST_CITY = 500  # people; fewer make no market for homes or jobs
AGE_BANDS = ("pop_0_14", "pop_15_29", "pop_30_44", "pop_45_59", "pop_60_74", "pop_75_89", "pop_90plus")
GROUPS = ("agriculture", "industry", "construction", "trade_transport_services", "public_education_health_social")


@dataclass
class CityFolder:
    """Figures of a city as read and completed; communes in the order of the file."""

    folder: Path
    communes: Columns
    quarters: Columns | None
    external: Columns
    outlines: dict[str, list]  # code -> polygons, each a list of rings of [lon, lat]
    marginals: Columns | None
    sources: dict[str, tuple[str, str, str]]  # column -> (source, year, confidence)
    filled: list[str] = field(default_factory=list)
    filled_columns: set[str] = field(default_factory=set)
    unread: list[str] = field(default_factory=list)  # columns of zones.csv


def read_city(folder: Path, defaults: Mapping[str, np.ndarray]) -> CityFolder:
    """Read and check a city folder.

    Parameters
    ----------
    folder
        Where ``zones.csv`` is.
    defaults
        Columns of the reference table ``commune_defaults``: figure, per, ratio.

    Raises
    ------
    CityDataError
        With one line for each thing that is missing or does not add up.
    """
    path = folder / "zones.csv"
    if not path.exists():
        raise CityDataError(f"{path}: not found; a city folder needs zones.csv (docs/city_data.md)")
    communes = read_table(path)
    known = (*OTHER_ZONE_COLUMNS, *defaults["figure"].tolist())
    _refuse(required(path, communes, ("code", "name", "pop_2022")) + misspelt(path, communes, known))
    _refuse(_impossible(path, communes))
    outlines = read_outlines(folder / "outlines.geojson")
    optional = {name: _optional(folder / f"{name}.csv") for name in TABLES}
    _refuse(_impossible_beside(folder, optional, communes["code"].tolist()))
    city = CityFolder(
        folder, communes, optional["quarters"], optional["external"] or {}, outlines, optional["marginals"],
        _read_sources(folder / "zones_sources.csv"),
    )  # fmt: skip
    city.unread = not_read(communes, known, city.sources)
    _place(city)
    _fill(city, defaults)
    _fill_external(city)
    _fill_quarters(city)
    _refuse(_problems(city))
    return city


def _refuse(lines: list[str]) -> None:
    if lines:
        raise CityDataError("\n".join(lines))


def _impossible_beside(folder: Path, tables: Mapping[str, Columns | None], codes: list[str]) -> list[str]:
    """One line for each thing that cannot be in the tables beside zones.csv."""
    lines = []
    quarters, external, marginals = (tables[name] for name in ("quarters", "external", "marginals"))
    if quarters is not None:
        lines += problems_of_places(folder / "quarters.csv", quarters, QUARTERS, (*SHARES[1:], *INDEXES))
    if external is not None:
        lines += problems_of_places(folder / "external.csv", external, EXTERNAL)
    if tables["age_structure"] is not None:
        lines += problems_of_ages(folder / "age_structure.csv", tables["age_structure"])
    if tables["gaps"] is not None:
        lines += required(folder / "gaps.csv", tables["gaps"], ("gap",))
    if marginals is not None:
        lines += problems_of_marginals(folder / "marginals.csv", marginals, codes)
    return lines


def _impossible(path: Path, table: Columns) -> list[str]:
    """One line for each given figure that cannot be: checked before anything is derived from it."""
    lines, codes = [], table["code"]
    for name, values in table.items():
        if name in TEXTS or name.endswith("_method"):
            continue
        if values.dtype.kind not in "if":
            wrong = next(cell for cell in values if not _is_number(cell))
            lines.append(f"{path}: column '{name}' holds {wrong!r}, which is no number")
        elif np.isinf(values).any():
            lines.append(f"{path}: column '{name}' has a number without end; allowed: a number, or an empty cell")
        elif name not in ("lon", "lat") and (values < 0).any():
            lines.append(f"{path}: column '{name}' has a negative number ({codes[int(np.argmax(values < 0))]})")
    for axis, most in (("lon", 180.0), ("lat", 90.0)):
        values = table.get(axis, np.zeros(0))
        if values.dtype.kind in "if" and (np.abs(values) > most).any():
            lines.append(f"{path}: column '{axis}' leaves {-most:g} to {most:g}")
    population = table["pop_2022"]
    if population.dtype.kind in "if" and not np.nansum(population) >= SMALLEST_CITY:
        lines.append(f"{path}: column 'pop_2022' sums to less than {SMALLEST_CITY} people")
    lines += beyond_hundred(path, table)
    for name in sorted({name for name in table["name"] if (table["name"] == name).sum() > 1}):
        lines.append(f"{path}: name '{name}' occurs more than once")
    return lines


def _is_number(cell: str) -> bool:
    try:
        float(cell or "nan")
    except ValueError:
        return False
    return True


def _optional(path: Path) -> Columns | None:
    return read_table(path) if path.exists() else None


def _read_sources(path: Path) -> dict[str, tuple[str, str, str]]:
    if not path.exists():
        return {}
    table = read_table(path)
    _refuse(required(path, table, SOURCES))
    texts = [np.asarray(table[name]).astype(str) for name in ("column", "source", "year", "confidence")]
    return {column: (source, year, sure) for column, source, year, sure in zip(*texts, strict=True)}


def _place(city: CityFolder) -> None:
    """Longitude and latitude of communes that have none: the mean of their outline."""
    communes = city.communes
    if "lon" in communes and "lat" in communes:
        return
    centres = [
        np.mean(city.outlines[code][0][0], axis=0)[:2] if code in city.outlines else (np.nan, np.nan)
        for code in communes["code"]
    ]
    communes["lon"], communes["lat"] = np.array(centres, dtype=float).T
    city.filled.append("lon, lat: taken from the outlines")


def _fill(city: CityFolder, defaults: Mapping[str, np.ndarray]) -> None:
    """Complete missing figures by the ratios of Bourges Plus to a figure that is present."""
    communes = city.communes
    for figure, per, ratio in zip(defaults["figure"], defaults["per"], defaults["ratio"], strict=True):
        expected = communes[str(per)] * float(ratio)
        _fill_column(city, str(figure), expected, f"{float(ratio):.4g} of {per}, as in Bourges Plus 2022")
    density = communes["pop_2022"] / np.maximum(communes.get("area_km2", np.full(expected.size, np.nan)), 0.1)
    if "area_km2" not in communes:
        _fill_column(city, "area_km2", communes["pop_2022"] / 200.0, "200 people per km2")
        density = np.full(expected.size, 200.0)
    houses = np.clip(100.0 - 6.0 * np.maximum(np.log(density / 50.0), 0.0) ** 1.25, 40.0, 96.0)
    _fill_column(city, "houses_share_pct", houses, "falling with density")
    _fill_column(
        city, "social_housing_pct", np.full(houses.size, np.nan), "a share of tenants (social_share_of_tenants)"
    )
    _fill_column(city, "median_living_standard_eur", np.full(houses.size, 22730.0), "Bourges Plus 2021")
    _fill_column(city, "mean_net_wage_eur_month", np.full(houses.size, np.nan), "not used where not published")


def _fill_column(city: CityFolder, name: str, values: np.ndarray, rule: str) -> None:
    present = city.communes.get(name)
    if present is None:
        city.communes[name] = np.asarray(values, dtype=float)
        city.filled.append(f"{name}: missing, filled: {rule}")
        city.filled_columns.add(name)
        return
    empty = np.isnan(present) if present.dtype.kind == "f" else np.zeros(present.size, bool)
    if empty.any():
        city.communes[name] = np.where(empty, values, present)
        city.filled.append(f"{name}: empty for {int(empty.sum())} of {empty.size} communes, filled: {rule}")
        city.filled_columns.add(name)


def _fill_external(city: CityFolder) -> None:
    """Without ``external.csv``, commuters come from and go to two places 25 and 60 km away."""
    if city.external:
        return
    weight = city.communes["pop_2022"]
    lon, lat = (float(np.average(city.communes[axis], weights=weight)) for axis in ("lon", "lat"))
    city.external = {
        "code": np.array(["X01", "X02"]),
        "name": np.array(["around", "elsewhere"]),
        "lon": np.array([lon + 0.33, lon]),
        "lat": np.array([lat, lat + 0.54]),
        "in_share": np.array([0.75, 0.25]),
        "out_share": np.array([0.65, 0.35]),
    }
    city.filled.append("external.csv: missing, two external zones 25 and 60 km away were added")


def _fill_quarters(city: CityFolder) -> None:
    """Indexes that a quarters.csv leaves out are 1 (like the commune); shares follow the population."""
    quarters = city.quarters
    if quarters is None:
        return
    for name in (*SHARES, *INDEXES):
        if name not in quarters and name != "population_share":
            base = quarters["population_share"] if name in SHARES else np.ones(quarters["code"].size)
            quarters[name] = base
            city.filled.append(f"quarters.csv {name}: missing, filled: {'population' if name in SHARES else '1'}")


def _problems(city: CityFolder) -> list[str]:
    """One line for each figure that is impossible or does not add up."""
    path, table = city.folder / "zones.csv", city.communes
    lines = []
    codes = table["code"]
    for code in sorted({code for code in codes if (codes == code).sum() > 1}):
        lines.append(f"{path}: code '{code}' occurs more than once")
    for place in np.flatnonzero(np.isnan(table["lon"]) | np.isnan(table["lat"])):
        lines.append(f"{path}: {codes[place]} has neither lon and lat nor an outline")
    bands = sum(table[name] for name in AGE_BANDS)
    lines += _differences(path, codes, bands, table["pop_2022"], "the age groups", "pop_2022")
    used = table["main_residences"] + table["second_homes"] + table["vacant_dwellings"]
    lines += _differences(path, codes, used, table["dwellings"], "main, second and vacant", "dwellings")
    lines += _differences(
        path, codes, table["main_residences"], table["households_2022"], "main_residences", "households"
    )
    for small, large in (
        ("hh_single_person", "households_2022"), ("owner_occupied", "main_residences"), ("active_15_64", "pop_15_64"),
        ("unemployed_15_64", "active_15_64"), ("salaried_jobs_2022", "jobs_workplace_2022"),
        ("households_2022", "pop_2022"),
    ):  # fmt: skip
        for place in np.flatnonzero(table[small] > table[large] * 1.01 + 1):
            lines.append(f"{path}: {codes[place]} has more {small} than {large}")
    for code in codes:
        if city.outlines and code not in city.outlines:
            lines.append(f"{city.folder / 'outlines.geojson'}: no outline for '{code}'")
    return lines + _share_problems(city)


def _differences(path: Path, codes: np.ndarray, parts: np.ndarray, total: np.ndarray, what: str, name: str) -> list:
    off = np.abs(parts - total) > 0.02 * total + 3
    return [
        f"{path}: {codes[place]}: {what} add up to {parts[place]:.0f}, {name} is {total[place]:.0f}"
        for place in np.flatnonzero(off)
    ]


def _share_problems(city: CityFolder) -> list[str]:
    lines = []
    for name in ("in_share", "out_share"):
        total = float(city.external[name].sum())
        if abs(total - 1) > 0.01:
            lines.append(f"{city.folder / 'external.csv'}: {name} adds up to {total:.3f}, not 1")
    if city.quarters is None:
        return lines
    path = city.folder / "quarters.csv"
    for code in dict.fromkeys(city.quarters["commune"]):
        if code not in city.communes["code"]:
            lines.append(f"{path}: commune '{code}' is not in zones.csv")
        mine = city.quarters["commune"] == code
        if mine.sum() > 8:
            lines.append(f"{path}: commune '{code}' has {int(mine.sum())} quarters; at most 8")
        for name in SHARES:
            total = float(city.quarters[name][mine].sum())
            if abs(total - 1) > 0.005:
                lines.append(f"{path}: {name} of commune '{code}' adds up to {total:.3f}, not 1")
    return lines
