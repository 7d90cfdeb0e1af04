"""Errors and skill against known series, and a reconstructed town that is run and judged."""

import shutil
from types import SimpleNamespace

import numpy as np
import pytest

from citysim.city.readers import assumption_values
from citysim.city.reconstruct import reconstruct
from citysim.city.write_folder import write_city
from citysim.cli.reconstructing import TABLES
from citysim.config.compose import compose
from citysim.config.folders import configs_folder
from citysim.experiment.backtest import references, scores, skill
from citysim.experiment.run import run
from citysim.life import reference
from citysim.report.summary import summary

ROWS = [
    [2008, "population", 1000.0, "before"],
    [2013, "population", 1050.0, "calibration"],
    [2016, "population", 1060.0, "test"],
    [2019, "population", 1070.0, "test"],
    [2030, "population", 9999.0, "test"],
]


def stored(values, years=range(2009, 2020), members=()):
    """A stored run of one measure."""
    series = (np.array(years), np.array([values[year] for year in years], dtype=float))
    return SimpleNamespace(
        manifest={"observed": ROWS, "members": list(members)},
        years=lambda: list(years),
        series_if_any=lambda domain, measure: series if measure == "population" else (np.zeros(0), np.zeros(0)),
        groups=lambda *_: {},
    )


def test_a_census_of_january_meets_the_end_of_the_year_before():
    exact = dict.fromkeys(range(2009, 2020), 1000.0) | {2015: 1060.0, 2018: 1070.0}
    (score,) = scores(stored(exact))
    assert (score.error, score.skill, score.dates) == (0.0, 1.0, (2016, 2019))


def test_whoever_holds_the_last_value_has_no_skill():
    (score,) = scores(stored(dict.fromkeys(range(2009, 2020), 1050.0)))
    assert score.error == score.persistence == 15.0
    assert score.skill == 0.0
    assert score.fitted == 0.0
    assert score.trend == pytest.approx(np.mean([1080.0 - 1060.0, 1110.0 - 1070.0]))
    assert score.trend_skill == skill(30.0, 15.0) == -1.0


def test_the_trend_needs_dates_five_years_apart():
    held, line = references({2010: 5.0, 2012: 6.0}, (2020,))
    assert held == line == {2020: 6.0}


def test_a_run_of_today_has_no_score():
    today = stored(dict.fromkeys(range(2025, 2031), 1.0), range(2025, 2031))
    today.manifest["observed"] = ROWS[:4]
    assert scores(today) == []


def test_any_town_with_two_census_dates_is_taken_back_run_and_judged(tmp_path):
    today = shutil.copytree(configs_folder() / "city" / "smallville", tmp_path / "today")
    rows = ["year,area,measure,value,unit,source"]
    rows += [f"2015,all,{name},{value},homes,somebody" for name, value in
             (("dwellings", 2700), ("main_residences", 2400), ("vacant_dwellings", 230))]  # fmt: skip
    (today / "observed.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    made = reconstruct(
        today, 2018, {name: reference(name) for name in TABLES}, assumption_values(compose().city["assumptions"])
    )
    folder = tmp_path / "town_2018"
    write_city(made, today, folder, "Town", tested_from=2020)
    stored_run = run(f"city.path={folder}", "seeds=2", f"output.root={tmp_path / 'runs'}")
    assert stored_run.years() == [2018, 2019, 2020, 2021, 2022]
    assert stored_run.snapshot_years() == [2018, 2022]
    found = {score.subject: score for score in scores(stored_run)}
    assert set(found) == {"population", "age shares, six groups", "dwellings", "main residences", "vacant dwellings"}
    assert found["population"].dates == (2022,)
    assert found["population"].error < 0.05 * 5000
    assert all(np.isfinite([score.error, score.half, score.persistence]).all() for score in found.values())
    title = stored_run.manifest["city_title"]
    assert title == "Town in 2018 (reconstruction)"
    texts = [str(part) for part in summary(stored_run).renderables]
    assert any("backtest" in text for text in texts)
