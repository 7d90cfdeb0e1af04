"""A city folder that cannot be read or does not add up is refused in one line that names the file."""

import shutil

import pytest
from tests.city.conftest import CONFIGS, reference

from citysim.city.readers import read_city
from citysim.cli import main

ZONES = "code,name,lon,lat,pop_2022\n1,Là,2.0,47.0,3000\n2,There,2.1,47.05,800\n"


@pytest.fixture
def town(tmp_path):
    (tmp_path / "zones.csv").write_text(ZONES, encoding="utf-8")
    return tmp_path


@pytest.fixture
def full_town(tmp_path):
    return shutil.copytree(CONFIGS / "city" / "smallville", tmp_path / "town")


def refused(capsys, town):
    assert main(["check", f"city.path={town}"]) == 2
    lines = capsys.readouterr().err.splitlines()
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
