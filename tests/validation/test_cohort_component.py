"""D1: the model against an independent cohort-component projection, with behaviour switched to the same rates.

The projection below is written from the method's textbook form (Leslie 1945; Preston, Heuveline and Guillot 2001):
people by single age and sex, survived by attained age, births from the women of each age. It shares no code with the
model: it reads the published tables itself and finds the level of mortality by its own search.
"""

import csv

import numpy as np
import pytest

from citysim.config.folders import configs_folder
from demography_town import town

AGES, RATIO, FERTILITY, BOYS = 126, 1.10, 1.6, 0.51
NEUTRAL = {
    "mortality_ratio": RATIO,
    "total_fertility_rate": FERTILITY,
    "net_migration_rate": 0.0,
    "gross_migration": 0.0,
    "life_expectancy_gain": {"male": 0.0, "female": 0.0},
    "health_risk": {"good": 1.0, "chronic": 1.0, "limited": 1.0, "dependent": 1.0},
    "education_risk_at_45": {"male": 1.0, "female": 1.0},
    "education_risk_at_90": {"male": 1.0, "female": 1.0},
    "partnership_factor": {"single": 1.0, "in_couple": 1.0},
    "parity_factor": {"none": 1.0, "one": 1.0, "two": 1.0, "three_or_more": 1.0},
}


def published(name):
    with (configs_folder() / "reference" / f"{name}.csv").open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def quotients(year):
    """Probability of dying by sex and attained age: Insee's shape at the level of the year, times the town's ratio."""
    levels = {int(row["year"]): row for row in published("life_expectancy")}
    result = np.empty((2, AGES))
    for sex, name in enumerate(("male", "female")):
        shape = np.array([float(row["qx_2025"]) for row in published("mortality") if row["sex"] == str(sex)])
        wanted, low, high = float(levels[min(year, 2025)][name]), 0.2, 5.0
        for _ in range(80):
            level = (low + high) / 2
            survivors = np.cumprod((1 - shape) ** level).sum()
            low, high = (level, high) if survivors > wanted else (low, level)
        table = 1 - (1 - shape) ** (level * RATIO)
        result[sex] = np.concatenate([table, np.full(AGES - table.size, table[-1])])
    return result


def project(people, year):
    """One year of a closed population, [sex, age] at 31 December."""
    older = np.zeros_like(people)
    older[:, 1:] = people[:, :-1]
    older *= 1 - quotients(year)
    rates = np.array([float(row["rate_2023"]) for row in published("fertility")])
    births = (older[1, 15:50] * rates / rates.sum() * FERTILITY).sum()
    older[:, 0] = births * np.array([BOYS, 1 - BOYS]) * (1 - quotients(year)[:, 0])
    return older


def by_age_and_sex(place):
    persons = place.city.tables["persons"]
    cell = persons.column("sex").astype(int) * AGES + persons.column("age")
    return np.bincount(cell, minlength=2 * AGES).reshape(2, AGES).astype(float)


@pytest.fixture(scope="module")
def pair():
    place = town(40000, {name: {"value": value, "source": "override"} for name, value in NEUTRAL.items()})
    people = by_age_and_sex(place)
    rows = []
    for _ in range(26):
        place.live(1)
        people = project(people, place.year)
        rows.append((by_age_and_sex(place), people))
    return rows


def test_population_within_one_percent_every_year(pair):
    for modelled, projected in pair:
        assert modelled.sum() == pytest.approx(projected.sum(), rel=0.01)


def test_age_structure_follows(pair):
    for modelled, projected in pair[4::5]:
        for low, high in ((0, 20), (20, 40), (40, 65), (65, 126)):
            assert modelled[:, low:high].sum() == pytest.approx(projected[:, low:high].sum(), rel=0.025)
        assert modelled[0].sum() == pytest.approx(projected[0].sum(), rel=0.015)
