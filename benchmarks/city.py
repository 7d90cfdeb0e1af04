"""The full city at 5,000, 50,000, 102,000 and 1,000,000 people: speed, memory and the cost of each domain.

    python -m benchmarks.city [--years 26] [--sizes 5000 50000 102000 1000000]

Each size runs in a process of its own, so that its peak memory is its own. A million people are Bourges Plus ten times
over, side by side, with zones, roads and markets of their own. Times are those of the processor, so that neighbours on
a shared machine do not count.
"""

from __future__ import annotations

import argparse
import gc
import json
import math
import resource
import statistics
import subprocess
import sys
from dataclasses import replace
from time import process_time

import numpy as np

from benchmarks.workload import time_citysim
from citysim import domains as package
from citysim.config.compose import compose
from citysim.core.domain import discover
from citysim.core.draws import mix_keys
from citysim.life import build_city
from citysim.model import CityModel

SIZES = {5_000: ("city=smallville",), 50_000: ("scale=0.5",), 102_000: (), 1_000_000: ()}
COPIES = 10
# Ceilings of groups of domains, ms a year beside a W of 6 ms.
CEILINGS = {
    ("demography", "housing"): 25.0,
    ("work", "training"): 20.0,
    ("mobility", "technology", "environment"): 25.0,
    ("health", "food"): 15.0,
}
APART_KM, APART_MINUTES = 100.0, 90.0
ZONE_COLUMNS = {"zone", "institution_zone", "workplace"}


def links() -> dict[str, str]:
    """Table that each link column points to, by `table.column`."""
    found = discover(package).values()
    return {full: column.link for one in found for full, column in one.columns.items() if column.link}


def tiled(synthesis, copies: int):
    """The same city several times, side by side."""
    inside = synthesis.zones.internal
    every = len(synthesis.zones.name)
    outside = every - inside
    link = links()
    sizes = {name: columns["key"].size for name, columns in synthesis.tables.items()}
    source = np.concatenate([np.tile(np.arange(inside), copies), np.tile(np.arange(inside, every), copies)])
    tile = np.concatenate([np.repeat(np.arange(copies), inside), np.repeat(np.arange(copies), outside)])

    def copy(name: str, column: str, values: np.ndarray, number: int) -> np.ndarray:
        if column == "key":
            return mix_keys("tile", values, number)
        if column in ZONE_COLUMNS:
            beyond = copies * inside + number * outside + values - inside
            moved = np.where(values < inside, values + number * inside, beyond)
            return np.where(values >= 0, moved, -1).astype(np.int16)
        if f"{name}.{column}" in link:
            return np.where(values >= 0, values + number * sizes[link[f"{name}.{column}"]], -1).astype(np.int32)
        return values

    tables = {}
    for name, columns in synthesis.tables.items():
        if name == "zones":
            tables[name] = {column: values[source] for column, values in columns.items()}
            tables[name]["key"] = mix_keys("tile", columns["key"][source], tile)
        else:
            tables[name] = {
                column: np.concatenate([copy(name, column, values, number) for number in range(copies)])
                for column, values in columns.items()
            }
    apart = np.abs(tile[:, None] - tile[None, :]).astype(np.float32)
    distance = synthesis.distance_km[np.ix_(source, source)] + APART_KM * apart
    minutes = synthesis.minutes[:, source][:, :, source] + APART_MINUTES * apart
    zones = replace(
        synthesis.zones,
        code=[f"{synthesis.zones.code[z]}-{t}" for z, t in zip(source, tile, strict=True)],
        name=[f"{synthesis.zones.name[z]} {t}" for z, t in zip(source, tile, strict=True)],
        commune=synthesis.zones.commune[source],
        quarter=synthesis.zones.quarter[source],
        external=synthesis.zones.external[source],
    )
    frame = replace(synthesis.frame, zones=zones, distance_km=distance, minutes=minutes)
    return replace(synthesis, frame=frame, tables=tables)


def measure(size: int, years: int) -> dict:
    """Live one city in this process and tell what it cost."""
    CityModel(compose("city=smallville")).step()  # load compiled code
    time_citysim(2_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    config = compose(*SIZES[size], f"calendar.end={2025 + years - 1}")
    began = process_time()
    synthesis = build_city(config)
    if size == 1_000_000:
        synthesis = tiled(synthesis, COPIES)
    built = process_time() - began
    model = CityModel(config, synthesis)
    del synthesis
    gc.disable()  # as in a run (citysim.experiment.run)
    lived, seconds, measuring, spent = 0, 0.0, 0.0, []
    for _ in range(years):
        model.cycle.seconds = dict.fromkeys(model.domains, 0.0)
        lived += model.city.persons.size
        began = process_time()
        model._live(measure=False)
        seconds += process_time() - began
        spent.append({name: 1000 * one for name, one in model.cycle.seconds.items()})
        began = process_time()
        model.measure()
        measuring += process_time() - began
    persons = model.city.persons.size
    rows = {name: table.bytes_per_row() * table.size for name, table in model.city.tables.items()}
    return {
        "size": size,
        "persons": persons,
        "synthesis": built,
        "lived": lived,
        "seconds": seconds,
        "measuring": measuring,
        "rate": lived / seconds,
        "table_bytes_per_person": sum(rows.values()) / persons,
        "peak_bytes_per_person": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 / persons,
        "domains": {name: statistics.mean(year[name] for year in spent) for name in model.domains},
        "years": spent,
        "workload_rate": statistics.median(time_citysim(100_000)[0] for _ in range(3)) if size == 102_000 else None,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), choices=list(SIZES))
    parser.add_argument("--years", type=int, default=26)
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(options.one, options.years)))
        return
    found = []
    for size in options.sizes:
        command = [sys.executable, "-m", "benchmarks.city", "--one", str(size), "--years", str(options.years)]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        found.append(json.loads(told.splitlines()[-1]))
        show(found[-1], options.years)
    by_size = {one["size"]: one for one in found}
    if {50_000, 1_000_000} <= set(by_size):
        small, large = by_size[50_000], by_size[1_000_000]
        exponent = math.log(large["seconds"] / small["seconds"]) / math.log(large["persons"] / small["persons"])
        print(f"time grows as people to the power of {exponent:.3f} from 50,000 to 1,000,000")


def show(one: dict, years: int) -> None:
    """Print what one size cost."""
    print(
        f"{one['size']:>9,} people: {one['seconds']:.2f} s for {years} years, "
        f"{one['rate'] / 1e6:.2f} M person-years/s, measuring {one['measuring']:.2f} s, "
        f"synthesis {one['synthesis']:.2f} s, tables {one['table_bytes_per_person']:.0f} bytes a person, "
        f"peak {one['peak_bytes_per_person']:.0f}"
    )
    print("          ms a year: " + ", ".join(f"{name} {spent:.1f}" for name, spent in one["domains"].items()))
    if one["workload_rate"]:
        ratio = one["workload_rate"] / one["rate"]
        print(f"          ratio to workload W in the same process: {ratio:.1f} W-years a year")
        show_ceilings(one)


def show_ceilings(one: dict) -> None:
    """Print what groups of domains cost beside their ceilings, in years of W: the median year, and the mean of all."""
    workload = 1000 * one["lived"] / len(one["years"]) / one["workload_rate"]  # ms for as many people
    for group, ceiling in CEILINGS.items():
        years = [sum(year[name] for name in group) / workload for year in one["years"]]
        told = f"{statistics.median(years):.2f} ({statistics.mean(years):.2f}) of {ceiling / 6.0:.2f}"
        print(f"          {' + '.join(group)}: {told} W-years a year")


if __name__ == "__main__":
    main()
