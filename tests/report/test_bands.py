"""Scenario targets are compared with what runs reached."""

from __future__ import annotations

import pytest
import yaml

from citysim.cli import main
from citysim.config.folders import configs_folder
from citysim.experiment.run import run
from citysim.report.bands import READERS, reached


def test_every_target_of_every_scenario_can_be_read():
    for file in (configs_folder() / "scenario").glob("*.yaml"):
        targets = yaml.safe_load(file.read_text(encoding="utf-8"))["scenario"]["targets"]
        assert set(targets) <= set(READERS), file.stem


def test_bands_tell_target_reached_and_gap(tmp_path, capsys):
    settings = ("city=smallville", "scenario=frugal", "calendar.end=2026", "snapshots=[]", f"output.root={tmp_path}")
    rows = {row["target_of"]: row for row in reached(run(*settings))}
    assert rows["walk_and_bike_share"]["target"] == [0.45, 0.55]
    assert rows["walk_and_bike_share"]["gap"] == pytest.approx(rows["walk_and_bike_share"]["reached"] - 0.45, abs=1e-3)
    assert rows["meat_change"]["gap"] > 0.5, "two years do not change diets"
    assert main(["describe", "scenarios", "--bands", "city=smallville", f"output.root={tmp_path}"]) == 0
    assert "walk_and_bike_share" in capsys.readouterr().out


def test_bands_without_runs_are_refused_in_one_line(tmp_path, capsys):
    assert main(["describe", "scenarios", "--bands", f"output.root={tmp_path}"]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert main(["describe", "plan", "--bands"]) == 2
