"""The practice of the clinic model: waits rise with the load, ever faster; the cache survives damage."""

import json
from time import perf_counter

import numpy as np
import pytest

from citysim.services import clinic
from citysim.services.clinic import LOADS, Practice, mean_wait, read_curve, simulate_week, waiting_curve

SMALL = Practice(weeks=2)


@pytest.fixture(autouse=True)
def _forget():
    clinic._waiting_curve.cache_clear()


def test_waits_rise_with_load_and_ever_faster(tmp_path):
    curve = waiting_curve(Practice(), tmp_path)
    days = np.array(curve.days)
    assert np.all(np.diff(days) >= 0)
    assert days[-1] - curve.at(0.9) > curve.at(0.9) - curve.at(0.8) > curve.at(0.8) - curve.at(0.7)


def test_wait_within_capacity_is_a_fraction_of_a_day(tmp_path):
    # The limit that the weekly backlog assumes: 0.1 day at full load, far below a wait for an appointment.
    curve = waiting_curve(Practice(), tmp_path)
    assert 0.05 < curve.at(1.0) < 0.4
    assert curve.at(0.4) < 0.02
    assert curve.at(1.3) == curve.at(1.0)


def test_the_same_practice_gives_the_same_curve_from_scratch_and_from_disk(tmp_path):
    fresh = waiting_curve(SMALL, tmp_path)
    clinic._waiting_curve.cache_clear()
    stored = waiting_curve(SMALL, tmp_path)
    clinic._waiting_curve.cache_clear()
    again = waiting_curve(SMALL, tmp_path / "elsewhere")
    assert fresh == stored == again


def test_simulation_runs_once_per_practice(tmp_path, monkeypatch):
    waiting_curve(SMALL, tmp_path)
    clinic._waiting_curve.cache_clear()
    monkeypatch.setattr(clinic, "mean_wait", lambda *_: pytest.fail("simulated twice"))
    waiting_curve(SMALL, tmp_path)


@pytest.mark.parametrize("damage", ["", "{", '{"days": [1]}', "half"])
def test_a_half_written_file_is_simulated_again(tmp_path, damage):
    curve = waiting_curve(SMALL, tmp_path)
    (path,) = tmp_path.glob("*.json")
    text = path.read_text()
    path.write_text(text[: len(text) // 2] if damage == "half" else damage)
    clinic._waiting_curve.cache_clear()
    assert waiting_curve(SMALL, tmp_path) == curve
    assert json.loads(path.read_text())["days"] == list(curve.days)
    assert not list(tmp_path.glob("*.part"))


def test_a_changed_number_in_the_file_is_not_believed(tmp_path):
    waiting_curve(SMALL, tmp_path)
    (path,) = tmp_path.glob("*.json")
    record = json.loads(path.read_text())
    record["days"][0] = 5.0
    path.write_text(json.dumps(record))
    assert read_curve(path, record["content"]) is None


def test_a_folder_that_cannot_be_written_costs_only_time(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    assert len(waiting_curve(SMALL, blocked / "clinic").days) == len(LOADS)


def test_fewer_callers_at_a_lower_load_are_a_part_of_the_same_crowd():
    few, many = clinic._callers(SMALL, 0.5, 0), clinic._callers(SMALL, 0.9, 0)
    assert set(few[0]) < set(many[0])


def test_everybody_who_calls_is_seen_within_bounds():
    calls = sum(call >= 7 * clinic.DAY for call in clinic._callers(SMALL, 1.0, 1)[0])
    waits = simulate_week(SMALL, 1.0, 1)
    assert len(waits) == calls <= clinic.MOST_CALLS
    assert min(waits) >= 0.0


def test_urgent_calls_shorten_nothing_on_average_but_more_doctors_do():
    assert mean_wait(Practice(doctors=6, weeks=2), 0.95) < mean_wait(Practice(doctors=1, weeks=2), 0.95)


def test_the_curve_is_computed_in_time(tmp_path):
    began = perf_counter()
    waiting_curve(Practice(), tmp_path)
    assert perf_counter() - began < 1.5
