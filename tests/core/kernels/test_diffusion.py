"""The diffusion kernels against their NumPy twins."""

import numpy as np
import pytest

from citysim.core.draws import Draws, mix_keys
from citysim.core.kernels import diffusion
from citysim.core.kernels.circles import circle_tables
from twins import diffusion as twins

CIRCLES = np.uint64(12345)
CIRCLE_NAMES = ("zone", "work", "peers")


def agents(number=4000, entries=7, zones=5):
    draws = Draws(3, 0)
    keys = mix_keys("agent", np.arange(number))

    def integers(name, top):
        return draws.integers(f"test.{name}", keys, top).astype(np.int16)

    masks = draws.uniform("test.mask", keys) * 2**entries
    return {
        "keys": keys,
        "home_keys": mix_keys("home", np.arange(number)),
        "held": masks.astype(np.uint64),
        "allowed": (draws.uniform("test.allowed", keys) * 2**entries).astype(np.uint64) | np.uint64(3),
        "zone": integers("zone", zones + 1) - 1,
        "work": integers("work", zones + 1) - 1,
        "peers": integers("peers", 9) - 1,
        "kind": integers("kind", 4),
    }


def settings(entries=7, zones=5, kinds=4):
    spaced = np.linspace(0.05, 0.9, entries)
    prerequisites = np.zeros(entries, np.uint64)
    prerequisites[2], prerequisites[5] = 1, 2
    lapses = np.zeros(entries, bool)
    lapses[3] = True
    return {
        "at_home": np.arange(entries) % 3 == 1,
        "innovation": spaced / 20,
        "imitation": spaced / 2,
        "local": np.outer(spaced, np.linspace(0.2, 1.0, zones)),
        "factor": np.outer(np.ones(entries), np.linspace(0.5, 2.0, kinds)),
        "lifetime": np.where(np.arange(entries) % 2, 4.0, 0.0),
        "bound": np.outer(np.ones(entries), np.linspace(0.3, 0.7, kinds)),
        "ceiling": spaced[::-1].copy(),
        "willing": np.minimum(1.2 * spaced[::-1], 1.0),
        "abandonment": spaced / 10,
        "prerequisites": prerequisites,
        "lapses": lapses,
    }


def streams(entries=7):
    draws = Draws(3, 2030)
    return np.array([[draws.stream(f"test.{row}.{t}") for t in range(entries)] for row in range(2)], np.uint64)


GROUPS = (5, 5, 8)


def tables_of(people, stream):
    circles = np.stack([people[name] for name in CIRCLE_NAMES])
    return circle_tables(stream, people["keys"], people["held"], circles, GROUPS)


def apart(table):
    """Tables of the three circles."""
    assert not table[-1].any()  # where nobody is seen
    return tuple(np.split(table[:-1], np.cumsum(GROUPS)[:-1]))


def test_bit_counts_equal_the_plain_count():
    people = agents(number=70_000, entries=62, zones=2)
    counted = diffusion.bit_counts(people["held"], people["zone"], 2)
    assert np.array_equal(counted, twins.bit_counts(people["held"], people["zone"], 2))


def test_pair_counts_equal_the_plain_count():
    people = agents()
    code = people["kind"].astype(np.uint8)
    counted = diffusion.pair_counts(people["zone"], code, 5, 4)
    assert np.array_equal(counted, twins.pair_counts(people["zone"], code, 5, 4))


@pytest.mark.parametrize("number", [3, 200, 4000])
def test_circle_tables_show_the_oldest_agent_of_each_slot(number):
    people = agents(number)
    for rank, (table, name) in enumerate(zip(apart(tables_of(people, CIRCLES)), CIRCLE_NAMES, strict=True)):
        keys, masks = people["keys"], people["held"]
        twin = twins.circle_table(CIRCLES, keys, masks, people[name], GROUPS[rank], 20 * rank)
        assert np.array_equal(table, twin)


def test_a_year_of_spread_equals_its_twin():
    people, entries, stream = agents(), settings(), streams()
    table = tables_of(people, CIRCLES)
    circles = np.stack([people[name] for name in CIRCLE_NAMES])
    fast = diffusion.spread(
        stream, CIRCLES, people["keys"], people["home_keys"], entries["at_home"], people["held"], people["allowed"],
        circles, table, GROUPS, people["kind"], 0.1,
        *(values for name, values in entries.items() if name != "at_home"),
    )  # fmt: skip
    slow = twins.spread(
        stream,
        CIRCLES,
        people["keys"],
        people["home_keys"],
        people["held"],
        people["allowed"],
        circles,
        apart(table),
        people["kind"],
        0.1,
        entries,
    )
    for one, other in zip(fast, slow, strict=True):
        assert np.array_equal(one, other)
    assert fast[1].sum() > 200
    assert fast[2].sum() > 100


def test_a_newcomer_changes_the_acquaintances_of_few():
    people = agents()
    circles = np.stack([people[name] for name in CIRCLE_NAMES])
    before = twins.acquaintance_counts(CIRCLES, people["keys"], circles, apart(tables_of(people, CIRCLES)), 0.1, 7)
    more = {name: np.append(values, values[:1]) for name, values in people.items()}
    more["keys"] = np.append(people["keys"], mix_keys("newcomer", np.array([1])))
    after = twins.acquaintance_counts(CIRCLES, people["keys"], circles, apart(tables_of(more, CIRCLES)), 0.1, 7)
    assert np.mean((before != after).any(axis=1)) < 0.02
