"""A city of an earlier census date: totals as observed, structure as today, and whatever is made is marked so."""

import shutil

import numpy as np
import pytest

from citysim.city.observed import AGE_SHARES, read_observed
from citysim.city.readers import CityDataError, assumption_values, read_city, read_table
from citysim.city.readers.folder import AGE_BANDS
from citysim.city.reconstruct import earlier_structure, reconstruct
from citysim.city.write_folder import write_city
from citysim.cli.reconstructing import TABLES
from citysim.config.compose import compose
from citysim.config.folders import configs_folder
from citysim.life import reference

CITY = configs_folder() / "city"
SHARES = assumption_values(compose().city["assumptions"])
REFERENCE = {name: reference(name) for name in TABLES}


def made(folder, year=2009):
    return reconstruct(folder, year, REFERENCE, SHARES)


@pytest.fixture(scope="module")
def in_2009():
    return made(CITY / "bourges_plus")


@pytest.fixture
def town(tmp_path):
    """A copy of smallville with two census dates."""
    folder = shutil.copytree(CITY / "smallville", tmp_path / "town")
    rows = [
        "year,area,measure,value,unit,source",
        "2000,all,population,5300,persons,somebody",
        "2000,all,dwellings,2500,dwellings,somebody",
        "2000,all,main_residences,2200,dwellings,somebody",
        "2000,all,vacant_dwellings,220,dwellings,somebody",
    ]
    (folder / "observed.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


def test_totals_are_those_observed(in_2009):
    zones = in_2009.zones
    for name, total in (("dwellings", 52_637), ("main_residences", 47_546), ("vacant_dwellings", 4_178)):
        assert zones[name].sum() == pytest.approx(total), name
    people = 105_277 + (103_674 - 105_277) / 3  # a line between the censuses of 2008 and 2011
    assert zones["pop_2022"].sum() == pytest.approx(people)
    assert zones["second_homes"].sum() == pytest.approx(52_637 - 47_546 - 4_178)


def test_communes_have_their_share_of_people_of_the_nearest_census(in_2009):
    then = read_table(CITY / "bourges_plus" / "zones.csv")["pop_2011"]
    people = in_2009.zones["pop_2022"]
    assert people / people.sum() == pytest.approx(then / then.sum())


def test_ages_are_those_of_the_town_times_the_ratio_of_the_area(in_2009):
    observed = in_2009.observed
    town = np.array([observed.at(name, 2009, "18033") for name in AGE_SHARES])
    ratio = np.array([observed.at(name, 2022) / observed.at(name, 2022, "18033") for name in AGE_SHARES])
    expected = town * ratio / (town * ratio).sum()
    bands = np.stack([in_2009.zones[name] for name in AGE_BANDS])
    shares = np.append(bands[:5].sum(axis=1), bands[5:].sum()) / bands.sum()
    assert shares == pytest.approx(expected, abs=2e-4)  # shares of 2007 and 2012 are rounded to 0.1 %
    assert bands.sum(axis=0) == pytest.approx(in_2009.zones["pop_2022"])


def test_larger_households_have_fewer_who_live_alone(in_2009):
    today = read_table(CITY / "bourges_plus" / "zones.csv")
    zones = in_2009.zones
    assert zones["pop_2022"].sum() / zones["households_2022"].sum() > 2.15  # 2.05 in 2022
    alone = [table["hh_single_person"].sum() / table["households_2022"].sum() for table in (zones, today)]
    assert alone[0] < alone[1] - 0.03
    parts = zones["hh_single_person"] + zones["hh_with_family"]
    assert (parts <= zones["households_2022"] + 1e-6).all()


def test_a_town_without_age_shares_ages_backwards_with_the_country(town):
    before, now = made(town, 2005), read_city(town, REFERENCE["commune_defaults"])
    share = read_observed(now).at("share_75_plus", 2022)
    assert before.observed.at("share_75_plus", 2005) < share - 0.005
    assert before.zones["pop_2022"].sum() == pytest.approx(
        5300 + (before.observed.at("population", 2011) - 5300) * 5 / 11
    )


@pytest.mark.parametrize("year", [1990, 2022, 2030])
def test_a_year_without_dates_around_it_is_refused(town, year):
    with pytest.raises(CityDataError):
        made(town, year)


def test_a_folder_without_dated_figures_is_refused():
    with pytest.raises(CityDataError, match=r"observed\.csv: not found"):
        made(CITY / "smallville")


def test_single_ages_add_up_to_the_country_and_keep_its_cohorts():
    then = earlier_structure(REFERENCE, 2010)
    assert then["female"][75:80].sum() == pytest.approx(1_309_429, abs=5)  # WPP 2024
    assert then["male"][:5].sum() == pytest.approx(1_992_817, abs=5)
    born_1944, born_1947 = (then["female"][2009 - year] for year in (1944, 1947))
    assert born_1947 > 1.2 * born_1944  # the baby boom


def test_the_shipped_folder_is_what_the_tool_writes(in_2009, tmp_path):
    files = write_city(in_2009, CITY / "bourges_plus", tmp_path / "city", "Bourges Plus", tested_from=2015)
    for file in files:
        if file.name != "city.yaml":  # configs/city/bourges_plus_2009.yaml says more
            assert file.read_bytes() == (CITY / "bourges_plus_2009" / file.name).read_bytes(), file.name


def test_every_column_says_how_it_was_made(in_2009, tmp_path):
    folder = tmp_path / "city"
    write_city(in_2009, CITY / "bourges_plus", folder, "Bourges Plus", tested_from=2015)
    sources = read_city(folder, REFERENCE["commune_defaults"]).sources
    assert set(read_table(folder / "zones.csv")) == set(sources)
    assert {sure for _, _, sure in sources.values()} == {"reconstruction"}
    assert "reconstruction" in (folder / "city.yaml").read_text(encoding="utf-8")


def test_observed_figures_are_for_calibration_before_the_test_and_estimates_never_judge(in_2009, tmp_path):
    folder = tmp_path / "city"
    write_city(in_2009, CITY / "bourges_plus", folder, "Bourges Plus", tested_from=2015)
    table = read_table(folder / "observed.csv")
    test = table["use"] == "test"
    assert table["year"][test].min() >= 2015
    assert "reconstruction" not in table["source"][test]
    assert set(table["use"][(table["year"] > 2009) & (table["year"] < 2015)]) == {"calibration"}
