"""Nothing runs unchecked: settings are held against the domains' declarations, the city's folder against itself."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from citysim import domains as domain_package
from citysim.city.observed import FILE, read_rows
from citysim.city.readers.folder import SMALLEST_CITY, CityFolder, read_city
from citysim.city.readers.tables import CityDataError, read_table
from citysim.config.check import check
from citysim.config.compose import compose
from citysim.config.errors import ConfigError, raise_if_any
from citysim.config.overrides import origin_of
from citysim.config.schema import Config
from citysim.core.domain import Domain, discover
from citysim.core.params import COMMAND_LINE
from citysim.core.problems import Problem, listed, nearest_name
from citysim.core.technology import parents_first
from citysim.domains.technology.eligibility import PLACES, meets
from citysim.technologies import load_technologies

NAMED = 4  # figures that a note names before it says how many more


def prepared(overrides: Sequence[str]) -> Config:
    """Compose and check the settings of one run.

    Raises
    ------
    ConfigError
        With one problem for each thing that is wrong.
    """
    config, domains = compose(*overrides), known_domains()
    check(config, domains)
    check_technologies(config, domains)
    data = check_city(config)
    check_output(config)
    return replace(config, city_notes=notes_of_city(data)) if has_own_city(config) else config


def known_domains() -> dict[str, type[Domain]]:
    """Return every domain class by name."""
    return discover(domain_package)


def check_output(config: Config) -> None:
    """Refuse a place for runs that is not a folder, or where nothing can be written.

    Raises
    ------
    ConfigError
        With one problem.
    """
    root = Path(config.output.root).absolute()
    existing = next(path for path in (root, *root.parents) if path.exists())
    if not existing.is_dir() or not os.access(existing, os.W_OK):
        reason = f"{config.output.root!r} is no folder to write in"
        raise ConfigError([Problem("output.root", COMMAND_LINE, reason, "a folder that exists or can be made")])


def check_technologies(config: Config, domains: Mapping[str, type[Domain]]) -> None:
    """Refuse conditions on a column that adopters do not have, or on values that it cannot have; entries that clash.

    Raises
    ------
    ConfigError
        With one problem for each thing that is wrong.
    """
    columns = [full for domain in domains.values() for full in domain.columns]
    problems = []
    for name, entry in config.technologies.items():
        file = f"configs/technology/{name}.yaml"
        tables = [f"{table}." for table, _ in PLACES.get(entry.get("adopter", ""), ())]
        known = [full.partition(".")[2] for table in tables for full in columns if full.startswith(table)]
        for field in ("requires", "held_where") if tables else ():
            key = f"technologies.{name}.{field}"
            where = origin_of(key, config.origins, file)
            problems += problems_of_conditions(key, where, entry.get(field) or {}, known)
        try:
            load_technologies({name: entry})
        except (ValueError, TypeError) as error:
            key = f"technologies.{name}"
            problems.append(Problem(key, origin_of(key, config.origins, file), str(error).removeprefix(f"{name}: ")))
    raise_if_any(problems)
    try:
        parents_first(load_technologies(config.technologies))
    except ValueError as error:
        where = origin_of("technologies", config.origins, "configs/technology")
        raise ConfigError([Problem("technologies", where, str(error))]) from None


def problems_of_conditions(key: str, where: str, conditions: Any, known: Sequence[str]) -> list[Problem]:
    """Conditions on unknown columns, or that no value of the column can meet."""
    if not isinstance(conditions, Mapping):
        return [Problem(key, where, f"{conditions!r} is not a mapping", "{column: value, [values] or {min, max}}")]
    problems = []
    for column, condition in conditions.items():
        if column not in known:
            nearest = nearest_name(str(column), known)
            problems.append(
                Problem(f"{key}.{column}", where, "unknown column", listed(sorted(set(known)), 80), nearest)
            )
            continue
        try:
            meets(column, np.zeros(0), condition)
        except (ValueError, TypeError) as error:
            problems.append(Problem(f"{key}.{column}", where, str(error)))
    return problems


def has_own_city(config: Config) -> bool:
    """Whether the command line names a folder of its own."""
    return any(text.lstrip("+").startswith("city.path=") for text in config.overrides)


def notes_of_city(data: CityFolder) -> tuple[str, ...]:
    """One line each for figures that were filled in and for columns that nothing reads; the first few are named."""
    notes = []
    if data.filled:
        names = listed((line.partition(":")[0] for line in data.filled), NAMED)
        how = f"how: citysim describe city city.path={data.folder}"
        notes.append(f"city ({data.folder}): {len(data.filled)} figures were filled in: {names}; {how}")
    if data.unread:
        notes.append(f"city ({data.folder / 'zones.csv'}): columns that nothing reads: {listed(data.unread, NAMED)}")
    return tuple(notes)


def check_city(config: Config) -> CityFolder:
    """Read a city folder; refuse one in which something is missing or does not add up.

    Raises
    ------
    ConfigError
        With one problem for each thing that is wrong.
    """
    where = COMMAND_LINE if has_own_city(config) else f"configs/city/{config.choices.city}.yaml"
    if not config.city_folder.is_dir():
        reason = f"there is no folder {config.city.get('path')!r}"
        raise ConfigError([Problem("city.path", where, reason, "a folder with zones.csv (docs/city_data.md)")])
    dated = config.city_folder / FILE
    try:
        data = read_city(config.city_folder, read_table(config.folder / "reference" / "commune_defaults.csv"))
        if dated.exists():
            read_rows(dated, data.communes["code"].tolist())
    except CityDataError as error:
        lines = (line.partition(": ") for line in str(error).splitlines())
        raise ConfigError(Problem("city", file, reason) for file, _, reason in lines) from None
    people = float(data.communes["pop_2022"].sum())
    if people * config.scale < SMALLEST_CITY:
        reason = f"{config.scale:g} of {people:,.0f} people leaves too few for markets of homes and jobs"
        raise ConfigError([Problem("scale", COMMAND_LINE, reason, f"at least {SMALLEST_CITY} people simulated")])
    return data
