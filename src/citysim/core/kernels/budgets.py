"""Compiled inner loop of a market of goods paid out of an income: sample, test the budget, value, bid.

Each seeker is served in three short passes without unpredictable branches, since mispredicted ones cost most of the
time: goods in the probed buckets, goods within means, and those that may win, which a bound of the utility leaves open
(see `kernels.choice`). Logarithms come last, for all seekers together, as one seeker's goods are too few to fill the
vector units; the result is exact. Positions are unsigned: each signed one would be tested for counting from the end.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from citysim.core.kernels.choice import BOUND_SHIFT, UPPER
from citysim.core.kernels.draws import GAMMA, exponential, logarithm, mix, to_unit

WORST = 0.95  # share of income beyond which a cost is no worse
MARGIN = 1e-9  # more than the rounding of a bound
RUNNING, PRICE, SIZE, QUALITY, PLACE, KIND, AIDED = range(7)  # columns of the goods
THIRD = 1.0 / 3.0
NONE, ONE, TWO, THREE = (np.uint64(n) for n in range(4))


# error_model="numpy": without Python's test for a division by zero, loops run in the processor's vector units.
@njit(cache=True, error_model="numpy")
def bids(
    probe_stream, taste_stream, keys, rows, good_keys, starts, order, goods, columns, probes, seekers, tables, taste
):  # fmt: skip
    """Candidates that each seeker probes and can pay for, with its utility and its bid, as compressed rows.

    `keys` are those of the `rows` of `seekers` that bid. `starts` uint32 [buckets + 1] has the first good of each
    bucket; `goods` float32 [m, 8] (columns above) and `good_keys` are in the `order` of buckets. Without probes every
    seeker looks at all goods, which `columns` [8, m] then has column by column. Utility is -inf where the seeker does
    not accept.
    """
    indptr = np.zeros(keys.size + 1, dtype=np.int64)
    most = 3 + max(goods.shape[0], probes * np.int64(np.max(starts[1:] - starts[:-1])))  # see `_look_around`
    capacity = 16 * keys.size + most
    good, bits = np.empty(capacity, dtype=np.int64), np.empty(capacity, dtype=np.uint64)
    utility, score = np.empty(capacity), np.empty(capacity)
    near, fits = np.empty(most, dtype=np.uint32), np.empty(columns.shape[1], dtype=np.int32)
    probed = np.empty(probes, dtype=np.uint32)
    size = NONE
    for i in range(keys.size):
        row = np.uint64(rows[i])
        if probes > 0:
            seen = _look_around(mix(probe_stream + keys[i] * GAMMA), starts, probed, near)
            found = _within_means(seen, goods, _limits(row, seekers, taste), near)
        else:
            found = _all_within_means(columns, _limits(row, seekers, taste), fits, near)
        if np.int64(size + found) >= capacity:
            capacity = 2 * np.int64(size + found)
            good, bits = _grown(good, size, capacity), _grown(bits, size, capacity)
            utility, score = _grown(utility, size, capacity), _grown(score, size, capacity)
        own = mix(taste_stream + keys[i] * GAMMA)
        floor = -np.inf if seekers.bound[row] else np.float64(seekers.reservation[row])
        size = _open(
            row, floor, near[:found], own, good_keys, goods, seekers, tables, taste, size, good, bits, utility, score
        )
        indptr[i + 1] = size
    good, utility, score = good[:size], utility[:size], score[:size]
    _judge(indptr, rows, order, goods, seekers, tables, taste, bits, good, utility, score)
    return indptr, good, utility, score


@njit(inline="always")
def _look_around(state, starts, probed, near):
    """Goods in the buckets that a seeker probes; returns their number.

    What lies in a bucket that was probed twice is seen twice, which changes no match.
    """
    buckets = starts.size - 1
    for k in range(probed.size):
        probed[k] = np.uint32(to_unit(mix(state + np.uint64(k) * GAMMA)) * buckets)
    seen = NONE
    for k in range(probed.size):
        bucket = np.uint64(probed[k])
        first = starts[bucket]
        number = np.uint64(starts[bucket + ONE] - first)
        # Three are written whatever their number (mostly 0 to 3), so that no branch depends on it.
        near[seen], near[seen + ONE], near[seen + TWO] = first, first + np.uint32(1), first + np.uint32(2)
        if number > THREE:
            for e in range(3, np.int64(number)):
                near[seen + np.uint64(e)] = first + np.uint32(e)
        seen += number
    return seen


@njit(inline="always")
def _limits(i, seekers, taste):
    """What law, budget and loan allow a seeker, as numbers."""
    means, rate, aid = np.float64(seekers.means[i]), np.float64(seekers.rate[i]), np.float64(seekers.aid[i])
    dearest = max(means + np.float64(seekers.most_loan[i]) / rate, 0.0)
    if taste.down_payment > 0.0:
        dearest = min(dearest, means / taste.down_payment)
    return np.int32(seekers.allowed[i]), seekers.least[i], means, rate, aid, np.float64(seekers.most[i]), dearest


@njit(inline="always")
def _fits(running, price, size, kind, aided, limits):
    """1 if law, budget and loan allow a good, else 0, without branches."""
    allowed, least, means, rate, aid, most, dearest = limits
    price = np.float64(price)
    cost = np.float64(running) - aid * np.float64(aided) + max(price - means, 0.0) * rate
    lawful = ((allowed >> np.int32(kind)) & 1) * np.int32(size >= least)
    return lawful * np.int32(price <= dearest) * np.int32(cost <= most)


@njit(inline="always")
def _within_means(seen, goods, limits, near):
    """Keep the goods that a seeker may and can have; returns their number."""
    found = NONE
    for s in range(np.int64(seen)):
        e = near[s]
        near[found] = e
        row = np.uint64(e)
        found += np.uint64(
            _fits(goods[row, RUNNING], goods[row, PRICE], goods[row, SIZE], goods[row, KIND], goods[row, AIDED], limits)
        )
    return found


@njit(inline="always")
def _all_within_means(columns, limits, fits, near):
    """As `_within_means`, of all goods."""
    running, price, size = columns[RUNNING], columns[PRICE], columns[SIZE]
    kind, aided = columns[KIND], columns[AIDED]
    for e in range(fits.size):
        fits[e] = _fits(running[e], price[e], size[e], kind[e], aided[e], limits)
    found = NONE
    for e in range(fits.size):
        near[found] = e
        found += np.uint64(fits[e])
    return found


@njit(inline="always")
def _open(i, floor, near, own, good_keys, goods, seekers, tables, taste, size, good, bits, utility, score):
    """Add the goods whose utility may exceed the floor: draw, c/Y (`utility`), V less budget and error (`score`).

    ln(1 - x) <= -x - x^2/2 - x^3/3 bounds the budget term.
    """
    means, rate, aid = np.float64(seekers.means[i]), np.float64(seekers.rate[i]), np.float64(seekers.aid[i])
    income, need, group = np.float64(seekers.income[i]), seekers.need[i], np.uint64(seekers.group[i])
    for one in near:
        e = np.uint64(one)
        price = np.float64(goods[e, PRICE])
        loan = max(price - means, 0.0) * rate if price > 0.0 else 0.0
        cost = np.float64(goods[e, RUNNING]) - aid * np.float64(goods[e, AIDED]) + loan
        share = min((cost + taste.own_cost * min(price, means)) / income, WORST)
        worth = taste.weight_size * min(goods[e, SIZE] / need, taste.size_ceiling)
        place, kind = np.uint64(goods[e, PLACE]), np.uint64(goods[e, KIND])
        worth += goods[e, QUALITY] + tables.places[i, place] + tables.kinds[group, kind]
        draw = mix(own + good_keys[e] * GAMMA)
        bound = worth - taste.weight_budget * share * (1.0 + share * (0.5 + THIRD * share)) + MARGIN
        good[size], bits[size], utility[size], score[size] = e, draw, share, worth
        size += np.uint64(bound + UPPER[draw >> BOUND_SHIFT] > floor)
    return size


@njit(inline="always")
def _judge(indptr, rows, order, goods, seekers, tables, taste, bits, good, utility, score):
    """Utility of all goods that `_open` has added, and the bids for them (`score`)."""
    for e in range(good.size):
        score[e] -= logarithm(-logarithm(to_unit(bits[e])))
    for e in range(good.size):
        utility[e] = score[e] + taste.weight_budget * logarithm(1.0 - utility[e])
    for i in range(rows.size):
        reservation = np.float64(seekers.reservation[np.uint64(rows[i])])
        for e in range(indptr[i], indptr[i + 1]):
            score[e] = reservation - score[e]
    for e in range(good.size):
        score[e] = 1.0 - exponential(min(score[e] / taste.weight_budget, 20.0))
    for i in range(rows.size):
        row = np.uint64(rows[i])
        income, priority = np.float64(seekers.income[row]), np.float64(seekers.priority[row])
        reservation, any_good = np.float64(seekers.reservation[row]), seekers.bound[row]
        for e in range(indptr[i], indptr[i + 1]):
            place = np.uint64(good[e])
            ranked = tables.by_priority[np.uint64(goods[place, KIND])]
            value, bid = utility[e], income * score[e]
            rank = priority + 1e-3 * value
            good[e] = order[place]
            utility[e] = value if any_good | (value > reservation) else -np.inf
            score[e] = rank if ranked else bid


@njit(cache=True)
def _grown(array, used, capacity):
    larger = np.empty(capacity, dtype=array.dtype)
    larger[:used] = array[:used]
    return larger
