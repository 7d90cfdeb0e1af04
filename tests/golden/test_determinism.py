"""The same settings give the same bytes, on one worker or two, and one domain more changes no draw of another."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np

from citysim.config.compose import compose
from citysim.core.choice import happens
from citysim.core.domain import Domain
from citysim.domains.demography import mortality
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
        "from tests.golden.test_determinism import run_and_digest; import sys;print(run_and_digest((sys.argv[1], 1)))"
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


OFF = [f"coupling.{name}=false" for name in compose().coupling]


class Noise(Domain):
    """Somebody's new domain, which draws for everybody and touches nothing."""

    name = "noise"

    def step(self, city, year, draws):
        for decision in ("noise.one", "noise.two"):
            draws.uniform(decision, city.persons.key)


def lived(years=3, first=None, overrides=()):
    model = CityModel(compose("city=smallville", *OFF, *overrides))
    if first is not None:
        cycle = model.cycle
        cycle.domains = {first.name: first, **cycle.domains}
        cycle.views[first.name] = model.city.view(first.name)
        cycle.seconds[first.name] = 0.0
    for _ in range(years):
        model.step()
    return model


def test_a_domain_added_changes_no_draw_of_another():
    noise = Noise(None, {}, None, None)
    plain, noisy = lived(), lived(first=noise)
    for name, table in plain.city.tables.items():
        other = noisy.city.tables[name]
        np.testing.assert_array_equal(table.key, other.key)
        for column in table.columns:
            np.testing.assert_array_equal(table.column(column), other.column(column), err_msg=f"{name}.{column}")


def test_founders_die_the_same_deaths_when_fertility_doubles(monkeypatch):
    """Common random numbers, person by person: all feedbacks off, only births differ."""
    watched = []

    def watch(draws, name, keys, *arguments, **options):
        result = happens(draws, name, keys, *arguments, **options)
        if name == "demography.death":
            watched.append((set(keys.tolist()), set(keys[result].tolist())))
        return result

    monkeypatch.setattr(mortality, "happens", watch)
    worlds = []
    for rate in (1.6, 3.2):
        watched.clear()
        model = lived(0, overrides=("calendar.warmup=0", f"domains.demography.total_fertility_rate={rate}"))
        founders = set(model.city.persons.key.tolist())
        for _ in range(10):
            model.step()
        worlds.append((founders, list(watched), model.city.persons.size))
    (founders, one, few), (same, two, many) = worlds
    assert founders == same
    assert many > few, "more children were born"
    deaths = 0
    for (present, died), (also_present, died_too) in zip(one, two, strict=True):
        # Who has moved away in one of the two worlds cannot die in both.
        both = founders & present & also_present
        assert died & both == died_too & both
        deaths += len(died & both)
    assert deaths > 300, "enough founders died to tell"
