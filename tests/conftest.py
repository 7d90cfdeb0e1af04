"""Fixtures shared by all tests: small cities that have lived, each lived once a session."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import settings

from citysim.config.compose import compose
from citysim.model import CityModel

# The same examples everywhere, so that a commit passes or fails for good; `--hypothesis-profile=search` tries others.
settings.register_profile("same", derandomize=True)
settings.register_profile("search", derandomize=False, print_blob=True)
settings.load_profile("same")

SMALL = ("city=smallville",)
Live = Callable[..., CityModel]


@pytest.fixture(scope="session")
def live() -> Live:
    """`live(overrides, years)`: a smallville that has lived; the same call gives the same model, so do not step it."""
    lived: dict[tuple[tuple[str, ...], int], CityModel] = {}

    def living(overrides: tuple[str, ...] = (), years: int = 3) -> CityModel:
        if (overrides, years) not in lived:
            model = CityModel(compose(*SMALL, *overrides))
            model.history = []
            for _ in range(years):
                model.step()
                model.history.extend(model.indicators)
            lived[overrides, years] = model
        return lived[overrides, years]

    return living


@pytest.fixture(scope="session")
def measured() -> Callable[..., float]:
    """`measured(model, domain, measure, year=None)`: a whole-city number of a lived model."""

    def number(model: CityModel, domain: str, measure: str, year: int | None = None, group: str = "all") -> float:
        wanted = model.year if year is None else year
        found = [
            row.value
            for row in model.history
            if (row.domain, row.measure, row.group, row.year) == (domain, measure, group, wanted)
        ]
        assert found, f"{domain}.{measure} is not measured in {wanted}"
        return found[0]

    return number
