"""Bids out of an income: the compiled loop equals its twin, and obeys the budget."""

import numpy as np
import pytest

from citysim.core.budget_market import Budgets, Goods, Tables, Taste, all_bids, sampled_bids
from citysim.core.draws import Draws, mix_keys
from citysim.core.market import keyed_errors, sample_candidates, seekers_of
from twins import budgets as twin

SEEKERS, GOODS, PLACES, KINDS = 200, 150, 5, 3


def small_market(seed=1):
    draws = Draws(seed, 2025)
    keys, good_keys = mix_keys("seeker", np.arange(SEEKERS)), mix_keys("good", np.arange(GOODS))

    def random(name, of, low, high):
        return (low + (high - low) * draws.uniform(name, of)).astype(np.float32)

    income = random("income", keys, 600, 5000)
    seekers = Budgets(
        income=income, most=0.4 * income, most_loan=0.35 * income, means=random("means", keys, 0, 90_000),
        rate=np.full(SEEKERS, 0.005, np.float32), aid=random("aid", keys, 0, 200), least=random("least", keys, 9, 40),
        need=random("need", keys, 30, 120), reservation=random("reservation", keys, -1, 3),
        priority=random("priority", keys, 0, 5), group=(random("group", keys, 0, 2.99)).astype(np.int8),
        allowed=np.where(income < 2500, 7, 3).astype(np.uint8), bound=random("bound", keys, 0, 1) < 0.3,
    )  # fmt: skip
    kind = random("kind", good_keys, 0, 2.99).astype(np.int8)
    goods = Goods(
        running=random("running", good_keys, 100, 1200),
        price=np.where(kind == 0, random("price", good_keys, 50_000, 300_000), 0).astype(np.float32),
        size=random("size", good_keys, 15, 140), quality=random("quality", good_keys, -0.3, 0.3),
        place=random("place", good_keys, 0, PLACES - 0.01).astype(np.int16), kind=kind,
    )  # fmt: skip
    tables = Tables(
        places=np.linspace(-1, 1, SEEKERS * PLACES, dtype=np.float32).reshape(SEEKERS, PLACES),
        kinds=np.eye(KINDS, dtype=np.float32), aided=np.array([False, True, True]),
        by_priority=np.array([False, False, True]),
    )  # fmt: skip
    return keys, good_keys, seekers, goods, tables, Taste(3.0, 1.2, 1.3, 0.1, 0.002)


ALL = np.arange(SEEKERS)


def packed(seekers, goods, tables, taste):
    return seekers, goods.packed(tables.aided), tables, taste


def accepted(bids):
    indptr, good, utility, score = bids
    yes = utility > -np.inf
    return seekers_of(indptr)[yes], good[yes], utility[yes], score[yes]


def test_sampled_bids_equal_their_twin():
    keys, good_keys, *market = small_market()
    bids = sampled_bids(Draws(1, 2030), "homes", keys, ALL, good_keys, 8, 128, *packed(*market))
    seeker, good, utility, score = accepted(bids)
    once = np.sort(np.unique(seeker * GOODS + good, return_index=True)[1])  # twice in a bucket probed twice
    assert 0 < once.size < seeker.size
    seeker, good, utility, score = seeker[once], good[once], utility[once], score[once]
    pointer, seen = sample_candidates(Draws(1, 2030), "homes", keys, good_keys, 8, 128)
    error = keyed_errors(Draws(1, 2030), "homes.taste", keys, pointer, good_keys[seen])
    can, expected, rank = twin.bids(seekers_of(pointer), seen, error, *market)
    assert 0 < can.sum() < can.size
    np.testing.assert_array_equal(seeker, seekers_of(pointer)[can])
    np.testing.assert_array_equal(good, seen[can])
    np.testing.assert_allclose(utility, expected[can], atol=1e-5)
    np.testing.assert_allclose(score, rank[can], rtol=1e-4, atol=1e-3)


def test_all_bids_see_every_good():
    keys, good_keys, *market = small_market()
    _, good, utility, _ = accepted(all_bids(Draws(1, 2031), "homes", keys, ALL, good_keys, *packed(*market)))
    pointer = np.arange(SEEKERS + 1) * GOODS
    every = np.tile(np.arange(GOODS), SEEKERS)
    error = keyed_errors(Draws(1, 2031), "homes.taste", keys, pointer, good_keys[every])
    can, expected, _ = twin.bids(seekers_of(pointer), every, error, *market)
    np.testing.assert_array_equal(good, every[can])
    np.testing.assert_allclose(utility, expected[can], atol=1e-5)


@pytest.mark.parametrize("share", [0.2, 0.4])
def test_nobody_bids_beyond_the_budget(share):
    keys, good_keys, seekers, goods, tables, taste = small_market()
    seekers = seekers._replace(most=share * seekers.income)
    market = packed(seekers, goods, tables, taste)
    who, good, _, _ = accepted(all_bids(Draws(1, 2032), "homes", keys, ALL, good_keys, *market))
    aid = np.where(tables.aided[goods.kind[good]], seekers.aid[who], 0)
    assert (goods.running[good] - aid <= share * seekers.income[who] + 1e-3).all()
    assert (seekers.allowed[who] >> goods.kind[good] & 1).all()


def test_some_seekers_bid_as_they_would_among_all():
    keys, good_keys, *market = small_market()
    some = ALL[::3]
    whole = accepted(all_bids(Draws(1, 2033), "homes", keys, ALL, good_keys, *packed(*market)))
    part = accepted(all_bids(Draws(1, 2033), "homes", keys[some], some, good_keys, *packed(*market)))
    mine = np.isin(whole[0], some)
    np.testing.assert_array_equal(some[part[0]], whole[0][mine])
    for alone, among in zip(part[1:], whole[1:], strict=True):
        np.testing.assert_array_equal(alone, among[mine])


def test_without_a_down_payment_nobody_needs_own_money():
    keys, good_keys, seekers, goods, tables, taste = small_market()
    nothing = seekers._replace(means=np.zeros_like(seekers.means), allowed=np.ones_like(seekers.allowed))
    for share, buys in ((0.0, True), (0.1, False)):
        market = packed(nothing, goods, tables, taste._replace(down_payment=share))
        who, *_ = accepted(all_bids(Draws(1, 2034), "homes", keys, ALL, good_keys, *market))
        assert (who.size > 0) == buys
