"""Where a run is to follow an official projection, births, deaths and net migration are forced to its totals.

The national path as it would pass in this town, from what the town is in 2025 (Insee, projections 2021-2070):
fertility moves on a line to the variant's; life expectancy gains what France gains on the line to the variant's of
2070; net migration per inhabitant differs from the town's as the variant differs from the central one. Individuals
are chosen as they would be without it (alignment of microsimulations: Li and O'Donoghue 2014), and the correction is
reported.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.city.codes import Sex
from citysim.domains.demography.year import Year

Array = NDArray[np.float64]
NONE, CENTRAL = "none", "insee_central"
BASE_YEAR, LAST_YEAR = 2025, 2070
FLOWS = ("births", "deaths", "net_migration")


def variant_of(now: Year) -> dict[str, float]:
    """Figures of the variant that the run is to follow; empty without one, and up to the base year."""
    name = now.city.alignment
    if name == NONE or now.year <= BASE_YEAR:
        return {}
    return _row(now, name)


def _row(now: Year, name: str) -> dict[str, float]:
    table = now.city.reference("projections")
    row = int(np.flatnonzero(table["variant"] == name)[0])
    return {column: float(values[row]) for column, values in table.items() if column not in ("variant", "source")}


def remember(now: Year) -> None:
    """Keep the town's own fertility and net migration of the base year, from which the paths start."""
    if now.year <= BASE_YEAR or "own_fertility" not in now.base:
        now.base["own_fertility"] = float(now.values.total_fertility_rate)
        now.base["own_migration"] = float(now.values.net_migration_rate)


def line(start: float, end: float, first: int, last: int, year: int) -> float:
    """Value on a straight line between two years, level before and after."""
    return start + (end - start) * min(max(year - first, 0) / max(last - first, 1), 1.0)


def fertility(now: Year, variant: dict[str, float]) -> float:
    """Children per woman of the variant in this town."""
    reached = int(variant["fertility_year"])
    return line(now.base["own_fertility"], variant["total_fertility_rate"], BASE_YEAR, reached, now.year)


def life_gain(now: Year, variant: dict[str, float]) -> Array:
    """Years of life expectancy gained since the base year, [sex]."""
    france = now.city.reference("life_expectancy")
    base = np.flatnonzero(np.asarray(france["year"]) == BASE_YEAR)[0]
    gains = np.zeros(len(Sex))
    for sex, name in ((Sex.MALE, "male"), (Sex.FEMALE, "female")):
        gained = variant[f"life_expectancy_2070_{name}"] - float(france[name][base])
        gains[sex] = line(0.0, gained, BASE_YEAR, LAST_YEAR, now.year)
    return gains


def migration_rate(now: Year, variant: dict[str, float]) -> float:
    """Net migration per inhabitant of the variant in this town."""
    beyond = variant["net_migration"] - _row(now, CENTRAL)["net_migration"]
    return float(now.base["own_migration"] + beyond / variant["population"])


def whole(now: Year, flow: str, wanted: float) -> int:
    """Round a number of events; what is lost is carried to the next year."""
    total = wanted + now.base.get(f"{flow}_owed", 0.0)
    number = max(int(np.floor(total + 0.5)), 0)
    now.base[f"{flow}_owed"] = total - number
    return number


def report(now: Year, flow: str, forced: float, own: float) -> None:
    """Count by how much a flow was corrected."""
    now.count(f"alignment_{flow}", forced - own)


def most_likely(risk: NDArray[Any], lot: NDArray[Any], number: int) -> NDArray[np.bool_]:
    """Choose a given number of people, each as if all risks were multiplied by one factor.

    Parameters
    ----------
    risk, lot
        Probability and uniform draw of each, [people]; without alignment those with lot < risk are chosen.
    number
        How many are chosen.
    """
    chosen = np.zeros(risk.size, dtype=bool)
    if number > 0:
        factor = np.asarray(lot) / np.maximum(risk, 1e-12)  # by which the risk has to grow to reach this person
        chosen[np.argpartition(factor, number - 1)[:number]] = True
    return chosen


def by_flow(events: dict[str, float]) -> dict[str, float]:
    """Correction of each flow this year, people."""
    return {flow: events.get(f"alignment_{flow}", 0.0) for flow in FLOWS}


def correction(events: dict[str, float]) -> float:
    """Change of this year's population by the corrections, people."""
    flows = by_flow(events)
    return flows["births"] - flows["deaths"] + flows["net_migration"]
