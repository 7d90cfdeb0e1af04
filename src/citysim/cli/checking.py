"""`citysim check`: refuse settings that make no sense, before any work."""

from __future__ import annotations

from collections.abc import Sequence

from citysim import domains as domain_package
from citysim.city.readers.folder import read_city
from citysim.city.readers.tables import CityDataError, read_table
from citysim.config.check import check as check_config
from citysim.config.compose import compose
from citysim.config.errors import ConfigError
from citysim.config.overrides import expand, is_hydra
from citysim.config.schema import Config
from citysim.core.domain import Domain, discover
from citysim.core.params import COMMAND_LINE
from citysim.core.problems import ParameterError, Problem


def prepared(overrides: Sequence[str]) -> Config:
    """Compose and check the settings of one run.

    Raises
    ------
    ConfigError
        With one problem for each thing that is wrong.
    """
    config = compose(*overrides)
    check_config(config, known_domains())
    check_city(config)
    return config


def check_city(config: Config) -> None:
    """Refuse a city folder in which something is missing or does not add up.

    Raises
    ------
    ConfigError
        With one problem for each thing that is wrong.
    """
    own = any(text.lstrip("+").startswith("city.path=") for text in config.overrides)
    where = COMMAND_LINE if own else f"configs/city/{config.choices.city}.yaml"
    if not config.city_folder.is_dir():
        reason = f"there is no folder {config.city.get('path')!r}"
        raise ConfigError([Problem("city.path", where, reason, "a folder with zones.csv (docs/city_data.md)")])
    try:
        read_city(config.city_folder, read_table(config.folder / "reference" / "commune_defaults.csv"))
    except CityDataError as error:
        lines = (line.partition(": ") for line in str(error).splitlines())
        raise ConfigError(Problem("city", file, reason) for file, _, reason in lines) from None


def known_domains() -> dict[str, type[Domain]]:
    """Return every domain class by name."""
    return discover(domain_package)


def jobs(overrides: Sequence[str]) -> list[Config]:
    """Check every run of a sweep before the first one starts.

    Raises
    ------
    ConfigError
        With the problems of all runs, each once.
    """
    found: dict[Problem, None] = {}
    configs = []
    for job in expand([text for text in overrides if not is_hydra(text)]):
        try:
            configs.append(prepared(job))
        except ParameterError as error:
            found.update(dict.fromkeys(error.problems))
    if found:
        raise ConfigError(found)
    return configs


def check(overrides: Sequence[str], sweep: bool = False) -> int:
    """Check, and say what was checked."""
    configs = jobs(overrides) if sweep else [prepared(overrides)]
    for config in configs:
        choices = config.choices
        print(
            f"ok: {config.hash}  city={choices.city} scenario={config.scenario.name} "
            f"demographics={choices.demographics} adoption={choices.adoption} context={choices.context} "
            f"policy={choices.policy} seed={config.seed} scale={config.scale:g} "
            f"{config.calendar.start}-{config.calendar.end}"
        )
    return 0
