"""A scenario must not contradict itself: ten rules, five checked before a run and the rest on what a run has reached.

The rules take plain numbers and give (key, reason, what is allowed), or nothing where the rule holds. A number that is
not known (NaN) breaks no rule.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

Finding = tuple[str, str, str]

# Rule 1: capacity of the construction trades. Bourges Plus: 6 % of 53,970 jobs (2022) for 57,219 dwellings; a deep
# retrofit takes 450 to 600 hours (judgement).
HOURS_PER_RETROFIT = 525.0
HOURS_PER_WORKER = 1500.0
CONSTRUCTION_JOBS_PER_DWELLING = 0.057
RENOVATION_TRADES = 0.20

# Rule 2: Weibull scrappage of cars, mean life 18 years, shape 4.
CAR_LIFE, CAR_SHAPE = 18.0, 4.0
ELECTRIC_SALES_2025 = 0.25

VARIANT_FERTILITY = {"insee_low": 1.60, "insee_central": 1.80, "insee_high": 2.00}
FERTILITY_TOLERANCE = 0.15 + 1e-9
SUBSTITUTABLE_VISITS = 0.30
TRAVEL_BUDGET = (50.0, 75.0)
POPULATION_BAND = (0.6, 1.5)
MOST_SURPLUS = 0.05  # of the stock of dwellings, built beyond need or short of it


def retrofit_exceeds_labour(deep_retrofit_rate: float) -> Iterator[Finding]:
    """Rule 1: hours of deep retrofit stay within the hours of the renovation trades (20 % of construction jobs)."""
    workers = CONSTRUCTION_JOBS_PER_DWELLING * RENOVATION_TRADES
    most = workers * HOURS_PER_WORKER / HOURS_PER_RETROFIT
    if deep_retrofit_rate > most:
        yield (
            "scenario.targets.deep_retrofit_rate",
            f"{deep_retrofit_rate:g} a year needs more hours than the renovation trades have",
            f"up to {most:.3f}",
        )


def electric_stock_out_of_reach(electric_car_share: float, ban_year: float, horizon: int) -> Iterator[Finding]:
    """Rule 2: the share of electric cars aimed at can be reached by the turnover of the fleet."""
    if math.isnan(electric_car_share) or math.isnan(ban_year):
        return
    most = electric_stock(ban_year, horizon)
    if electric_car_share > most + 1e-9:
        yield (
            "scenario.targets.electric_car_share",
            f"{electric_car_share:g} in {horizon} is out of reach with all new cars electric from {ban_year:g}",
            f"up to {most:.2f}",
        )


def electric_stock(ban_year: float, horizon: int) -> float:
    """Share of electric cars in a fleet of constant size, sales rising linearly to 1 in the year of the ban.

    The age structure of the fleet is the survival curve exp(-(a/λ)^k).
    """
    scale = CAR_LIFE / math.gamma(1 + 1 / CAR_SHAPE)
    electric, fleet = 0.0, 0.0
    for age in range(60):
        survival = math.exp(-(((age + 0.5) / scale) ** CAR_SHAPE))
        fleet += survival
        electric += survival * electric_sales(horizon - age, ban_year)
    return electric / fleet


def electric_sales(year: int, ban_year: float) -> float:
    """Electric share of new cars: nothing before 2015, 25 % in 2025, all from the ban on."""
    if year >= ban_year:
        return 1.0
    if year <= 2025:
        return ELECTRIC_SALES_2025 * max(0.0, (year - 2015) / 10)
    return ELECTRIC_SALES_2025 + (1 - ELECTRIC_SALES_2025) * (year - 2025) / (ban_year - 2025)


def fertility_against_alignment(alignment: str, fertility: float) -> Iterator[Finding]:
    """Rule 4: a run forced to a projection's totals has a fertility near that projection's."""
    variant = VARIANT_FERTILITY.get(alignment)
    if variant is not None and abs(fertility - variant) > FERTILITY_TOLERANCE:
        yield (
            "alignment",
            f"{alignment} assumes a fertility of {variant:.2f}, the scenario has {fertility:.2f} in 2050",
            f"{variant - 0.15:.2f} to {variant + 0.15:.2f} (demographics={alignment}), or alignment=none",
        )


def teleconsultation_exceeds_substitutable(ceiling: float, target: float) -> Iterator[Finding]:
    """Rule 6: no more consultations are remote, or are aimed at, than can be remote."""
    for key, share in (
        ("domains.health.teleconsultation_ceiling", ceiling),
        ("scenario.targets.teleconsultation_share", target),
    ):
        if share > SUBSTITUTABLE_VISITS + 1e-9:
            yield key, f"{share:g} exceeds the share that can be remote", f"up to {SUBSTITUTABLE_VISITS:g}"


def less_meat_without_cause(meat_change: float, short_chain_share: float, price_index: float) -> Iterator[Finding]:
    """Rule 7: two thirds less meat needs short chains (25 %) or dearer food (15 %)."""
    if meat_change <= -0.6 and not (short_chain_share >= 0.25 or price_index >= 1.15):
        yield (
            "scenario.targets.meat_change",
            f"{meat_change:g} with short chains at {short_chain_share:g} and food prices at {price_index:g}",
            "short_chain_share from 0.25, or food price_index from 1.15",
        )


@dataclass(frozen=True)
class Reached:
    """What a run has come to; NaN where it did not report a number.

    Parameters
    ----------
    car_cost_factor, public_transport_level, bike_level
        Levers of the last year, relative to their value in the first.
    travel_minutes
        Travel time per person and day in the last year.
    automation_pace, unemployment_rate
        Pace set, and the highest rate of any year (census definition).
    population_ratio
        Population of the last year over the first.
    land_used, land_allowed
        Hectares built on, and allowed to be built on.
    dwellings_built, dwellings_needed
        Over all years.
    dwellings
        Stock of the last year.
    """

    car_cost_factor: float = math.nan
    public_transport_level: float = math.nan
    bike_level: float = math.nan
    travel_minutes: float = math.nan
    automation_pace: float = math.nan
    unemployment_rate: float = math.nan
    population_ratio: float = math.nan
    land_used: float = math.nan
    land_allowed: float = math.nan
    dwellings_built: float = math.nan
    dwellings_needed: float = math.nan
    dwellings: float = math.nan


def warnings_after_run(reached: Reached, scenario: str) -> list[str]:
    """Rules 3, 5, 8, 9 and housing against need, as sentences for the summary and the manifest."""
    found = []
    dearer = reached.car_cost_factor > 1
    if (
        dearer
        and reached.public_transport_level < 1
        and reached.bike_level < 1
        and scenario not in ("decline", "shocks")
    ):
        found.append("rule 3: driving is dearer while public transport and cycling are worse than at the start")
    if reached.travel_minutes < TRAVEL_BUDGET[0] or reached.travel_minutes > TRAVEL_BUDGET[1]:
        found.append(f"rule 5: {reached.travel_minutes:.0f} minutes of travel a day, outside 50 to 75")
    if reached.automation_pace > 1.5 and reached.unemployment_rate > 0.15:
        found.append(f"rule 8: fast automation, and unemployment reaches {reached.unemployment_rate:.1%}")
    if reached.population_ratio < POPULATION_BAND[0] or reached.population_ratio > POPULATION_BAND[1]:
        found.append(
            f"rule 9: the population ends at {reached.population_ratio:.2f} times its start, outside 0.6 to 1.5"
        )
    if reached.land_used > reached.land_allowed:
        found.append(f"rule 9: {reached.land_used:.0f} ha built on where {reached.land_allowed:.0f} ha are allowed")
    surplus = reached.dwellings_built - reached.dwellings_needed
    if abs(surplus) > MOST_SURPLUS * reached.dwellings:
        built, needed = reached.dwellings_built, reached.dwellings_needed
        found.append(f"housing: {built:,.0f} dwellings built where {needed:,.0f} are needed (growth and demolition)")
    return found
