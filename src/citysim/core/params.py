"""Every number of the model carries its unit, its range and its source, and remembers which file or override set it.

Python declares the meaning (`Param`), layers of configuration give the evidence: domain files first, then scenario
groups, then the command line; a later layer that changes a value has to say where the new one comes from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import numpy as np

from citysim.core.declare import Param
from citysim.core.problems import ParameterError, Problem, listed, nearest_name
from citysim.core.sources import JUDGEMENT, OVERRIDE, SourceBook
from citysim.core.values import DatedValue, Resolved, ValueRefused, bounds_text, is_dated, read_value

ENTRY_KEYS = ("value", "range", "source", "path", "note")
COMMAND_LINE = "command line"
CITY = "city"  # group of what a city's own file says of parameters


@dataclass(frozen=True)
class Layer:
    """What one file, or the command line, says about parameters.

    Parameters
    ----------
    origin
        File relative to the project, or `command line`.
    group
        Configuration group of the file (`domain`, `demographics`, …), empty for the command line.
    entries
        Raw entries by domain and parameter.
    """

    origin: str
    group: str
    entries: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Entry:
    """All that the layers together say of one parameter, and who said the value."""

    value: Any
    range: Any
    source: str | None
    path: str
    note: str | None
    origin: str
    group: str


@dataclass(frozen=True)
class Parameter:
    """One resolved parameter with its provenance."""

    domain: str
    name: str
    param: Param
    dated: DatedValue
    entry: Entry
    today: DatedValue | None = None

    @property
    def key(self) -> str:
        """Dotted name, as written on the command line."""
        return f"domains.{self.domain}.{self.name}"

    def row(self) -> dict[str, Any]:
        """Plain description for tables, manifests and JSON."""
        return {
            "key": self.key,
            "value": self.entry.value,
            "unit": self.param.unit,
            "range": self.entry.range,
            "allowed": bounds_text(self.param),
            "role": self.param.role,
            "source": self.entry.source,
            "set_by": self.entry.origin,
            "path": self.entry.path if is_dated(self.entry.value) else None,
            "description": self.param.description,
            "payer": self.param.payer,
            "cost": self.param.cost,
        }


class DomainParameters:
    """The parameters of one domain: `at(year)` gives them as attributes.

    Before the first simulated year, futures and policies have not begun: what they decide then has today's value, that
    of the domain's own file in the first year. So levels calibrated at the start never absorb a policy.

    Parameters
    ----------
    parameters
        Resolved parameters by name.
    first_year
        First simulated year.
    """

    def __init__(self, parameters: Mapping[str, Parameter], first_year: int) -> None:
        self.parameters = dict(parameters)
        self._first_year = first_year
        self._by_year: dict[int, SimpleNamespace] = {}
        # By whether futures and policies have begun: figures for good, and those that change with the year.
        self._fixed: dict[bool, dict[str, Resolved]] = {False: {}, True: {}}
        self._moving: dict[bool, dict[str, DatedValue]] = {False: {}, True: {}}
        for name, parameter in self.parameters.items():
            for begun in (False, True):
                dated = parameter.dated if begun or parameter.today is None else parameter.today
                if len(dated.figures) > 1:
                    self._moving[begun][name] = dated
                else:
                    self._fixed[begun][name] = dated.figures[0]

    def at(self, year: int) -> SimpleNamespace:
        """Values of a year: floats, flags or words, and read-only arrays in the order of `Param.index`."""
        if year not in self._by_year:
            begun, when = year >= self._first_year, max(year, self._first_year)
            values = {name: dated.at(when) for name, dated in self._moving[begun].items()}
            self._by_year[year] = SimpleNamespace(**self._fixed[begun], **values)
        return self._by_year[year]


class Parameters(Mapping[str, DomainParameters]):
    """Resolved parameters of all domains, by domain name."""

    def __init__(self, domains: Mapping[str, DomainParameters]) -> None:
        self._domains = dict(domains)

    def __getitem__(self, domain: str) -> DomainParameters:
        return self._domains[domain]

    def __iter__(self) -> Iterator[str]:
        return iter(self._domains)

    def __len__(self) -> int:
        return len(self._domains)

    def at(self, domain: str, year: int) -> SimpleNamespace:
        """Values of one domain in a year."""
        return self[domain].at(year)

    def rows(self) -> list[dict[str, Any]]:
        """One plain description per parameter, in order of declaration."""
        return [parameter.row() for domain in self.values() for parameter in domain.parameters.values()]


def resolve(
    declarations: Mapping[str, Mapping[str, Param]],
    layers: Sequence[Layer],
    book: SourceBook | None = None,
    first_year: int = 0,
) -> Parameters:
    """Give every declared parameter its value, with provenance.

    Parameters
    ----------
    declarations
        `Param` by domain and name.
    layers
        What files and command line say, the strongest last.
    book
        Known sources; not checked where none is given.
    first_year
        First simulated year: before it, scenarios have not begun.

    Raises
    ------
    ParameterError
        With one problem for each thing that is wrong.
    """
    problems: list[Problem] = []
    domains = {}
    for domain, params in declarations.items():
        problems.extend(_unknown_parameters(domain, params, layers))
        resolved = {}
        for name, param in params.items():
            found = _resolve_one(domain, name, param, layers, book)
            if isinstance(found, Parameter):
                resolved[name] = found
            else:
                problems.extend(found)
        domains[domain] = DomainParameters(resolved, first_year)
    if problems:
        raise ParameterError(problems)
    return Parameters(domains)


def stack(domain: str, name: str, layers: Sequence[Layer]) -> Entry | list[Problem]:
    """Lay the layers over one another: the last one that gives a value sets it whole, with its own source."""
    key = f"domains.{domain}.{name}"
    entry = Entry(None, None, None, "linear", None, "", "")
    problems = []
    for layer in layers:
        if name not in layer.entries.get(domain, {}):
            continue
        raw = layer.entries[domain][name]
        bare = not (isinstance(raw, Mapping) and any(part in ENTRY_KEYS for part in raw))
        if bare and layer.origin != COMMAND_LINE:
            problems.append(Problem(key, layer.origin, "a bare value in a file", "{value: …, range: …, source: …}"))
            continue
        said: Mapping[str, Any] = {"value": raw, "source": OVERRIDE} if bare else raw
        for part in said:
            if part not in ENTRY_KEYS:
                nearest = nearest_name(str(part), ENTRY_KEYS)
                problems.append(Problem(f"{key}.{part}", layer.origin, "unknown key", listed(ENTRY_KEYS), nearest))
        changed = "value" in said and entry.origin != "" and said["value"] != entry.value
        if changed and "source" not in said:
            advice = f"write {key}=<value> (recorded as source: override), or give {key}.source too"
            problems.append(
                Problem(
                    f"{key}.value",
                    layer.origin,
                    f"a new value under the unchanged source {entry.source}",
                    advice,
                )
            )
        if layer.group == CITY and _is_past(said, entry.value):
            value = {**said["value"], **entry.value}
            entry = replace(entry, value=value, note=f"until {max(said['value'])}: {said['source']}, {layer.origin}")
            continue
        sets_value = "value" in said
        entry = Entry(
            value=said.get("value", entry.value),
            range=said.get("range", entry.range),
            source=said.get("source", entry.source),
            path=said.get("path", "linear" if sets_value else entry.path),
            note=said.get("note", None if sets_value else entry.note),
            origin=layer.origin if sets_value else entry.origin,
            group=layer.group if sets_value else entry.group,
        )
    return problems or entry


def _is_past(said: Mapping[str, Any], later: Any) -> bool:
    """Whether a city gives dates that all lie before those of the scenario: its past, to which any future is added."""
    value: Any = said.get("value")
    return is_dated(value) and is_dated(later) and max(map(int, value)) < min(map(int, later))


def _unknown_parameters(domain: str, params: Mapping[str, Param], layers: Sequence[Layer]) -> list[Problem]:
    """Entries that no declaration asks for."""
    problems = []
    for layer in layers:
        for name in layer.entries.get(domain, {}):
            if name not in params:
                key, nearest = f"domains.{domain}.{name}", nearest_name(str(name), params)
                full = f"domains.{domain}.{nearest}" if nearest else ""
                problems.append(Problem(key, layer.origin, "unknown parameter", listed(params, 40), full))
    return problems


def _resolve_one(
    domain: str, name: str, param: Param, layers: Sequence[Layer], book: SourceBook | None
) -> Parameter | list[Problem]:
    key = f"domains.{domain}.{name}"
    entry = stack(domain, name, layers)
    if isinstance(entry, list):
        return entry
    if entry.origin == "":
        return [Problem(key, f"configs/domain/{domain}.yaml", "no value for a declared parameter", bounds_text(param))]
    problems = _problems_of_source(key, entry, book) + _problems_of_range(key, param, entry)
    try:
        dated = read_value(param, entry.value, entry.path)
    except ValueRefused as refused:
        below = f"{key}.{refused.below}" if refused.below else key
        return [*problems, Problem(below, entry.origin, refused.reason, refused.allowed, refused.nearest)]
    if not problems:
        problems += _problem_of_value_in_range(key, entry, dated)
    return problems or Parameter(domain, name, param, dated, entry, _today(domain, name, param, layers))


def _today(domain: str, name: str, param: Param, layers: Sequence[Layer]) -> DatedValue | None:
    """What a domain's own file, and the city's, say of something that a future or a policy decides."""
    if param.role not in ("exogenous", "lever"):
        return None
    own = stack(domain, name, [layer for layer in layers if layer.group in ("domain", CITY)])
    if isinstance(own, list) or own.origin == "":
        return None
    return read_value(param, own.value, own.path)


def _problems_of_source(key: str, entry: Entry, book: SourceBook | None) -> list[Problem]:
    """A figure names a source of the book; a judgement has a range."""
    if not isinstance(entry.source, str) or not entry.source:
        return [Problem(f"{key}.source", entry.origin, "missing", "a key of configs/sources.yaml, or judgement")]
    if entry.source == OVERRIDE and entry.origin != COMMAND_LINE:
        return [Problem(f"{key}.source", entry.origin, "override is for the command line", "a key of the source book")]
    if book is not None and not book.knows(entry.source):
        nearest = book.nearest(entry.source)
        allowed = f"a key of {book.where}, or judgement"
        return [Problem(f"{key}.source", entry.origin, f"unknown source {entry.source!r}", allowed, nearest)]
    if entry.source == JUDGEMENT and entry.range is None:
        return [Problem(f"{key}.range", entry.origin, "missing; a judgement has a range", "[low, high]")]
    return []


def _problems_of_range(key: str, param: Param, entry: Entry) -> list[Problem]:
    """A range is [low, high] within the bounds, or one such pair per name."""
    if entry.range is None:
        return []
    pairs = entry.range.items() if isinstance(entry.range, Mapping) else [("", entry.range)]
    problems = []
    for name, pair in pairs:
        below = f"{key}.range.{name}" if name else f"{key}.range"
        if name and name not in (param.index or ()):
            nearest = nearest_name(str(name), param.index or ())
            problems.append(Problem(below, entry.origin, "unknown name", listed(param.index or ()), nearest))
        elif not is_pair(pair):
            problems.append(Problem(below, entry.origin, f"{pair!r} is not a range", "[low, high]"))
        elif (param.low is not None and pair[0] < param.low) or (param.high is not None and pair[1] > param.high):
            problems.append(Problem(below, entry.origin, f"{list(pair)} leaves the bounds", bounds_text(param)))
    return problems


def _problem_of_value_in_range(key: str, entry: Entry, dated: DatedValue) -> list[Problem]:
    """A range is that of the last date; a file's own value lies in it (the command line may leave it)."""
    if entry.range is None or entry.origin == COMMAND_LINE or isinstance(entry.range, Mapping):
        return []
    last = np.atleast_1d(np.asarray(dated.figures[-1]))
    if last.dtype.kind == "f" and bool(np.any((last < entry.range[0]) | (last > entry.range[1]))):
        allowed = f"{entry.range[0]:g} to {entry.range[1]:g}, or another range"
        return [Problem(key, entry.origin, f"{entry.value!r} lies outside its own range", allowed)]
    return []


def is_pair(pair: Any) -> bool:
    """Whether a value is `[low, high]`, two finite numbers in this order."""
    if not isinstance(pair, Sequence) or isinstance(pair, str) or len(pair) != 2:
        return False
    numeric = all(isinstance(end, (int, float)) and not isinstance(end, bool) for end in pair)
    return numeric and bool(np.isfinite(pair).all()) and pair[0] <= pair[1]
