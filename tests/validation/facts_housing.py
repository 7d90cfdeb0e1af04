"""Stylised facts of the housing market: H1, H3, H4, H5, H7 and H8 of the model's specification."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from citysim import domains
from citysim.city.codes import NONE, Tenure, TenureClass
from citysim.domains.housing.purchases import least_own_share
from validation.lived import FIRST, Fact, Lived, live

OWNERS = ("owner_outright", "mortgaged")
TENANTS = ("private_rent", "social_rent")
IMPULSE, AFTER, LATER = 2028, 2031, 2037
MORE_PEOPLE = 0.05
RECENT = 5


class Search:
    """Looks over the market's shoulder: was anybody left without a home that an empty one would have suited?"""

    def __init__(self) -> None:
        self.left_out: list[int] = []
        self.clear = domains.housing.clear
        domains.housing.clear = self._watched

    def _watched(self, market, seekers, on_market, index=0):
        found = self.clear(market, seekers, on_market, index)
        if index == 0:  # others are trials of the first years
            self.left_out.append(feasible_for_those_left(market, seekers, on_market, found))
        return found

    def watch(self, model) -> None:
        if not model.running:
            self.close()

    def close(self) -> None:
        domains.housing.clear = self.clear


def feasible_for_those_left(market, seekers, on_market, found) -> int:
    """Households without a home that law, income and means let into a home left empty, by rules written out anew."""
    p = market.p
    homes = np.union1d(on_market, seekers.home[(found >= 0) & (seekers.home >= 0)])
    free = np.setdiff1d(homes, found[found >= 0])
    free = free[market.may_be_taken(free)]
    out = np.flatnonzero((found < 0) & (seekers.home == NONE))
    if out.size == 0 or free.size == 0:
        return 0
    goods, means = market.describe(free), seekers.means.take(out)
    income = seekers.needs.income[out, None]
    loan = np.maximum(goods.price - means.funds[:, None], 0) * means.annuity[:, None]
    cost = goods.running - np.where(goods.kind == TenureClass.OWNER_OCCUPIED, 0, means.aid[:, None])
    most = np.maximum(seekers.budgets.most[out, None], p.last_burden_limit * income)
    pays = (cost + loan <= most) & (loan <= p.loan_burden * income)
    pays &= (goods.price == 0) | (means.funds[:, None] >= least_own_share(p) * goods.price)
    social = goods.kind == TenureClass.SOCIAL
    can = np.where(social, means.eligible[:, None], pays) & (goods.size >= means.least_space[:, None])
    return int(np.count_nonzero(can.any(axis=1)))


class Neighbourhoods:
    """Segregation of the poorest and the richest fifth, and rents and vacancy of private rentals, by zone."""

    def __init__(self) -> None:
        self.dissimilarity: list[float] = []
        self.rent: list[np.ndarray] = []
        self.vacancy: list[np.ndarray] = []

    def watch(self, model) -> None:
        households, city = model.city.households, model.city
        standard = households["income"] / np.maximum(households["consumption_units"], 1)
        low, high = np.quantile(standard, [0.2, 0.8])
        parts = []
        for group in (standard <= low, standard > high):
            count = np.bincount(households["zone"][group], minlength=city.internal)[: city.internal]
            parts.append(count / count.sum())
        self.dissimilarity.append(float(np.abs(parts[0] - parts[1]).sum() / 2))
        state = model.domains["housing"].rents
        self.rent.append(np.log(state.index[:, :, TenureClass.PRIVATE_RENTAL]))
        self.vacancy.append(state.vacancy[:, :, TenureClass.PRIVATE_RENTAL])


WATCHERS = {"search": Search, "neighbourhoods": Neighbourhoods}


def moves_of(lived: Lived, tenures: tuple[str, ...]) -> float:
    """Share of households of some tenures that moved in the year, mean over the years."""
    number = sum(lived.series("demography.households", name) for name in tenures)
    moved = sum(
        lived.series("housing.moves_per_household", name) * lived.series("demography.households", name)
        for name in tenures
    )
    return float((moved / number).mean())


def rent_effect(lived: Lived) -> np.ndarray:
    """Rents with 5 % more people, come within two years, over rents without, less 1, by year."""
    rate = float(lived.model.parameters.at("demography", IMPULSE).net_migration_rate)
    more = rate + MORE_PEOPLE / 2
    steps = {FIRST: rate, IMPULSE - 1: rate, IMPULSE: more, IMPULSE + 1: more, IMPULSE + 2: rate, 2050: rate}
    path = ", ".join(f"{year}: {value:.5f}" for year, value in steps.items())
    told = []
    for net in (path, f"{FIRST}: {rate:.5f}"):
        one = live({}, *lived.overrides, f"domains.demography.net_migration_rate={{{net}}}", last=LATER)
        told.append(one.series("housing.mean_rent"))
    return told[0] / told[1] - 1.0


def impulse(lived: Lived) -> tuple[float, float]:
    """Rise of rents two years after the impulse, and the part of the highest rise that is left eight years after."""
    if "rent_effect" not in lived.watchers:  # two facts, one experiment
        lived.watchers["rent_effect"] = rent_effect(lived)
    effect = lived.watchers["rent_effect"]
    return float(effect[AFTER - FIRST]), float(effect[-1] / effect.max())


def rigidity(lived: Lived) -> tuple[float, float]:
    """Elasticity of a year's change of rents to vacancy, and the vacancy relative to its level at rest where it is nil.

    Least squares over the years and submarkets, each submarket's vacancy relative to its own level at rest.
    """
    watched = lived.watchers["neighbourhoods"]
    change = np.diff(np.array(watched.rent), axis=0)
    natural = lived.model.domains["housing"].base.natural[:, :, TenureClass.PRIVATE_RENTAL]
    vacancy = np.array(watched.vacancy)[1:]
    some = (vacancy > 0) & (natural > 0)  # a submarket without any home free has no logarithm
    ratio = np.log(vacancy[some] / np.broadcast_to(natural, vacancy.shape)[some])
    slope, level = np.polyfit(ratio, change[some], 1)
    return float(slope), float(np.exp(-level / slope))


def space_elasticity(lived: Lived) -> float:
    """Income elasticity of the surface that recent movers chose on the private market, household size held fixed.

    Incomes are those of people alike in age, diploma, activity and household size: a year's own income says less of
    what a household can pay for long (errors in variables: Goodman 1988).
    """
    city = lived.model.city
    households, dwellings, persons = city.households, city.dwellings, city.persons
    recent = (households["dwelling"] >= 0) & (lived.model.year - households["last_move_year"] < RECENT)
    rows = np.flatnonzero(recent & (households["tenure"] != Tenure.SOCIAL_RENT))
    surface = np.log(dwellings["surface"][households["dwelling"][rows]])
    income = np.log(np.maximum(households["income"][rows], 6000.0))
    head, size = households["reference_person"][rows], np.minimum(households["size"][rows], 6).astype(int)
    alike = np.stack([persons["age"][head] // 15, persons["education"][head], persons["labour"][head], size])
    group = np.unique(alike, axis=1, return_inverse=True)[1].ravel()
    lasting = (np.bincount(group, income) / np.bincount(group))[group]
    sizes = size[:, None] == np.arange(1, 7)
    return float(np.linalg.lstsq(np.column_stack([lasting, sizes]), surface, rcond=None)[0][0])


def segregation(lived: Lived) -> float:
    """Largest change of the dissimilarity of poorest and richest fifth, means of five years, since the first five."""
    index = np.convolve(lived.watchers["neighbourhoods"].dissimilarity, np.full(5, 0.2), "valid")
    return float(np.abs(index - index[0]).max())


def over_owners(tenures: tuple[str, ...]) -> Callable[[Lived], float]:
    return lambda lived: moves_of(lived, tenures) / moves_of(lived, OWNERS)


FACTS = (
    Fact("H1a", "households that move in a year", 0.10, 0.12, lambda lived: moves_of(lived, OWNERS + TENANTS), 0.01),
    Fact("H1b", "moves of private tenants over owners'", 3.0, 6.0, over_owners(TENANTS[:1]), 0.5),
    Fact("H1c", "moves of all tenants over owners'", 2.3, 4.5, over_owners(TENANTS), 0.4),
    Fact("H3a", "rise of rents two years after 5 % more people", 0.02, 0.06, lambda lived: impulse(lived)[0], 0.02),
    Fact("H3b", "part of that rise left eight years after", 0.0, 0.8, lambda lived: impulse(lived)[1], 0.2),
    Fact("H4a", "elasticity of a year's rent change to vacancy", -0.08, -0.01, lambda lived: rigidity(lived)[0], 0.02),
    Fact("H4b", "vacancy where rents stand still, over rest", 0.75, 1.33, lambda lived: rigidity(lived)[1], 0.25),
    Fact("H5", "income elasticity of the surface chosen", 0.3, 0.6, space_elasticity, 0.1),
    Fact("H7", "change of segregation of poorest and richest fifth", 0.0, 0.03, segregation, 0.08),
    Fact("H8", "left out while a fitting home is empty", 0, 0, lambda lived: sum(lived.watchers["search"].left_out)),
)
