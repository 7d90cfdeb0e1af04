"""Policy levers on the stock of homes do what they are for, and somebody pays: smallville, the same seed on both sides.

Differences are those of one seed with common random numbers; each was seen with the same sign under seeds 1 to 3.
"""

from __future__ import annotations

import numpy as np
import pytest

from citysim.city.codes import DwellingStatus, TenureClass, ZoneGroup

YEARS = 12
SINCE = 2029


def later(name, first, then):
    """Override that leaves the start as it is and is in force from 2027."""
    return f"domains.housing.{name}={{2025: {first}, 2026: {first}, 2027: {then}}}"


def mean(model, measure, group="all", domain="housing", since=SINCE):
    found = [
        row.value
        for row in model.history
        if (row.domain, row.measure, row.group) == (domain, measure, group) and row.year >= since
    ]
    assert found, f"{measure} is not measured by {group}"
    return float(np.mean(found))


def paid(model, event):
    return mean(model, "amount", f"housing.{event}", "costs")


def empty_in_centre(model):
    """Homes out of use in the centre at the end."""
    city = model.city
    central = city.zones["group"][city.dwellings["zone"]] == ZoneGroup.CENTRE
    return np.count_nonzero(central & (city.dwellings["status"] == DwellingStatus.STRUCTURAL_VACANT))


def test_aid_makes_deep_retrofits_and_saves_energy(live):
    plain, aided = live((), YEARS), live((later("renovation_aid", 0.68, 1.0),), YEARS)
    assert mean(aided, "deep_retrofit_rate") > 1.05 * mean(plain, "deep_retrofit_rate")
    assert mean(aided, "home_energy_per_m2", domain="environment") < mean(
        plain, "home_energy_per_m2", domain="environment"
    )
    assert paid(aided, "renovation_aid") > paid(plain, "renovation_aid")


def test_an_earlier_calendar_of_bans_leaves_fewer_cold_homes_let(live):
    early, late = (live((f"domains.housing.rental_ban_delay={years}",), YEARS) for years in (0, 10))
    assert (
        mean(early, "share_energy_class_fg", "private_rental")
        < mean(late, "share_energy_class_fg", "private_rental") - 0.02
    )


def test_bans_without_enforcement_change_little(live):
    none, late = (
        live((later("rental_ban_enforcement", 1.0, 0.0),), YEARS),
        live(("domains.housing.rental_ban_delay=25",), YEARS),
    )
    early = live(("domains.housing.rental_ban_delay=0",), YEARS)
    shares = [mean(one, "share_energy_class_fg", "private_rental") for one in (early, none, late)]
    assert shares[0] < shares[1] <= shares[2] + 0.01


def test_a_tax_on_vacant_homes_brings_them_back(live):
    plain, taxed = live((), YEARS), live((later("vacant_home_tax", 0.0, 0.34),), YEARS)
    assert mean(taxed, "vacant_home_reuse_rate") > 1.5 * mean(plain, "vacant_home_reuse_rate")
    assert mean(taxed, "structural_vacancy_rate") < mean(plain, "structural_vacancy_rate")
    assert paid(taxed, "vacant_home_tax") > 0
    assert sum(row.value for row in plain.history if row.group == "housing.vacant_home_tax") == 0


def test_a_centre_programme_empties_the_stock_of_empty_homes_in_the_centre(live):
    plain, centre = live((), YEARS), live((later("centre_programme", 0.0, 0.8),), YEARS)
    assert empty_in_centre(centre) < 0.8 * empty_in_centre(plain)
    assert mean(centre, "remediated_dwellings") > 0
    assert mean(centre, "converted_dwellings") >= mean(plain, "converted_dwellings")
    assert paid(centre, "centre_programme") > 0


def test_social_production_houses_those_who_queue(live):
    plain, social = live((), YEARS), live((later("social_production", 0.0, 0.01),), YEARS)
    homes = [np.count_nonzero(one.city.dwellings["tenure_class"] == TenureClass.SOCIAL) for one in (plain, social)]
    assert homes[1] > homes[0] + 0.03 * plain.city.dwellings.size
    assert mean(social, "social_queue", since=2032) < mean(plain, "social_queue", since=2032)
    assert paid(social, "social_production") > 0


def test_strict_land_limits_save_land_and_houses(live):
    grow = "domains.demography.net_migration_rate={2025: 0.0, 2026: 0.02}"
    free, strict = (live((grow, later("land_limit", 0.6, limit)), YEARS) for limit in (0.0, 1.0))
    assert mean(strict, "new_land") < 0.9 * mean(free, "new_land")
    houses = [
        np.count_nonzero(one.city.dwellings["house"] & (one.city.dwellings["year_built"] > 2028))
        for one in (free, strict)
    ]
    assert houses[1] < houses[0]


@pytest.mark.parametrize("limit", [0.0, 0.6, 1.0])
def test_land_never_passes_its_budget_and_no_stock_is_negative(live, limit):
    grow = "domains.demography.net_migration_rate={2025: 0.0, 2026: 0.02}"
    model = live((grow, later("land_limit", 0.6, limit)), YEARS)
    housing = model.domains["housing"]
    for year in range(2026, model.year + 1):
        p = housing.at(year)
        taken = next(row.value for row in model.history if (row.measure, row.year) == ("new_land", year))
        most = p.land_base * 1.3 * model.city.dwellings.size / 1000 * (1 - p.land_limit * p.land_path)
        assert 0 <= taken <= most
    assert (model.city.zones["floor_capacity"] >= -1).all()
    assert all((plans >= 0).all() for plans in housing.supply.pipeline.values())
    assert (housing.conversions.used >= 0).all()


def test_open_land_is_taken_from_the_first_year_on_as_later(live):
    """Homes that replace demolished ones are built where others are: a still town takes land too, and no year jumps."""
    model = live((), YEARS)
    first = next(row.value for row in model.history if (row.measure, row.year) == ("new_land", 2025))
    assert 0.2 * first < mean(model, "new_land", since=2026) < 2.0 * first


def test_offices_become_flats_only_where_it_pays(live):
    cheap, dear = (live((f"domains.housing.conversion_cost={cost}",), YEARS) for cost in (700, 5000))
    assert mean(cheap, "converted_dwellings") > 0
    assert mean(dear, "converted_dwellings") < 0.2 * mean(cheap, "converted_dwellings")
