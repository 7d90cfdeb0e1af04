"""A user's city folder: what is missing is filled and reported, what is wrong is named in one line each."""

import shutil

import numpy as np
import pytest
import yaml
from shapely.geometry import Point, box
from tests.city.conftest import CONFIGS, reference

from citysim.city.build import synthesise
from citysim.city.readers import CityDataError, read_assumptions, read_city, read_table
from citysim.city.zones import make_zones, voronoi


def write(folder, text):
    (folder / "zones.csv").write_text(text, encoding="utf-8")


def test_a_folder_with_three_columns_and_places_is_enough(tmp_path):
    write(tmp_path, "code,name,lon,lat,pop_2022\n1,Here,2.0,47.0,3000\n2,There,2.1,47.05,800\n")
    made = synthesise(tmp_path, 1, 1.0, reference, 2023, read_assumptions(CONFIGS / "city" / "smallville"))
    assert made.tables["persons"]["key"].size == 3800
    assert made.tables["households"]["key"].size == pytest.approx(3800 * 49886 / 102172, abs=2)
    assert any("active_15_64" in gap for gap in made.gaps)
    assert any("external.csv" in gap for gap in made.gaps)
    assert not [row for row in made.targets if row.passes is False and row.kind == "published"]


def test_missing_file_and_columns_are_named(tmp_path):
    with pytest.raises(CityDataError, match=r"zones\.csv: not found"):
        read_city(tmp_path, reference("commune_defaults"))
    write(tmp_path, "code,lon,lat\n1,2.0,47.0\n")
    with pytest.raises(CityDataError, match="column 'pop_2022' is required"):
        read_city(tmp_path, reference("commune_defaults"))


def test_what_does_not_add_up_is_named_line_by_line(tmp_path):
    write(
        tmp_path,
        "code,name,lon,lat,pop_2022,dwellings,main_residences,second_homes,vacant_dwellings,households_2022,hh_single_person\n"
        "1,Here,2.0,47.0,3000,1500,1400,10,500,1400,900\n2,There,2.1,47.05,800,380,350,10,20,350,400\n",
    )
    with pytest.raises(CityDataError) as caught:
        read_city(tmp_path, reference("commune_defaults"))
    lines = str(caught.value).splitlines()
    assert any("1: main, second and vacant add up to 1910, dwellings is 1500" in line for line in lines)
    assert any("2 has more hh_single_person than households_2022" in line for line in lines)


def test_shares_of_quarters_must_add_up(tmp_path):
    folder = tmp_path / "town"
    shutil.copytree(CONFIGS / "city" / "smallville", folder)
    text = (folder / "quarters.csv").read_text(encoding="utf-8").replace("0.45,0.50", "0.40,0.50")
    (folder / "quarters.csv").write_text(text, encoding="utf-8")
    with pytest.raises(CityDataError, match=r"population_share of commune .S01. adds up to 0\.950, not 1"):
        read_city(folder, reference("commune_defaults"))


def test_centres_of_quarters_must_lie_in_their_commune(tmp_path):
    folder = tmp_path / "town"
    shutil.copytree(CONFIGS / "city" / "smallville", folder)
    text = (folder / "quarters.csv").read_text(encoding="utf-8").replace("2.4150,47.0850", "2.6150,47.0850")
    (folder / "quarters.csv").write_text(text, encoding="utf-8")
    with pytest.raises(CityDataError, match="the centre of 'S01-02' is outside its commune"):
        make_zones(read_city(folder, reference("commune_defaults")))


def test_assumptions_come_from_the_files_named_as_defaults():
    small, large = (read_assumptions(CONFIGS / "city" / name) for name in ("smallville", "bourges_plus"))
    assert small == large


def test_voronoi_cells_cover_the_commune_and_hold_their_centres():
    whole = box(2.0, 47.0, 2.2, 47.1)
    centres = [Point(2.03, 47.02), Point(2.15, 47.03), Point(2.1, 47.08)]
    cells = voronoi(centres, whole)
    assert sum(cell.area for cell in cells) == pytest.approx(whole.area, rel=1e-9)
    for centre, cell in zip(centres, cells, strict=True):
        assert cell.contains(centre)


def test_figures_of_quarters_add_up_to_the_commune(bourges_plus):
    marginals, communes = bourges_plus.frame.marginals, bourges_plus.frame.data.communes
    for name, column in (("owners", "owner_occupied"), ("vacant", "vacant_dwellings"), ("jobs", "jobs_workplace_2022")):
        summed = np.bincount(marginals.commune, weights=getattr(marginals, name))
        assert np.allclose(summed, communes[column], rtol=1e-6), name
    assert np.allclose(np.bincount(marginals.commune, weights=marginals.age_bands.sum(axis=1)), communes["pop_2022"])


def test_every_source_is_in_the_book():
    book = set(yaml.safe_load((CONFIGS / "sources.yaml").read_text(encoding="utf-8"))) | {"judgement"}
    files = [*(CONFIGS / "reference").glob("*.csv"), *(CONFIGS / "city").glob("*/*.csv")]
    unknown = {}
    for path in files:
        if path.name in ("zones.csv", "zones_sources.csv", "adjacency.csv"):
            continue  # zones_sources.csv names the publication of each column itself
        strange = set(np.asarray(read_table(path)["source"]).astype(str)) - book
        if strange:
            unknown[path.name] = strange
    assert not unknown
