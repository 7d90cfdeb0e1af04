"""Pull a lever or change the future, and housing moves the right way: smallville, the same seed on both sides."""

import numpy as np
import pytest

from citysim.city.codes import Tenure

YEARS = 8
LONG = 12


def later(name, first, then):
    """Override that leaves the start as it is and is in force after three years."""
    return f"domains.housing.{name}={{2025: {first}, 2028: {then}}}"


def over_years(model, measure, since=2028):
    return float(
        np.mean([r.value for r in model.history if (r.measure, r.group) == (measure, "all") and r.year >= since])
    )


@pytest.mark.parametrize(
    ("override", "measure", "sign"),
    [
        (later("renovation_aid", 0.68, 0.95), "deep_retrofit_rate", 1),
        (later("renovation_obligation", 0.0, 0.8), "deep_retrofit_rate", 1),
        (later("renovation_obligation", 0.0, 0.8), "share_energy_class_fg", -1),
        (later("new_build_multiplier", 1.0, 3.0), "new_dwellings", 1),
        (later("demolition_programme", 0.0, 0.03), "demolished_dwellings", 1),
        (later("demolition_programme", 0.0, 0.03), "share_energy_class_fg", -1),
        (later("vacant_home_programme", 0.1, 1.0), "vacant_home_reuse_rate", 1),
        (later("vacant_home_programme", 0.1, 1.0), "structural_vacancy_rate", -1),
        (later("building_cost", 2200, 4500), "new_dwellings", -1),
        (later("down_payment", 0.1, 0.4), "first_time_buyer_share", -1),
        (later("loan_rate", 0.033, 0.1), "home_purchases", -1),
        (later("fiscal_income", 0.86, 1.4), "social_queue", -1),
        (later("eviction_share", 0.1, 1.0), "evictions", 1),
        (later("local_landlords", 0.5, 0.0), "local_landlord_share", -1),
        ("domains.housing.move_rate={owner: 0.05, private: 0.35, social: 0.2}", "moves_per_household", 1),
    ],
)
def test_housing_answers(live, override, measure, sign):
    plain, changed = live((), LONG), live((override,), LONG)
    difference = over_years(changed, measure) - over_years(plain, measure)
    assert difference * sign > 0


def test_a_wish_for_space_shows_in_space(live):
    """Few homes change hands: 0.2 m2 a person after ten years, seeds differing by 0.1 (hence five of them)."""
    wish = later("surface_per_person_trend", 0.0, 0.4)
    seeds = [(f"seed={seed}",) for seed in range(1, 6)]
    gains = [
        over_years(live((*seed, wish), LONG), "mean_surface_per_person")
        - over_years(live(seed, LONG), "mean_surface_per_person")
        for seed in seeds
    ]
    assert np.mean(gains) > 0


def test_more_households_raise_rents_and_take_up_vacancy(live):
    more = "domains.demography.net_migration_rate={2025: 0.0, 2026: 0.02}"
    plain, crowded = live((), YEARS), live((more,), YEARS)
    assert over_years(crowded, "market_vacancy_rate") < over_years(plain, "market_vacancy_rate")
    assert over_years(crowded, "mean_rent") > over_years(plain, "mean_rent")


def test_rents_fall_where_homes_stand_empty(live):
    fewer = "domains.demography.net_migration_rate={2025: 0.0, 2026: -0.02}"
    plain, empty = live((), YEARS), live((fewer,), YEARS)
    assert over_years(empty, "vacancy_rate") > over_years(plain, "vacancy_rate")
    assert over_years(empty, "mean_rent") < over_years(plain, "mean_rent")


def test_bans_push_landlords(live):
    early, late = (live((f"domains.housing.rental_ban_delay={years}",), LONG) for years in (0, 25))
    assert over_years(early, "share_energy_class_fg") < over_years(late, "share_energy_class_fg")


def test_homes_come_two_years_after_they_are_planned(live):
    """Builders of a town that grows who want three times as many from 2029 on deliver as before until 2030."""
    grows = (
        "domains.demography.net_migration_rate={2025: 0.0, 2026: 0.02}"  # else a small town may build none for years
    )
    model = live((grows,), LONG)
    assert sorted(model.domains["housing"].supply.pipeline) == [model.year + 1, model.year + 2]
    more = live((grows, "domains.housing.new_build_multiplier={2025: 1.0, 2028: 1.0, 2029: 3.0}"), LONG)
    built = [
        {row.year: row.value for row in one.history if (row.measure, row.group) == ("new_dwellings", "all")}
        for one in (model, more)
    ]
    first = next(year for year in range(2025, 2025 + LONG) if built[0][year] != built[1][year])
    assert first == 2031


def test_sitting_tenants_pay_less_than_newcomers_where_rents_have_risen(live):
    more = "domains.demography.net_migration_rate={2025: 0.0, 2026: 0.02}"
    city = live((more,), YEARS).city
    households, dwellings = city.households, city.dwellings
    tenants = np.flatnonzero((households["tenure"] == Tenure.PRIVATE_RENT) & (households["dwelling"] >= 0))
    home, since = households["dwelling"][tenants], households["last_move_year"][tenants]
    asked = dwellings["rent_m2"][home] * dwellings["surface"][home]
    paid = households["housing_cost"][tenants] / asked
    assert np.median(paid[since == 2032]) > np.median(paid[since < 2027]) + 0.01


def test_land_is_held_to_its_budget(live):
    grow = "domains.demography.net_migration_rate={2025: 0.0, 2026: 0.02}"
    free, strict = (live((grow, f"domains.housing.land_limit={limit}"), LONG) for limit in (0, 1))
    assert over_years(strict, "new_land") <= over_years(free, "new_land")


def test_the_commune_pays_for_the_programme(live):
    def cost(model, event):
        return sum(
            r.value for r in model.history if (r.domain, r.group) == ("costs", f"housing.{event}") and r.year >= 2028
        )

    plain, more = live((), LONG), live((later("vacant_home_programme", 0.1, 1.0),), LONG)
    assert cost(more, "vacant_home_aid") > 2 * cost(plain, "vacant_home_aid")
    aid = live((later("renovation_aid", 0.68, 0.95),), LONG)
    assert cost(aid, "renovation_aid") > cost(plain, "renovation_aid")


@pytest.mark.parametrize(
    "coupling",
    ["travel_times", "telework_housing", "vacancy_neighbourhood", "construction_labour", "income", "care_scarcity"],
)
def test_every_feedback_can_be_cut(live, coupling):
    assert live((f"coupling.{coupling}=false",), 2).year == 2026
