"""Measures of health: states, doctors, care."""

from __future__ import annotations

from typing import Any

import numpy as np

from citysim.city.city import City
from citysim.city.codes import Health, Residence
from citysim.core.declare import Statistic, mean, ratio, total, value
from citysim.domains.health.practice import ADULT
from citysim.domains.health.states import OLDEST, healthy_years

OLD = 60
SMOOTH = 5  # ages are pooled by five years, so that a small town's few old people do not make noise


def measures_of(city: City, p: Any, last: dict[str, Any], mortality: Any, hospital_risk: Any) -> dict[str, Statistic]:
    """All measures of the year; changes nothing.

    Parameters
    ----------
    last
        What the step kept: needs, practice, entered rows, cost of care.
    mortality
        [2, ages], probability of death of the year.
    hospital_risk
        Factor on the hospital stays of people with an illness, per person or one number.
    """
    return _states(city, p, mortality, hospital_risk) | _doctors(city, p, last) | _care(city, last)


def _states(city: City, p: Any, mortality: Any, hospital_risk: Any) -> dict[str, Statistic]:
    persons = city.persons
    state, age = persons["health"], persons["age"]
    old = age >= OLD
    dependent = state == Health.DEPENDENT
    limited = state >= Health.LIMITED
    stays = p.hospital_stays[state] * np.where(state > Health.GOOD, hospital_risk, 1.0)
    at_birth, at_65 = _healthy_years(age, limited, mortality)
    return {
        "dependent_share_60_plus": mean(dependent, "persons", old),
        "dependants": total(dependent & old, "persons"),
        "dependants_at_home": mean(persons["residence"] != Residence.NURSING_HOME, "persons", dependent & old),
        "gir_1_to_4": total((persons["gir"] >= 1) & (persons["gir"] <= 4), "persons"),
        "chronic_share": mean(state >= Health.CHRONIC, "persons"),
        "limited_share": mean(limited, "persons"),
        "healthy_life_expectancy": value(at_birth),
        "healthy_life_expectancy_65": value(at_65),
        "hospital_stays_per_person": mean(stays, "persons"),
    }


def _healthy_years(age: Any, limited: Any, mortality: Any) -> tuple[float, float]:
    group = np.minimum(age, OLDEST) // SMOOTH
    people = np.bincount(group, minlength=OLDEST // SMOOTH + 1)
    share = np.bincount(group, weights=limited, minlength=people.size) / np.maximum(people, 1)
    known = np.flatnonzero(people)
    by_age = np.interp(np.arange(OLDEST + 1), known * SMOOTH + SMOOTH / 2.0, share[known])
    both = mortality.mean(axis=0)
    return healthy_years(both, by_age, 0), healthy_years(both, by_age, 65)


def _doctors(city: City, p: Any, last: dict[str, Any]) -> dict[str, Statistic]:
    persons, zones, result = city.persons, city.zones, last["practice"]
    zone = city.person_zone().astype(np.intp)  # widened once for all that is looked up by it
    need, remote = persons["gp_need"], persons["gp_remote"]
    given = need * result.given[zone]
    local = need - remote
    people = np.bincount(zone, minlength=zones.size) / 1e5
    inside = ~zones["external"]
    return {
        "gp_wait": mean(result.wait[zone], "persons"),
        "gp_density": ratio(zones["gp_fte"], people, "zones", inside),
        "gp_reach": mean(result.reach[zone], "persons"),
        "under_served_share": mean((result.reach < p.under_served)[zone], "persons"),
        "gp_visits_per_person": mean(given, "persons"),
        "unmet_need": ratio(persons["gp_unmet"], need, "persons"),
        "emergency_visits_per_person": mean(local * result.balked[zone] * p.emergency_share, "persons"),
        "teleconsultation_share": ratio(remote, need, "persons"),
        "without_gp_share": mean(~persons["gp_registered"], "persons", persons["age"] >= ADULT),
    }


def _care(city: City, last: dict[str, Any]) -> dict[str, Statistic]:
    persons = city.persons
    gir, entering = persons["gir"], persons["nursing_home_entry"]
    dependants = int(np.count_nonzero((gir >= 1) & (gir <= 4)))
    entered = persons["age"][last["entered"]]
    return {
        "nursing_beds": total(city.zones["nursing_beds"], "zones"),
        "nursing_residents": total(persons["residence"] == Residence.NURSING_HOME, "persons"),
        "nursing_queue": total((persons["nursing_queue_since"] > 0) & ~entering, "persons"),
        "nursing_entry_age": value(float(entered.mean()) if entered.size else float("nan")),
        "care_cost_per_dependant": value(last["care_cost"] / max(dependants, 1)),
    }
