"""Singles who look for a partner meet some twenty others and pair off by deferred acceptance; the pair shares a home.

Score of a pair (estimated for Belgium, LIAM2 demonstration model), D = age of him - age of her, a = age of him:
s = c1 a + c2 a^2 + c3 a^3 + c4 D + c5 D^2 + c6 D^3 + c7 [same diploma] - c8 km, plus the Gumbel error of the pair.
Matching: Gale and Shapley (1962), so that nobody's place in a queue matters.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.city.codes import NONE, Residence, Sex
from citysim.core.choice import happens
from citysim.core.draws import mix_array
from citysim.core.kernels.columns import looked_up, rows_where
from citysim.core.market import bucket_count, deferred_acceptance, keyed_errors, sample_candidates, seekers_of
from citysim.domains.demography.households import (
    found,
    heads_of_homes,
    lives_with_minor,
    move_together,
    reference_person_of,
    zone_of,
)
from citysim.domains.demography.year import ADULT, Rows, Year

Array = NDArray[np.float64]
Pool = tuple[Rows, Rows, Rows, Rows, Array]  # seekers, places, number of candidates of each seeker, these, errors
AGES = np.int64(128)
ENTRY_AGES = np.array([18, 25, 30, 35, 45, 60])
ENTRY_BAND = np.searchsorted(ENTRY_AGES, np.arange(AGES), side="right") - 1
BANDS = (18, 23, 28, 34, 42, 52, 65, 128)  # a seeker's age band; she meets men of nearby ages
YOUNGER, OLDER = 6, 12
PROBES = 16
ORIENTATION, SIDE = mix_array(np.array([0x5EC5, 0x51DE], dtype=np.uint64))


def pair_score(his_age: NDArray[Any], her_age: NDArray[Any], coefficients: NDArray[Any]) -> Array:
    """Score of a pair by ages.

    Parameters
    ----------
    his_age, her_age
        Years, [pairs].
    coefficients
        c1 to c6.
    """
    his = np.asarray(his_age, dtype=np.float64)
    gap = his - her_age
    c = coefficients
    return his * (c[0] + his * (c[1] + his * c[2])) + gap * (c[3] + gap * (c[4] + gap * c[5]))


def trait(keys: NDArray[np.uint64], salt: np.uint64) -> Array:
    """A number on [0, 1) that a person keeps for life."""
    return (mix_array(keys ^ salt) >> np.uint64(11)) * 2.0**-53


def unions(now: Year) -> None:
    """Let singles meet, pair off and move together."""
    seekers, places, kind = _market(now)
    pools = [_meet(now, pool, seekers[pool == kind[0]], places[pool == kind[1]]) for pool in range(3)]
    _unite(now, *_pair_off(now, pools))


def _market(now: Year) -> tuple[Rows, Rows, tuple[NDArray[Any], NDArray[Any]]]:
    """Return who looks for a partner, as seekers and places of three pools: women and men, women, men."""
    persons, values = now.city.persons, now.values
    age, residence = persons["age"], persons["residence"]
    able = (persons["household"] >= 0) | (residence == Residence.STUDENT_HALL)
    single = (age >= ADULT) & (persons["partner"] < 0) & able
    single[now.separated] = False
    by_age = values.union_entry[ENTRY_BAND]
    highest = by_age * max(1.0, values.parent_entry_factor) * max(1.0, values.guest_entry_factor)
    lot = now.draws.uniform("demography.union", persons.key)
    # Most are out whatever their home is like: it is looked at for the others only.
    rows = rows_where(single & (lot < looked_up(highest, age)))
    lot = lot.take(rows)
    head = reference_person_of(now, rows)
    guest = (head >= 0) & (head != rows)
    seeks, as_parent = (
        lot < np.where(guest, chance * values.guest_entry_factor, chance)
        for chance in (entry.take(age.take(rows)) for entry in (by_age, by_age * values.parent_entry_factor))
    )
    doubtful = np.flatnonzero(seeks != as_parent)  # only of these it is asked whether they live with a minor
    parent = lives_with_minor(now, rows[doubtful])
    seeks[doubtful[parent]] = as_parent[doubtful[parent]]
    rows = rows[np.flatnonzero(seeks)]
    keys, female = persons.key[rows], persons["sex"][rows] == Sex.FEMALE
    same = trait(keys, ORIENTATION) < values.same_sex_share
    seeks = np.where(same, trait(keys, SIDE) < 0.5, female)
    pool = np.where(same, np.where(female, 1, 2), 0)
    seekers, places = np.flatnonzero(seeks), np.flatnonzero(~seeks)
    return rows[seekers], rows[places], (pool[seekers], pool[places])


def _meet(now: Year, pool: int, seekers: Rows, places: Rows) -> Pool:
    """Let the people of one pool meet; candidates are sampled within bands of age."""
    persons = now.city.persons
    age, keys = persons["age"], persons.key
    seekers = seekers[np.argsort(age[seekers], kind="stable")]
    his_age, his_keys = age[places], keys[places]
    found_pairs, number = [], []
    # Few look for a partner of their own sex: all of them may meet.
    bands = BANDS if pool == 0 else (BANDS[0], BANDS[-1])
    start = np.searchsorted(age[seekers], bands)
    for band in range(len(bands) - 1):
        mine = seekers[start[band] : start[band + 1]]
        near = np.flatnonzero((his_age >= bands[band] - YOUNGER) & (his_age < bands[band + 1] + OLDER))
        if (pool, band) not in now.base["union_buckets"]:
            now.base["union_buckets"][pool, band] = bucket_count(near.size)
        buckets = now.base["union_buckets"][pool, band]
        pointers, candidates = sample_candidates(
            now.draws, f"demography.meet_{pool}", keys[mine], his_keys[near], PROBES, buckets, index=band
        )
        found_pairs.append(near.take(candidates))
        number.append(pointers[1:] - pointers[:-1])
    met, candidates = np.concatenate(number), np.concatenate(found_pairs)
    liking = keyed_errors(
        now.draws, f"demography.liking_{pool}", keys[seekers], np.append(0, np.cumsum(met)), his_keys.take(candidates)
    )
    return seekers, places, met, candidates, liking


def _pair_off(now: Year, pools: list[Pool]) -> tuple[Rows, Rows]:
    """Match all pools at once: nobody has candidates beyond the own one."""
    seekers, places, met, _, liking = (np.concatenate(parts) for parts in zip(*pools, strict=True))
    first = np.cumsum([0] + [pool[1].size for pool in pools])
    candidates = np.concatenate([pool[3] + start for pool, start in zip(pools, first, strict=False)])
    indptr = np.append(0, np.cumsum(met))
    who = seekers_of(indptr)
    her, him = _describe(now, seekers), _describe(now, places)
    score = _score(now, her, him, who, candidates)
    score[_kin(now, her, him, who, candidates)] = -np.inf
    score += liking
    match = deferred_acceptance(indptr, candidates, score, score, places.size)
    paired = match >= 0
    return seekers[paired], places[match[paired]]


def _describe(now: Year, rows: Rows) -> dict[str, NDArray[Any]]:
    """What matters of some people, in short arrays: each is looked up some twenty times."""
    persons = now.city.persons
    traits = {name: persons[name].take(rows) for name in ("age", "education", "mother", "father", "household")}
    return traits | {"row": rows, "zone": zone_of(now, rows)}


def _score(now: Year, her: dict[str, Any], him: dict[str, Any], who: Rows, whom: Rows) -> Array:
    values = now.values
    ages = np.arange(AGES)
    by_ages = now.kept("pair_score", (values.pair_score,), lambda: pair_score(ages[:, None], ages, values.pair_score))
    score = by_ages.ravel().take((him["age"] * AGES).take(whom) + her["age"].take(who))
    score += values.same_education_score * (him["education"].take(whom) == her["education"].take(who))
    distance = now.city.travel.distance_km
    there = (her["zone"].astype(np.int64) * distance.shape[1]).take(who) + him["zone"].take(whom)
    score -= values.pair_distance_score * distance.ravel().take(there)
    return np.asarray(score)


def _kin(now: Year, her: dict[str, Any], him: dict[str, Any], who: Rows, whom: Rows) -> Rows:
    """Pairs of parents and children, siblings and people of one home, who do not pair off."""
    pairs = rows_where(_may_have_kin(now, her, him).take(who))
    who, whom = who.take(pairs), whom.take(pairs)
    # Without a home (in a hall) or a known parent nobody is alike: such a -1 becomes another number on each side.
    related = np.where(her["household"] < 0, -2, her["household"])[who] == him["household"][whom]
    she, he = her["row"][who], him["row"][whom]
    for link in ("mother", "father"):
        parent, other = np.where(her[link] < 0, -2, her[link])[who], him[link][whom]
        related |= (parent == other) | (parent == he) | (other == she)
    return pairs[related]


def _may_have_kin(now: Year, her: dict[str, Any], him: dict[str, Any]) -> NDArray[np.bool_]:
    """Whether each seeker, or a parent of hers, is known on the other side or has a home there: few, as it is."""
    known, homes = np.zeros(now.city.persons.size + 1, bool), np.zeros(now.city.households.size + 1, bool)
    for name in ("row", "mother", "father"):
        known[him[name]] = True
    homes[him["household"]] = True
    known[NONE] = homes[NONE] = False  # the last entries stand for nobody and for no home
    return np.asarray(homes[her["household"]] | known[her["row"]] | known[her["mother"]] | known[her["father"]])


def _unite(now: Year, first: Rows, second: Rows) -> None:
    """Partners share the home of the one who has one; without any they found a household."""
    persons = now.city.persons
    now.count("unions", first.size)
    weds = happens(now.draws, "demography.wedding", persons.key[first], now.values.married_at_union)
    for mine, other in ((first, second), (second, first)):
        persons["partner"][mine] = other
        persons["union_year"][mine] = now.year
        persons["married"][mine] = weds
    first_has, second_has = heads_of_homes(now, first), heads_of_homes(now, second)
    both = first_has & second_has
    keys = persons.key
    host_is_first = first_has & ~second_has
    host_is_first[both] = _keeps_home(now, first[both], second[both])
    neither = ~first_has & ~second_has
    host_is_first[neither] = keys[first[neither]] < keys[second[neither]]
    host, guest = np.where(host_is_first, first, second), np.where(host_is_first, second, first)
    founders = host[neither]
    home = persons["household"][host].copy()
    home[neither] = now.city.households.size + np.arange(founders.size)
    found(now, founders)
    move_together(now, guest, home)


def _keeps_home(now: Year, first: Rows, second: Rows) -> NDArray[np.bool_]:
    """Of two homes the pair keeps the one with more people; else that of the smaller key."""
    persons = now.city.persons
    size = now.city.households["size"]
    mine, other = size[persons["household"][first]], size[persons["household"][second]]
    return (mine > other) | ((mine == other) & (persons.key[first] < persons.key[second]))
