"""Who lives where: keeps homes, owners, guests and loans in step with the households that come and go."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.city.codes import NONE, DwellingStatus, Tenure, TenureClass
from citysim.core.kernels.columns import carried, rows_where
from citysim.core.kernels.links import ends_of_groups
from citysim.domains.housing.landlords import pay_owner
from citysim.domains.housing.purchases import Deal, remaining_debt

Array = NDArray[Any]

# Tenure of a household that lives in a home of each market without owing anything.
TENURE_OF_MARKET = np.array([Tenure.OWNER_OUTRIGHT, Tenure.PRIVATE_RENT, Tenure.SOCIAL_RENT], dtype=np.int8)


def open_year(city: Any, year: int) -> Array:
    """Follow deaths, departures and new couples: homes left behind come onto the market.

    Returns
    -------
    Array
        Rows of the homes that were freed since last year.
    """
    households, dwellings = city.households, city.dwellings
    home = households["dwelling"]
    occupant, second = ends_of_groups(home, home, households.key, dwellings.size)
    if (second >= 0).any():  # where several claim a home the least key has it
        claims = rows_where(home >= 0)
        home[claims[occupant[home[claims]] != claims]] = NONE
    lived_in = occupant >= 0
    status, since, owner = dwellings["status"], dwellings["vacant_since"], dwellings["owner"]
    freed = rows_where((status == DwellingStatus.OCCUPIED) & ~lived_in)
    release(dwellings, freed, year)
    found = rows_where(lived_in & ((status != DwellingStatus.OCCUPIED) | (since > 0)))
    status[found] = DwellingStatus.OCCUPIED
    since[found] = 0
    owned = dwellings["tenure_class"] == TenureClass.OWNER_OCCUPIED
    passed = rows_where(lived_in & owned & (owner != occupant))
    owner[passed] = occupant[passed]
    _agree_on_tenure(households, dwellings)
    return freed


def release(dwellings: Any, rows: Array, year: int) -> None:
    """Put homes that were just left onto the market; who lived in a home of their own is paid at once (bridge loan)."""
    dwellings["status"][rows] = DwellingStatus.MARKET_VACANT
    dwellings["vacant_since"][rows] = year
    dwellings["owner"][rows[dwellings["tenure_class"][rows] == TenureClass.OWNER_OCCUPIED]] = NONE


def _agree_on_tenure(households: Any, dwellings: Any) -> None:
    """A household that took over a home by union, inheritance or separation holds it as the home's market says."""
    tenure = households["tenure"]
    market = carried(dwellings["tenure_class"], households["dwelling"], np.int8(NONE))
    agreed = carried(TENURE_OF_MARKET, market, np.int8(NONE))
    indebted = (tenure == Tenure.MORTGAGED) & (market == TenureClass.OWNER_OCCUPIED)
    rows = rows_where((tenure != agreed) & (market != NONE) & ~indebted)
    tenure[rows] = agreed[rows]
    guests = rows_where((market != NONE) & ((households["host"] >= 0) | (households["hosted_since"] > 0)))
    households["host"][guests] = NONE
    households["hosted_since"][guests] = 0


def settle(city: Any, p: SimpleNamespace, rows: Array, homes: Array, deal: Deal, year: int) -> Array:
    """Move households into homes and free what they leave.

    Parameters
    ----------
    rows, homes
        Households and their new homes, one each.
    deal
        What they pay for homes that they buy.

    Returns
    -------
    Array
        Rows of the homes left.
    """
    households, dwellings = city.households, city.dwellings
    left = households["dwelling"][rows]
    left = left[left >= 0]
    release(dwellings, left, year)
    market = dwellings["tenure_class"][homes]
    sale = market == TenureClass.OWNER_OCCUPIED
    dwellings["status"][homes] = DwellingStatus.OCCUPIED
    dwellings["vacant_since"][homes] = 0
    pay_owner(city, homes[sale], deal.price[sale])
    dwellings["owner"][homes[sale]] = rows[sale]
    households["dwelling"][rows] = homes
    households["zone"][rows] = dwellings["zone"][homes]
    indebted = sale & (deal.debt > 0)
    households["tenure"][rows] = np.where(indebted, np.int8(Tenure.MORTGAGED), TENURE_OF_MARKET[market])
    monthly = np.where(sale, p.owner_charges, dwellings["rent_m2"][homes]) * dwellings["surface"][homes]
    households["housing_cost"][rows] = monthly + deal.payment
    households["loan_payment"][rows] = deal.payment
    households["home_debt"][rows] = deal.debt
    households["loan_rate"][rows] = np.where(indebted, p.loan_rate, 0.0)
    households["last_move_year"][rows] = year
    households["social_queue_since"][rows[sale]] = 0  # tenants: `market.update_queue`
    for column in ("hosted_since", "arrears_since"):
        households[column][rows] = 0
    households["host"][rows] = NONE
    return left


def pay(city: Any, p: SimpleNamespace, year: int) -> None:
    """Bring the cost of homes up to date: loans that end, charges, rents of sitting tenants by the index."""
    households, dwellings = city.households, city.dwellings
    home, tenure, cost = households["dwelling"], households["tenure"], households["housing_cost"]
    debt, payment = households["home_debt"], households["loan_payment"]
    borrowers = rows_where((debt > 0) & (households["last_move_year"] < year))
    owed = debt[borrowers] * (1.0 + households["loan_rate"][borrowers]) - 12.0 * payment[borrowers]
    debt[borrowers] = np.maximum(owed, 0.0)
    done = rows_where(((tenure != Tenure.MORTGAGED) | (debt < payment)) & (payment > 0))
    tenure[done[tenure[done] == Tenure.MORTGAGED]] = Tenure.OWNER_OUTRIGHT
    for column in ("loan_payment", "home_debt", "loan_rate"):
        households[column][done] = 0
    owners = rows_where((tenure <= Tenure.MORTGAGED) & (home >= 0))
    charges = np.float32(p.owner_charges) * dwellings["surface"].take(home[owners])
    cost[owners] = charges + households["loan_payment"][owners]
    sitting = (tenure == Tenure.PRIVATE_RENT) | (tenure == Tenure.SOCIAL_RENT)
    sitting &= households["last_move_year"] < year
    if p.sitting_rent_change:
        cost[sitting] *= np.float32(1.0 + p.sitting_rent_change)
    unpaid = rows_where(sitting & (cost <= 0) & (home >= 0))  # took over a home from owners who let no one pay
    cost[unpaid] = dwellings["rent_m2"][home[unpaid]] * dwellings["surface"][home[unpaid]]


def first_loans(city: Any, p: SimpleNamespace, draws: Any) -> None:
    """Split the start costs of indebted owners into loan and charges, and draw how long they still owe."""
    households, dwellings = city.households, city.dwellings
    rows = rows_where((households["tenure"] == Tenure.MORTGAGED) & (households["dwelling"] >= 0))
    keys = city.household_decision_keys()[rows]
    charges = np.float32(p.owner_charges) * dwellings["surface"][households["dwelling"][rows]]
    cost = households["housing_cost"][rows]
    households["loan_payment"][rows] = np.maximum(cost - charges, 0.25 * cost)
    age = city.persons["age"][households["reference_person"][rows]].astype(np.float64)
    longest = np.clip(p.loan_age - age, 1.0, p.loan_years)
    left = 1.0 + np.floor(draws.uniform("housing.first_loan", keys) * longest)
    households["loan_rate"][rows] = p.first_loan_rate
    households["home_debt"][rows] = remaining_debt(households["loan_payment"][rows], left, p.first_loan_rate)


def first_social_rents(city: Any) -> None:
    """Rents of social homes by what social tenants pay per m2, smaller homes a little dearer."""
    households, dwellings = city.households, city.dwellings
    rows = rows_where((households["tenure"] == Tenure.SOCIAL_RENT) & (households["dwelling"] >= 0))
    surface = dwellings["surface"][households["dwelling"][rows]]
    if rows.size == 0 or not households["housing_cost"][rows].any():
        return
    paid = float(households["housing_cost"][rows].sum() / (surface * (surface / 65.0) ** -0.15).sum())
    social = rows_where(dwellings["tenure_class"] == TenureClass.SOCIAL)
    dwellings["rent_m2"][social] = paid * (dwellings["surface"][social] / 65.0) ** -0.15
