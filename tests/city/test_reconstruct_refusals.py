"""What `citysim reconstruct` cannot use is refused in one line with exit code 2, and leaves nothing behind."""

import shutil

import pytest

from citysim.city import write_folder
from citysim.city.observed import AGE_SHARES, read_observed
from citysim.city.readers import read_city, read_table
from citysim.cli import main, reconstructing
from citysim.config.folders import configs_folder
from citysim.life import reference

FIGURES = ("population,5300", "dwellings,2500", "main_residences,2200", "vacant_dwellings,220")
ROUNDED = (0.18, 0.19, 0.2, 0.2, 0.15, 0.085)  # 1.005


@pytest.fixture
def town(tmp_path):
    """A copy of smallville with two census dates."""
    folder = shutil.copytree(configs_folder() / "city" / "smallville", tmp_path / "town")
    write(folder, *(f"2000,all,{figure},1,somebody" for figure in FIGURES))
    return folder


def write(town, *rows):
    (town / "observed.csv").write_text("\n".join(["year,area,measure,value,unit,source", *rows]) + "\n")


def add(town, *rows):
    with (town / "observed.csv").open("a") as file:
        file.writelines(f"{row}\n" for row in rows)


def change(town, commune, *columns, value=0):
    """Set figures of one commune in `zones.csv`."""
    header, *rows = (town / "zones.csv").read_text().splitlines()
    names = header.split(",")
    cells = [row.split(",") for row in rows]
    for row in cells:
        for name in columns if row[0] == commune else ():
            row[names.index(name)] = str(value)
    (town / "zones.csv").write_text("\n".join([header, *map(",".join, cells)]) + "\n")


def refused(capsys, town, *arguments):
    """The one line that the command says; nothing is left beside the town."""
    beside = sorted(town.parent.rglob("*"))
    code = main(["reconstruct", *(arguments or ("2005", str(town.parent / "out"))), f"city.path={town}"])
    lines = capsys.readouterr().err.splitlines()
    assert code == 2
    assert len(lines) == 1
    assert sorted(town.parent.rglob("*")) == beside
    return lines[0]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("2010,all,population,abc,persons,me", "value 'abc' is refused"),
        ("2010,all,population,nan,persons,me", "value 'nan' is refused"),
        ("2010,all,population,inf,persons,me", "value 'inf' is refused"),
        ("2010,all,population,,persons,me", "value '' is refused"),
        ("2010,all,population,-5,persons,me", "value '-5' is refused"),
        ("2010,all,vacancy_rate,8.4,1,me", "allowed: 0 to 1"),
        ("2010.5,all,population,5000,persons,me", "year '2010.5' is no whole year"),
        ("then,all,population,5000,persons,me", "year 'then' is no whole year"),
        ("2010,all,dweling,5000,persons,me", "unknown measure 'dweling'; allowed: population, dwellings,"),
        ("2010,all,dweling,5000,persons,me", "nearest: dwellings"),
        ("2010,al,population,5000,persons,me", "unknown area 'al'; allowed: all, "),
        ("2000,all,population,5301,persons,me", "population (all) of 2000 is there already, line 2"),
        ("2010,all,population,5000,persons", "5 cells for 6 columns"),
        ("2010,all,population,0,persons,me", "value '0' of population is refused; allowed: above 0"),
        ("2010,all,main_residences,0,dwellings,me", "value '0' of main_residences is refused; allowed: above 0"),
        ("2010,all,dwellings,0.0,dwellings,me", "value '0.0' of dwellings is refused; allowed: above 0"),
        ("2031,all,population,5000,persons,me", "year '2031' is refused; allowed: up to 2025"),
    ],
)
def test_a_cell_that_cannot_be_is_told_by_file_and_line(capsys, town, row, said):
    add(town, "", row)  # the empty line counts as one
    line = refused(capsys, town)
    assert said in line
    assert f"{town / 'observed.csv'}, line 7" in line


def test_a_run_refuses_the_same_cells(capsys, town):
    add(town, "2010,all,population,abc,persons,me")
    assert main(["check", f"city.path={town}"]) == 2
    assert "observed.csv, line 6" in capsys.readouterr().err


def test_some_of_the_shares_by_age_are_refused(capsys, town):
    add(town, "2010,all,share_0_14,0.2,1,me")
    assert "shares by age of 2010 (all) lack share_15_29" in refused(capsys, town)


def test_shares_by_age_that_add_up_to_two_are_refused(capsys, town):
    add(town, *(f"2010,all,{name},{2 / 6:.4f},1,me" for name in AGE_SHARES))
    line = refused(capsys, town)
    assert "shares by age of 2010 (all), share_0_14 to share_75_plus, add up to 2; allowed: 1, by 0.01" in line
    assert str(town / "observed.csv") in line


def test_rounded_shares_by_age_are_taken(town):
    add(town, *(f"2000,all,{name},{share},1,me" for name, share in zip(AGE_SHARES, ROUNDED, strict=True)))
    assert main(["reconstruct", "2005", str(town.parent / "out"), f"city.path={town}"]) == 0


@pytest.mark.parametrize(("people", "said"), [("10000000", "4545 a home"), ("2000", "0.9091 a home")])
def test_people_whom_the_homes_cannot_hold_are_refused(capsys, town, people, said):
    write(town, f"2000,all,population,{people},persons,me", *(f"2000,all,{figure},1,me" for figure in FIGURES[1:]))
    line = refused(capsys, town)
    assert said in line
    assert "population of 2000 (all)" in line
    assert "main_residences 2,200" in line
    assert "allowed: 1 to 6" in line
    assert str(town / "observed.csv") in line


def test_people_and_homes_of_different_dates_are_compared_too(capsys, town):
    write(
        town, "1999,all,population,10000000,persons,me", "1999,all,dwellings,2500,1,me",
        "1998,all,main_residences,2200,1,me", "1999,all,vacant_dwellings,220,1,me",
    )  # fmt: skip
    assert "population of 2005 is" in refused(capsys, town)


def test_a_vacancy_rate_beside_other_empty_homes_is_refused(capsys, town):
    add(town, "2000,all,vacancy_rate,0.3,1,me")
    line = refused(capsys, town)
    assert "vacancy_rate of 2000 (all) is 0.3 beside vacant_dwellings / dwellings = 0.088" in line
    assert str(town / "observed.csv") in line


def test_a_rounded_vacancy_rate_beside_its_homes_is_taken(town):
    add(town, "2000,all,vacancy_rate,0.09,1,me")
    assert main(["reconstruct", "2005", str(town.parent / "out"), f"city.path={town}"]) == 0


@pytest.mark.parametrize("column", ["pop_2022", "pop_2011", "pop_15_64", "main_residences"])
@pytest.mark.filterwarnings("error")
def test_a_commune_of_nobody_or_without_homes_is_refused(capsys, town, column):
    change(town, "S02", column)
    line = refused(capsys, town)
    assert f"{column} of S02 is 0; allowed: above 0" in line
    assert str(town / "zones.csv") in line


@pytest.mark.filterwarnings("error")
def test_a_town_without_second_homes_gets_none_by_accident(town):
    rows = read_table(town / "zones.csv")
    for code, second, vacant in zip(rows["code"], rows["second_homes"], rows["vacant_dwellings"], strict=True):
        change(town, code, "vacant_dwellings", value=vacant + second)
        change(town, code, "second_homes")
    out = town.parent / "out"
    assert main(["reconstruct", "2000", str(out), f"city.path={town}"]) == 0
    assert read_table(out / "zones.csv")["second_homes"].sum() == pytest.approx(2500 - 2200 - 220, abs=0.1)


@pytest.mark.parametrize("year", ["2022", "2030"])
def test_a_year_that_is_not_before_the_figures_is_refused_first(capsys, town, year):
    line = refused(capsys, town, year, str(town.parent / "out"))
    assert f"year {year} is refused; allowed: a year before 2022" in line
    assert "--tested-from" not in line


def test_a_reconstruction_is_not_taken_back_again(capsys, tmp_path):
    assert main(["reconstruct", "2005", str(tmp_path / "out"), "city=bourges_plus_2009"]) == 2
    assert "is itself taken back to 2009" in capsys.readouterr().err


def test_a_folder_that_holds_something_is_kept(capsys, town):
    full = town.parent / "full"
    full.mkdir()
    (full / "notes.txt").write_text("mine")
    line = refused(capsys, town, "2005", str(full))
    assert str(full) in line
    assert "is there already" in line


def test_an_empty_folder_is_filled(town):
    empty = town.parent / "empty"
    empty.mkdir()
    assert main(["reconstruct", "2005", str(empty), f"city.path={town}"]) == 0
    assert (empty / "zones.csv").exists()
    assert sorted(path.name for path in town.parent.iterdir()) == ["empty", "town"]


def test_what_a_run_would_refuse_is_not_put_in_place(capsys, town, monkeypatch):
    def with_more_people(made, *rest):
        made.zones["pop_2022"] = made.zones["pop_2022"] * 2
        return write_folder.write_city(made, *rest)

    monkeypatch.setattr(reconstructing, "write_city", with_more_people)
    beside = sorted(town.parent.iterdir())
    assert main(["reconstruct", "2005", str(town.parent / "out"), f"city.path={town}"]) == 2
    assert f"{town.parent / 'out' / 'zones.csv'}): " in capsys.readouterr().err
    assert sorted(town.parent.iterdir()) == beside


def test_the_vacancy_rate_tells_the_empty_homes(town):
    write(town, *(f"2000,all,{figure},1,somebody" for figure in FIGURES[:3]), "2000,all,vacancy_rate,0.088,1,somebody")
    observed = read_observed(read_city(town, reference("commune_defaults")))
    assert observed.at("vacant_dwellings", 2000) == pytest.approx(220)
    assert main(["reconstruct", "2000", str(town.parent / "out"), f"city.path={town}"]) == 0
    assert read_table(town.parent / "out" / "zones.csv")["vacant_dwellings"].sum() == pytest.approx(220, abs=0.1)


def test_without_the_rate_or_the_homes_the_measure_is_named(capsys, town):
    write(town, *(f"2000,all,{figure},1,somebody" for figure in FIGURES[:3]))
    assert "vacant_dwellings (all) needs dates around 2005" in refused(capsys, town)
