"""Twelve months of hiring by segment, as flows.

Hires M = A U^(1/2) V^(1/2) (Petrongolo and Pissarides 2001), at most the seekers or the vacancies there are; people who
live outside fill b V vacancies a month after residents, and employers outside hire c U. A, b and c are solved so that
the base year ends as it began.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

MONTHS = 12
LARGEST_SHARE = 0.95  # of seekers or vacancies matched within a month


@dataclass
class Inflows:
    """What comes onto the market during a year, by segment.

    Attributes
    ----------
    seekers, vacancies
        Stocks on 1 January.
    new_seekers, new_vacancies
        People who start to look and jobs that fall vacant or open, over the year.
    """

    seekers: np.ndarray
    vacancies: np.ndarray
    new_seekers: np.ndarray
    new_vacancies: np.ndarray


@dataclass
class Hires:
    """Hires over the year and stocks at its end, by segment."""

    residents: np.ndarray
    commuters: np.ndarray
    outside: np.ndarray
    seekers: np.ndarray
    vacancies: np.ndarray


def tightness(flows):
    """Vacancies per seeker over the year, V / U."""
    return float((flows.vacancies + flows.new_vacancies).sum() / max((flows.seekers + flows.new_seekers).sum(), 1.0))


def match_months(flows, efficiency, commuter_rate, outside_rate, elasticity=0.5):
    """Run the twelve months.

    Parameters
    ----------
    flows
        Stocks and inflows by segment.
    efficiency
        A, 1/month.
    commuter_rate
        Share of vacancies filled from outside in a month.
    outside_rate
        Share of seekers hired by employers outside in a month.
    elasticity
        Elasticity of hires to seekers; that to vacancies is its complement.
    """
    seekers, vacancies = flows.seekers.astype(float), flows.vacancies.astype(float)
    residents, commuters, outside = (np.zeros_like(seekers) for _ in range(3))
    outside_rate, commuter_rate = np.minimum(outside_rate, LARGEST_SHARE), np.minimum(commuter_rate, LARGEST_SHARE)
    new_seekers, new_vacancies = flows.new_seekers / MONTHS, flows.new_vacancies / MONTHS
    for _ in range(MONTHS):
        hires = efficiency * seekers**elasticity * vacancies ** (1.0 - elasticity)
        hires = np.minimum(hires, LARGEST_SHARE * np.minimum(seekers, vacancies))
        away = outside_rate * (seekers - hires)
        inward = commuter_rate * (vacancies - hires)
        residents += hires
        outside += away
        commuters += inward
        seekers = seekers - hires - away + new_seekers
        vacancies = vacancies - hires - inward + new_vacancies
    return Hires(residents, commuters, outside, seekers, vacancies)


def solve_rates(flows, hires, commuter_hires, outside_hires, elasticity=0.5, rounds=150):
    """Rates for which a year gives the wanted numbers of hires.

    Parameters
    ----------
    flows
        Stocks and inflows of the base year.
    hires, commuter_hires, outside_hires
        Wanted over the year, by segment.

    Returns
    -------
    tuple
        `efficiency`, `commuter_rate`, `outside_rate`.
    """
    pool = np.maximum(flows.seekers + flows.new_seekers / 2.0, 1e-9)
    places = np.maximum(flows.vacancies + flows.new_vacancies / 2.0, 1e-9)
    efficiency = hires / MONTHS / np.sqrt(pool * places)
    commuter_rate = commuter_hires / MONTHS / places
    outside_rate = outside_hires / MONTHS / pool
    for _ in range(rounds):
        now = match_months(flows, efficiency, commuter_rate, outside_rate, elasticity)
        efficiency = np.clip(efficiency * _step(hires, now.residents), 0.0, 5.0)
        commuter_rate = np.clip(commuter_rate * _step(commuter_hires, now.commuters), 0.0, LARGEST_SHARE)
        outside_rate = np.clip(outside_rate * _step(outside_hires, now.outside), 0.0, LARGEST_SHARE)
    return efficiency, commuter_rate, outside_rate


def _step(wanted, now):
    """Damped ratio by which a rate is changed."""
    return np.sqrt(np.maximum(wanted, 1e-9) / np.maximum(now, 1e-9)).clip(0.2, 5.0)


def pooled(rates, number, groups, prior=40.0):
    """Shrink rates of thin segments towards the geometric mean of their group.

    Parameters
    ----------
    rates, number
        float [segments], rate and number of observations behind it.
    groups
        int [segments].
    """
    log_rate = np.log(np.maximum(rates, 1e-6))
    weight = np.bincount(groups, weights=number)
    centre = np.bincount(groups, weights=number * log_rate) / np.maximum(weight, 1e-9)
    share = number / (number + prior)
    return np.exp(share * log_rate + (1.0 - share) * centre[groups])
