"""How fast a technology spreads and what it costs: learning curve, Bass steps, and who is quicker.

Cost: C_t = C_0 (X_t / X_0)^-b, b = -log2(1 - learning rate)   (Wright 1936; X is the world's stock, not the city's)
City-wide share: s' = s + (p + q s / m) (m - s)   (Bass 1969, one-year steps)
Factor on the hazard: exp(-beta_c C (1 - aid) / Y + beta_y ln(Y / Y_0) + beta_d (digital - digital_0)), mean 1 at start
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def learning_cost(first_cost: ArrayLike, growth: ArrayLike, learning_rate: ArrayLike) -> Floats:
    """Cost after the world's stock has grown.

    Parameters
    ----------
    first_cost
        Euros in the base year.
    growth
        Stock over that of the base year.
    learning_rate
        Fall of the cost with each doubling of the stock.
    """
    exponent = np.log2(1.0 - np.asarray(learning_rate, dtype=np.float64))
    return np.asarray(first_cost, dtype=np.float64) * np.asarray(growth, dtype=np.float64) ** exponent


def bass_step(share: ArrayLike, ceiling: ArrayLike, innovation: ArrayLike, imitation: ArrayLike) -> Floats:
    """Share after one year of a Bass process; never above the ceiling, never below the share.

    Parameters
    ----------
    share, ceiling
        Between 0 and 1.
    innovation, imitation
        p and q, per year.
    """
    share = np.asarray(share, dtype=np.float64)
    ceiling = np.asarray(ceiling, dtype=np.float64)
    adopted = np.divide(share, ceiling, out=np.ones(np.broadcast(share, ceiling).shape), where=ceiling > 0.0)
    hazard = np.clip(np.asarray(innovation) + np.asarray(imitation) * adopted, 0.0, 1.0)
    return share + hazard * np.maximum(ceiling - share, 0.0)


def eagerness(
    relative_cost: ArrayLike,
    wealth: ArrayLike,
    digital: ArrayLike,
    price_response: float,
    income_response: ArrayLike,
    digital_response: ArrayLike,
) -> Floats:
    """Factor on the hazard of adopting.

    Parameters
    ----------
    relative_cost
        Cost after aid over yearly income.
    wealth
        Logarithm of income over the reference income (of a business: of its size over ten jobs).
    digital
        Digital skill above one half.
    """
    log_factor = (
        -price_response * np.asarray(relative_cost)
        + np.asarray(income_response) * np.asarray(wealth)
        + np.asarray(digital_response) * np.asarray(digital)
    )
    return np.exp(log_factor)


def start_level(factor: Floats, number: Floats, adopters: float) -> float:
    """Level that makes first adoption chances min(1, level * factor) add up to a number of adopters.

    Parameters
    ----------
    factor, number
        [classes], eagerness of each class and how many may adopt.
    adopters
        How many do; where they are more than may, everybody does.
    """
    if adopters >= number[factor > 0.0].sum():
        return float("inf")
    low, high = 0.0, 1.0 / max(float(factor[factor > 0.0].min()), 1e-12)
    for _ in range(80):
        middle = 0.5 * (low + high)
        if float((number * np.minimum(middle * factor, 1.0)).sum()) < adopters:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def shift_share(share: ArrayLike, factor: ArrayLike) -> Floats:
    """Share of a class that is `factor` times as eager: its odds are multiplied."""
    share, factor = np.asarray(share, dtype=np.float64), np.asarray(factor, dtype=np.float64)
    return np.asarray(share * factor / (1.0 - share + share * factor))
