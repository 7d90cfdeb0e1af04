"""What housing reports every year, from the tables as they stand and from the flows of the year."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.city.codes import NONE, DwellingStatus, EnergyClass, HouseholdType, Tenure, TenureClass
from citysim.core.declare import Statistic, by_group, mean, ratio, total, value
from citysim.core.kernels.columns import carried
from citysim.domains.housing.declarations import MARKETS
from citysim.domains.housing.needs import room_norm
from citysim.domains.housing.purchases import Deal
from citysim.domains.housing.renovation import DEEP, GESTURE

Array = NDArray[Any]


@dataclass
class Flows:
    """Flows of one year.

    Attributes
    ----------
    delivered
        New homes [zones, type, market].
    demolished, demolished_cells
        Homes demolished, in all and by [zones, type].
    works_keys, works_kind
        Identity of the homes worked on, and the kind of works.
    returned, out_of_use
        Vacant and second homes brought back, and their stock.
    land
        Hectares taken.
    evicted, bought, first_bought
        Households that lost their home over the rent; that bought one; that did not own before.
    converted, remediated
        Flats made of offices and floors above shops, and homes remediated by the centre's programme.
    programme, social_excess
        Homes delivered by the social programme, and how far vacancy of social housing is above its natural rate.
    settled, moved
        Households with a home, and those of them that moved within the city, by market.
    """

    delivered: Array = field(default_factory=lambda: np.zeros((1, 2, 3), np.int64))
    demolished: int = 0
    demolished_cells: Array = field(default_factory=lambda: np.zeros((1, 2)))
    works_keys: Array = field(default_factory=lambda: np.empty(0, np.uint64))
    works_kind: Array = field(default_factory=lambda: np.empty(0, np.int64))
    returned: int = 0
    out_of_use: int = 0
    land: float = 0.0
    evicted: int = 0
    bought: int = 0
    first_bought: int = 0
    converted: int = 0
    remediated: int = 0
    programme: float = 0.0
    social_excess: float = 0.0
    settled: Array = field(default_factory=lambda: np.zeros(len(MARKETS)))
    moved: Array = field(default_factory=lambda: np.zeros(len(MARKETS)))

    def note_moves(self, city: Any, left: Array) -> None:
        """Count households with a home and those that are about to leave one; `left` are their homes, -1 none."""
        market, home = city.dwellings["tenure_class"], city.households["dwelling"]
        lived_in = carried(market, home, np.int8(NONE))
        self.settled = np.array([np.count_nonzero(lived_in == one) for one in range(len(MARKETS))], dtype=float)
        self.moved = np.bincount(market[left[left >= 0]], minlength=len(MARKETS)).astype(float)

    def note_purchases(self, market: Array, deal: Deal) -> None:
        """Count those who bought a home, by the market that they came from."""
        self.bought = int(np.count_nonzero(deal.price))
        self.first_bought = int(np.count_nonzero((deal.price > 0) & (market != TenureClass.OWNER_OCCUPIED)))

    def internal_move_rates(self) -> dict[str, float]:
        """Movers within the city per household with a home, by the market of the home they left."""
        rates = self.moved / np.maximum(self.settled, 1.0)
        return dict(zip(MARKETS, rates.tolist(), strict=True))


def measure(city: Any, p: SimpleNamespace, flows: Flows, year: int) -> dict[str, Statistic]:
    """All measures of `declarations.MEASURES`."""
    return _stock(city, flows, year) | _works(city, flows) | _households(city, p, year) | {
        "demolished_dwellings": value(flows.demolished, extensive=True),
        "converted_dwellings": value(flows.converted, extensive=True),
        "remediated_dwellings": value(flows.remediated, extensive=True),
        "new_land": value(flows.land, extensive=True),
        "vacant_home_reuse_rate": value(flows.returned / max(flows.out_of_use, 1)),
        "evictions": value(flows.evicted, extensive=True),
        "home_purchases": value(flows.bought, extensive=True),
        "first_time_buyer_share": value(flows.first_bought / max(flows.bought, 1)),
        "internal_move_rate": by_group(flows.internal_move_rates(), "tenure"),
    }  # fmt: skip


def _stock(city: Any, flows: Flows, year: int) -> dict[str, Statistic]:
    dwellings = city.dwellings
    status, market = dwellings["status"], dwellings["tenure_class"]
    on_market = status == DwellingStatus.MARKET_VACANT
    structural = status == DwellingStatus.STRUCTURAL_VACANT
    main = status == DwellingStatus.OCCUPIED
    private = market == TenureClass.PRIVATE_RENTAL
    delivered = flows.delivered.sum() > 0
    new = (dwellings["year_built"] == year) if delivered else np.zeros(dwellings.size, bool)
    return {
        "vacancy_rate": mean(on_market | structural, "dwellings"),
        "market_vacancy_rate": mean(on_market, "dwellings"),
        "structural_vacancy_rate": mean(structural, "dwellings"),
        "second_home_share": mean(status == DwellingStatus.SECOND_HOME, "dwellings"),
        "mean_rent": mean(dwellings["rent_m2"], "dwellings", where=private),
        "mean_price": mean(dwellings["price_m2"], "dwellings", where=market != TenureClass.SOCIAL),
        "rental_yield": ratio(12.0 * dwellings["rent_m2"], dwellings["price_m2"], "dwellings", where=private),
        "local_landlord_share": mean(dwellings["owner"] >= 0, "dwellings", where=private),
        "dwellings": total(np.ones(dwellings.size, bool), "dwellings"),
        "new_dwellings": total(new, "dwellings"),
        "share_energy_class_fg": mean(dwellings["energy_class"] >= EnergyClass.F, "dwellings", where=main),
    }


def _works(city: Any, flows: Flows) -> dict[str, Statistic]:
    dwellings = city.dwellings
    main = dwellings["status"] == DwellingStatus.OCCUPIED
    found = {}
    for name, kind in (("deep_retrofit_rate", DEEP), ("renovation_gesture_rate", GESTURE)):
        done = _among(dwellings.key, flows.works_keys[flows.works_kind == kind])
        found[name] = ratio(done, main, "dwellings")  # works in homes on the market count too
    return found


def _among(keys: Array, few: Array) -> Array:
    """Whether each key is one of a few: only those that end like one of the few are compared with them."""
    endings = np.zeros(1 << 16, dtype=bool)
    endings[few.astype(np.uint16)] = True
    alike = np.flatnonzero(endings[keys.astype(np.uint16)])
    found = np.zeros(keys.size, dtype=bool)
    found[alike] = np.isin(keys[alike], few)
    return found


def _households(city: Any, p: SimpleNamespace, year: int) -> dict[str, Statistic]:
    households, dwellings = city.households, city.dwellings
    home, tenure, size = households["dwelling"], households["tenure"], households["size"]
    housed = home >= 0
    lived = np.where(housed, home, 0)
    energy = households["energy_cost"] / 12.0
    income = np.maximum(households["income"] / 12.0, p.income_floor)
    kind = households["type"]
    couple = (kind == HouseholdType.COUPLE) | (kind == HouseholdType.COUPLE_CHILDREN)
    norm = room_norm(size, households["children"], couple)
    tenant = (tenure == Tenure.PRIVATE_RENT) | (tenure == Tenure.SOCIAL_RENT)
    since, queue = households["hosted_since"], households["social_queue_since"]
    late = (since > 0) & (year - since >= p.hosted_years)
    return {
        "mean_rent_paid": mean(households["housing_cost"], "households", where=tenant),
        "moves_per_household": mean((households["last_move_year"] == year) & housed, "households"),
        "rent_burden_over_40": mean((households["housing_cost"] + energy) > 0.4 * income, "households", where=housed),
        "overcrowded_share": mean(dwellings["rooms"][lived] < norm, "households", where=housed),
        "owner_share": mean(tenure <= Tenure.MORTGAGED, "households"),
        "social_tenant_share": mean(tenure == Tenure.SOCIAL_RENT, "households"),
        "home_debt": mean(households["home_debt"], "households", where=households["home_debt"] > 0),
        "landlord_household_share": mean(households["rental_income"] > 0, "households"),
        "rent_arrears_share": mean(households["arrears_since"] > 0, "households", where=tenant),
        "hosted_households": total(tenure == Tenure.HOSTED, "households"),
        "hosted_over_limit": total(late, "households"),
        "social_queue": total(queue > 0, "households"),
        "social_waiting": mean(year - queue, "households", where=queue > 0),
        "mean_surface_per_person": ratio(dwellings["surface"][lived], size, "households", where=housed),
    }
