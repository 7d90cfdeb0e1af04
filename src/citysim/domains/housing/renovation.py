"""Owners renovate where it pays, where they move in and where the law asks for it: one measure, or the whole home.

U(works) = constant - b_c (1 - aid) cost / income + b_s NPV(saving)/1000 + b_p good homes in the zone - hassle (if
           lived in) + b_l (may be let again) - b_v vacancy of the zone above its start; U(nothing) = 0; constants set
so that the base year has the published rates. NPV = saving * (1 - (1 + r)^-n) / r; saving = realised share * label's
kWh * price (performance gap: Sunikka-Blank and Galvin 2012). Aid falls with income, as MaPrimeRenov' does. Owners think
of works in some years only, more often after a move in.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.city.codes import DwellingStatus, EnergyClass, HeatSource, TenureClass
from citysim.core.choice import choose, happens
from citysim.core.draws import Draws
from citysim.core.kernels.columns import either, rows_where, sums_by_link
from citysim.domains.housing.landlords import Banned
from citysim.domains.housing.rents import Stock
from citysim.domains.housing.vacancy import lasting_chance

Array = NDArray[Any]
NOTHING, GESTURE, DEEP = 0, 1, 2
SURFACE_POWER = 0.7  # works cost less per square metre in larger homes
AFTER_DEEP = np.array([0, 1, 1, 1, 1, 2, 2], dtype=np.int8)  # class reached by a deep retrofit, by class before
BANNED_CLASSES = (EnergyClass.E, EnergyClass.F, EnergyClass.G)


@dataclass
class Works:
    """What was done in a year.

    Attributes
    ----------
    rows, kind
        Dwellings, and `GESTURE` or `DEEP`.
    cost, aid
        EUR each.
    """

    rows: Array
    kind: Array
    cost: Array
    aid: Array


def net_present_value(saving: Array, rate: Array, years: float) -> Array:
    """Worth today of a yearly saving over some years."""
    rate = np.asarray(rate, dtype=np.float64)
    return saving * -np.expm1(-years * np.log1p(rate)) / rate


def class_after(energy_class: Array, kind: int) -> Array:
    """Energy class after works; a single measure counts as one class where it counts at all."""
    if kind == DEEP:
        return AFTER_DEEP[energy_class]
    return np.maximum(energy_class - 1, 1).astype(np.int8)


def banned_classes(p: SimpleNamespace, year: int) -> Array:
    """Classes that may no longer be let, bool [7]; the delay counts from the legal years."""
    banned = np.zeros(len(EnergyClass), bool)
    banned[list(BANNED_CLASSES)] = p.rental_ban_year + p.rental_ban_delay <= year
    return banned


def ban(city: Any, p: SimpleNamespace, year: int) -> Banned:
    """Which of some homes may not be let."""
    dwellings, classes = city.dwellings, banned_classes(p, year)

    def banned(rows: Array) -> Array:
        bad = classes.take(dwellings["energy_class"].take(rows))
        if p.rental_ban_enforcement < 1.0:
            bad &= lasting_chance("rental_ban", dwellings.key[rows]) < p.rental_ban_enforcement  # the same every year
        return bad

    return banned


def owner_kind(market: Array, quintile: Array) -> Array:
    """Owner-occupier, poor owner-occupier, landlord or social landlord, in the order of `OWNERS`."""
    return np.where(market == TenureClass.OWNER_OCCUPIED, np.where(quintile == 0, 1, 0), market + 1)


def aid_group(market: Array, quintile: Array) -> Array:
    """Who is aided how much: owner-occupiers by income quintile, landlords, social landlords."""
    return np.where(market == TenureClass.OWNER_OCCUPIED, quintile, 4 + market)


def aid_share(p: SimpleNamespace, kind: Array | int, market: Array, quintile: Array) -> Array:
    """Share of the cost of works that aid pays; that of deep retrofits falls with income, up to the legal limit."""
    deep = np.minimum(p.renovation_aid * p.aid_profile, p.aid_limit)[aid_group(market, quintile)]
    return np.where(np.asarray(kind) == DEEP, deep, p.gesture_aid)


def works_cost(p: SimpleNamespace, surface: Array, factor: float) -> tuple[Array, Array]:
    """Cost of a single measure and of a deep retrofit, EUR; `factor` is what technologies change."""
    size = (surface / 100.0) ** SURFACE_POWER * factor
    return p.gesture_cost * size, p.deep_cost * size


def works_utilities(p: SimpleNamespace, homes: SimpleNamespace, constants: Array) -> Array:
    """Utilities of nothing, a single measure and a deep retrofit, float64 [homes, 3].

    Parameters
    ----------
    homes
        energy_class, surface, market, quintile, income (EUR/year of the payer), peers, lived_in, banned,
        banned_classes, excess_vacancy, energy_price, cost_factor.
    constants
        Of the single measure and of the deep retrofit.
    """
    rate = p.discount_rate[owner_kind(homes.market, homes.quintile)]
    common = p.weight_peers * homes.peers - p.weight_vacancy * homes.excess_vacancy
    costs = works_cost(p, homes.surface, homes.cost_factor)
    utilities = np.zeros((homes.surface.size, 3))
    for kind, cost in ((GESTURE, costs[0]), (DEEP, costs[1])):
        aid = aid_share(p, kind, homes.market, homes.quintile)
        after = class_after(homes.energy_class, kind)
        part = p.gesture_gain if kind == GESTURE else 1.0
        kwh = (p.energy_use[homes.energy_class] - p.energy_use[after]) * homes.surface * part
        worth = net_present_value(kwh * homes.energy_price * p.realised_saving, rate, p.saving_years)
        own = p.weight_cost * (1.0 - aid) * cost / homes.income
        lawful = homes.banned & ~homes.banned_classes[after]
        utilities[:, kind] = (
            constants[kind - 1]
            - own
            + p.weight_saving * worth / 1000.0
            + common
            + p.weight_ban * lawful
            - p.hassle[kind - 1] * homes.lived_in
        )
        utilities[after >= homes.energy_class, kind] = -np.inf
    return utilities


def calibrate_constants(p: SimpleNamespace, homes: SimpleNamespace, chance: Array, main_homes: float) -> Array:
    """Constants at which the base year has the published rates of single measures and deep retrofits.

    Parameters
    ----------
    chance
        Chance that the owner of each home thinks of works.
    main_homes
        Main homes that the rates refer to.
    """
    constants = np.array([-2.0, -4.0])
    target = np.array([p.gesture_rate, p.deep_rate]) * main_homes
    bare = np.exp(np.ascontiguousarray(works_utilities(p, homes, np.zeros(2))[:, 1:].T))
    for _ in range(40):
        weight = bare * np.exp(constants)[:, None]
        expected = weight @ (chance / (1.0 + weight[GESTURE - 1] + weight[DEEP - 1]))
        change = np.log(target / np.maximum(expected, 1e-12))
        constants = constants + change
        if np.abs(change).max() < 1e-12:
            break
    return constants


def consideration(p: SimpleNamespace) -> Array:
    """Chance that the owner thinks of works this year: usual, after a move in, and of a vacant home under a ban."""
    return np.minimum([p.consideration_rate, p.consideration_rate * p.move_in_factor, 1.0], 1.0)


def owner_quintile(owner: Array, quintile: Array) -> Array:
    """Income quintile of the households that own homes, the middle one for other owners."""
    return np.where(owner >= 0, quintile[owner], 2)


def describe(city: Any, p: SimpleNamespace, rows: Array, facts: SimpleNamespace) -> SimpleNamespace:
    """Collect what owners weigh; `facts` holds what they see this year (`facts_of`), prices and workers."""
    dwellings = city.dwellings
    zone, market = dwellings["zone"][rows], dwellings["tenure_class"][rows]
    energy_class = dwellings["energy_class"][rows]
    owner = dwellings["owner"][rows]
    owned = owner >= 0
    return SimpleNamespace(
        energy_class=energy_class,
        surface=dwellings["surface"][rows].astype(np.float64),
        market=market,
        quintile=owner_quintile(owner, facts.quintile),
        income=np.where(owned, facts.income[owner], p.landlord_income),
        peers=facts.peers[zone],
        lived_in=(dwellings["status"][rows] == DwellingStatus.OCCUPIED) & ~facts.moved[rows],
        banned=(market != TenureClass.OWNER_OCCUPIED) & facts.banned(rows),
        banned_classes=facts.banned_classes,
        excess_vacancy=facts.excess_vacancy[zone],
        energy_price=facts.energy_price,
        cost_factor=facts.cost_factor,
    )


def case_of_works(city: Any, facts: SimpleNamespace) -> Array:
    """Case of `consideration` of each home, int8 [dwellings]; -1 for homes out of use or that need no works."""
    dwellings = city.dwellings
    status, energy_class = dwellings["status"], dwellings["energy_class"]
    case = facts.moved.astype(np.int8)
    vacant = rows_where(status == DwellingStatus.MARKET_VACANT)
    shut = (dwellings["tenure_class"][vacant] != TenureClass.OWNER_OCCUPIED) & facts.banned(vacant)
    case[vacant[shut]] = 2
    return either((status <= DwellingStatus.MARKET_VACANT) & (energy_class > EnergyClass.B), case, np.int8(-1))


def decide(city: Any, p: SimpleNamespace, draws: Draws, facts: SimpleNamespace, constants: Array) -> Works:
    """Let owners choose works, add those that the law makes compulsory, and hold all to the workers there are."""
    dwellings = city.dwellings
    case = case_of_works(city, facts)
    rows = rows_where(happens(draws, "housing.think_of_works", dwellings.key, consideration(p), cell=case))
    homes = describe(city, p, rows, facts)
    keys = dwellings.key[rows]
    kind = choose(draws, "housing.works", keys, works_utilities(p, homes, constants))
    if p.renovation_obligation > 0:
        bound = rows_where(facts.moved & (dwellings["energy_class"] >= EnergyClass.D))
        bound = bound[happens(draws, "housing.obligation", dwellings.key[bound], p.renovation_obligation)]
        rows, first = np.unique(np.concatenate([bound, rows]), return_index=True)
        kind = np.concatenate([np.full(bound.size, DEEP), kind])[first]
    some = kind > NOTHING
    rows, kind = rows[some], kind[some]
    hours = np.where(kind == DEEP, p.deep_hours, p.gesture_hours).sum()
    if hours > facts.hours:
        served = happens(draws, "housing.craftsmen", dwellings.key[rows], facts.hours / hours)
        rows, kind = rows[served], kind[served]
    costs = works_cost(p, dwellings["surface"][rows].astype(np.float64), facts.cost_factor)
    cost = np.where(kind == DEEP, costs[1], costs[0])
    aid = aid_share(p, kind, dwellings["tenure_class"][rows], owner_quintile(dwellings["owner"][rows], facts.quintile))
    return Works(rows, kind, cost, cost * aid)


def remediate(city: Any, p: SimpleNamespace, rows: Array) -> int:
    """Works that the centre's programme sees through in homes without residents; returns their number."""
    dwellings = city.dwellings
    before = dwellings["energy_class"][rows].copy()
    after = np.minimum(class_after(before, DEEP), before)
    premium = np.exp(p.energy_premium[after] - p.energy_premium[before]).astype(np.float32)
    dwellings["energy_class"][rows] = after
    dwellings["price_m2"][rows] *= premium
    dwellings["rent_m2"][rows] *= premium
    return int(rows.size)


def carry_out(city: Any, p: SimpleNamespace, draws: Draws, works: Works, year: int) -> None:
    """Change class, heating, rent and price of the homes that were worked on."""
    dwellings = city.dwellings
    keys = dwellings.key[works.rows]
    before = dwellings["energy_class"][works.rows].copy()
    lifted = (works.kind == DEEP) | happens(draws, "housing.gesture_gain", keys, p.gesture_gain)
    deep = works.kind == DEEP
    after = np.where(deep, class_after(before, DEEP), class_after(before, GESTURE))
    after = np.where(lifted, np.minimum(after, before), before)
    dwellings["energy_class"][works.rows] = after
    premium = np.exp(p.energy_premium[after] - p.energy_premium[before]).astype(np.float32)
    private = dwellings["tenure_class"][works.rows] != TenureClass.SOCIAL
    dwellings["price_m2"][works.rows] *= premium
    dwellings["rent_m2"][works.rows[private]] *= premium[private]
    heat = dwellings["heat_source"]
    fossil = works.rows[deep]
    fossil = fossil[(heat[fossil] == HeatSource.GAS) | (heat[fossil] == HeatSource.OIL)]
    changed = fossil[happens(draws, "housing.deep_heating", dwellings.key[fossil], p.deep_heat_pump)]
    heat[changed] = HeatSource.HEAT_PUMP
    dwellings["heating_year"][changed] = year


def moved_in(city: Any, year: int) -> Array:
    """Homes whose residents moved in this year, bool [dwellings]."""
    households = city.households
    moved = np.zeros(city.dwellings.size, bool)
    home = households["dwelling"][rows_where(households["last_move_year"] == year)]
    moved[home[home >= 0]] = True
    return moved


def facts_of(city: Any, p: SimpleNamespace, base: Any, homes: Stock, needs: Any, year: int) -> SimpleNamespace:
    """What owners see this year: good homes and vacancy of the zone, incomes, banned classes, who has just moved in."""
    dwellings = city.dwellings
    good = sums_by_link(dwellings["zone"], base.zones, where=dwellings["energy_class"] <= EnergyClass.C)
    return SimpleNamespace(
        peers=good / np.maximum(homes.by_zone, 1.0),
        excess_vacancy=homes.vacant_share - base.vacant_share,
        quintile=needs.quintile,
        income=12.0 * needs.income.astype(np.float64),
        banned_classes=banned_classes(p, year),
        moved=moved_in(city, year),
    )
