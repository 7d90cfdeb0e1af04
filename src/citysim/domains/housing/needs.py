"""What each household needs of a home and what it can pay for: space, budget, loan, way to work.

Space wanted = need(size) * (1 + trend) + room for telework. Room norm of Insee: a living room, a room per couple, per
other adult and per two children; one room for a person alone.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.city.codes import NONE, HouseholdType, Tenure, TenureClass
from citysim.core.kernels.columns import at_least, at_most, carried, either, looked_up
from citysim.core.kernels.links import ends_of_groups
from citysim.domains.housing.purchases import annuity_factor, equity

Array = NDArray[Any]
YOUNG_COUPLE = 27  # years, half of the 55 that the law allows two partners together
NEWCOMER = len(TenureClass)  # row of the tenure constants for those who come from no market

# Market that a household's tenure belongs to, by Tenure; guests come from none.
MARKET_OF_TENURE = np.array(
    [TenureClass.OWNER_OCCUPIED, TenureClass.OWNER_OCCUPIED, TenureClass.PRIVATE_RENTAL, TenureClass.SOCIAL, NEWCOMER],
    dtype=np.int8,
)


@dataclass
class Needs:
    """One value per household (float32 unless said otherwise).

    Attributes
    ----------
    income
        EUR/month, not below the floor.
    standard
        EUR/year per consumption unit.
    quintile
        int8, 0 to 4, by fixed thresholds that rise with mean income.
    space
        Surface wanted, m2.
    rooms
        int8, room norm.
    age
        int8, of the reference person.
    zone
        int16.
    car
        int8, 1 with a car.
    profile
        int8, column of the zone appeal: quintile, and over 65 or not.
    works
        int16 [2, n], zones where the first and the last worker work, -1 none.
    presence
        [2, n], share of working days on site.
    equity
        EUR that the sale of the present home would leave.
    """

    income: Array
    standard: Array
    quintile: Array
    space: Array
    rooms: Array
    age: Array
    zone: Array
    car: Array
    profile: Array
    works: Array
    presence: Array
    equity: Array

    def take(self, rows: Array) -> Needs:
        """Needs of some households."""
        return _taken(self, rows)


@dataclass
class Means:
    """What those who look for a home can pay and may have, one value each (float32 unless said otherwise).

    Attributes
    ----------
    market
        int8, market of the present tenure; `NEWCOMER` for none.
    least_space
        Legal minimum, m2.
    funds
        EUR that can be put into a purchase: equity and savings.
    annuity
        Monthly payment per euro borrowed.
    eligible
        bool, not above the ceiling of social housing for its household.
    aid
        EUR/month, housing benefit that those who are no tenants yet would get as tenants.
    """

    market: Array
    least_space: Array
    funds: Array
    annuity: Array
    eligible: Array
    aid: Array

    def take(self, rows: Array) -> Means:
        """Means of some households."""
        return _taken(self, rows)


def _taken(described: Any, rows: Array) -> Any:
    values = {field.name: getattr(described, field.name).take(rows, axis=-1) for field in fields(described)}
    return type(described)(**values)


def room_norm(size: Array, children: Array, couple: Array) -> Array:
    """Rooms that a household should have, int8 [n]."""
    size, children = np.asarray(size, np.int8), np.asarray(children, np.int8)
    adults = size - children
    rooms = 1 + adults - np.asarray(couple, np.int8) + ((children + 1) >> 1)
    return either(size <= 1, np.int8(1), rooms)


def legal_surface(size: Array) -> Array:
    """Least decent surface, m2: 9 for one, 16 for two and 9 for each other member (code de la sécurité sociale)."""
    size = np.asarray(size, np.float32)
    return np.where(size <= 1, 9.0, 16.0 + 9.0 * np.maximum(size - 2.0, 0.0)).astype(np.float32)


def work_places(persons: Any, households: int, telework: bool) -> tuple[Array, Array]:
    """Find where two workers of each household work, those of least and greatest key.

    Returns
    -------
    tuple
        int16 [2, households] zones (-1 none) and float32 [2, households] share of days on site.
    """
    workplace = persons["workplace"]
    workers = np.concatenate(ends_of_groups(persons["household"], workplace, persons.key, households))
    works = carried(workplace, workers, np.int16(NONE)).reshape(2, households)
    if not telework:
        return works, np.ones(works.shape, np.float32)
    days = carried(persons["telework_days"], workers, np.float32(0.0)).reshape(2, households)
    return works, np.float32(1.0) - at_most(days, 5.0) / np.float32(5.0)


def income_quintile(standard: Array, thresholds: Array) -> Array:
    """Quintile 0 to 4 of living standards by four thresholds."""
    quintile = np.zeros(standard.size, np.int8)
    for threshold in thresholds.astype(standard.dtype):
        quintile += standard > threshold
    return quintile


def describe_needs(
    city: Any, p: SimpleNamespace, standard: Array, thresholds: Array, telework: bool, lost: tuple[Array, Array]
) -> Needs:
    """Derive the needs of all households.

    Parameters
    ----------
    standard
        EUR/year per consumption unit.
    thresholds
        Four bounds between quintiles of living standard, EUR/year.
    telework
        Whether teleworkers travel less and want a room.
    lost
        Households whose home came down this year, and what it was worth.
    """
    households, persons = city.households, city.persons
    size, children, kind = households["size"], households["children"], households["type"]
    age = looked_up(persons["age"], households["reference_person"])
    quintile = income_quintile(standard, thresholds)
    works, presence = work_places(persons, households.size, telework)
    by_size = p.space_need.astype(np.float32) * np.float32(1.0 + p.surface_per_person_trend)
    space = looked_up(by_size, np.clip(size, 1, 6) - 1)
    if telework:
        space = space + np.float32(p.telework_room) * (2.0 - (presence[0] + presence[1]))
    couple = (kind == HouseholdType.COUPLE) | (kind == HouseholdType.COUPLE_CHILDREN)
    return Needs(
        income=at_least(households["income"] / np.float32(12.0), p.income_floor),
        standard=standard,
        quintile=quintile,
        space=space.astype(np.float32),
        rooms=room_norm(size, children, couple),
        age=age,
        zone=households["zone"],
        car=(households["cars"] > 0).astype(np.int8),
        profile=quintile + np.int8(5) * (age >= 65),
        works=works,
        presence=presence,
        equity=equity(city, *lost),
    )


def describe_means(city: Any, p: SimpleNamespace, needs: Needs, rows: Array, growth: float) -> Means:
    """Derive the means of some households.

    Parameters
    ----------
    needs
        Of these households.
    growth
        Mean living standard relative to the base year: ceilings follow it.
    """
    households = city.households
    size, tenure, age = households["size"][rows], households["tenure"][rows], np.maximum(needs.age, 0)
    years = np.minimum(p.loan_years, p.loan_age - np.arange(128)).astype(np.float64)
    annuity = np.minimum(annuity_factor(p.loan_rate, years) / 12.0, 1e3).astype(np.float32)
    ceiling = social_ceilings(p.social_ceiling, size, households["type"][rows], needs.age)
    savings = np.maximum(households["wealth"][rows], np.float32(0))
    return Means(
        market=MARKET_OF_TENURE.take(tenure),
        least_space=legal_surface(np.arange(128)).take(np.maximum(size, 0)),
        funds=savings * np.float32(p.wealth_used) + needs.equity,
        annuity=annuity.take(age),
        eligible=households["income"][rows] <= np.float32(growth / p.fiscal_income) * ceiling,
        aid=expected_aid(needs.standard, tenure, p.expected_benefit),
    )


def social_ceilings(ceilings: Array, size: Array, kind: Array, age: Array) -> Array:
    """Highest reference income for a social home (PLUS): by members, a lone parent or a young couple one step up.

    Parameters
    ----------
    ceilings
        EUR/year for one to six members, and for each one more.
    kind
        Household type.
    age
        Of the reference person; both partners are taken to be of that age (the law: together 55 at most).
    """
    young = (kind == HouseholdType.COUPLE) & (age <= YOUNG_COUPLE)
    members = np.arange(130)
    by_step = ceilings[np.clip(members, 0, 5)] + np.maximum(members - 5, 0) * ceilings[6]
    step = size - np.int8(1)
    step += (kind == HouseholdType.SINGLE_PARENT) | young
    return by_step.astype(np.float32).take(np.maximum(step, 0))


def expected_aid(standard: Array, tenure: Array, benefit: Array) -> Array:
    """Monthly housing benefit of households that are not tenants yet; tenants have it in their income.

    Parameters
    ----------
    benefit
        Most a year, and the living standard at which it ends.
    """
    monthly = (benefit[0] / 12.0) * np.maximum(1.0 - np.asarray(standard, np.float32) / benefit[1], 0.0)
    tenant = (tenure == Tenure.PRIVATE_RENT) | (tenure == Tenure.SOCIAL_RENT)
    return either(tenant, np.float32(0.0), monthly.astype(np.float32, copy=False))
