"""Headline numbers of smallville stay where they were: who moves them says so in CHANGELOG.md under **Results change**.

Bands are wide enough for another processor's last bits to flip a choice here and there, narrow enough to notice a
changed mechanism. New numbers: `python tests/golden/test_headlines.py`.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from citysim.config.compose import compose
from citysim.model import CityModel

FILE = Path(__file__).with_name("headlines.yaml")
MEASURES = {
    "demography": ("population", "households", "mean_household_size", "share_65_plus"),
    "housing": ("vacancy_rate", "mean_rent", "dwellings", "share_energy_class_fg"),
    "mobility": ("commute_share_car", "cars_per_household", "electric_car_share"),
    "work": ("unemployment_rate", "participation_rate", "median_wage", "businesses", "gini_income"),
    "health": ("dependent_share_60_plus", "gp_wait"),
    "food": ("insecurity_share", "meat_kg_per_person"),
    "training": ("adult_training_rate", "tertiary_share_25_64"),
    "environment": ("co2_per_person", "home_energy_per_person"),
}
YEARS = 3


def headlines() -> dict[str, float]:
    model = CityModel(compose("city=smallville"))
    for _ in range(YEARS):
        model.step()
    whole = {(row.domain, row.measure): row.value for row in model.indicators if row.group == "all"}
    return {f"{domain}.{name}": float(whole[domain, name]) for domain, names in MEASURES.items() for name in names}


def test_headlines_stay_where_they_were():
    stored = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    assert headlines() == pytest.approx(stored, rel=0.04)


if __name__ == "__main__":
    FILE.write_text(yaml.safe_dump(headlines()), encoding="utf-8")
