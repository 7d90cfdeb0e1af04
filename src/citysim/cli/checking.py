"""`citysim check`: refuse settings that make no sense, before any work."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from citysim.config.errors import ConfigError
from citysim.config.overrides import expand, is_hydra
from citysim.config.schema import Config
from citysim.core.problems import ParameterError, Problem
from citysim.experiment.prepare import prepared


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
        for note in config.notes:
            print(f"note: {note}", file=sys.stderr)
        print(
            f"ok: {config.hash}  city={config.city_name} scenario={config.scenario.name} "
            f"demographics={choices.demographics} adoption={choices.adoption} context={choices.context} "
            f"policy={choices.policy} seed={config.seed} scale={config.scale:g} "
            f"{config.calendar.start}-{config.calendar.end}"
        )
    return 0
