"""Measures of food: budgets, channels, diets, shortage."""

from __future__ import annotations

from typing import Any

import numpy as np

from citysim.city.city import City
from citysim.city.codes import Diet, FoodChannel
from citysim.core.declare import Statistic, by_group, mean, ratio, total


def measures_of(
    city: City, p: Any, last: dict[str, Any], waste: Any, canteens: float, distance: float
) -> dict[str, Statistic]:
    """All measures of the year; changes nothing.

    Parameters
    ----------
    last
        What the step kept: meat per person.
    waste, canteens, distance
        Factors of technologies on waste at home (per person or one number), in canteens, and on van-km.
    """
    return _money(city) | _access(city) | _plates(city, p, last, waste, canteens) | _shops(city, p, distance)


def _money(city: City) -> dict[str, Statistic]:
    households, persons = city.households, city.persons
    budget, channel = households["food_budget"], households["food_channel"]
    spent = np.bincount(channel, weights=budget, minlength=len(FoodChannel)) / max(float(budget.sum()), 1.0)
    names = {kind.name.lower(): float(spent[kind]) for kind in FoodChannel}
    insecure = np.append(households["food_insecure"], False)[persons["household"]]
    supply, bought = float(city.zones["short_chain_supply"].sum()), spent[FoodChannel.SHORT_CHAIN] * budget.sum()
    return {
        "insecurity_share": mean(insecure, "persons", persons["household"] >= 0),
        "short_chain_share": ratio(budget * (channel == FoodChannel.SHORT_CHAIN), budget, "households"),
        "egrocery_share": ratio(budget * (channel == FoodChannel.EGROCERY), budget, "households"),
        "channel_shares": by_group(names, "channel"),
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


def _plates(city: City, p: Any, last: dict[str, Any], waste: Any, canteens: float) -> dict[str, Statistic]:
    persons = city.persons
    people = np.bincount(persons["diet"], minlength=len(Diet)) / max(persons.size, 1)
    wasted = np.broadcast_to(np.asarray(p.household_waste * waste, dtype=np.float64), persons.size)
    return {
        "meat_kg_per_person": mean(last["meat"], "persons"),
        "diet_shares": by_group({kind.name.lower(): float(people[kind]) for kind in Diet}, "diet"),
        "food_co2_per_person": mean(persons["food_co2"], "persons"),
        "food_waste_per_person": mean(wasted + p.canteen_waste * canteens, "persons"),
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
