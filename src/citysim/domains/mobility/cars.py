"""Licences, and how many cars a household keeps.

Logit over no car, one, two or more on log income, density, drivers and public transport (elasticities of Collet 2012);
a household reconsiders after moving, forming or gaining or losing a driver, and otherwise once in four years.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.core.choice import shares_of
from citysim.core.kernels.columns import looked_up, sums_by_link

Array = NDArray[Any]

ONE, TWO = 1, 2
ALTERNATIVES = 3
LICENCE_AGES = np.array([25, 40, 65, 75])  # upper bounds of the age classes of `licence_share`
LEARNING_AGE, OLD_LEARNER = 18, 30
LEARNING_AGES = np.array([19, 25])  # upper bounds of the first two age classes of `licence_rate`
LAST_CERTAIN_AGE = 70  # below this age nobody gives up driving for age
AGE_BANDS = np.array([30, 65, 80])
AGES = np.arange(128)
BAND_OF_AGE = np.searchsorted(AGE_BANDS, AGES, side="right").astype(np.int8)
ADULT_BANDS = WORKER_BANDS = 3
DRIVER_BANDS = 4


def licence_start(age: Array, shares: Array) -> Array:
    """Probability of a licence at the start, by age."""
    probability = shares[np.searchsorted(LICENCE_AGES, age, side="right")]
    return np.where(age >= LEARNING_AGE, probability, 0.0)


def at_licence_risk(age: Array, licence: Array, dependent: Array) -> Array:
    """Rows of people whose licence may change this year: young learners, old or dependent drivers."""
    learner = ~licence & ~dependent & (age >= LEARNING_AGE) & (age < OLD_LEARNER)
    return np.flatnonzero(learner | (licence & (dependent | (age >= LAST_CERTAIN_AGE))))


def licence_hazards(age: Array, licence: Array, dependent: Array, p: SimpleNamespace) -> Array:
    """Probability a year that the licence of these people changes: learning, or giving up with age or dependency."""
    learning = p.licence_rate[np.searchsorted(LEARNING_AGES, AGES, side="right")]
    stopping = np.minimum(p.licence_stop_rate * np.exp(p.licence_stop_growth * (AGES - 85.0)), 1.0)
    helpless = np.maximum(stopping, min(p.licence_stop_dependent, 1.0))
    by_state = np.stack([learning, learning, stopping, helpless])
    return np.asarray(by_state[licence * 2 + dependent, age])


def car_utilities(
    log_income: Array,
    centre: Array,
    adults: Array,
    public_transport: Array,
    telework_days: Array,
    drivers: Array,
    shift: Array,
    p: SimpleNamespace,
) -> Array:
    """Utilities of no car, one, two or more, float32 [n, 3], without constants.

    Parameters
    ----------
    log_income
        Log of household income over the mean of the start.
    centre
        bool, lives in a dense centre zone.
    public_transport
        Level relative to the start's.
    telework_days
        Days of all members.
    drivers
        Licence holders.
    shift
        Utility per car of technologies (car sharing and the like).
    """
    per_car = p.cars_public_transport * public_transport + p.cars_telework * telework_days + shift
    per_car = per_car + p.cars_no_licence * (drivers == 0)
    utilities = np.zeros((log_income.size, ALTERNATIVES), np.float32)
    utilities[:, ONE] = p.cars_income[0] * log_income + p.cars_centre[0] * centre + per_car
    utilities[:, TWO] = (
        p.cars_income[1] * log_income
        + p.cars_centre[1] * centre
        + p.cars_adults * (np.minimum(adults, 4) - 1)
        + 2 * per_car
    )
    return utilities


def adults_and_workers(adults: Array, workers: Array) -> Array:
    """Band of one, two, three and more adults x none, one, two and more of them at work."""
    band = np.clip(adults - 1, 0, ADULT_BANDS - 1) * WORKER_BANDS
    return (band + np.minimum(workers, WORKER_BANDS - 1)).astype(np.int8)


def driver_band(drivers: Array) -> Array:
    """Licence holders: none, one, two, three and more."""
    return np.minimum(drivers, DRIVER_BANDS - 1).astype(np.int8)


def age_band(age: Array) -> Array:
    """Age band of the reference person: under 30, 30 to 64, 65 to 79, 80 and more."""
    return looked_up(BAND_OF_AGE, np.asarray(age))


def solve_constants(utilities: Array, owned: Array, groups: tuple[Array, ...], rounds: int = 25) -> list[Array]:
    """Constants by group at which mean probabilities equal the stock: c += ln(observed / expected), group by group.

    Parameters
    ----------
    utilities
        [n, 3].
    owned
        int [n], cars of the start (2 for two and more).
    groups
        int [n] arrays, each a way to sort households: zone, adults and workers, drivers, age.

    Returns
    -------
    list
        One array [groups, 3] per way.
    """
    constants = [np.zeros((int(group.max(initial=0)) + 1, ALTERNATIVES), np.float32) for group in groups]
    observed = np.eye(ALTERNATIVES, dtype=np.float32)[np.minimum(owned, TWO)]
    stock = [_sums(group, observed, constant.shape[0]) + 0.5 for group, constant in zip(groups, constants, strict=True)]
    total = np.array(utilities, order="F")  # alternative by alternative, as all that follows goes through it
    for _ in range(rounds):
        for group, constant, seen in zip(groups, constants, stock, strict=True):
            expected, _ = shares_of(total)
            step = np.log(seen / (_sums(group, expected, constant.shape[0]) + 0.5)).astype(np.float32)
            step -= step[:, :1]
            constant += step
            for j in range(1, ALTERNATIVES):  # the first is what the others are compared with
                total[:, j] += looked_up(np.ascontiguousarray(step[:, j]), group)
    return constants


def constants_of(groups: tuple[Array, ...], constants: list[Array]) -> Array:
    """Sum of the constants of each household's groups, float32 [n, 3].

    All groups but the first, the zone, are few: their sums are tabulated before they are looked up.
    """
    zone, *others = groups
    table, cell = np.zeros((1, ALTERNATIVES), np.float32), np.zeros(zone.size, np.int32)
    for group, constant in zip(others, constants[1:], strict=True):
        table = (table[:, None, :] + constant).reshape(-1, ALTERNATIVES)
        cell = cell * constant.shape[0] + np.minimum(group, constant.shape[0] - 1)
    return np.take(constants[0], zone, axis=0) + np.take(table, cell, axis=0)


def _sums(group: Array, values: Array, size: int) -> Array:
    return np.column_stack([sums_by_link(group, size, column) for column in np.ascontiguousarray(values.T)])
