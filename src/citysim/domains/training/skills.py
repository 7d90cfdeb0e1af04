"""Skills fade and are rebuilt: by practice in daily life and at work, and by courses.

ds/dt = (practice + gain) (1 - s) - k delta s, k = 1 at work or in school, 1.5 in retirement, 2 in unemployment.
Practice in the digital skill is each person's own, set so that everybody starts at rest.
"""

from __future__ import annotations

import numpy as np

from citysim.city.codes import Labour

MANUAL, COGNITIVE, DIGITAL = 0, 1, 2
SKILLS = ("skill_manual", "skill_cognitive", "skill_digital")
# Skill that a long course in each sector builds (order of citysim.city.codes.Sector).
SKILL_OF_SECTOR = np.array(
    [MANUAL, MANUAL, MANUAL, COGNITIVE, MANUAL, MANUAL, DIGITAL, DIGITAL, DIGITAL, *([COGNITIVE] * 5)]
)
# Skill that an employee's long course builds, by occupation (order of Occupation).
SKILL_OF_OCCUPATION = np.array([MANUAL, DIGITAL, DIGITAL, COGNITIVE, COGNITIVE])


def fading(labour, idle_factor, unemployed_factor):
    """Factor k on depreciation by labour status."""
    factor = np.ones(np.shape(labour))
    factor[(labour == Labour.INACTIVE) | (labour == Labour.RETIRED)] = idle_factor
    factor[labour == Labour.UNEMPLOYED] = unemployed_factor
    return factor


def next_skill(skill, depreciation, practice, gain):
    """Skill after a year of ds/dt = (practice + gain) (1 - s) - depreciation s; all arguments broadcast.

    The year is solved exactly: in steps, somebody of much practice who lost a skill for once would overshoot 1.
    """
    learning = practice + gain
    pace = np.maximum(learning + depreciation, 1e-6)
    return skill + (learning * (1.0 - skill) - depreciation * skill) * (-np.expm1(-pace) / pace)


def practice_at_rest(skill, depreciation, expected_gain):
    """Practice that keeps a skill where it is, on average; never below nothing.

    Parameters
    ----------
    skill, depreciation, expected_gain
        float [n]; depreciation with its status factor.
    """
    return np.maximum(depreciation * skill / np.maximum(1.0 - skill, 1e-3) - expected_gain, 0.0)


def mean_practice(skill, depreciation, gain):
    """One practice for all that keeps the mean of a skill where it is."""
    return float((depreciation * skill - gain * (1.0 - skill)).sum() / (1.0 - skill).sum())
