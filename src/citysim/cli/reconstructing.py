"""`citysim reconstruct`: the folder of a city at an earlier census date, for a backtest."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from citysim.city.observed import CENSUS, FILE, read_rows
from citysim.city.readers import CityDataError, assumption_values, read_city
from citysim.city.reconstruct import Reconstruction, reconstruct
from citysim.city.write_folder import write_city
from citysim.config.compose import compose
from citysim.config.errors import ConfigError
from citysim.config.schema import Config
from citysim.core.params import COMMAND_LINE
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
        Folder to write: a new one, or an empty one.
    tested_from
        First year whose observed figures judge a run; by default half-way to the census of the folder.
    overrides
        `city=` or `city.path=`: the city of today.

    Raises
    ------
    ConfigError
        If the year is not before the city's figures, the folder holds something, or figures are missing or wrong.
    """
    config = compose(*overrides)
    source, folder = config.city_folder, Path(target)
    _refuse_years(year, tested_from, config)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ConfigError([Problem("reconstruct", str(folder), "is there already", "a new folder, or an empty one")])
    first = tested_from or year + (CENSUS - year + 1) // 2
    title = str(config.city.get("title", source.name))
    try:
        shares = assumption_values(config.city["assumptions"])
        made = reconstruct(source, year, {name: reference(name) for name in TABLES}, shares)
        files = write_checked(made, source, folder, title, first)
    except CityDataError as error:
        lines = (line.partition(": ") for line in str(error).splitlines())
        raise ConfigError(Problem("city", file, reason) for file, _, reason in lines) from None
    print(f"{files} files; the city of {year} is a reconstruction: {folder / 'zones_sources.csv'} says how")
    print(f"citysim run city.path={folder} calendar.start={year} calendar.end={CENSUS}")
    return 0


def _refuse_years(year: int, tested_from: int | None, config: Config) -> None:
    """Refuse a year that is not before the city's figures, and a test that is not between the two."""
    if year >= CENSUS:
        allowed = f"a year before {CENSUS}, the date of the city's figures"
        raise ConfigError([Problem("reconstruct", COMMAND_LINE, f"year {year} is refused", allowed)])
    start = config.city.get("start_year", CENSUS)
    if start < CENSUS:
        reason = f"is itself taken back to {start}"
        raise ConfigError([Problem("reconstruct", str(config.city_folder), reason, "the folder of today's city")])
    if tested_from is not None and not year < tested_from <= CENSUS:
        reason = f"{tested_from} is refused"
        raise ConfigError([Problem("--tested-from", COMMAND_LINE, reason, f"{year + 1} to {CENSUS}")])


def write_checked(made: Reconstruction, source: Path, folder: Path, title: str, tested_from: int) -> int:
    """Write the folder beside its place, and put it there once a run would take it.

    Returns
    -------
    int
        How many files there are.

    Raises
    ------
    CityDataError
        If what was written does not add up; then there is no folder.
    """
    place = folder.resolve()
    place.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".reconstruct_", dir=place.parent) as beside:
        written = Path(beside) / place.name
        files = write_city(made, source, written, title, tested_from)
        try:
            city = read_city(written, reference("commune_defaults"))
            read_rows(written / FILE, city.communes["code"].tolist())
        except CityDataError as error:
            raise CityDataError(str(error).replace(str(written), str(folder))) from None
        place.mkdir(exist_ok=True)
        for file in files:
            file.replace(place / file.name)
    return len(files)
