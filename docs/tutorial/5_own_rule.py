"""A decision rule written for one agent, and the same rule for columns: same keyed draws, same answers."""

import numpy as np

from citysim import CityModel, Draws, Household
from citysim.config import compose
from citysim.core.choice import happens
from citysim.core.rules import apply_rule

model = CityModel(compose("city=smallville", "calendar.end=2025"))
model.step()


def starts_a_garden(household, year, draws):
    return draws.happens("tutorial.garden", 0.02 * household.size)


households = model.city.households
one_by_one = apply_rule(starts_a_garden, model.agents_by_type[Household], 2026, Draws(1, 2026))
as_columns = happens(Draws(1, 2026), "tutorial.garden", households.key, 0.02 * households["size"])
print(one_by_one.sum(), "gardens either way:", bool(np.array_equal(one_by_one, as_columns)))
