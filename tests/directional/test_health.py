"""Pull a lever or change the future, and health moves the right way: smallville, the same seed on both sides."""

import numpy as np
import pytest

YEARS = 8


def later(name, first, then):
    """Override that leaves the start as it is and is in force after three years."""
    return f"domains.health.{name}={{2025: {first}, 2028: {then}}}"


@pytest.mark.parametrize(
    ("override", "measure", "sign"),
    [
        (later("gp_ratio", 1.0, 0.65), "gp_wait", 1),
        (later("gp_ratio", 1.0, 0.65), "unmet_need", 1),
        (later("gp_ratio", 1.0, 0.65), "without_gp_share", 1),
        (later("gp_ratio", 1.0, 0.65), "emergency_visits_per_person", 1),
        (later("gp_ratio", 1.0, 0.65), "gp_density", -1),
        (later("gp_ratio", 1.0, 1.3), "gp_wait", -1),
        (later("gp_ratio", 1.0, 1.3), "gp_visits_per_person", 1),
        (later("teleconsultation_ceiling", 0.03, 0.25), "teleconsultation_share", 1),
        (later("teleconsultation_ceiling", 0.03, 0.25), "gp_wait", -1),
        (later("dependency_age_gain", 0.0, 3.0), "dependent_share_60_plus", -1),
        (later("dependency_age_gain", 0.0, -1.6), "dependent_share_60_plus", 1),
        (later("dependency_age_gain", 0.0, 3.0), "healthy_life_expectancy_65", 1),
        (later("nursing_bed_ratio", 1.0, 0.6), "nursing_queue", 1),
        (later("nursing_bed_ratio", 1.0, 1.4), "nursing_beds", 1),
        (later("visits_per_person", 3.6, 3.6), "gp_wait", 0),
        ("domains.health.balking=0.10", "unmet_need", 1),
    ],
)
def test_health_answers(live, measured, override, measure, sign):
    plain, changed = live((), YEARS), live((override,), YEARS)
    difference = measured(changed, "health", measure) - measured(plain, "health", measure)
    assert difference == 0 if sign == 0 else sign * difference > 0


def test_more_beds_take_more_residents_in(live):
    few, many = (
        live((later("nursing_bed_ratio", 1.0, 0.6),), YEARS),
        live((later("nursing_bed_ratio", 1.0, 1.4),), YEARS),
    )
    assert many.city.persons["nursing_home_entry"].sum() > few.city.persons["nursing_home_entry"].sum()


def test_support_for_doctors_and_beds_costs_what_it_adds(live):
    def cost(model, event):
        return sum(
            row.value
            for row in model.history
            if (row.domain, row.group, row.year) == ("costs", f"health.{event}", model.year)
        )

    plain = live((), YEARS)
    more = live((later("gp_ratio", 1.0, 1.3),), YEARS)
    beds = live((later("nursing_bed_ratio", 1.0, 1.4),), YEARS)
    assert cost(more, "gp_support") > cost(plain, "gp_support")
    assert cost(beds, "nursing_home_beds") > cost(plain, "nursing_home_beds")


@pytest.mark.parametrize(
    "coupling", ["exposure_activity", "heat", "care_scarcity", "online_substitution", "care_labour", "family_carers"]
)
def test_every_feedback_can_be_cut(live, coupling):
    assert live((f"coupling.{coupling}=false",), 3).year == 2027


def test_care_gone_without_makes_people_ill(live, measured):
    strong = "domains.health.unmet_care_effect=2.0"
    plain, without = live((strong,), YEARS), live((strong, later("gp_ratio", 1.0, 0.3)), YEARS)
    assert measured(without, "health", "unmet_need") > 1.5 * measured(plain, "health", "unmet_need")
    assert measured(without, "health", "chronic_share") > measured(plain, "health", "chronic_share")


def test_care_gone_without_makes_nobody_ill_while_cut(live):
    cut = "coupling.care_scarcity=false"
    mild, strong = (live((cut, f"domains.health.unmet_care_effect={effect}"), YEARS) for effect in (0.0, 2.0))
    assert np.array_equal(mild.city.persons["health"], strong.city.persons["health"])


def test_without_the_feedback_kin_give_no_care(live):
    fewer_beds = (later("nursing_bed_ratio", 1.0, 0.6),)
    assert live(fewer_beds, YEARS).city.persons["carer_hours"].sum() > 0
    assert live(("coupling.family_carers=false",), 3).city.persons["carer_hours"].sum() == 0


def test_remote_visits_relieve_doctors_only_while_coupled(live, measured):
    override = later("teleconsultation_ceiling", 0.03, 0.25)
    coupled, cut = live((override,), YEARS), live((override, "coupling.online_substitution=false"), YEARS)
    assert measured(coupled, "health", "gp_wait") < measured(cut, "health", "gp_wait")
