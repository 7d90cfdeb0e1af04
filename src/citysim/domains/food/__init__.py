"""What food costs households, where they buy it, what they eat, and who goes short.

Budgets follow the Engel curve (`budget`), purchases a choice among channels (`channels`), diets the norm, neighbours
and prices (`diet`); shops and local farms follow demand (`supply`).
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from citysim.city.city import City
from citysim.city.codes import FoodChannel, HouseholdType, Labour
from citysim.core.choice import choose, happens
from citysim.core.declare import Statistic
from citysim.core.domain import TODAY, Domain
from citysim.core.draws import Draws
from citysim.core.kernels import ranks
from citysim.core.kernels.columns import either, looked_up, sums_by_link
from citysim.domains.food import diet, market
from citysim.domains.food.budget import (
    LOWEST_STANDARD,
    POVERTY,
    consumption,
    engel_level,
    engel_share,
    insecurity_score,
    level_for_mean,
    logistic,
)
from citysim.domains.food.channels import constants_for
from citysim.domains.food.declarations import COLUMNS, MEASURES, PARAMS
from citysim.domains.food.measures import Factors, measures_of

BASE_YEAR = 2025
CHILD = 15  # younger people eat what their household's reference person eats


class Food(Domain):
    """Food budgets, shopping, diets and food insecurity."""

    name = "food"
    reads = (
        "persons.age",
        "persons.sex",
        "persons.education",
        "persons.labour",
        "persons.household",
        "persons.mother",
        "persons.skill_digital",
        "households.reference_person",
        "households.size",
        "households.children",
        "households.type",
        "households.consumption_units",
        "households.founded_year",
        "households.zone",
        "households.last_move_year",
        "households.income",
        "households.cars",
        "zones.area_km2",
        "zones.group",
        "zones.footfall",
        "facilities.kind",
        "facilities.zone",
    )
    params = PARAMS
    columns = COLUMNS
    measures = MEASURES
    offers = (
        "short_chain_utility",
        "short_chain_supply",
        "egrocery_utility",
        "meat_utility",
        "meat",
        "waste",
        "canteen_waste",
        "delivery_distance",
        "home_cooking",
    )
    couplings: ClassVar[dict[str, str]] = {
        "income": "growing incomes change budgets and food insecurity",
        "online_substitution": "e-grocery takes turnover from shops",
        "telework_footfall": "people who work at home pass by fewer shops",
    }

    def start(self, city: City, draws: Draws) -> None:
        """Place shops, and draw diets and channels of the base year from their equilibrium."""
        p = self.at(TODAY)
        self.base: dict[str, Any] = {}
        self.last: dict[str, Any] = {}
        self._start_diets(city, p, draws)
        market.place_shops(city)
        households = city.households
        self._spend(city, TODAY)
        self._find_access(city, TODAY)
        poor = self.last["relative"] < POVERTY
        households["food_insecure"] = poor
        rows = np.arange(households.size)
        utility = market.utilities_of(city, p, rows, self.last, 0.0, 0.0)
        self.base["constants"] = constants_for(utility, households["food_budget"], p.channel_share)
        keys = city.household_decision_keys()
        chosen = choose(draws, "food.channel_start", keys, utility + self.base["constants"])
        households["food_channel"] = chosen

    def arrive(self, city: City, rows: Any, draws: Draws) -> None:
        """Newborns will eat what their mother eats."""
        if "persons" not in rows:
            return
        persons, new = city.persons, rows["persons"]
        born = new[(persons["age"][new] == 0) & (persons["mother"][new] >= 0)]
        persons["diet"][born] = persons["diet"][persons["mother"][born]]

    def step(self, city: City, year: int, draws: Draws) -> None:
        """Live one year of food."""
        self._spend(city, year)
        self._find_access(city, year)
        self._go_short(city, year, draws)
        self._choose_channels(city, year, draws)
        self._change_diets(city, year, draws)
        self._follow_demand(city, year)
        self._book_costs(city, year)

    def measure(self, city: City, year: int) -> dict[str, Statistic]:
        """Report budgets, channels, diets and insecurity."""
        factors = Factors(
            meat=self.offered("meat", 1.0, over="persons"),
            waste=self.offered("waste", 1.0, over="persons"),
            canteens=self.offered("canteen_waste", 1.0),
            distance=self.offered("delivery_distance", 1.0),
        )
        return measures_of(city, self.at(year), self.base, factors)

    def _start_diets(self, city: City, p: Any, draws: Draws) -> None:
        persons = city.persons
        tastes = diet.taste(persons["sex"], persons["age"], persons["education"], p)
        tastes += self.offered("meat_utility", 0.0, over="persons")
        self.base["levels"] = diet.levels_for(tastes, p.diet_share)
        lot = draws.uniform("food.diet_start", persons.key)
        edges = np.cumsum(diet.equilibrium(tastes, self.base["levels"])[:, :-1], axis=1)
        persons["diet"] = (lot[:, None] >= edges).sum(axis=1)
        self._feed_children(city)

    def _feed_children(self, city: City) -> None:
        persons, households = city.persons, city.households
        child = np.flatnonzero((persons["age"] < CHILD) & (persons["household"] >= 0))
        reference = households["reference_person"][persons["household"][child]]
        persons["diet"][child] = persons["diet"][reference]

    def _spend(self, city: City, year: int) -> None:
        """Set food budgets along the Engel curve, at the year's price."""
        p, households = self.at(year), city.households
        units = np.maximum(households["consumption_units"], 1.0)
        income = np.maximum(households["income"], LOWEST_STANDARD * units)
        standard = income / units
        median = ranks.median(standard)
        usual = self.base.setdefault("median", median)
        if not self.coupled("income"):
            income, standard, median = income * (usual / median), standard * (usual / median), usual
        relative = standard / median
        spent = consumption(income, relative, p.spending_share, p.spending_slope)
        per_unit = spent / units
        mean = self.base.setdefault("consumption", float(per_unit.mean()))
        if "engel" not in self.base:
            self.base["engel"] = engel_level(per_unit / mean, spent, p.budget_share, p.engel_slope)
        share = engel_share(per_unit / mean, self.base["engel"], p.engel_slope)
        share = share * p.price_index ** (1.0 + p.price_elasticity)
        share = share * self.offered("home_cooking", 1.0, over="households")
        households["food_share"] = share
        households["food_budget"] = share * spent
        self.last["relative"] = relative
        if "quintiles" not in self.base:
            self.base["quintiles"] = np.quantile(relative, [0.2, 0.4, 0.6, 0.8])
        self.last["quintile"] = sum((relative >= edge).astype(np.int8) for edge in self.base["quintiles"])

    def _find_access(self, city: City, year: int) -> None:
        """Minutes to shops, and the chance of living in a food desert."""
        p = self.at(year)
        self.last["access"], self.last["minutes"] = market.access(city, p)
        market.find_deserts(city, p)

    def _go_short(self, city: City, year: int, draws: Draws) -> None:
        """Draw who does not always have enough to eat."""
        p, persons, households = self.at(year), city.persons, city.households
        reference = households["reference_person"]
        score = insecurity_score(
            self.last["relative"] < POVERTY,
            households["type"] == HouseholdType.SINGLE_PARENT,
            households["food_desert"],
            households["food_channel"] == FoodChannel.AID,
            persons["age"][reference],
            persons["labour"][reference] == Labour.UNEMPLOYED,
            p,
        )
        if "insecurity" not in self.base:
            self.base["insecurity"] = level_for_mean(score, p.insecurity_base, households["size"].astype(np.float64))
        keys = city.household_decision_keys()
        # A hardship threshold of one's own, drawn once and kept by most from year to year: shortage lasts.
        kept = happens(draws, "food.hardship_memory", keys, p.insecurity_memory)
        lasting = Draws(draws.seed, BASE_YEAR).uniform("food.hardship", keys)
        lot = either(kept, lasting, draws.uniform("food.hardship_now", keys))
        households["food_insecure"] = lot < logistic(self.base["insecurity"] + score)

    def _choose_channels(self, city: City, year: int, draws: Draws) -> None:
        """Let some households reconsider where they shop."""
        p, households = self.at(year), city.households
        keys = city.household_decision_keys()
        event = (households["founded_year"] == year) | (households["last_move_year"] == year)
        event |= (households["food_channel"] == FoodChannel.AID) & ~households["food_insecure"]
        event |= happens(draws, "food.review", keys, p.review_rate)
        rows = np.flatnonzero(event)
        short = p.support_utility * p.short_chain_support + market.shortage(city, self.base)
        short = short + self.offered("short_chain_utility", 0.0, over="households")
        online = p.egrocery_offer + self.offered("egrocery_utility", 0.0, over="households")
        utility = market.utilities_of(city, p, rows, self.last, short, online)
        utility += self.base["constants"]
        households["food_channel"][rows] = choose(draws, "food.channel", keys[rows], utility)

    def _change_diets(self, city: City, year: int, draws: Draws) -> None:
        """Move people one step along the diets, then reckon what they eat."""
        p, persons = self.at(year), city.persons
        eaten = persons["diet"]
        zone = city.person_zone()
        mean = sums_by_link(zone, city.internal, eaten) / np.maximum(sums_by_link(zone, city.internal), 1)
        usual = self.base.setdefault("zone_diet", mean)
        push = p.meat_norm_shift + p.diet_price * np.log(p.price_index) + p.diet_peers * (mean - usual)
        tastes = diet.taste(persons["sex"], persons["age"], persons["education"], p)
        tastes += looked_up(push.astype(np.float32), zone)
        tastes += self.offered("meat_utility", 0.0, over="persons")
        less, more = diet.rates(eaten, tastes, self.base["levels"], p.diet_pace)
        lot = draws.uniform("food.diet", persons.key)
        persons["diet"] = diet.change(eaten, lot, less, more)
        self._feed_children(city)
        self._calibrate_plates(city, p)

    def _calibrate_plates(self, city: City, p: Any) -> None:
        """Scale meat, and what else is eaten, to the published means of the base year (first year only)."""
        if "meat_scale" in self.base:
            return
        eaten = city.persons["diet"]
        factor = self.offered("meat", 1.0, over="persons") * p.price_index**p.meat_price_elasticity
        self.base["meat_scale"] = p.meat_base / float(np.mean(p.meat_by_diet[eaten] * factor))
        without, added = diet.meal_footprints(p)
        meals = float(np.mean(without[eaten] + added[eaten] * factor)) * p.main_meals
        self.base["other_footprint"] = p.footprint_base - meals

    def _follow_demand(self, city: City, year: int) -> None:
        """Let shops enter and leave, and local supply follow demand."""
        p = self.at(year)
        more = self.offered("short_chain_supply", 1.0)
        market.follow(
            city,
            p,
            self.last,
            self.base,
            online=self.coupled("online_substitution"),
            footfall=self.coupled("telework_footfall"),
            local=more,
        )

    def _book_costs(self, city: City, year: int) -> None:
        """Book support to short chains and food aid."""
        p, households = self.at(year), city.households
        support = p.short_chain_support * p.support_cost * city.persons.size
        self.book("short_chain_support", support, payer="commune", payee="farms_and_shops")
        aided = households["food_channel"] == FoodChannel.AID
        people = float(households["size"][aided].sum())
        self.book("food_aid", people * p.aid_value, payer="state", payee="households")
