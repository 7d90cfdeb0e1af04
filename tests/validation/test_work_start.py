"""The full town starts in balance: unemployment and the share of work that can be done from home do not jump."""

from __future__ import annotations

import numpy as np
import pytest

from citysim.city.codes import Labour
from citysim.config.compose import compose
from citysim.life import build_city
from citysim.model import CityModel

BASE_RATE = 0.1215  # census rate of people of 15 to 64 without work (Insee), as the synthesis reproduces it


@pytest.fixture(scope="module", params=(1, 2, 3))
def first_years(request):
    """Unemployment, share of the employed who could and who do work from home, at the end of the first three years."""
    config = compose(f"seed={request.param}")
    model, found = CityModel(config, build_city(config)), []
    for _ in range(3):
        model._live(measure=False)
        persons = model.city.persons
        labour, age = persons["labour"], persons["age"]
        counted = (age >= 15) & (age <= 64)
        employed, jobless = labour == Labour.EMPLOYED, labour == Labour.UNEMPLOYED
        rate = (jobless & counted).sum() / ((jobless | employed) & counted).sum()
        found.append(
            (rate, persons["telework_eligible"][employed].mean(), (persons["telework_days"][employed] > 0).mean())
        )
    return np.array(found)


def test_unemployment_starts_at_the_published_rate(first_years):
    rate = first_years[:, 0]
    # sampling error of 44,000 active people: .0015
    assert rate[0] == pytest.approx(BASE_RATE, abs=0.006)
    assert abs(rate[1] - rate[0]) < 0.005


def test_work_from_home_is_stationary(first_years):
    eligible, teleworks = first_years[:, 1], first_years[:, 2]
    assert np.all((eligible > 0.26) & (eligible < 0.31))
    assert np.ptp(eligible) < 0.008
    assert np.ptp(teleworks) < 0.008
