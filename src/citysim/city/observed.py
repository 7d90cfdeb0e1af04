"""What was observed of a town through the years: figures that a reconstruction starts from and a backtest has to meet.

`observed.csv`: year, area (a commune's code, or all), measure, value, unit, source. The figures of `zones.csv` join
them at their own dates. A census of year t tells the state on 1 January of t.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from citysim.city.readers.folder import AGE_BANDS, CityFolder
from citysim.city.readers.tables import CityDataError, read_lines
from citysim.core.problems import unknown_name

CENSUS = 2022  # of the figures in zones.csv
LATEST = 2025  # base year: nothing later has been observed
ALL = "all"
FILE = "observed.csv"
OWN = "city_zones"  # source of what zones.csv says
DERIVED = "reconstruction"  # source of what was derived from a part of the town
COLUMNS = ("year", "area", "measure", "value", "unit", "source")
COUNTS = ("population", "dwellings", "main_residences", "vacant_dwellings")
AGE_SHARES = ("share_0_14", "share_15_29", "share_30_44", "share_45_59", "share_60_74", "share_75_plus")
RATE = "vacancy_rate"  # vacant dwellings per dwelling: either tells the other
MEASURES = (*COUNTS, RATE, *AGE_SHARES)
AGE_EDGES = (0, 15, 30, 45, 60, 75)
NEVER_NONE = ("population", "dwellings", "main_residences")  # a town without any of them is none
PEOPLE_PER_HOME = (1.0, 6.0)  # mean of a town; France 2.0 to 3.1 since 1962
ROUNDING = 0.01  # by which shares by age may miss one
RATE_ROUNDING = 0.005  # by which the vacancy rate may miss vacant dwellings per dwelling


@dataclass
class Observed:
    """Dated figures of a town by area and measure, with their sources."""

    values: dict[tuple[str, str], dict[int, float]] = field(default_factory=dict)
    sources: dict[tuple[str, str, int], str] = field(default_factory=dict)

    def add(self, area: str, measure: str, year: int, value: float, source: str) -> None:
        """Note a figure; one that is there stays."""
        dated = self.values.setdefault((area, measure), {})
        if year not in dated:
            dated[year] = float(value)
            self.sources[area, measure, year] = source

    def at(self, measure: str, year: int, area: str = ALL) -> float:
        """Value of a year, on a straight line between the dates around it.

        Raises
        ------
        CityDataError
            If there is no date on one side.
        """
        dated = self.values.get((area, measure), {})
        years = sorted(dated)
        if not years or not years[0] <= year <= years[-1]:
            known = ", ".join(map(str, years)) or "none"
            raise CityDataError(f"{FILE}: {measure} ({area}) needs dates around {year}; known dates: {known}")
        return float(np.interp(year, years, [dated[date] for date in years]))


def six_bands(bands: np.ndarray) -> np.ndarray:
    """People by the six age groups of AGE_SHARES from the seven of `zones.csv`, [communes, 6]."""
    return np.concatenate([bands[:, :5], bands[:, 5:].sum(axis=1, keepdims=True)], axis=1)


def population_dates(city: CityFolder) -> list[int]:
    """Years for which `zones.csv` has the communes' people."""
    return sorted(int(name[4:]) for name in city.communes if name.startswith("pop_") and name[4:].isdigit())


def read_observed(city: CityFolder) -> Observed:
    """Read the figures of `observed.csv` and those of `zones.csv`.

    Raises
    ------
    CityDataError
        If there is no such file, a cell cannot be, some of the shares by age of a date are missing, or figures of a
        date contradict one another.
    """
    path, observed, communes = city.folder / FILE, Observed(), city.communes
    for year, area, measure, value, _, source, *_ in read_rows(path, communes["code"].tolist()):
        observed.add(area, measure, year, value, source)
    for date in population_dates(city):
        observed.add(ALL, "population", date, float(np.nansum(communes[f"pop_{date}"])), OWN)
    for measure in COUNTS[1:]:
        observed.add(ALL, measure, CENSUS, float(communes[measure].sum()), OWN)
    bands = six_bands(np.stack([communes[name] for name in AGE_BANDS], axis=1))
    for place, name in enumerate(AGE_SHARES):
        observed.add(ALL, name, CENSUS, bands[:, place].sum() / bands.sum(), OWN)
        for code, row in zip(communes["code"], bands, strict=True):
            observed.add(str(code), name, CENSUS, row[place] / row.sum(), OWN)
    _refuse_contradictions(path, observed)
    _complete_vacancy(observed)
    _refuse_partial_ages(path, observed)
    return observed


def refuse_crowding(path: Path, people: float, homes: float, when: str) -> None:
    """Refuse more people, or fewer, than so many homes can hold."""
    low, high = PEOPLE_PER_HOME
    if not low <= people / homes <= high:
        reason = f"population of {when} is {people:,.0f} in main_residences {homes:,.0f}: {people / homes:.4g} a home"
        raise CityDataError(f"{path}: {reason}; allowed: {low:g} to {high:g}")


def _refuse_contradictions(path: Path, observed: Observed) -> None:
    """Refuse people whom the homes of their date cannot hold, and a vacancy rate that its homes do not have."""
    for area in sorted({area for area, _ in observed.values}):
        known = {name: observed.values.get((area, name), {}) for name in (*COUNTS, RATE)}
        for date in sorted(set(known["population"]) & set(known["main_residences"])):
            refuse_crowding(path, known["population"][date], known["main_residences"][date], f"{date} ({area})")
        for date in sorted(set(known[RATE]) & set(known["vacant_dwellings"]) & set(known["dwellings"])):
            rate, vacant = known[RATE][date], known["vacant_dwellings"][date] / known["dwellings"][date]
            if abs(rate - vacant) > RATE_ROUNDING:
                reason = f"{RATE} of {date} ({area}) is {rate:g} beside vacant_dwellings / dwellings = {vacant:.4g}"
                raise CityDataError(f"{path}: {reason}; allowed: that, or only one of the two")


def _complete_vacancy(observed: Observed) -> None:
    """Empty homes from the vacancy rate, and the rate from empty homes, at the dates of dwellings."""
    for date, homes in observed.values[ALL, "dwellings"].items():
        rate = observed.values.get((ALL, RATE), {}).get(date)
        if rate is not None:
            observed.add(ALL, "vacant_dwellings", date, rate * homes, observed.sources[ALL, RATE, date])
        vacant = observed.values[ALL, "vacant_dwellings"].get(date)
        if vacant is not None and homes > 0:
            observed.add(ALL, RATE, date, vacant / homes, observed.sources[ALL, "vacant_dwellings", date])


def _refuse_partial_ages(path: Path, observed: Observed) -> None:
    """Shares by age are read together: a date has all six or none."""
    dated = {
        (area, date, name) for (area, name), dates in observed.values.items() if name in AGE_SHARES for date in dates
    }
    for area, date in sorted({(area, date) for area, date, _ in dated}):
        missing = [name for name in AGE_SHARES if (area, date, name) not in dated]
        if missing:
            raise CityDataError(f"{path}: shares by age of {date} ({area}) lack {', '.join(missing)}")
        total = sum(observed.values[area, name][date] for name in AGE_SHARES)
        if abs(total - 1.0) > ROUNDING:
            reason = f"shares by age of {date} ({area}), share_0_14 to share_75_plus, add up to {total:.4g}"
            raise CityDataError(f"{path}: {reason}; allowed: 1, by {ROUNDING:g}")


def read_rows(path: Path, areas: Collection[str] | None = None) -> list[tuple]:
    """Rows of an `observed.csv` in the order of COLUMNS, and its column `use` where it has one.

    Parameters
    ----------
    areas
        Codes of the communes; without them an area may be any.

    Raises
    ------
    CityDataError
        If the file or a column is missing; else with one line for each cell that cannot be.
    """
    if not path.exists():
        raise CityDataError(f"{path}: not found; a reconstruction needs dated figures (docs/city_data.md)")
    lines = read_lines(path)
    header = lines[0][1] if lines else []
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        raise CityDataError("\n".join(f"{path}: column '{name}' is required" for name in missing))
    names = (*COLUMNS, "use") if "use" in header else COLUMNS
    rows, found, first = [], [], {}
    for number, cells in lines[1:]:
        row = dict(zip(header, cells, strict=False))
        wrong = _wrong(row, areas) if len(cells) == len(header) else [f"{len(cells)} cells for {len(header)} columns"]
        if not wrong:
            year, value = int(float(row["year"])), float(row["value"])
            rows.append((year, row["area"], row["measure"], value, *(row[name] for name in names[4:])))
            line = first.setdefault(rows[-1][:3], number)
            if line != number:
                wrong = [f"{row['measure']} ({row['area']}) of {year} is there already, line {line}"]
        found += [f"{path}, line {number}: {reason}" for reason in wrong]
    if found:
        raise CityDataError("\n".join(found))
    return rows


def _wrong(row: Mapping[str, str], areas: Collection[str] | None) -> list[str]:
    """What cannot be in one row, each with what could."""
    reasons = []
    year, value = _number(row["year"]), _number(row["value"])
    measure, area = row["measure"], row["area"]
    if not year.is_integer():
        reasons.append(f"year {row['year']!r} is no whole year")
    elif year > LATEST:
        reasons.append(f"year {row['year']!r} is refused; allowed: up to {LATEST}, the base year")
    if measure not in MEASURES:
        reasons.append(unknown_name("measure", measure, MEASURES))
    if not value >= 0 or not np.isfinite(value):
        reasons.append(f"value {row['value']!r} is refused; allowed: a number from 0 up")
    elif measure in NEVER_NONE and value == 0:
        reasons.append(f"value {row['value']!r} of {measure} is refused; allowed: above 0")
    elif measure in (*AGE_SHARES, RATE) and value > 1:
        reasons.append(f"value {row['value']!r} of {measure} is refused; allowed: 0 to 1")
    if areas is not None and area != ALL and area not in areas:
        reasons.append(unknown_name("area", area, (ALL, *areas)))
    return reasons


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return float("nan")
