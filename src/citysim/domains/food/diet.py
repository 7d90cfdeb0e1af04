"""People move between four diets, from much meat to none, one step at a time, with their neighbours and the norm.

In equilibrium the share of diet k among people of taste V is pi_k exp(k V) / sum: a norm shift of s changes the odds of
every step by exp(s). Rates between neighbours k and k + 1: h sqrt(pi_{k+1} / pi_k) exp(V / 2) down in meat and
h sqrt(pi_k / pi_{k+1}) exp(-V / 2) up, so that this equilibrium holds (detailed balance); p = 1 - exp(-rate).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.core.kernels.columns import looked_up

Floats = NDArray[Any]
DIETS = 4
BINS = 400
AGES = 128
FITTING_STEPS = 60


def taste(female: Floats, age: NDArray[Any], education: NDArray[Any], values: Any) -> Floats:
    """Utility per step towards less meat that goes with sex, age and education, float32 [n].

    Parameters
    ----------
    female, age, education
        [n], flag, years up to 127 and code.
    values
        Parameters `diet_*` of the food domain.
    """
    years = values.diet_age * (np.maximum(np.arange(AGES), 15) - 45.0)
    by_code = np.add.outer(np.array([0.0, values.diet_female]), values.diet_education)
    table = np.add.outer(by_code, years).astype(np.float32)
    place = (np.asarray(female) * np.int16(by_code.shape[1]) + education) * np.int16(AGES) + age
    return np.asarray(looked_up(table.ravel(), place))


def equilibrium(taste_of: Floats, level: Floats) -> Floats:
    """Shares of the diets at rest, [n, 4].

    Parameters
    ----------
    taste_of
        [n], utility per step.
    level
        [4], pi.
    """
    weight = level * np.exp(np.multiply.outer(taste_of, np.arange(DIETS)))
    return np.asarray(weight / weight.sum(axis=1, keepdims=True))


def levels_for(taste_of: Floats, target: Floats) -> Floats:
    """Levels pi at which the whole population has given shares of diets.

    Parameters
    ----------
    taste_of
        [n], utility per step.
    target
        [4], shares.
    """
    people, edges = np.histogram(taste_of, bins=BINS)
    middle = 0.5 * (edges[:-1] + edges[1:])
    wanted, level = target / target.sum(), target / target.sum()
    for _ in range(FITTING_STEPS):
        reached = people @ equilibrium(middle, level) / people.sum()
        level = level * wanted / reached
        level = level / level.sum()
    return level


def rates(diet: NDArray[Any], taste_of: Floats, level: Floats, pace: float) -> tuple[Floats, Floats]:
    """Rates of eating less and more meat, per year, each [n].

    Parameters
    ----------
    diet
        [n], codes.
    taste_of
        [n], utility per step.
    level
        [4], pi.
    pace
        h.
    """
    step = np.sqrt(level[1:] / level[:-1])
    less = np.append(pace * step, 0.0).astype(np.float32)
    more = np.append(0.0, pace / step).astype(np.float32)
    push = np.exp(0.5 * np.asarray(taste_of, dtype=np.float32))
    place = np.asarray(diet, dtype=np.int16)
    return looked_up(less, place) * push, looked_up(more, place) / push


def change(diet: NDArray[Any], lot: Floats, less: Floats, more: Floats) -> NDArray[np.int8]:
    """Diet after a year of competing rates: less meat for low draws, more meat for high ones.

    Parameters
    ----------
    diet
        int8 [n].
    lot
        [n], uniform draw.
    less, more
        [n], rates per year.
    """
    both = less + more
    leaves = -np.expm1(-both)
    share = less / np.maximum(both, 1e-12)
    down = lot < leaves * share
    up = lot > 1.0 - leaves * (1.0 - share)
    return (diet + down.astype(np.int8) - up.astype(np.int8)).astype(np.int8)


def meal_footprints(values: Any) -> tuple[Floats, Floats]:
    """Footprint of a mean main meal by diet without its meat and fish, and what these add, kgCO2e, each [4]."""
    vegan, vegetarian, white, red = values.meal_footprint
    without = values.vegan_meals * vegan + (1.0 - values.vegan_meals) * vegetarian
    added = values.red_meals * (red - vegetarian) + values.white_meals * (white - vegetarian)
    return without, added
