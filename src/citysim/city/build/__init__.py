"""From published figures to people: the synthesis of a city on 1 January of its base year.

Read and check the folder -> lay out zones -> targets by zone -> people by place in the household -> households ->
diplomas, health, work -> businesses, jobs, commuting -> income -> dwellings and tenure -> cars, doctors, shops.
Each step has its file; all choices are keyed draws, so the same data and seed give the same city on any machine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from citysim.city.build.assemble import households_table, persons_table
from citysim.city.build.cars import make_cars
from citysim.city.build.commuting import assign_work
from citysim.city.build.employers import make_businesses, make_jobs
from citysim.city.build.families import People, make_people
from citysim.city.build.frame import Frame, city_figures, make_frame
from citysim.city.build.homes import house_households, let_homes
from citysim.city.build.income import IncomeAims, earnings, fit_income, pay_jobs
from citysim.city.build.kin import link_grown_children
from citysim.city.build.labour import labour_states
from citysim.city.build.places import make_facilities, zone_table
from citysim.city.build.stock import count_stock, make_dwellings
from citysim.city.build.traits import (
    Columns,
    Scores,
    educate,
    habits,
    health_states,
    household_facts,
    skills,
    unions,
)  # fmt: skip
from citysim.city.codes import Mode, Sector
from citysim.city.readers import assumption_values, read_assumptions, read_table
from citysim.city.targets import POVERTY_LINE_2021, Comparison, Target, known_gaps, published_rows
from citysim.city.transferred import transferred_rows
from citysim.city.zones import Zones


@dataclass
class Synthesis:
    """A city made into agents; row links are int32, -1 for none."""

    frame: Frame
    tables: dict[str, Columns]
    own_account: np.ndarray  # bool per business: a self-employed unit
    employer: np.ndarray  # bool per business: counted among the published establishments

    @property
    def zones(self) -> Zones:
        """Names, places and outlines of the zones."""
        return self.frame.zones

    @property
    def distance_km(self) -> np.ndarray:
        """Kilometres by road [zone, zone]."""
        return self.frame.distance_km

    @property
    def minutes(self) -> np.ndarray:
        """Free-flow minutes [mode, zone, zone]."""
        return self.frame.minutes

    @cached_property
    def figures(self) -> dict[str, float]:
        """Published totals of the whole city."""
        return city_figures(self.frame.data, self.frame.scale, self.frame.marginals)

    @cached_property
    def targets(self) -> list[Target]:
        """Published, transferred and judgement figures beside the synthetic ones."""
        comparison = Comparison(1.0 / self.frame.scale)
        published_rows(self, comparison)
        transferred_rows(self, comparison)
        return comparison.rows

    @cached_property
    def gaps(self) -> list[str]:
        """Columns filled in, and conflicts between published figures."""
        return known_gaps(self)

    @property
    def sector_group(self) -> np.ndarray:
        """Group of establishments (of the published five) by sector code."""
        table = self.frame.reference("sectors")
        group = np.zeros(len(Sector), np.int64)
        group[table["sector"]] = table["group"]
        return group

    def folder_notes(self) -> list[str]:
        """Remarks of the city's own gaps.csv, if it has one."""
        path = self.frame.data.folder / "gaps.csv"
        return [str(note) for note in read_table(path)["gap"]] if path.exists() else []


def synthesise(
    folder: Path,
    seed: int,
    scale: float,
    reference: Callable[[str], dict[str, np.ndarray]],
    start_year: int,
    assumptions: Mapping[str, Any] | None = None,
) -> Synthesis:
    """Make the agents of a city.

    Parameters
    ----------
    folder
        City folder (docs/city_data.md); its name keys the agents.
    seed
        Replication.
    scale
        1/n: the city is made of 1/n of its households, each of weight n.
    reference
        Columns of a national table (configs/reference) by name.
    start_year
        The city is as on 1 January of this year; ages are those of 31 December before.
    assumptions
        Judgement shares: name -> number, or {value, range, source}. Default: those of the YAML beside the folder.

    Raises
    ------
    CityDataError
        With one line for each thing that is missing or does not add up.
    """
    shares = read_assumptions(folder) if assumptions is None else assumption_values(assumptions)
    frame = make_frame(folder, seed, scale, reference, start_year, shares)
    people = make_people(frame.counts, shares, frame.draws, frame.city)
    scores = Scores(people, frame.draws)
    traits, labour = _make_traits(frame, people, scores)
    link_grown_children(people, traits["children_born"], shares["mother_near_share"], scores)
    facts = household_facts(people)
    firms, jobs, work, commuters = _make_work(frame, people, labour, traits, scores)
    money = _make_income(frame, people, labour, work, traits, facts, scores)
    pay_jobs(jobs, money["wage"], frame.draws)
    dwellings, homes = _make_homes(frame, people, facts, money)
    cars, vehicles = make_cars(
        people, facts, traits, labour, money["income"], dwellings["house"][homes["dwelling"]], frame.group, shares,
        frame.draws, start_year,
    )  # fmt: skip
    facilities = make_facilities(frame.marginals, people, frame.level, frame.group, reference, shares, frame.city)
    zone_columns = zone_table(
        frame.zones, frame.marginals, people, labour, dwellings, jobs, facilities, frame.group, frame.level, frame.city
    )
    exposure = zone_columns["pm25"][people.zone]
    tables = {
        "persons": persons_table(people, traits, labour, work, money, exposure, start_year, scores),
        "households": households_table(people, facts, homes, money, cars),
        "dwellings": dwellings,
        "businesses": {k: v for k, v in firms.items() if k not in ("vacant", "own_account", "employer")},
        "jobs": {k: v for k, v in jobs.items() if k != "filled"},
        "commuters": commuters, "vehicles": vehicles, "facilities": facilities, "zones": zone_columns,
    }  # fmt: skip
    return Synthesis(frame, tables, firms["own_account"], firms["employer"])


def _make_traits(frame: Frame, people: People, scores: Scores) -> tuple[Columns, np.ndarray]:
    """Diplomas, health, unions, habits and skills; then who works."""
    reference, shares = frame.reference, frame.shares
    traits = educate(people, reference, frame.marginals.living_standard, scores)
    traits |= health_states(people, traits["education"], reference, scores)
    traits |= unions(people, frame.start_year, scores)
    traits |= habits(people, traits["education"], reference, shares, scores)
    traits |= skills(people, traits["education"], reference, shares, scores)
    return traits, labour_states(people, frame.marginals, traits, shares, reference, scores)


def _make_work(
    frame: Frame, people: People, labour: np.ndarray, traits: Columns, scores: Scores
) -> tuple[Columns, Columns, Columns, Columns]:
    """Businesses, jobs, the work of residents, and in-commuters."""
    reference, shares = frame.reference, frame.shares
    firms = make_businesses(frame.marginals, reference, shares, frame.draws, frame.city, frame.start_year)
    jobs = make_jobs(firms, reference, frame.social_groups, frame.draws)
    work, commuters = assign_work(
        people, labour, traits["education"], jobs, frame.minutes[Mode.CAR], frame.data.external, shares, reference,
        scores, frame.city,
    )  # fmt: skip
    return firms, jobs, work, commuters


def _make_income(
    frame: Frame, people: People, labour: np.ndarray, work: Columns, traits: Columns, facts: Columns, scores: Scores
) -> Columns:
    """Wages, pensions, disposable income and wealth, fitted to medians and poverty rates."""
    shares, marginals = frame.shares, frame.marginals
    parts = earnings(people, labour, work, traits, frame.reference, shares, scores)
    euro = shares["euro_2025_per_2021"]
    aims = IncomeAims(
        marginals.living_standard * euro, marginals.commune, marginals.poverty, POVERTY_LINE_2021 * euro,
        shares["income_gini"],
    )  # fmt: skip
    return fit_income(people, parts, facts, aims, scores)


def _make_homes(frame: Frame, people: People, facts: Columns, money: Columns) -> tuple[Columns, Columns]:
    """Dwellings, the households in them, and those who let others."""
    stock = count_stock(frame.marginals, np.bincount(people.household_zone, minlength=frame.group.size))
    dwellings = make_dwellings(
        frame.marginals, stock, frame.group, frame.reference, frame.shares, frame.draws, frame.city, frame.start_year,
        frame.rooms,
    )  # fmt: skip
    homes = house_households(
        people, facts, money["income"], dwellings, stock, frame.reference, frame.shares, frame.draws, frame.start_year
    )
    homes["rental_income"] = let_homes(dwellings, homes, money["wealth"], frame.draws)
    return dwellings, homes
