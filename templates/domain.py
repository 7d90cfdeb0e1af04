"""People keep gardens where there is room, and gardens give vegetables.

Share of households with a garden: logit(p) = a + b ln(surface)   (the author of your equation, year)
"""

from __future__ import annotations

from typing import Any

from citysim.core.choice import happens
from citysim.core.declare import Column, Measure, Param, Statistic, mean
from citysim.core.domain import Domain
from citysim.core.draws import Draws


class Gardens(Domain):
    """Who keeps a garden, and what it yields."""

    name = "gardens"
    reads = ("households.dwelling", "dwellings.house")
    params = {  # noqa: RUF012
        "starting_rate": Param("1/year", "share of households in houses that start a garden", low=0, high=1),
    }
    columns = {  # noqa: RUF012
        "households.garden": Column("bool", "flag", "keeps a garden"),
    }
    measures = {  # noqa: RUF012
        "garden_share": Measure("1", "households that keep a garden, per household", by=("zone", "tenure")),
    }

    def step(self, city: Any, year: int, draws: Draws) -> None:
        """Let some of the households in houses start a garden."""
        households = city.households
        home = households["dwelling"]
        in_house = (home >= 0) & city.dwellings["house"][home]
        starts = happens(draws, "gardens.start", city.household_decision_keys(), self.at(year).starting_rate)
        households["garden"] |= in_house & starts

    def measure(self, city: Any, year: int) -> dict[str, Statistic]:
        """Report who keeps a garden."""
        return {"garden_share": mean(city.households["garden"], over="households")}
