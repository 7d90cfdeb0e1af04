"""Seekers are ranked by fit, the best are hired, and each finds a job within reach.

Who is hired: the largest fit - duration + ln(months of search) + keyed Gumbel error, as many as the flows say
(`flows.py`). Which job: deferred acceptance over keyed candidates of the segment; a seeker values pay and time to work,
an employer fit = 1 - |skill - requirement| - .01 minutes.
"""

from __future__ import annotations

import numpy as np

from citysim.city.codes import Labour, Mode
from citysim.city.travel import areas_of, within_reach
from citysim.core.choice import choose
from citysim.core.draws import mix_keys
from citysim.core.kernels.columns import either, looked_up, sums_by_link
from citysim.core.kernels.ranks import best_in_group
from citysim.core.market import deferred_acceptance, grouped_candidates, keyed_errors, seekers_of
from citysim.domains.work.segments import (
    DIPLOMAS,
    GROUP_OF_SECTOR,
    GROUPS,
    OCCUPATIONS,
    SEGMENTS,
    SKILL_OF_OCCUPATION,
    segment_of,
)

KNOWS_OCCUPATION = np.eye(OCCUPATIONS + 1, OCCUPATIONS, -1)  # the one that somebody knows, by its code + 1; or none
KNOWS_GROUP = np.eye(GROUPS + 1, GROUPS, -1)
SKILLS = ("skill_manual", "skill_cognitive", "skill_digital")


def fit(skill, requirement):
    """How well someone can do a job: 1 - |skill - requirement|."""
    return 1.0 - np.abs(np.asarray(skill) - np.asarray(requirement))


def occupation_chances(occupation, education, young):
    """Log share of each occupation among young workers of each diploma, float [5 diplomas, 5 occupations]."""
    cell = education[young].astype(np.int64) * OCCUPATIONS + occupation[young]
    number = np.bincount(cell, minlength=DIPLOMAS * OCCUPATIONS).reshape(DIPLOMAS, OCCUPATIONS) + 0.5
    return np.log(number / number.sum(axis=1, keepdims=True))


class Matching:
    """The base year's labour market and the assignment of people to jobs."""

    def __init__(self, city, p):
        persons = city.persons
        employed = np.flatnonzero((persons["labour"] == Labour.EMPLOYED) & (persons["occupation"] >= 0))
        young = persons["age"][employed] < 40
        young = young if young.sum() > 200 else np.ones(employed.size, dtype=bool)
        self.chances = occupation_chances(persons["occupation"][employed], persons["education"][employed], young)
        self.buckets = None
        self.tightness = None
        outside = np.flatnonzero((persons["labour"] == Labour.EMPLOYED) & (persons["workplace"] >= city.internal))
        externals = city.zones.size - city.internal
        where = persons["workplace"][outside] - city.internal
        self.outside_share = np.bincount(where, minlength=externals) + 0.5
        self.outside_share /= self.outside_share.sum()
        self.outside_level = outside.size / max(employed.size, 1)
        origin = city.commuters["zone"] - city.internal
        self.commuter_share = np.bincount(origin.clip(0), minlength=externals)[:externals] + 0.5
        self.commuter_share /= self.commuter_share.sum()
        self.commuters_at_start = city.commuters.size
        self.minutes_at_start = None
        reach = within_reach(city.travel.distance_km, city.zones["external"])
        self.area = areas_of(reach[: city.internal, : city.internal])
        with np.errstate(divide="ignore"):
            self.commuting = np.log(reach[:, city.internal :])  # 0, or -inf where nobody commutes

    def look_at_roads(self, city):
        """Keep the travel times of the first year; at the start mobility had not yet put cars on the roads."""
        if self.minutes_at_start is not None:
            return
        self.minutes_at_start = np.array(city.travel.minutes, copy=True)
        home = city.person_zone()[city.persons["labour"] == Labour.EMPLOYED]
        self.minutes_outside = self.minutes_at_start[Mode.CAR][home[home >= 0]][:, city.internal :].mean(axis=0)

    def minutes(self, city, coupled):
        """Travel times that job matching goes by: last year's, or those of the start."""
        return city.travel.minutes if coupled else self.minutes_at_start

    # ---------------------------------------------------------------------------------------- where people look

    def segments_of_seekers(self, city, p, draws, year, rows, tightness):
        """Occupation and sector group in which each seeker looks for work this year.

        New entrants and the long-term unemployed choose an occupation by diploma and tightness; all choose a sector
        group, with a preference for the one they know or retrained for.

        Returns
        -------
        tuple
            Occupation int [n] and segment int [n].
        """
        persons = city.persons
        keys, known = persons.key[rows], persons["occupation"][rows].astype(np.int64)
        start = tightness if self.tightness is None else self.tightness
        ratio = np.log(tightness / start)
        by_occupation = ratio.reshape(GROUPS, OCCUPATIONS).mean(axis=0)
        waiting = year - persons["labour_since"][rows]
        chooses = (known < 0) | ((persons["labour"][rows] == Labour.UNEMPLOYED) & (waiting >= 2))
        mine = np.flatnonzero(chooses)
        utility = (self.chances + p.search_tightness * by_occupation)[:, None] + p.search_stay * KNOWS_OCCUPATION
        cell = persons["education"][rows[mine]] * len(KNOWS_OCCUPATION) + known[mine] + 1
        occupation = known.copy()
        occupation[mine] = choose(
            draws, "work.search_occupation", keys[mine], utility.reshape(-1, OCCUPATIONS), cell=cell
        )
        sector = persons["sector"][rows].astype(np.int64)
        retrained = (persons["retraining"][rows] >= 0) & (persons["retraining_year"][rows] >= year - 3)
        sector = np.where(retrained & self.retraining_counts, persons["retraining"][rows], sector)
        group = np.where(sector >= 0, GROUP_OF_SECTOR[sector.clip(0)], -1)
        by_segment = (np.log(self.segment_size) + p.search_tightness * ratio).reshape(GROUPS, OCCUPATIONS)
        utility = by_segment.T[:, None] + p.search_stay * KNOWS_GROUP
        cell = occupation * len(KNOWS_GROUP) + group + 1
        chosen = choose(draws, "work.search_group", keys, utility.reshape(-1, GROUPS), cell=cell)
        return occupation, chosen * OCCUPATIONS + occupation

    # ------------------------------------------------------------------------------------------------ who is hired

    def ranking(self, city, p, draws, year, rows, segment, exposure, newcomer):
        """Score by which employers rank seekers, float [n]; `exposure` is the share of the year spent looking."""
        persons = city.persons
        jobs = city.jobs
        occupation = segment % OCCUPATIONS
        skill = self.skill(city, rows, occupation)
        level = sums_by_link(jobs["occupation"], OCCUPATIONS, jobs["requirement"])
        level /= np.maximum(sums_by_link(jobs["occupation"], OCCUPATIONS), 1)
        waiting = np.where(persons["labour"][rows] == Labour.UNEMPLOYED, year - persons["labour_since"][rows], 0)
        score = p.rank_fit * fit(skill, level[occupation]) + np.log(exposure)
        score -= p.rank_duration * np.clip(waiting, 0, 5)
        score += p.rank_newcomer * newcomer + p.rank_education * persons["education"][rows]
        age = persons["age"][rows]
        score -= p.rank_senior * (age >= 55)
        locked = (persons["retraining_year"][rows] == year) & (persons["retraining"][rows] >= 0)
        ready = (persons["retraining"][rows] >= 0) & (persons["retraining_year"][rows] < year)
        ready &= persons["retraining_year"][rows] >= year - 3
        if self.retraining_counts:
            score += np.where(locked, -p.lock_in, 0.0) + np.where(ready, p.retraining_bonus, 0.0)
        return score + draws.gumbel("work.ranking", persons.key[rows])

    def skill(self, city, rows, occupation):
        """The skill that each person's occupation draws on."""
        manual, cognitive, digital = (looked_up(city.persons[name], rows) for name in SKILLS)
        which = SKILL_OF_OCCUPATION[occupation]
        return either(which == 0, manual, either(which == 1, cognitive, digital))

    # -------------------------------------------------------------------------------------------------- which job

    def assign(self, city, p, draws, rows, segment, vacant, vacant_segment, home, minutes, limited):
        """Give each hired seeker one vacant job of the segment, in the area that can be reached from home.

        Parameters
        ----------
        rows, segment
            Hired seekers and their segments; no more of a segment than it has vacant jobs.
        vacant, vacant_segment
            Rows of vacant jobs and their segments.
        home
            int [n], zone of residence.
        minutes
            float [zone, zone] by car.
        limited
            Whether people refuse jobs beyond the longest commute.

        Returns
        -------
        array
            int [n], row of the job of each seeker.
        """
        persons, jobs = city.persons, city.jobs
        own, offered = self.market_of(segment, home), self.market_of(vacant_segment, jobs["zone"][vacant])
        if self.buckets is None:
            number = np.maximum(np.bincount(offered, minlength=SEGMENTS * (self.area.max() + 1)), 1)
            self.buckets = np.left_shift(1, np.round(np.log2(number)).astype(np.int64))
        keys = persons.key[rows]
        indptr, places = grouped_candidates(
            draws, "work.jobs", keys, own, jobs.key[vacant], offered, int(p.search_probes), self.buckets
        )
        seeker = seekers_of(indptr)
        pay = p.job_pay * np.log(np.maximum(jobs["wage"][vacant], 1.0))
        way = (home.astype(np.int64) * minutes.shape[1])[seeker] + looked_up(jobs["zone"][vacant], places)
        time = looked_up(minutes.ravel(), way)
        utility = looked_up(pay, places) - p.job_commute * time
        utility += keyed_errors(draws, "work.job_taste", keys, indptr, looked_up(jobs.key[vacant], places))
        if limited:
            utility = np.where(time > p.longest_commute, -np.inf, utility)
        skill = looked_up(self.skill(city, rows, segment % OCCUPATIONS), seeker)
        score = p.job_fit * fit(skill, looked_up(jobs["requirement"][vacant], places)) - 0.01 * time
        match = deferred_acceptance(indptr, places, utility, score, vacant.size)
        return self._last_round(draws, keys, own, vacant, offered, jobs, match)

    def market_of(self, segment, zone):
        """Segments apart by area: jobs that cannot be reached from home are on another market."""
        return segment * (self.area.max() + 1) + self.area[zone]

    def _last_round(self, draws, keys, own, vacant, offered, jobs, match):
        """Those whose candidates were all taken get the jobs that are left on their market, both by lot."""
        free = np.ones(vacant.size, dtype=bool)
        free[match[match >= 0]] = False
        left = np.flatnonzero(match < 0)
        sought = np.bincount(own[left], minlength=self.buckets.size) > 0
        open_ = np.flatnonzero(free & sought[offered])
        if left.size and open_.size:
            left = left[np.lexsort((draws.uniform("work.last_round", keys[left]), own[left]))]
            lot = draws.uniform("work.last_round_job", jobs.key[vacant[open_]])
            wanted = best_in_group(-lot, offered[open_], np.bincount(own[left], minlength=self.buckets.size))
            lot, open_ = lot[wanted], open_[wanted]
            open_ = open_[np.lexsort((lot, offered[open_]))]
            rank = np.arange(left.size) - np.searchsorted(own[left], own[left])
            groups = offered[open_]
            first = np.searchsorted(groups, own[left])
            last = np.searchsorted(groups, own[left], side="right")
            found = first + rank < last
            match[left[found]] = open_[(first + rank)[found]]
        return np.where(match >= 0, vacant[match.clip(0)], -1)

    def outside_zones(self, city, p, draws, rows, home, minutes):
        """External zone where each person hired outside works."""
        externals = np.arange(city.internal, city.zones.size)
        away = minutes[:, externals] - self.minutes_outside
        utility = np.log(self.outside_share) - p.commute_decay * away + self.commuting
        keys, zones = city.persons.key[rows], mix_keys("zone", externals)
        return externals[choose(draws, "work.outside_zone", keys, utility, zones, cell=home)]

    def commuter_pull(self, city, p, minutes):
        """Supply of in-commuters relative to the start: exp(-.05 x change of minutes), by their origins."""
        externals = np.arange(city.internal, city.zones.size)
        place = sums_by_link(city.jobs["zone"].clip(0), city.internal).astype(float)
        place /= max(place.sum(), 1.0)
        change = (minutes - self.minutes_at_start[Mode.CAR])[externals][:, : city.internal] @ place
        return float(self.commuter_share @ np.exp(-p.commute_decay * change))

    def new_commuters(self, city, p, draws, year, jobs_taken, minutes):
        """Add people from outside for some jobs."""
        jobs = city.jobs
        if jobs_taken.size == 0:
            return
        externals = np.arange(city.internal, city.zones.size)
        keys = mix_keys("commuter", jobs.key[jobs_taken], year)
        change = (minutes - self.minutes_at_start[Mode.CAR])[externals].T
        utility = np.log(self.commuter_share) - p.commute_decay * change + self.commuting
        zones = mix_keys("zone", externals)
        work = jobs["zone"][jobs_taken].clip(0)
        zone = externals[choose(draws, "work.commuter_origin", keys, utility, zones, cell=work)]
        sector = jobs["sector"][jobs_taken]
        rows = city.commuters.append(keys, {"zone": zone, "sector": sector, "job": jobs_taken})
        city.jobs["commuter"][jobs_taken] = rows


def vacant_jobs(city, closing):
    """Rows of vacant jobs that stay open, and their segments."""
    jobs = city.jobs
    vacant = np.flatnonzero((jobs["holder"] < 0) & (jobs["commuter"] < 0) & ~closing)
    return vacant, segment_of(jobs["sector"][vacant], jobs["occupation"][vacant])
