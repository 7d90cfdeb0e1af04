"""`citysim run`: check, live the years with a progress bar, draw the figures, print what it comes to."""

from __future__ import annotations

import atexit
import gc
import sys
from collections.abc import Sequence
from time import perf_counter

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from citysim.config.folders import configs_folder
from citysim.config.overrides import as_sweep
from citysim.config.schema import Config
from citysim.experiment.prepare import prepared
from citysim.experiment.run import run_config, run_folder
from citysim.life import CityLife
from citysim.outputs.store import StoredRun, is_finished
from citysim.report.studio import Studio
from citysim.report.summary import summary

PLAIN_WIDTH = 110  # columns of a summary that goes to a file


class YearBar:
    """A progress bar over the years of all seeds: year, population, people's years lived a second.

    Parameters
    ----------
    config
        Settings of the run.
    console
        Where to draw; nothing is drawn where it is not a terminal.
    """

    def __init__(self, config: Config, console: Console) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[state]}"),
            TimeElapsedColumn(),
            console=console,
            disable=not console.is_terminal,
            transient=True,
        )
        total = len(config.calendar.years) * config.seeds
        self._task = self._progress.add_task(config.scenario.name, total=total, state="building the city")
        self._seeds = config.seeds
        self._last = perf_counter()

    def __enter__(self) -> YearBar:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def watch(self, model: CityLife) -> None:
        """Show a year that has been lived."""
        now = perf_counter()
        rate = model.population / model.city.weight / max(now - self._last, 1e-9)
        self._last = now
        seed = f"seed {model.config.seed} · " if self._seeds > 1 else ""
        state = f"{seed}{model.year} · {model.population:,.0f} people · {rate / 1e6:.2f} M person-years/s"
        self._progress.update(self._task, advance=1, state=state)


def run(config: Config) -> int:
    """Run one checked scenario, of one or several seeds, and print its summary and folder."""
    atexit.register(gc.freeze)  # the system takes a city's memory back sooner than Python can look through it
    show(config)
    return 0


def show(config: Config) -> StoredRun:
    """Run checked settings, draw the figures, print the summary and, last, the folder."""
    for note in config.notes:
        print(f"note: {note}", file=sys.stderr)
    _leave_linear_algebra_out()
    with Studio() as studio:
        if config.force or not is_finished(run_folder(config)):
            studio.open()
        with YearBar(config, Console(stderr=True)) as bar:
            stored = run_config(config, bar.watch)
        with studio.drawing(stored):
            output = Console()
            if not output.is_terminal:
                output.width = max(output.width, PLAIN_WIDTH)
            output.print(summary(stored))
    print(f"run: {stored.folder}", flush=True)
    return stored


def _leave_linear_algebra_out() -> None:
    """Let numba do without SciPy's linear algebra, .15 s to load before the first loop; none of ours uses it.

    For the command line only: who runs models in a program of their own may want it for loops of their own.
    """
    import numba.np.linalg

    def absent() -> None:
        raise ImportError("SciPy's linear algebra is left out")

    numba.np.linalg.ensure_blas = absent


def sweep(overrides: Sequence[str]) -> int:
    """Hand a sweep, every run of which has been checked, to Hydra's multirun."""
    import hydra
    from hydra.core.hydra_config import HydraConfig
    from omegaconf import DictConfig

    plan = as_sweep(overrides)

    def job(_: DictConfig) -> str:
        return str(show(prepared(plan.job(HydraConfig.get().overrides.task))).folder)

    launch = hydra.main(version_base="1.3", config_path=str(configs_folder()), config_name="config")(job)
    given = sys.argv
    sys.argv = ["citysim", "--multirun", *plan.for_hydra]
    try:
        launch()
    finally:
        sys.argv = given
    return 0
