"""Stored runs: written whole or not at all, read back, selected, joined and compared."""

from __future__ import annotations

import json

import numpy as np
import pytest

from citysim.cli.describing import indicators
from citysim.config.compose import compose
from citysim.experiment import run as running
from citysim.experiment.prepare import known_domains
from citysim.experiment.run import run
from citysim.outputs.store import RunStore, StoredRun, UnfinishedRunError, is_finished

SHORT = ("city=smallville", "calendar.end=2026", "snapshots=[2026]")


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    run(*SHORT, f"output.root={folder}")
    run(*SHORT, f"output.root={folder}", "seed=2")
    return folder


def test_a_run_has_the_files_it_promises(root):
    stored = next(iter(RunStore(root)))
    assert stored.folder.parent.parent.parent == root
    assert stored.folder.name.startswith("seed-1-")
    files = {path.relative_to(stored.folder).as_posix() for path in stored.folder.rglob("*") if path.is_file()}
    tables = {f"snapshots/{name}_2026.parquet" for name in ("persons", "households", "dwellings", "businesses")}
    assert files >= {"manifest.json", "config.yaml", "indicators.parquet", "zones.geojson"} | tables


def test_the_manifest_tells_what_made_the_run(root):
    manifest = next(iter(RunStore(root))).manifest
    assert manifest["status"] == "finished"
    assert manifest["seed"] == 1
    assert manifest["scenario"] == "trend"
    assert manifest["overrides"][0] == "city=smallville"
    assert {"citysim", "mesa", "numpy", "python"} <= set(manifest["versions"])
    assert manifest["parameters"]["domains.housing.probes"]["source"]
    assert manifest["declarations"]["housing"]["measures"]["vacancy_rate"]["unit"] == "1"
    assert len(manifest["config_hash"]) == 12


def test_indicators_have_the_promised_columns(root):
    stored = next(iter(RunStore(root)))
    expected = ["year", "domain", "measure", "group_by", "group", "value", "unit"]
    assert stored.indicators.column_names == expected
    years, people = stored.series("demography", "population")
    assert years.tolist() == [2025, 2026]
    by_zone = stored.groups("demography", "population", "zone")
    assert sum(values[-1] for _, values in by_zone.values()) == pytest.approx(people[-1])


def test_indicators_have_the_groups_that_describe_lists(root):
    stored = next(iter(RunStore(root)))
    config = compose("city=smallville")
    listed = {}
    for row in indicators(config, known_domains()):
        listed[row["domain"], row["measure"]] = {*row["by"], *(["all"] if row["whole_city"] else [])}
    told = {}
    for row in (
        stored.indicators.select(["domain", "measure", "group_by"])
        .group_by(["domain", "measure", "group_by"])
        .aggregate([])
        .to_pylist()
    ):
        told.setdefault((row["domain"], row["measure"]), set()).add(row["group_by"])
    assert told == listed


def test_a_measure_that_the_run_does_not_have_is_refused_with_the_nearest(root):
    stored = next(iter(RunStore(root)))
    with pytest.raises(KeyError, match="nearest: population"):
        stored.series("demography", "popultion")
    with pytest.raises(KeyError, match="nearest: demography"):
        stored.value("demografy", "population", 2026)
    assert not stored.holds("demography", "popultion")
    assert stored.series_if_any("demography", "popultion")[0].size == 0
    assert stored.series("costs", "amount", "payer", "nobody_at_all")[0].size == 0


def test_snapshots_hold_identities_and_links_as_keys(root):
    stored = next(iter(RunStore(root)))
    people, homes = stored.snapshot("persons", 2026), stored.snapshot("households", 2026)
    assert people.column_names[0] == "key"
    keys = people["key"].to_numpy()
    assert np.unique(keys).size == keys.size
    linked = people["household"].drop_null().to_numpy()
    assert np.isin(linked, homes["key"].to_numpy()).all()


def test_runs_are_selected_and_joined(root):
    store = RunStore(root)
    assert [one.manifest["seed"] for one in store.select(scenario="trend", seed=2)] == [2]
    joined = store.join()
    sizes = joined.filter("measure = 'population' and group_by = 'all'").aggregate("seed, count(*) as n", "seed")
    assert sorted(sizes.fetchall()) == [(1, 2), (2, 2)]


def test_comparing_a_run_with_itself_gives_zero(root):
    store = RunStore(root)
    one = next(iter(store))
    difference = store.compare(one, one)["difference"].to_numpy()
    assert np.nanmax(np.abs(difference)) == 0


def test_a_folder_without_a_finished_manifest_is_no_run(tmp_path):
    assert not is_finished(tmp_path)
    (tmp_path / "manifest.json").write_text('{"status": "fin')
    assert not is_finished(tmp_path)
    (tmp_path / "manifest.json").write_text(json.dumps({"status": "running"}))
    with pytest.raises(UnfinishedRunError, match="no finished run"):
        StoredRun(tmp_path)


def test_a_run_that_dies_leaves_nothing_that_is_read_as_finished(tmp_path, monkeypatch):
    def dies(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(running, "_manifest", dies)
    with pytest.raises(KeyboardInterrupt):
        run(*SHORT, f"output.root={tmp_path}")
    assert not list(RunStore(tmp_path))
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.parametrize("settings", [(), ("force=true",)])
def test_drafts_of_killed_processes_are_swept_up(tmp_path, settings):
    stored = run(*SHORT, f"output.root={tmp_path}")
    dead = stored.folder.with_name(f".{stored.folder.name}.999999999.part")
    alive = stored.folder.with_name(f".{stored.folder.name}.1.part")
    for draft in (dead, alive):
        (draft / "snapshots").mkdir(parents=True)
    run(*SHORT, f"output.root={tmp_path}", *settings)
    assert not dead.exists()
    assert alive.exists(), "process 1 runs: its draft is its own"


@pytest.mark.parametrize("name", ["indicators.parquet", "snapshots/persons_2026.parquet"])
def test_a_run_that_has_lost_a_file_is_run_again(tmp_path, name):
    stored = run(*SHORT, f"output.root={tmp_path}")
    (stored.folder / name).unlink()
    assert not is_finished(stored.folder)
    assert (run(*SHORT, f"output.root={tmp_path}").folder / name).exists()
