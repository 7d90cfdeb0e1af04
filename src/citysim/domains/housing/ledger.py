"""What housing costs a year and who pays: rents, sales, moves, works, aid and demolition."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from numpy.typing import NDArray

from citysim.city.codes import Tenure
from citysim.core.kernels.columns import rows_where
from citysim.domains.housing.purchases import Deal
from citysim.domains.housing.renovation import Works

Array = NDArray[Any]
Book = Callable[..., None]
PAYERS = ("households", "landlords", "social_landlords")  # in the order of TenureClass


def book_moves(book: Book, p: SimpleNamespace, deal: Deal) -> None:
    """Removals of all movers; price and fees of the homes bought."""
    price = float(deal.price.sum())
    book("moves", p.move_cost * deal.price.size, "households", "businesses")
    book("home_purchases", price, "households", "households")
    book("notary_fees", p.notary_fee * price, "households", "state")


def book_rents(book: Book, city: Any) -> None:
    """A year's rents of private and social tenants."""
    households = city.households
    for tenure, payee in ((Tenure.PRIVATE_RENT, "landlords"), (Tenure.SOCIAL_RENT, "social_landlords")):
        monthly = households["housing_cost"][rows_where(households["tenure"] == tenure)]
        book("rents", 12.0 * float(monthly.sum()), "households", payee)


def book_works(book: Book, city: Any, works: Works) -> None:
    """Works by who owns the home, and the aid that the state pays."""
    market = city.dwellings["tenure_class"][works.rows]
    own = works.cost - works.aid
    for kind, payer in enumerate(PAYERS):
        book("renovation_works", float(own[market == kind].sum()), payer, "businesses")
        book("renovation_aid", float(works.aid[market == kind].sum()), "state", payer)
