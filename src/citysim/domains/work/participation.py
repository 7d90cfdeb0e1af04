"""Who is in the labour force: entry after school, exits and returns, retirement around the legal age.

Activity at 16 to 56: logit P = level_age,sex + b_edu edu - b_health 1[limited] - b_child 1[child < 3, woman]
- b_care 1[frail parent] + b_pay ln(wage / benefit). A share a of people reconsiders each year, so inactive people enter
with probability a P and active ones leave with a (1 - P): P is the stationary share. Pupils and students have levels of
their own (apprentices, student jobs). From 57 on people retire with the hazard h(x - c (L - L0)) of age x and legal age
L, h(x) = 1 - e(x) / e(x - 1) from the base year's share e of active people at each age.
"""

from __future__ import annotations

import numpy as np

from citysim.city.codes import Health, Labour, Sex

RETIREMENT_WINDOW, LAST_WORKING_AGE = 57, 75
BANDS = np.array([15, 20, 25, 30, 35, 40, 45, 50, 55])
SCHOOL_BANDS = np.array([15, 18, 20, 25])
CELLS = (BANDS.size + SCHOOL_BANDS.size) * 2
AGES = np.arange(128)
# Twice the band of each age, of those out of school and then of those in school.
CELL_OF_AGE = 2 * np.concatenate(
    [
        (np.searchsorted(BANDS, AGES, side="right") - 1).clip(0),
        BANDS.size + np.searchsorted(SCHOOL_BANDS, AGES, side="right") - 1,
    ]
)


def sigmoid(x):
    """Logistic function."""
    return 1.0 / (1.0 + np.exp(-np.asarray(x, dtype=np.float64)))


def cell_of(age, sex, enrolled):
    """Cell of five years of age and sex, 0 to 17; of pupils and students by age and sex, 18 to 25."""
    return CELL_OF_AGE[np.asarray(enrolled, dtype=np.int64) * AGES.size + age] + sex


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


def retirement_hazards(active_by_age):
    """Yearly hazards of leaving the labour force for good, from a cross-section.

    Parameters
    ----------
    active_by_age
        float [20], share active at 56, 57, … 75; smoothed over three ages, and made to fall with age.

    Returns
    -------
    array
        float [19], hazards at 57, 58, … 75.
    """
    share = np.asarray(active_by_age, dtype=np.float64)
    padded = np.concatenate([share[:1], share, share[-1:]])
    smooth = np.minimum.accumulate((padded[:-2] + padded[1:-1] + padded[2:]) / 3.0)
    return 1.0 - (smooth[1:] + 1e-4) / (smooth[:-1] + 1e-4)


def hazard_at(age, hazards, shift):
    """Hazard at some ages when retirement comes `shift` years later than in the base year."""
    ages = np.arange(RETIREMENT_WINDOW, LAST_WORKING_AGE + 1)
    return np.interp(np.asarray(age, dtype=np.float64) - shift, ages, hazards, right=0.5)


class Participation:
    """Entries, exits and retirements of one year."""

    def __init__(self, city, p, coupled):
        self.coupled = coupled
        persons = city.persons
        age, labour = persons["age"], persons["labour"]
        active = (labour == Labour.EMPLOYED) | (labour == Labour.UNEMPLOYED)
        rows = np.flatnonzero((age >= 16) & (age < RETIREMENT_WINDOW))
        cell = cell_of(age[rows], persons["sex"][rows], persons["enrolled"][rows])
        number = np.bincount(cell, minlength=CELLS)
        share = (np.bincount(cell[active[rows]], minlength=CELLS) + 0.2) / (number + 0.4)
        self.levels = solve_levels(self._offset(city, p, rows), cell, share)
        window = slice(RETIREMENT_WINDOW - 1, LAST_WORKING_AGE + 1)
        old = np.bincount(age, minlength=120)[window]
        working = np.bincount(age[active], minlength=120)[window]
        self.hazards = retirement_hazards(working / np.maximum(old, 1))

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
        """Stationary probability to be active, for people of 16 to 56."""
        persons = city.persons
        cell = cell_of(persons["age"][rows], persons["sex"][rows], persons["enrolled"][rows])
        return sigmoid(self.levels[cell] + self._offset(city, p, rows))

    def retirement(self, city, p, rows):
        """Yearly probability to retire; earlier for the less healthy, later for the more educated."""
        persons = city.persons
        shift = p.retirement_response * (p.retirement_age - p.legal_age_at_start)
        hazard = hazard_at(AGES, self.hazards, shift)[persons["age"][rows]]
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
