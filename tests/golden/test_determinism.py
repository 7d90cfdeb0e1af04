"""The same settings give the same bytes, on one worker or two, and one domain more changes no draw of another."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np

from citysim.config.compose import compose
from citysim.experiment.run import run
from citysim.model import CityModel

SHORT = ("city=smallville", "calendar.end=2027", "snapshots=[2027]")


def digest(folder):
    """Hash of everything that "same bytes" means."""
    found = hashlib.sha256()
    for file in sorted([folder / "config.yaml", folder / "indicators.parquet", *(folder / "snapshots").iterdir()]):
        found.update(file.name.encode() + file.read_bytes())
    return found.hexdigest()


def run_and_digest(arguments):
    root, seed = arguments
    return digest(run(*SHORT, f"seed={seed}", f"output.root={root}").folder)


def test_two_runs_and_two_workers_give_the_same_bytes(tmp_path):
    alone = [run_and_digest((tmp_path / "one", seed)) for seed in (1, 2)]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as workers:
        together = list(workers.map(run_and_digest, [(tmp_path / "two", seed) for seed in (1, 2)]))
    assert alone == together
    assert alone[0] != alone[1], "two seeds differ"


def test_the_order_of_hashing_does_not_matter(tmp_path):
    program = (
        "from tests.golden.test_determinism import run_and_digest; import sys;"
        "print(run_and_digest((sys.argv[1], 1)))"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", program, str(tmp_path / salt)],
            env={"PYTHONHASHSEED": salt, "PATH": "", "HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for salt in ("1", "2")
    }
    assert len(found) == 1


def test_a_finished_run_is_not_run_again(tmp_path):
    first = run(*SHORT, f"output.root={tmp_path}")
    stamp = (first.folder / "manifest.json").stat().st_mtime_ns
    assert run(*SHORT, f"output.root={tmp_path}").folder == first.folder
    assert (first.folder / "manifest.json").stat().st_mtime_ns == stamp
    again = run(*SHORT, f"output.root={tmp_path}", "force=true")
    assert (again.folder / "manifest.json").stat().st_mtime_ns != stamp
    assert digest(again.folder) == digest(first.folder)


def people(model):
    persons = model.city.tables["persons"]
    order = np.argsort(persons.key)
    return persons.key[order], {name: persons.column(name)[order] for name in ("age", "children_born", "birth_year")}


def test_a_domain_added_changes_no_draw_of_another():
    """Food acts on its own columns; without feedbacks, demography lives the same lives with and without it."""
    off = [f"coupling.{name}=false" for name in compose().coupling]
    whole = "domain=[demography,training,work,housing,technology,mobility,food,health,environment]"
    fewer = "domain=[demography,training,work,housing,technology,mobility,health,environment]"
    found = []
    for domains in (whole, fewer):
        model = CityModel(compose("city=smallville", domains, *off))
        for _ in range(3):
            model.step()
        found.append(people(model))
    np.testing.assert_array_equal(found[0][0], found[1][0])
    for name in found[0][1]:
        np.testing.assert_array_equal(found[0][1][name], found[1][1][name])


def test_founders_die_the_same_deaths_when_fertility_doubles():
    """Common random numbers, person by person: all couplings off, only births differ."""
    off = [f"coupling.{name}=false" for name in compose().coupling]
    survivors = []
    for rate in (1.6, 3.2):
        model = CityModel(compose("city=smallville", f"domains.demography.total_fertility_rate={rate}", *off))
        founders = set(model.city.persons.key.tolist())
        for _ in range(8):
            model.step()
        alive = set(model.city.persons.key.tolist())
        survivors.append((founders & alive, len(alive)))
    assert survivors[0][1] != survivors[1][1], "more children were born"
    assert survivors[0][0] == survivors[1][0]
