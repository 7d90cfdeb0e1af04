"""Who is in the labour force: entry after school, exits and returns, retirement around the legal age.

Activity at 16 to 56: logit P = level_age,sex + b_edu edu - b_health 1[limited] - b_child 1[child < 3, woman]
- b_care 1[frail parent] + b_pay ln(wage / benefit). A share a of people reconsiders each year, so inactive people enter
with probability a P and active ones leave with a (1 - P): P is the stationary share. From 57 on people retire with the
hazard h(x) = H / (1 + exp(-(x - m - c (L - L0)) / w)) around the legal age L.
"""

from __future__ import annotations

import numpy as np

from citysim.city.codes import Health, Labour, Sex

RETIREMENT_WINDOW, LAST_WORKING_AGE = 57, 75
BANDS = np.array([15, 20, 25, 30, 35, 40, 45, 50, 55])
CELLS = BANDS.size * 2


def sigmoid(x):
    """Logistic function."""
    return 1.0 / (1.0 + np.exp(-np.asarray(x, dtype=np.float64)))


def cell_of(age, sex):
    """Cell of five years of age and sex."""
    return (np.searchsorted(BANDS, age, side="right") - 1).clip(0) * 2 + sex


def solve_levels(offset, cell, target):
    """Level of each cell for which the mean of sigmoid(level + offset) is the target share of the cell.

    Parameters
    ----------
    offset
        float [n].
    cell
        int [n], 0 to C - 1.
    target
        float [C], strictly between 0 and 1.
    """
    number = np.maximum(np.bincount(cell, minlength=target.size), 1)
    low, high = np.full(target.size, -25.0), np.full(target.size, 25.0)
    for _ in range(45):
        middle = 0.5 * (low + high)
        mean = np.bincount(cell, weights=sigmoid(middle[cell] + offset), minlength=target.size) / number
        below = mean < target
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return 0.5 * (low + high)


def retirement_hazard(age, midpoint, ceiling, width):
    """Yearly hazard of leaving the labour force for good.

    Parameters
    ----------
    age, midpoint
        Years; the hazard is half its ceiling at the midpoint.
    ceiling
        Largest hazard.
    width
        Years over which it rises.
    """
    return ceiling * sigmoid((np.asarray(age, dtype=np.float64) - midpoint) / width)


def solve_midpoint(active_by_age, ceiling, width):
    """Midpoint for which the hazard reproduces the years worked from 57 on in a cross-section.

    Parameters
    ----------
    active_by_age
        float [19], share active at 57, 58, … 75.
    """
    ages = np.arange(RETIREMENT_WINDOW, LAST_WORKING_AGE + 1)
    start = max(float(np.max(active_by_age[:2])), 1e-6)
    wanted = float(np.sum(active_by_age)) / start
    low, high = 55.0, 72.0
    for _ in range(50):
        middle = 0.5 * (low + high)
        staying = np.cumprod(1.0 - retirement_hazard(ages[1:], middle, ceiling, width))
        if 1.0 + staying.sum() < wanted:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


class Participation:
    """Entries, exits and retirements of one year."""

    def __init__(self, city, p, coupled):
        self.coupled = coupled
        persons = city.persons
        age, labour = persons["age"], persons["labour"]
        active = (labour == Labour.EMPLOYED) | (labour == Labour.UNEMPLOYED)
        rows = np.flatnonzero((age >= 16) & (age < RETIREMENT_WINDOW) & ~persons["enrolled"])
        cell = cell_of(age[rows], persons["sex"][rows])
        number = np.bincount(cell, minlength=CELLS)
        share = (np.bincount(cell[active[rows]], minlength=CELLS) + 0.5) / (number + 1.0)
        self.levels = solve_levels(self._offset(city, p, rows), cell, share)
        old = np.bincount(age, minlength=120)[RETIREMENT_WINDOW : LAST_WORKING_AGE + 1]
        working = np.bincount(age[active], minlength=120)[RETIREMENT_WINDOW : LAST_WORKING_AGE + 1]
        self.midpoint = solve_midpoint(working / np.maximum(old, 1), p.retirement_ceiling, p.retirement_width)

    def _offset(self, city, p, rows):
        """Log-odds of activity relative to the level of the cell."""
        persons = city.persons
        household = persons["household"]
        small = np.zeros(city.households.size, dtype=bool)
        small[household[(persons["age"] < 3) & (household >= 0)]] = True
        mother = (persons["sex"][rows] == Sex.FEMALE) & (household[rows] >= 0) & small[household[rows]]
        offset = p.activity_education * persons["education"][rows] - p.activity_small_child * mother
        offset += p.activity_pay * np.log1p(-p.redistribution)
        if self.coupled("exposure_activity"):
            offset -= p.activity_health * (persons["health"][rows] >= Health.LIMITED)
        if self.coupled("family_carers"):
            offset -= p.activity_carer * has_frail_parent(persons, rows)
        return offset

    def probability(self, city, p, rows):
        """Stationary probability to be active, for people of 16 to 56 out of school."""
        persons = city.persons
        return sigmoid(self.levels[cell_of(persons["age"][rows], persons["sex"][rows])] + self._offset(city, p, rows))

    def retirement(self, city, p, rows):
        """Yearly probability to retire; earlier for the less healthy, later for the more educated."""
        persons = city.persons
        midpoint = self.midpoint + p.retirement_response * (p.retirement_age - p.legal_age_at_start)
        hazard = retirement_hazard(persons["age"][rows], midpoint, p.retirement_ceiling, p.retirement_width)
        tilt = np.where(persons["education"][rows] >= 3, p.retirement_tertiary, 1.0)
        if self.coupled("exposure_activity"):
            tilt = tilt * np.where(persons["health"][rows] >= Health.LIMITED, p.retirement_health, 1.0)
        return np.minimum(hazard * tilt, 1.0)


def has_frail_parent(persons, rows):
    """Whether a parent who lives at home in the city depends on help (GIR 1 to 4)."""
    frail = (persons["gir"] > 0) & (persons["gir"] <= 4) & (persons["household"] >= 0)
    result = np.zeros(rows.size, dtype=bool)
    for link in ("mother", "father"):
        parent = persons[link][rows]
        result |= (parent >= 0) & frail[parent]
    return result
