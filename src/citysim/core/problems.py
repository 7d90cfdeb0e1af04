"""One line for each thing that is wrong in what a user asks: the key, the file, what is allowed, the nearest name."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True)
class Problem:
    """Something a user has to correct.

    Parameters
    ----------
    key
        Dotted name of the setting, for example `domains.housing.move_rate`.
    where
        File, or `command line`.
    reason
        What is wrong, without the key.
    allowed
        What would be accepted.
    nearest
        The known name nearest to an unknown one.
    """

    key: str
    where: str
    reason: str
    allowed: str = ""
    nearest: str = ""

    def __str__(self) -> str:
        parts = [f"{self.key} ({self.where}): {self.reason}"]
        if self.allowed:
            parts.append(f"allowed: {self.allowed}")
        if self.nearest:
            parts.append(f"nearest: {self.nearest}")
        return "; ".join(parts).replace("\n", " ")


class ParameterError(ValueError):
    """Values that a domain's declarations refuse; `problems` has one entry per line to print."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def nearest_name(name: str, known: Iterable[str]) -> str:
    """The known name that looks most like `name`, or an empty string where none does."""
    candidates = sorted(set(known))
    last_part = name.rsplit(".", 1)[-1]
    found = get_close_matches(name, candidates, n=1, cutoff=0.6)
    if not found:
        by_last_part = {candidate.rsplit(".", 1)[-1]: candidate for candidate in candidates}
        found = [by_last_part[match] for match in get_close_matches(last_part, by_last_part, n=1, cutoff=0.6)]
    return found[0] if found else ""


def unknown_name(kind: str, name: str, known: Collection[str]) -> str:
    """Say that a name is unknown, which names are known, and which of them is the nearest."""
    near = nearest_name(name, known)
    return f"unknown {kind} {name!r}; allowed: {listed(known)}" + (f"; nearest: {near}" if near else "")


def listed(names: Iterable[str], limit: int = 12) -> str:
    """Names in one line, the first `limit` of them."""
    every = [str(name) for name in names]
    shown = ", ".join(every[:limit])
    return shown if len(every) <= limit else f"{shown} and {len(every) - limit} more"
