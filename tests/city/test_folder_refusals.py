"""A city folder that cannot be read or does not add up is refused in one line that names the file."""

import shutil

import pytest
from tests.city.conftest import CONFIGS, reference

from citysim.city.readers import read_city
from citysim.cli import main
from citysim.experiment.prepare import prepared
from citysim.experiment.run import run

ZONES = "code,name,lon,lat,pop_2022\n1,Là,2.0,47.0,3000\n2,There,2.1,47.05,800\n"


@pytest.fixture
def town(tmp_path):
    (tmp_path / "zones.csv").write_text(ZONES, encoding="utf-8")
    return tmp_path


@pytest.fixture
def full_town(tmp_path):
    return shutil.copytree(CONFIGS / "city" / "smallville", tmp_path / "town")


def every_line(capsys, town):
    assert main(["check", f"city.path={town}"]) == 2
    return capsys.readouterr().err.splitlines()


def refused(capsys, town):
    lines = every_line(capsys, town)
    assert len(lines) == 1
    return lines[0]


@pytest.mark.parametrize(
    ("encoding", "separator", "said"),
    [
        ("latin-1", ",", "the text is not UTF-8; allowed: UTF-8"),
        ("utf-8", ";", "cells are separated by semicolons; allowed: commas"),
        ("utf-8-sig", "\t", "cells are separated by tabs; allowed: commas"),
    ],
)
def test_a_table_saved_in_another_way_is_refused(capsys, town, encoding, separator, said):
    (town / "zones.csv").write_text(ZONES.replace(",", separator), encoding=encoding)
    assert f"city ({town / 'zones.csv'}): {said}" in refused(capsys, town)


def test_the_mark_that_excel_writes_before_utf8_is_read_over(town):
    (town / "zones.csv").write_text(ZONES, encoding="utf-8-sig")
    assert read_city(town, reference("commune_defaults")).communes["code"].tolist() == ["1", "2"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("not json", "is not JSON"),
        ("[]", "has no list of features; allowed: a GeoJSON FeatureCollection"),
        ('{"type": "FeatureCollection"}', "has no list of features"),
        ('{"features": [{"properties": null, "geometry": null}]}', "feature 1 has no properties.code"),
        ('{"features": [{"properties": {"code": "1"}, "geometry": null}]}', "'1' has no outline; allowed: a geometry"),
        (
            '{"features": [{"properties": {"code": "1"}, "geometry": {"type": "Polygon", "coordinates": '
            "[[[654000, 6660000], [655000, 6660000], [655000, 6661000], [654000, 6660000]]]}}]}",
            "the outline of '1' is no polygon; allowed: rings of 4 points, longitude and latitude",
        ),
    ],
)
def test_outlines_that_are_none_are_refused(capsys, town, text, said):
    (town / "outlines.geojson").write_text(text, encoding="utf-8")
    line = refused(capsys, town)
    assert str(town / "outlines.geojson") in line
    assert said in line


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        ("houses_share_pct", "250", "column 'houses_share_pct' is 250 for 1; allowed: 0 to 100"),
        ("social_housing_pct", "101", "allowed: 0 to 100"),
        ("dwellings", "inf", "column 'dwellings' has a number without end"),
        ("dwelings", "1500", "column 'dwelings' is not understood; nearest: dwellings"),
        ("households_2020", "1500", "nearest: households_2022"),
    ],
)
def test_a_column_that_cannot_be_or_is_not_understood_is_refused(capsys, town, column, cell, said):
    lines = [f"{line},{last}" for line, last in zip(ZONES.splitlines(), (column, cell, ""), strict=True)]
    (town / "zones.csv").write_text("\n".join(lines), encoding="utf-8")
    assert said in refused(capsys, town)


def test_a_column_that_nothing_reads_is_told(town):
    text = ZONES.replace("pop_2022", "pop_2022,pop_2015,taxis").replace("00\n", "00,3100,2\n")
    (town / "zones.csv").write_text(text, encoding="utf-8")
    assert read_city(town, reference("commune_defaults")).unread == ["taxis"]
    assert prepared([f"city.path={town}"]).notes[-1].endswith("columns that nothing reads: taxis")


def test_figures_filled_in_are_told_by_check_and_kept_with_the_run(capsys, town):
    assert main(["check", f"city.path={town}"]) == 0
    said, told = capsys.readouterr()
    assert f" city={town.name} " in said
    number = len(read_city(town, reference("commune_defaults")).filled)
    note = f"city ({town}): {number} figures were filled in: pop_0_14, pop_15_29, pop_30_44, pop_45_59 and {number - 4}"
    assert f"note: {note} more; how: citysim describe city city.path={town}" in told
    short = ("calendar.end=2025", "calendar.warmup=0", "domain=[demography]", f"output.root={town / 'runs'}")
    manifest = run(f"city.path={town}", *short).manifest
    assert manifest["warnings"][-1].startswith(note)
    assert manifest["city_title"] == town.name
    assert manifest["city_source"] == "the city's own figures (citysim describe city)"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("all,main residences by romms,1 room,20", "is not understood; nearest: main residences by rooms"),
        ("all,main residences by rooms,6 rooms,20", "unknown category '6 rooms'; allowed: 1 room"),
        ("all,residents aged 1 and more: worker,total,20", "unknown group 'worker'; allowed: workers"),
        ("al,main residences by rooms,1 room,20", "unknown area 'al'; allowed: all"),
        ("all,dwellings,total,abc", "dwellings, total: 'abc' is refused; allowed: a number from 0 up"),
        ("all,main residences by rooms,1 room,20", "no row of area all for 2 rooms, 3 rooms"),
    ],
)
def test_figures_of_the_area_that_would_be_passed_over_are_refused(capsys, town, row, said):
    (town / "marginals.csv").write_text(f"area,figure,category,value\n{row}\n", encoding="utf-8")
    assert any(said in line for line in every_line(capsys, town))


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("gaps.csv", "note\nx\n", "column 'gap' is required"),
        ("age_structure.csv", "age,male\n0,9\n", "column 'female' is required"),
        ("age_structure.csv", "age,male,female\n0,9,9\n", "allowed: one row for each age from 0 to 104"),
        ("zones_sources.csv", "column,source,year\nname,me,2022\n", "column 'confidence' is required"),
    ],
)
def test_tables_beside_the_communes_have_their_columns(capsys, town, name, text, said):
    (town / name).write_text(text, encoding="utf-8")
    line = refused(capsys, town)
    assert str(town / name) in line
    assert said in line


def test_describe_city_refuses_what_a_run_refuses(capsys, town):
    (town / "zones.csv").write_text(ZONES.replace(",", ";"), encoding="utf-8")
    assert main(["describe", "city", f"city.path={town}"]) == 2
    assert "cells are separated by semicolons" in capsys.readouterr().err


def test_a_quarter_outside_its_commune_is_one_line(capsys, full_town):
    table = full_town / "quarters.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("2.4150,47.0850", "2.6150,47.0850"), encoding="utf-8")
    assert main(["describe", "city", f"city.path={full_town}"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("S01-02", "S01-01", "code 'S01-01' occurs more than once"),
        ("children_index", "chldren_index", "column 'chldren_index' is not understood; nearest: children_index"),
        ("houses_pct", "flats", "column 'houses_pct' is required"),
        (",53,", ",153,", "column 'houses_pct' is 153 for S01-02; allowed: 0 to 100"),
        (",53,", ",many,", "column 'houses_pct' has a cell that is no number"),
    ],
)
def test_quarters_that_cannot_be_are_refused(capsys, full_town, old, new, said):
    table = full_town / "quarters.csv"
    table.write_text(table.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    assert said in refused(capsys, full_town)
