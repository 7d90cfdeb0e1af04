"""The closed list of units, and the conversion of a rate to a probability over a year.

Constant hazard: p = 1 - exp(-rate)
"""

from __future__ import annotations

from difflib import get_close_matches

import numpy as np
from numpy.typing import ArrayLike, NDArray

UNITS: dict[str, str] = {
    "1": "dimensionless: a share, an index or a factor",
    "flag": "true or false",
    "code": "enumeration of citysim.city.codes",
    "row": "link to a row of a table",
    "key": "identity of an agent",
    "1/year": "events per year",
    "1/month": "events per month",
    "1/week": "events per week",
    "1/day": "events per day",
    "1/100000": "per hundred thousand",
    "year": "calendar year, or years",
    "month": "months",
    "week": "weeks",
    "day": "days",
    "hour": "hours",
    "minute": "minutes",
    "hour/week": "hours a week",
    "minute/day": "minutes a day",
    "minute/week": "minutes a week",
    "day/week": "days a week",
    "day/year": "days a year",
    "children/woman": "children per woman",
    "birth/year": "births a year",
    "death/year": "deaths a year",
    "person/year": "people a year",
    "person/km2": "people per square kilometre",
    "person": "people",
    "household": "households",
    "dwelling": "dwellings",
    "business": "businesses",
    "job": "jobs",
    "vehicle": "vehicles",
    "visit": "visits",
    "visit/year": "visits a year",
    "meal/year": "meals a year",
    "bed": "beds",
    "level": "level of service, on a scale that the description gives",
    "logit": "utility of a choice, or logarithm of odds",
    "1/1000": "per thousand",
    "EUR": "euros of 2025",
    "EUR/year": "euros of 2025 a year",
    "EUR/month": "euros of 2025 a month",
    "EUR/m2": "euros of 2025 per square metre",
    "EUR/m2/month": "euros of 2025 per square metre and month",
    "EUR/km": "euros of 2025 per kilometre",
    "EUR/kWh": "euros of 2025 per kilowatt hour",
    "EUR/hour": "euros of 2025 an hour",
    "EUR/visit": "euros of 2025 per visit",
    "EUR/person": "euros of 2025 per person",
    "EUR/dwelling": "euros of 2025 per dwelling",
    "EUR/person/year": "euros of 2025 per person and year",
    "1/EUR": "utility per euro",
    "1/minute": "utility per minute",
    "1/km": "utility per kilometre",
    "1/year of age": "change per year of age",
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
    "kgCO2/m2": "kilograms of CO2 equivalent per square metre",
    "kgCO2/kg": "kilograms of CO2 equivalent per kilogram",
    "kgCO2/meal": "kilograms of CO2 equivalent per meal",
    "litre/km": "litres per kilometre",
    "kgCO2/litre": "kilograms of CO2 equivalent per litre",
    "kg": "kilograms",
    "person/vehicle": "people per vehicle",
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


def annual_probability(rate: ArrayLike) -> NDArray[np.float64]:
    """Probability of at least one event in a year at a constant hazard of `rate` events a year.

    Parameters
    ----------
    rate
        Events per year, a number or an array.
    """
    return np.asarray(-np.expm1(-np.asarray(rate, dtype=np.float64)))
