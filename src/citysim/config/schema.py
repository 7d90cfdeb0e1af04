"""The main settings of a run, typed: which city, which future, which policy, which years, how many people and seeds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from citysim.core.declare import Param
from citysim.core.params import Layer, Parameters, resolve, stack
from citysim.core.sources import SourceBook

ALIGNMENTS = ("none", "insee_low", "insee_central", "insee_high")


@dataclass(frozen=True)
class Calendar:
    """First and last simulated year, and the years lived before the first one."""

    start: int
    end: int
    warmup: int

    @property
    def years(self) -> range:
        """The simulated years."""
        return range(self.start, self.end + 1)


@dataclass(frozen=True)
class Output:
    """Where runs are written."""

    root: str


@dataclass(frozen=True)
class Scenario:
    """What a scenario is called and what it is expected to reach; targets are compared after a run, never read."""

    name: str
    title_fr: str
    title_en: str
    description: str
    insee_variant: str
    targets: Mapping[str, Any]


@dataclass(frozen=True)
class Choices:
    """The option chosen of each group; `domain` is also the order of the year."""

    city: str
    scenario: str
    demographics: str
    adoption: str
    context: str
    policy: str
    domain: tuple[str, ...]
    technology: tuple[str, ...]


@dataclass(frozen=True)
class Config:
    """All that a run is asked to do.

    Parameters
    ----------
    scale
        1/n with n whole: one household in n is simulated.
    city, technologies
        Settings of the city, and the entries of the catalogue by name, as plain values.
    layers
        What files and command line say of parameters, the strongest last; `parameters` resolves them.
    overrides
        What the user wrote.
    origins
        Who set a key, where it is not its usual file: the command line, or the city.yaml of a folder of one's own.
    book
        Sources that figures may name.
    folder
        Folder of the configuration files; relative paths of `city.path` in files start there.
    city_notes
        What the reader of the city's own folder filled in or passed over.
    """

    seed: int
    seeds: int
    scale: float
    calendar: Calendar
    snapshots: tuple[int, ...]
    output: Output
    force: bool
    alignment: str
    coupling: Mapping[str, bool]
    scenario: Scenario
    choices: Choices
    city: Mapping[str, Any]
    technologies: Mapping[str, Mapping[str, Any]]
    layers: tuple[Layer, ...]
    overrides: tuple[str, ...]
    origins: Mapping[str, str] = field(repr=False)
    book: SourceBook = field(repr=False)
    folder: Path
    city_notes: tuple[str, ...] = ()

    @property
    def domains(self) -> tuple[str, ...]:
        """Names of the domains in the order in which they act."""
        return self.choices.domain

    @property
    def city_folder(self) -> Path:
        """Folder of the city's data; shipped ones are named relative to the configuration files."""
        path = Path(str(self.city.get("path") or f"city/{self.choices.city}"))
        return path if path.is_dir() else self.folder / path

    @property
    def city_name(self) -> str:
        """Name under which runs of the city are kept."""
        return self.city_folder.name

    @property
    def notes(self) -> list[str]:
        """What is allowed but should be known: people of one year taken for those of another, figures filled in."""
        base, first = self.city.get("start_year"), self.calendar.start - self.calendar.warmup
        if base is None or first <= base:
            return list(self.city_notes)
        known = f"{base} to {base + self.calendar.warmup}" if self.calendar.warmup else f"{base}"
        reason = f"the people and homes of {base} (city={self.city_name}) are taken for those of {first}"
        own = self.city_folder / "city.yaml"
        where = own if own.exists() else f"configs/city/{self.choices.city}.yaml"
        return [f"calendar.start ({where}): {reason}; allowed without this note: {known}", *self.city_notes]

    def with_seed(self, seed: int) -> Config:
        """The same settings with other draws."""
        return replace(self, seed=seed, seeds=1)

    def parameters(self, declarations: Mapping[str, Mapping[str, Param]]) -> Parameters:
        """Parameters of the given domains, resolved with provenance.

        Raises
        ------
        ParameterError
            If a value, range or source is refused.
        """
        return resolve(declarations, self.layers, self.book, self.calendar.start)

    def entries(self) -> dict[str, dict[str, Any]]:
        """Value, range, source and origin of every parameter of the selected domains, as plain values."""
        found: dict[str, dict[str, Any]] = {}
        for domain in self.domains:
            names = dict.fromkeys(name for layer in self.layers for name in layer.entries.get(domain, {}))
            found[domain] = {}
            for name in names:
                entry = stack(domain, name, self.layers)
                if not isinstance(entry, list):
                    known = {key: value for key, value in asdict(entry).items() if value not in (None, "")}
                    found[domain][name] = known
        return found

    def to_dict(self) -> dict[str, Any]:
        """Everything that the run depends on, as plain values in a fixed order."""
        return {
            "seed": self.seed,
            "scale": self.scale,
            "calendar": asdict(self.calendar),
            "snapshots": list(self.snapshots),
            "alignment": self.alignment,
            "coupling": dict(self.coupling),
            "choices": _plain(asdict(self.choices)),
            "scenario": _plain(asdict(self.scenario)),
            "city": _plain(self.city),
            "domains": _plain(self.entries()),
            "technologies": _plain(self.technologies),
        }

    @cached_property
    def hash(self) -> str:
        """Name of these settings: equal hashes mean equal results."""
        text = json.dumps(self.to_dict(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode("utf-8")).hexdigest()[:12]


def _plain(value: Any) -> Any:
    """Plain copies of mappings and sequences; years become text, as JSON and YAML readers expect."""
    if isinstance(value, Mapping):
        return {str(key): _plain(below) for key, below in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(below) for below in value]
    return value
