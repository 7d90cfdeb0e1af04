"""Figures drawn in other processes: all of them, whatever becomes of the processes."""

import shutil

import pytest

from citysim.experiment.run import run
from citysim.report import studio
from citysim.report.figures import DRAWERS, draw_all


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    return run("city=smallville", "calendar.end=2026", "snapshots=[2025,2026]", f"output.root={folder}")


@pytest.fixture
def drawn_here(monkeypatch):
    """Names of the figures that this process has drawn."""
    names = []
    for name, drawer in DRAWERS.items():
        monkeypatch.setitem(
            DRAWERS, name, lambda run, folder, name=name, drawer=drawer: names.append(name) or drawer(run, folder)
        )
    return names


@pytest.fixture(autouse=True)
def two_cores(monkeypatch, stored):
    monkeypatch.setattr(studio, "cores", lambda: 2)
    shutil.rmtree(stored.figures, ignore_errors=True)


def test_every_figure_has_its_turn():
    assert set(studio.FIGURES) == set(DRAWERS)


def draw(stored):
    with studio.Studio() as draughtsmen:
        draughtsmen.open()
        with draughtsmen.drawing(stored):
            pass


def pictures(stored):
    return {file.name: file.read_bytes() for file in stored.figures.iterdir() if file.suffix in (".svg", ".png")}


def test_other_processes_draw_the_same_bytes(stored, drawn_here):
    draw(stored)
    assert not drawn_here
    elsewhere = pictures(stored)
    draw_all(stored)
    assert pictures(stored) == elsewhere


def test_processes_that_die_are_replaced_by_this_one(stored, drawn_here):
    with studio.Studio() as draughtsmen:
        draughtsmen.open()
        for helper in draughtsmen._helpers:
            helper._process.kill()
            helper._process.wait()
        with draughtsmen.drawing(stored):
            pass
    assert sorted(drawn_here) == sorted(DRAWERS)
    assert {file.stem for file in stored.figures.glob("*.svg")} == set(DRAWERS) - {"backtest"}


def test_with_one_core_figures_are_drawn_here(stored, drawn_here, monkeypatch):
    monkeypatch.setattr(studio, "cores", lambda: 1)
    draw(stored)
    assert sorted(drawn_here) == sorted(DRAWERS)


def test_drawing_that_was_cut_short_is_taken_up_again(stored, drawn_here, monkeypatch):
    draw_all(stored)
    (stored.figures / "mode_shares.png").unlink()
    drawn_here.clear()
    monkeypatch.setattr(studio, "cores", lambda: 1)
    draw(stored)
    assert sorted(drawn_here) == ["backtest", "mode_shares"]  # a backtest is drawn of runs that begin in the past only
    drawn_here.clear()
    draw(stored)
    assert not drawn_here, "every figure has had its turn"


def test_a_figure_that_was_deleted_is_drawn_again(stored):
    draw(stored)
    assert not studio.missing(stored)
    (stored.figures / "unemployment.png").unlink()
    assert studio.missing(stored) == ["unemployment"]
