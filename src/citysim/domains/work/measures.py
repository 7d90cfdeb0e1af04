"""What is reported about work: rates by the census definition, wages, businesses, incomes and poverty."""

from __future__ import annotations

import numpy as np

from citysim.city.codes import Labour
from citysim.core.declare import mean, median, ratio, total, value
from citysim.core.kernels import ranks
from citysim.core.kernels.columns import carried
from citysim.domains.work.income import weighted_gini, weighted_quantile


def measure_work(city, p, facts):
    """All measures of work as statistics.

    Parameters
    ----------
    facts
        Rates of the year that the domain kept: openings, closures, separations, automation.
    """
    return {
        **_labour(city, p),
        **_jobs(city),
        **_incomes(city),
        "business_entry_rate": value(facts["business_entry_rate"]),
        "business_exit_rate": value(facts["business_exit_rate"]),
        "separation_rate": value(facts["separation_rate"]),
        "displaced_by_automation": value(facts["displaced_by_automation"], extensive=True),
    }


def _labour(city, p):
    persons, jobs = city.persons, city.jobs
    age, labour, wage = persons["age"], persons["labour"], persons["wage"]
    counted = (age >= 15) & (age <= 64)
    employed, jobless = labour == Labour.EMPLOYED, labour == Labour.UNEMPLOYED
    active = employed | jobless
    rate = np.count_nonzero(jobless & counted) / max(np.count_nonzero(active & counted), 1)
    vacant = (jobs["holder"] < 0) & (jobs["commuter"] < 0)
    at_work = np.flatnonzero(employed)
    middle = ranks.median(wage[at_work]) if at_work.size else 0.0
    home, workplace = city.person_zone(), persons["workplace"]
    placed = employed & (workplace >= 0) & (home >= 0)
    rows = np.flatnonzero(placed)
    distance = np.zeros(persons.size, dtype=np.float32)
    distance[rows] = city.travel.distance_km[home[rows], workplace[rows]]
    return {
        "unemployment_rate": ratio(jobless, active, "persons", counted),
        "unemployment_rate_ilo": value(p.ilo_ratio * rate),
        "participation_rate": mean(active, "persons", counted),
        "employment": total(employed, "persons"),
        "median_wage": median(wage, "persons", employed),
        "low_wage_share": mean(wage < 2.0 / 3.0 * middle, "persons", employed),
        "youth_out_of_work_share": mean(~employed & ~persons["enrolled"], "persons", (age >= 15) & (age <= 29)),
        "teleworkable_share": mean(persons["telework_eligible"], "persons", employed),
        "mean_commute_distance": mean(distance, "persons", placed),
        "vacancy_unemployment_ratio": value(float(vacant.sum()) / max(float(jobless.sum()), 1.0)),
        "jobs_per_active": value(jobs.size / max(float(active.sum()), 1.0)),
        "out_commuters": total(employed & (workplace >= city.internal), "persons"),
    }


def _jobs(city):
    jobs = city.jobs
    vacant = (jobs["holder"] < 0) & (jobs["commuter"] < 0)
    return {
        "jobs": total(np.ones(jobs.size, dtype=bool), "jobs"),
        "vacancies": total(vacant, "jobs"),
        "businesses": total(np.ones(city.businesses.size, dtype=bool), "businesses"),
        "in_commuters": value(float(city.commuters.size), extensive=True),
    }


def _incomes(city):
    persons, households = city.persons, city.households
    units = np.maximum(households["consumption_units"].astype(float), 1.0)
    standard, people = households["income"] / units, households["size"].astype(float)
    middle = weighted_quantile(standard, people, 0.5)
    low, high = weighted_quantile(standard, people, 0.2), weighted_quantile(standard, people, 0.8)
    poorest, richest = standard <= low, standard >= high
    share = _mean(standard, people, richest) / max(_mean(standard, people, poorest), 1.0)
    member = persons["household"]
    at_home = member >= 0
    poor = carried(standard < 0.6 * middle, member, False)
    return {
        "gini_income": value(weighted_gini(standard, people)),
        "income_ratio_s80_s20": value(share),
        "poverty_rate": mean(poor, "persons", at_home),
        "median_living_standard": median(standard, "households"),
    }


def _mean(values, weights, where):
    rows = np.flatnonzero(where)
    weight = weights[rows]
    return float((values[rows] * weight).sum() / max(weight.sum(), 1e-9))
