"""Two levels of the town of 2009 that meet what was observed until 2014: `python -m benchmarks.backtest_levels`.

Net migration meets the people of 2011 and 2013 (least squares), homes begun before the start the dwellings of 2014.
Later dates are not read. Newton steps with a measured Jacobian; the levels printed last go into
configs/city/bourges_plus_2009.yaml.
"""

from __future__ import annotations

import argparse

import numpy as np

from citysim.city.observed import read_rows
from citysim.config.compose import compose
from citysim.model import CityModel

CITY = ("city=bourges_plus_2009", "calendar.end=2013")
LEVELS = {
    "domains.demography.net_migration_rate": 0.002,
    "domains.housing.base_building": 0.003,
}


def known() -> dict[tuple[str, int], float]:
    """What was observed before the test window."""
    rows = read_rows(compose(*CITY).city_folder / "observed.csv")
    return {(str(row[2]), int(row[0])): float(row[3]) for row in rows if row[6] == "calibration"}


def gaps(levels: np.ndarray, seeds: int, scale: float) -> np.ndarray:
    """Simulated minus observed: people (weighted by years passed) and dwellings; mean over seeds."""
    truth = known()
    overrides = [f"{name}={value:.6f}" for name, value in zip(LEVELS, levels, strict=True)]
    found = []
    for seed in range(1, seeds + 1):
        model = CityModel(compose(*CITY, f"seed={seed}", f"scale={scale}", *overrides))
        lived: dict[tuple[str, int], float] = {}
        while model.running:
            model.step()
            whole = {(row.domain, row.measure): row.value for row in model.indicators if row.group == "all"}
            date = model.year + 1
            lived["population", date] = whole["demography", "population"]
            lived["dwellings", date] = whole["housing", "dwellings"]
        gap = {key: lived[key] - value for key, value in truth.items() if key in lived}
        start = min(date for _, date in lived) - 1
        people = {date - start: value for (name, date), value in gap.items() if name == "population"}
        weighted = sum(years * value for years, value in people.items()) / sum(years * years for years in people)
        found.append([weighted, gap["dwellings", 2014]])
    return np.mean(found, axis=0)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seeds", type=int, default=3)
    arguments.add_argument("--scale", type=float, default=1.0)
    arguments.add_argument("--steps", type=int, default=2)
    arguments.add_argument("--start", type=float, nargs=2, default=(-0.0029, 0.02))
    given = arguments.parse_args()
    levels = np.array(given.start)
    names = [name.rsplit(".", 1)[1] for name in LEVELS]
    for _ in range(given.steps):
        here = gaps(levels, given.seeds, given.scale)
        print(dict(zip(names, levels.round(5).tolist(), strict=True)), "gaps", here.round(1).tolist(), flush=True)
        moves = np.diag(list(LEVELS.values()))
        slopes = [(gaps(levels + move, given.seeds, given.scale) - here) / move.sum() for move in moves]
        levels = levels - np.linalg.solve(np.array(slopes).T, here)
        print("next", dict(zip(names, levels.round(5).tolist(), strict=True)), flush=True)
    print("gaps left", gaps(levels, given.seeds, given.scale).round(1).tolist())


if __name__ == "__main__":
    main()
