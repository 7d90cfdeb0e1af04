"""Couples separate at a nearly constant hazard; one keeps the home, the children stay mostly with their mother.

h = h0 factor / mean(factor | unions of less than five years, base year), h0 = `separation_hazard` = .065: a fifth
of the unions formed in the simulation end within five years (Insee, Couples et familles 2015). It exceeds -ln(.8) / 5,
since couples marry and have small children, which protects them. The factor is .8 before 2 and after 25 years of union
(Insee Première 1107: the risk hardly depends on duration). The mean is over recent unions, which is what the published
fifth describes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.city.codes import Custody, Labour, Sex
from citysim.core.choice import happens
from citysim.core.kernels.columns import rows_where
from citysim.domains.demography.households import dependants, found, part, settle
from citysim.domains.demography.kin import parents_home
from citysim.domains.demography.returning import together
from citysim.domains.demography.year import ADULT, Rows, Year

Array = NDArray[np.float64]
RECENT, EARLY, LATE, YOUNG_UNION, SMALL_CHILD, OLD = 5, 2, 25, 22, 6, 60
RETURN_AGE = 45  # older people do not move back to their parents


def separation_risk(
    duration: NDArray[Any], factor: NDArray[Any], mean_factor: float, hazard: float, edge: float
) -> Array:
    """Probability that a couple separates within a year.

    Parameters
    ----------
    duration
        Years since the union began, [couples].
    factor, mean_factor
        Relative hazard of each couple, and its mean over recent unions of the base year.
    hazard
        Mean hazard of recent unions, per year.
    edge
        Factor before 2 and after 25 years.
    """
    factor = np.asarray(factor) * duration_factor(duration, edge)
    return np.asarray(-np.expm1(-hazard * factor / mean_factor))


def duration_factor(duration: NDArray[Any], edge: float) -> Array:
    """Relative hazard by duration of the union: `edge` in the first two years and after 25."""
    duration = np.asarray(duration)
    return np.where((duration < EARLY) | (duration > LATE), edge, 1.0)


def couples(now: Year) -> tuple[Rows, Rows]:
    """Return both partners of every couple, who live together, the one with the smaller row first."""
    partner = now.city.persons["partner"]
    first = rows_where(partner > np.arange(partner.size, dtype=np.int32))
    return first, partner.take(first).astype(np.int64)


def couple_factors(now: Year, first: Rows, second: Rows) -> Array:
    """Relative hazard of separation of each couple."""
    persons, factors = now.city.persons, now.values.separation_factor
    age, labour, household = persons["age"], persons["labour"], persons["household"]
    small = np.zeros(now.city.households.size + 1, dtype=bool)  # the last entry: no home
    children = now.minors()
    small[household.take(children[rows_where(age.take(children) < SMALL_CHILD)])] = True
    duration = now.year - persons["union_year"][first]
    signs = (
        persons["married"][first],
        small[household[first]],
        np.minimum(age[first], age[second]) - duration < YOUNG_UNION,
        (labour[first] == Labour.UNEMPLOYED) | (labour[second] == Labour.UNEMPLOYED),
        np.minimum(age[first], age[second]) >= OLD,
    )
    code = np.zeros(first.size, dtype=np.int8)
    product = np.ones(1)  # of the factors that hold, by the code of those that do
    for rank, (sign, factor) in enumerate(zip(signs, factors, strict=True)):
        code |= sign.astype(np.int8) << np.int8(rank)
        product = np.concatenate([product, product * factor])
    return product[code]


def separations(now: Year) -> None:
    """Draw marriages and separations, and find a home for each side."""
    persons, values = now.city.persons, now.values
    first, second = couples(now)
    if "mean_factor" not in now.base:
        now.base["mean_factor"] = _mean_factor(now, first, second)
    keys = np.minimum(persons.key.take(first), persons.key.take(second))
    lot = now.draws.uniform("demography.separation", keys)
    # Most stay together whatever they are like: it is looked at for the others only.
    mean, hazard, edge = now.base["mean_factor"], values.separation_hazard, values.separation_edge
    highest = np.prod(np.maximum(values.separation_factor, 1.0)) * max(edge, 1.0)
    may = rows_where(lot < separation_risk(EARLY, highest, mean, hazard, edge))
    mine, other = first[may], second[may]
    factor = couple_factors(now, mine, other)
    apart = np.zeros(first.size, dtype=bool)
    apart[may] = lot[may] < separation_risk(now.year - persons["union_year"][mine], factor, mean, hazard, edge)
    now.count("separations", apart.sum())
    _separate(now, first[apart], second[apart])
    weds = rows_where(~apart & happens(now.draws, "demography.marriage", keys, values.marriage_rate))
    weds = weds[~persons["married"][first[weds]]]
    persons["married"][first[weds]] = True
    persons["married"][second[weds]] = True


def _mean_factor(now: Year, first: Rows, second: Rows) -> float:
    """Mean relative hazard of recent unions."""
    duration = now.year - now.city.persons["union_year"][first]
    recent = duration < RECENT
    factor = couple_factors(now, first, second) * duration_factor(duration, now.values.separation_edge)
    return float(factor[recent].mean()) if recent.any() else 1.0


def _separate(now: Year, first: Rows, second: Rows) -> None:
    persons, households = now.city.persons, now.city.households
    home = persons["household"][first]
    keys = np.minimum(persons.key[first], persons.key[second])
    children, couple = _common_children(now, first, second)
    has_children = np.zeros(first.size, dtype=bool)
    has_children[couple] = True
    second_is_mother = (persons["sex"][second] == Sex.FEMALE) & (persons["sex"][first] == Sex.MALE)
    mother, father = np.where(second_is_mother, second, first), np.where(second_is_mother, first, second)
    code, lives_with_mother = _custody(now, keys)
    persons["custody"][children] = code[couple]
    first_is_head = households["reference_person"][home] == first
    by_home = np.where(first_is_head, first, second)
    stays = np.where(has_children, np.where(lives_with_mother, mother, father), by_home)
    leaves = np.where(stays == first, second, first)
    head = households["reference_person"][home]
    heads = (head == first) | (head == second)
    households["reference_person"][home[heads]] = stays[heads]
    now.separated = np.concatenate([first, second])
    part(now, now.separated)
    _leave(now, leaves, home, children)


def _custody(now: Year, keys: NDArray[np.uint64]) -> tuple[NDArray[np.int8], NDArray[np.bool_]]:
    """Draw custody and the home in which the census would count the children."""
    mother, alternate, _ = now.values.custody_share
    lot = now.draws.uniform("demography.custody", keys)
    half = now.draws.uniform("demography.custody", keys, index=1) < 0.5
    code = np.where(lot < mother, Custody.MOTHER, np.where(lot < mother + alternate, Custody.ALTERNATE, Custody.FATHER))
    return code.astype(np.int8), (code == Custody.MOTHER) | ((code == Custody.ALTERNATE) & half)


def _common_children(now: Year, first: Rows, second: Rows) -> tuple[Rows, Rows]:
    """Return the minors at home whose parents are the couple, and the couple's position."""
    persons = now.city.persons
    children, position = dependants(now, first, persons["household"][first])
    mate = second[position]
    common = (persons["age"][children] < ADULT) & (
        (persons["mother"][children] == mate) | (persons["father"][children] == mate)
    )
    return children[common], position[common]


def _leave(now: Year, leaves: Rows, home: NDArray[Any], common: Rows) -> None:
    """The one who leaves goes back to the parents or founds a household; own children go along, common ones stay."""
    persons = now.city.persons
    own, position = dependants(now, leaves, home)
    shared = np.zeros(persons.size, dtype=bool)
    shared[common] = True
    stays = ~shared[own] & _lives_with_other_parent(now, own, leaves[position])
    own, position = own[~stays & ~shared[own]], position[~stays & ~shared[own]]
    alone = np.ones(leaves.size, dtype=bool)
    alone[position] = False
    parents = parents_home(now, leaves)
    chance = min(now.values.return_share * together(now), 1.0)
    returns = alone & (parents >= 0) & (parents != home) & (persons["age"][leaves] < RETURN_AGE)
    returns[returns] = happens(now.draws, "demography.return_home", persons.key[leaves[returns]], chance)
    settle(now, leaves[returns], parents[returns])
    rows = found(now, leaves[~returns], with_children=False)
    target = parents.astype(np.int64)
    target[~returns] = rows
    settle(now, own, target[position])


def _lives_with_other_parent(now: Year, children: Rows, leaver: Rows) -> NDArray[np.bool_]:
    """Whether a grown child's other parent stays in the home."""
    persons = now.city.persons
    mother, father = persons["mother"][children], persons["father"][children]
    other = np.where(mother == leaver, father, mother)
    return (other >= 0) & (persons["household"][other] == persons["household"][children])
