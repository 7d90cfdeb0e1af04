"""Where every figure comes from: the book of sources, `configs/sources.yaml`.

A figure names a key of this book, or `judgement` (then it has a range), or `override` (given on the command line).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from citysim.core.problems import ParameterError, Problem, listed, nearest_name

JUDGEMENT = "judgement"
OVERRIDE = "override"
RESERVED = (JUDGEMENT, OVERRIDE)
CONFIDENCES = ("seen", "code", "computed", "recalled", "judgement")
FIELDS = ("publisher", "title", "year", "address", "confidence")


@dataclass(frozen=True)
class Source:
    """A publication, a code base or a computation that a figure rests on.

    Parameters
    ----------
    key
        Name by which figures refer to it.
    publisher, title, year, address
        What one needs to find it again; `year` is None where the source has no date.
    confidence
        `seen` in the publication, `code` in public source code, `computed` from seen figures, `recalled`, `judgement`.
    """

    key: str
    publisher: str
    title: str
    year: int | None
    address: str
    confidence: str


class SourceBook(Mapping[str, Source]):
    """All sources by key, in the order of the file."""

    def __init__(self, sources: Mapping[str, Source], where: str = "configs/sources.yaml") -> None:
        self._sources = dict(sources)
        self.where = where

    def __getitem__(self, key: str) -> Source:
        return self._sources[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._sources)

    def __len__(self) -> int:
        return len(self._sources)

    def knows(self, key: str) -> bool:
        """Whether a figure may name this key."""
        return key in RESERVED or key in self._sources

    def nearest(self, key: str) -> str:
        """The known key nearest to an unknown one."""
        return nearest_name(key, [*self._sources, JUDGEMENT])

    @classmethod
    def read(cls, path: Path, where: str = "configs/sources.yaml") -> SourceBook:
        """Read a book of sources.

        Raises
        ------
        ParameterError
            If an entry misses a field, has one too many, or names an unknown confidence.
        """
        with path.open(encoding="utf-8") as stream:
            entries = yaml.load(stream, getattr(yaml, "CSafeLoader", yaml.SafeLoader)) or {}
        problems: list[Problem] = []
        sources = {}
        for key, entry in entries.items():
            found = _problems_of(str(key), entry, where)
            problems.extend(found)
            if not found:
                sources[str(key)] = Source(key=str(key), **{name: entry[name] for name in FIELDS})
        if problems:
            raise ParameterError(problems)
        return cls(sources, where)


def _problems_of(key: str, entry: Any, where: str) -> list[Problem]:
    """What is wrong with one entry of the book."""
    if key in RESERVED:
        return [Problem(key, where, "this name is reserved", allowed="any other key")]
    if not isinstance(entry, Mapping):
        return [Problem(key, where, "a source is a mapping", allowed=listed(FIELDS))]
    problems = [
        Problem(
            f"{key}.{name}",
            where,
            "unknown field of a source",
            listed(FIELDS),
            nearest_name(str(name), FIELDS),
        )
        for name in entry
        if name not in FIELDS
    ]
    problems += [Problem(f"{key}.{name}", where, "missing") for name in FIELDS if name not in entry]
    if entry.get("confidence") not in CONFIDENCES and "confidence" in entry:
        problems.append(Problem(f"{key}.confidence", where, f"{entry['confidence']!r} is unknown", listed(CONFIDENCES)))
    if not isinstance(entry.get("year"), int | None):
        problems.append(Problem(f"{key}.year", where, f"{entry['year']!r} is not a year", "a whole number or null"))
    return problems
