"""Homes as a stock: what builders begin, what drops out of use and comes back, what owners renovate."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from citysim.city.codes import DwellingStatus, TenureClass
from citysim.config import compose
from citysim.core.draws import Draws, mix_keys
from citysim.domains.housing import (
    Housing,
    conversions,
    demolition,
    developers,
    land,
    renovation,
    rents,
    supply,
    vacancy,
)
from citysim.domains.housing.developers import FLAT, GREENFIELD, HOUSE, INFILL


@pytest.fixture(scope="module")
def values():
    return compose("city=smallville", "technology=[]").parameters({"housing": Housing.params})["housing"].at(2025)


def test_programme_brings_homes_back_and_years_keep_them_away(values):
    years = np.array([0.0, 2.0, 5.0, 9.0])
    alone = vacancy.return_chance(values, years, 0.0, False)
    assert (np.diff(alone[:3]) < 0).all()
    assert alone[2] == alone[3]
    assert (vacancy.return_chance(values, years, 0.0, True) > 5 * alone).all()
    assert (vacancy.return_chance(values, years, 0.2, False) > alone).all()


def test_homes_are_counted_by_zone_type_market_and_use():
    lot = np.random.default_rng(4)
    homes = {
        "zone": lot.integers(0, 3, 400).astype(np.int16),
        "house": lot.integers(0, 2, 400).astype(bool),
        "tenure_class": lot.integers(0, len(TenureClass), 400).astype(np.int8),
        "status": lot.integers(0, len(DwellingStatus), 400).astype(np.int8),
    }
    zone, status = homes["zone"], homes["status"]
    stock = rents.count_stock(homes, 4)  # nobody has built in the last zone
    cell = (zone == 1) & ~homes["house"] & (homes["tenure_class"] == TenureClass.SOCIAL)
    on_market, lived_in = status == DwellingStatus.MARKET_VACANT, status == DwellingStatus.OCCUPIED
    assert stock.on_market[1, 0, TenureClass.SOCIAL] == (cell & on_market).sum() > 0
    assert stock.in_use[1, 0, TenureClass.SOCIAL] == (cell & (on_market | lived_in)).sum()
    assert stock.by_zone.tolist() == np.bincount(zone, minlength=4).tolist()
    vacant = on_market | (status == DwellingStatus.STRUCTURAL_VACANT)
    assert stock.vacant_share == pytest.approx([*(vacant[zone == one].mean() for one in range(3)), 0.0])
    some = np.flatnonzero(zone == 2)
    assert rents.count_stock(homes, 4, some).number[2].sum() == some.size == stock.number[2].sum()
    assert rents.count_stock(homes, 4, some[:0]).vacant_share.tolist() == [0.0] * 4


def test_refused_houses_become_flats_on_built_land():
    homes = np.zeros((1, 2, 2))
    homes[0, HOUSE, GREENFIELD] = 100.0
    held, taken = land.within_budget(homes, np.array([0.012, 0.06]), 3.0, 0.5, np.array([0.8]))
    assert (held[0, HOUSE, GREENFIELD], held[0, FLAT, INFILL], taken) == pytest.approx((50, 0.8 * 0.5 * 50, 3))
    held, taken = land.within_budget(homes, np.array([0.012, 0.06]), 9.0, 0.5, np.array([0.8]))
    assert (held[0, HOUSE, GREENFIELD], taken) == pytest.approx((100, 6))


def test_nothing_is_built_on_open_land_without_a_budget(values):
    strict = SimpleNamespace(**vars(values) | {"land_limit": 1.0, "land_path": 1.0})
    assert land.land_budget(strict, 50_000) == 0.0
    held, taken = land.within_budget(np.ones((2, 2, 2)), np.array([0.012, 0.06]), 0.0, 0.5, np.ones(2))
    assert taken == 0.0
    assert held[:, :, GREENFIELD].sum() == 0.0


def test_building_on_built_land_ends_with_its_room():
    held = land.within_room(np.full((2, 2, 2), 10.0), np.array([60.0, 100.0]), np.array([800.0, 9000.0]))
    assert held[:, :, INFILL].sum(axis=1) == pytest.approx([10, 20])
    assert (held[:, :, GREENFIELD] == 10).all()


def test_builders_begin_where_the_price_covers_cost_and_margin():
    share = developers.paying_share(np.array([2000.0, 2200.0, 3000.0]), 2000.0, 1.1, 6.0)
    assert share[1] == pytest.approx(0.5)
    assert (np.diff(share) > 0).all()


def test_premium_of_new_homes_makes_the_published_share_of_projects_pay(values):
    price, homes = np.array([[1500.0, 1700.0], [1900.0, 1400.0]]), np.array([[10.0, 30.0], [50.0, 20.0]])
    cost, sites = developers.project_cost(values, 2200.0), developers.site_shares(values)
    premium = developers.new_premium(price, homes, cost, sites, values)
    pays = developers.paying_share((price * np.exp(premium))[:, :, None], cost[None], 1.1, values.profit_slope)
    share = (homes / homes.sum(axis=0) * (pays * sites[None]).sum(axis=2)).sum(axis=0)
    assert share == pytest.approx([values.base_profitable] * 2, abs=1e-6)


def test_clearing_makes_built_land_dearer(values):
    cost = developers.project_cost(values, 2200.0)
    assert (cost[:, INFILL] > cost[:, GREENFIELD]).all()


def test_tax_brings_homes_back_and_holds_others(values):
    taxed = SimpleNamespace(**vars(values) | {"vacant_home_tax": 0.3})
    years = np.array([0.0, 4.0])
    assert (vacancy.return_chance(taxed, years, 0.0, False) > vacancy.return_chance(values, years, 0.0, False)).all()


def test_empty_floors_are_those_above_shops_and_of_shops_that_closed():
    left = conversions.floors(np.array([40.0, 60.0]), np.array([50.0, 50.0]), np.array([3.0, 99.0]), 0.2)
    assert left.tolist() == [17.0, 0.0]


def test_aid_falls_with_income_and_has_a_limit(values):
    share = renovation.aid_share(values, renovation.DEEP, np.zeros(5, int), np.arange(5))
    assert (np.diff(share) <= 0).all()
    generous = SimpleNamespace(**vars(values) | {"renovation_aid": 1.0})
    assert renovation.aid_share(generous, renovation.DEEP, np.zeros(1, int), np.zeros(1, int))[0] == values.aid_limit
    assert renovation.aid_share(values, renovation.GESTURE, np.zeros(1, int), np.zeros(1, int))[0] == values.gesture_aid


def test_social_landlords_sell_only_what_stands_empty():
    assert demolition.excess(0.02, 0.02) == 0.0
    assert demolition.excess(0.03, 0.02) == pytest.approx(0.5)
    assert demolition.excess(0.30, 0.02) == 1.0


def test_fractions_of_homes_add_up():
    carry, built = np.zeros(1), 0
    for _ in range(10):
        whole, carry = supply.to_whole(np.array([0.3]), carry)
        built += int(whole[0])
    assert built in (2, 3)


def test_works_constants_meet_the_published_rates(values):
    keys = mix_keys("home", np.arange(3000))
    draws = Draws(1, 2025)
    homes = SimpleNamespace(
        energy_class=2 + (5 * draws.uniform("test.class", keys)).astype(np.int8),
        surface=40 + 80 * draws.uniform("test.surface", keys), market=np.zeros(3000, np.int8),
        quintile=(5 * draws.uniform("test.quintile", keys)).astype(np.int8), income=np.full(3000, 30_000.0),
        peers=np.full(3000, 0.3), banned=np.zeros(3000, bool), banned_classes=np.zeros(7, bool),
        lived_in=np.ones(3000, bool),
        excess_vacancy=np.zeros(3000), energy_price=0.15, cost_factor=1.0,
    )  # fmt: skip
    chance = np.full(3000, 0.1)
    constants = renovation.calibrate_constants(values, homes, chance, 4000)
    weight = np.exp(renovation.works_utilities(values, homes, constants))
    share = weight / weight.sum(axis=1, keepdims=True)
    assert 0.1 * share[:, 1].sum() / 4000 == pytest.approx(values.gesture_rate, rel=1e-3)
    assert 0.1 * share[:, 2].sum() / 4000 == pytest.approx(values.deep_rate, rel=1e-3)


def test_bans_follow_the_calendar_and_its_delay(values):
    assert renovation.banned_classes(values, 2027).tolist() == [False] * 7
    assert renovation.banned_classes(values, 2028).tolist() == [False] * 6 + [True]
    assert renovation.banned_classes(values, 2037).tolist() == [False] * 4 + [True] * 3
