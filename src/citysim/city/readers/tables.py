"""Read a CSV file of published figures as columns, and a YAML of judgement shares as numbers."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import yaml


class CityDataError(ValueError):
    """A city folder lacks something or does not add up; the message has one line for each thing."""


def read_table(path: Path) -> dict[str, np.ndarray]:
    """Read a CSV file as one array per column: int64 or float64 (empty cells are nan), else str.

    Columns named ``code`` or ``commune`` stay text, as codes may begin with 0.
    """
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.reader(file) if row]
    if not rows:
        raise CityDataError(f"{path}: the file is empty")
    header, body = [name.strip() for name in rows[0]], rows[1:]
    for number, row in enumerate(body, start=2):
        if len(row) != len(header):
            raise CityDataError(f"{path}, line {number}: {len(row)} cells for {len(header)} columns")
    return {
        name: _column([row[place].strip() for row in body], as_text=name in ("code", "commune"))
        for place, name in enumerate(header)
    }


def _column(cells: list[str], as_text: bool) -> np.ndarray:
    """One column as numbers where every cell is a number or empty, else as text."""
    if as_text or not any(cells):
        return np.array(cells, dtype=str) if as_text else np.full(len(cells), np.nan)
    try:
        numbers = np.array([float(cell) if cell else np.nan for cell in cells])
    except ValueError:
        return np.array(cells, dtype=str)
    whole = not np.isnan(numbers).any() and all(cell.lstrip("+-").isdigit() for cell in cells)
    return numbers.astype(np.int64) if whole else numbers


def assumption_values(assumptions: Mapping[str, Any]) -> dict[str, float]:
    """Plain numbers of a mapping name -> number, or name -> {value, range, source}."""
    values = {}
    for name, entry in assumptions.items():
        number = entry["value"] if isinstance(entry, Mapping) else entry
        values[str(name)] = float(number)
    return values


def read_assumptions(folder: Path) -> dict[str, float]:
    """Judgement shares of a city folder, from ``<folder>.yaml`` beside it and the files that one starts from."""
    beside = folder.parent / f"{folder.name}.yaml"
    path = beside if beside.exists() else folder / "city.yaml"
    if not path.exists():
        raise CityDataError(f"{path}: not found, and no judgement shares were given (see docs/city_data.md)")
    return assumption_values(_merged(path).get("assumptions", {}))


def _merged(path: Path) -> dict[str, Any]:
    """A city YAML on top of those it names under ``defaults``."""
    content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    merged: dict[str, Any] = {}
    for base in content.pop("defaults", []):
        if base != "_self_":
            merged.update(_merged(path.parent / f"{base}.yaml"))
    shares = {**merged.get("assumptions", {}), **content.get("assumptions", {})}
    return {**merged, **content, "assumptions": shares}
