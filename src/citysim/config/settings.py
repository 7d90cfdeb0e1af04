"""Turns composed settings into a typed `Config`, refusing wrong types and values that make no sense."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from citysim.config.city import FIRST_YEAR, LAST_YEAR, problems_of_values
from citysim.config.overrides import origin_of
from citysim.config.schema import ALIGNMENTS, Calendar, Choices, Output, Scenario
from citysim.core.params import is_pair
from citysim.core.problems import Problem, listed, nearest_name

CONFIG_FILE = "configs/config.yaml"


@dataclass(frozen=True)
class Rule:
    """Type and bounds of one main setting, in words and as a test."""

    allowed: str
    accepts: Callable[[Any], bool]


def _whole(low: int, high: float = math.inf) -> Rule:
    words = f"a whole number from {low}" + ("" if high == math.inf else f" to {high:.0f}")
    return Rule(words, lambda value: isinstance(value, int) and not isinstance(value, bool) and low <= value <= high)


def _is_scale(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value <= 1:
        return False
    return abs(1 / value - round(1 / value)) < 1e-6 / value


def _are_years(value: Any) -> bool:
    if not isinstance(value, (list, tuple)) or not all(_whole(1900, 2200).accepts(year) for year in value):
        return False
    return len(value) == len(set(value))


RULES: dict[str, Rule] = {
    "seed": _whole(0, 2**31 - 1),
    "seeds": _whole(1, 100_000),
    "scale": Rule("1/n with n a whole number, for example 1, 0.5, 0.1", _is_scale),
    "calendar.start": _whole(FIRST_YEAR, LAST_YEAR),
    "calendar.end": _whole(FIRST_YEAR, LAST_YEAR),
    "calendar.warmup": _whole(0, 10),
    "snapshots": Rule("a list of years, each once", _are_years),
    "output.root": Rule("a folder", lambda value: isinstance(value, str) and value != ""),
    "force": Rule("true or false", lambda value: isinstance(value, bool)),
    "alignment": Rule(listed(ALIGNMENTS), lambda value: value in ALIGNMENTS),
    "city.path": Rule("a folder", lambda value: value is None or (isinstance(value, str) and value != "")),
}
FLAG = RULES["force"]


def known_keys(settings: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Every dotted key of nested settings, inner ones too."""
    keys: dict[str, Any] = {}
    for name, value in settings.items():
        dotted = f"{prefix}{name}"
        keys[dotted] = value
        if isinstance(value, Mapping):
            keys.update(known_keys(value, f"{dotted}."))
    return keys


def problems_of(settings: Mapping[str, Any], origins: Mapping[str, str], city_file: str) -> list[Problem]:
    """Main settings of a wrong type or out of bounds, and years that contradict one another.

    Parameters
    ----------
    settings
        Composed main settings.
    origins
        Who set a key, where it is not configs/config.yaml.
    city_file
        The shipped file of the city.
    """
    keys = known_keys(settings)
    rules = {**RULES, **{key: FLAG for key in keys if key.startswith("coupling.")}}
    problems = []
    for key, rule in rules.items():
        value = keys.get(key)
        if key not in keys:
            problems.append(Problem(key, CONFIG_FILE, "missing", rule.allowed))
        elif not rule.accepts(value):
            nearest = nearest_name(str(value), ALIGNMENTS) if key == "alignment" else ""
            problems.append(Problem(key, origins.get(key, CONFIG_FILE), f"{value!r} is refused", rule.allowed, nearest))
    problems += problems_of_values(settings["city"], origins, city_file)
    return problems or _problems_of_years(keys, origins)


def _problems_of_years(keys: Mapping[str, Any], origins: Mapping[str, str]) -> list[Problem]:
    start, end = keys["calendar.start"], keys["calendar.end"]
    if end < start:
        where = origins.get("calendar.end", origins.get("calendar.start", CONFIG_FILE))
        return [
            Problem("calendar.end", where, f"{end} is refused, it is before the start", f"from {start} to {LAST_YEAR}")
        ]
    base = keys.get("city.start_year", start)
    if start < base:
        where = origins.get("calendar.start", CONFIG_FILE)
        reason = f"{start} comes before the city's figures, which are of {base}"
        return [Problem("calendar.start", where, reason, f"from {base} to {LAST_YEAR}, or an earlier city")]
    outside = [year for year in keys["snapshots"] if not start <= year <= end]
    if outside and "snapshots" in origins:
        allowed = f"years from {start} to {end}"
        return [Problem("snapshots", origins["snapshots"], f"{listed(outside)} is not simulated", allowed)]
    return []


def read_scenario(
    settings: Mapping[str, Any], option: str, origins: Mapping[str, str]
) -> tuple[Scenario | None, list[Problem]]:
    """The scenario's name, titles and targets."""
    where = f"configs/scenario/{option}.yaml"
    said = settings.get("scenario")
    if not isinstance(said, Mapping):
        return None, [Problem("scenario", where, "missing", "name, titles, description and targets")]
    names = [part.name for part in fields(Scenario)]
    problems = [
        Problem(f"scenario.{name}", where, "unknown key", listed(names), nearest_name(str(name), names))
        for name in said
        if name not in names
    ]
    problems += [Problem(f"scenario.{name}", where, "missing") for name in names if name not in said]
    if said.get("insee_variant") not in ALIGNMENTS[1:]:
        allowed = listed(ALIGNMENTS[1:])
        problems.append(Problem("scenario.insee_variant", where, f"{said.get('insee_variant')!r} is unknown", allowed))
    targets = said.get("targets", {})
    if not isinstance(targets, Mapping):
        problems.append(Problem("scenario.targets", where, "is not a mapping", "measure: number"))
    else:
        problems += [
            Problem(key, origin_of(key, origins, where), f"{value!r} is refused", "a number, or [low, high]")
            for key, value in ((f"scenario.targets.{name}", value) for name, value in targets.items())
            if not is_pair(value if isinstance(value, (list, tuple)) else (value, value))
        ]
    return (None, problems) if problems else (Scenario(**dict(said)), [])


def read_calendar(settings: Mapping[str, Any]) -> Calendar:
    """The simulated years; nobody lives a year before the city's figures, also not to warm up."""
    start, warmup = settings["calendar"]["start"], settings["calendar"]["warmup"]
    known = max(0, start - settings["city"].get("start_year", start - warmup))
    return Calendar(start, settings["calendar"]["end"], min(warmup, known))


def read_snapshots(settings: Mapping[str, Any], origins: Mapping[str, str]) -> tuple[int, ...]:
    """The years that are kept in full: where none of the usual ones is simulated, the first and the last."""
    calendar, years = settings["calendar"], tuple(settings["snapshots"])
    if "snapshots" in origins or any(calendar["start"] <= year <= calendar["end"] for year in years):
        return years
    return tuple(dict.fromkeys((calendar["start"], calendar["end"])))


def read_output(settings: Mapping[str, Any]) -> Output:
    """Where runs go."""
    return Output(**settings["output"])


def read_choices(choices: Mapping[str, Any]) -> Choices:
    """The options chosen, lists as tuples."""
    return Choices(
        **{group: tuple(option) if isinstance(option, list) else option for group, option in choices.items()}
    )
