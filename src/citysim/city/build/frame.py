"""What every step of the synthesis looks up: figures, zones, travel times, shares and draws of one city."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from citysim.city.build.marginals import Marginals, zone_marginals
from citysim.city.build.places import levels
from citysim.city.build.positions import PositionCounts, count_positions
from citysim.city.build.traits import Columns, Reference
from citysim.city.readers import CityFolder, read_city, read_table
from citysim.city.readers.columns import GROUP_NAMES, ROOM_NAMES, ROOMS
from citysim.city.travel import free_flow_minutes, road_distance
from citysim.city.zones import Zones, make_zones, zone_group
from citysim.core.draws import Draws

# residents of 15 and more by occupation where the folder has no marginals.csv: Bourges Plus 2018
SOCIAL_GROUPS = np.array([9695.0, 13879.0, 12207.0, 7087.0, 2322.0])


@dataclass
class Frame:
    """A city before anybody lives in it."""

    city: str  # name of the folder: part of every key
    start_year: int
    scale: float
    data: CityFolder
    reference: Reference
    shares: dict[str, float]
    draws: Draws
    zones: Zones
    marginals: Marginals
    counts: PositionCounts
    group: np.ndarray  # centre, suburb, periphery [internal zone]
    level: Columns
    distance_km: np.ndarray
    minutes: np.ndarray
    social_groups: np.ndarray  # residents by occupation, as published
    rooms: np.ndarray | None  # main residences by rooms, as published


def make_frame(
    folder: Path, seed: int, scale: float, reference: Reference, start_year: int, shares: dict[str, float]
) -> Frame:
    """Read a city folder and set its targets, zones and travel times."""
    data = read_city(folder, reference("commune_defaults"))
    reference = _own_ages(folder, reference)
    zones = make_zones(data)
    marginals = zone_marginals(data, zones, scale, shares["social_share_of_tenants"])
    counts = count_positions(marginals, reference, shares)
    group = _groups(data, zones, counts.population / scale)
    level = levels(zones, counts.population / scale, group)
    distance = road_distance(zones.x_km, zones.y_km, zones.area_km2)
    return Frame(
        city=folder.name,
        start_year=start_year,
        scale=scale,
        data=data,
        reference=reference,
        shares=shares,
        draws=Draws(seed, start_year),
        zones=zones,
        marginals=marginals,
        counts=counts,
        group=group,
        level=level,
        distance_km=distance,
        minutes=free_flow_minutes(distance, level["public_transport"]),
        social_groups=_area_figures(data, GROUP_NAMES, "residents", SOCIAL_GROUPS),
        rooms=_area_figures(data, [(name,) for name in ROOM_NAMES], ROOMS, None),
    )


def _own_ages(folder: Path, reference: Reference) -> Reference:
    """National tables, with single ages of the city's own date where its folder brings them."""
    path = folder / "age_structure.csv"
    if not path.exists():
        return reference
    ages = read_table(path)
    return lambda name: ages if name == "age_structure" else reference(name)


def _groups(data: CityFolder, zones: Zones, population: np.ndarray) -> np.ndarray:
    """Centre, suburb or periphery of the internal zones; the centre is the most populous commune."""
    inside = zones.internal
    commune = zones.commune[:inside]
    centre = commune == int(np.argmax(data.communes["pop_2022"]))
    x, y = (np.average(axis[:inside][centre], weights=population[centre]) for axis in (zones.x_km, zones.y_km))
    away = np.hypot(zones.x_km[:inside] - x, zones.y_km[:inside] - y)
    return zone_group(away, population / np.maximum(zones.area_km2[:inside], 0.1), centre)


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


def city_figures(data: CityFolder, scale: float, marginals: Marginals) -> dict[str, float]:
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
