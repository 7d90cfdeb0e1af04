"""`citysim describe city`: how well the people and homes made up fit the published figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from typing import Any

from citysim.city.build import synthesise
from citysim.config.schema import Config
from citysim.model import reference


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
    rows: list[Mapping[str, Any]] = [asdict(row) if is_dataclass(row) else row for row in synthesis.targets]
    return rows + [{"known_gap": gap} for gap in synthesis.gaps]
