"""Synthesised cities shared by the tests of the city."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from citysim.city.build import Synthesis, synthesise
from citysim.city.readers import read_table

CONFIGS = Path(__file__).parents[2] / "configs"


@cache
def reference(name: str) -> dict[str, np.ndarray]:
    return read_table(CONFIGS / "reference" / f"{name}.csv")


def make(name: str, seed: int = 1, scale: float = 1.0) -> Synthesis:
    return synthesise(CONFIGS / "city" / name, seed, scale, reference, 2023)


@pytest.fixture(scope="session")
def smallville() -> Synthesis:
    return make("smallville")


@pytest.fixture(scope="module")
def bourges_plus() -> Synthesis:
    return make("bourges_plus")
