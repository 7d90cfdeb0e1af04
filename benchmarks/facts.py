"""The stylised facts of all domains in a whole city under several seeds: each fact, its band, what the model gives.

    python -m benchmarks.facts [--seeds 5] [--only demography] [OVERRIDES]

Facts are plain functions in `tests/validation/facts_<domain>.py`. The exit code is 1 where one fails.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from pathlib import Path

TESTS = Path(__file__).parents[1] / "tests"


def modules(only: str | None) -> list:
    """The modules of facts, of one domain or all."""
    sys.path.insert(0, str(TESTS))
    names = sorted(file.stem for file in (TESTS / "validation").glob("facts_*.py"))
    return [importlib.import_module(f"validation.{name}") for name in names if only in (None, name[len("facts_") :])]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--only", help="a domain")
    parser.add_argument("overrides", nargs="*", help="settings, as for citysim run")
    options = parser.parse_args()
    found = modules(options.only)
    live = importlib.import_module("validation.lived").live
    watchers = {name: kind for module in found for name, kind in module.WATCHERS.items()}
    facts = [fact for module in found for fact in module.FACTS]
    told: dict[str, list[float]] = {fact.name: [] for fact in facts}
    for seed in range(1, options.seeds + 1):
        lived = live(watchers, f"seed={seed}", *options.overrides)
        for fact in facts:
            told[fact.name].append(float(fact.value(lived)))
    failed = 0
    for fact in facts:
        values = told[fact.name]
        missed = sum(not fact.holds(value) for value in values)
        failed += missed > 0
        numbers = " ".join(f"{value:8.3f}" for value in values)
        print(
            f"{fact.name:5} {fact.low:7.3f} to {fact.high:7.3f} {numbers}  {'MISS' if missed else 'ok':4} {fact.text}"
        )
    print(f"{len(facts) - failed} of {len(facts)} facts hold under all of {options.seeds} seeds")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
