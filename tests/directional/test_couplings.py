"""Every feedback has a switch that does something, and pushes the way the model says: off and on, the same people.

Six others have no sign here. That of `automation_training`, `attractiveness` and `local_budget` depends on the town.
In a town of 5,000 `care_labour`, `family_carers`, `telework_footfall`, `telework_housing` and `travel_times` do less
than what differs between seeds.
"""

from __future__ import annotations

from math import sqrt

import pytest

from citysim.config.compose import compose

COUPLINGS = sorted(compose().coupling)
YEARS = 6
# Some feedbacks only bind under strain: when everybody renovates at once, when rents rise, doctors or people leave.
STRAIN = {
    "care_scarcity": ("domains.health.gp_ratio=0.7",),
    "vacancy_neighbourhood": ("domains.demography.net_migration_rate={2025: 0.0, 2026: -0.02}",),
    "housing_cost": ("domains.demography.net_migration_rate={2025: 0.0, 2026: 0.02}",),
    "construction_labour": (
        "domains.housing.renovation_aid={2025: 0.68, 2026: 0.98}",
        "domains.housing.renovation_obligation={2025: 0.0, 2026: 1.0}",
    ),
}


def lines(model):
    return {(row.year, row.domain, row.measure, row.group_by, row.group): row.value for row in model.history}


@pytest.mark.parametrize("name", COUPLINGS)
def test_switching_a_feedback_off_changes_the_city(live, name):
    strain = STRAIN.get(name, ())
    on, off = lines(live(strain, YEARS)), lines(live((*strain, f"coupling.{name}=false"), YEARS))
    assert set(on) & set(off)
    assert any(on[key] != off[key] for key in set(on) & set(off)), f"coupling.{name} does nothing"


# What moves which way while a feedback is on, summed over the years from 2026 on; and the standard deviation of that
# difference between seeds 1 to 6 with common random numbers.
SIGNS = {
    "care_scarcity": ("demography", "arrivals", -1, 5.2),  # a long wait keeps people from moving in: 70 of 1,400
    "construction_labour": ("housing", "deep_retrofit_rate", -1, 0.015),  # too few hands: a third is done
    "exposure_activity": ("demography", "life_expectancy_female", 1, 0.04),  # the air becomes cleaner
    "heat": ("environment", "home_energy_per_m2", 1, 0.023),  # air conditioning
    "housing_cost": ("demography", "left_home", -1, 0.75),  # the young stay with their parents
    "income": ("food", "spending_per_person", 1, 140.0),  # food is better as incomes grow
    "online_substitution": ("mobility", "trips_per_day", -1, 0.005),  # what comes by itself is not fetched
    "vacancy_neighbourhood": ("housing", "renovation_gesture_rate", -1, 0.004),  # nobody renovates among empty homes
}
SEEDS = {"housing_cost": 3}  # two of 175 a seed


def total(model, domain, measure):
    """Of the whole city, over the years in which the strain is on."""
    wanted = (domain, measure, "all", "all")
    return sum(
        row.value
        for row in model.history
        if (row.domain, row.measure, row.group_by, row.group) == wanted and row.year >= 2026
    )


@pytest.mark.parametrize("name", sorted(SIGNS))
def test_a_feedback_pushes_the_way_the_model_says(live, name):
    """Beyond two standard errors."""
    domain, measure, sign, deviation = SIGNS[name]
    seeds, strain = range(1, SEEDS.get(name, 1) + 1), STRAIN.get(name, ())
    differences = []
    for seed in seeds:
        own = strain if seed == 1 else (*strain, f"seed={seed}")
        on, off = live(own, YEARS), live((*own, f"coupling.{name}=false"), YEARS)
        differences.append(total(on, domain, measure) - total(off, domain, measure))
    assert sign * sum(differences) / len(differences) > 2 * deviation / sqrt(len(differences))
