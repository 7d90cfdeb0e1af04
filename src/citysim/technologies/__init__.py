"""The catalogue: one YAML file in `configs/technology` is one technology; only those that need Python live here."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from citysim.core.technology import Effect, Technology

FIGURE_KEYS = {"value", "range", "source", "path", "note"}


def load_technologies(entries: Mapping[str, Mapping[str, Any]]) -> tuple[Technology, ...]:
    """Read the entries of a run, in their order.

    A prerequisite that is left out of a run's selection counts as met.

    Parameters
    ----------
    entries
        What `configs/technology/<name>.yaml` says, by name; figures are `{value, range, source}` or bare numbers.
    """
    return tuple(_technology(name, entry, set(entries)) for name, entry in entries.items())


def read_folder(folder: Path) -> dict[str, dict[str, Any]]:
    """Raw entries of a folder of YAML files, by name."""
    return {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.yaml"))}


def _technology(name: str, entry: Mapping[str, Any], known: set[str]) -> Technology:
    said, ranges, sources = {}, {}, {}
    for field, raw in entry.items():
        if isinstance(raw, Mapping) and "value" in raw and set(raw) <= FIGURE_KEYS:
            said[field] = raw["value"]
            if raw.get("range") is not None:
                ranges[field] = (float(raw["range"][0]), float(raw["range"][1]))
            sources[field] = str(raw.get("source", "judgement"))
        else:
            said[field] = raw
    said["effects"] = tuple(Effect(**effect) for effect in said.get("effects", ()))
    said["prerequisites"] = tuple(other for other in said.get("prerequisites", ()) if other in known)
    return Technology(name=name, ranges=ranges, sources=sources, **said)
