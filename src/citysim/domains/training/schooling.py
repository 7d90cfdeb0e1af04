"""Young people go through school, lower secondary to university, and leave it with a diploma or without.

Stay on at age a: logit p = level_a + b_parent 1[parent tertiary] + b_income q + b_campus + b_track 1[vocational]
(q = income quintile 0 to 4; slopes of `docs/domains/training.md`; the level of each age is solved once so that the
base year reproduces enrolment by age).
"""

from __future__ import annotations

import numpy as np

from citysim.city.codes import Education
from citysim.core.kernels.ranks import at_ranks

NO_TRACK, VOCATIONAL, GENERAL = 0, 1, 2
FIRST_SCHOOL_AGE, FIRST_TRACK_AGE = 3, 15
BACCALAUREATE_AGE = 18
LAST_SCHOOL_AGE = 30


def sigmoid(x):
    """Logistic function, arrays of any shape."""
    return 1.0 / (1.0 + np.exp(-np.asarray(x, dtype=np.float64)))


def log_odds(p):
    """Inverse of `sigmoid`."""
    p = np.asarray(p, dtype=np.float64)
    return np.log(p / (1.0 - p))


def level_for(target, offset):
    """Level that makes the mean of sigmoid(level + offset) equal a target share.

    Parameters
    ----------
    target
        Share, 0 < target < 1.
    offset
        float [n], log-odds of each person relative to the level; empty gives the plain log-odds of the target.
    """
    if np.size(offset) == 0:
        return float(log_odds(target))
    low, high = -40.0, 40.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        if sigmoid(middle + offset).mean() < target:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def stay_shares(ages, enrolment, last_age=LAST_SCHOOL_AGE, tail=0.6):
    """Share of those enrolled at age a - 1 who stay on at age a, from a cross-section of enrolment.

    Parameters
    ----------
    ages, enrolment
        Single ages and the share enrolled at each.
    tail
        Share that stays on beyond the last published age.

    Returns
    -------
    array
        float [last_age + 1]; 1 below the first published age.
    """
    ages = np.asarray(ages, dtype=int)
    single = np.arange(ages.min(), ages.max() + 1)
    share = np.interp(single, ages, np.asarray(enrolment, dtype=float))
    stay = np.ones(last_age + 1)
    stay[single[-1] + 1 :] = tail
    inside = single[1:] <= last_age
    stay[single[1:][inside]] = np.minimum(share[1:] / np.maximum(share[:-1], 1e-9), 0.999)[inside]
    stay[last_age] = 0.0
    return stay


def diploma_when_leaving(age, track, education, success):
    """Diploma of someone who leaves school in the year of a given age.

    Parameters
    ----------
    age, track, education
        int [n].
    success
        bool [n], whether the examination of the year was passed.

    Returns
    -------
    array
        int8 [n].
    """
    diploma = np.array(education, dtype=np.int8)
    vocational = (track == VOCATIONAL) & success & (age >= 17)
    diploma[vocational] = np.maximum(diploma[vocational], Education.VOCATIONAL)
    final = success & (age >= BACCALAUREATE_AGE)
    diploma[final] = np.maximum(diploma[final], Education.BACCALAUREATE)
    return diploma


def diploma_while_enrolled(age, education, success):
    """Diploma of someone who stays on: the baccalauréat at 18, bac + 2 at 20, bac + 3 from 21."""
    diploma = np.array(education, dtype=np.int8)
    stayed = age >= BACCALAUREATE_AGE
    diploma[stayed] = np.maximum(diploma[stayed], Education.BACCALAUREATE)
    short = (age >= BACCALAUREATE_AGE + 2) & success
    diploma[short] = np.maximum(diploma[short], Education.SHORT_TERTIARY)
    long = (age >= BACCALAUREATE_AGE + 3) & success & (np.asarray(education) >= Education.SHORT_TERTIARY)
    diploma[long] = Education.LONG_TERTIARY
    return diploma


def quintile_bounds(households):
    """Bounds between the quintiles of living standard of households, EUR a year, float [4]."""
    standard = households["income"] / np.maximum(households["consumption_units"], 1.0)
    place = (np.arange(1, 5) * standard.size) // 5
    return at_ranks(standard, place) if standard.size else np.zeros(4)
