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
from citysim.core.kernels.columns import looked_up, rows_where
from citysim.core.kernels.ranks import best_in_group
from citysim.domains.work import flows
from citysim.domains.work.matching import Matching, vacant_jobs
from citysim.domains.work.segments import OCCUPATIONS, SEGMENTS, count, segment_of
from citysim.domains.work.settling import COUNTED, Settling

MONTHS = 12
THIN = 20.0  # people of a segment that count as much as all those of the occupation


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


def separation_factor(cell, by_education, young):
    """Relative separation rate by diploma, of those of 30 and more and of younger ones; mean 1 over the people given.

    Parameters
    ----------
    cell
        int8 [n], 2 x diploma + 1 below 30.
    by_education
        Relative rate of the five diplomas.
    young
        Factor below 30.

    Returns
    -------
    array
        float [2 x diplomas].
    """
    factor = np.outer(by_education, [1.0, young]).ravel()
    return factor / looked_up(factor, cell).mean() if cell.size else factor


def eligible_share(segment, eligible):
    """Share of jobs that can be done from home by segment, thin ones drawn to their occupation, float [25]."""
    number, can = count(segment), count(segment, eligible)
    occupation = np.arange(SEGMENTS) % OCCUPATIONS
    usual = np.bincount(occupation, weights=can) / np.maximum(np.bincount(occupation, weights=number), 1.0)
    return (can + THIN * usual[occupation]) / (number + THIN)


class LabourMarket:
    """The market with what the base year fixed: rates by segment, and the stocks they hold steady."""

    def __init__(self, city, p):
        persons = city.persons
        self.matching = Matching(city, p)
        self.settling = Settling(city)
        self.vacant_share, self.jobs_at_start = self.settling.vacant_share, self.settling.jobs
        self.matching.segment_size = np.maximum(self.jobs_at_start, 0.5)
        self.tightness_now = None
        outside = (persons["labour"] == Labour.EMPLOYED) & (persons["job"] < 0)
        self.telework_outside = eligible_share(
            segment_of(persons["sector"], persons["occupation"])[outside], persons["telework_eligible"][outside]
        )

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
        cell = persons["education"][employed] * np.int8(2) + (persons["age"][employed] < 30)
        factor = separation_factor(cell, p.separation_by_education, p.separation_young)
        chance = looked_up(1.0 - (1.0 - np.minimum(monthly * factor, 0.5)) ** MONTHS, cell)
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
        jobs, rows = city.jobs, np.flatnonzero(closing)
        holder = jobs["holder"][rows]
        laid_off = np.sort(holder[holder >= 0])
        release(city, laid_off)
        away = jobs["commuter"][rows]
        city.commuters.retire(away[away >= 0])
        jobs["commuter"][rows] = -1
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

    def clear(self, city, p, draws, year, seekers, exposure, newcomer, closing, stocks, home, coupled):
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
        home
            int [persons], zone of residence.
        """
        matching = self.matching
        matching.look_at_roads(city)
        minutes = matching.minutes(city, coupled)[Mode.CAR]
        home = home[seekers].clip(0)
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
        older = count(segment, city.persons["age"][seekers] > COUNTED)
        rates = self.settling.rates(city, p, flow, older, closing)
        hires = self._hires(p, draws, flow, rates, matching.commuter_pull(city, p, minutes))
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
        from_home = self.telework_outside[segment[outside]]
        city.persons["telework_eligible"][away] = happens(
            draws, "work.telework_outside", city.persons.key[away], from_home
        )
        self._fill_from_outside(city, p, draws, year, hires, vacant, vacant_segment, minutes)
        self.last_hires = hires
        return YearOnTheMarket(hired, job, away)

    def _hires(self, p, draws, flow, rates, pull):
        efficiency, commuter_rate, outside_rate = rates
        hires = flows.match_months(
            flow, efficiency * self.efficiency_factor, commuter_rate * pull, outside_rate, p.matching_elasticity
        )
        self.tightness_now = flows.tightness(flow)
        keys = mix_keys("segment", np.arange(SEGMENTS))
        for name in ("residents", "commuters", "outside"):
            lot = draws.uniform(f"work.hires_{name}", keys)
            setattr(hires, name, np.floor(getattr(hires, name) + lot).astype(np.int64))
        return hires

    def _who(self, draws, keys, score, segment, hires, places):
        """Positions of those hired inside and outside the city."""
        number = np.minimum(hires.residents, places.astype(np.int64))
        chosen = best_in_group(score, segment, number + hires.outside)
        lot = draws.uniform("work.outside", keys)
        outside = np.zeros(score.size, dtype=bool)
        rows = np.flatnonzero(chosen)
        outside[
            rows[best_in_group(lot[rows], segment[rows], np.minimum(hires.outside, count(segment[rows]).astype(int)))]
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
        taken = rows[best_in_group(-lot, groups, hires.commuters)]
        self.matching.new_commuters(city, p, draws, year, taken, minutes)

    # ------------------------------------------------------------------------------------------------ tightness

    def _tightness_ratio(self):
        """V / U of last year relative to the base year."""
        if self.tightness_now is None:
            return 1.0
        return self.tightness_now / max(self.settling.tightness, 1e-9)

    def _tightness(self, city, vacant):
        """V / U by segment, smoothed so that thin segments do not swing."""
        persons = city.persons
        rows = rows_where(persons["labour"] == Labour.UNEMPLOYED)
        seeking = count(segment_of(persons["sector"][rows], persons["occupation"][rows]))
        return (vacant + 0.02 * self.jobs_at_start + 2.0) / (seeking + 0.02 * self.jobs_at_start + 2.0)
