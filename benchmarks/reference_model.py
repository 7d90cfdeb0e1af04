"""Workload W in plain Mesa: one Python object per person, the way most agent models are written."""

from __future__ import annotations

import math

import mesa

from benchmarks.rates import FERTILITY, INCOME_AT_18, MODES, MORTALITY, MOVE_RATE, SIDE, SPACING


class House:
    __slots__ = ("free", "price", "quality", "zone")

    def __init__(self, zone, quality, price):
        self.zone, self.quality, self.price, self.free = zone, quality, price, False


class Home:
    """A household: its people and where they live."""

    __slots__ = ("house", "members")

    def __init__(self, house):
        self.house, self.members = house, []


class Someone(mesa.Agent):
    def __init__(self, model, home, age, female, income, car, adopter, work):
        super().__init__(model)
        self.home, self.age, self.female = home, age, female
        self.income, self.car, self.adopter, self.work, self.mode = income, car, adopter, work, 0
        home.members.append(self)

    def step(self):
        rng, model = self.model.random, self.model
        self.age += 1
        if self.age == 18:
            self.income, self.car = INCOME_AT_18, rng.random() < 0.5
        if rng.random() < MORTALITY[int(self.female)][min(self.age, 110)]:
            self.home.members.remove(self)
            if not self.home.members:
                model.leave(self.home)
            self.remove()
            return
        if self.female and 15 <= self.age < 50 and rng.random() < FERTILITY[self.age]:
            Someone(model, self.home, 0, rng.random() < 0.5, 0.0, False, False, rng.randrange(SIDE * SIDE))
        if self.age < 18:
            return
        self.income *= math.exp(0.005 + 0.10 * rng.gauss(0.0, 1.0))
        if not self.adopter and rng.random() < 0.005 + 0.25 * model.share[self.home.house.zone]:
            self.adopter = True
        distance = model.distance[self.home.house.zone][self.work]
        older, income = max(self.age - 50, 0) / 10, math.log(self.income / 30_000)
        best = -math.inf
        for mode, (constant, far, old, rich) in enumerate(MODES):
            if mode == 3 and not self.car:
                continue
            value = constant + far * distance + old * older + rich * income - math.log(-math.log(rng.random()))
            if value > best:
                best, self.mode = value, mode


class PlainMesa(mesa.Model):
    def __init__(self, start, seed=1):
        super().__init__(seed=seed)
        points = [(zone % SIDE * SPACING, zone // SIDE * SPACING) for zone in range(SIDE * SIDE)]
        self.distance = [[math.dist(a, b) for b in points] for a in points]
        dwellings = start["dwellings"]
        columns = zip(*(dwellings[name].tolist() for name in ("zone", "quality", "price")), strict=True)
        self.houses = [House(*row) for row in columns]
        self.homes = [Home(self.houses[row]) for row in start["households"]["dwelling"].tolist()]
        taken = {id(home.house) for home in self.homes}
        self.free = [house for house in self.houses if id(house) not in taken]
        persons = start["persons"]
        names = ("household", "age", "female", "income", "car", "adopter", "work")
        for household, *rest in zip(*(persons[name].tolist() for name in names), strict=True):
            Someone(self, self.homes[household], *rest)

    def leave(self, home):
        self.free.append(home.house)

    def step(self):
        adults, adopters = [0] * (SIDE * SIDE), [0] * (SIDE * SIDE)
        for one in self.agents:
            if one.age >= 18:
                adults[one.home.house.zone] += 1
                adopters[one.home.house.zone] += one.adopter
        self.share = [a / n if n else 0.0 for a, n in zip(adopters, adults, strict=True)]
        self.agents.shuffle_do("step")
        self.homes = [home for home in self.homes if home.members]
        rng = self.random
        for home in self.homes:
            if rng.random() < MOVE_RATE and self.free:
                income = sum(one.income for one in home.members)
                seen = [rng.randrange(len(self.free)) for _ in range(10)]
                best = max(seen, key=lambda row: self.taste(self.free[row], income))
                home.house, self.free[best] = self.free[best], home.house

    @staticmethod
    def taste(house, income):
        return house.quality - 2.0 * house.price / max(income, 1000.0)


def numbers(model):
    """Population, mean adult income, adopter share and mode shares: to check that two versions do the same work."""
    adults = [one for one in model.agents if one.age >= 18]
    return {
        "population": len(model.agents),
        "income": sum(one.income for one in adults) / len(adults),
        "adopters": sum(one.adopter for one in adults) / len(adults),
        "car": sum(one.mode == 3 for one in adults) / len(adults),
    }
