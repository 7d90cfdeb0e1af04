"""Makes the city of an earlier census date out of today's folder and a few dated totals: a reconstruction.

Totals of the area lie on a line between observed dates. Communes get people by their shares at the nearest census;
ages are today's, raked to communes and to the age groups of the year. Household types follow the ages (who lives with
parents, alone or as a couple at which age is as today), then change as little as the area's homes ask for, h(type) ~
h0(type) exp(theta adults(type)) (maximum entropy: Jaynes 1957). Empty and second homes follow households. What nobody
observed is held: tenure, incomes, rates of work.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from citysim.city.build.marginals import ACTIVE_BANDS, PLAIN, commune_figures
from citysim.city.build.positions import Position, position_rates
from citysim.city.build.raking import rake
from citysim.city.observed import (
    AGE_EDGES,
    AGE_SHARES,
    ALL,
    CENSUS,
    DERIVED,
    FILE,
    Observed,
    population_dates,
    read_observed,
    refuse_crowding,
    six_bands,
)
from citysim.city.readers.folder import AGE_BANDS, GROUPS, CityFolder, read_city
from citysim.city.readers.tables import CityDataError, read_table

Columns = dict[str, np.ndarray]
STRUCTURE_YEAR = 2023  # of the reference table age_structure
OLDEST_TAKEN_BACK = 97  # beyond, too few are left to tell how many they were
HOUSEHOLD_PLACES = (
    Position.SINGLE, Position.COUPLE, Position.COUPLE_CHILDREN, Position.SINGLE_PARENT, Position.OTHER
)  # fmt: skip
FAMILIES = ("fam_couple_no_child", "fam_couple_with_children", "fam_single_parent")  # as columns 1 to 3 of kinds
HELD = (
    "code", "name", "lon", "lat", "area_km2", "houses_share_pct", "social_housing_pct", "median_living_standard_eur",
    "poverty_rate_pct", "supermarkets", "convenience_stores", "lower_secondary_schools", "upper_secondary_schools",
    "pharmacies",
)  # fmt: skip


@dataclass
class Reconstruction:
    """Tables of the folder of an earlier city.

    Attributes
    ----------
    zones
        Columns of `zones.csv`; the names are today's (`pop_2022`), the figures those of the year.
    rules
        How each column was made.
    observed
        Dated figures of the whole town, age shares of earlier dates among them.
    age_structure
        The country's men and women by single age.
    """

    year: int
    zones: Columns
    rules: dict[str, str]
    observed: Observed
    age_structure: Columns


def reconstruct(
    folder: Path, year: int, reference: Mapping[str, Columns], shares: Mapping[str, float]
) -> Reconstruction:
    """Make the figures of a city as on 1 January of an earlier year.

    Parameters
    ----------
    folder
        City folder with `zones.csv` and `observed.csv`.
    reference
        Tables `commune_defaults`, `age_structure`, `age_structure_history`, `household_positions`, `mortality`.
    shares
        Assumptions of the city.

    Raises
    ------
    CityDataError
        If the folder is not complete, a commune has no people or homes, no observed date lies on either side of the
        year, or the homes of the year could not hold its people.
    """
    if year >= CENSUS:
        raise CityDataError(f"{folder}: {year} is no earlier year; the figures are of {CENSUS}")
    _refuse_empty(folder / "zones.csv")
    city = read_city(folder, reference["commune_defaults"])
    observed = read_observed(city)
    today, then = reference["age_structure"], earlier_structure(reference, year)
    _earlier_age_shares(city, observed, today, then, year)
    zones, rules = {}, {}

    def keep(columns: Columns, rule: str) -> None:
        zones.update(columns)
        rules.update(dict.fromkeys(columns, rule))

    keep({name: city.communes[name] for name in HELD if name in city.communes}, f"held as in {CENSUS}")
    nearest = min(population_dates(city), key=lambda date: abs(date - year))
    part = city.communes[f"pop_{nearest}"] / city.communes[f"pop_{nearest}"].sum()
    people = observed.at("population", year) * part
    refuse_crowding(folder / FILE, people.sum(), observed.at("main_residences", year), str(year))
    keep({"pop_2022": people}, f"the area's people of {year} by the shares of pop_{nearest}")
    keep(_ages(city, observed, people, today, then, year), f"ages of {CENSUS} raked to the age groups of {year}")
    places = f"places by age of {CENSUS} for the people of {year}, least change that meets the area's homes"
    keep(_households(city, observed, zones, reference, then, shares, year), places)
    keep(_homes(city, observed, zones["households_2022"], year), f"the area's total of {year}, spread as in {CENSUS}")
    keep(_work(city, zones["pop_15_64"]), f"rates of {CENSUS} per person of 15 to 64")
    for name, values in zones.items():
        if name not in HELD and not np.isfinite(values).all():
            raise CityDataError(f"{folder / FILE}: the figures of {year} leave {name} without a number")
    return Reconstruction(year, zones, rules, observed, then)


def _refuse_empty(path: Path) -> None:
    """Refuse communes without people or homes: shares of nothing can be taken nowhere."""
    table = read_table(path) if path.exists() else {}
    for name, values in table.items():
        if values.dtype.kind in "if" and re.fullmatch(r"pop_\d{4}|pop_15_64|households_2022|main_residences", name):
            codes = ", ".join(str(code) for code in table.get("code", np.arange(values.size))[values == 0])
            if codes:
                raise CityDataError(f"{path}: {name} of {codes} is 0; allowed: above 0")


def earlier_structure(reference: Mapping[str, Columns], year: int) -> Columns:
    """The country's men and women by single age at an earlier date.

    Single ages within five-year groups: N(x, t - d) = N(x + d, t) / S(x, x + d), a cohort was as large as its survivors
    tell by the life table. The groups themselves are the country's, on a line between the dates that are known.
    """
    structure, mortality = reference["age_structure"], reference["mortality"]
    back = STRUCTURE_YEAR - year
    age = np.asarray(structure["age"], dtype=np.int64)
    found: Columns = {"age": age}
    for sex, name in ((0, "male"), (1, "female")):
        mine = np.asarray(mortality["sex"]) == sex
        risk = np.asarray(mortality["qx_2022"], dtype=np.float64)[mine][np.argsort(mortality["age"][mine])]
        alive = np.concatenate([[1.0], np.cumprod(1.0 - np.minimum(risk, 0.9))])
        today = np.asarray(structure[name], dtype=np.float64)
        taken = np.arange(OLDEST_TAKEN_BACK - back + 1)
        earlier = today.copy()
        earlier[taken] = today[taken + back] * alive[taken] / alive[taken + back]
        found[name] = np.round(_in_groups(earlier, age, *_groups(reference["age_structure_history"], name, year)))
    return found


def _groups(history: Columns, sex: str, year: int) -> tuple[np.ndarray, np.ndarray]:
    """First age of each group of the country, and its people at the date."""
    dates, first = np.unique(history["year"]), np.unique(history["age_from"])
    people = np.array([history[sex][history["year"] == date] for date in dates], dtype=np.float64)
    return first, np.array([np.interp(year, dates, group) for group in people.T])


def _in_groups(single: np.ndarray, age: np.ndarray, first: np.ndarray, people: np.ndarray) -> np.ndarray:
    """Single ages scaled so that the groups hold the given people."""
    group = np.searchsorted(first, age, side="right") - 1
    return single * (people / np.bincount(group, single, minlength=first.size))[group]


def _people_aged(structure: Columns, start: int, stop: int) -> float:
    return float(sum(structure[sex][start:stop].sum() for sex in ("male", "female")))


def _earlier_age_shares(city: CityFolder, observed: Observed, today: Columns, then: Columns, year: int) -> None:
    """Add the whole town's shares by age at earlier dates.

    A commune whose shares are known lends them, times the ratio of the whole town to it today; without any, the
    country's change since then.
    """
    now = np.array([observed.values[ALL, name][CENSUS] for name in AGE_SHARES])
    dated = {area for area, name in observed.values if name == AGE_SHARES[0] and len(observed.values[area, name]) > 1}
    if ALL in dated:
        return
    if not dated:
        edges = [*pairwise((*AGE_EDGES, today["age"].size))]
        weight = now * [_people_aged(then, *ages) / _people_aged(today, *ages) for ages in edges]
        _add_shares(observed, year, weight)
        return
    people = dict(zip(city.communes["code"].tolist(), city.communes["pop_2022"], strict=True))
    area = max(dated, key=lambda code: people.get(code, 0.0))
    there = np.array([observed.values[area, name][CENSUS] for name in AGE_SHARES])
    for date in sorted(set(observed.values[area, AGE_SHARES[0]]) - {CENSUS}):
        weight = np.array([observed.values[area, name][date] for name in AGE_SHARES]) * now / there
        _add_shares(observed, date, weight)


def _add_shares(observed: Observed, date: int, weight: np.ndarray) -> None:
    for name, share in zip(AGE_SHARES, weight / weight.sum(), strict=True):
        observed.add(ALL, name, date, share, DERIVED)


def _ages(
    city: CityFolder, observed: Observed, people: np.ndarray, today: Columns, then: Columns, year: int
) -> Columns:  # fmt: skip
    """People by age group, and people of 15 to 64; within the groups, ages change as the country's did."""
    communes = city.communes
    bands = np.stack([communes[name] for name in AGE_BANDS], axis=1)
    wide = six_bands(bands)
    share = np.array([observed.at(name, year) for name in AGE_SHARES])
    fitted = rake(wide, [((1,), share / share.sum() * people.sum()), ((0,), people)])

    def change(part: tuple[int, int], whole: tuple[int, int]) -> float:
        before, now = (_people_aged(table, *part) / _people_aged(table, *whole) for table in (then, today))
        return before / now

    eldest = int(today["age"].size)
    very_old = np.minimum(bands[:, 6] / np.maximum(wide[:, 5], 1e-9) * change((90, eldest), (75, eldest)), 0.5)
    oldest = fitted[:, 5:] * np.stack([1.0 - very_old, very_old], axis=1)
    before_65 = (communes["pop_15_64"] - bands[:, 1:4].sum(axis=1)) / np.maximum(bands[:, 4], 1e-9)
    before_65 = np.clip(before_65 * change((60, 65), (60, 75)), 0.15, 0.55)
    table = np.concatenate([fitted[:, :5], oldest], axis=1)
    working = fitted[:, 1:4].sum(axis=1) + before_65 * fitted[:, 4]
    return {**dict(zip(AGE_BANDS, table.T, strict=True)), "pop_15_64": working}


def _households(
    city: CityFolder, observed: Observed, zones: Columns, reference: Mapping[str, Columns], then: Columns,
    shares: Mapping[str, float], year: int,
) -> Columns:  # fmt: skip
    """Households by type: today's places by age lived by the people of the year, then moved to the area's total."""
    communes, people = city.communes, zones["pop_2022"]
    kinds = commune_figures(city, shares["social_share_of_tenants"])["kinds"]
    homes = communes["households_2022"] * people / communes["pop_2022"]
    homes *= observed.at("main_residences", year) / homes.sum()
    housed = 1.0 - shares["institution_share"]
    adults = np.array([1.0, 2.0, 2.0, 1.0, shares["other_household_size"]])
    children = housed * float(communes["pop_2022"].sum()) - (kinds @ adults).sum()
    now, before = (
        _by_place(np.sum([table[name] for name in AGE_BANDS], axis=1), ages, reference["household_positions"])
        for table, ages in ((communes, reference["age_structure"]), (zones, then))
    )
    change = before / np.maximum(now, 1e-9)
    expected = kinds * change[[*HOUSEHOLD_PLACES]]
    # Children stay at home as long as today; whoever else the homes must house lives in a couple.
    grown_up = housed * people.sum() - children * before[:2].sum() / now[:2].sum()

    def moved(slope: float) -> np.ndarray:
        weight = expected * np.exp(slope * adults)
        return weight * (homes / weight.sum(axis=1))[:, None]

    low, high = -5.0, 5.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if (moved(middle) @ adults).sum() < grown_up else (low, middle)
    found = moved((low + high) / 2)
    owned = communes["owner_occupied"] / communes["households_2022"]
    return {
        "households_2022": homes,
        "hh_single_person": found[:, 0],
        "hh_with_family": found[:, 1:4].sum(axis=1),
        **dict(zip(FAMILIES, found[:, 1:4].T, strict=True)),
        "owner_occupied": owned * homes,
    }


def _by_place(bands: np.ndarray, structure: Columns, positions: Columns) -> np.ndarray:
    """People of the area by place in the household, were the usual places by sex and age theirs, [place]."""
    rates = position_rates(positions)
    ages = rates.shape[2]
    single = np.stack([structure["male"], structure["female"]])[:, :ages].astype(np.float64)
    for people, (start, stop) in zip(bands, pairwise((0, 15, 30, 45, 60, 75, 90, ages)), strict=True):
        single[:, start:stop] *= people / single[:, start:stop].sum()
    return np.einsum("psa,sa->p", rates, single)


def _homes(city: CityFolder, observed: Observed, homes: np.ndarray, year: int) -> Columns:
    """Main, second and vacant homes."""
    communes = city.communes
    total, vacant = observed.at("dwellings", year), observed.at("vacant_dwellings", year)
    parts = {"vacant_dwellings": vacant, "second_homes": total - vacant - homes.sum()}
    if parts["second_homes"] < 0:
        raise CityDataError(f"{FILE}: main and vacant homes of {year} exceed all dwellings")
    found: Columns = {"main_residences": homes}
    for name, wanted in parts.items():
        today = communes[name] / communes["households_2022"]
        spread = homes * (today if today.any() else 1.0)
        found[name] = spread * wanted / spread.sum()
    return {**found, "dwellings": sum(found.values(), np.zeros(homes.size))}


def _work(city: CityFolder, working_age: np.ndarray) -> Columns:
    """Active and unemployed people at today's rates; jobs and establishments follow the town's active people."""
    communes = city.communes
    growth = working_age / communes["pop_15_64"]
    local = [f"{state}_{band}" for state in ("active", "unemployed") for band in ("15_64", *ACTIVE_BANDS)]
    found = {name: communes[name] * growth for name in local}
    town = found["active_15_64"].sum() / communes["active_15_64"].sum()
    wide = [*PLAIN, "estab_total", *(f"estab_{name}" for name in GROUPS)]
    return found | {name: communes[name] * town for name in wide}
