"""Measures of food: budgets, channels, diets, shortage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from citysim.city.city import City
from citysim.city.codes import Diet, FoodChannel, names
from citysim.core.declare import Statistic, by_group, mean, ratio, total
from citysim.domains.food.diet import meal_footprints


@dataclass
class Factors:
    """What technologies change this year: meat and waste per person or one number, canteen waste, van-km per drop."""

    meat: Any
    waste: Any
    canteens: float
    distance: float


def measures_of(city: City, p: Any, base: dict[str, Any], factors: Factors) -> dict[str, Statistic]:
    """All measures of the year; changes nothing.

    Parameters
    ----------
    base
        Constants of the base year: scale of meat and the rest of the footprint.
    """
    return _money(city) | _access(city) | _plates(city, p, base, factors) | _shops(city, p, factors.distance)


def _money(city: City) -> dict[str, Statistic]:
    households, persons = city.households, city.persons
    budget, channel = households["food_budget"], households["food_channel"]
    spent = np.bincount(channel, weights=budget, minlength=len(FoodChannel)) / max(float(budget.sum()), 1.0)
    spending = dict(zip(names(FoodChannel), spent.tolist(), strict=True))
    insecure = np.append(households["food_insecure"], False)[persons["household"]]
    supply, bought = float(city.zones["short_chain_supply"].sum()), spent[FoodChannel.SHORT_CHAIN] * budget.sum()
    return {
        "insecurity_share": mean(insecure, "persons", persons["household"] >= 0),
        "short_chain_share": ratio(budget * (channel == FoodChannel.SHORT_CHAIN), budget, "households"),
        "egrocery_share": ratio(budget * (channel == FoodChannel.EGROCERY), budget, "households"),
        "channel_shares": by_group(spending, "channel"),
        "local_share": ratio(np.array([min(supply, bought)]), np.array([budget.sum()]), "city"),
        "budget_share": ratio(budget, budget / np.maximum(households["food_share"], 1e-6), "households"),
        "spending_per_person": ratio(budget, households["size"].astype(np.float64), "households"),
    }


def _access(city: City) -> dict[str, Statistic]:
    households, persons = city.households, city.persons
    desert = np.append(households["food_desert"], np.float32(0.0))[persons["household"]]
    return {
        "desert_population": total(desert, "persons"),
        "desert_share": mean(desert, "persons", persons["household"] >= 0),
    }


def _plates(city: City, p: Any, base: dict[str, Any], factors: Factors) -> dict[str, Statistic]:
    persons = city.persons
    eaten = persons["diet"]
    people = np.bincount(eaten, minlength=len(Diet)) / max(persons.size, 1)
    less = factors.meat * p.price_index**p.meat_price_elasticity
    without, added = meal_footprints(p)
    wasted = np.broadcast_to(np.asarray(p.household_waste * factors.waste, dtype=np.float64), persons.size)
    # The base-year footprint includes all that is wasted: what is saved comes off.
    saved = (p.household_waste - wasted) * p.waste_footprint
    footprint = p.main_meals * (without[eaten] + added[eaten] * less) + base["other_footprint"] - saved
    return {
        "meat_kg_per_person": mean(p.meat_by_diet[eaten] * less * base["meat_scale"], "persons"),
        "diet_shares": by_group(dict(zip(names(Diet), people.tolist(), strict=True)), "diet"),
        "food_co2_per_person": mean(footprint, "persons"),
        "food_waste_per_person": mean(wasted + p.canteen_waste * factors.canteens, "persons"),
    }


def _shops(city: City, p: Any, distance: float) -> dict[str, Statistic]:
    households, zones = city.households, city.zones
    delivered = (households["food_channel"] == FoodChannel.EGROCERY) * (p.orders * p.delivered_share * distance)
    per_drop = p.drop_distance[np.clip(zones["group"][households["zone"]], 0, 2)]
    return {
        "delivery_distance": mean(delivered * per_drop, "households"),
        # Shops are real ones whatever the size of the sample of people.
        "food_outlets": Statistic("total", zones["outlets"], "zones"),
        "small_food_outlets": Statistic("total", zones["small_outlets"], "zones"),
    }
