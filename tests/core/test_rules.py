"""A rule written for one agent and the same rule written for columns give the same answers."""

import numpy as np
import pytest

from citysim.city.agents import Household
from citysim.core.choice import choose, happens
from citysim.core.draws import Draws, RepeatedDrawError
from citysim.core.rules import AgentDraws, apply_rule

NUMBER = 500


def test_both_forms_agree_on_500_households(live):
    model = live()
    households = model.city.households
    agents = list(model.agents_by_type[Household])[:NUMBER]
    keys, size, income = households.key[:NUMBER], households["size"][:NUMBER], households["income"][:NUMBER]

    def one(household, year, draws):
        if not draws.happens("test.garden", 0.1 * household.size):
            return -1
        return draws.choose("test.crop", [0.0, household.income / 30_000, -0.5])

    starts = happens(Draws(1, 2040), "test.garden", keys, 0.1 * size)
    utilities = np.stack([np.zeros(NUMBER), income / 30_000.0, np.full(NUMBER, -0.5)], axis=1)
    crop = np.where(starts, choose(Draws(1, 2040), "test.crop", keys, utilities), -1)
    assert (crop >= 0).any()
    np.testing.assert_array_equal(apply_rule(one, agents, 2040, Draws(1, 2040)), crop)


def test_one_agent_draws_what_the_column_draws():
    keys = np.array([5, 6, 7], dtype=np.uint64)
    column = Draws(3, 2030).normal("x", keys)
    one = Draws(3, 2030)
    assert [AgentDraws(one, key).normal("x") for key in (5, 6, 7)] == column.tolist()


def test_an_agent_asked_twice_raises():
    draws = Draws(1, 2030)
    AgentDraws(draws, 5).uniform("x")
    AgentDraws(draws, 6).uniform("x")
    with pytest.raises(RepeatedDrawError):
        AgentDraws(draws, 5).uniform("x")
    with pytest.raises(RepeatedDrawError):
        draws.uniform("x", np.array([1, 6], dtype=np.uint64))
