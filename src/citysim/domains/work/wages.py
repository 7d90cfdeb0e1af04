"""What work pays: schooling and experience, the job, and the state of the local labour market.

ln w = w0 + .075 school years + .035 x - .0006 x^2 (Mincer 1974), x years of experience; within a job
d ln w = g + d Mincer - .10 d ln(u_zone / u) (wage curve, Blanchflower and Oswald 1994); never below the minimum wage
for those who were not below it (part-time and part-year work is).
"""

from __future__ import annotations

import numpy as np

from citysim.city.codes import Labour
from citysim.core.kernels.columns import sums_by_link
from citysim.core.kernels.links import copy_rows
from citysim.domains.work.segments import AGE_AT_WORK, DIPLOMAS, OCCUPATIONS, YEARS_OF_SCHOOL

LARGEST_EXPERIENCE = 45.0
AGES = np.arange(128)


def experience(age, education):
    """Years since the usual end of the studies that lead to a diploma."""
    return np.clip(np.asarray(age, dtype=np.float64) - AGE_AT_WORK[education], 0.0, LARGEST_EXPERIENCE)


def mincer(age, education, school, linear, square):
    """Part of the log wage due to schooling and experience.

    Parameters
    ----------
    age, education
        int [n].
    school, linear, square
        Coefficients of school years, experience and its square.
    """
    x = experience(age, education)
    return school * YEARS_OF_SCHOOL[education] + linear * x - square * x * x


def change_in_job(age, education, growth, linear, square):
    """Log change of the wage of someone who stays in the job, the wage curve left out; `growth` is real growth."""
    now, before = experience(age, education), experience(np.asarray(age) - 1, education)
    return growth + linear * (now - before) - square * (now**2 - before**2)


def with_floor(wage, before, floor):
    """Wage not below the floor, except for those who were already below it (they work less than full time)."""
    return np.maximum(wage, np.minimum(before, floor))


def starting_wage(job_wage, personal, centre, weight):
    """Wage in a new job, from what the person is worth and what the job pays.

    Deviations from the usual wage of the occupation count with weights r and (1 - r^2)^(1/2), so that changing jobs
    neither narrows nor widens the distribution of wages.

    Parameters
    ----------
    job_wage
        EUR/year, what the job pays.
    personal
        Log wage that the person is worth.
    centre
        Mean log wage of the occupation.
    weight
        r.
    """
    job = np.log(np.maximum(job_wage, 1.0)) - centre
    return np.exp(centre + weight * (personal - centre) + np.sqrt(1.0 - weight**2) * job)


def zone_unemployment(city, home):
    """Census unemployment of residents of 15 to 64 by zone, float [internal zones].

    Pulled to the city's mean where few live, so that a hamlet's rate does not jump.

    Parameters
    ----------
    home
        int [persons], zone of residence.
    """
    persons = city.persons
    age, states = persons["age"], len(Labour)
    cell = home * np.int32(states) + persons["labour"]  # negative for those without a home
    number = sums_by_link(cell, city.zones.size * states, where=(age >= 15) & (age < 65))
    number = number.reshape(-1, states)[: city.internal]
    jobless = number[:, Labour.UNEMPLOYED].astype(float)
    active = jobless + number[:, Labour.EMPLOYED]
    mean = max(jobless.sum(), 1.0) / max(active.sum(), 1.0)
    return (jobless + 20.0 * mean) / (active + 20.0)


def personal_log_wage(city, p, rows):
    """Mincer part of the log wage of some people."""
    persons = city.persons
    table = mincer(AGES[:, None], np.arange(DIPLOMAS), p.mincer_school, p.mincer_experience, p.mincer_square)
    return table[persons["age"][rows], persons["education"][rows]]


def beginner_level(city, p):
    """Mean gap between log wage and Mincer part by occupation in the base year, float [5]."""
    persons = city.persons
    rows = np.flatnonzero(
        (persons["labour"] == Labour.EMPLOYED) & (persons["wage"] > 0.0) & (persons["occupation"] >= 0)
    )
    if rows.size == 0:
        return np.full(OCCUPATIONS, np.log(p.minimum_wage))
    gap = np.log(persons["wage"][rows]) - personal_log_wage(city, p, rows)
    occupation = persons["occupation"][rows]
    number = np.bincount(occupation, minlength=OCCUPATIONS)
    prior = 20.0
    return (np.bincount(occupation, weights=gap, minlength=OCCUPATIONS) + prior * gap.mean()) / (number + prior)


def usual_log_wage(city):
    """Mean log wage by occupation of the jobs of the city, float [5]."""
    jobs = city.jobs
    log_wage = np.log(np.maximum(jobs["wage"], 1.0))
    number = sums_by_link(jobs["occupation"], OCCUPATIONS)
    prior = 20.0
    return (sums_by_link(jobs["occupation"], OCCUPATIONS, log_wage) + prior * log_wage.mean()) / (number + prior)


def raise_wages(city, p, growth, tightening, index, home):
    """Wages of those who stay in their job, and of jobs that no resident holds.

    Parameters
    ----------
    growth
        Real growth of the year.
    tightening
        float [zones], d ln(u_zone) since last year.
    index
        Wage growth since the base year, for the minimum wage.
    home
        int [persons], zone of residence.
    """
    persons, jobs = city.persons, city.jobs
    stays = (persons["labour"] == Labour.EMPLOYED) & (persons["wage"] > 0.0)
    rows = np.flatnonzero(stays)
    before = persons["wage"][rows].astype(float)
    steady = change_in_job(AGES[:, None], np.arange(DIPLOMAS), growth, p.mincer_experience, p.mincer_square)
    place = persons["age"][rows] * np.int16(DIPLOMAS) + persons["education"][rows]
    change = steady.ravel()[place] + (p.wage_curve * tightening)[home[rows].clip(0)]
    wage = with_floor(before * np.exp(change), before * np.exp(growth), p.minimum_wage * index)
    persons["wage"][rows] = wage
    jobs["wage"][:] *= np.float32(np.exp(growth))
    inside = rows[persons["job"][rows] >= 0]
    copy_rows(jobs["wage"], persons["job"][inside].astype(np.int64), persons["wage"], inside)


def set_starting_wages(city, p, draws, year, market, since, beginner, index):
    """Wages of those hired this year, inside and outside the city.

    Parameters
    ----------
    market
        Who was hired (`YearOnTheMarket`).
    since
        Year in which the state before hiring began, for those hired inside and outside.
    beginner
        Level of the log wage by occupation in the base year.
    index
        Wage growth since the base year.
    """
    persons, jobs = city.persons, city.jobs
    rows = np.concatenate([market.hired, market.outside])
    waited = np.clip(year - np.concatenate(since), 0, 5)
    held = persons["job"][rows]
    last = persons["last_wage"][rows].astype(float)
    occupation = persons["occupation"][rows].clip(0)
    level = beginner[occupation] + np.log(index)
    fresh = (
        personal_log_wage(city, p, rows) + level + p.wage_spread * draws.normal("work.first_wage", persons.key[rows])
    )
    known = np.log(np.maximum(last, 1.0)) - p.wage_scar * np.where(waited < 5, waited, 0)
    personal = np.where(last > 0.0, known, fresh)
    centre = usual_log_wage(city)[occupation]
    outside_pay = np.exp(centre + p.outside_wage_spread * draws.normal("work.outside_wage", persons.key[rows]))
    own_pay = np.where(held >= 0, jobs["wage"][held.clip(0)], outside_pay)
    wage = starting_wage(own_pay, personal, centre, p.wage_person_weight)
    retrained = (persons["retraining"][rows] >= 0) & (persons["retraining_year"][rows] < year)
    retrained &= persons["retraining_year"][rows] >= year - 3
    wage *= np.exp(p.wage_retraining * retrained)
    persons["wage"][rows] = wage
    inside = held >= 0
    jobs["wage"][held[inside]] = wage[inside]
