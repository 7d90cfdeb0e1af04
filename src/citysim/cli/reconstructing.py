"""`citysim reconstruct`: the folder of a city at an earlier census date, for a backtest."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from citysim.city.observed import CENSUS
from citysim.city.readers import CityDataError, assumption_values
from citysim.city.reconstruct import reconstruct
from citysim.city.write_folder import write_city
from citysim.config.compose import compose
from citysim.config.errors import ConfigError
from citysim.core.problems import Problem
from citysim.life import reference

TABLES = ("commune_defaults", "age_structure", "age_structure_history", "household_positions", "mortality")


def reconstruct_city(year: int, target: str, tested_from: int | None, overrides: Sequence[str]) -> int:
    """Write the folder and say how to run it.

    Parameters
    ----------
    year
        The city is as on 1 January of this year.
    target
        Folder to write.
    tested_from
        First year whose observed figures judge a run; by default half-way to the census of the folder.
    overrides
        `city=` or `city.path=`: the city of today.

    Raises
    ------
    ConfigError
        If the folder of today's city does not have what it takes.
    """
    config = compose(*overrides)
    source, folder = config.city_folder, Path(target)
    first = tested_from or year + (CENSUS - year + 1) // 2
    if folder.resolve() == source.resolve():
        raise ConfigError([Problem("reconstruct", str(folder), "is the folder of today's city", "another folder")])
    if not year < first <= CENSUS:
        raise ConfigError([Problem("--tested-from", "command line", f"{first} is refused", f"{year + 1} to {CENSUS}")])
    try:
        shares = assumption_values(config.city["assumptions"])
        made = reconstruct(source, year, {name: reference(name) for name in TABLES}, shares)
    except CityDataError as error:
        raise ConfigError([Problem("city", str(source), line) for line in str(error).splitlines()]) from None
    files = write_city(made, source, folder, str(config.city.get("title", source.name)), first)
    print(f"{len(files)} files; the city of {year} is a reconstruction: {folder / 'zones_sources.csv'} says how")
    print(f"citysim run city.path={folder} calendar.start={year} calendar.end={CENSUS}")
    return 0
