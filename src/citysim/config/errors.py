"""A configuration that cannot be run: one line per problem, no traceback, exit code 2."""

from __future__ import annotations

from collections.abc import Iterable

from citysim.core.problems import ParameterError, Problem

EXIT_CODE = 2


class ConfigError(ParameterError):
    """What the user has to correct before a run can start; `str` gives one line per problem."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        distinct = dict.fromkeys(problems)
        super().__init__(distinct)


def raise_if_any(problems: Iterable[Problem]) -> None:
    """Raise `ConfigError` if there is any problem."""
    found = list(problems)
    if found:
        raise ConfigError(found)
