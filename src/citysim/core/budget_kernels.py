"""Compiled inner loop of a market of goods paid out of an income: sample, test the budget, value, bid."""

from __future__ import annotations

import numpy as np
from numba import njit

from citysim.core.kernels import GAMMA, logarithm, mix, to_unit

WORST = 0.95  # share of income beyond which a cost is no worse


@njit(cache=True)
def bids(probe_stream, taste_stream, keys, good_keys, bucket_table, order, goods, probes, seekers, tables, taste):
    """Candidates that each seeker probes, can pay for and accepts, with its utility and its bid, as compressed rows.

    `bucket_table` int32 [buckets, 4] has the first good of each bucket, the one after its last, and -1 (the seeker who
    looked in last); `goods` float32 [m, 8] has running cost, price, size, quality, place, kind and whether it is aided,
    in the `order` of buckets: a probe touches two lines of memory.
    """
    number = keys.size
    indptr = np.zeros(number + 1, dtype=np.int64)
    capacity = 16 * number + 1024
    good = np.empty(capacity, dtype=np.int64)
    utility = np.empty(capacity, dtype=np.float64)
    score = np.empty(capacity, dtype=np.float64)
    buckets = bucket_table.shape[0]
    probed = np.empty(probes, dtype=np.int32)
    near = np.empty(goods.shape[0] + 1, dtype=np.int32)
    size = 0
    for i in range(number):
        state = mix(probe_stream + keys[i] * GAMMA)
        own = mix(taste_stream + keys[i] * GAMMA)
        income = np.float64(seekers.income[i])
        means, rate, aid = np.float64(seekers.means[i]), np.float64(seekers.rate[i]), np.float64(seekers.aid[i])
        most, most_loan = np.float64(seekers.most[i]), np.float64(seekers.most_loan[i])
        least, need = seekers.least[i], seekers.need[i]
        reservation, bound = np.float64(seekers.reservation[i]), seekers.bound[i]
        group, allowed = seekers.group[i], np.int64(seekers.allowed[i])
        for k in range(probes):
            probed[k] = np.int32(to_unit(mix(state + np.uint64(k) * GAMMA)) * buckets)
        # No branch depends on a good until it is known to be within reach: mispredicted ones cost most of the time.
        found = np.int64(0)
        for k in range(probes):
            bucket = probed[k]
            fresh = bucket_table[bucket, 2] != i
            bucket_table[bucket, 2] = i
            stop = bucket_table[bucket, 1] if fresh else bucket_table[bucket, 0]
            for e in range(bucket_table[bucket, 0], stop):
                near[found] = e
                found += np.int64(goods[e, 0] - seekers.aid[i] * goods[e, 6] <= seekers.most[i])
        for f in range(found):
            e = near[f]
            cost = np.float64(goods[e, 0]) - aid * np.float64(goods[e, 6])
            kind = np.int64(goods[e, 5])
            if not (allowed >> kind) & 1 or goods[e, 2] < least:
                continue
            price = np.float64(goods[e, 1])
            if price > 0.0:
                if means < taste.down_payment * price:
                    continue
                loan = max(price - means, 0.0) * rate
                cost += loan
                if loan > most_loan or cost > most:
                    continue
            left = logarithm(1.0 - min(cost / income, WORST))
            j = order[e]
            value = taste.weight_size * min(goods[e, 2] / need, taste.size_ceiling)
            value += goods[e, 3] + tables.places[i, np.int64(goods[e, 4])] + tables.kinds[group, kind]
            u = to_unit(mix(own + good_keys[j] * GAMMA))
            value -= logarithm(-logarithm(u))
            total = value + taste.weight_budget * left
            if total <= reservation and not bound:
                continue
            if size == capacity:
                capacity *= 2
                good, utility, score = _grown(good, size), _grown(utility, size), _grown(score, size)
            good[size], utility[size] = j, total
            if tables.by_priority[kind]:
                score[size] = seekers.priority[i] + 1e-3 * total
            else:
                exponent = min((reservation - value) / taste.weight_budget, 20.0)
                score[size] = income * (1.0 - np.exp(exponent))
            size += 1
        indptr[i + 1] = size
    return indptr, good[:size], utility[:size], score[:size]


@njit(cache=True)
def _grown(array, used):
    larger = np.empty(2 * array.size, dtype=array.dtype)
    larger[:used] = array[:used]
    return larger
