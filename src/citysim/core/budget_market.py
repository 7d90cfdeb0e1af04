"""A market of indivisible goods that seekers pay for out of an income: what they can pay, like and bid.

Net cost c = running cost + max(0, price - means) * rate - aid, and what own money forgoes, which nobody has to pay.
Utility V = b ln(1 - c/Y) + s min(size/need, m) + quality + place + kind + keyed Gumbel error.
Bid: the cost at which the good is worth no more than staying as one is, Y (1 - exp((reservation - V') / b)), V' being V
without its budget term (bid rent: Alonso 1964); goods of some kinds go by priority instead.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from citysim.core.draws import Draws, Keys
from citysim.core.kernels import budgets as kernels
from citysim.core.market import by_bucket

Array = NDArray[Any]
Bids = tuple[Array, Array, Array, Array]
ABOVE = np.float32(1.0 + 1e-5)  # as much more than the rounding of a price


class Budgets(NamedTuple):
    """What seekers can pay and want, one value each.

    Attributes
    ----------
    income
        float32, per month.
    most, most_loan
        float32, highest net cost and highest payment for a loan, per month.
    means, rate
        float32, own money (never negative), and monthly payment per unit borrowed.
    aid
        float32, monthly aid for goods of aided kinds.
    least, need
        float32, smallest size accepted by law and size wanted.
    reservation
        float32, utility of staying as one is.
    priority
        float32, rank for goods that go by priority.
    group
        int8, row of the table of kinds.
    allowed
        uint8, kinds open to the seeker, bit by bit.
    bound
        bool, accepts any good, however little it is worth.
    """

    income: Array
    most: Array
    most_loan: Array
    means: Array
    rate: Array
    aid: Array
    least: Array
    need: Array
    reservation: Array
    priority: Array
    group: Array
    allowed: Array
    bound: Array

    def take(self, rows: Array) -> Budgets:
        """Budgets of some seekers."""
        return Budgets(*(values.take(rows) for values in self))


class Goods(NamedTuple):
    """What is on offer, one value each.

    Attributes
    ----------
    running, price
        float32, cost per month, and price to pay or borrow (0: none).
    size, quality
        float32, size and utility of what all seekers like alike.
    place
        int16, column of the seekers' values of places.
    kind
        int8.
    """

    running: Array
    price: Array
    size: Array
    quality: Array
    place: Array
    kind: Array

    def packed(self, aided: Array) -> Array:
        """The goods as rows of eight numbers, float32 [m, 8], as bids take them; `aided` bool [kinds]."""
        rows = np.zeros((self.kind.size, 8), np.float32)
        for column, values in enumerate((*self, aided.take(self.kind))):
            rows[:, column] = values
        return rows


class Tables(NamedTuple):
    """Values by place and kind.

    Attributes
    ----------
    places
        float32 [seekers, places].
    kinds
        float32 [groups, kinds].
    aided, by_priority
        bool [kinds].
    """

    places: Array
    kinds: Array
    aided: Array
    by_priority: Array


class Taste(NamedTuple):
    """Weights of the utility, the share of a price that a buyer has to own, and what own money put in costs a month."""

    weight_budget: float
    weight_size: float
    size_ceiling: float
    down_payment: float
    own_cost: float


def sampled_bids(
    draws: Draws, name: str, keys: Keys, rows: Array, good_keys: Keys, probes: int, buckets: int,
    seekers: Budgets, goods: Array, tables: Tables, taste: Taste, index: int = 0,
) -> Bids:  # fmt: skip
    """Let seekers bid for the goods that lie in the hash buckets they probe.

    As `core.market.sample_candidates` shows them, but twice if the same bucket is probed twice: no match depends on it.

    Parameters
    ----------
    keys, rows
        Identity, and row among the `seekers`, of those who bid, [n].
    goods
        Of `Goods.packed`.

    Returns
    -------
    tuple
        `indptr` [n + 1], positions of goods, utilities (-inf: not accepted) and scores: compressed rows for
        `deferred_acceptance`.
    """
    order, starts = by_bucket(draws.uniform(f"{name}.bucket", good_keys, index=index), buckets)
    probe, error = draws.claim(f"{name}.probe", keys, index), draws.claim(f"{name}.taste", keys, index)
    no_columns = np.empty((8, 0), np.float32)
    starts, goods = starts.view(np.uint32), goods.take(order, axis=0)
    return kernels.bids(
        probe, error, keys, rows, good_keys[order], starts, order, goods, no_columns, probes, seekers, tables, taste
    )


def all_bids(
    draws: Draws, name: str, keys: Keys, rows: Array, good_keys: Keys,
    seekers: Budgets, goods: Array, tables: Tables, taste: Taste, index: int = 0,
) -> Bids:  # fmt: skip
    """Let seekers bid for all goods; otherwise as `sampled_bids`."""
    order = _within_reach(seekers.take(rows), goods, taste)
    starts, error = np.array([0, order.size], np.uint32), draws.claim(f"{name}.taste", keys, index)
    goods = goods.take(order, axis=0)
    columns = np.ascontiguousarray(goods.T)
    return kernels.bids(
        error, error, keys, rows, good_keys.take(order), starts, order, goods, columns, 0, seekers, tables, taste
    )


def _within_reach(seekers: Budgets, goods: Array, taste: Taste) -> Array:
    """Positions of the goods that somebody may have: those who look at all goods are few, and mostly poor."""
    dearest = seekers.means + seekers.most_loan / seekers.rate
    if taste.down_payment > 0:
        dearest = np.minimum(dearest, seekers.means / np.float32(taste.down_payment))
    lawful = (np.bitwise_or.reduce(seekers.allowed) >> goods[:, kernels.KIND].astype(np.int8)) & 1 > 0
    cheap = goods[:, kernels.RUNNING] <= (seekers.most + seekers.aid).max(initial=0.0)
    return np.flatnonzero(lawful & cheap & (goods[:, kernels.PRICE] <= ABOVE * dearest.max(initial=0.0)))
