"""Rates of hiring that hold the base year's unemployment, vacancies and out-commuters, found in the warm-up years.

Each warm-up year is solved on its own flows, so that it ends with the stocks of the base year. Kept for good are the
rates that do so for the mean of these years with as many jobs opened as closed: chance openings and closures of two
years would otherwise become the norm.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from citysim.city.codes import Labour
from citysim.domains.work import flows
from citysim.domains.work.segments import OCCUPATIONS, SEGMENTS, count, segment_of

SETTLING_YEARS = 2
COUNTED = 64  # last age at which the census rate counts people
OCCUPATION_OF_SEGMENT = np.arange(SEGMENTS) % OCCUPATIONS


def inflows_of(flow):
    """Stocks and inflows as a tuple."""
    return flow.seekers, flow.vacancies, flow.new_seekers, flow.new_vacancies


def mean_of(years):
    """Mean of inflows or of wanted hires, element by element."""
    return [sum(parts) / len(years) for parts in zip(*years, strict=True)]


class Settling:
    """Stocks of the base year and the rates that hold them."""

    def __init__(self, city):
        persons, jobs = city.persons, city.jobs
        labour, segment = persons["labour"], segment_of(persons["sector"], persons["occupation"])
        counted = persons["age"] <= COUNTED
        self.unemployed = count(segment, (labour == Labour.UNEMPLOYED) & counted)
        self.active = self._active(persons)
        self.outside = count(segment, (labour == Labour.EMPLOYED) & (persons["job"] < 0))
        self.jobs = count(segment_of(jobs["sector"], jobs["occupation"]))
        vacant = (jobs["holder"] < 0) & (jobs["commuter"] < 0)
        self.vacant_share = float(vacant.mean()) if vacant.size else 0.0
        self.tightness = None
        self._years, self._rates, self._jobs_before = [], None, self.jobs

    def rates(self, city, p, flow, older, closing):
        """Efficiency, share of vacancies filled from outside and share of seekers hired outside, a month, by segment.

        Parameters
        ----------
        flow
            What comes onto the market this year.
        older
            float [25], seekers above the ages that the census rate counts.
        closing
            bool [jobs], jobs that are gone.
        """
        if len(self._years) < SETTLING_YEARS:
            even = self._evened(city, flow, closing)
            self._years.append((inflows_of(even), self._wanted(city, even, older)))
            self.tightness = np.mean([flows.tightness(flows.Inflows(*inflows)) for inflows, _ in self._years])
            return solve(flow, *self._wanted(city, flow, older), p.matching_elasticity)
        if self._rates is None:
            inflows, wanted = ([year[part] for year in self._years] for part in (0, 1))
            self._rates = solve(flows.Inflows(*mean_of(inflows)), *mean_of(wanted), p.matching_elasticity)
        return self._rates

    def _evened(self, city, flow, closing):
        """The year's flows if as many jobs had opened as closed."""
        jobs = count(segment_of(city.jobs["sector"], city.jobs["occupation"]), ~closing)
        gained, self._jobs_before = jobs - self._jobs_before, jobs
        return replace(flow, new_vacancies=np.maximum(flow.new_vacancies - gained, 0.2 * flow.new_vacancies))

    @staticmethod
    def _active(persons):
        active = (persons["labour"] == Labour.UNEMPLOYED) | (persons["labour"] == Labour.EMPLOYED)
        return max(float(np.count_nonzero(active & (persons["age"] <= COUNTED))), 1.0)

    def _wanted(self, city, flow, older):
        """Hires of residents, hires of in-commuters and hires outside that bring a year back to where it began."""
        persons = city.persons
        pool, places = flow.seekers + flow.new_seekers, flow.vacancies + flow.new_vacancies
        # The rate counts people up to 64; those above stay unemployed as often as the others of their segment.
        counted = np.maximum(1.0 - older / np.maximum(pool, 1.0), 0.5)
        wanted = self.unemployed * self._active(persons) / self.active / counted
        ending = np.minimum(wanted, 0.85 * pool)
        ending += (pool - ending) * max(wanted.sum() - ending.sum(), 0.0) / max((pool - ending).sum(), 1.0)
        away_now = (persons["labour"] == Labour.EMPLOYED) & (persons["job"] < 0) & (persons["workplace"] >= 0)
        now = count(segment_of(persons["sector"], persons["occupation"]), away_now)
        away = np.minimum(np.maximum(self.outside - now, 0.0), 0.5 * (pool - ending))
        open_at_end = np.minimum(self.vacant_share * self.jobs, 0.8 * places)
        hires = np.minimum(pool - ending - away, 0.9 * (places - open_at_end))
        return hires, np.maximum(places - open_at_end - hires, 0.0), away


def solve(flow, hires, inward, away, elasticity):
    """Rates of each segment for wanted hires; thin segments lean on others of their occupation.

    Returns
    -------
    tuple
        Efficiency, rate from outside and rate to the outside, float [25] each.
    """
    pool, places = flow.seekers + flow.new_seekers, flow.vacancies + flow.new_vacancies
    solved = flows.solve_rates(flow, hires, inward, away, elasticity)
    number = (pool, places, pool)
    rates = [flows.pooled(rate, many, OCCUPATION_OF_SEGMENT) for rate, many in zip(solved, number, strict=True)]
    for _ in range(30):  # bring the totals back to what was wanted
        got = flows.match_months(flow, *rates, elasticity)
        found = (got.residents, got.commuters, got.outside)
        for position, (want, have) in enumerate(zip((hires, inward, away), found, strict=True)):
            rates[position] = rates[position] * np.sqrt(max(want.sum(), 1e-9) / max(have.sum(), 1e-9))
    return tuple(rates)
