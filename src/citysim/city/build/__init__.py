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
from citysim.city.build.homes import house_households
from citysim.city.build.income import IncomeAims, earnings, fit_income, pay_jobs
from citysim.city.build.labour import labour_states
from citysim.city.build.marginals import Marginals, zone_marginals
from citysim.city.build.places import levels, make_facilities, zone_table
from citysim.city.build.positions import count_positions
from citysim.city.build.stock import count_stock, make_dwellings
from citysim.city.build.traits import (
    Columns,
    Reference,
    Scores,
    educate,
    habits,
    health_states,
    household_facts,
    skills,
    unions,
)  # fmt: skip
from citysim.city.codes import Mode, Sector
from citysim.city.readers import CityFolder, assumption_values, read_assumptions, read_city, read_table
from citysim.city.targets import POVERTY_LINE_2021, Comparison, Target, known_gaps, published_rows
from citysim.city.transferred import transferred_rows
from citysim.city.travel import free_flow_minutes, road_distance
from citysim.city.zones import Zones, make_zones, zone_group
from citysim.core.draws import Draws

# residents of 15 and more by occupation where the folder has no marginals.csv: Bourges Plus 2018
SOCIAL_GROUPS = np.array([9695.0, 13879.0, 12207.0, 7087.0, 2322.0])
GROUP_NAMES = (("workers",), ("employees",), ("intermediate",), ("executives",), ("farmers", "craft/shop/heads"))
ROOM_NAMES = ("1 room", "2 rooms", "3 rooms", "4 rooms", "5 rooms or more")


@dataclass
class Synthesis:
    """A city made into agents; row links are int32, -1 for none."""

    tables: dict[str, Columns]
    zones: Zones
    distance_km: np.ndarray  # [zone, zone]
    minutes: np.ndarray  # [mode, zone, zone], free flow
    figures: dict[str, float]
    folder: CityFolder
    marginals: Marginals
    reference: Reference
    shares: dict[str, float]
    start_year: int
    own_account: np.ndarray  # bool per business: a self-employed unit
    employer: np.ndarray  # bool per business: counted among the published establishments
    social_groups: np.ndarray  # residents by occupation, as published
    rooms: np.ndarray | None  # main residences by rooms, as published

    @cached_property
    def targets(self) -> list[Target]:
        """Published, transferred and judgement figures beside the synthetic ones."""
        comparison = Comparison(1.0 / self.marginals.scale)
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
        table = self.reference("sectors")
        group = np.zeros(len(Sector), np.int64)
        group[table["sector"]] = table["group"]
        return group

    def folder_notes(self) -> list[str]:
        """Remarks of the city's own gaps.csv, if it has one."""
        path = self.folder.folder / "gaps.csv"
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
    data = read_city(folder, reference("commune_defaults"))
    zones = make_zones(data)
    marginals = zone_marginals(data, zones, scale, shares["social_share_of_tenants"])
    draws = Draws(seed, start_year)
    city = folder.name
    counts = count_positions(marginals, reference, shares)
    people = make_people(counts, shares, draws, city)
    group = _groups(data, zones, counts.population / scale)
    level = levels(zones, counts.population / scale, group)
    distance = road_distance(zones.x_km, zones.y_km, zones.area_km2)
    minutes = free_flow_minutes(distance, level["public_transport"])
    scores = Scores(people, draws)
    traits, labour, facts = _make_traits(people, marginals, reference, shares, scores, start_year)
    businesses = make_businesses(marginals, reference, shares, draws, city, start_year)
    social = _area_figures(data, GROUP_NAMES, "residents", SOCIAL_GROUPS)
    jobs = make_jobs(businesses, reference, social, draws)
    work, commuters = assign_work(
        people, labour, traits["education"], jobs, minutes[Mode.CAR], data.external, shares, scale, reference, scores,
        city,
    )  # fmt: skip
    money = _make_income(people, labour, work, traits, facts, marginals, reference, shares, scores)
    pay_jobs(jobs, money["wage"], draws)
    stock = count_stock(marginals, np.bincount(people.household_zone, minlength=group.size))
    rooms = _area_figures(data, [(name,) for name in ROOM_NAMES], "main residences by rooms", None)
    dwellings = make_dwellings(marginals, stock, group, reference, shares, draws, city, start_year, rooms)
    homes = house_households(people, facts, money["income"], dwellings, stock, reference, shares, draws, start_year)
    house = dwellings["house"][homes["dwelling"]]
    cars, vehicles = make_cars(people, facts, traits, labour, money["income"], house, group, shares, draws, start_year)
    facilities = make_facilities(marginals, people, level, group, reference, shares, city)
    zone_columns = zone_table(zones, marginals, people, labour, dwellings, jobs, facilities, group, level, city)
    exposure = zone_columns["pm25"][people.zone]
    tables = {
        "persons": persons_table(people, traits, labour, work, money, exposure, start_year, scores),
        "households": households_table(people, facts, homes, money, cars),
        "dwellings": dwellings,
        "businesses": {k: v for k, v in businesses.items() if k not in ("vacant", "own_account", "employer")},
        "jobs": {k: v for k, v in jobs.items() if k != "filled"},
        "commuters": commuters, "vehicles": vehicles, "facilities": facilities, "zones": zone_columns,
    }  # fmt: skip
    return Synthesis(
        tables, zones, distance, minutes, _figures(data, scale, marginals), data, marginals, reference, shares,
        start_year, businesses["own_account"], businesses["employer"], social, rooms,
    )  # fmt: skip


def _groups(data: CityFolder, zones: Zones, population: np.ndarray) -> np.ndarray:
    """Centre, suburb or periphery of the internal zones; the centre is the most populous commune."""
    inside = zones.internal
    commune = zones.commune[:inside]
    centre = commune == int(np.argmax(data.communes["pop_2022"]))
    x, y = (np.average(axis[:inside][centre], weights=population[centre]) for axis in (zones.x_km, zones.y_km))
    away = np.hypot(zones.x_km[:inside] - x, zones.y_km[:inside] - y)
    return zone_group(away, population / np.maximum(zones.area_km2[:inside], 0.1), centre)


def _make_traits(
    people: People, marginals: Marginals, reference: Reference, shares: dict, scores: Scores, start_year: int
) -> tuple[Columns, np.ndarray, Columns]:
    traits = educate(people, reference, marginals.living_standard, scores)
    traits |= health_states(people, traits["education"], reference, scores)
    traits |= unions(people, start_year, scores)
    traits |= habits(people, traits["education"], reference, shares, scores)
    traits |= skills(people, traits["education"], reference, shares, scores)
    labour = labour_states(people, marginals, traits, shares, reference, scores)
    return traits, labour, household_facts(people)


def _make_income(
    people: People, labour: np.ndarray, work: Columns, traits: Columns, facts: Columns, marginals: Marginals,
    reference: Reference, shares: dict, scores: Scores,
) -> Columns:  # fmt: skip
    parts = earnings(people, labour, work, traits, reference, shares, scores)
    euro = shares["euro_2025_per_2021"]
    aims = IncomeAims(
        marginals.living_standard * euro, marginals.commune, marginals.poverty, POVERTY_LINE_2021 * euro,
        shares["income_gini"],
    )  # fmt: skip
    return fit_income(people, parts, facts, aims, scores)


def _area_figures(data: CityFolder, names: Any, figure: str, default: np.ndarray | None) -> np.ndarray | None:
    """Totals of the whole area from marginals.csv: for each tuple of names, the sum of their categories.

    `figure` is a figure whose categories are named, or the beginning of figures that carry the name after a colon
    ("residents aged 1 and more: executives").
    """
    table = data.marginals
    if table is None:
        return default
    sums = np.zeros(len(names))
    columns = (np.asarray(table[name]).astype(str) for name in ("area", "figure", "category", "value"))
    for area, what, category, value in zip(*columns, strict=True):
        label = category if what == figure else what.split(": ")[-1] if what.startswith(f"{figure} ") else ""
        if area == "all" and label:
            sums += [float(value) * (label in name) for name in names]
    return sums if sums.all() else default


def _figures(data: CityFolder, scale: float, marginals: Marginals) -> dict[str, float]:
    """Published totals of the whole city (unscaled), for other parts to calibrate on."""
    table = data.communes
    names = (
        "pop_2011", "pop_2016", "pop_2022", "births_2024", "deaths_2024", "births_2016_2021", "deaths_2016_2021",
        "households_2022", "dwellings", "main_residences", "second_homes", "vacant_dwellings", "owner_occupied",
        "jobs_workplace_2022", "salaried_jobs_2022", "pop_15_64", "active_15_64", "unemployed_15_64", "estab_total",
        "firm_creations_2022", "firm_creations_2023", "firm_creations_2024", "firm_creations_2025",
    )  # fmt: skip
    figures = {name: float(np.nansum(table[name])) for name in names if name in table}
    figures["unemployment_rate"] = figures["unemployed_15_64"] / figures["active_15_64"]
    figures["vacancy_rate"] = figures["vacant_dwellings"] / figures["dwellings"]
    weight = marginals.households.sum(axis=1)
    figures["median_living_standard_2021"] = float(np.average(marginals.living_standard, weights=weight))
    figures["scale"] = scale
    return figures
