"""The four kinds of agents of a city, as Mesa agents: households, persons, workers and businesses."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from citysim.city.city import City
from citysim.city.codes import Labour
from citysim.core.agents import RowAgent


class Household(RowAgent):
    """People who share a home."""


class Person(RowAgent):
    """Somebody outside the labour force: a child, a student, a retired or inactive adult."""


class Worker(Person):
    """Somebody in the labour force, with a job or looking for one."""


class Business(RowAgent):
    """An establishment with at least one job."""


def in_labour_force(city: City) -> NDArray[np.bool_]:
    """Whether each person is a Worker, bool [persons]."""
    labour = city.tables["persons"].column("labour")
    return (labour == Labour.EMPLOYED) | (labour == Labour.UNEMPLOYED)
