"""How far technologies have spread, who is ahead, and what it cost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.core.declare import Statistic, by_group, mean, value
from citysim.core.kernels import diffusion
from citysim.domains.technology.city_wide import measured_share
from citysim.domains.technology.declarations import HEADLINES
from citysim.domains.technology.profiles import LEVELS, income_level

Masks = NDArray[np.uint64]
ONE = np.uint64(1)


def measure_adoption(engine: Any, city: Any) -> dict[str, Statistic]:
    """All measures of the technology domain."""
    shares = np.asarray(city.technologies["share"], dtype=np.float64)
    adoption = {entry.name: float(shares[row]) for row, entry in enumerate(engine.catalogue)}
    for row in engine.turnover_rows:  # stocks that other domains changed after my step
        adoption[engine.catalogue[row].name] = measured_share(engine.catalogue[row], city)
    eligible = {kind: adopters.eligibility.masks(city) for kind, adopters in engine.kinds.items()}
    gaps = adoption_gaps(engine, city, eligible["household"])
    uses = sum(float(adopters.users.sum()) for adopters in engine.kinds.values())
    measured = {
        "adoption_share": by_group(adoption, "technology"),
        "adoption_gap": by_group(gaps, "technology"),
        "mean_adoption_gap": value(float(np.mean(list(gaps.values()))) if gaps else 0.0),
        "equipment_spending": value(engine.spent, extensive=True),
        "abandonment_rate": value(engine.given_up / uses if uses else 0.0),
    }
    for name, table in (("technologies_per_household", "households"), ("technologies_per_person", "persons")):
        measured[name] = mean(np.bitwise_count(city.table(table)["technologies"]), over=table)
    for name, (entry, table) in HEADLINES.items():
        measured[name] = _headline(engine, city, eligible, entry, table)
    return measured


def _headline(engine: Any, city: Any, eligible: Mapping[str, Masks], name: str, table: str) -> Statistic:
    for kind, adopters in engine.kinds.items():
        for index, entry in enumerate(adopters.entries):
            if entry.name == name and adopters.table == table:
                bit = ONE << np.uint64(index)
                has, may = city.table(table)["technologies"] & bit, eligible[kind] & bit
                return mean(has != 0, over=table, where=may != 0)
    nobody = np.zeros(city.table(table).size, dtype=bool)  # the run's selection leaves this entry out
    return mean(nobody, over=table)


def adoption_gaps(engine: Any, city: Any, eligible: Masks) -> dict[str, float]:
    """Share of adopters in the richest fifth of households minus share in the poorest, by technology."""
    adopters = engine.kinds["household"]
    if not adopters.number:
        return {}
    fifth = fifths(income_level(city))
    users = diffusion.bit_counts(city.households["technologies"] & eligible, fifth, 5)[:, : adopters.number]
    number = np.maximum(diffusion.bit_counts(eligible, fifth, 5)[:, : adopters.number], 1)
    share = users / number
    return {entry.name: float(share[4, i] - share[0, i]) for i, entry in enumerate(adopters.entries)}


def fifths(level: NDArray[np.int16]) -> NDArray[np.int16]:
    """Fifth of each household by its level of income; a level is not split."""
    number = np.bincount(level, minlength=LEVELS)
    middle = (np.cumsum(number) - number / 2) / max(number.sum(), 1)
    return np.minimum((middle * 5).astype(np.int16), 4)[level]
