"""Which household lives in which dwelling, as owner or tenant.

Tenure by age of the reference person (three French areas, rescaled) and household type is raked to owners and social
tenants of each zone; large and better-off households get the larger homes of their zone and tenure, rank by rank.
"""

from __future__ import annotations

import numpy as np

from citysim.city.build.families import People
from citysim.city.build.raking import order_within, rake, select
from citysim.city.build.stock import StockCounts
from citysim.city.build.traits import Columns, Reference, ranked_uniform
from citysim.city.codes import NONE, DwellingStatus, HouseholdType, Tenure, TenureClass
from citysim.core.draws import Draws

# odds of owning and of social renting by household type relative to a couple without children: judgement
TYPE_ODDS = np.array([[0.62, 1.0, 1.15], [1.25, 0.65, 0.55], [1.2, 0.75, 1.0], [0.55, 0.9, 2.2], [0.7, 1.2, 0.9]])
MORTGAGED = ([20, 30, 38, 45, 52, 58, 64, 72], [0.97, 0.95, 0.88, 0.72, 0.50, 0.26, 0.10, 0.01])
MOVE_RATE = {  # moves a year by tenure
    Tenure.OWNER_OUTRIGHT: 0.05, Tenure.MORTGAGED: 0.05, Tenure.PRIVATE_RENT: 0.19, Tenure.SOCIAL_RENT: 0.09,
}  # fmt: skip
OWNER_UPKEEP = 1.5  # EUR/m2/month: property tax and upkeep
MORTGAGE_RATE = 0.0042  # EUR/month per EUR of price: three quarters borrowed over 20 years at about 3 %
PAYMENT_LIMIT = 0.33  # of income
LOCAL_LANDLORDS = 0.5  # private rental homes that belong to households of the town: judgement (Insee Première 2046)
LANDLORD_POWER = 0.75  # homes let grow with wealth to this power: a few households own many (judgement)
NET_OF_RENT = 0.7  # after tax, upkeep and charges


def house_households(
    people: People, facts: Columns, income: np.ndarray, dwellings: Columns, counts: StockCounts, reference: Reference,
    shares: dict, draws: Draws, start_year: int,
) -> Columns:  # fmt: skip
    """Link households and main residences, and set tenure, cost and year of the last move."""
    key = people.household_key
    wealth_rank = np.log(np.maximum(income / facts["consumption_units"], 1.0))
    kind = _tenure_class(people, counts, wealth_rank, reference("tenure_by_age"), draws)
    dwelling = _match(people, facts, income, kind, dwellings, draws)
    dwellings["owner"][dwelling[kind == TenureClass.OWNER_OCCUPIED]] = np.flatnonzero(
        kind == TenureClass.OWNER_OCCUPIED
    )
    age = people.age[people.reference_person].astype(float)
    indebted = ranked_uniform(
        age.astype(int) // 3, -wealth_rank + draws.normal("synthesis.mortgage", key),
        draws.uniform("synthesis.mortgage_jitter", key),
    ) < np.interp(age, *MORTGAGED)  # fmt: skip
    tenure = np.select(
        [kind == TenureClass.SOCIAL, kind == TenureClass.PRIVATE_RENTAL, indebted],
        [Tenure.SOCIAL_RENT, Tenure.PRIVATE_RENT, Tenure.MORTGAGED],
        Tenure.OWNER_OUTRIGHT,
    )
    rate = np.array(
        [MOVE_RATE[code] for code in (Tenure.OWNER_OUTRIGHT, Tenure.MORTGAGED, Tenure.PRIVATE_RENT, Tenure.SOCIAL_RENT)]
    )[tenure]
    stay = np.floor(np.log(draws.uniform("synthesis.stay", key)) / np.log(1 - rate))
    stay = np.minimum(stay, np.maximum(age - 19.0, 0.0))
    stay = np.where(tenure == Tenure.MORTGAGED, np.minimum(stay, 22), stay)
    cost = _cost(tenure, dwellings, dwelling, income, stay, shares)
    founded = start_year - 1 - np.maximum(stay, np.floor((age - 20) * draws.uniform("synthesis.founded", key)).clip(0))
    return {
        "dwelling": dwelling.astype(np.int32),
        "zone": people.household_zone,
        "tenure": tenure.astype(np.int8),
        "housing_cost": cost.astype(np.float32),
        "last_move_year": (start_year - 1 - stay).astype(np.int16),
        "founded_year": founded.astype(np.int16),
        "aspiration": np.full(key.size, 0.5, np.float32),
        "social_queue_since": np.zeros(key.size, np.int16),
        "host": np.full(key.size, NONE, np.int32),
    }


def let_homes(dwellings: Columns, homes: Columns, wealth: np.ndarray, draws: Draws) -> np.ndarray:
    """Give half of the private rental homes to owner-occupiers by wealth; net rents that they get, EUR/year."""
    let = np.flatnonzero(dwellings["tenure_class"] == TenureClass.PRIVATE_RENTAL)
    key = dwellings["key"][let]
    local = draws.uniform("synthesis.local_landlord", key) < LOCAL_LANDLORDS
    let, key = let[local], key[local]
    owns = homes["tenure"] <= Tenure.MORTGAGED
    weight = np.cumsum(np.where(owns, np.maximum(wealth, 0.0) ** LANDLORD_POWER, 0.0))
    owner = np.searchsorted(weight, draws.uniform("synthesis.landlord", key) * weight[-1])
    dwellings["owner"][let] = owner
    tenant = np.full(dwellings["key"].size, NONE)
    tenant[homes["dwelling"]] = np.arange(wealth.size)
    let_out = tenant[let] >= 0
    rent = 12.0 * NET_OF_RENT * homes["housing_cost"][tenant[let[let_out]]]
    return np.bincount(owner[let_out], weights=rent, minlength=wealth.size).astype(np.float32)


def tenure_shares(age: np.ndarray, table: Columns, totals: np.ndarray) -> np.ndarray:
    """Households by age group and tenure class [7, 3]: pooled shares, raked to the city's tenures."""
    band = np.searchsorted(table["age_from"], age, side="right") - 1
    shares = np.stack([table[name] for name in ("owner", "private", "social")], axis=1).astype(float)
    seed = shares / shares.sum(axis=1, keepdims=True)
    number = np.bincount(np.maximum(band, 0), minlength=seed.shape[0]).astype(float)
    return rake(seed * number[:, None], [((1,), totals.astype(float)), ((0,), number)], 80)


def _tenure_class(people: People, counts: StockCounts, rank: np.ndarray, table: Columns, draws: Draws) -> np.ndarray:
    """Owner-occupied, private or social: exact by zone, close by age."""
    zone, kind = people.household_zone.astype(int), people.household_type.astype(int)
    band = np.maximum(np.searchsorted(table["age_from"], people.age[people.reference_person], side="right") - 1, 0)
    zones, bands = counts.main.shape[0], table["age_from"].size
    number = np.zeros((zones, bands, len(HouseholdType)))
    np.add.at(number, (zone, band, kind), 1.0)
    by_age = tenure_shares(people.age[people.reference_person], table, counts.main.sum(axis=0))
    seed = number[..., None] * (by_age / np.maximum(by_age.sum(axis=1, keepdims=True), 1e-9))[None, :, None, :]
    seed = seed * TYPE_ODDS[:, [0, 1, 2]][None, None] + 1e-12 * number[..., None]
    fitted = rake(seed, [((1, 3), by_age), ((0, 3), counts.main.astype(float)), ((0, 1, 2), number)], 40)
    chance = fitted / np.maximum(number[..., None], 1e-9)
    mine = chance[zone, band, kind]
    # within a cell the better-off own and the poorer rent from social landlords
    cell = (zone * bands + band) * len(HouseholdType) + kind
    lot = ranked_uniform(
        cell, rank + 0.35 * draws.normal("synthesis.tenure_rank", people.household_key), np.full(cell.size, 0.5)
    )
    order = band * 16 + kind * 2 + draws.uniform("synthesis.owner", people.household_key)
    own = select_tilted(zone, counts.main[:, 0], mine[:, 0], np.exp(1.2 * (lot - 0.5)), order)
    rest = np.flatnonzero(~own)
    given = mine[rest, 2] / np.maximum(1 - mine[rest, 0], 1e-6)
    order = band[rest] * 16 + kind[rest] * 2 + draws.uniform("synthesis.social", people.household_key[rest])
    social = select_tilted(zone[rest], counts.main[:, 2], given, np.exp(-1.6 * (lot[rest] - 0.5)), order)
    result = np.full(zone.size, int(TenureClass.PRIVATE_RENTAL))
    result[own], result[rest[social]] = TenureClass.OWNER_OCCUPIED, TenureClass.SOCIAL
    return result


def select_tilted(
    group: np.ndarray, counts: np.ndarray, chance: np.ndarray, tilt: np.ndarray, order: np.ndarray
) -> np.ndarray:
    """Exact choice with odds chance / (1 - chance) x tilt; a certain household stays certain."""
    chance = np.clip(chance, 1e-6, 1 - 1e-6)
    return select(group, counts, chance / (1 - chance) * tilt, order)


def _match(
    people: People, facts: Columns, income: np.ndarray, kind: np.ndarray, dwellings: Columns, draws: Draws
) -> np.ndarray:
    """One dwelling of its zone and tenure for each household: houses for families, large homes for large means."""
    zone, key = people.household_zone.astype(int), people.household_key
    occupied = np.flatnonzero(dwellings["status"] == DwellingStatus.OCCUPIED)
    cell = zone * 3 + kind
    home_cell = dwellings["zone"][occupied].astype(int) * 3 + dwellings["tenure_class"][occupied]
    houses = np.bincount(home_cell[dwellings["house"][occupied]], minlength=int(cell.max()) + 1)
    age = people.age[people.reference_person]
    odds = np.array([0.55, 1.5, 3.2, 1.1, 0.7])[people.household_type] * np.where((age >= 38) & (age < 80), 1.5, 0.9)
    odds = odds * np.clip(income / 35_000.0, 0.4, 2.0)
    in_house = select(cell, houses, odds, age + draws.uniform("synthesis.house", key))
    need = 0.42 * np.minimum(facts["size"], 6) + 0.55 * np.log(np.maximum(income, 1.0)) + 0.008 * np.minimum(age, 70)
    need = need + 0.75 * draws.normal("synthesis.need", key)
    size = np.log(dwellings["surface"][occupied]) + 0.05 * draws.normal(
        "synthesis.home_rank", dwellings["key"][occupied]
    )
    household_order = order_within(cell * 2 + in_house, need)
    home_order = order_within(home_cell * 2 + dwellings["house"][occupied], size)
    result = np.empty(zone.size, np.int64)
    result[household_order] = occupied[home_order]
    return result


def _cost(
    tenure: np.ndarray, dwellings: Columns, dwelling: np.ndarray, income: np.ndarray, stay: np.ndarray, shares: dict
) -> np.ndarray:
    """EUR a month: rent (sitting tenants pay a little less), or the owner's loan, property tax and upkeep."""
    surface = dwellings["surface"][dwelling].astype(float)
    value = dwellings["price_m2"][dwelling] * surface
    private = dwellings["rent_m2"][dwelling] * surface * (1 - 0.006 * np.minimum(stay, 20))
    social = shares["rent_social"] * surface * (surface / 65.0) ** -0.15
    upkeep = OWNER_UPKEEP * surface
    loan = np.minimum(MORTGAGE_RATE * value * (1 - 0.01 * stay), PAYMENT_LIMIT * income / 12)
    return np.select(
        [tenure == Tenure.SOCIAL_RENT, tenure == Tenure.PRIVATE_RENT, tenure == Tenure.MORTGAGED],
        [social, private, upkeep + loan],
        upkeep,
    )
