"""What a city's own settings may say: its names, the year of its figures, and shares that no table of communes gives.

Bounds are those within which a city can be made; where a city's true value probably lies is the range beside the value.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from citysim.config.overrides import origin_of
from citysim.config.schema import Calendar
from citysim.config.yaml_files import read_mapping
from citysim.core.declare import Param, share
from citysim.core.params import ENTRY_KEYS, is_pair
from citysim.core.problems import Problem, listed, nearest_name
from citysim.core.values import ValueRefused, bounds_text, read_value

FIRST_YEAR, LAST_YEAR = 1968, 2100  # the first census with the figures that a city needs
OWN_FIGURES = "the city's own figures (citysim describe city)"  # source of a city that names none
TEXTS = ("name", "title", "source_line", "centre")
GROUPS = ("calendar", "domains", "assumptions")
KEYS = (*TEXTS, "path", "start_year", *GROUPS)


RENT, PRICE = "EUR/m2/month", "EUR/m2"
ASSUMPTIONS: dict[str, Param] = {
    "institution_share": share("people in institutions", 0.1),
    "nursing_home_part": share("of people in institutions: in nursing homes"),
    "student_hall_part": share("of people in institutions: in student halls"),
    "other_household_size": Param("person", "people in a household without a family", low=2, high=4),
    "couple_children_ratio": Param("1", "children per couple over children per lone parent", low=0.5, high=2),
    "same_sex_couple_share": share("of couples: of one sex", 0.2),
    "social_share_of_tenants": share("of tenants: of a social landlord, where no social share is published"),
    "social_vacancy": share("of social dwellings: empty between tenants", 0.3),
    "market_vacancy_house": share("of houses on the market: empty", 0.3),
    "market_vacancy_flat": share("of flats on the market: empty", 0.3),
    "market_vacancy_old_centre_flat": share("of old flats of the centre on the market: empty", 0.3),
    "structural_minimum": share("of vacant dwellings of each submarket: those that are not on the market"),
    "rent_flat": Param(RENT, "mean rent of private flats", low=1, high=100),
    "rent_house": Param(RENT, "mean rent of private houses", low=1, high=100),
    "rent_social": Param(RENT, "mean rent of social dwellings", low=1, high=100),
    "price_flat": Param(PRICE, "median price of flats", low=100, high=30_000),
    "price_house": Param(PRICE, "median price of houses", low=100, high=30_000),
    "mother_near_share": share("of adults whose mother is alive: she lives in the area"),
    "out_commuter_share": share("of employed residents: who work outside", 0.9),
    "employed_over_64": share("of people of 65 and more: who work", 0.3),
    "vacant_job_share": share("of all jobs: vacant", 0.2),
    "commute_decay": Param("1/minute", "fall of the pull of a job with its distance by car", low=0, high=0.5),
    "euro_2025_per_2021": Param("1", "euros of 2025 per euro of 2021", low=0.5, high=2),
    "euro_2025_per_2023": Param("1", "euros of 2025 per euro of 2023", low=0.5, high=2),
    "income_gini": Param("1", "Gini index of living standards", low=0.15, high=0.6),
    "electric_car_share": share("of cars: electric"),
    "car_mean_age": Param("year", "mean age of cars", low=2, high=25),
    "no_car_share": share("of households: without a car", 0.9),
    "two_car_share": share("of households: with two cars and more"),
    "gp_per_100000": Param("1/100000", "general practitioners, full-time equivalents", low=5, high=300),
    "gp_unregistered_share": share("of people of 17 and more: without a general practitioner", 0.5),
    "illectronism_share": share("of people of 15 and more: who cannot use digital tools", 0.6),
}
PARTS_OF_A_WHOLE = (("nursing_home_part", "student_hall_part"), ("no_car_share", "two_car_share"))


def own_city(settings: Mapping[str, Any], path: str) -> tuple[dict[str, Any], dict[str, str]]:
    """Settings of a user's own city, its city.yaml, if it has one, on top of the shipped assumptions; and who set them.

    Raises
    ------
    ConfigError
        If the file is not YAML or not a mapping.
    """
    folder = Path(path)
    own: dict[str, Any] = {}
    file = folder / "city.yaml"
    if file.is_file():
        own = read_mapping(file, str(file))
        own.pop("defaults", None)
    said = own.get("assumptions", {})
    origins = {f"city.{name}": str(file) for name in own if name != "assumptions"}
    if isinstance(said, Mapping):
        origins |= {f"city.assumptions.{name}": str(file) for name in said}
        said = {**settings.get("assumptions", {}), **said}
    named = {"name": folder.name, "title": folder.name, "source_line": OWN_FIGURES}
    return {**settings, **named, **own, "path": path, "assumptions": said}, origins


def problems_of_keys(city: Mapping[str, Any], where: str) -> list[Problem]:
    """Keys of a city's own file that mean nothing, and groups that are none."""
    problems = [_unknown(f"city.{name}", where, KEYS) for name in city if name not in KEYS]
    problems += [
        Problem(f"city.{name}", where, "is not a mapping", "key: value")
        for name in GROUPS
        if not isinstance(city.get(name, {}), Mapping)
    ]
    if problems:
        return problems
    calendar, domains = city.get("calendar", {}), city.get("domains", {})
    known = [part.name for part in fields(Calendar)]
    problems = [_unknown(f"city.calendar.{name}", where, known) for name in calendar if name not in known]
    problems += [
        Problem(f"city.domains.{name}", where, "is not a mapping", "parameter: {value: …, source: …}")
        for name, entries in domains.items()
        if not isinstance(entries, Mapping)
    ]
    names = city.get("assumptions", {})
    return problems + [_unknown(f"city.assumptions.{n}", where, ASSUMPTIONS) for n in names if n not in ASSUMPTIONS]


def problems_of_values(city: Mapping[str, Any], origins: Mapping[str, str], file: str) -> list[Problem]:
    """Values of a city's settings that cannot be, from its file or the command line.

    Parameters
    ----------
    origins
        Who set a key, where it is not `file`.
    file
        The file of the city among the shipped ones.
    """

    def refused(name: str, allowed: str) -> Problem:
        return Problem(f"city.{name}", origin_of(f"city.{name}", origins, file), f"{city[name]!r} is refused", allowed)

    problems = [refused(name, "text") for name in TEXTS if name in city and not isinstance(city[name], str)]
    year = city.get("start_year", FIRST_YEAR)
    if not isinstance(year, int) or isinstance(year, bool) or not FIRST_YEAR <= year <= LAST_YEAR:
        problems.append(refused("start_year", f"a whole number from {FIRST_YEAR} to {LAST_YEAR}"))
    found: list[Problem] = []
    for name, entry in city.get("assumptions", {}).items():
        key = f"city.assumptions.{name}"
        found += _problems_of_figure(key, origin_of(key, origins, file), ASSUMPTIONS[name], entry)
    return problems + (found or list(_problems_of_sums(city.get("assumptions", {}), origins, file)))


def _problems_of_figure(key: str, where: str, param: Param, entry: Any) -> Iterable[Problem]:
    """A figure is one number, or `{value, range, source}`, within the bounds."""
    if isinstance(entry, Mapping):
        for part in entry:
            if part not in ENTRY_KEYS:
                yield _unknown(f"{key}.{part}", where, ENTRY_KEYS)
        if "value" not in entry:
            yield Problem(f"{key}.value", where, "missing", bounds_text(param))
            return
        if "range" in entry and not is_pair(entry["range"]):
            yield Problem(f"{key}.range", where, f"{entry['range']!r} is not a range", "[low, high]")
    value = figure(entry)
    try:
        if isinstance(value, Mapping):
            raise ValueRefused(f"{value!r} is not one number", bounds_text(param))
        read_value(param, value)
    except ValueRefused as refusal:
        yield Problem(key, where, refusal.reason, bounds_text(param))


def _problems_of_sums(assumptions: Mapping[str, Any], origins: Mapping[str, str], file: str) -> Iterable[Problem]:
    """Two parts of one whole leave nothing negative for the rest."""
    for pair in PARTS_OF_A_WHOLE:
        first, second = (float(figure(assumptions.get(name, 0.0))) for name in pair)
        if first + second > 1 and not math.isclose(first + second, 1):
            keys = [f"city.assumptions.{name}" for name in pair]
            said = [key for key in keys if origin_of(key, origins, "")] or keys
            reason = f"{pair[0]} {first:g} and {pair[1]} {second:g} add up to more than 1"
            yield Problem(said[-1], origin_of(said[-1], origins, file), reason, "together up to 1")


def rows(city: Mapping[str, Any], origins: Mapping[str, str], file: str) -> list[dict[str, Any]]:
    """Plain descriptions of a city's assumptions, as those of parameters."""
    found = []
    for name, entry in city.get("assumptions", {}).items():
        key, param = f"city.assumptions.{name}", ASSUMPTIONS[name]
        said = entry if isinstance(entry, Mapping) else {}
        row = {"key": key, "value": figure(entry), "unit": param.unit, "range": said.get("range")}
        row |= {"allowed": bounds_text(param), "role": param.role, "source": said.get("source")}
        row |= {"set_by": origin_of(key, origins, file), "path": None, "description": param.description}
        found.append({**row, "payer": None, "cost": None})
    return found


def figure(entry: Any) -> Any:
    """The number of `{value, range, source}`, or what was given."""
    return entry["value"] if isinstance(entry, Mapping) and "value" in entry else entry


def _unknown(key: str, where: str, known: Iterable[str]) -> Problem:
    return Problem(key, where, "unknown key", listed(known, 40), nearest_name(key.rsplit(".", 1)[-1], known))
