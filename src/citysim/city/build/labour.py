"""Who works, looks for work, studies or has retired: exact by zone and published age group.

In each zone and age group (15-24, 25-54, 55-64) the published numbers of active and of unemployed people are chosen
from the people of that group, with odds by single age, sex, diploma, health and children (judgement, the gap between
men and women from configs/reference/labour_by_age_sex.csv).
"""

from __future__ import annotations

import numpy as np

from citysim.city.build.families import People
from citysim.city.build.marginals import Marginals
from citysim.city.build.raking import integerise, select, whole
from citysim.city.build.traits import Columns, Reference, Scores, ranked_uniform
from citysim.city.codes import HouseholdType, Labour, Residence, Sex

YOUNG_ODDS = ([15, 16, 17, 18, 19, 20, 21, 22, 23, 24], [0.02, 0.1, 0.25, 0.8, 1.6, 2.4, 3.2, 4.2, 5.5, 7.0])
OLD_ODDS = (
    [55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 66, 68, 70, 75, 80],
    [6.0, 5.6, 5.1, 4.4, 3.5, 2.3, 1.5, 0.8, 0.5, 0.35, 0.2, 0.14, 0.08, 0.02, 0.0],
)
RETIRED_SHARE = (
    [54, 55, 57, 59, 60, 61, 62, 63, 64, 65, 67, 70, 104],
    [0, 0.08, 0.16, 0.27, 0.42, 0.58, 0.76, 0.86, 0.90, 0.93, 0.96, 0.965, 0.965],
)


def labour_states(
    people: People, marginals: Marginals, traits: Columns, shares: dict, reference: Reference, scores: Scores
) -> np.ndarray:
    """Census activity of everybody, int8."""
    age, zone = people.age.astype(int), people.zone.astype(int)
    band = np.searchsorted([15, 25, 55, 65], age, side="right")  # 0 children, 1 to 3 published groups, 4 from 65 on
    group = zone * 5 + band
    open_to_work = np.isin(people.residence, (Residence.HOME, Residence.STUDENT_HALL)) & (age >= 15)
    counts = _active_counts(marginals, np.where(open_to_work, band, 0), zone, shares)
    odds = np.where(open_to_work, _activity_odds(people, traits, reference), 0.0)
    active = select(group, counts.ravel(), odds, age * 2 + people.sex + scores.uniform("active"))
    without = np.zeros((marginals.active.shape[0], 5), dtype=np.int64)
    totals = whole(marginals.unemployed.sum(axis=1), marginals.commune)
    without[:, 1:4] = np.minimum(integerise(marginals.unemployed, totals), counts[:, 1:4])
    odds = np.where(active, _unemployment_odds(people, traits), 0.0)
    unemployed = select(group, without.ravel(), odds, traits["education"] + scores.uniform("unemployed"))
    share = np.interp(age, *RETIRED_SHARE)
    lot = ranked_uniform(age, scores.shared("retired", 0.2), scores.uniform("retired_jitter"))
    retired = (lot < share) & (age >= 55)
    return np.select(
        [active & ~unemployed, unemployed, traits["enrolled"] & (age >= 15), retired],
        [Labour.EMPLOYED, Labour.UNEMPLOYED, Labour.STUDENT, Labour.RETIRED],
        Labour.INACTIVE,
    ).astype(np.int8)


def _active_counts(marginals: Marginals, band: np.ndarray, zone: np.ndarray, shares: dict) -> np.ndarray:
    """Active people [zone, 5 age groups]."""
    counts = np.zeros((marginals.active.shape[0], 5), dtype=np.int64)
    counts[:, 1:4] = integerise(marginals.active, whole(marginals.active.sum(axis=1), marginals.commune))
    # where the synthetic age group is too small, the others make up for it, so that the zone's total holds
    people = np.bincount(zone * 5 + band, minlength=counts.size).reshape(counts.shape)
    excess = np.maximum(counts[:, 1:4] - people[:, 1:4], 0)
    counts[:, 1:4] -= excess
    room = people[:, 1:4] - counts[:, 1:4]
    counts[:, 1:4] += integerise(room + 1e-9, np.minimum(excess.sum(axis=1), room.sum(axis=1)))
    older = np.bincount(zone[band == 4], minlength=counts.shape[0])
    counts[:, 4] = whole(shares["employed_over_64"] * older)
    return counts


def _activity_odds(people: People, traits: Columns, reference: Reference) -> np.ndarray:
    age, education, health = people.age.astype(int), traits["education"], traits["health"]
    odds = np.select(
        [age < 25, age < 55], [np.interp(age, *YOUNG_ODDS), np.full(age.size, 10.0)], np.interp(age, *OLD_ODDS)
    )
    odds = odds * np.where(people.sex == Sex.FEMALE, _female_odds_ratio(reference("labour_by_age_sex"), age), 1.0)
    odds *= np.where(traits["enrolled"], 0.10, 1.0)
    odds *= np.where(age >= 25, np.array([0.40, 0.95, 1.0, 1.6, 1.9])[education], 1.0)
    odds *= np.array([1.0, 0.8, 0.35, 0.02])[health]
    small = np.bincount(people.mother[(people.mother >= 0) & (people.age < 3)], minlength=age.size) > 0
    return odds * np.where(small, 0.45, 1.0)


def _female_odds_ratio(table: Columns, age: np.ndarray) -> np.ndarray:
    """Odds of being active, women over men, by age group."""
    ratio = []
    for start in (15, 25, 55):
        mine = table["age_from"] == start
        odds = []
        for sex in (Sex.FEMALE, Sex.MALE):
            rows = mine & (table["sex"] == sex)
            rate = table["active"][rows].sum() / table["population"][rows].sum()
            odds.append(rate / (1 - rate))
        ratio.append(odds[0] / odds[1])
    return np.asarray(ratio)[np.clip(np.searchsorted([25, 55], age, side="right"), 0, 2)]


def _unemployment_odds(people: People, traits: Columns) -> np.ndarray:
    odds = np.array([2.7, 1.45, 1.1, 0.65, 0.5])[traits["education"]]
    odds = odds * np.array([1.0, 1.15, 1.7, 1.7])[traits["health"]]
    lone = np.where(
        people.household >= 0, people.household_type[people.household] == HouseholdType.SINGLE_PARENT, False
    )
    odds *= np.where(lone & (people.age >= 25), 1.4, 1.0) * np.where(people.partner >= 0, 0.75, 1.0)
    return odds * np.where((people.age >= 25) & (people.age < 30), 1.3, 1.0)
