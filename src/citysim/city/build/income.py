"""Wages, pensions and what households have to live on, so that each zone has its published median living standard.

Net wages follow a Mincer equation, ln w = occupation + sector + .035 experience - .0006 experience^2 + error (Mincer
1974, coefficients of model.md 7.3), pensions the diploma of a former working life. Disposable income = earnings and
pensions + benefits + income of wealth - a stylised tax on the income per consumption unit. Earnings and pensions of a
zone's people are then scaled, and spread, until medians (Filosofi) and the Gini index are met.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from citysim.city.build.families import People
from citysim.city.build.raking import order_within
from citysim.city.build.traits import Columns, Reference, Scores
from citysim.city.codes import Health, HouseholdType, Labour, Sex
from citysim.core.kernels.ranks import rising

MEAN_WAGE = 29_200.0  # EUR/year net full time, 2023, Bourges 2,434 a month (Insee base tous salariés 2023)
MINIMUM_WAGE = 17_100.0  # EUR of 2025 a year net, full time
PART_TIME = {Sex.MALE: 0.061, Sex.FEMALE: 0.239}  # of employees, Bourges employment area 2020
MEAN_PENSION = {Sex.MALE: 22_500.0, Sex.FEMALE: 16_200.0}  # EUR of 2025 a year net, before scaling
UNEMPLOYMENT_BENEFIT = 12_600.0  # EUR/year, of those entitled (56 %)
ENTITLED = 0.56
DISABLED_BENEFIT = 11_900.0  # EUR/year, working age people with limits and no work
STUDENT_INCOME = 3_600.0
CHILD_BENEFIT = (0.0, 1_300.0, 2_900.0, 5_900.0)  # family and school benefits by minors 0, 1, 2, 3 and more
LONE_PARENT_BENEFIT = 1_500.0
MINIMUM_INCOME = 17_500.0  # EUR/year per consumption unit below which benefits fill part of the gap
GAP_FILLED = 0.62
TAX_FROM = np.array([15_000.0, 27_000.0, 55_000.0])  # EUR per consumption unit
TAX_RATE = np.array([0.08, 0.10, 0.08])  # added to the marginal rate at each step
RETURN_ON_WEALTH = 0.04
WEALTH_BY_AGE = [1e3, 7e3, 25e3, 42e3, 62e3, 56e3, 48e3]  # EUR, medians of couples at 20, 30, 40, 50, 65, 80, 95
WEALTH_SPREAD = 2.1
WEALTH_WITH_EARNINGS = 0.7


def earnings(
    people: People,
    labour: np.ndarray,
    work: Columns,
    traits: Columns,
    reference: Reference,
    shares: dict,
    scores: Scores,
) -> Columns:
    """Wages, pensions and other own income before the fit to zones, EUR of 2025 a year."""
    age, education = people.age.astype(float), traits["education"]
    employed, retired = labour == Labour.EMPLOYED, labour == Labour.RETIRED
    kinds, sectors = reference("occupations"), reference("sectors")
    sector_wage = np.ones(int(sectors["sector"].max()) + 2)
    sector_wage[sectors["sector"]] = sectors["wage_index"]
    experience = np.clip(age - np.array([17, 18, 19, 21, 23])[education], 0.0, 42.0)
    log_wage = np.log(kinds["wage_index"][work["occupation"]]) + np.log(sector_wage[work["sector"]])
    log_wage += (
        0.5 * (0.035 * experience - 0.0006 * experience**2) + 0.04 * education - 0.06 * (people.sex == Sex.FEMALE)
    )
    own_account = work["occupation"] == 4
    log_wage += np.where(own_account, 0.50, 0.17) * scores.shared("wage", 0.08)
    log_wage -= np.log(np.mean(np.exp(log_wage[employed])))
    full_time = np.maximum(
        MEAN_WAGE * shares["euro_2025_per_2023"] * np.exp(log_wage), np.where(own_account, 0, MINIMUM_WAGE)
    )
    part = np.where(people.sex == Sex.FEMALE, PART_TIME[Sex.FEMALE], PART_TIME[Sex.MALE]) * np.where(age < 25, 1.7, 1.0)
    hours = np.where(scores.uniform("part_time") < part, 0.35 + 0.4 * scores.uniform("hours"), 1.0)
    hours = np.where(traits["enrolled"], np.minimum(hours, 0.6), hours)
    level = np.array([0.78, 0.94, 1.10, 1.28, 1.62])[education]
    pension = np.where(people.sex == Sex.MALE, MEAN_PENSION[Sex.MALE], MEAN_PENSION[Sex.FEMALE]) * level
    pension *= np.exp(0.30 * scores.shared("pension", 0.2))
    widowed = (people.partner < 0) & (people.sex == Sex.FEMALE) & (age >= 72)
    pension += np.where(widowed, 4_500.0, 0.0)
    return {
        "wage": np.where(employed, full_time * hours, 0.0),
        "pension": np.where(retired, np.maximum(pension, 7_500.0), 0.0),
        "other": _transfers(people, labour, traits, scores),
    }


def _transfers(people: People, labour: np.ndarray, traits: Columns, scores: Scores) -> np.ndarray:
    """Unemployment and disability benefits, small incomes of students."""
    age = people.age
    entitled = scores.uniform("entitled") < ENTITLED
    limited = (traits["health"] >= Health.LIMITED) & (labour == Labour.INACTIVE) & (age >= 20)
    return np.select(
        [(labour == Labour.UNEMPLOYED) & entitled, limited, (labour == Labour.STUDENT) & (age >= 18)],
        [UNEMPLOYMENT_BENEFIT, DISABLED_BENEFIT, STUDENT_INCOME],
        0.0,
    )


def tax(gross_per_unit: np.ndarray) -> np.ndarray:
    """Stylised direct taxes per consumption unit: marginal rates that step up."""
    above = np.maximum(gross_per_unit[:, None] - TAX_FROM, 0.0)
    return above @ TAX_RATE


@dataclass(frozen=True)
class IncomeAims:
    """What incomes are fitted to; EUR of 2025 a year per consumption unit, by internal zone."""

    medians: np.ndarray
    commune: np.ndarray
    poverty: np.ndarray  # share of people under the line in the zone's commune; nan where not published
    line: float
    gini: float  # of the whole city's people


def disposable(
    own: np.ndarray, people: People, facts: Columns, wealth: np.ndarray, minimum: np.ndarray | float = MINIMUM_INCOME
) -> np.ndarray:
    """Disposable income of households, EUR/year, from the own income of persons."""
    inside = people.household >= 0
    gross = np.bincount(people.household[inside], weights=own[inside], minlength=facts["size"].size)
    gross += RETURN_ON_WEALTH * wealth
    minors = np.minimum(facts["children"], 3).astype(int)
    benefits = np.array(CHILD_BENEFIT)[minors]
    lone = (people.household_type == HouseholdType.SINGLE_PARENT) & (minors > 0)
    benefits = benefits + np.where(lone, LONE_PARENT_BENEFIT, 0.0)
    units = facts["consumption_units"].astype(float)
    net = gross - units * tax(gross / units) + benefits
    floor = minimum * units
    # below the floor, benefits (minimum income, housing, activity bonus) fill part of the gap
    return np.where(net < floor, np.maximum(net + GAP_FILLED * (floor - net), 0.58 * floor), net)


def fit_income(
    people: People, parts: Columns, facts: Columns, aims: IncomeAims, scores: Scores, rounds: int = 12
) -> Columns:
    """Scale and spread earnings by zone until medians, poverty rates and the Gini index are met.

    Where a poverty rate is published, the income up to which benefits reach is what gives way: it stands for the
    take-up and the kinds of benefits that the rule leaves out.
    """
    zones = aims.medians.size
    zone, household_zone = people.zone.astype(int), people.household_zone.astype(int)
    units = facts["consumption_units"].astype(float)
    members = np.bincount(people.household[people.household >= 0])
    earned = parts["wage"] + parts["pension"]
    wealth = _wealth(people, facts, earned, aims.medians, scores)
    mean = earned[earned > 0].mean()
    level, spread, reach = np.ones(zones), 1.0, np.full(zones, MINIMUM_INCOME)
    for _ in range(rounds):
        own = earned * level[zone] * _stretch(earned, mean, spread) + parts["other"]
        standard = disposable(own, people, facts, wealth, reach[household_zone]) / units
        level *= (aims.medians / _medians(standard, members, household_zone, zones)) ** 1.1
        spread *= 1.0 + 3.0 * (aims.gini - gini_index(standard, members))
        poor = np.bincount(aims.commune[household_zone], weights=members * (standard < aims.line))
        poor /= np.bincount(aims.commune[household_zone], weights=members)
        missing = np.nan_to_num(aims.poverty - poor[aims.commune], nan=0.0)
        reach = np.clip(reach * (1.0 - 0.9 * missing), 0.6 * MINIMUM_INCOME, 1.4 * MINIMUM_INCOME)
    factor = level[zone] * _stretch(earned, mean, spread)
    wage, pension = parts["wage"] * factor, parts["pension"] * factor
    own = wage + pension + parts["other"]
    return {
        "wage": wage.astype(np.float32),
        "pension": pension.astype(np.float32),
        "income_own": own.astype(np.float32),
        "income": disposable(own, people, facts, wealth, reach[household_zone]).astype(np.float32),
        "wealth": wealth.astype(np.float32),
    }


def _stretch(earned: np.ndarray, mean: float, spread: float) -> np.ndarray:
    return np.where(earned > 0, np.maximum(earned / mean, 1e-3) ** (spread - 1.0), 1.0)


def _wealth(people: People, facts: Columns, earned: np.ndarray, medians: np.ndarray, scores: Scores) -> np.ndarray:
    """Net wealth of households besides their home, EUR: rises with age to 65 and with earnings.

    Log-normal with a long tail, whose income makes the top of the distribution (the tenth and ninetieth percentiles
    come from earnings).
    """
    inside = people.household >= 0
    age = people.age[people.reference_person].astype(float)
    middle = np.interp(age, [20, 30, 40, 50, 65, 80, 95], WEALTH_BY_AGE)
    single = np.where(people.household_type == HouseholdType.SINGLE, 0.55, 1.0)
    per_unit = (
        np.bincount(people.household[inside], weights=earned[inside], minlength=age.size) / facts["consumption_units"]
    )
    rank = np.empty(per_unit.size, np.int64)
    rank[rising(per_unit)] = np.arange(per_unit.size)
    place = 3.4 * ((rank + 0.5) / rank.size - 0.5)  # about standard normal
    error = scores.draws.normal("synthesis.wealth", people.household_key)
    error = WEALTH_WITH_EARNINGS * place + np.sqrt(1 - WEALTH_WITH_EARNINGS**2) * error
    relative = (medians / medians.mean())[people.household_zone]
    return middle * single * relative * np.minimum(np.exp(WEALTH_SPREAD * error), 250.0)


def _medians(standard: np.ndarray, members: np.ndarray, zone: np.ndarray, zones: int) -> np.ndarray:
    """Median over persons by zone."""
    order = order_within(zone, np.log(np.maximum(standard, 1.0)))
    weight = np.cumsum(members[order])
    total = np.bincount(zone, weights=members, minlength=zones)
    start = np.cumsum(total) - total
    place = np.searchsorted(weight, start + total / 2)
    return standard[order][np.minimum(place, order.size - 1)]


def gini_index(values: np.ndarray, weights: np.ndarray) -> float:
    """Gini index of weighted values: 1 - sum of trapezes under the Lorenz curve."""
    order = rising(values)
    people = np.cumsum(weights[order], dtype=float)
    amount = np.cumsum(values[order] * weights[order], dtype=float)
    people, amount = people / people[-1], amount / amount[-1]
    return float(1.0 - np.sum(np.diff(people, prepend=0.0) * (amount + np.concatenate([[0.0], amount[:-1]]))))


def pay_jobs(jobs: Columns, wage: np.ndarray, draws) -> None:
    """Wages of jobs: the holder's; commuters' and vacant jobs pay as a held job of the same occupation and sector."""
    held = jobs["holder"] >= 0
    jobs["wage"][held] = wage[jobs["holder"][held]]
    occupation, sector = jobs["occupation"].astype(int), jobs["sector"].astype(int)
    cell = occupation * 20 + sector
    mean = np.bincount(occupation[held], weights=jobs["wage"][held], minlength=5) / np.maximum(
        np.bincount(occupation[held], minlength=5), 1
    )
    count = np.bincount(cell[held], minlength=100)
    total = np.bincount(cell[held], weights=jobs["wage"][held], minlength=100)
    usual = (total + 5 * np.repeat(mean, 20)) / (count + 5)
    error = np.exp(0.25 * draws.normal("synthesis.job_wage", jobs["key"]) - 0.031)
    jobs["wage"][~held] = (usual[cell] * error)[~held]
