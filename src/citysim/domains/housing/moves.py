"""Households leave homes that no longer fit: some have to, others are dissatisfied, most stay.

Dissatisfaction d = 1 - 1 / (1 + a exp(b (U* - U)))   (Moeckel 2017, SILO), U the percentile of the present home among
those that households of like size, income and tenure had in the base year, U* the aspiration, which follows U.
Chance to look p = 1 - exp(-(h_tenure d age factor + h_crowded + h_far job)), the levels h_tenure set at the base year.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.city.codes import NONE, Mode, Tenure
from citysim.core.choice import happens
from citysim.core.kernels.columns import carried, either, looked_up, rows_where
from citysim.domains.housing.declarations import AGE_EDGES
from citysim.domains.housing.needs import Needs

Array = NDArray[Any]
SIZE_CLASSES = 5
GRID = 64


@dataclass
class Percentiles:
    """Distribution of the utility of homes in the base year, by stratum of size, income quintile and tenure.

    Attributes
    ----------
    low, step
        Utility at the first point of the grid and distance between points.
    share
        float32 [strata, GRID + 1], share of homes up to each point.
    """

    low: float
    step: float
    share: Array

    def of(self, stratum: Array, utility: Array) -> Array:
        """Percentile (0 to 1) of utilities in their strata, float32 [n]."""
        position = np.clip((utility - np.float32(self.low)) * np.float32(1.0 / self.step), 0.0, GRID - 0.001)
        cell = position.astype(np.int32)
        part = position - cell
        entry = stratum * np.int32(GRID + 1) + cell
        share = self.share.ravel()
        below = looked_up(share, entry)
        return below + (looked_up(share[1:], entry) - below) * part


def strata(size: Array, quintile: Array, tenure: Array) -> Array:
    """Stratum of size (1 to 5 and more), income quintile and tenure of each household, int32 [n]."""
    size_class = np.clip(size, 1, SIZE_CLASSES).astype(np.int32) - 1
    return (size_class * 5 + quintile) * 5 + tenure


def percentiles(stratum: Array, utility: Array) -> Percentiles:
    """Build the base-year distributions; a stratum with few homes borrows from the whole city."""
    low, high = np.quantile(utility, [0.0005, 0.9995])
    step = max(float(high - low), 1e-6) / GRID
    cell = np.clip((utility - low) / step, 0, GRID - 1).astype(np.int64)
    number = SIZE_CLASSES * 25
    count = np.bincount(stratum.astype(np.int64) * GRID + cell, minlength=number * GRID).reshape(number, GRID)
    whole = count.sum(axis=0) / max(count.sum(), 1)
    cumulated = np.cumsum(count + 20.0 * whole, axis=1)
    share = np.zeros((number, GRID + 1), np.float32)
    share[:, 1:] = cumulated / cumulated[:, -1:]
    return Percentiles(float(low), step, share)


def dissatisfaction(gap: Array, base: float, slope: float) -> Array:
    """Readiness to look of a household whose aspiration exceeds its home by `gap` (0 to 1)."""
    return 1.0 - 1.0 / (1.0 + base * np.exp(slope * np.asarray(gap)))


def age_factors(age: Array, factors: Array) -> Array:
    """Readiness to move by age of the reference person."""
    by_age = np.asarray(factors, np.float32)[np.searchsorted(AGE_EDGES, np.arange(128), side="right")]
    return looked_up(by_age, np.maximum(age, 0))


@dataclass
class Hazards:
    """Parts of the hazard to look for a home, per household."""

    pull: Array
    push: Array


def hazards(p: SimpleNamespace, needs: Needs, gap: Array, rooms: Array, far: Array) -> Hazards:
    """Split readiness to move into what tenure scales (dissatisfaction, age) and what it does not.

    Parameters
    ----------
    gap
        Aspiration less percentile of the home.
    rooms
        Rooms of the home.
    far
        bool, a worker has started a job too far away.
    """
    pull = dissatisfaction(gap, p.dissatisfaction_base, p.dissatisfaction_slope) * age_factors(needs.age, p.age_factor)
    push = np.float32(p.crowding_hazard) * (rooms < needs.rooms)
    push = push + np.float32(p.far_job_hazard) * far
    return Hazards(pull, push)


def hazard_level(parts: Hazards, rate: float) -> float:
    """Level of dissatisfaction at which a share `rate` of these households looks for a home.

    Newton's steps from zero: the share is concave in the level, so they rise to the solution. Where crowding and far
    jobs alone exceed the rate, or nobody is dissatisfied, the level is zero.
    """
    level = 0.0
    pull, push = parts.pull.astype(np.float64), parts.push.astype(np.float64)
    for _ in range(60 if pull.any() else 0):
        stays = np.exp(-(level * pull + push))
        step = (rate - 1.0 + float(stays.mean())) / float((pull * stays).mean())
        level += step
        if step < 1e-12 * max(level, 1.0):
            break
    return max(level, 0.0)


def new_far_jobs(city: Any, longest: float) -> Array:
    """Households one of whose workers has started a job further away than that many minutes, bool [households].

    By car where the household has one, else by the fastest other mode, as the ways were last year.
    """
    persons, households = city.persons, city.households
    minutes = city.travel.minutes
    without = np.delete(minutes, Mode.CAR, axis=0).min(axis=0)
    beyond = np.stack([without, np.minimum(without, minutes[Mode.CAR])]) > longest  # [with a car, from, to]
    zones = np.int32(minutes.shape[1])
    employed = rows_where((persons["workplace"] >= 0) & (persons["household"] >= 0))
    pair, work = persons["commute_pair"].take(employed), persons["workplace"].take(employed)
    new = rows_where(work != carried(np.tile(np.arange(zones, dtype=np.int16), zones), pair, np.int16(NONE)))
    started, work = employed.take(new), work.take(new)
    home = persons["household"][started]
    car, zone = households["cars"][home] > 0, np.maximum(households["zone"][home], 0)
    far = np.zeros(households.size, bool)
    far[home[beyond.take((car * zones + zone) * zones + work)]] = True
    return far


def formed(aspiration: Array, quality: Array) -> Array:
    """Aspirations; one not formed yet equals the home."""
    return either(aspiration < 0, quality, aspiration)


def adapt(aspiration: Array, quality: Array, speed: float) -> Array:
    """Aspirations a year later: they follow the home."""
    return aspiration + np.float32(speed) * (quality - aspiration)


def first_aspirations(city: Any, p: SimpleNamespace, draws: Any, keys: Array, quality: Array, year: int) -> None:
    """Aspirations at the start: behind the home after a recent move, then catching up, with some spread."""
    households = city.households
    since = np.maximum(year - 1 - households["last_move_year"].astype(np.float64), 0.0)
    gap = p.aspiration_spread * np.clip(draws.normal("housing.first_aspiration", keys), -3.0, 3.0)
    gap = gap - p.aspiration_gain * (1.0 - p.aspiration_speed) ** since
    housed = households["dwelling"] >= 0
    households["aspiration"][:] = np.where(housed, np.clip(quality + gap, 0.0, 1.0), -1.0)


def who_looks(
    draws: Any, city: Any, keys: Array, parts: Hazards, level: Array, renewal: float, year: int
) -> tuple[Array, Array]:
    """Choose the settled households that look for a home, and those that only wait for a social one.

    Returns
    -------
    tuple
        bool [households] each.
    """
    households = city.households
    settled = households["dwelling"] >= 0
    tenure = np.minimum(households["tenure"], Tenure.SOCIAL_RENT)
    chance = -np.expm1(-(looked_up(level.astype(np.float32), tenure) * parts.pull + parts.push))
    looks = settled & happens(draws, "housing.look", keys, chance)
    queue = households["social_queue_since"]
    waiting = rows_where(settled & (queue > 0))
    renewed = happens(draws, "housing.renew_application", keys[waiting], renewal)
    queue[waiting[~renewed]] = 0
    waits = np.zeros(households.size, bool)
    waits[waiting[renewed]] = True
    return looks, waits & ~looks
