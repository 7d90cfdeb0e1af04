"""The synthesised city is consistent, the same on every run, and meets its published figures."""

import time

import numpy as np
import pytest
from tests.city.conftest import make

from citysim.city.codes import (
    DwellingStatus,
    Education,
    FacilityKind,
    Health,
    HouseholdType,
    Labour,
    Mode,
    Residence,
    Sex,
    Tenure,
    TenureClass,
)  # fmt: skip


@pytest.fixture
def tables(smallville):
    return smallville.tables


def test_keys_are_unique(tables):
    for name, table in tables.items():
        assert table["key"].dtype == np.uint64, name
        assert np.unique(table["key"]).size == table["key"].size, name
        assert {column.size for column in table.values()} == {table["key"].size}, name


def test_partners_are_mutual_and_share_a_home(tables):
    persons = tables["persons"]
    paired = np.flatnonzero(persons["partner"] >= 0)
    other = persons["partner"][paired]
    assert (persons["partner"][other] == paired).all()
    assert (persons["household"][other] == persons["household"][paired]).all()
    assert (persons["union_year"][other] == persons["union_year"][paired]).all()
    assert (persons["married"][other] == persons["married"][paired]).all()


def test_no_minor_alone_and_parents_are_older(tables):
    persons, homes = tables["persons"], tables["households"]
    inside = persons["household"] >= 0
    adults = np.bincount(
        persons["household"][inside], weights=persons["age"][inside] >= 18, minlength=homes["key"].size
    )
    assert (adults >= 1).all()
    for link, sex in (("mother", Sex.FEMALE), ("father", Sex.MALE)):
        child = np.flatnonzero(persons[link] >= 0)
        parent = persons[link][child]
        assert (persons["sex"][parent] == sex).all()
        assert (persons["age"][parent].astype(int) - persons["age"][child] >= 15).all()
        young = persons["age"][child] < 18  # grown children may have parents elsewhere in town
        assert (persons["household"][parent[young]] == persons["household"][child[young]]).all()
    minors = inside & (persons["age"] < 18)
    assert ((persons["mother"][minors] >= 0) | (persons["father"][minors] >= 0)).mean() > 0.99


def test_household_columns_agree_with_members(tables):
    persons, homes = tables["persons"], tables["households"]
    inside = persons["household"] >= 0
    home, age = persons["household"][inside], persons["age"][inside]
    assert (np.bincount(home, minlength=homes["key"].size) == homes["size"]).all()
    assert (np.bincount(home, weights=age < 18, minlength=homes["key"].size) == homes["children"]).all()
    assert (persons["household"][homes["reference_person"]] == np.arange(homes["key"].size)).all()
    assert ((homes["size"] == 1) == (homes["type"] == HouseholdType.SINGLE)).all()
    away = ~inside
    assert (persons["residence"][away] != Residence.HOME).all()
    assert (persons["institution_zone"][away] >= 0).all()
    assert (persons["institution_zone"][inside] == -1).all()


def test_one_household_in_each_main_residence(tables):
    homes, stock = tables["households"], tables["dwellings"]
    occupied = np.flatnonzero(stock["status"] == DwellingStatus.OCCUPIED)
    assert np.array_equal(np.sort(homes["dwelling"]), occupied)
    assert (stock["zone"][homes["dwelling"]] == homes["zone"]).all()
    kind = np.array([0, 0, 1, 2])[homes["tenure"]]
    assert (stock["tenure_class"][homes["dwelling"]] == kind).all()
    lived_in = np.flatnonzero((stock["owner"] >= 0) & (stock["tenure_class"] == TenureClass.OWNER_OCCUPIED))
    assert (homes["dwelling"][stock["owner"][lived_in]] == lived_in).all()
    assert lived_in.size == (homes["tenure"] <= Tenure.MORTGAGED).sum()
    elsewhere = np.flatnonzero((stock["owner"] >= 0) & (stock["tenure_class"] != TenureClass.OWNER_OCCUPIED))
    assert elsewhere.size and (stock["tenure_class"][elsewhere] == TenureClass.PRIVATE_RENTAL).all()
    assert (homes["dwelling"][stock["owner"][elsewhere]] != elsewhere).all()  # landlords live in another home
    assert ((stock["vacant_since"] > 0) == np.isin(stock["status"], (1, 2))).all()


def test_jobs_businesses_and_workers_agree(smallville):
    tables, internal = smallville.tables, smallville.zones.internal
    persons, jobs, firms, commuters = (tables[name] for name in ("persons", "jobs", "businesses", "commuters"))
    assert (np.bincount(jobs["business"], minlength=firms["key"].size) == firms["size"]).all()
    assert (jobs["zone"] == firms["zone"][jobs["business"]]).all()
    held = np.flatnonzero(jobs["holder"] >= 0)
    assert (persons["job"][jobs["holder"][held]] == held).all()
    assert (persons["labour"][jobs["holder"][held]] == Labour.EMPLOYED).all()
    assert (persons["workplace"][jobs["holder"][held]] == jobs["zone"][held]).all()
    taken = np.flatnonzero(jobs["commuter"] >= 0)
    assert (commuters["job"][jobs["commuter"][taken]] == taken).all()
    assert not np.intersect1d(held, taken).size
    assert (commuters["zone"] >= internal).all()
    employed = persons["labour"] == Labour.EMPLOYED
    outside = employed & (persons["job"] < 0)
    assert (persons["workplace"][outside] >= internal).all()
    assert (persons["workplace"][~employed] == -1).all()
    assert (persons["wage"][employed] > 0).all()
    assert (persons["occupation"][employed] >= 0).all()


def test_states_fit_ages(tables):
    persons = tables["persons"]
    age, labour = persons["age"], persons["labour"]
    assert (labour[age < 15] == Labour.INACTIVE).all()
    assert (age[labour == Labour.RETIRED] >= 55).all()
    assert (persons["education"][age < 15] == Education.LOW).all()
    assert not persons["licence"][age < 18].any()
    assert (persons["health"][persons["residence"] == Residence.NURSING_HOME] == Health.DEPENDENT).mean() > 0.95
    assert ((persons["gir"] > 0) <= (age >= 60)).all()
    assert (persons["gir"][(age >= 60) & (persons["health"] == Health.DEPENDENT)] > 0).all()
    assert (persons["birth_year"] == 2022 - age.astype(int)).all()


def test_vehicles_and_facilities(tables):
    homes, cars = tables["households"], tables["vehicles"]
    assert (np.bincount(cars["household"], minlength=homes["key"].size) == homes["cars"]).all()
    assert cars["electric"].sum() == homes["electric_cars"].sum()
    kinds = tables["facilities"]["kind"]
    beds = tables["facilities"]["capacity"][kinds == FacilityKind.NURSING_HOME].sum()
    assert beds >= (tables["persons"]["residence"] == Residence.NURSING_HOME).sum()


def test_travel_times(smallville):
    minutes = smallville.minutes
    assert minutes.shape == (len(Mode), 6, 6)
    assert (minutes > 0).all()
    assert np.allclose(smallville.distance_km, smallville.distance_km.T, rtol=0.05)
    assert (minutes[Mode.WALK] >= minutes[Mode.BIKE] - 5).all()


def test_same_city_twice_other_city_with_another_seed(smallville):
    again, other = make("smallville"), make("smallville", seed=2)
    for name, table in smallville.tables.items():
        for column, values in table.items():
            assert np.array_equal(values, again.tables[name][column], equal_nan=values.dtype.kind == "f"), (
                name,
                column,
            )
    assert not np.array_equal(smallville.tables["persons"]["wage"], other.tables["persons"]["wage"])
    ages = [np.sort(city.tables["persons"]["age"]) for city in (smallville, other)]
    assert np.array_equal(*ages)  # the published part is the same for every seed


@pytest.mark.parametrize("scale", [0.5, 0.1])
def test_scale_takes_a_share_of_households(smallville, scale):
    part = make("smallville", scale=scale)
    assert part.tables["persons"]["key"].size == pytest.approx(5000 * scale, abs=1)
    for table in ("households", "dwellings", "jobs"):
        whole = smallville.tables[table]["key"].size
        assert part.tables[table]["key"].size == pytest.approx(whole * scale, rel=0.02), table


def test_published_and_transferred_targets_of_bourges_plus(bourges_plus):
    missed = [row for row in bourges_plus.targets if row.passes is False]
    assert not missed, "\n".join(f"{row.kind} {row.name} {row.zone}: {row.target} {row.synthetic}" for row in missed)
    passed = [row.kind for row in bourges_plus.targets if row.passes]
    assert passed.count("published") > 200
    assert passed.count("transferred") > 60


def test_bourges_plus_is_whole(bourges_plus):
    persons = bourges_plus.tables["persons"]
    assert persons["key"].size == 102_172
    assert bourges_plus.tables["households"]["key"].size == pytest.approx(49_886, abs=2)
    assert bourges_plus.zones.internal == 24
    quarter = [name.startswith("18033-") for name in bourges_plus.zones.code]
    assert sum(quarter) == 8
    zone = np.where(
        persons["household"] >= 0,
        bourges_plus.tables["households"]["zone"][persons["household"]],
        persons["institution_zone"],
    )
    assert np.isin(zone, np.flatnonzero(quarter)).sum() == 64_238
    assert (zone == bourges_plus.zones.name.index("Bourges-Nord")).sum() == pytest.approx(14_941, rel=0.02)


def test_market_vacancy_is_natural_where_there_is_enough(bourges_plus):
    stock = bourges_plus.tables["dwellings"]
    zone = bourges_plus.zones.name.index("Val d'Auron")
    for house, natural in ((True, 0.05), (False, 0.07)):
        mine = (stock["zone"] == zone) & (stock["house"] == house)
        market = (mine & (stock["status"] == DwellingStatus.MARKET_VACANT)).sum()
        assert market / (market + (mine & (stock["status"] == DwellingStatus.OCCUPIED)).sum()) == pytest.approx(
            natural, abs=0.003
        )
    social = (stock["tenure_class"] == TenureClass.SOCIAL) & (stock["status"] == DwellingStatus.OCCUPIED)
    commune = bourges_plus.zones.commune[stock["zone"]]
    assert social[commune == 0].sum() == pytest.approx(0.214 * 32_715, rel=0.01)


def test_synthesis_is_quick():
    start = time.process_time()
    make("bourges_plus", scale=0.2)
    assert time.process_time() - start < 3.0
