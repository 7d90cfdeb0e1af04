"""Stylised facts of the stock of homes in a town of 5,000, with wider bands.

The small town is one draw: each fact's `sampling` widens its band by about two standard errors. Under five seeds at
full scale, without any widening: `python -m benchmarks.facts --seeds 5 --only stock`.
"""

import pytest

from validation.facts_stock import FACTS, WATCHERS
from validation.lived import live


@pytest.fixture(scope="module")
def small():
    return live(WATCHERS, "city=smallville")


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.name)
def test_facts_hold_in_a_small_town(small, fact):
    value = fact.value(small)
    assert fact.holds(value, small=True), f"{fact.text}: {value:.4f}"
