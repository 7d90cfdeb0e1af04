"""The dwellings of each zone: how many of which kind, how large, how old, how well insulated, at what rent.

Counts by zone are published (main residences, second homes, vacant, owner-occupied, houses); rooms are raked to the
area's census, building periods to Limoges and its surroundings, energy classes to the national diagnosis of 2023.
Market vacancy equals the natural rate v* of each zone and type as far as total vacancy allows; what is left is
structural.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from citysim.city.build.marginals import Marginals
from citysim.city.build.raking import integerise, rake, whole
from citysim.city.build.traits import Columns, Reference, ranked_uniform
from citysim.city.codes import NONE, DwellingStatus, EnergyClass, TenureClass, ZoneGroup
from citysim.core.draws import Draws, mix_keys

HOUSE_SEED = np.array([0.80, 0.27, 0.14, 0.60, 0.38])  # P(house) of owned, rented, social, second, vacant: judgement
RECENT_YEARS = 1.25  # the last census period (2006 to 2017) stretched to 2022, the last year that is covered
LAST_BUILT = 2022


@dataclass
class StockCounts:
    """Whole dwellings by internal zone."""

    households: np.ndarray
    main: np.ndarray  # [zone, tenure class]
    second: np.ndarray
    vacant: np.ndarray
    houses: np.ndarray  # [zone, use: owned, rented, social, second, vacant]


def count_stock(marginals: Marginals, households: np.ndarray) -> StockCounts:
    """Main residences by tenure, second homes and vacant dwellings, and the houses among each."""
    share = households / np.maximum(marginals.households.sum(axis=1), 1e-9)
    owners = np.minimum(whole(marginals.owners * share, marginals.commune), households)
    social = np.minimum(whole(marginals.social * share, marginals.commune), households - owners)
    main = np.stack([owners, households - owners - social, social], axis=1)
    second, vacant = whole(marginals.second_homes, marginals.commune), whole(marginals.vacant, marginals.commune)
    uses = np.concatenate([main, second[:, None], vacant[:, None]], axis=1)
    total = uses.sum(axis=1)
    houses = np.minimum(
        whole(marginals.houses * total / np.maximum(marginals.dwellings, 1e-9), marginals.commune), total
    )
    seed = np.stack([uses * HOUSE_SEED, uses * (1 - HOUSE_SEED)], axis=2)
    fitted = rake(
        seed, [((0, 2), np.stack([houses, total - houses], axis=1).astype(float)), ((0, 1), uses.astype(float))], 60
    )
    return StockCounts(households, main, second, vacant, np.minimum(integerise(fitted[:, :, 0], houses), uses))


def make_dwellings(
    marginals: Marginals, counts: StockCounts, group: np.ndarray, reference: Reference, shares: dict, draws: Draws,
    city: str, start_year: int, rooms_total: np.ndarray | None,
) -> Columns:  # fmt: skip
    """Dwellings table, without links to households; occupied ones first come first served by tenure."""
    status, tenure, zone, house = _rows(marginals, counts, group, shares)
    rank = _running_number(zone, status, tenure, house)
    key = mix_keys("home", city, zone, status, tenure, house.astype(np.int64), rank)
    table: Columns = {"key": key, "zone": zone, "house": house, "status": status, "tenure_class": tenure}
    table |= _sizes(table, group, reference("dwelling_rooms"), rooms_total, draws)
    table |= _ages(table, marginals, group, reference("construction_periods"), draws, start_year)
    table |= _energy(table, reference("energy_classes"), reference("heat_sources"), draws, start_year)
    table |= _prices(table, marginals, group, shares, draws)
    flat = ~house
    lot = draws.uniform("synthesis.building", key)
    central = group[zone] == ZoneGroup.CENTRE
    vacancy = draws.uniform("synthesis.vacant_since", key)
    long_empty = status == DwellingStatus.STRUCTURAL_VACANT
    empty = (status == DwellingStatus.MARKET_VACANT) | long_empty
    since = start_year - 1 - np.where(long_empty, 2 + np.floor(10 * vacancy**2), np.floor(2 * vacancy))
    table |= {
        "owner": np.full(key.size, NONE, np.int32),
        "vacant_since": np.where(empty, since, 0).astype(np.int16),
        "lift": flat & (table["year_built"] >= 1955) & (lot < 0.5),
        "above_shop": flat & central & (table["year_built"] < 1949) & (lot < 0.35),
    }
    return _as_types(table)


def _rows(marginals: Marginals, counts: StockCounts, group: np.ndarray, shares: dict) -> tuple:
    """Status, tenure class, zone and type of every dwelling."""
    market, social_vacant = market_vacancies(marginals, counts, group, shares)
    uses = np.concatenate([counts.main, counts.second[:, None], counts.vacant[:, None]], axis=1)
    cells = []
    for zone in range(uses.shape[0]):
        for house in (True, False):
            occupied = counts.houses[zone, :3] if house else (uses - counts.houses)[zone, :3]
            second = counts.houses[zone, 3] if house else (uses - counts.houses)[zone, 3]
            vacant = counts.houses[zone, 4] if house else (uses - counts.houses)[zone, 4]
            offered = int(market[zone, int(not house)])
            social = int(min(social_vacant[zone, int(not house)], offered))
            owned = round((offered - social) * (0.6 if house else 0.22))
            rest = int(vacant - offered)
            rest_owned = round(rest * (0.6 if house else 0.3))
            cells += [(DwellingStatus.OCCUPIED, kind, zone, house, int(occupied[kind])) for kind in TenureClass]
            cells += [
                (DwellingStatus.MARKET_VACANT, TenureClass.OWNER_OCCUPIED, zone, house, owned),
                (DwellingStatus.MARKET_VACANT, TenureClass.PRIVATE_RENTAL, zone, house, offered - social - owned),
                (DwellingStatus.MARKET_VACANT, TenureClass.SOCIAL, zone, house, social),
                (DwellingStatus.STRUCTURAL_VACANT, TenureClass.OWNER_OCCUPIED, zone, house, rest_owned),
                (DwellingStatus.STRUCTURAL_VACANT, TenureClass.PRIVATE_RENTAL, zone, house, rest - rest_owned),
                (DwellingStatus.SECOND_HOME, TenureClass.OWNER_OCCUPIED, zone, house, int(second)),
            ]
    columns = [np.array(column, dtype=np.int64) for column in zip(*cells, strict=True)]
    status, tenure, zone, house = (np.repeat(column, columns[4]) for column in columns[:4])
    return status, tenure, zone, house.astype(bool)


def market_vacancies(marginals: Marginals, counts: StockCounts, group: np.ndarray, shares: dict) -> tuple:
    """Dwellings on the market [zone, house then flat], in all and social ones: v* of occupied + market dwellings."""
    flats_total = np.concatenate([counts.main, counts.second[:, None], counts.vacant[:, None]], axis=1) - counts.houses
    both = np.stack([counts.houses, flats_total], axis=1)  # [zone, type, use]
    occupied, vacant = both[:, :, :3].sum(axis=2), both[:, :, 4]
    old_centre = (group == ZoneGroup.CENTRE) & (marginals.old_building > 1.5)
    natural = np.empty(occupied.shape)
    natural[:, 0] = shares["market_vacancy_house"]
    natural[:, 1] = np.where(old_centre, shares["market_vacancy_old_centre_flat"], shares["market_vacancy_flat"])
    wanted = natural / (1 - natural) * occupied
    market = np.round(np.minimum(wanted, (1 - shares["structural_minimum"]) * vacant)).astype(np.int64)
    social = np.round(
        np.minimum(shares["social_vacancy"] / (1 - shares["social_vacancy"]) * both[:, :, 2], 0.6 * market)
    )
    return np.minimum(market, vacant), social.astype(np.int64)


def _running_number(*columns: np.ndarray) -> np.ndarray:
    code = np.zeros(columns[0].size, np.int64)
    for column in columns:
        code = code * 64 + column.astype(np.int64)
    _, place, number = np.unique(code, return_inverse=True, return_counts=True)
    order = np.argsort(place, kind="stable")
    rank = np.empty(code.size, np.int64)
    rank[order] = np.arange(code.size) - np.repeat(np.cumsum(number) - number, number)
    return rank


def _sizes(table: Columns, group: np.ndarray, shapes: Columns, totals: np.ndarray | None, draws: Draws) -> Columns:
    """Rooms and floor area; main residences have the area's published numbers of rooms (1, 2, 3, 4, 5 and more)."""
    house, occupied = table["house"], table["status"] == DwellingStatus.OCCUPIED
    main = np.array([(occupied & house).sum(), (occupied & ~house).sum()], dtype=float)
    seed = np.stack([shapes["house"] / shapes["house"].sum(), shapes["flat"] / shapes["flat"].sum()], axis=1) * main
    if totals is not None:
        big = seed[4:] / seed[4:].sum() * 1.0
        joined = np.concatenate([seed[:4], seed[4:].sum(axis=0, keepdims=True)])
        joined = rake(joined, [((0,), totals / totals.sum() * main.sum()), ((1,), main)], 80)
        seed = np.concatenate([joined[:4], big / big.sum(axis=0) * joined[4]])
    share = seed / np.maximum(seed.sum(axis=0), 1e-9)
    lean = np.array([0.55, -0.35, -0.05])[table["tenure_class"]] + 0.25 * (group[table["zone"]] == ZoneGroup.PERIPHERY)
    score = np.where(occupied, lean, -0.2) + draws.normal("synthesis.rooms", table["key"])
    stratum = occupied.astype(int) * 2 + house
    lot = ranked_uniform(stratum, score, draws.uniform("synthesis.rooms_jitter", table["key"]))
    rooms = np.where(
        house, np.searchsorted(np.cumsum(share[:, 0]), lot), np.searchsorted(np.cumsum(share[:, 1]), lot)
    )  # fmt: skip
    rooms = np.minimum(rooms, shapes["rooms"].size - 1)
    mean = np.where(house, shapes["surface_house"][rooms], shapes["surface_flat"][rooms])
    surface = mean * np.exp(0.13 * draws.normal("synthesis.surface", table["key"]))
    return {"rooms": rooms + 1, "surface": np.clip(surface, 11.0, 400.0)}


def _ages(
    table: Columns, marginals: Marginals, group: np.ndarray, periods: Columns, draws: Draws, start_year: int
) -> Columns:  # fmt: skip
    """Year built, before the start; old quarters hold the old buildings of their town, empty dwellings are older."""
    last, built = int(periods["year_from"][-1]), min(start_year - 1, LAST_BUILT)
    recent = RECENT_YEARS * max(built - last + 1, 0) / (LAST_BUILT - last + 1)
    house, zone = table["house"].astype(int), table["zone"]
    zones = group.size
    size = np.zeros((zones, 2))
    np.add.at(size, (zone, house), 1.0)
    chance = np.zeros((zones, 2, periods["year_from"].size))
    tilt = np.where(periods["year_to"] < 1946, marginals.old_building[:, None], 1.0)
    for kind, name in ((1, "house"), (0, "flat")):
        for town in (True, False):
            column = periods["town_" + name + "_all"] if town else periods["around_" + name]
            weight = column * np.where(periods["year_from"] == last, recent, 1.0)
            mine = np.flatnonzero((group == ZoneGroup.CENTRE) == town)
            if mine.size == 0 or size[mine, kind].sum() == 0:
                continue
            total = weight / weight.sum() * size[mine, kind].sum()
            seed = size[mine, kind][:, None] * weight * tilt[mine] + 1e-9
            fitted = rake(seed, [((1,), total), ((0,), size[mine, kind])], 60)
            chance[mine, kind] = fitted / np.maximum(fitted.sum(axis=1, keepdims=True), 1e-9)
    status = table["status"]
    newer = np.array([0.1, -0.2, -1.0, -0.3, 0.0])[status] + draws.normal("synthesis.age", table["key"])
    newer += np.where(table["tenure_class"] == TenureClass.SOCIAL, 0.35, 0.0)
    lot = ranked_uniform(zone * 2 + house, newer, draws.uniform("synthesis.age_jitter", table["key"]))
    edges = np.cumsum(chance[zone, house], axis=1)
    period = np.minimum((edges < lot[:, None]).sum(axis=1), periods["year_from"].size - 1)
    start = periods["year_from"][period]
    stop = np.where(start == last, built, periods["year_to"][period])
    inside = draws.uniform("synthesis.year_built", table["key"])
    return {"year_built": start + np.floor(inside * (stop - start + 1)).astype(np.int64)}


def _energy(table: Columns, classes: Columns, sources: Columns, draws: Draws, start_year: int) -> Columns:
    """Energy class, heat source and year of the boiler."""
    era = np.searchsorted([1946, 1989, 2010], table["year_built"], side="right")
    house, occupied = table["house"].astype(int), table["status"] == DwellingStatus.OCCUPIED
    cell = era * 2 + house
    main = np.bincount(cell[occupied], minlength=8).astype(float)
    by_era = np.stack([classes[name] for name in ("old", "middle", "recent", "new")])
    seed = np.repeat(by_era, 2, axis=0) * np.where(np.arange(8)[:, None] % 2 == 1, classes["house_weight"], 1.0)
    target = classes["share_main_residences"] / classes["share_main_residences"].sum() * main.sum()
    fitted = rake(seed * np.maximum(main, 1e-9)[:, None] + 1e-12, [((1,), target), ((0,), np.maximum(main, 1e-9))], 80)
    share = fitted / fitted.sum(axis=1, keepdims=True)
    lean = np.array([-0.1, 0.15, -0.45])[table["tenure_class"]] + 0.01 * np.maximum(0, 1975 - table["year_built"]) / 10
    lot = ranked_uniform(
        cell * 2 + occupied, lean + draws.normal("synthesis.energy", table["key"]),
        draws.uniform("synthesis.energy_jitter", table["key"]),
    )  # fmt: skip
    lot = np.where(occupied, lot, lot**0.75)  # empty homes are a little worse
    level = np.minimum((np.cumsum(share[cell], axis=1) < lot[:, None]).sum(axis=1), EnergyClass.G)
    kind = np.asarray(sources["dwelling"]) == "house"
    source = np.zeros(cell.size, np.int64)
    draw = draws.uniform("synthesis.heat_source", table["key"])
    names = ("gas", "electric", "oil", "wood", "heat_pump", "district")
    for is_house in (True, False):
        rows = np.flatnonzero(kind == is_house)
        mine = table["house"] == is_house
        place = np.searchsorted(sources["year_from"][rows], table["year_built"][mine], side="right") - 1
        mix = np.stack([sources[name][rows] for name in names], axis=1)[np.maximum(place, 0)]
        source[mine] = (np.cumsum(mix, axis=1)[:, :-1] < draw[mine][:, None]).sum(axis=1)
    life = np.floor(20 * draws.uniform("synthesis.heating_year", table["key"])).astype(np.int64)
    return {
        "energy_class": level, "heat_source": source,
        "heating_year": np.maximum(start_year - 1 - life, table["year_built"]),
    }  # fmt: skip


def _prices(table: Columns, marginals: Marginals, group: np.ndarray, shares: dict, draws: Draws) -> Columns:
    """Market rent and price per m2: smaller is dearer per m2; zones by income and place; F and G cost less."""
    zone, house = table["zone"], table["house"]
    relative = marginals.living_standard / np.average(
        marginals.living_standard, weights=marginals.households.sum(axis=1)
    )
    place = np.array([1.03, 1.0, 0.93])[group] * relative**0.5
    green = np.array([1.05, 1.04, 1.02, 1.0, 0.98, 0.94, 0.91])[table["energy_class"]]
    error = np.exp(0.07 * draws.normal("synthesis.rent", table["key"]))
    shape = place[zone] * green * error
    rent_shape = shape * (table["surface"] / np.where(house, 95.0, 60.0)) ** -0.28
    private = (table["tenure_class"] == TenureClass.PRIVATE_RENTAL) & (table["status"] == DwellingStatus.OCCUPIED)
    rent, price = np.zeros(zone.size), np.zeros(zone.size)
    for kind, name in ((True, "house"), (False, "flat")):
        mine = house == kind
        base = mine & private if (mine & private).any() else mine
        if mine.any():
            rent[mine] = shares[f"rent_{name}"] * rent_shape[mine] / rent_shape[base].mean()
            price[mine] = shares[f"price_{name}"] * shape[mine] / np.median(shape[mine])
    return {"rent_m2": rent, "price_m2": price}


def _as_types(table: Columns) -> Columns:
    types = {
        "zone": np.int16, "surface": np.float32, "rooms": np.int8, "year_built": np.int16, "energy_class": np.int8,
        "heat_source": np.int8, "tenure_class": np.int8, "rent_m2": np.float32, "price_m2": np.float32,
        "status": np.int8, "heating_year": np.int16,
    }  # fmt: skip
    return {name: column.astype(types.get(name, column.dtype)) for name, column in table.items()}
