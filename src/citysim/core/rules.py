"""Decision rules written for one agent at a time, for those who think in agents rather than in columns.

A rule `rule(agent, year, draws) -> value` sees a handle and draws under that agent's key: the same names give the same
numbers as a rule written for columns, so either form can replace the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.core.agents import RowAgent
from citysim.core.choice import choose
from citysim.core.draws import Draws, Keys

Rule = Callable[[Any, int, "AgentDraws"], Any]


class AgentDraws:
    """Draws of one agent: `Draws` without the key.

    Parameters
    ----------
    draws
        Draws of the year.
    key
        Identity under which the agent decides.
    """

    def __init__(self, draws: Draws, key: int) -> None:
        self._draws = draws
        self._key: Keys = np.array([key], dtype=np.uint64)

    def uniform(self, name: str, index: int = 0) -> float:
        """Draw one uniform on (0, 1)."""
        return float(self._draws.uniform(name, self._key, index=index)[0])

    def normal(self, name: str, index: int = 0) -> float:
        """Draw one standard normal."""
        return float(self._draws.normal(name, self._key, index=index)[0])

    def happens(self, name: str, probability: float, index: int = 0) -> bool:
        """Whether an event of some probability happens to the agent."""
        return self.uniform(name, index) < probability

    def choose(self, name: str, utilities: Iterable[float], index: int = 0) -> int:
        """Pick the alternative of the largest utility plus keyed Gumbel error; -1 where all are -inf."""
        line = np.array([list(utilities)], dtype=np.float64)
        return int(choose(self._draws, name, self._key, line, index=index)[0])


def apply_rule(rule: Rule, agents: Iterable[RowAgent], year: int, draws: Draws) -> NDArray[Any]:
    """Ask every agent, one after the other; slow, and the same numbers as the columns would give.

    Parameters
    ----------
    rule
        `rule(agent, year, draws) -> value`, with `draws` an `AgentDraws`.
    agents
        Handles, for example `model.agents_by_type[Household]`.

    Returns
    -------
    NDArray
        One value per agent, in the order of `agents`.
    """
    return np.array([rule(agent, year, AgentDraws(draws, agent.key)) for agent in agents])
