"""How long patients wait at a general practice that is not overfull: a representative week, patient by patient.

Patients call in opening hours (Poisson, more on Mondays) and are seen in order, urgent ones first, by the next free
doctor while the practice is open. The mean delay at several loads rho (calls per place) gives the curve W0(rho) of the
wait within capacity; the queue that builds up beyond capacity is the business of the weekly backlog of the health
domain. Discrete-event simulation with SimPy; compare Gupta and Denton (2008) on appointment systems.
"""

from __future__ import annotations

import hashlib
import heapq
import json
import os
import tempfile
from dataclasses import asdict, dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
import platformdirs
import simpy
from numpy.typing import NDArray

from citysim.core.draws import Draws

VERSION = 1  # raise when the simulation below changes: old curves in the cache are then left aside
LOADS = (0.4, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 1.0)
DAY = 24.0 * 60.0
OPENING, CLOSING = 8.5 * 60.0, 18.5 * 60.0
OPEN_DAYS = 5
CALLS_BY_WEEKDAY = np.array([1.25, 1.0, 0.95, 0.95, 0.85])
MOST_CALLS = 4000  # bound on the events of one week


@dataclass(frozen=True)
class Practice:
    """A group practice.

    Parameters
    ----------
    doctors
        General practitioners, full time.
    consultation_minutes
        Mean length of a consultation.
    urgent_share
        Share of calls that want to be seen the same day and go first.
    weeks
        Weeks simulated per load, each after a week that fills the diary.
    """

    doctors: int = 3
    consultation_minutes: float = 18.0
    urgent_share: float = 0.3
    weeks: int = 12

    @property
    def weekly_capacity(self) -> float:
        """Consultations that fit into a week."""
        return self.doctors * OPEN_DAYS * (CLOSING - OPENING) / self.consultation_minutes


@dataclass(frozen=True)
class WaitingCurve:
    """Mean wait within capacity by load.

    Parameters
    ----------
    loads, days
        Points of the curve, loads ascending.
    """

    loads: tuple[float, ...]
    days: tuple[float, ...]

    def at(self, load: NDArray[np.float64] | float) -> NDArray[np.float64]:
        """Days of wait at a load, straight between points; above the last load, that of the last load."""
        return np.interp(load, *self._points)

    @cached_property
    def _points(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        return np.array(self.loads), np.array(self.days)


def waiting_curve(practice: Practice, folder: Path | None = None) -> WaitingCurve:
    """Simulate a practice at all loads, or take the curve of an equal practice from the cache on disk.

    Parameters
    ----------
    practice
        What to simulate.
    folder
        Where curves are kept; the user's cache folder by default.
    """
    return _waiting_curve(practice, folder or Path(platformdirs.user_cache_dir("citysim")) / "clinic")


@lru_cache(maxsize=64)
def _waiting_curve(practice: Practice, folder: Path) -> WaitingCurve:
    content = json.dumps({"version": VERSION, "loads": LOADS, **asdict(practice)}, sort_keys=True)
    path = folder / f"{hashlib.sha256(content.encode()).hexdigest()[:20]}.json"
    known = read_curve(path, content)
    if known is not None:
        return known
    days = [mean_wait(practice, load) for load in LOADS]
    curve = WaitingCurve(LOADS, tuple(float(day) for day in np.maximum.accumulate(days)))
    store_curve(path, content, curve)
    return curve


def read_curve(path: Path, content: str) -> WaitingCurve | None:
    """Read a stored curve; None if there is none, or if it is damaged or belongs to something else."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        days = tuple(float(day) for day in stored["days"])
        whole = stored["content"] == content and stored["check"] == _checksum(content, days)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return WaitingCurve(LOADS, days) if whole and len(days) == len(LOADS) else None


def store_curve(path: Path, content: str, curve: WaitingCurve) -> None:
    """Keep a curve for later runs: written under another name, then renamed, so that nobody reads half a file."""
    record = {"content": content, "days": curve.days, "check": _checksum(content, curve.days)}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump(record, stream)
        os.replace(temporary, path)
    except OSError:
        return  # a read-only home only costs the next run the simulation


def _checksum(content: str, days: tuple[float, ...]) -> str:
    return hashlib.sha256(f"{content}{list(days)!r}".encode()).hexdigest()


def mean_wait(practice: Practice, load: float) -> float:
    """Mean days from call to consultation of the calls of a week, over the practice's simulated weeks."""
    waits = [wait for week in range(practice.weeks) for wait in simulate_week(practice, load, week)]
    return float(np.mean(waits)) if waits else 0.0


def simulate_week(practice: Practice, load: float, week: int) -> list[float]:
    """Waits, in days, of the calls of one week that follows another one.

    Parameters
    ----------
    load
        Calls per place, up to 1.
    week
        Number of the repetition; the same number has the same callers at every load, fewer at a lower one.
    """
    calls, minutes, urgent = _callers(practice, load, week)
    environment = simpy.Environment()
    surgery = _Surgery(environment, practice.doctors)
    environment.process(surgery.take_calls(calls, minutes, urgent))
    environment.run(until=6 * 7 * DAY)  # all who called have been seen long before
    return [wait / DAY for called, wait in surgery.waits if called >= 7 * DAY]


class _Surgery:
    """Doctors who see the waiting, urgent first, while the practice is open."""

    def __init__(self, environment: simpy.Environment, doctors: int) -> None:
        self.environment = environment
        self.idle = doctors
        self.queue: list[tuple[bool, float, float]] = []  # (can wait, call, length of consultation)
        self.waits: list[tuple[float, float]] = []

    def take_calls(self, calls, minutes, urgent):
        for call, length, hurry in zip(calls, minutes, urgent, strict=True):
            yield self.environment.timeout(call - self.environment.now)
            heapq.heappush(self.queue, (not hurry, call, length))
            if self.idle:
                self.idle -= 1
                self.environment.process(self.work())

    def work(self):
        """One doctor from a first patient until nobody waits, going home at closing time."""
        while self.queue:
            closed = _minutes_to_opening(self.environment.now)
            if closed > 0.0:
                yield self.environment.timeout(closed)
                continue
            _, call, length = heapq.heappop(self.queue)
            self.waits.append((call, self.environment.now - call))
            yield self.environment.timeout(length)
        self.idle += 1


def _minutes_to_opening(now: float) -> float:
    """Minutes until the practice is open; 0 while it is."""
    day, minute = divmod(now, DAY)
    if int(day) % 7 < OPEN_DAYS and minute < CLOSING:
        return max(OPENING - minute, 0.0)
    ahead = next(n for n in range(1, 8) if int(day + n) % 7 < OPEN_DAYS)
    return ahead * DAY + OPENING - minute


def _callers(practice: Practice, load: float, week: int) -> tuple[list[float], list[float], list[bool]]:
    """Times of call over two weeks, lengths of consultation and urgency: a fixed crowd thinned to the load."""
    crowd = min(round(2 * practice.weekly_capacity), MOST_CALLS)
    keys = np.arange(crowd, dtype=np.uint64)
    draws = Draws(0, week)
    share = np.cumsum(CALLS_BY_WEEKDAY) / CALLS_BY_WEEKDAY.sum()
    weekday = np.searchsorted(share, draws.uniform("clinic.weekday", keys))
    days = weekday + 7.0 * (keys % np.uint64(2)).astype(float)
    times = days * DAY + OPENING + draws.uniform("clinic.hour", keys) * (CLOSING - OPENING)
    # Gamma with shape 4: consultations vary by half their mean.
    quarters = sum(-np.log(draws.uniform("clinic.length", keys, index=part)) for part in range(4))
    minutes = practice.consultation_minutes / 4.0 * np.asarray(quarters)
    urgent = draws.uniform("clinic.urgent", keys) < practice.urgent_share
    comes = draws.uniform("clinic.comes", keys) < load
    order = np.flatnonzero(comes)[np.argsort(times[comes], kind="stable")]
    return times[order].tolist(), minutes[order].tolist(), urgent[order].tolist()
