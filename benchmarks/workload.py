"""Workload W: citysim domains beside plain Mesa, in turn, so that a change of the machine's speed hits both.

python -m benchmarks.workload [--persons 100000] [--rounds 3] [--mesa-years 5]
"""

from __future__ import annotations

import argparse
import gc
import resource
import statistics
from time import process_time

from benchmarks import domains, reference_model
from benchmarks.rates import YEARS, start_population

BASE = 2025


def time_citysim(persons: int) -> tuple[float, domains.Cycle]:
    """Person-years per second of one run of W, the building of the world left out."""
    cycle, world = domains.build(persons)
    gc.collect()
    lived, began = 0, process_time()
    for year in range(BASE, BASE + YEARS):
        lived += world.tables["persons"].size
        cycle.live(year, domains.Draws(world.seed, year))
    return lived / (process_time() - began), cycle


def time_mesa(persons: int, years: int) -> tuple[float, reference_model.PlainMesa]:
    """Person-years per second of plain Mesa over the first years of W."""
    model = reference_model.PlainMesa(start_population(persons))
    gc.collect()
    lived, began = 0, process_time()
    for _ in range(years):
        lived += len(model.agents)
        model.step()
    return lived / (process_time() - began), model


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--persons", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--mesa-years", type=int, default=4, help="years of plain Mesa per round")
    options = parser.parse_args()
    time_citysim(2_000)  # compile, or load compiled code
    ours, theirs, ratios = [], [], []
    for number in range(options.rounds):
        fast, cycle = time_citysim(options.persons)
        slow, _ = time_mesa(options.persons, options.mesa_years)
        ours.append(fast)
        theirs.append(slow)
        ratios.append(fast / slow)
        speeds = f"citysim {fast / 1e6:.2f} M, plain Mesa {slow / 1e6:.3f} M person-years/s"
        print(f"round {number + 1}: {speeds}, ratio {ratios[-1]:.1f}")
    print(f"W, {options.persons:,} persons, medians of {options.rounds} interleaved rounds")
    fast, slow = statistics.median(ours), statistics.median(theirs)
    print(f"  citysim     {fast / 1e6:8.2f} M person-years/s ({1e9 / fast:.0f} ns each)")
    print(f"  plain Mesa  {slow / 1e6:8.3f} M person-years/s")
    print(f"  ratio       {statistics.median(ratios):8.1f}")
    whole = sum(cycle.seconds.values())
    for name, seconds in cycle.seconds.items():
        print(f"  {name:10} {1000 * seconds / YEARS:7.2f} ms a year, {seconds / whole:5.1%}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  peak memory {peak:.0f} MB (both versions in one process)")
    print(f"  after {YEARS} years: {domains.numbers(cycle)}")


if __name__ == "__main__":
    main()
