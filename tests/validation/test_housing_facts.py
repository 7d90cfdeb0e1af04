"""Stylised facts of the housing market in a town of 5,000, with wider bands.

The small town is one draw: each fact's `sampling` widens its band by about two standard errors. Under five seeds at
full scale, without any widening: `python -m benchmarks.facts --seeds 5 --only housing`.
"""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from citysim.config.compose import compose
from citysim.model import CityModel
from validation.facts_housing import FACTS, WATCHERS, Search
from validation.lived import live


@pytest.fixture(scope="module")
def small():
    return live(WATCHERS, "city=smallville")


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.name)
def test_facts_hold_in_a_small_town(small, fact):
    value = fact.value(small)
    assert fact.holds(value, small=True), f"{fact.text}: {value:.3f}"


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    seed=st.integers(0, 10_000), net=st.floats(-0.03, 0.03), build=st.floats(0.0, 1.5), ban=st.sampled_from([0, 3, 20]),
    burden=st.floats(0.3, 0.5),
)  # fmt: skip
def test_nobody_is_left_out_while_a_fitting_home_is_empty(seed, net, build, ban, burden):
    search = Search()
    try:
        model = CityModel(
            compose(
                "city=smallville", f"seed={seed}", f"domains.demography.net_migration_rate={net:.4f}",
                f"domains.housing.new_build_multiplier={build:.3f}", f"domains.housing.rental_ban_delay={ban}",
                f"domains.housing.burden_limit={burden:.3f}",
            )
        )  # fmt: skip
        for _ in range(5):
            model.step()
    finally:
        search.close()
    assert len(search.left_out) == 7  # with the two years before the first
    assert not any(search.left_out)
