"""citysim: an agent-based simulation of the futures of a real city, in six domains of life, year by year to 2050."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from citysim.city.agents import Business, Household, Person, Worker
    from citysim.city.city import City
    from citysim.core.declare import Column, Measure, Param
    from citysim.core.domain import Domain
    from citysim.core.draws import Draws
    from citysim.core.technology import Effect, Technology
    from citysim.experiment.run import run
    from citysim.model import CityModel
    from citysim.outputs.store import RunStore

__version__ = "0.1.0"

# Names are imported when they are first used, so that `citysim --help` does not load the whole model.
_HOME = {
    "CityModel": "citysim.model",
    "City": "citysim.city.city",
    "Household": "citysim.city.agents",
    "Person": "citysim.city.agents",
    "Worker": "citysim.city.agents",
    "Business": "citysim.city.agents",
    "Domain": "citysim.core.domain",
    "Technology": "citysim.core.technology",
    "Param": "citysim.core.declare",
    "Column": "citysim.core.declare",
    "Measure": "citysim.core.declare",
    "Effect": "citysim.core.technology",
    "Draws": "citysim.core.draws",
    "RunStore": "citysim.outputs.store",
    "run": "citysim.experiment.run",
}

__all__ = [
    "Business",
    "City",
    "CityModel",
    "Column",
    "Domain",
    "Draws",
    "Effect",
    "Household",
    "Measure",
    "Param",
    "Person",
    "RunStore",
    "Technology",
    "Worker",
    "run",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'citysim' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
