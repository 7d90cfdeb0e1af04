"""Who works where and for how much, which businesses live, and what households live on.

Search and matching by segment (Mortensen and Pissarides 1994; Petrongolo and Pissarides 2001), Weibull survival and
Gibrat growth of establishments, Mincer wages with a wage curve, and a stylised French tax and benefit rule.
"""

from __future__ import annotations

import numpy as np

from citysim.city.codes import Labour
from citysim.core.choice import happens
from citysim.core.domain import Domain
from citysim.core.kernels.columns import either, rows_where, sums_by_link
from citysim.domains.work import wages
from citysim.domains.work.businesses import BusinessLife, open_jobs
from citysim.domains.work.declarations import COLUMNS, COUPLINGS, MEASURES, PARAMS, READS
from citysim.domains.work.demand import Demand
from citysim.domains.work.income import HouseholdIncome, own_income
from citysim.domains.work.market import LabourMarket, become, release
from citysim.domains.work.measures import measure_work
from citysim.domains.work.participation import RETIREMENT_WINDOW, Participation
from citysim.domains.work.segments import SECTORS, count, segment_of

WORKING_AGE = 15


class Work(Domain):
    """Jobs, businesses and incomes."""

    name = "work"
    reads = READS
    rows = ("businesses", "jobs", "commuters")
    params = PARAMS
    columns = COLUMNS
    measures = MEASURES
    offers = ("matching_efficiency", "labour_demand", "automation", "productivity")
    couplings = COUPLINGS

    def start(self, city, draws):
        """Fix what the base year says: stocks to hold steady, levels of rates, gaps of incomes to the rule."""
        persons = city.persons
        persons["last_wage"][:] = np.maximum(persons["last_wage"], persons["wage"])
        self._wage_growth = 1.0
        self._start_at_rest(city, draws)
        self._came_to_work = np.zeros(0, dtype=np.uint64)
        self._entry = self._exit = self._automated = 0.0
        self._last_rates = wages.zone_unemployment(city, city.person_zone())
        self._set_zones(city)

    def arrive(self, city, rows, draws):
        """Newcomers have no job yet: many of those who worked come for one, the others look for one."""
        new = rows.get("persons")
        if new is None or new.size == 0:
            return
        persons = city.persons
        worked = persons["labour"][new] == Labour.EMPLOYED
        movers = new[worked]
        p = self.at(draws.year)
        persons["last_wage"][movers] = np.maximum(persons["wage"][movers], persons["last_wage"][movers])
        for column in ("job", "workplace"):
            persons[column][new] = -1
        persons["wage"][new] = 0.0
        persons["telework_eligible"][new] = False
        become(city, movers, Labour.UNEMPLOYED, draws.year)
        came = happens(draws, "work.came_to_work", persons.key[movers], p.newcomer_job_share)
        self._came_to_work = persons.key[movers[came]]

    def step(self, city, year, draws):
        """Enter and leave the labour force, businesses, hiring, wages, incomes."""
        p = self.at(year)
        self._home = city.person_zone()  # nobody moves house during this step
        stocks = self._vacancies(city)
        entrants = self._enter_and_leave(city, p, year, draws)
        quitters = self._market.quit_jobs(city, p, draws, year)
        closing, laid_off = self._change_businesses(city, p, year, draws)
        self._hire(city, p, year, draws, entrants, quitters, laid_off, closing, stocks)
        self._pay(city, p, year, draws)
        self._set_incomes(city, p, year, draws)
        self._set_zones(city)

    # ------------------------------------------------------------------------------------------------- base year

    def _start_at_rest(self, city, draws):
        persons = city.persons
        year = int(np.max(persons["birth_year"].astype(int) + persons["age"], initial=0))
        p = self.at(year)
        self._participation = Participation(city, p, self.coupled)
        self._market = LabourMarket(city, p)
        self._life = BusinessLife(city, p, year, draws)
        self._demand = Demand()
        self._set_own_incomes(city, p, year)
        self._income = HouseholdIncome(city, p)
        self._beginner = wages.beginner_level(city, p)

    def _offer(self, name):
        """Factor by which technologies have changed an offered quantity since the start."""
        return float(np.mean(self.offered(name, 1.0)))

    def _vacancies(self, city):
        jobs = city.jobs
        vacant = rows_where((jobs["holder"] < 0) & (jobs["commuter"] < 0))
        return count(segment_of(jobs["sector"][vacant], jobs["occupation"][vacant]))

    # ----------------------------------------------------------------------------------------------- labour force

    def _enter_and_leave(self, city, p, year, draws):
        """School leavers and returners enter, others leave or retire.

        Returns
        -------
        array
            Rows of people who start to look for work.
        """
        persons = city.persons
        age, labour, enrolled = persons["age"], persons["labour"], persons["enrolled"]
        pupils = np.flatnonzero((age >= WORKING_AGE) & enrolled & (labour == Labour.INACTIVE))
        become(city, pupils, Labour.STUDENT, year)
        rows = np.flatnonzero((age >= 16) & (age < RETIREMENT_WINDOW))
        lot = draws.uniform("work.activity", persons.key[rows])
        turnover = either(enrolled[rows], p.student_turnover, p.activity_turnover)
        turnover[np.flatnonzero((labour[rows] == Labour.STUDENT) & ~enrolled[rows])] = 1.0  # school leavers decide
        keep = np.flatnonzero(lot < turnover)  # nobody else can move, whatever the probability
        rows, lot, turnover = rows[keep], lot[keep], turnover[keep]
        wants = self._participation.probability(city, p, rows)
        active = (labour[rows] == Labour.EMPLOYED) | (labour[rows] == Labour.UNEMPLOYED)
        moves = lot < turnover * np.where(active, 1.0 - wants, wants)
        enter, leave = rows[moves & ~active], rows[moves & active]
        undecided = rows[(labour[rows] == Labour.STUDENT) & ~enrolled[rows] & ~moves]
        self._leave(city, leave, np.where(enrolled[leave], Labour.STUDENT, Labour.INACTIVE), year)
        become(city, undecided, Labour.INACTIVE, year)
        become(city, enter, Labour.UNEMPLOYED, year)
        self._retire(city, p, year, draws)
        return enter

    def _leave(self, city, rows, labour, year):
        release(city, rows)
        become(city, rows, labour, year)

    def _retire(self, city, p, year, draws):
        persons = city.persons
        labour = persons["labour"]
        senior = rows_where((persons["age"] >= RETIREMENT_WINDOW) & (labour != Labour.RETIRED))
        hazard = self._participation.retirement(city, p, senior)
        retires = senior[happens(draws, "work.retirement", persons.key[senior], hazard)]
        self._leave(city, retires, Labour.RETIRED, year)
        persons["pension"][retires] = np.maximum(
            p.pension_rate * persons["last_wage"][retires], np.maximum(p.minimum_pension, persons["pension"][retires])
        )

    # ------------------------------------------------------------------------------------------------- businesses

    def _change_businesses(self, city, p, year, draws):
        """Closures, growth, automation and openings.

        Returns
        -------
        tuple
            bool [jobs] which jobs are gone, and the rows of people laid off.
        """
        life = self._life
        pressure = float(np.mean(self._last_rates)) ** p.wage_curve
        growth, shorter = self._demand.growth(city, p, self._wage_growth, pressure, self.coupled)
        life.demand = life.demand * np.exp(growth)
        self._shorter_hours = shorter
        jobs = np.maximum(sums_by_link(city.jobs["sector"], SECTORS), 1.0)
        wanted = life.demand * self._offer("labour_demand")
        gap = np.log(wanted * life.jobs_at_start / jobs)
        vacant = np.mean((city.jobs["holder"] < 0) & (city.jobs["commuter"] < 0))
        drag = p.vacancy_drag * (self._vacant_before(vacant) - self._market.vacant_share)
        pull = p.demand_catch_up * gap - drag
        before = city.businesses.size
        closing, opening = life.jobs_that_close(city, p, draws, year, pull, self._offer("automation"))
        laid_off = self._market.lay_off(city, closing)
        city.persons["displaced_year"][laid_off] = year
        self._market.commuters_leave(city, p, draws, closing)
        rows, size, alone = life.open_businesses(city, p, draws, year)
        business = np.concatenate([np.repeat(np.arange(opening.size), opening), np.repeat(rows, size)])
        self_employed = np.concatenate([np.zeros(opening.sum(), bool), np.repeat(alone, size)])
        open_jobs(city, life, draws, year, business, self_employed, self._wage_growth)
        gone = np.zeros(city.jobs.size, dtype=bool)
        gone[: closing.size] = closing
        left = self._count_jobs(city, gone)
        city.jobs.retire(np.flatnonzero(closing))
        city.businesses.retire(np.flatnonzero(left == 0))
        self._entry, self._exit = rows.size / before, float(np.count_nonzero(left == 0)) / before
        self._automated = life.automated
        return gone, laid_off

    def _vacant_before(self, vacant):
        """Vacancies of the end of last year; the quits of this year have already opened more."""
        return getattr(self, "_vacant_share", self._market.vacant_share)

    def _count_jobs(self, city, gone):
        """Write the size of each business: the jobs it has, filled or vacant."""
        size = sums_by_link(city.jobs["business"], city.businesses.size, where=~gone)
        city.businesses["size"][:] = size
        return size

    # ----------------------------------------------------------------------------------------------------- hiring

    def _hire(self, city, p, year, draws, entrants, quitters, laid_off, closing, stocks):
        """Match everybody who looks for work this year."""
        persons = city.persons
        out_of_job = np.concatenate([quitters, laid_off])
        looks = persons["labour"] == Labour.UNEMPLOYED
        looks[entrants] = False
        looking = rows_where(looks)
        late = np.concatenate([entrants, out_of_job])
        seekers = np.concatenate([looking, late])
        month = draws.uniform("work.month", persons.key[late])
        exposure = np.concatenate([np.ones(looking.size), np.maximum(month, 1.0 / 24.0)])
        new = np.flatnonzero(persons["arrival_year"][seekers] == year)
        newcomer = np.zeros(seekers.size, dtype=bool)
        newcomer[new] = np.isin(persons.key[seekers[new]], self._came_to_work, assume_unique=True)
        self._came_to_work = np.zeros(0, dtype=np.uint64)
        market = self._market
        market.matching.retraining_counts = self.coupled("automation_training")
        market.efficiency_factor = self._offer("matching_efficiency")
        self._year = market.clear(
            city,
            p,
            draws,
            year,
            seekers,
            exposure,
            newcomer,
            closing,
            stocks,
            self._home,
            self.coupled("travel_times"),
        )
        self._year.separations = out_of_job.size / max(market.employed_before, 1)
        hired = np.zeros(persons.size, dtype=bool)
        hired[self._year.hired] = True
        hired[self._year.outside] = True
        jobless = seekers[~hired[seekers] & (persons["labour"][seekers] == Labour.EMPLOYED)]
        become(city, jobless, Labour.UNEMPLOYED, year)
        found = rows_where(hired & (persons["labour"] != Labour.EMPLOYED))
        self._since = (
            persons["labour_since"][self._year.hired].copy(),
            persons["labour_since"][self._year.outside].copy(),
        )
        become(city, found, Labour.EMPLOYED, year)
        self._vacant_share = float(
            np.count_nonzero((city.jobs["holder"] < 0) & (city.jobs["commuter"] < 0) & ~closing)
            / max(np.count_nonzero(~closing), 1)
        )

    # ------------------------------------------------------------------------------------------- wages and incomes

    def _pay(self, city, p, year, draws):
        growth = p.productivity_growth + np.log(self._offer("productivity")) - getattr(self, "_productivity", 0.0)
        self._productivity = np.log(self._offer("productivity"))
        growth -= p.hours_pay * self._shorter_hours
        rates = wages.zone_unemployment(city, self._home)
        tightening = np.log(rates / self._last_rates)
        self._last_rates = rates
        self._wage_growth *= float(np.exp(growth))
        wages.raise_wages(city, p, growth, tightening, self._wage_growth, self._home)
        wages.set_starting_wages(city, p, draws, year, self._year, self._since, self._beginner, self._wage_growth)

    def _set_own_incomes(self, city, p, year):
        persons = city.persons
        persons["income_own"][:] = own_income(
            persons["labour"], persons["wage"], persons["pension"], persons["last_wage"],
            year - persons["labour_since"], p,
        )  # fmt: skip

    def _set_incomes(self, city, p, year, draws):
        """Own incomes, then disposable incomes and wealth of households."""
        self._income.newly_adult(city, draws, np.flatnonzero(city.persons["age"] == 18))
        self._set_own_incomes(city, p, year)
        moved = self._income.update(city, p, self._wage_growth)
        if p.redistribution:
            self.book("redistribution", moved * np.sign(p.redistribution), "state", "households")
        self._income.save(city, p)

    def _set_zones(self, city):
        zones, jobs = city.zones, city.jobs
        zones["jobs"][:] = sums_by_link(jobs["zone"].clip(0), zones.size)
        zones["unemployment"][: city.internal] = self._last_rates

    def measure(self, city, year):
        """Unemployment, wages, businesses, incomes."""
        facts = {
            "business_entry_rate": self._entry,
            "business_exit_rate": self._exit,
            "separation_rate": self._year.separations,
            "displaced_by_automation": self._automated,
        }
        return measure_work(city, self.at(year), facts)
