"""A policy given as one constant is not absorbed by the calibration of the start: it moves what it is meant to move."""

from __future__ import annotations

import pytest

YEARS = 8
LEVERS = (
    ("domains.health.gp_ratio=0.8", "health", "gp_wait", 1),
    ("domains.health.gp_ratio=1.3", "health", "gp_wait", -1),
    ("domains.mobility.bike_level=3", "mobility", "commute_share_bike", 1),
    ("domains.mobility.telework_push=1.2", "mobility", "telework_share", 1),
    ("domains.mobility.car_cost_factor=2", "mobility", "commute_share_car", -1),
    ("domains.mobility.public_transport_level=2", "mobility", "commute_share_public_transport", 1),
    ("domains.food.price_index=1.5", "food", "insecurity_share", 1),
    ("domains.housing.renovation_aid=0.95", "housing", "share_energy_class_fg", -1),
    ("domains.work.automation_pace=4", "work", "jobs", -1),
    ("domains.work.redistribution=0.2", "work", "gini_income", -1),
    ("domains.training.offer_factor=1.5", "training", "adult_training_rate", 1),
    ("domains.environment.energy_price_factor=1.5", "environment", "energy_bill", 1),
)


def test_an_early_ban_on_letting_is_not_absorbed(live, measured):
    plain, early = live((), YEARS), live(("domains.housing.rental_ban_delay=0",), YEARS)
    cold = [measured(model, "housing", "share_energy_class_fg", group="private_rental") for model in (plain, early)]
    assert cold[1] < cold[0]


@pytest.mark.parametrize(("override", "domain", "measure", "sign"), LEVERS)
def test_a_constant_policy_works(live, measured, override, domain, measure, sign):
    plain, changed = live((), YEARS), live((override,), YEARS)
    assert sign * (measured(changed, domain, measure) - measured(plain, domain, measure)) > 0
