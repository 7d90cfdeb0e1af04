"""Households spend a falling share of their consumption on food as they grow richer; some do not have enough.

Working-Leser (Working 1943, Leser 1963): w = a + b ln(c / c0), c the consumption per consumption unit; a is solved at
the base year. Insecurity: logit P = k + poverty + lone parent + access + aid + age + unemployment + price, k solved.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.core.kernels.columns import looked_up

Floats = NDArray[Any]
LOWEST_STANDARD = 1000.0  # EUR a year: what families and friends give to those without income
YOUNG, OLD, AGES = 40, 60, 128
POVERTY = 0.6


def logistic(x: Floats | float) -> Floats:
    """1 / (1 + exp(-x))."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.asarray(x))))


def level_for_mean(score: Floats, share: float, weight: Floats | None = None) -> float:
    """Constant k at which the weighted mean of logistic(k + score) is a share, by bisection.

    Parameters
    ----------
    score
        [n], log-odds.
    share
        Wanted mean.
    weight
        [n], 1 by default.
    """
    low, high = -20.0, 20.0
    for _ in range(40):
        middle = 0.5 * (low + high)
        mean = float(np.average(logistic(middle + score), weights=weight))
        low, high = (middle, high) if mean < share else (low, middle)
    return 0.5 * (low + high)


def consumption(income: Floats, relative: Floats, share: float, slope: float) -> Floats:
    """Consumption of households, EUR a year: the share of income that is spent falls with income.

    Parameters
    ----------
    income
        [households], EUR a year.
    relative
        [households], standard of living over the median.
    share, slope
        Share spent at the median and its change per log of the standard.
    """
    spent = share + slope * np.log(np.maximum(relative, 0.05))
    return income * np.clip(spent, 0.4, 1.3)


def engel_share(relative: Floats, level: Floats | float, slope: float) -> Floats:
    """Food in consumption of households whose consumption per unit is `relative` to the base-year mean.

    Parameters
    ----------
    relative
        [n], consumption per consumption unit over the base-year mean.
    level, slope
        a and b of the Working-Leser curve.
    """
    return np.clip(level + slope * np.log(np.maximum(relative, 0.02)), 0.02, 0.6)


def engel_level(relative: Floats, spent: Floats, share: float, slope: float) -> float:
    """Level a at which food has a given share of all consumption (exact while no household is at a bound)."""
    return share - slope * float(np.average(np.log(np.maximum(relative, 0.02)), weights=spent))


def insecurity_score(
    poor: Floats, lone_parent: Floats, no_access: Floats, aided: Floats, age: Floats, unemployed: Floats, values: Any
) -> Floats:
    """Log-odds of food insecurity of households, the level left out.

    Parameters
    ----------
    poor, lone_parent, aided, unemployed
        [n], flags; `unemployed` and `age` are of the reference person.
    no_access
        [n], chance that no full shop is within reach.
    values
        Parameters `insecurity_*` and `price_index` of the food domain.
    """
    by_age = np.zeros(AGES)
    by_age[:YOUNG], by_age[OLD:] = values.insecurity_young, values.insecurity_old
    return np.asarray(
        values.insecurity_poor * poor
        + values.insecurity_lone_parent * lone_parent
        + values.insecurity_no_access * no_access
        + values.insecurity_aid * aided
        + looked_up(by_age, age)
        + values.insecurity_unemployed * unemployed
        + values.insecurity_price * np.log(values.price_index)
    )
