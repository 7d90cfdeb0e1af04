"""Where the configuration files are: beside the source in a checkout, inside the package in a wheel."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from omegaconf import OmegaConf

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
    """Content of one option file, without Hydra's own part."""
    return _read(configs_folder() / group / f"{option}.yaml")


def chosen_by(scenario: str) -> dict[str, str]:
    """Option of each group that a scenario selects."""
    defaults = yaml.safe_load((configs_folder() / "scenario" / f"{scenario}.yaml").read_text(encoding="utf-8"))[
        "defaults"
    ]
    chosen = {
        key.rsplit("/", 1)[-1]: option for line in defaults if isinstance(line, dict) for key, option in line.items()
    }
    return {group: chosen[group] for group in SCENARIO_GROUPS if group in chosen}


def _read(path: Path) -> dict[str, Any]:
    return dict(_read_version(path, path.stat().st_mtime_ns))


@cache
def _read_version(path: Path, modified: int) -> dict[str, Any]:
    content = OmegaConf.to_container(OmegaConf.load(path), resolve=False)
    if not isinstance(content, dict):
        return {}
    return {str(key): value for key, value in content.items() if key != "defaults"}


def source_book() -> SourceBook:
    """The project's book of sources."""
    path = configs_folder() / "sources.yaml"
    return SourceBook.read(path, shown(path))
