"""Cars of households: none, one, two or more, by who can drive, income and place; and the cars themselves."""

from __future__ import annotations

import math

import numpy as np

from citysim.city.build.families import People
from citysim.city.build.raking import select
from citysim.city.build.traits import Columns
from citysim.city.codes import Labour
from citysim.core.draws import Draws, mix_keys

AGE_SHAPE = 1.7  # Weibull shape of the ages of cars on the road


def make_cars(
    people: People, facts: Columns, traits: Columns, labour: np.ndarray, income: np.ndarray, house: np.ndarray,
    group: np.ndarray, shares: dict, draws: Draws, start_year: int,
) -> tuple[Columns, Columns]:  # fmt: skip
    """Columns cars and electric_cars of households, and the vehicles table.

    The city's shares of households without a car and with two or more are held; who they are follows odds by driving
    licences, workers, income, household size and the density of the zone (judgement).
    """
    key, zone = people.household_key, people.household_zone.astype(int)
    inside = people.household >= 0
    home = people.household[inside]
    drivers = np.bincount(home, weights=traits["licence"][inside], minlength=key.size)
    workers = np.bincount(home, weights=(labour == Labour.EMPLOYED)[inside], minlength=key.size)
    standard = np.clip(income / facts["consumption_units"] / 24_000.0, 0.3, 3.0)
    place = group[zone]
    one = np.zeros(key.size, int)
    without = np.array([3.2, 1.0, 0.45])[place] * standard**-1.1 * np.where(drivers == 0, 80.0, 1.0)
    without *= np.where(workers > 0, 0.45, 1.0) * np.where(facts["size"] == 1, 1.8, 0.8)
    number = np.array([round(shares["no_car_share"] * key.size)])
    none = select(one, number, without, place + draws.uniform("synthesis.no_car", key))
    several = (
        np.array([0.55, 1.2, 2.1])[place]
        * standard**0.9
        * np.where(drivers >= 2, 14.0, np.where(drivers == 1, 0.35, 0.02))
    )
    several = np.where(none, 0.0, several * np.array([0.5, 1.0, 2.4])[np.minimum(workers, 2).astype(int)])
    number = np.array([round(shares["two_car_share"] * key.size)])
    two = select(one, number, several, place + draws.uniform("synthesis.two_cars", key))
    third = two & (drivers >= 3) & (draws.uniform("synthesis.third_car", key) < 0.6)
    cars = np.where(none, 0, 1) + two + third
    vehicles = _vehicles(cars, key, standard, house, shares, draws, start_year)
    electric = np.bincount(vehicles["household"], weights=vehicles["electric"], minlength=key.size)
    return {"cars": cars.astype(np.int8), "electric_cars": electric.astype(np.int8)}, vehicles


def _vehicles(
    cars: np.ndarray,
    key: np.ndarray,
    standard: np.ndarray,
    house: np.ndarray,
    shares: dict,
    draws: Draws,
    start_year: int,
) -> Columns:
    """One row per car: Weibull ages of the published mean, electric ones among the recent."""
    household = np.repeat(np.arange(cars.size), cars)
    rank = np.arange(household.size) - np.repeat(np.cumsum(cars) - cars, cars)
    vehicle_key = mix_keys("vehicle", key[household], rank)
    scale = shares["car_mean_age"] / math.gamma(1 + 1 / AGE_SHAPE)
    wear = (1.0 + 0.2 * rank) * standard[household] ** -0.25
    age = scale * (wear / wear.mean()) * (-np.log(draws.uniform("synthesis.car_age", vehicle_key))) ** (1 / AGE_SHAPE)
    age = np.minimum(np.floor(age * shares["car_mean_age"] / age.mean()), 45)
    number = np.array([round(shares["electric_car_share"] * household.size)])
    odds = np.where(age <= 6, np.exp(-0.35 * age), 0.0) * np.where(house[household], 1.8, 1.0) * standard[household]
    order = age + draws.uniform("synthesis.electric_car", vehicle_key)
    return {
        "key": vehicle_key,
        "household": household.astype(np.int32),
        "electric": select(np.zeros(household.size, int), number, odds, order),
        "year": (start_year - 1 - age).astype(np.int16),
    }
