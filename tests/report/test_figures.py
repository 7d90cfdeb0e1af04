"""Figures: drawn from the stored run alone, the promised ones, with something on them."""

import numpy as np
import pytest
from matplotlib.image import imread

from citysim.experiment.run import run
from citysim.report.figures import draw_all
from citysim.report.style import _spread_out

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


def test_labels_are_apart_and_near_their_lines():
    places = _spread_out([0.0, 0.01, 0.02, 1.0], 0.1)
    assert np.diff(places).min() >= 0.1 - 1e-12
    assert np.mean(places[:3]) == pytest.approx(0.01)
    assert places[3] == 1.0
