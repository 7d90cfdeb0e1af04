"""`citysim describe city`: how well the people and homes made up fit the published figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from citysim.city.build import synthesise
from citysim.city.targets import target_table
from citysim.config.schema import Config
from citysim.life import reference


def fit(config: Config) -> list[Mapping[str, Any]]:
    """List target, synthetic figure and difference, and then the gaps between sources that are known."""
    calendar = config.calendar
    synthesis = synthesise(
        config.city_folder,
        config.seed,
        config.scale,
        reference,
        calendar.start - calendar.warmup,
        config.city.get("assumptions"),
    )
    rows: list[Mapping[str, Any]] = target_table(synthesis)
    return rows + [{"known_gap": gap} for gap in synthesis.gaps]


def marks(rows: list[Mapping[str, Any]]) -> str:
    """Say how many marked figures pass, by class."""
    told = []
    for kind in dict.fromkeys(row["kind"] for row in rows if "kind" in row):
        marked = [row["passes"] for row in rows if row.get("kind") == kind and row["passes"] is not None]
        shown = sum(row.get("kind") == kind for row in rows) - len(marked)
        told.append(f"{kind}: {sum(marked)} of {len(marked)} pass, {shown} without a mark")
    return "; ".join(told)
