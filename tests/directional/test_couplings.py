"""Every feedback has a switch that does something: off and on, the same people live different years."""

from __future__ import annotations

import pytest

from citysim.config.compose import compose

COUPLINGS = sorted(compose().coupling)
YEARS = 6
# Some feedbacks only bind under strain: when everybody renovates at once, when rents rise.
STRAIN = {
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
