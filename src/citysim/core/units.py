"""The closed list of units, and the conversion of a rate to a probability over a year."""

from __future__ import annotations

import math
from difflib import get_close_matches

UNITS: dict[str, str] = {
    "1": "dimensionless: a share, an index or a factor",
    "flag": "true or false",
    "code": "enumeration of citysim.city.codes",
    "row": "link to a row of a table",
    "key": "identity of an agent",
    "1/year": "events per year",
    "1/month": "events per month",
    "year": "calendar year, or years",
    "month": "months",
    "week": "weeks",
    "day": "days",
    "hour": "hours",
    "minute": "minutes",
    "hour/week": "hours a week",
    "minute/day": "minutes a day",
    "day/week": "days a week",
    "person": "people",
    "household": "households",
    "dwelling": "dwellings",
    "business": "businesses",
    "job": "jobs",
    "vehicle": "vehicles",
    "visit": "visits",
    "visit/year": "visits a year",
    "1/1000": "per thousand",
    "EUR": "euros of 2025",
    "EUR/year": "euros of 2025 a year",
    "EUR/month": "euros of 2025 a month",
    "EUR/m2": "euros of 2025 per square metre",
    "EUR/m2/month": "euros of 2025 per square metre and month",
    "EUR/km": "euros of 2025 per kilometre",
    "EUR/kWh": "euros of 2025 per kilowatt hour",
    "EUR/hour": "euros of 2025 an hour",
    "1/EUR": "utility per euro",
    "1/minute": "utility per minute",
    "1/km": "utility per kilometre",
    "m2": "square metres",
    "m2/person": "square metres per person",
    "km": "kilometres",
    "km2": "square kilometres",
    "km/hour": "kilometres an hour",
    "km/day": "kilometres a day",
    "km/year": "kilometres a year",
    "kg/year": "kilograms a year",
    "kWh": "kilowatt hours",
    "kWh/year": "kilowatt hours a year",
    "kWh/m2/year": "kilowatt hours per square metre and year",
    "kWh/km": "kilowatt hours per kilometre",
    "kgCO2/year": "kilograms of CO2 equivalent a year",
    "tCO2/year": "tonnes of CO2 equivalent a year",
    "kgCO2/kWh": "kilograms of CO2 equivalent per kilowatt hour",
    "kgCO2/km": "kilograms of CO2 equivalent per kilometre",
    "kgCO2": "kilograms of CO2 equivalent",
    "ug/m3": "micrograms per cubic metre",
    "degC": "degrees Celsius",
    "hectare": "hectares",
    "hectare/year": "hectares a year",
}


def require_unit(unit: str) -> None:
    """Refuse a unit that is not in the closed list.

    Raises
    ------
    ValueError
        Names the unit and the nearest allowed one.
    """
    if unit not in UNITS:
        nearest = get_close_matches(unit, UNITS, n=1, cutoff=0.0)
        raise ValueError(f"unit {unit!r} is not in citysim.core.units; nearest: {nearest[0]!r}")


def annual_probability(rate: float) -> float:
    """Probability of at least one event in a year at a constant hazard of `rate` events a year."""
    return 1.0 - math.exp(-rate)
