"""Adults train in short or long courses: the more diplomas and the better the job, the more training (Matthew effect).

Participation: logit p = status + education + age, three sets of effects solved once so that the city's base year
reproduces the published rates by status, education and age (Insee, Formation d'adultes 2022). Extra places are taken up
by those whose wish was unmet: p' = p + w (1 - exp(-(f - 1) p / w)) for an offer f > 1, p f for f < 1.
"""

from __future__ import annotations

import numpy as np

from citysim.city.codes import Education, Labour
from citysim.domains.training.schooling import log_odds, sigmoid

EMPLOYED, UNEMPLOYED, INACTIVE = 0, 1, 2
BELOW_BAC, BAC, TERTIARY = 0, 1, 2
YOUNG, MIDDLE, OLD = 0, 1, 2
FIRST_AGE, LAST_AGE = 18, 69


def status_group(labour):
    """Training status from the labour code: employed, unemployed, everybody else."""
    group = np.full(np.shape(labour), INACTIVE, dtype=np.int64)
    group[labour == Labour.EMPLOYED] = EMPLOYED
    group[labour == Labour.UNEMPLOYED] = UNEMPLOYED
    return group


def education_group(education):
    """Below the baccalauréat, baccalauréat, bac + 2 and more."""
    return (np.asarray(education) >= Education.BACCALAUREATE).astype(np.int64) + (
        np.asarray(education) >= Education.SHORT_TERTIARY
    )


def age_group(age):
    """18 to 44, 45 to 64, 65 to 69."""
    return (np.asarray(age) >= 45).astype(np.int64) + (np.asarray(age) >= 65)


def cell_of(labour, education, age):
    """Cell of a person in the table of rates, 0 to 26."""
    return (status_group(labour) * 3 + education_group(education)) * 3 + age_group(age)


def solve_rates(people, by_status, by_education, by_age, rounds=400):
    """Rates by cell that reproduce published margins in a given population.

    Parameters
    ----------
    people
        float [3, 3, 3], people by status, education and age group.
    by_status
        Rates of employed, unemployed, inactive.
    by_education
        Rates below the baccalauréat and from bac + 2; the group between has no published rate.
    by_age
        Rates of 18 to 44 and 65 to 69.

    Returns
    -------
    array
        float [3, 3, 3].
    """
    effects = [np.asarray(log_odds(by_status)), np.zeros(3), np.zeros(3)]
    margins = [
        list(enumerate(by_status)),
        [(BELOW_BAC, by_education[0]), (TERTIARY, by_education[1])],
        [(YOUNG, by_age[0]), (OLD, by_age[1])],
    ]
    aims = []  # axis, position, people there and their number, log odds aimed at
    for axis, targets in enumerate(margins):
        there = [(position, np.take(people, position, axis=axis), log_odds(target)) for position, target in targets]
        aims.append([(position, weight, weight.sum(), aim) for position, weight, aim in there if weight.sum() > 0])
    for _ in range(rounds):
        for axis, targets in enumerate(aims):
            rates = _rates(effects).transpose((axis, *(other for other in range(3) if other != axis)))
            for position, weight, number, aim in targets:
                effects[axis][position] += aim - log_odds((rates[position] * weight).sum() / number)
    return _rates(effects)


def _rates(effects):
    return sigmoid(effects[0][:, None, None] + effects[1][None, :, None] + effects[2][None, None, :])


AGES = 128


def place_in_table(labour, education, age):
    """Place of each person in `table_of_rates`."""
    return (labour.astype(np.int32) * 5 + education) * AGES + age


def table_of_rates(rates, unmet, offer):
    """Training rates by labour code, diploma and single age, float [5 x 5 x 128]; 0 outside 18 to 69.

    Parameters
    ----------
    rates
        float [27], solved rates by cell.
    unmet
        Unmet wish of others and of the unemployed.
    offer
        Places relative to the base year.
    """
    labour, education, age = np.indices((5, 5, AGES)).reshape(3, -1)
    rate = with_offer(
        rates[cell_of(labour, education, age)], np.where(labour == Labour.UNEMPLOYED, *unmet[::-1]), offer
    )
    return np.where((age >= FIRST_AGE) & (age <= LAST_AGE), rate, 0.0)


def with_offer(rate, unmet, offer):
    """Participation when the offer of places changes.

    Parameters
    ----------
    rate
        Participation at today's offer.
    unmet
        Share that wishes to train and does not.
    offer
        Places relative to the base year.
    """
    rate, unmet = np.asarray(rate, dtype=np.float64), np.asarray(unmet, dtype=np.float64)
    if offer <= 1.0:
        return rate * offer
    wish = np.minimum(unmet, 1.0 - rate)
    return rate + wish * (1.0 - np.exp(-(offer - 1.0) * rate / np.maximum(wish, 1e-9)))


def sector_prospects(mean_wage, vacancies, seekers):
    """What retraining for a sector promises: ln(wage times chance of a job), the chance being V / (U + V).

    Parameters
    ----------
    mean_wage, vacancies, seekers
        float [sectors].
    """
    chance = (vacancies + 0.5) / (vacancies + seekers + 1.0)
    return np.log(np.maximum(mean_wage, 1.0)) + np.log(chance)
