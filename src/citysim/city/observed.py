"""What was observed of a town through the years: figures that a reconstruction starts from and a backtest has to meet.

`observed.csv`: year, area (a commune's code, or all), measure, value, unit, source. The figures of `zones.csv` join
them at their own dates. A census of year t tells the state on 1 January of t.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from citysim.city.readers.folder import AGE_BANDS, CityFolder
from citysim.city.readers.tables import CityDataError, read_table

CENSUS = 2022  # of the figures in zones.csv
ALL = "all"
FILE = "observed.csv"
OWN = "city_zones"  # source of what zones.csv says
DERIVED = "reconstruction"  # source of what was derived from a part of the town
COLUMNS = ("year", "area", "measure", "value", "unit", "source")
COUNTS = ("population", "dwellings", "main_residences", "vacant_dwellings")
AGE_SHARES = ("share_0_14", "share_15_29", "share_30_44", "share_45_59", "share_60_74", "share_75_plus")
AGE_EDGES = (0, 15, 30, 45, 60, 75)


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
        If there is no such file, or a column is missing.
    """
    path, observed = city.folder / FILE, Observed()
    for row in read_rows(path):
        observed.add(str(row[1]), str(row[2]), int(row[0]), float(row[3]), str(row[5]))
    communes = city.communes
    for date in population_dates(city):
        observed.add(ALL, "population", date, float(np.nansum(communes[f"pop_{date}"])), OWN)
    for measure in COUNTS[1:]:
        observed.add(ALL, measure, CENSUS, float(communes[measure].sum()), OWN)
    bands = six_bands(np.stack([communes[name] for name in AGE_BANDS], axis=1))
    for place, name in enumerate(AGE_SHARES):
        observed.add(ALL, name, CENSUS, bands[:, place].sum() / bands.sum(), OWN)
        for code, row in zip(communes["code"], bands, strict=True):
            observed.add(str(code), name, CENSUS, row[place] / row.sum(), OWN)
    for date, vacant in observed.values[ALL, "vacant_dwellings"].items():
        homes = observed.values[ALL, "dwellings"].get(date)
        if homes:
            source = observed.sources[ALL, "vacant_dwellings", date]
            observed.add(ALL, "vacancy_rate", date, vacant / homes, source)
    return observed


def read_rows(path: Path) -> list[tuple]:
    """Rows of an `observed.csv` in the order of COLUMNS, and its column `use` where it has one.

    Raises
    ------
    CityDataError
        If the file or a column is missing.
    """
    if not path.exists():
        raise CityDataError(f"{path}: not found; a reconstruction needs dated figures (docs/city_data.md)")
    table = read_table(path)
    missing = [name for name in COLUMNS if name not in table]
    if missing:
        raise CityDataError("\n".join(f"{path}: column '{name}' is required" for name in missing))
    names = (*COLUMNS, "use") if "use" in table else COLUMNS
    return list(zip(*(table[name].tolist() for name in names), strict=True))
