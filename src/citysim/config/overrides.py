"""Reads `key=value` as Hydra does, and turns what Hydra refuses into one line."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from hydra.errors import HydraException
from omegaconf import OmegaConf

from citysim.config.errors import ConfigError
from citysim.config.folders import GROUPS, LIST_GROUPS, SINGLE_GROUPS, default_domains, options
from citysim.core.params import COMMAND_LINE
from citysim.core.problems import Problem, listed, nearest_name

ALL = "all"
ASSUMPTIONS = "city.assumptions"


@dataclass(frozen=True)
class Request:
    """What the command line asks for.

    Parameters
    ----------
    choices
        Option, or list of options, by group.
    values
        Value by dotted key.
    """

    choices: dict[str, str | list[str]]
    values: dict[str, Any]

    @property
    def technologies(self) -> list[str]:
        """The named technologies, or every one."""
        return list(self.choices.get("technology", options("technology")))

    @property
    def domains(self) -> list[str]:
        """The named domains in their order; by default those of the main settings, then any other that has a file."""
        order = default_domains()
        return list(self.choices.get("domain", [*order, *(name for name in options("domain") if name not in order)]))

    def hydra_overrides(self) -> list[str]:
        """The choices of groups, as Hydra writes them.

        Domains and technologies are read apart: each file is an entry of its own, nothing is merged, and Hydra would
        take five seconds for a catalogue of 66 files.
        """
        chosen = [f"{group}={choice}" for group, choice in self.choices.items() if group in SINGLE_GROUPS]
        return chosen + [f"{group}=[]" for group in LIST_GROUPS]


def parse(overrides: Sequence[str]) -> tuple[list[Override], list[Problem]]:
    """Parse overrides one by one, so that one bad one does not hide the others."""
    parser = OverridesParser.create(config_loader=_Options())  # type: ignore[arg-type]
    parsed, problems = [], []
    for text in overrides:
        try:
            parsed += parser.parse_overrides([text])
        except HydraException:
            problems.append(Problem(text, COMMAND_LINE, "not readable as an override", "key=value"))
    return parsed, problems


def read_request(overrides: Sequence[str]) -> tuple[Request, list[Problem]]:
    """Sort overrides into choices of groups and values of keys; what makes no sense is a problem."""
    parsed, problems = parse(overrides)
    request = Request({}, {})
    for override in parsed:
        problem = _problem_of_form(override)
        if problem is not None:
            problems.append(problem)
        elif override.key_or_group in GROUPS:
            problems.extend(_choose(request, override))
        else:
            _keep(request, override.key_or_group, override.value())
    return request, problems


def _problem_of_form(override: Override) -> Problem | None:
    """Forms of Hydra's grammar that have no place here."""
    text, key = override.input_line or override.key_or_group, override.key_or_group
    if override.is_delete():
        return Problem(text, COMMAND_LINE, "settings cannot be removed", "key=value")
    if key.split(".")[0].split("/")[0] == "hydra":
        return Problem(text, COMMAND_LINE, "Hydra's own settings belong to a sweep", "citysim run -m …")
    if override.package is not None:
        return Problem(text, COMMAND_LINE, "a group has one place", f"{key}=<option>")
    if override.is_sweep_override():
        return Problem(text, COMMAND_LINE, "several values for one run", "one value, or citysim run -m …")
    return None


def _choose(request: Request, override: Override) -> list[Problem]:
    """Note the choice of a group, after comparing it with the files that exist."""
    group, value = override.key_or_group, override.value()
    known = options(group)
    if group == "technology" and value == ALL:
        return []
    if group in LIST_GROUPS:
        names = [str(name) for name in value] if isinstance(value, list) else [str(value)]
    elif isinstance(value, (list, dict)) or value is None:
        return [Problem(group, COMMAND_LINE, f"{value!r} is not one option", listed(known, 40))]
    else:
        names = [str(value)]
    problems = [
        Problem(group, COMMAND_LINE, f"unknown option {name!r}", listed(known, 40), nearest_name(name, known))
        for name in names
        if name not in known
    ]
    if len(names) != len(set(names)):
        problems.append(Problem(group, COMMAND_LINE, "an option is named twice", "each option once"))
    if group == "domain" and not names:
        problems.append(Problem(group, COMMAND_LINE, "no domain would live the year", listed(known, 40)))
    request.choices[group] = names if group in LIST_GROUPS else names[0]
    return problems


def _keep(request: Request, key: str, value: Any) -> None:
    """Note a value; a mapping of names is taken apart, so that `calendar={end: 2030}` keeps the rest."""
    whole = 3 if key == ASSUMPTIONS or key.startswith("domains.") else 2
    if isinstance(value, Mapping) and value and len(key.split(".")) < whole:
        for name, below in value.items():
            _keep(request, f"{key}.{name}", below)
    else:
        request.values[key] = value


def origin_of(key: str, origins: Mapping[str, str], file: str) -> str:
    """Who set a key, the group it is in, or a part of it; else the file."""
    for said, origin in origins.items():
        if f"{key}.".startswith(f"{said}.") or said.startswith(f"{key}."):
            return origin
    return file


def is_hydra(text: str) -> bool:
    """Whether an override is one of Hydra's own settings, such as its launcher."""
    return text.lstrip("+~").startswith(("hydra.", "hydra/"))


@dataclass(frozen=True)
class Sweep:
    """A sweep, already checked, as Hydra's multirun takes it.

    Hydra merges a dated value into `{value, range, source}` only where the key may be new (`++`), and takes seconds to
    read the files of domains and technologies for every run; where these are the same in all runs they are kept apart.

    Parameters
    ----------
    for_hydra
        Overrides for Hydra.
    apart
        Overrides that every run gets besides.
    """

    for_hydra: list[str]
    apart: list[str]

    def job(self, task: Sequence[str]) -> list[str]:
        """Overrides of one run, from those that Hydra gives it."""
        return [text for text in task if text not in NOTHING_READ] + self.apart


NOTHING_READ = [f"{group}=[]" for group in LIST_GROUPS]


def as_sweep(overrides: Sequence[str]) -> Sweep:
    """Split the overrides of a sweep into Hydra's and those that hold for all its runs."""
    parsed, _ = parse(overrides)
    sweep, swept = Sweep([], []), set()
    for override in parsed:
        text, group = override.input_line or "", override.key_or_group
        if group in LIST_GROUPS and not override.is_sweep_override():
            sweep.apart.append(text)
        elif is_hydra(text) or group in GROUPS:
            sweep.for_hydra.append(text)
            swept.add(group)
        else:
            sweep.for_hydra.append(f"++{text.lstrip('+')}")
    sweep.for_hydra.extend(f"{group}=[]" for group in LIST_GROUPS if group not in swept)
    return sweep


def expand(overrides: Sequence[str]) -> Iterator[list[str]]:
    """Write out every run of a sweep, as the overrides of that run.

    Raises
    ------
    ConfigError
        If an override cannot be read.
    """
    parsed, problems = parse(overrides)
    if problems:
        raise ConfigError(problems)
    alternatives = []
    for override in parsed:
        if not override.is_sweep_override():
            alternatives.append([override.input_line or ""])
            continue
        key = override.get_key_element()
        if not override.is_discrete_sweep():
            raise ConfigError([Problem(key, COMMAND_LINE, "an interval has no list of values", "a,b or range(…)")])
        alternatives.append([f"{key}={text}" for text in override.sweep_string_iterator()])
    for job in itertools.product(*alternatives):
        yield list(job)


class _Options:
    """Tells Hydra's `glob(…)` which options a group has."""

    def get_group_options(self, group: str, results_filter: Any = None) -> list[str]:
        return options(group)


def as_interpolated(settings: dict[str, Any]) -> dict[str, Any]:
    """Resolve `${key}` between main settings."""
    resolved = OmegaConf.to_container(OmegaConf.create(settings), resolve=True)
    return {str(key): value for key, value in resolved.items()} if isinstance(resolved, dict) else {}
