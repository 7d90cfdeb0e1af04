"""Read a CSV file of published figures as columns, and a YAML of judgement shares as numbers."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import yaml

Columns = dict[str, np.ndarray]


class CityDataError(ValueError):
    """A city folder lacks something or does not add up; the message has one line for each thing."""


def read_table(path: Path) -> Columns:
    """Read a CSV file as one array per column: int64 or float64 (empty cells are nan), else str.

    Columns named ``code`` or ``commune`` stay text, as codes may begin with 0.
    """
    lines = read_lines(path)
    if not lines:
        raise CityDataError(f"{path}: the file is empty")
    header, body = lines[0][1], lines[1:]
    for number, row in body:
        if len(row) != len(header):
            raise CityDataError(f"{path}, line {number}: {len(row)} cells for {len(header)} columns")
    twice = next((name for name in header if name and header.count(name) > 1), None)
    if twice:
        raise CityDataError(f"{path}: column '{twice}' occurs more than once")
    return {
        name: _column([row[place] for _, row in body], as_text=name in ("code", "commune"))
        for place, name in enumerate(header)
    }


def read_lines(path: Path) -> list[tuple[int, list[str]]]:
    """Number and cells of the lines of a CSV file that are not empty.

    Raises
    ------
    CityDataError
        If the text is not UTF-8 or its cells are not separated by commas.
    """
    reader = csv.reader(io.StringIO(read_text(path), newline=""))
    try:
        lines = [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader if cells]
    except csv.Error as error:
        raise CityDataError(f"{path}, line {reader.line_num}: {error}; allowed: CSV") from None
    if lines and len(lines[0][1]) == 1:
        for mark, name in ((";", "semicolons"), ("\t", "tabs")):
            if mark in lines[0][1][0]:
                raise CityDataError(f"{path}: cells are separated by {name}; allowed: commas, and points in numbers")
    return lines


def read_text(path: Path) -> str:
    """Text of a file of a city folder, with or without the mark that Excel puts before UTF-8.

    Raises
    ------
    CityDataError
        If it is in another encoding.
    """
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CityDataError(f"{path}: the text is not UTF-8; allowed: UTF-8 (in Excel: save as 'CSV UTF-8')") from None


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
