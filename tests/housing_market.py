"""A made-up housing market for tests: random households without a home, and random homes in three zones."""

from __future__ import annotations

import numpy as np

from citysim.core.budget_market import Budgets, Goods
from citysim.core.draws import Draws, mix_keys
from citysim.domains.housing.appraisal import Map, tenure_table
from citysim.domains.housing.base import bucket_count
from citysim.domains.housing.market import Market, Seekers
from citysim.domains.housing.needs import Means, Needs

HOMES, HOUSEHOLDS = 1500, 1600


def town(values, seekers=HOUSEHOLDS, homes=HOMES, seed=1, dear=1.0):
    """A market of random households, none with a home, and random homes in three zones."""
    draws = Draws(seed, 2030)
    keys, home_keys = mix_keys("seeker", np.arange(seekers)), mix_keys("home", np.arange(homes))
    income = (900 + 3500 * draws.uniform("test.income", keys)).astype(np.float32)
    zero, ones = np.zeros(seekers, np.float32), np.ones(seekers, np.float32)
    needs = Needs(
        income=income, standard=12 * income, quintile=np.zeros(seekers, np.int8), space=50 * ones,
        rooms=np.ones(seekers, np.int8), age=np.full(seekers, 40),
        zone=np.zeros(seekers, np.int16), car=np.zeros(seekers, np.int8), profile=np.zeros(seekers, np.int8),
        works=np.full((2, seekers), -1, np.int16), presence=np.ones((2, seekers), np.float32), equity=zero,
    )  # fmt: skip
    means = Means(
        market=np.full(seekers, 3, np.int8), least_space=9 * ones,
        funds=(80_000 * draws.uniform("test.means", keys)).astype(np.float32), annuity=0.005 * ones,
        eligible=income < 2200, aid=zero,
    )  # fmt: skip
    budgets = Budgets(
        income=income, most=0.4 * income, most_loan=0.35 * income, means=means.funds, rate=means.annuity, aid=zero,
        least=means.least_space, need=needs.space, reservation=np.full(seekers, -4, np.float32), priority=zero,
        group=means.market, allowed=np.where(means.eligible, 7, 3).astype(np.uint8), bound=np.ones(seekers, bool),
    )  # fmt: skip
    kind = (3 * draws.uniform("test.kind", home_keys)).astype(np.int8)
    surface = (20 + 100 * draws.uniform("test.surface", home_keys)).astype(np.float32)
    rent = np.array([2.0, 9.0, 6.0], np.float32)[kind] * np.float32(dear)
    offer = Goods(
        running=surface * rent, price=np.where(kind == 0, 1700 * surface, 0).astype(np.float32), size=surface,
        quality=np.zeros(homes, np.float32), place=(3 * draws.uniform("test.zone", home_keys)).astype(np.int16),
        kind=kind,
    )  # fmt: skip
    here = Map(
        np.zeros((3, 10), np.float32), np.zeros(3, np.float32), np.zeros((2, 3, 3), np.float32),
        np.zeros((3, 3), np.float32), tenure_table(values, np.zeros(3)),
    )  # fmt: skip
    market = Market(
        draws, values, lambda rows: Goods(*(column[rows] for column in offer)), home_keys,
        lambda rows: np.ones(rows.size, bool), here,
        np.zeros(3, np.int64), np.array([bucket_count(homes)]),
    )  # fmt: skip
    rows = np.arange(seekers)
    return market, Seekers(rows, keys, np.full(seekers, -1), needs, means, budgets), offer
