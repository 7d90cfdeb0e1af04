"""CO2 of the year by source: homes, travel, food, new buildings and what the city does for all.

Factors of ADEME's Base Empreinte; every person carries the emissions of the own home, travel and diet, and an equal
share of those that belong to nobody in particular.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.core.kernels.columns import looked_up
from citysim.domains.environment.declarations import DIETS

Array = NDArray[Any]

WEEKS = 52.0
CHILD_AGE = 12
WEEKDAYS = 340.0  # weekday-equivalents of traffic a year


def diet_co2(p: SimpleNamespace) -> Array:
    """Kilograms of CO2 a year of an adult's food by diet, [4]."""
    meals = np.stack([getattr(p, f"meals_{diet}") for diet in DIETS])
    return WEEKS * meals @ p.meal_co2 + p.other_food_co2


def food_co2(diet: Array, age: Array, by_diet: Array, child: float) -> Array:
    """Kilograms of CO2 a year of each person's food."""
    by_code = np.outer(by_diet, [1.0, child]).ravel()
    return np.asarray(looked_up(by_code, diet * np.int8(2) + (age < CHILD_AGE)))


def building_co2(surface: Array, house: Array, year_built: Array, year: int, per_m2: Array, factor: float) -> float:
    """Kilograms of CO2 of all homes finished this year.

    Parameters
    ----------
    per_m2
        [flat, house].
    factor
        Thresholds relative to the start.
    """
    new = year_built == year
    return float((surface[new] * per_m2[house[new].astype(np.intp)]).sum() * factor)


def shared_co2(
    p: SimpleNamespace, delivery_km: float, people: int, waste: float, electricity: float
) -> dict[str, float]:
    """Kilograms of CO2 a year per inhabitant of deliveries, freight, waste and public buildings.

    Parameters
    ----------
    delivery_km
        Van-km of a weekday in the whole city.
    waste, electricity
        Residual waste and public electricity per inhabitant.
    """
    return {
        "deliveries": delivery_km * WEEKDAYS / max(people, 1) * p.van_co2,
        "freight": p.freight_co2,
        "waste": waste * p.waste_co2,
        "public_buildings": electricity * p.grid_intensity,
    }
