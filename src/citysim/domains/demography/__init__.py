"""People age, die, have children, pair off, part, leave home, move away and move in; homes follow them.

Order of the year (LIAM2 and the model's annual cycle): ageing and deaths, nursing homes, moving in with children,
births, returning to parents, leaving home, separations, unions, departures, arrivals, homes. Separations come before
unions and whoever separates waits a year; births come before unions. The mechanisms and their references are in the
modules here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from citysim.city.city import City
from citysim.city.codes import Custody
from citysim.core.declare import Statistic
from citysim.core.domain import Domain
from citysim.core.draws import Draws
from citysim.core.kernels.columns import rows_where
from citysim.domains.demography import (
    alignment,
    attractiveness,
    fertility,
    households,
    inheritance,
    institutions,
    leaving,
    measures,
    migration,
    mortality,
    returning,
    separations,
    unions,
)
from citysim.domains.demography.declared import COLUMNS, MEASURES, PARAMS
from citysim.domains.demography.year import ADULT, Year


class Demography(Domain):
    """Who lives in the city, and with whom."""

    name = "demography"
    reads = (
        "persons.education",
        "persons.health",
        "persons.gir",
        "persons.nursing_home_entry",
        "persons.exposure",
        "persons.labour",
        "persons.wage",
        "persons.telework_days",
        "households.zone",
        "households.tenure",
        "households.income",
        "households.wealth",
        "households.home_cash",
        "households.home_debt",
        "households.dwelling",
        "dwellings.owner",
        "zones.nursing_beds",
        "zones.rent_index",
        "zones.access_services",
        "zones.gp_wait_days",
    )
    params = PARAMS
    columns = COLUMNS
    measures = MEASURES
    rows = ("persons", "households")
    couplings: Mapping[str, str] = {
        "attractiveness": "wages, rents, services, jobs and telework change how many people move in",
        "housing_cost": "rents that outrun incomes keep young adults with their parents",
        "care_scarcity": "long waits for a doctor keep people from moving in",
        "exposure_activity": "fine particles raise the risk of death",
    }

    def start(self, city: City, draws: Draws) -> None:
        """Describe the synthesised homes by the rules that will keep them."""
        self.base: dict[str, Any] = {"union_buckets": {}}
        self.events: dict[str, float] = {}
        self.attractiveness = 1.0
        now = self._year(city, 0, draws)
        households.describe_homes(now, *households.shelter_minors(now))

    def step(self, city: City, year: int, draws: Draws) -> None:
        """Live one year."""
        now = self._year(city, year, draws)
        living = city.persons.size
        self._age(city)
        self._freeze(now)
        alignment.remember(now)
        self.attractiveness = attractiveness.observe(now)
        mortality.deaths(now)
        institutions.nursing_homes(now)
        returning.join_children(now)
        institutions.leave_institutions(now)
        institutions.enter_other_institutions(now)
        fertility.births(now)
        returning.return_to_parents(now)
        leaving.leave_home(now)
        separations.separations(now)
        unions.unions(now)
        migration.departures(now)
        migration.arrivals(now, living, self.attractiveness)
        members, minors = households.shelter_minors(now)
        emptied = rows_where(members == 0)
        inheritance.hand_on(now, members, emptied)
        households.retain_homes(now, members, emptied)
        households.describe_homes(now, members, minors)
        self.events = now.events

    def measure(self, city: City, year: int) -> dict[str, Statistic]:
        """Report people, homes and the year's events."""
        return measures.report(city, self.base, self.events, self.attractiveness)

    def _year(self, city: City, year: int, draws: Draws) -> Year:
        coupled = {name: self.coupled(name) for name in self.couplings}
        return Year(city, year, draws, self.at(year), self.base, coupled)

    def _freeze(self, now: Year) -> None:
        """Keep what later years are relative to, in the first year: later the future would already be in it."""
        if "first_year" not in self.base:
            self.base["first_year"] = now.year
            institutions.freeze_places(now)
            migration.freeze_flows(now)
            mortality.freeze_population(now)

    @staticmethod
    def _age(city: City) -> None:
        age = city.persons["age"]
        age[:] += 1
        city.persons["custody"][rows_where(age == ADULT)] = Custody.NONE
