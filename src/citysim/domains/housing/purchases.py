"""Buyers put in their own money and borrow the rest; who leaves a home of their own gets its price less the debt.

Loan payment = debt * r / (1 - (1 + r)^-n), n the years until the longest loan or the age limit is reached; at least the
down payment and the fees have to be paid out of savings and of the home sold. What a year's moves take from or add to
savings is `households.home_cash`, which the work domain adds to wealth.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.city.codes import Tenure, TenureClass
from citysim.core.kernels.columns import at_least, carried, either, rows_where

Array = NDArray[Any]


@dataclass
class Deal:
    """What movers pay for homes that they buy; 0 for tenants.

    Attributes
    ----------
    price
        EUR without fees.
    own
        EUR out of savings and of the home sold, fees included.
    debt
        EUR borrowed.
    payment
        EUR/month for it.
    """

    price: Array
    own: Array
    debt: Array
    payment: Array


def annuity_factor(rate: float, years: Array) -> Array:
    """Yearly payment per euro borrowed.

    Parameters
    ----------
    rate
        1/year.
    years
        [n]; below one year nothing can be borrowed (infinite).
    """
    years = np.asarray(years, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = rate / -np.expm1(-years * np.log1p(rate)) if rate > 0 else 1.0 / years
    return np.where(years >= 1.0, factor, np.inf)


def remaining_debt(payment: Array, years_left: Array, rate: float) -> Array:
    """Debt in euros that monthly payments over the years left still pay back."""
    years = np.maximum(np.asarray(years_left, dtype=np.float64), 0.0)
    factor = -np.expm1(-years * np.log1p(rate)) / rate if rate > 0 else years
    return 12.0 * np.asarray(payment) * factor


def least_own_share(p: SimpleNamespace) -> float:
    """Share of the price with fees that a buyer has to own: the down payment and all fees."""
    return float((p.down_payment + p.notary_fee) / (1.0 + p.notary_fee))


def deal_of(p: SimpleNamespace, price: Array, means: Array, annuity: Array) -> Deal:
    """Split prices (EUR with fees, 0 for tenants) into own money and loans."""
    own = np.minimum(price, means)
    debt = price - own
    return Deal(price / np.float32(1.0 + p.notary_fee), own, debt, debt * annuity)


def price_of(dwellings: Any, rows: Any = slice(None)) -> Array:
    """Price of homes, of all or of some rows, EUR without fees."""
    return dwellings["price_m2"][rows] * dwellings["surface"][rows]


def equity(city: Any, demolished: Array, paid: Array) -> Array:
    """What owners would be left with if they sold, EUR, float32 [households]; newcomers sold a mean home elsewhere.

    Parameters
    ----------
    demolished, paid
        Households whose home came down this year, and EUR that it was worth.
    """
    households, dwellings = city.households, city.dwellings
    price = price_of(dwellings)
    owned = price[rows_where(dwellings["tenure_class"] == TenureClass.OWNER_OCCUPIED)]
    mean = np.float32(owned.mean() if owned.size else 0.0)
    value = carried(price, households["dwelling"], mean)
    value[demolished] = paid
    left = at_least(value - households["home_debt"], 0.0)
    return either(households["tenure"] <= Tenure.MORTGAGED, left, np.float32(0.0))
