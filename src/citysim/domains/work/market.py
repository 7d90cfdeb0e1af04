"""One year of the labour market: who loses or leaves a job, who looks, who is hired, by whom.

The flows of the twelve months (`flows.py`) say how many are hired in each segment; keyed ranking and deferred
acceptance (`matching.py`) say who and where.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from citysim.city.codes import Labour, Mode
from citysim.core.choice import happens
from citysim.core.draws import mix_keys
from citysim.domains.work import flows
from citysim.domains.work.matching import Matching, best_in_segment, vacant_jobs
from citysim.domains.work.segments import OCCUPATIONS, SEGMENTS, count, segment_of

OCCUPATION_OF_SEGMENT = np.arange(SEGMENTS) % OCCUPATIONS
MONTHS = 12
SETTLING_YEARS = 2  # of warm-up, in which rates are solved for the base year's stocks


@dataclass
class YearOnTheMarket:
    """What happened on the market this year, for wages and measures."""

    hired: np.ndarray  # rows hired inside the city
    jobs: np.ndarray  # row of the job of each
    outside: np.ndarray  # rows hired outside
    separations: float = 0.0  # share of employees who lost or left their job


def release(city, rows):
    """Free the jobs of people, who keep sector, occupation and last wage."""
    persons, jobs = city.persons, city.jobs
    held = persons["job"][rows]
    jobs["holder"][held[held >= 0]] = -1
    wage = persons["wage"][rows]
    persons["last_wage"][rows] = np.where(wage > 0.0, wage, persons["last_wage"][rows])
    persons["job"][rows] = -1
    persons["workplace"][rows] = -1
    persons["wage"][rows] = 0.0
    persons["telework_eligible"][rows] = False


def become(city, rows, labour, year):
    """Enter a labour state, noting since when."""
    persons = city.persons
    persons["labour"][rows] = labour
    persons["labour_since"][rows] = year


def separation_factor(education, age, by_education, young):
    """Relative separation rate by diploma and age; mean 1 over the people given.

    Parameters
    ----------
    by_education
        Relative rate of the five diplomas.
    young
        Factor below 30.
    """
    factor = by_education[education] * np.where(age < 30, young, 1.0)
    return factor / factor.mean() if factor.size else factor


class LabourMarket:
    """The market with what the base year fixed: rates by segment, and the stocks they hold steady."""

    def __init__(self, city, p):
        persons, jobs = city.persons, city.jobs
        self.matching = Matching(city, p)
        labour = persons["labour"]
        segment = segment_of(persons["sector"], persons["occupation"])
        self.unemployed_at_start = count(segment, labour == Labour.UNEMPLOYED)
        self.active_at_start = float(np.count_nonzero((labour == Labour.UNEMPLOYED) | (labour == Labour.EMPLOYED)))
        outside = (labour == Labour.EMPLOYED) & (persons["job"] < 0)
        self.outside_at_start = count(segment, outside)
        job_segment = segment_of(jobs["sector"], jobs["occupation"])
        self.jobs_at_start = count(job_segment)
        self.matching.segment_size = np.maximum(self.jobs_at_start, 0.5)
        vacant = (jobs["holder"] < 0) & (jobs["commuter"] < 0)
        self.vacant_share = float(vacant.mean()) if vacant.size else 0.0
        self.rates, self.settled = None, 0
        self.tightness_at_start = None

    # -------------------------------------------------------------------------------------------- separations

    def quit_jobs(self, city, p, draws, year):
        """Employees whose job ends by themselves or with its contract (layoffs come with businesses).

        Returns
        -------
        array
            Rows of people; they look for work from now on.
        """
        persons = city.persons
        employed = np.flatnonzero(persons["labour"] == Labour.EMPLOYED)
        offers = self._tightness_ratio() ** p.quit_tightness
        monthly = p.separation_rate * (1.0 - p.layoff_share) * offers
        factor = separation_factor(
            persons["education"][employed], persons["age"][employed], p.separation_by_education, p.separation_young
        )
        chance = 1.0 - (1.0 - np.minimum(monthly * factor, 0.5)) ** MONTHS
        gone = employed[happens(draws, "work.separation", persons.key[employed], chance)]
        release(city, gone)
        self.employed_before = employed.size
        return gone

    def lay_off(self, city, closing):
        """Free the people whose jobs close, and send home the in-commuters who held some.

        Returns
        -------
        array
            Rows of people laid off.
        """
        jobs = city.jobs
        holder = jobs["holder"][closing]
        laid_off = np.sort(holder[holder >= 0])
        release(city, laid_off)
        away = jobs["commuter"][closing]
        city.commuters.retire(away[away >= 0])
        jobs["commuter"][closing] = -1
        return laid_off

    def commuters_leave(self, city, p, draws, closing):
        """In-commuters whose job ends: it falls vacant."""
        jobs = city.jobs
        held = np.flatnonzero((jobs["commuter"] >= 0) & ~closing)
        monthly = p.separation_rate * (1.0 - p.layoff_share)
        chance = 1.0 - (1.0 - monthly) ** MONTHS
        freed = held[happens(draws, "work.commuter_leaves", city.commuters.key[jobs["commuter"][held]], chance)]
        city.commuters.retire(jobs["commuter"][freed])
        jobs["commuter"][freed] = -1

    # --------------------------------------------------------------------------------------------------- a year

    def clear(self, city, p, draws, year, seekers, exposure, newcomer, closing, stocks, coupled):
        """Match seekers and vacancies.

        Parameters
        ----------
        seekers
            Rows of all who look for work this year.
        exposure
            Share of the year each has to look.
        newcomer
            bool, who moved in this year with a job in view.
        closing
            bool [jobs], jobs that are gone.
        stocks
            Vacant jobs by segment on 1 January.
        """
        matching = self.matching
        minutes = matching.minutes(city, coupled)[Mode.CAR]
        home = city.person_zone()[seekers].clip(0)
        vacant, vacant_segment = vacant_jobs(city, closing)
        unemployed = exposure >= 1.0
        tightness = self._tightness(city, count(vacant_segment))
        if matching.tightness is None:
            matching.tightness = tightness
        occupation, segment = matching.segments_of_seekers(city, p, draws, year, seekers, tightness)
        city.persons["occupation"][seekers] = occupation
        places = count(vacant_segment)
        before = np.minimum(stocks, places)
        flow = flows.Inflows(count(segment[unemployed]), before, count(segment[~unemployed]), places - before)
        hires = self._hires(city, p, draws, flow, matching.commuter_pull(city, p, minutes))
        score = matching.ranking(city, p, draws, year, seekers, segment, exposure, newcomer)
        inside, outside = self._who(draws, city.persons.key[seekers], score, segment, hires, places)
        job = matching.assign(
            city, p, draws, seekers[inside], segment[inside], vacant, vacant_segment, home[inside], minutes, coupled
        )
        placed = job >= 0
        hired, job = seekers[inside][placed], job[placed]
        self._take_up(city, hired, job, year)
        away = seekers[outside]
        city.persons["workplace"][away] = matching.outside_zones(city, p, draws, away, home[outside], minutes)
        self._fill_from_outside(city, p, draws, year, hires, vacant, vacant_segment, minutes)
        self.last_hires = hires
        return YearOnTheMarket(hired, job, away)

    def _hires(self, city, p, draws, flow, pull):
        if self.settled < SETTLING_YEARS:
            self.settled += 1
            self.rates = self._solve(city, p, flow)
            self.tightness_at_start = self._overall(flow)
        efficiency, commuter_rate, outside_rate = self.rates
        hires = flows.match_months(
            flow, efficiency * self.efficiency_factor, commuter_rate * pull, outside_rate, p.matching_elasticity
        )
        self.tightness_now = self._overall(flow)
        keys = mix_keys("segment", np.arange(SEGMENTS))
        for name in ("residents", "commuters", "outside"):
            lot = draws.uniform(f"work.hires_{name}", keys)
            setattr(hires, name, np.floor(getattr(hires, name) + lot).astype(np.int64))
        return hires

    def _solve(self, city, p, flow):
        """Rates for which a year of warm-up ends with the unemployment, vacancies and out-commuters it began with."""
        pool, places = flow.seekers + flow.new_seekers, flow.vacancies + flow.new_vacancies
        active = np.count_nonzero(np.isin(city.persons["labour"], (Labour.UNEMPLOYED, Labour.EMPLOYED)))
        wanted = self.unemployed_at_start * active / max(self.active_at_start, 1.0)
        ending = np.minimum(wanted, 0.85 * pool)
        ending += (pool - ending) * max(wanted.sum() - ending.sum(), 0.0) / max((pool - ending).sum(), 1.0)
        persons = city.persons
        outside = (persons["labour"] == Labour.EMPLOYED) & (persons["job"] < 0) & (persons["workplace"] >= 0)
        now = count(segment_of(persons["sector"], persons["occupation"]), outside)
        away = np.minimum(np.maximum(self.outside_at_start - now, 0.0), 0.5 * (pool - ending))
        open_at_end = np.minimum(self.vacant_share * self.jobs_at_start, 0.8 * places)
        hires = np.minimum(pool - ending - away, 0.9 * (places - open_at_end))
        inward = np.maximum(places - open_at_end - hires, 0.0)
        solved = flows.solve_rates(flow, hires, inward, away, p.matching_elasticity)
        number = (pool, places, pool)
        rates = [flows.pooled(rate, many, OCCUPATION_OF_SEGMENT) for rate, many in zip(solved, number, strict=True)]
        for _ in range(30):  # thin segments were pooled: bring the totals back to what was wanted
            got = flows.match_months(flow, *rates, p.matching_elasticity)
            rates[0] = rates[0] * np.sqrt(max(hires.sum(), 1e-9) / max(got.residents.sum(), 1e-9))
            rates[1] = rates[1] * np.sqrt(max(inward.sum(), 1e-9) / max(got.commuters.sum(), 1e-9))
            rates[2] = rates[2] * np.sqrt(max(away.sum(), 1e-9) / max(got.outside.sum(), 1e-9))
        return tuple(rates)

    def _who(self, draws, keys, score, segment, hires, places):
        """Positions of those hired inside and outside the city."""
        number = np.minimum(hires.residents, places.astype(np.int64))
        chosen = best_in_segment(score, segment, number + hires.outside)
        lot = draws.uniform("work.outside", keys)
        outside = np.zeros(score.size, dtype=bool)
        rows = np.flatnonzero(chosen)
        outside[
            rows[best_in_segment(lot[rows], segment[rows], np.minimum(hires.outside, count(segment[rows]).astype(int)))]
        ] = True
        return np.flatnonzero(chosen & ~outside), np.flatnonzero(outside)

    def _take_up(self, city, hired, job, year):
        persons, jobs = city.persons, city.jobs
        jobs["holder"][job] = hired
        persons["job"][hired] = job
        persons["workplace"][hired] = jobs["zone"][job]
        persons["sector"][hired] = jobs["sector"][job]
        persons["occupation"][hired] = jobs["occupation"][job]
        persons["telework_eligible"][hired] = jobs["telework_eligible"][job]

    def _fill_from_outside(self, city, p, draws, year, hires, vacant, segment, minutes):
        """In-commuters take jobs that residents left."""
        free = city.jobs["holder"][vacant] < 0
        rows, groups = vacant[free], segment[free]
        lot = draws.uniform("work.commuter_job", city.jobs.key[rows])
        taken = rows[best_in_segment(-lot, groups, hires.commuters)]
        self.matching.new_commuters(city, p, draws, year, taken, minutes)

    # ------------------------------------------------------------------------------------------------ tightness

    def _overall(self, flow):
        return float((flow.vacancies + flow.new_vacancies).sum() / max((flow.seekers + flow.new_seekers).sum(), 1.0))

    def _tightness_ratio(self):
        """V / U of last year relative to the base year."""
        if self.tightness_at_start is None:
            return 1.0
        return self.tightness_now / max(self.tightness_at_start, 1e-9)

    def _tightness(self, city, vacant):
        """V / U by segment, smoothed so that thin segments do not swing."""
        persons = city.persons
        segment = segment_of(persons["sector"], persons["occupation"])
        seeking = count(segment, persons["labour"] == Labour.UNEMPLOYED)
        return (vacant + 0.02 * self.jobs_at_start + 2.0) / (seeking + 0.02 * self.jobs_at_start + 2.0)
