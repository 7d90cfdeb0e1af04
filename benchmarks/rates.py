"""Numbers of workload W, the same for every version of it, and the population it starts from."""

from __future__ import annotations

import numpy as np

from citysim.core.draws import Draws, mix_keys

SIDE, SPACING = 10, 1.5  # zones a side of the square, km between their centres
YEARS = 25
INCOME_AT_18 = 20_000.0
MOVE_RATE = 0.08
# Walk, bike, public transport, car: constant, per km, per decade above 50, per log income
MODES = ((1.2, -1.1, -0.05, 0.0), (0.3, -0.45, -0.25, 0.05), (0.2, -0.12, 0.05, -0.15), (0.8, -0.10, 0.0, 0.35))


def _mortality() -> np.ndarray:
    age = np.arange(111)
    rate = np.stack([factor * 3e-5 * np.exp(0.098 * age) for factor in (1.0, 0.6)])
    rate[:, 0], rate[:, 110] = 0.003, 1.0
    return np.minimum(rate, 1.0)


def _fertility() -> np.ndarray:
    age = np.arange(111)
    rate = 1.7 * np.exp(-0.5 * ((age - 31) / 5.0) ** 2) / (5.0 * np.sqrt(2 * np.pi))
    return np.where((age >= 15) & (age < 50), rate, 0.0)


MORTALITY, FERTILITY = _mortality(), _fertility()


def start_population(persons: int, seed: int = 1) -> dict[str, dict[str, np.ndarray]]:
    """Columns of persons, households and dwellings at the start of W, the same for every version."""
    households = int(persons / 2.3)
    homes = int(households * 1.06)
    draws = Draws(seed, 0)
    person, household, home = (
        mix_keys(name, np.arange(n)) for name, n in (("person", persons), ("household", households), ("home", homes))
    )
    age = np.minimum((draws.uniform("age", person) * 90).astype(np.int16), 110)
    adult = age >= 18
    income = np.where(adult, 25_000 * np.exp(0.4 * draws.normal("income", person)), 0.0)
    return {
        "persons": {
            "key": person,
            "household": np.arange(persons, dtype=np.int32) % households,
            "age": age,
            "female": draws.uniform("sex", person) < 0.5,
            "income": income.astype(np.float32),
            "car": adult & (draws.uniform("car", person) < 0.5),
            "adopter": adult & (draws.uniform("adopter", person) < 0.02),
            "work": draws.integers("work", person, SIDE * SIDE).astype(np.int16),
        },
        "households": {"key": household, "dwelling": np.arange(households, dtype=np.int32)},
        "dwellings": {
            "key": home,
            "zone": draws.integers("zone", home, SIDE * SIDE).astype(np.int16),
            "quality": draws.normal("quality", home).astype(np.float32),
            "price": (8_000 * np.exp(0.3 * draws.normal("price", home))).astype(np.float32),
        },
    }
