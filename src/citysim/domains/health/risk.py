"""What makes one person's health worsen faster than that of others of the same age and state.

Relative odds = exp(education) / mean now x exp(diet + unemployment + isolation + care gone without) / mean at the base
year x exp(air) x exp(activity). Education only sorts people: the progress of better educated cohorts is part of the
dependency age gain. Habits, air and activity are relative to the base year, so that better ones lower dependency.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.city.city import City
from citysim.city.codes import Labour, Mode
from citysim.core.kernels.columns import carried, looked_up, rows_where, sums_by_link
from citysim.domains.health.states import BANDS, mean_risk

Floats = NDArray[np.float64]
CODES = 6 * 4 * 2 * 2 * 2  # education (or too young), diet, unemployed, alone, unmet care
CELLS = (BANDS.size + 1) * 4
COMMUTES_PER_DAY, WORKDAYS = 2.0, 5.0


def code_effects(values: Any) -> tuple[Floats, Floats]:
    """Relative odds of each code: of education, and of habits, each [CODES]."""
    education = np.append(values.education_effect, 0.0)
    habits = (
        values.diet_effect[:, None, None, None]
        + np.array([0.0, values.unemployment_effect])[None, :, None, None]
        + np.array([0.0, values.isolation_effect])[None, None, :, None]
        + np.array([0.0, values.unmet_care_effect])[None, None, None, :]
    ).ravel()
    return np.exp(np.repeat(education, habits.size)), np.exp(np.tile(habits, education.size))


def codes_of(city: City, care_counts: bool = True) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Code of what each person's risk depends on, and cell (age band x state) of each person, int32 [persons].

    Parameters
    ----------
    care_counts
        Whether those who went without care are at a higher risk.
    """
    persons = city.persons
    age, household = persons["age"], persons["household"]
    # Up to 48 in the first two steps: they fit into one byte a person. The young have 5 for an education.
    grown = (age >= int(BANDS[0])).view(np.int8)
    code = (np.int8(5) + grown * (persons["education"] - np.int8(5))) * np.int8(8)
    code += persons["diet"] * np.int8(2)
    code += persons["labour"] == Labour.UNEMPLOYED
    code = code.astype(np.int32) * np.int32(2)
    alone = carried(city.households["size"] == 1, household, False)  # -1: in an institution, never alone
    code += alone & (age >= 60)
    code *= 2
    if care_counts:
        code += persons["unmet_care"]
    band = np.searchsorted(BANDS, np.arange(128), side="right").astype(np.int32)
    return code, looked_up(band * np.int32(4), age) + persons["health"]


def relative_odds(
    code: NDArray[np.int32], cell: NDArray[np.int32], base_counts: NDArray[Any] | None, values: Any
) -> tuple[Floats, NDArray[Any]]:
    """Relative odds of education and habits.

    Parameters
    ----------
    code, cell
        See `codes_of`.
    base_counts
        [CELLS, CODES], people of the base year; None in the base year itself.

    Returns
    -------
    tuple
        Relative odds [persons] and this year's counts [CELLS, CODES].
    """
    place = cell * np.int32(CODES)
    place += code
    counts = sums_by_link(place, CELLS * CODES).reshape(CELLS, CODES)
    education, habits = code_effects(values)
    usual = mean_risk(counts if base_counts is None else base_counts, habits)
    factor = education * habits / (mean_risk(counts, education) * usual)[:, None]
    return looked_up(factor.ravel().astype(np.float32), place), counts


def breathed(city: City, zone: NDArray[Any], at_work: float) -> NDArray[np.float32]:
    """PM2.5 that each person breathes at home and at work, ug/m3, float32 [persons]."""
    outdoor = city.zones["pm25"]
    exposure = looked_up(outdoor.astype(np.float32), zone)
    workplace = city.persons["workplace"]
    worker = np.flatnonzero((workplace >= 0) & (workplace < city.internal))
    exposure[worker] += np.float32(at_work) * (looked_up(outdoor, workplace[worker]) - exposure[worker])
    return exposure


def active_commute(city: City) -> tuple[NDArray[np.int64], Floats, Floats]:
    """Who walks or cycles to work, and for how many minutes a week.

    Returns
    -------
    tuple
        Rows, minutes of walking and minutes of cycling.
    """
    persons = city.persons
    mode = persons["commute_mode"]
    rows = rows_where((mode == Mode.BIKE) | (mode == Mode.WALK))
    days = np.clip(WORKDAYS - persons["telework_days"][rows], 0.0, WORKDAYS)
    minutes = COMMUTES_PER_DAY * days * persons["commute_minutes"][rows]
    walks = mode[rows] == Mode.WALK
    return rows, np.where(walks, minutes, 0.0), np.where(walks, 0.0, minutes)


def activity_effect(walking: NDArray[Any] | float, cycling: NDArray[Any] | float, values: Any) -> Floats:
    """Log-odds of worsening from minutes of walking and cycling a week, log-linear up to a limit (WHO HEAT)."""
    walk = np.maximum(np.asarray(walking) * (values.walking_effect / 100.0), values.walking_limit)
    ride = np.maximum(np.asarray(cycling) * (values.cycling_effect / 100.0), values.cycling_limit)
    return np.asarray(walk + ride)
