"""Figures: drawn from the stored run alone, the promised ones, with something on them."""

import numpy as np
import pytest
from matplotlib.image import imread

from citysim.experiment.run import run
from citysim.report.bands import reached
from citysim.report.figures import draw_all
from citysim.report.style import _spread_out, label_ends, new_figure, save, styled
from citysim.report.summary import lines

PROMISED = {
    "age_pyramids",
    "population_households",
    "vacancy_rent_map",
    "mode_shares",
    "technology_adoption",
    "unemployment",
    "waiting_times",
    "co2_by_source",
    "first_years",
}


@pytest.mark.parametrize("seeds", [1, 2])
def test_every_promised_figure_is_drawn(tmp_path, seeds):
    stored = run(
        "city=smallville", "calendar.end=2027", "snapshots=[2025,2027]", f"output.root={tmp_path}", f"seeds={seeds}"
    )
    files = draw_all(stored)
    assert {path.stem for path in files} == PROMISED
    assert {path.suffix for path in files} == {".svg", ".png"}
    for path in files:
        if path.suffix == ".png":
            pixels = imread(path)[..., :3].reshape(-1, 3)
            assert np.unique((pixels * 255).astype(np.uint8), axis=0).shape[0] > 20, path
        else:
            text = path.read_text(encoding="utf-8")
            assert "Source: citysim" in text
            assert ("1 seed" in text) == (seeds == 1)
    assert "Mobility (and 5 more in grey)" in (stored.figures / "technology_adoption.svg").read_text(encoding="utf-8")


def test_a_long_source_goes_on_in_a_second_line(tmp_path):
    words = [f"word{number}" for number in range(30)]
    with styled():
        figure, _ = new_figure()
        _, file = save(figure, tmp_path, "figure", "Title", " ".join(words))
    told = [line for line in file.read_text(encoding="utf-8").split("<text") if "word" in line]
    assert len(told) == 2
    assert all(any(word in line for line in told) for word in words)


def test_a_name_that_had_to_move_is_led_back_to_its_line():
    _, (axis,) = new_figure()
    axis.set_ylim(0, 1)
    for label, height in (("alone", 0.9), ("one", 0.5), ("other", 0.501), ("third", 0.502)):
        axis.plot([0, 1], [height, height], label=label)
    label_ends(axis)
    assert {text.get_text(): text.arrow_patch is not None for text in axis.texts} == {
        "alone": False,
        "one": True,
        "other": False,
        "third": True,
    }


def test_a_run_of_one_domain_is_drawn_and_compared_as_far_as_it_goes(tmp_path):
    stored = run(
        "city=smallville", "domain=[demography]", "calendar.end=2026", "snapshots=[2026]", f"output.root={tmp_path}"
    )
    assert {path.stem for path in draw_all(stored)} == {"age_pyramids", "population_households", "first_years"}
    assert all(np.isnan(row["reached"]) for row in reached(stored))
    assert len(lines(stored)) > 3


def test_labels_are_apart_and_near_their_lines():
    places = _spread_out([0.0, 0.01, 0.02, 1.0], 0.1)
    assert np.diff(places).min() >= 0.1 - 1e-12
    assert np.mean(places[:3]) == pytest.approx(0.01)
    assert places[3] == 1.0
