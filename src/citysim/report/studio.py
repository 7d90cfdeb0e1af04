"""Figures are drawn beside the run: processes of their own load the drawing library while the years are lived.

A process draws one figure at a time, asked for by a line on its standard input; it ends when that input does, however
the run ended. A figure that no such process has drawn is drawn here.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path

from citysim.outputs.store import StoredRun

# In the order in which they are begun: those that take longest come first.
FIGURES = (
    "technology_adoption",
    "vacancy_rent_map",
    "age_pyramids",
    "first_years",
    "waiting_times",
    "co2_by_source",
    "population_households",
    "mode_shares",
    "unemployment",
    "backtest",
)
COMPLETE = ".complete"  # file that names what was drawn once every figure had its turn: some runs have no use for some
MOST = 2  # a third process would gain little: one figure takes a third of all the time
_WORK = "from citysim.report.studio import work; work()"


class Studio:
    """Processes that draw, from `open` to the end of the `with` block."""

    def __init__(self) -> None:
        self._helpers: list[_Helper] = []

    def open(self) -> None:
        """Start the processes, unless there is no second core to run them."""
        if cores() > 1 and sys.executable and not self._helpers:
            self._helpers = [_Helper() for _ in range(MOST)]

    @contextmanager
    def drawing(self, run: StoredRun) -> Iterator[None]:
        """Draw the figures that a run's folder does not hold yet; they are there when the `with` block is left."""
        waiting = deque(missing(run))
        with ThreadPoolExecutor(MOST) as threads:
            handed = [threads.submit(helper.draw, run, waiting) for helper in self._helpers if waiting]
            yield
        for drawn in handed:
            drawn.result()
        if waiting:
            from citysim.report.figures import draw  # loads the drawing library: only where it is needed

            draw(run, waiting)
        run.figures.mkdir(exist_ok=True)
        drawn = (name for name in FIGURES if _is_drawn(run, name))
        (run.figures / COMPLETE).write_text("\n".join(drawn), encoding="utf-8")

    def __enter__(self) -> Studio:
        return self

    def __exit__(self, *_: object) -> None:
        for helper in self._helpers:
            helper.close()


def cores() -> int:
    """Processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def missing(run: StoredRun) -> list[str]:
    """Names of figures that a run's folder lacks in one of both formats: all that may be, or those it once had."""
    complete = run.figures / COMPLETE
    due = complete.read_text(encoding="utf-8").split() if complete.exists() else FIGURES
    return [name for name in due if not _is_drawn(run, name)]


def _is_drawn(run: StoredRun, name: str) -> bool:
    return all((run.figures / f"{name}.{kind}").exists() for kind in ("svg", "png"))


class _Helper:
    """One process that draws."""

    def __init__(self) -> None:
        places = os.pathsep.join(os.path.abspath(place) for place in sys.path)
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", _WORK],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # what it cannot draw is drawn again by the run itself, which then says why
            env=os.environ | {"PYTHONPATH": places},
            text=True,
            encoding="utf-8",
            start_new_session=True,  # an interrupt at the keyboard is the run's affair
        )

    def draw(self, run: StoredRun, waiting: deque[str]) -> None:
        """Draw what is waiting until nothing is left; what the process fails to draw waits again."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        while True:
            try:
                name = waiting.popleft()
            except IndexError:
                return
            try:
                self._process.stdin.write(json.dumps([str(run.folder.absolute()), name]) + "\n")
                self._process.stdin.flush()
                drawn = self._process.stdout.readline().strip() == name
            except OSError:
                drawn = False
            if not drawn:
                waiting.append(name)
                return

    def close(self) -> None:
        """Let the process end."""
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            with suppress(OSError):  # it has ended already
                pipe.close()
        self._process.wait()


def work() -> None:
    """Draw the figures asked for on standard input, one a line, and answer each with its name."""
    if hasattr(os, "nice"):
        os.nice(5)  # the city and its years come first: there may be no more than two cores
    from citysim.report.figures import draw

    _rehearse()
    gc.disable()  # a few figures leave little behind, and looking for it takes a tenth of a second each time
    run: StoredRun | None = None
    for line in sys.stdin:
        folder, name = json.loads(line)
        if run is None or run.folder != Path(folder):
            run = StoredRun(Path(folder))
        draw(run, [name])
        print(name, flush=True)
    os._exit(0)  # nothing is left to do but to take all apart, which the run would wait for


def _rehearse() -> None:
    """Read and draw what nobody sees: libraries and fonts are loaded before the first figure that counts."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    from citysim.outputs.columns import texts
    from citysim.report.style import rehearse

    file = BytesIO()
    pq.write_table(pa.table({"name": texts(["a", "b"])}), file)
    with pq.ParquetFile(file) as content:
        pc.unique(content.read()["name"])
    rehearse()
