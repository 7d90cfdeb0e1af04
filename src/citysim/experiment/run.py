"""Runs settings and keeps the result: the same settings and code are never run twice, a killed run leaves nothing."""

from __future__ import annotations

import gc
import hashlib
import platform
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields, is_dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from time import perf_counter
from typing import Any

import yaml

from citysim.city.observed import FILE, read_rows
from citysim.config.city import OWN_FIGURES
from citysim.config.folders import configs_folder
from citysim.config.schema import Config
from citysim.experiment.ensemble import combine
from citysim.experiment.prepare import prepared
from citysim.life import CityLife
from citysim.outputs.store import RunWriter, StoredRun, is_finished, sweep_drafts
from citysim.outputs.warnings import run_warnings, series_of

Watch = Callable[[CityLife], None]
_PACKAGE = Path(__file__).resolve().parents[1]
PACKAGES = ("citysim", "mesa", "numpy", "numba", "hydra-core", "pyarrow", "simpy", "shapely")


def run(*overrides: str, watch: Watch | None = None) -> StoredRun:
    """Run settings given as on the command line, for example `run("scenario=trend", "seed=1")`.

    Parameters
    ----------
    overrides
        `key=value` or `group=option`.
    watch
        Called with the model after each year, to show progress.

    Returns
    -------
    StoredRun
        The stored run; of several seeds, their means.

    Raises
    ------
    ConfigError
        If the settings are refused.
    """
    return run_config(prepared(overrides), watch)


def run_config(config: Config, watch: Watch | None = None) -> StoredRun:
    """Run checked settings, one seed after the other."""
    if config.seeds == 1:
        return _run_seed(config, watch)
    members = []
    for rank in range(config.seeds):
        members.append(_run_seed(config.with_seed(config.seed + rank), watch))
        gc.collect()  # the city refers to itself
    return _store_ensemble(config, members)


def run_folder(config: Config) -> Path:
    """Folder of the run of these settings."""
    seeds = f"seed-{config.seed}" if config.seeds == 1 else f"seeds-{config.seed}-{config.seed + config.seeds - 1}"
    return Path(config.output.root) / config.city_name / config.scenario.name / f"{seeds}-{config.hash}"


def _run_seed(config: Config, watch: Watch | None) -> StoredRun:
    folder = run_folder(config)
    code = code_hash(config.city_folder)
    stored = _stored(config, {"code": code})
    if stored is not None:
        return stored
    began = perf_counter()
    writer = RunWriter(folder)
    collecting = gc.isenabled()
    gc.disable()  # a run makes next to no cyclic rubbish before it ends; looking for it takes a fortieth of its time
    try:
        model = CityLife(config)
        zones = model.city.geometry
        writer.zones(zones.code, zones.name, zones.outlines)
        while model.running:
            model.step()
            writer.add(model.readings)
            if model.year in config.snapshots:
                writer.snapshot(model.city.tables, model.year)
            if watch is not None:
                watch(model)
        manifest = _manifest(config, model, code)
        doubts = run_warnings(series_of(writer.readings), manifest["parameters"], config.scenario.name)
        manifest["warnings"] = [*doubts, *config.city_notes]
        manifest["wall_seconds"] = round(perf_counter() - began, 3)
        writer.finish(_config_text(config), manifest)
    except BaseException:
        writer.abandon()
        raise
    finally:
        if collecting:
            gc.enable()
    return StoredRun(folder)


def _stored(config: Config, identity: Mapping[str, Any]) -> StoredRun | None:
    """Return the finished run of these settings, if its manifest agrees and it need not be run again."""
    folder = run_folder(config)
    if config.force or not is_finished(folder):
        return None
    sweep_drafts(folder)  # a forced run that was killed may have left one
    stored = StoredRun(folder)
    return stored if all(stored.manifest.get(key) == value for key, value in identity.items()) else None


def _store_ensemble(config: Config, members: list[StoredRun]) -> StoredRun:
    folder = run_folder(config)
    identity = {"members": [str(member.folder) for member in members], "code": code_hash(config.city_folder)}
    stored = _stored(config, identity)
    if stored is not None:
        return stored
    first = members[0]
    writer = RunWriter(folder)
    writer.take_from(first)
    writer.replace_indicators(*combine(members))
    wall = sum(float(member.manifest["wall_seconds"]) for member in members)
    seeds = [member.seeds[0] for member in members]
    writer.finish(first.config_text, first.manifest | identity | {"seeds": seeds, "wall_seconds": round(wall, 3)})
    return StoredRun(folder)


def _config_text(config: Config) -> str:
    # libyaml where PyYAML was built with it: the same text, ten times sooner
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    return str(yaml.dump(config.to_dict(), Dumper=dumper, sort_keys=False, allow_unicode=True, width=110))


def _manifest(config: Config, model: CityLife, code: str) -> dict[str, Any]:
    """Everything a reader needs to know what made the run."""
    rows = model.parameters.rows()
    sources = sorted({str(row["source"]) for row in rows})
    return {
        "city": config.city_name,
        "city_title": str(config.city.get("title", config.choices.city)),
        "city_source": str(config.city.get("source_line", OWN_FIGURES)),
        "scenario": config.scenario.name,
        "seed": config.seed,
        "scale": config.scale,
        "weight": model.city.weight,
        "config_hash": config.hash,
        "overrides": list(config.overrides),
        "code": code,
        "git_commit": git_commit(),
        "versions": _versions(),
        "sources": sources,
        "parameters": _plain({row["key"]: row for row in rows}),
        "declarations": {
            name: {
                "measures": {key: _described(measure) for key, measure in domain.measures.items()},
                "columns": {key: _described(column) for key, column in domain.columns.items()},
            }
            for name, domain in model.domains.items()
        },
        "technologies": {
            technology.name: {
                "domain": technology.domain,
                "title_en": technology.title_en,
                "title_fr": technology.title_fr,
            }
            for technology in model.technologies
        },
        "targets": _plain(config.scenario.targets),
        **_observed(config.city_folder),
    }


def _observed(city: Path) -> dict[str, Any]:
    """What the years have shown of a city that begins in the past: date, measure, value and use."""
    path = city / FILE
    rows = read_rows(path) if path.exists() else []
    used = [[row[0], row[2], row[3], row[6]] for row in rows if len(row) > 6]
    return {"observed": used} if used else {}


def _described(declaration: Any) -> dict[str, Any]:
    assert is_dataclass(declaration)
    kept = {field.name for field in fields(declaration)} & {"unit", "description", "by", "split", "dtype"}
    return {key: value for key, value in asdict(declaration).items() if key in kept}  # type: ignore[arg-type]


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(below) for key, below in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(below) for below in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "unknown"
    return found


def code_hash(city: Path) -> str:
    """Hash of the program and of its data: a changed program or city never takes an earlier run for its own.

    Parameters
    ----------
    city
        Folder of the city's data.
    """
    digest = hashlib.sha256()
    reference = configs_folder() / "reference"
    for folder, pattern in ((_PACKAGE, "*.py"), (reference, "*.csv"), (city, "*")):
        for file in sorted(path for path in folder.rglob(pattern) if path.is_file()):
            digest.update(file.relative_to(folder).as_posix().encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


@cache
def git_commit() -> str:
    """Commit of the checkout the program runs from, with `+` where files have changed since; empty outside one."""
    here = Path(__file__).resolve().parent
    try:
        told = subprocess.run(
            ["git", "describe", "--always", "--dirty=+", "--abbrev=12"],
            cwd=here,
            capture_output=True,
            text=True,
            timeout=5,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return told.stdout.strip() if told.returncode == 0 else ""
