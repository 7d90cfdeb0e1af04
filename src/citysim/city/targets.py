"""How well the synthesised city meets the published figures: target, synthetic, difference, row by row.

Three classes. *published*: a commune's figure in zones.csv; totals within 1 %, cells of over 500 people within 5 %.
*transferred*: a national or similar town's figure, rescaled; 5 % and 10 %. *judgement*: printed, never passed.
Cells of 500 people and fewer are printed without a mark, as rounding and chance weigh too much in them.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from citysim.city.codes import DwellingStatus, HouseholdType, Labour, TenureClass
from citysim.city.readers.folder import AGE_BANDS, GROUPS

if TYPE_CHECKING:
    from citysim.city.build import Synthesis

SMALL = 500
LIMITS = {"published": (0.01, 0.05), "transferred": (0.05, 0.10)}
TOTALS = ("pop_2022", "households_2022", "dwellings", "jobs_workplace_2022", "active_15_64")
POVERTY_LINE_2021 = 0.6 * 23_160.0  # EUR/year per consumption unit, national (Insee, Filosofi 2021)


@dataclass(frozen=True)
class Target:
    """One figure of the real city beside the synthetic one."""

    name: str
    zone: str  # commune, or "all"
    kind: str  # published, transferred or judgement
    target: float
    synthetic: float
    source: str
    year: str
    total: bool = False
    passes: bool | None = None  # None: no pass mark

    @property
    def difference(self) -> float:
        """Relative difference."""
        return (self.synthetic - self.target) / self.target if self.target else float(self.synthetic != 0)


class Comparison:
    """Collects target rows and marks them.

    Parameters
    ----------
    weight
        People that one agent stands for.
    """

    def __init__(self, weight: float) -> None:
        self.weight = weight
        self.rows: list[Target] = []

    def add(
        self, name: str, zone: str, kind: str, target: float, synthetic: float, source: str, year: str,
        total: bool = False, people: float | None = None,
    ) -> None:  # fmt: skip
        """Add a row; `people` is how many people or things a share stands for (default: the target itself)."""
        row = Target(name, zone, kind, float(target), float(synthetic), source, year, total)
        size = row.target if people is None else people
        passes = None
        if kind in LIMITS and (total or size > SMALL):
            near = abs(row.synthetic - row.target) <= 0.5 * self.weight  # no whole agent lies nearer
            passes = near or abs(row.difference) <= LIMITS[kind][0 if total else 1]
        self.rows.append(Target(**{**asdict(row), "passes": passes}))


def target_table(synthesis: Synthesis) -> list[dict[str, Any]]:
    """Rows of `citysim describe city`, as dictionaries."""
    return [{**asdict(row), "difference": row.difference} for row in synthesis.targets]


def published_rows(synthesis: Synthesis, comparison: Comparison) -> None:
    """Each commune's figures of zones.csv, and their sums."""
    figures = commune_counts(synthesis)
    figures.update(_living_standards(synthesis))
    data = synthesis.frame.data
    names = [str(name) for name in data.communes["name"]]
    weight = 1.0 / synthesis.frame.marginals.scale
    for figure, counted in figures.items():
        published = data.communes[figure]
        rate = figure in ("median_living_standard_eur", "poverty_rate_pct")
        source, year, sure = data.sources.get(figure, ("zones.csv", "", ""))
        if figure in data.filled_columns and np.isnan(published).all():
            continue
        derived = figure in data.filled_columns or sure == "reconstruction"
        kind = "transferred" if derived else "published"
        total = figure in TOTALS
        for place, name in enumerate(names):
            if np.isnan(published[place]):
                continue
            value = counted[place] if rate else counted[place] * weight
            people = data.communes["pop_2022"][place] * (published[place] / 100 if figure == "poverty_rate_pct" else 1)
            comparison.add(
                figure, name, kind, published[place], value, source, year, total, people if rate else None
            )  # fmt: skip
        if not rate:
            comparison.add(figure, "all", kind, np.nansum(published), counted.sum() * weight, source, year, total)


def commune_counts(synthesis: Synthesis) -> dict[str, np.ndarray]:
    """Synthetic counts by commune of the figures of zones.csv."""
    tables, commune = synthesis.tables, synthesis.zones.commune
    persons, homes, stock, jobs = (tables[name] for name in ("persons", "households", "dwellings", "jobs"))
    communes = synthesis.frame.data.communes["code"].size
    inside = persons["household"] >= 0
    zone = np.where(inside, homes["zone"][persons["household"]], persons["institution_zone"])

    def people(mask: np.ndarray) -> np.ndarray:
        return np.bincount(commune[zone[mask]], minlength=communes)

    def households(mask: np.ndarray) -> np.ndarray:
        return np.bincount(commune[homes["zone"][mask]], minlength=communes)

    def dwellings(mask: np.ndarray) -> np.ndarray:
        return np.bincount(commune[stock["zone"][mask]], minlength=communes)

    age, labour, kind, status = persons["age"], persons["labour"], homes["type"], stock["status"]
    edges = (0, 15, 30, 45, 60, 75, 90, 200)
    counts = {"pop_2022": people(age >= 0)}
    counts |= {
        name: people((age >= start) & (age < stop))
        for name, start, stop in zip(AGE_BANDS, edges[:-1], edges[1:], strict=True)
    }
    counts["households_2022"] = households(kind >= 0)
    counts["hh_single_person"] = households(kind == HouseholdType.SINGLE)
    counts["hh_with_family"] = households((kind > HouseholdType.SINGLE) & (kind < HouseholdType.OTHER))
    counts["fam_couple_no_child"] = households(kind == HouseholdType.COUPLE)
    counts["fam_couple_with_children"] = households(kind == HouseholdType.COUPLE_CHILDREN)
    counts["fam_single_parent"] = households(kind == HouseholdType.SINGLE_PARENT)
    counts["dwellings"] = dwellings(status >= 0)
    counts["main_residences"] = dwellings(status == DwellingStatus.OCCUPIED)
    counts["second_homes"] = dwellings(status == DwellingStatus.SECOND_HOME)
    vacant = (status == DwellingStatus.MARKET_VACANT) | (status == DwellingStatus.STRUCTURAL_VACANT)
    counts["vacant_dwellings"] = dwellings(vacant)
    owned = (status == DwellingStatus.OCCUPIED) & (stock["tenure_class"] == TenureClass.OWNER_OCCUPIED)
    counts["owner_occupied"] = dwellings(owned)
    active = (labour == Labour.EMPLOYED) | (labour == Labour.UNEMPLOYED)
    for name, start, stop in (("15_64", 15, 65), ("15_24", 15, 25), ("25_54", 25, 55), ("55_64", 55, 65)):
        aged = (age >= start) & (age < stop)
        counts[f"active_{name}"] = people(active & aged)
        counts[f"unemployed_{name}"] = people((labour == Labour.UNEMPLOYED) & aged)
    counts["pop_15_64"] = people((age >= 15) & (age < 65))
    return counts | _work_counts(synthesis, jobs, communes)


def _work_counts(synthesis: Synthesis, jobs: dict[str, np.ndarray], communes: int) -> dict[str, np.ndarray]:
    """Filled jobs and establishments with employees."""
    commune, businesses = synthesis.zones.commune, synthesis.tables["businesses"]
    filled = (jobs["holder"] >= 0) | (jobs["commuter"] >= 0)
    own = synthesis.own_account
    held = np.bincount(jobs["business"][filled], minlength=businesses["size"].size)

    def units(mask: np.ndarray) -> np.ndarray:
        return np.bincount(commune[businesses["zone"][mask]], minlength=communes)

    group = synthesis.sector_group[businesses["sector"]]
    counts = {
        "jobs_workplace_2022": np.bincount(commune[jobs["zone"][filled]], minlength=communes),
        "salaried_jobs_2022": np.bincount(commune[jobs["zone"][filled & ~own[jobs["business"]]]], minlength=communes),
        "estab_1_9_employees": units(~own & (held < 10)),
        "estab_10plus_employees": units(~own & (held >= 10)),
    }
    return counts | {f"estab_{name}": units(synthesis.employer & (group == place)) for place, name in enumerate(GROUPS)}


def _living_standards(synthesis: Synthesis) -> dict[str, np.ndarray]:
    """Median living standard in EUR of 2021 and the share of people below the national poverty line, by commune."""
    homes = synthesis.tables["households"]
    factor = synthesis.frame.shares["euro_2025_per_2021"]
    standard = homes["income"] / homes["consumption_units"] / factor
    commune = synthesis.zones.commune[homes["zone"]]
    communes = synthesis.frame.data.communes["code"].size
    median, poor = np.full(communes, np.nan), np.full(communes, np.nan)
    for place in range(communes):
        mine = commune == place
        people = np.repeat(standard[mine], homes["size"][mine])
        median[place], poor[place] = np.median(people), 100.0 * np.mean(people < POVERTY_LINE_2021)
    figures = {"median_living_standard_eur": median}
    return figures | ({"poverty_rate_pct": poor} if "poverty_rate_pct" in synthesis.frame.data.communes else {})


def known_gaps(synthesis: Synthesis) -> list[str]:
    """What was filled in, and where published figures contradict each other or are not met."""
    table = synthesis.frame.data.communes
    data = synthesis.frame.data
    gaps = data.filled + [f"{name}: a column of zones.csv that nothing reads" for name in data.unread]
    families = sum(table[f"fam_{kind}"] for kind in ("couple_with_children", "single_parent", "couple_no_child"))
    extra = float(np.sum(families - table["hh_with_family"]))
    if abs(extra) > 1:
        gaps.append(
            f"families ({families.sum():.0f}) are not households with a family ({table['hh_with_family'].sum():.0f}): "
            "some households hold two; families are rescaled to households"
        )
    parts = table["estab_1_9_employees"] + table["estab_10plus_employees"]
    if abs(float(np.sum(table["estab_total"] - parts))) > 1:
        gaps.append(
            f"{table['estab_total'].sum():.0f} establishments, {parts.sum():.0f} of them with employees at the end of "
            "the year; the others are taken as employers who work alone, among the self-employed"
        )
    gaps += [
        "jobs exceed employed residents by the net balance of commuters; gross flows in and out are judgement",
        "sex by age, diplomas, health, cars and incomes other than medians are not published by commune",
    ]
    if synthesis.frame.data.quarters is not None:
        gaps.append("quarters: no published split; shares and outlines are judgement, adding up to the commune")
    return gaps + synthesis.folder_notes()
