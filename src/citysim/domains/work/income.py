"""What households live on: wages, pensions, unemployment and minimum benefits, less taxes, by consumption unit.

disposable = (wages + pensions + unemployment pay + family and minimum benefits - tax) x k(status) x exp(r);
r is the frozen log gap of each reference person between the synthesised income and this rule (property, hours, luck),
k the frozen mean gap of a status, so that the base year reproduces the published incomes. Redistribution t moves
income per consumption unit y to y + t (mean - y).
"""

from __future__ import annotations

import numpy as np

from citysim.city.codes import Labour, Tenure
from citysim.core.kernels.columns import either, interpolate, looked_up, steps_reached, sums_by_link

STATUSES = 5  # of the reference person: Labour codes
TAX_STEPS = 10
LARGEST_FAMILY = 128
BIN_EUR, BINS = 100.0, 3000


def weighted_gini(value, weight):
    """Gini of values with weights, by bins of 100 EUR (trapezoid Lorenz curve; the error is below 1e-4).

    Parameters
    ----------
    value
        float [n], not negative.
    weight
        float [n], people behind each value.
    """
    place = np.minimum(np.maximum(value, 0.0) / BIN_EUR, BINS - 1).astype(np.int64)
    people = np.bincount(place, weights=weight, minlength=BINS)
    money = np.bincount(place, weights=weight * value, minlength=BINS)
    if money.sum() <= 0.0:
        return 0.0
    people_share = np.cumsum(people) / people.sum()
    money_share = np.concatenate([[0.0], np.cumsum(money) / money.sum()])
    steps = np.diff(people_share, prepend=0.0)
    return float(1.0 - (steps * (money_share[1:] + money_share[:-1])).sum())


def weighted_quantile(value, weight, share):
    """Value below which a share of the weight lies (bins of 100 EUR, linear within)."""
    place = np.minimum(np.maximum(value, 0.0) / BIN_EUR, BINS - 1).astype(np.int64)
    people = np.cumsum(np.bincount(place, weights=weight, minlength=BINS))
    wanted = share * people[-1]
    bin_ = int(np.searchsorted(people, wanted))
    below = people[bin_ - 1] if bin_ else 0.0
    return BIN_EUR * (bin_ + (wanted - below) / max(people[bin_] - below, 1e-9))


def own_income(labour, wage, pension, last_wage, waiting, p):
    """Wage, pension and unemployment pay of each person, EUR a year before tax.

    Parameters
    ----------
    waiting
        Years out of work; unemployment pay ends after `unemployment_pay_years`.
    """
    own = either(labour == Labour.EMPLOYED, wage, np.float32(0.0)) + pension
    jobless = np.flatnonzero(labour == Labour.UNEMPLOYED)
    paid = jobless[waiting[jobless] <= p.unemployment_pay_years]
    own[paid] += p.unemployment_pay * last_wage[paid]
    return own


def tax_rate(standard, thresholds, rates):
    """Average tax rate at a living standard: the rate of each decile, linear between their limits."""
    return interpolate(*(np.asarray(given, dtype=np.float64) for given in (standard, thresholds, rates)))


def family_benefit(children, p):
    """Family allowances, EUR a year: from the second child on."""
    children = np.asarray(children, dtype=np.float64)
    return p.family_benefit[0] * (children >= 2) + p.family_benefit[1] * np.maximum(children - 2.0, 0.0)


def housing_benefit(standard, tenure, p):
    """Housing benefit of tenants, EUR a year, falling to nothing at `housing_benefit[1]` per consumption unit."""
    tenant = (tenure == Tenure.PRIVATE_RENT) | (tenure == Tenure.SOCIAL_RENT)
    return either(tenant, p.housing_benefit[0] * np.clip(1.0 - standard / p.housing_benefit[1], 0.0, 1.0), 0.0)


def by_rule(earned, units, children, tenure, thresholds, p, growth):
    """Disposable income of households by the rule alone, EUR a year.

    Parameters
    ----------
    earned
        Sum of own incomes of the members.
    growth
        Real wage growth since the base year (a factor); benefits and tax limits follow it in part.
    """
    index = 1.0 + p.benefit_indexation * (growth - 1.0)
    standard = earned / units
    for_children = looked_up(family_benefit(np.arange(LARGEST_FAMILY), p), children)
    taxed = earned * (1.0 - tax_rate(standard, thresholds * index, p.tax))
    with_aid = taxed + index * (for_children + housing_benefit(standard / index, tenure, p))
    return np.maximum(with_aid, p.minimum_income * index * units)


def redistributed(income, units, people, t):
    """Income after redistribution: y + t (mean - y) per consumption unit, the mean over people kept.

    Returns
    -------
    array
        float [households].
    """
    standard = income / units
    mean = (standard * people).sum() / max(people.sum(), 1.0)
    return units * (standard + t * (mean - standard))


class HouseholdIncome:
    """The frozen gaps between rule and published incomes, and the incomes of a year."""

    def __init__(self, city, p):
        households, persons = city.households, city.persons
        earned, units = self._earned(city), self._units(households)
        standard = earned / units
        self.thresholds = np.quantile(standard, np.arange(0.05, 1.0, 0.1))
        rule = by_rule(earned, units, households["children"], households["tenure"], self.thresholds, p, 1.0)
        gap = np.log(np.maximum(households["income"], 1.0) / rule)
        status = self._status(city)
        number = np.bincount(status, minlength=STATUSES)
        self.level = np.bincount(status, weights=gap, minlength=STATUSES) / np.maximum(number, 1)
        residual = gap - self.level[status]
        persons["income_residual"][:] = 0.0
        member = persons["household"]
        at_home = member >= 0
        persons["income_residual"][at_home] = residual[member[at_home]]
        self.pool = np.sort(residual).astype(np.float32)

    def _units(self, households):
        return np.maximum(households["consumption_units"].astype(float), 1.0)

    def _earned(self, city):
        own = sums_by_link(city.persons["household"], city.households.size, city.persons["income_own"])
        return own + city.households["rental_income"]

    def _status(self, city):
        return looked_up(city.persons["labour"], city.households["reference_person"].clip(0))

    def update(self, city, p, growth):
        """Write this year's disposable incomes.

        Returns
        -------
        float
            EUR moved between households by redistribution.
        """
        households, persons = city.households, city.persons
        units = self._units(households)
        rule = by_rule(
            self._earned(city), units, households["children"], households["tenure"], self.thresholds, p, growth
        )
        residual = looked_up(persons["income_residual"], households["reference_person"].clip(0))
        income = rule * np.exp(looked_up(self.level, self._status(city)) + residual)
        after = redistributed(income, units, households["size"].astype(float), p.redistribution)
        households["income"][:] = after
        return float(np.abs(after - income).sum() / 2.0)

    def newly_adult(self, city, draws, rows):
        """Give people who turn 18 a residual from the base-year distribution."""
        if rows.size:
            like = draws.integers("work.income_residual", city.persons.key[rows], self.pool.size)
            city.persons["income_residual"][rows] = self.pool[like]

    def save(self, city, p):
        """Add to wealth the year's saving, by quintile of living standard, money of homes and what partners bring."""
        households = city.households
        standard = households["income"] / self._units(households)
        some = np.sort(standard[:: max(1, standard.size // 5000)])
        bounds = np.interp(np.arange(1, 5) * 0.2 * (some.size - 1), np.arange(some.size), some)
        rate = p.saving[steps_reached(standard, bounds)]
        wealth = households["wealth"] + rate * households["income"] + households["home_cash"]
        wealth += households["brought_wealth"]
        households["wealth"][:] = np.maximum(wealth, 0.0)
