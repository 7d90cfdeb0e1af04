"""Children are born by the mother's age, whether she lives with a partner and how many children she already has.

Expected children of a woman of age x: f(x) TFR / sum(f) k_partner k_parity / mean(k_partner k_parity | x), so that the
town's period fertility is the scenario's. The number of deliveries of a year is the expected one, given to the women
whose chance exceeds their keyed draw by most. Shape f: births by single age, WPP 2024 and Insee.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.city.codes import NONE, Residence, Sex
from citysim.core.choice import happens
from citysim.core.draws import mix_keys
from citysim.core.kernels.columns import looked_up, rows_where
from citysim.core.kernels.ranks import at_ranks
from citysim.domains.demography import alignment
from citysim.domains.demography.households import found
from citysim.domains.demography.year import Rows, Year

Array = NDArray[np.float64]
FIRST, LAST = 15, 49


def expected_children(age: NDArray[Any], factor: NDArray[Any], shape: NDArray[Any], fertility: float) -> Array:
    """Expected births of each woman in a year.

    Parameters
    ----------
    age
        int [women], 15 to 49.
    factor
        Relative chance of each woman by partnership and parity, [women].
    shape
        Births per woman by age, [35] from 15; only its profile counts.
    fertility
        Children per woman (period TFR).
    """
    cell = np.asarray(age, dtype=np.int64) - FIRST
    women = np.bincount(cell, minlength=shape.size)
    mean = np.bincount(cell, factor, minlength=shape.size) / np.maximum(women, 1)
    rate = np.asarray(shape) * fertility / np.sum(shape)
    return np.asarray(rate.take(cell) * np.asarray(factor) / np.maximum(mean, 1e-12).take(cell))


def fertility_rate(births: NDArray[Any], women: NDArray[Any]) -> float:
    """Period fertility: sum over ages of births per woman.

    Parameters
    ----------
    births, women
        By single age, [ages].
    """
    return float(np.sum(np.asarray(births) / np.maximum(women, 1)))


def births(now: Year) -> None:
    """Draw births and let the newborns join their mother's home."""
    persons, values = now.city.persons, now.values
    age = persons["age"]
    living = (persons["household"] >= 0) | (persons["residence"] > 0)
    women = rows_where((persons["sex"] == Sex.FEMALE) & (age >= FIRST) & (age <= LAST) & living)
    own_age = age.take(women).astype(np.int64)
    partnered = (persons["partner"].take(women) >= 0).view(np.int8)
    parity = persons["children_born"].take(women).clip(0, 3)
    factors = np.multiply.outer(values.partnership_factor, values.parity_factor)
    factor = looked_up(factors.ravel(), partnered * np.int8(factors.shape[1]) + parity)
    shape = np.asarray(now.city.reference("fertility")["rate_2023"], dtype=np.float64)
    chance = _chances(now, expected_children(own_age, factor, shape, values.total_fertility_rate))
    mothers = women[rows_where(_deliver(now, persons.key.take(women), chance))]
    twins = happens(now.draws, "demography.twins", persons.key[mothers], values.twin_share)
    per_age = np.bincount(age[mothers] - FIRST, 1.0 + twins, minlength=shape.size)
    now.base["fertility_rate"] = fertility_rate(per_age, np.bincount(own_age - FIRST, minlength=shape.size))
    persons["children_born"][mothers] += (1 + twins).astype(np.int8)
    outside = mothers[persons["household"][mothers] < 0]
    if outside.size:
        found(now, outside)
    rank = np.concatenate([np.zeros(mothers.size, np.int64), np.ones(int(twins.sum()), np.int64)])
    _append_newborns(now, np.concatenate([mothers, mothers[twins]]), rank)


def _chances(now: Year, expected: Array) -> Array:
    """Chance of a delivery, with the fertility of the official variant where the run follows one."""
    values, variant = now.values, alignment.variant_of(now)
    if variant:
        forced = expected * (alignment.fertility(now, variant) / values.total_fertility_rate)
        alignment.report(now, "births", forced.sum(), expected.sum())
        expected = forced
    return expected / (1.0 + values.twin_share)


def aligned(chance: NDArray[Any], lot: NDArray[Any], number: int) -> NDArray[np.bool_]:
    """Choose a given number of people: those whose chance exceeds their lot by most (LIAM2's sorting by difference).

    Parameters
    ----------
    chance, lot
        Probability and uniform draw of each, [people].
    number
        How many are chosen.
    """
    chosen = np.zeros(chance.size, dtype=bool)
    if number > 0:
        late = lot - chance
        chosen = late <= at_ranks(late, [number - 1])
    return chosen


def _deliver(now: Year, keys: NDArray[np.uint64], chance: Array) -> NDArray[np.bool_]:
    """Draw as many deliveries as are expected; what is lost by rounding is carried to the next year.

    Births of a town of 100,000 would otherwise scatter by 3 % a year around the scenario's path.
    """
    expected = chance.sum() + now.base.get("births_owed", 0.0)
    number = int(np.floor(expected + 0.5))
    now.base["births_owed"] = expected - number
    return aligned(chance, now.draws.uniform("demography.birth", keys), number)


def _append_newborns(now: Year, mothers: Rows, rank: NDArray[np.int64]) -> None:
    """Add those who live to the end of the year; infants who die are counted as born and dead."""
    persons, values = now.city.persons, now.values
    keys = mix_keys("newborn", persons.key[mothers], now.year, rank)
    boy = now.draws.uniform("demography.sex", keys) < values.male_birth_share
    sex = np.where(boy, Sex.MALE, Sex.FEMALE).astype(np.int8)
    lost = happens(now.draws, "demography.infant_death", keys, now.base["newborn_risk"][sex])
    now.count("births", keys.size)
    now.count("deaths", lost.sum())
    mothers, keys, sex = mothers[~lost], keys[~lost], sex[~lost]
    mate = persons["partner"][mothers]
    father = np.where((mate >= 0) & (persons["sex"][mate] == Sex.MALE), mate, NONE)
    persons.append(
        keys,
        {
            "household": persons["household"][mothers],
            "mother": mothers,
            "father": father,
            "sex": sex,
            "birth_year": now.year,
            "residence": Residence.HOME,
            "institution_zone": NONE,
            "origin": NONE,
        },
    )
