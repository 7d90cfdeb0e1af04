"""Stored runs: write one so that a kill at any instant leaves nothing half-written, and read, select and join many."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from citysim.core.problems import nearest_name
from citysim.outputs.columns import array_of, numbers, repeated, texts
from citysim.outputs.schema import (
    ALL,
    CONFIG,
    COSTS,
    FIGURES,
    FINISHED,
    INDICATOR_SCHEMA,
    INDICATORS,
    MANIFEST,
    SNAPSHOT_TABLES,
    SNAPSHOTS,
    SPREAD,
    ZONES,
)
from citysim.outputs.snapshots import snapshot_table, write_agents

if TYPE_CHECKING:  # who only reads stored runs loads neither the model's engine nor the database
    import duckdb

    from citysim.core.tables import Table
    from citysim.outputs.recorder import Reading


class UnfinishedRunError(FileNotFoundError):
    """A folder holds no finished run."""


class RunWriter:
    """Collects a run and puts it in place at the end, in one rename.

    Parameters
    ----------
    folder
        Final folder of the run.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)
        self._draft = self.folder.with_name(f".{self.folder.name}.{os.getpid()}.part")
        sweep_drafts(self.folder)
        (self._draft / SNAPSHOTS).mkdir(parents=True)
        self._readings: list[Reading] = []
        self._tables: dict[str, pa.Table] = {}
        # Files are written beside the years that are lived: the compression needs no interpreter.
        self._scribe = ThreadPoolExecutor(1, "snapshots")
        self._written: list[Future[None]] = []

    def add(self, readings: Iterable[Reading]) -> None:
        """Keep what was measured in a year."""
        self._readings.extend(readings)

    @property
    def readings(self) -> Sequence[Reading]:
        """What has been kept so far."""
        return self._readings

    def snapshot(self, tables: Mapping[str, Table], year: int) -> None:
        """Write the agent tables of a year; row links become keys of the agents they point to."""
        for name in SNAPSHOT_TABLES:
            file = self._draft / SNAPSHOTS / f"{name}_{year}.parquet"
            self._written.append(self._scribe.submit(write_agents, snapshot_table(tables, name), file))

    def zones(self, codes: Sequence[str], names: Sequence[str], outlines: Sequence[Sequence[NDArray[Any]]]) -> None:
        """Keep the outlines of the zones, so that maps can be drawn from the stored run alone."""
        features = [
            {
                "type": "Feature",
                "properties": {"code": code, "name": name},
                "geometry": {
                    "type": "MultiPolygon",
                    "coordinates": [[np.asarray(ring).tolist()] for ring in rings],
                },
            }
            for code, name, rings in zip(codes, names, outlines, strict=True)
            if len(rings)
        ]
        text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
        (self._draft / ZONES).write_text(text, encoding="utf-8")

    def take_from(self, run: StoredRun) -> None:
        """Copy the agents and the map of another run (the first seed of an ensemble)."""
        shutil.copy(run.folder / ZONES, self._draft / ZONES)
        shutil.copytree(run.folder / SNAPSHOTS, self._draft / SNAPSHOTS, dirs_exist_ok=True)

    def replace_indicators(self, table: pa.Table, spread: pa.Table) -> None:
        """Store a ready table of indicators in place of those added, and how sure they are."""
        self._tables = {INDICATORS: table, SPREAD: spread}

    def finish(self, config_text: str, manifest: Mapping[str, Any]) -> Path:
        """Write the rest, the manifest last, and rename the folder into place.

        Returns
        -------
        Path
            The run's folder.
        """
        for file in self._written:
            file.result()  # or the reason why it could not be written
        for name, table in (self._tables or {INDICATORS: indicator_table(self._readings)}).items():
            pq.write_table(table, self._draft / name)
        (self._draft / CONFIG).write_text(config_text, encoding="utf-8")
        files = sorted(path.relative_to(self._draft).as_posix() for path in self._draft.rglob("*") if path.is_file())
        content = {**manifest, "files": files, "status": FINISHED}
        text = json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False)
        (self._draft / MANIFEST).write_text(text + "\n", encoding="utf-8")
        if self.folder.exists():
            shutil.rmtree(self.folder)
        self._draft.rename(self.folder)
        self._scribe.shutdown()
        return self.folder

    def abandon(self) -> None:
        """Remove the draft."""
        self._scribe.shutdown(cancel_futures=True)
        shutil.rmtree(self._draft, ignore_errors=True)


def sweep_drafts(folder: Path) -> None:
    """Remove drafts of a run whose process is gone (killed), and one of our own."""
    for draft in folder.parent.glob(f".{folder.name}.*.part"):
        process = int(draft.name.split(".")[-2])
        if process == os.getpid() or not _is_alive(process):
            shutil.rmtree(draft, ignore_errors=True)


def _is_alive(process: int) -> bool:
    if os.name != "posix":
        return True  # nothing portable to ask; a draft left over is never read
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def indicator_table(readings: Sequence[Reading]) -> pa.Table:
    """One row for each number, as a table of the stored shape."""
    times = np.array([len(reading.groups) for reading in readings], dtype=np.int64)
    columns = {
        name: repeated([getattr(reading, name) for reading in readings], times)
        for name in ("domain", "measure", "group_by", "unit")
    }
    columns["year"] = numbers(np.repeat(np.array([reading.year for reading in readings], np.int16), times))
    columns["group"] = texts([group for reading in readings for group in reading.groups])
    columns["value"] = numbers(np.array([value for reading in readings for value in reading.values], np.float64))
    return pa.table([columns[name] for name in INDICATOR_SCHEMA.names], schema=INDICATOR_SCHEMA)


@dataclass(frozen=True)
class StoredRun:
    """One finished run on disk.

    Parameters
    ----------
    folder
        Folder that holds its manifest.
    """

    folder: Path

    def __post_init__(self) -> None:
        if not is_finished(self.folder):
            reason = f"no {MANIFEST} with status {FINISHED}, or not all the files that it lists"
            raise UnfinishedRunError(f"{self.folder} holds no finished run ({reason})")

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """What made the run: config hash, overrides, seed, versions, sources, declarations."""
        content: dict[str, Any] = json.loads((self.folder / MANIFEST).read_text(encoding="utf-8"))
        return content

    @cached_property
    def indicators(self) -> pa.Table:
        """All indicators, long: year, domain, measure, group_by, group, value, unit."""
        return _read(self.folder / INDICATORS)

    @property
    def figures(self) -> Path:
        """Folder of the figures."""
        return self.folder / FIGURES

    @property
    def config_text(self) -> str:
        """Resolved configuration, YAML."""
        return (self.folder / CONFIG).read_text(encoding="utf-8")

    @property
    def seeds(self) -> list[int]:
        """Seeds behind the numbers."""
        return [int(seed) for seed in self.manifest.get("seeds", [self.manifest["seed"]])]

    def years(self) -> list[int]:
        """Years that are stored."""
        return list(self._years)

    @cached_property
    def _years(self) -> list[int]:
        return sorted(pc.unique(self.indicators["year"]).to_pylist())

    def snapshot(self, table: str, year: int, columns: Sequence[str] | None = None) -> pa.Table:
        """Agents of a year, with identity in `key`: all columns, or those named."""
        return _read(self.folder / SNAPSHOTS / f"{table}_{year}.parquet", columns)

    def snapshot_years(self, table: str = "persons") -> list[int]:
        """Years of which agents are stored."""
        files = (self.folder / SNAPSHOTS).glob(f"{table}_*.parquet")
        return sorted(int(file.stem.rsplit("_", 1)[1]) for file in files)

    def zones(self) -> dict[str, list[NDArray[np.float64]]]:
        """Outline rings [n, 2] (longitude, latitude) by name of zone."""
        content = json.loads((self.folder / ZONES).read_text(encoding="utf-8"))
        return {
            feature["properties"]["name"]: [np.array(part[0]) for part in feature["geometry"]["coordinates"]]
            for feature in content["features"]
        }

    @cached_property
    def _index(self) -> dict[str, NDArray[np.int64]]:
        """Rows of each series in the order of years, by its joined name; the groups of a split in stored order."""
        parts = [self.indicators[name] for name in INDICATOR_SCHEMA.names[1:5]]
        names = pc.binary_join_element_wise(*parts, texts(["\x1f"])[0])  # Arrow makes a string its own by way of pandas
        encoded = names.combine_chunks().dictionary_encode()
        codes = np.from_dlpack(encoded.indices)
        order = np.lexsort((array_of(self.indicators["year"]), codes))
        starts = np.searchsorted(codes[order], np.arange(len(encoded.dictionary) + 1))
        slices = pairwise(starts.tolist())
        return {
            name: order[start:stop] for name, (start, stop) in zip(encoded.dictionary.to_pylist(), slices, strict=True)
        }

    @cached_property
    def _known(self) -> dict[str, set[str]]:
        """Measures by domain: those that were declared, and those that are stored."""
        known = {name: set(said["measures"]) for name, said in self.manifest.get("declarations", {}).items()}
        for domain, measure in (COSTS, *(name.split("\x1f")[:2] for name in self._index)):
            known.setdefault(domain, set()).add(measure)
        return known

    def holds(self, domain: str, measure: str) -> bool:
        """Whether the run knows a measure; it does not where its domain was left out."""
        return measure in self._known.get(domain, ())

    def _demand(self, domain: str, measure: str) -> None:
        if not self.holds(domain, measure):
            known, name = (self._known[domain], measure) if domain in self._known else (self._known, domain)
            nearest = nearest_name(name, known) or "none"
            raise KeyError(f"{domain}.{measure}: this run has no {name!r}; nearest: {nearest}")

    def _rows(self, domain: str, measure: str, group_by: str, group: str) -> NDArray[np.int64]:
        self._demand(domain, measure)
        return self._index.get("\x1f".join((domain, measure, group_by, group)), np.zeros(0, np.int64))

    @cached_property
    def _columns(self) -> dict[str, NDArray[Any]]:
        return {name: array_of(self.indicators[name]) for name in ("year", "value")}

    @cached_property
    def _half_width(self) -> NDArray[np.float64] | None:
        file = self.folder / SPREAD
        return array_of(_read(file, ["half_width"])["half_width"]) if file.exists() else None

    def spread(
        self, domain: str, measure: str, group_by: str = ALL, group: str = ALL
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
        """Lower and upper end of the 95 % confidence of the mean over seeds, by year; None for a single seed."""
        if self._half_width is None:
            return None
        rows = self._rows(domain, measure, group_by, group)
        value, half = self._columns["value"][rows], self._half_width[rows]
        return value - half, value + half

    def series(
        self, domain: str, measure: str, group_by: str = ALL, group: str = ALL
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Years and values of one measure; empty where no such group is stored.

        Raises
        ------
        KeyError
            If the run has no such domain or measure.
        """
        rows = self._rows(domain, measure, group_by, group)
        return self._columns["year"][rows].astype(np.int64), self._columns["value"][rows]

    def series_if_any(self, domain: str, measure: str, **group: str) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """As `series`, but empty where the run has no such measure, since it was made of fewer domains."""
        if self.holds(domain, measure):
            return self.series(domain, measure, **group)
        return np.zeros(0, np.int64), np.zeros(0)

    def groups(self, domain: str, measure: str, group_by: str) -> dict[str, tuple[NDArray[Any], NDArray[Any]]]:
        """Years and values of every group of a split, in stored order; none where the run was made without them."""
        start = "\x1f".join((domain, measure, group_by, ""))
        names = [name[len(start) :] for name in self._index if name.startswith(start)]
        return {name: self.series(domain, measure, group_by, name) for name in names}

    def value(self, domain: str, measure: str, year: int, group_by: str = ALL, group: str = ALL) -> float:
        """One number; nan where it is not stored."""
        years, values = self.series(domain, measure, group_by, group)
        found = values[years == year]
        return float(found[0]) if found.size else float("nan")

    def unit(self, domain: str, measure: str) -> str:
        """Unit of a measure, empty where it is not stored."""
        start = "\x1f".join((domain, measure, ""))
        rows = next((rows for name, rows in self._index.items() if name.startswith(start)), None)
        return "" if rows is None else str(self.indicators["unit"][int(rows[0])].as_py())


def _read(file: Path, columns: Sequence[str] | None = None) -> pa.Table:
    # not `read_table`, which loads what reads folders of many files
    with pq.ParquetFile(file) as content:
        return content.read(columns if columns is None else list(columns))


def is_finished(folder: Path) -> bool:
    """Whether a folder holds a finished run, with all the files that its manifest lists."""
    folder = Path(folder)
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, json.JSONDecodeError):
        return False
    return manifest.get("status") == FINISHED and all((folder / name).exists() for name in manifest.get("files", ()))


class RunStore:
    """All finished runs below a folder.

    Parameters
    ----------
    root
        Where runs are kept (`output.root`).
    """

    def __init__(self, root: str | Path = "runs") -> None:
        self.root = Path(root)

    def __iter__(self) -> Iterator[StoredRun]:
        for manifest in sorted(self.root.rglob(MANIFEST)):
            hidden = any(part.startswith(".") for part in manifest.relative_to(self.root).parts)
            if not hidden and is_finished(manifest.parent):
                yield StoredRun(manifest.parent)

    def select(self, **wanted: Any) -> list[StoredRun]:
        """Runs whose manifest holds the given values, for example `select(scenario="trend", seed=1)`."""
        return [run for run in self if all(run.manifest.get(key) == value for key, value in wanted.items())]

    def join(self, runs: Sequence[StoredRun] | None = None) -> duckdb.DuckDBPyRelation:
        """Indicators of many runs as one relation, with `run`, `city`, `scenario` and `seed` beside them.

        `seeds` is how many seeds a row is the mean of: where it is more than 1, `seed` is the first of them.
        """
        import duckdb

        parts = []
        for run in self if runs is None else runs:
            table, size = run.indicators, run.indicators.num_rows
            for column in ("city", "scenario", "seed"):
                table = table.append_column(column, pa.array([run.manifest[column]] * size))
            table = table.append_column("seeds", pa.array([len(run.seeds)] * size))
            parts.append(table.append_column("run", pa.array([str(run.folder)] * size)))
        if not parts:
            raise UnfinishedRunError(f"no finished run below {self.root}")
        joined = pa.concat_tables(parts)
        return duckdb.from_arrow(joined)

    def compare(self, one: StoredRun, other: StoredRun) -> pa.Table:
        """Difference `other` − `one` of every indicator that both hold."""
        keys = ["year", "domain", "measure", "group_by", "group", "unit"]
        left = one.indicators.rename_columns([*INDICATOR_SCHEMA.names[:5], "value_one", "unit"])
        right = other.indicators.rename_columns([*INDICATOR_SCHEMA.names[:5], "value_other", "unit"])
        both = left.join(right, keys=keys, join_type="inner")
        return both.append_column("difference", pc.subtract(both["value_other"], both["value_one"])).sort_by(
            [(key, "ascending") for key in keys]
        )
