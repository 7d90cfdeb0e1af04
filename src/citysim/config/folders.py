"""Where the configuration files are: beside the source in a checkout, inside the package in a wheel."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from citysim.config.yaml_files import read_mapping
from citysim.core.sources import SourceBook

MAIN = "config"
SINGLE_GROUPS = ("city", "scenario", "demographics", "adoption", "context", "policy")
LIST_GROUPS = ("domain", "technology")
GROUPS = (*SINGLE_GROUPS, *LIST_GROUPS)
SCENARIO_GROUPS = ("demographics", "adoption", "context", "policy")


def configs_folder() -> Path:
    """The folder that holds config.yaml and the groups; the environment may name another one (CITYSIM_CONFIGS).

    Raises
    ------
    FileNotFoundError
        If neither a checkout nor an installed package has one.
    """
    if os.environ.get("CITYSIM_CONFIGS"):
        return Path(os.environ["CITYSIM_CONFIGS"]).resolve()
    package = Path(__file__).resolve().parents[1]
    for candidate in (package / "configs", package.parents[1] / "configs"):
        if (candidate / f"{MAIN}.yaml").is_file():
            return candidate
    raise FileNotFoundError(f"no configs/{MAIN}.yaml beside {package}")


def options(group: str) -> list[str]:
    """Names that may be chosen of a group, in alphabetical order."""
    return sorted(path.stem for path in (configs_folder() / group).glob("*.yaml"))


def shown(path: Path) -> str:
    """A file's name as messages and manifests show it: `configs/domain/housing.yaml`."""
    return f"configs/{path.relative_to(configs_folder()).as_posix()}"


def read_option(group: str, option: str) -> dict[str, Any]:
    """Content of one option file, without its list of defaults."""
    content = _read(configs_folder() / group / f"{option}.yaml")
    return {key: value for key, value in content.items() if key != "defaults"}


def chosen_by(scenario: str) -> dict[str, str]:
    """Option of each group that a scenario selects."""
    chosen = _defaults(configs_folder() / "scenario" / f"{scenario}.yaml")
    return {group: chosen[group] for group in SCENARIO_GROUPS if group in chosen}


def default_domains() -> list[str]:
    """The domains of the main settings, in the order of the year."""
    return list(_defaults(configs_folder() / f"{MAIN}.yaml").get("domain", []))


def _defaults(path: Path) -> dict[str, Any]:
    """Option of each group in a file's list of defaults."""
    lines = _read(path).get("defaults", [])
    return {key.rsplit("/", 1)[-1]: option for line in lines if isinstance(line, dict) for key, option in line.items()}


def _read(path: Path) -> dict[str, Any]:
    return read_mapping(path, shown(path))


def source_book() -> SourceBook:
    """The project's book of sources."""
    path = configs_folder() / "sources.yaml"
    return SourceBook.read(path, shown(path))
