"""Businesses open, grow, shrink, automate and close.

Closure: Weibull hazard h(a) = (k / l) (a / l)^(k - 1), k = .718, l = 13.3 years (Insee cohorts 2010 and 2014), less for
larger businesses; those of 50 jobs and more shrink but do not close by chance. Growth: d ln size ~ N(mu - s^2 / 2, s^2)
(Gibrat 1931) with s = s1 size^-.2 (Stanley et al. 1996) and keyed rounding, so that size is unchanged on average when
mu = 0. Openings: Poisson with mean e N gap^(1/2).
"""

from __future__ import annotations

from math import gamma

import numpy as np

from citysim.city.codes import Occupation
from citysim.core.choice import choose, happens
from citysim.core.draws import mix_keys
from citysim.core.kernels.columns import looked_up, sums_by_link
from citysim.core.kernels.draws import normal_quantile
from citysim.core.kernels.ranks import best_in_group
from citysim.domains.work.segments import IS_PUBLIC, LOCAL_DEMAND, OCCUPATIONS, OWN_OCCUPATION, SECTORS


def closure_hazard(age, shape, scale):
    """Weibull hazard of a business of a given age, 1/year."""
    age = np.maximum(np.asarray(age, dtype=np.float64), 0.0) + 0.5  # mid-year
    return shape / scale * (age / scale) ** (shape - 1.0)


def stationary_age(lot, factor, shape, scale):
    """Ages of businesses in a stationary stock, years: density proportional to survival exp(-factor (a / scale)^shape).

    Parameters
    ----------
    lot
        Cumulative probability, [n].
    factor
        Factor on the hazard, [n].
    """
    grid = np.linspace(0.0, 60.0, 6001)
    survival = np.exp(-(grid**shape))
    steps = np.cumsum(survival) - survival[0]
    return scale * np.interp(lot, steps / steps[-1], grid) * factor ** (-1.0 / shape)


def stationary_level(size, rate, shape, scale, damping):
    """Factor on the hazard for which a stationary stock closes at a given mean rate.

    The mean life of a business is scale factor^(-1/shape) Gamma(1 + 1/shape), its closure rate the inverse.
    """
    life = scale * gamma(1.0 + 1.0 / shape)
    relative = np.mean(np.asarray(size, dtype=np.float64) ** (-damping / shape)) if np.size(size) else 1.0
    return float((rate * life / relative) ** shape)


def closure_probability(age, size, level, shape, scale, damping):
    """Probability that a business closes within the year; a size of 100 lowers the hazard by 100^-damping."""
    return -np.expm1(-level * closure_hazard(age, shape, scale) * np.asarray(size, dtype=np.float64) ** -damping)


def resized(size, growth, dispersion, damping, normal, uniform):
    """Size after a year of Gibrat growth, rounded at random so that the mean is kept.

    Parameters
    ----------
    size
        Jobs, [n].
    growth
        Expected log growth.
    dispersion, damping
        Standard deviation of log growth is dispersion size^-damping.
    normal, uniform
        Keyed draws, [n].
    """
    size = np.asarray(size, dtype=np.float64)
    sigma = dispersion * np.maximum(size, 1.0) ** -damping
    return np.floor(size * np.exp(growth - 0.5 * sigma**2 + sigma * normal) + uniform).astype(np.int64)


def vanishing_share(dispersion, points=400):
    """Share of businesses of one employee that keyed rounding takes to none in a year: E[(1 - x)+], x log-normal."""
    lot = (np.arange(points) + 0.5) / points
    size = np.exp(-0.5 * dispersion**2 + dispersion * normal_quantile(lot))
    return float(np.maximum(1.0 - size, 0.0).mean())


def poisson_quantile(uniform, mean):
    """Number of events at a cumulative probability, for means up to some hundreds."""
    if mean <= 0.0:
        return 0
    most = np.arange(1.0, mean + 12.0 * np.sqrt(mean) + 40.0)  # never reached
    terms = np.multiply.accumulate(np.concatenate([[np.exp(-mean)], mean / most]))
    return int(np.searchsorted(np.add.accumulate(terms), uniform))


def surplus_jobs(business, filled, lot, surplus):
    """Which jobs close where businesses shrink: vacant ones first, then by their own lot.

    Parameters
    ----------
    business
        Row of the business of each job.
    filled
        bool [jobs].
    lot
        float [jobs] in (0, 1).
    surplus
        int [businesses], jobs to close.

    Returns
    -------
    array
        bool [jobs].
    """
    return best_in_group(-np.asarray(lot) - np.asarray(filled), business, surplus)


class BusinessLife:
    """What the base year says about businesses, and one year of their life."""

    def __init__(self, city, p, year, draws):
        businesses, jobs = city.businesses, city.jobs
        sector = businesses["sector"].astype(np.int64)
        size = np.maximum(businesses["size"], 1)
        alone = independent(city)
        vanishing = np.where((size == 1) & ~alone, vanishing_share(p.growth_dispersion), 0.0)
        lasting = IS_PUBLIC[sector] | (size >= p.large_size)
        wanted = max(p.closure_rate - float(vanishing.mean()), 0.2 * p.closure_rate)
        self.closure_level = stationary_level(
            size[~lasting], wanted * size.size / max(np.count_nonzero(~lasting), 1), p.closure_shape, p.closure_scale,
            p.closure_size_damping,
        )  # fmt: skip
        factor = self.closure_level * np.asarray(size, dtype=float) ** -p.closure_size_damping
        lot = draws.uniform("work.age_at_start", businesses.key)
        age = np.minimum(stationary_age(lot, factor, p.closure_shape, p.closure_scale), 120.0).astype(int)
        businesses["birth_year"][:] = year - age
        for _ in range(20):
            expected = 1.0 - (1.0 - self._closure(p, age, size, sector)) * (1.0 - vanishing)
            self.closure_level *= p.closure_rate / max(float(expected.mean()), 1e-9)
        self.number = np.maximum(np.bincount(sector, minlength=SECTORS), 1.0)
        self.opening_rate = np.bincount(sector, weights=expected, minlength=SECTORS) / self.number
        self.jobs_at_start = np.maximum(np.bincount(jobs["sector"], minlength=SECTORS), 1.0)
        self.demand = np.ones(SECTORS)
        self._remember_openings(sector, size, expected, alone)
        # Rounding takes some of the smallest to nothing and growth elsewhere makes up for it; openings replace them
        # too, so growth is lowered by as much: expected jobs are then the same after a year.
        gained = np.bincount(sector, weights=expected * size, minlength=SECTORS)
        lost = np.bincount(sector, weights=self._closure(p, age, size, sector) * size, minlength=SECTORS)
        salaried = np.bincount(sector, weights=np.where(alone, 0, size), minlength=SECTORS)
        self.balance = -(gained - lost) / np.maximum(salaried, 1.0)
        self._remember_jobs(city)
        self.productivity = np.array([_middle(businesses["productivity"][sector == s]) for s in range(SECTORS)])
        self.automation = np.array([_middle(businesses["automation"][sector == s]) for s in range(SECTORS)])
        zones = city.internal
        cell = sector * zones + businesses["zone"].clip(0, zones - 1)
        self.places = np.bincount(cell, minlength=SECTORS * zones).reshape(SECTORS, zones) + 0.1
        self.signals_at_start = None

    def _remember_openings(self, sector, size, expected, alone):
        """Sizes of new businesses: those of closing ones in the base year, so that jobs stay in balance."""
        self.opening_sizes = []
        for s in range(SECTORS):
            rows = np.flatnonzero(sector == s)
            rows = rows[np.lexsort((alone[rows], size[rows]))]
            weight = np.cumsum(expected[rows]) if rows.size else np.zeros(0)
            self.opening_sizes.append(
                (size[rows], alone[rows], weight / max(weight[-1], 1e-9) if rows.size else weight)
            )

    def _remember_jobs(self, city):
        """Occupations of salaried jobs by sector; requirement and telework by occupation; wages by both."""
        jobs = city.jobs
        sector, occupation = jobs["sector"].astype(np.int64), jobs["occupation"].astype(np.int64)
        cell = sector * OCCUPATIONS + occupation
        number = np.bincount(cell, minlength=SECTORS * OCCUPATIONS).reshape(SECTORS, OCCUPATIONS).astype(float)
        salaried = number[:, : Occupation.SELF_EMPLOYED] + 1e-6
        self.occupation_steps = np.cumsum(salaried, axis=1) / salaried.sum(axis=1, keepdims=True)
        wage = np.bincount(cell, weights=np.log(np.maximum(jobs["wage"], 1.0)), minlength=number.size)
        by_occupation = wage.reshape(number.shape).sum(axis=0) / np.maximum(number.sum(axis=0), 1.0)
        prior = 20.0
        self.log_wage = (wage.reshape(number.shape) + prior * by_occupation) / (number + prior)
        total = np.maximum(np.bincount(occupation, minlength=OCCUPATIONS), 1.0)
        self.requirement = np.bincount(occupation, weights=jobs["requirement"], minlength=OCCUPATIONS) / total
        telework = np.bincount(occupation, weights=jobs["telework_eligible"], minlength=OCCUPATIONS) / total
        by_cell = np.bincount(cell, weights=jobs["telework_eligible"], minlength=number.size).reshape(number.shape)
        self.telework = (by_cell + prior * telework) / (number + prior)
        log_wage = np.log(np.maximum(jobs["wage"], 1.0))
        self.wage_spread = float(np.std(log_wage - self.log_wage[sector, occupation])) if log_wage.size else 0.2

    def _closure(self, p, age, size, sector):
        chance = closure_probability(
            age, size, self.closure_level, p.closure_shape, p.closure_scale, p.closure_size_damping
        )
        return np.where(IS_PUBLIC[sector] | (size >= p.large_size), 0.0, chance)

    # ------------------------------------------------------------------------------------------------- one year

    def jobs_that_close(self, city, p, draws, year, growth, automation=1.0):
        """Closures, shrinkage and automation.

        Parameters
        ----------
        growth
            Expected log growth by sector, [14].
        automation
            Factor of technologies on the speed of automation.

        Returns
        -------
        tuple
            bool [jobs] whether the job closes, and int [businesses] jobs to open (0 where the business closes).
        """
        businesses, jobs = city.businesses, city.jobs
        sector, business = businesses["sector"].astype(np.int64), jobs["business"]
        size = sums_by_link(business, businesses.size)
        age = year - businesses["birth_year"]
        closes = happens(draws, "work.closure", businesses.key, self._closure(p, age, np.maximum(size, 1), sector))
        target = resized(
            size, (growth + self.balance)[sector], p.growth_dispersion, p.growth_damping,
            draws.normal("work.growth", businesses.key), draws.uniform("work.growth_rounding", businesses.key),
        )  # fmt: skip
        self_employed = independent(city)
        target = np.where(self_employed, size, target)
        public = IS_PUBLIC[sector] | (size >= p.large_size)
        target = np.where(public, np.maximum(target, 1), target)
        closes |= target <= 0
        closing = looked_up(closes, business)
        surplus = np.where(closes, 0, np.maximum(size - target, 0))
        rows = np.flatnonzero(looked_up(surplus > 0, business))
        filled = (jobs["holder"][rows] >= 0) | (jobs["commuter"][rows] >= 0)
        lot = draws.uniform("work.surplus", jobs.key[rows])
        closing[rows] = surplus_jobs(business[rows], filled, lot, surplus)
        opening = np.where(closes, 0, np.maximum(target - size, 0))
        displaced, created = self._automate(city, p, draws, closing, automation)
        opening += np.where(closes, 0, np.bincount(business[created], minlength=size.size))
        return closing | displaced, opening

    def _automate(self, city, p, draws, closing, factor):
        """Jobs whose tasks are automated: half vanish, half change; new tasks open some jobs in their place."""
        businesses, jobs = city.businesses, city.jobs
        exposure = looked_up(p.automation_exposure, jobs["occupation"])
        hazard = exposure * looked_up(businesses["automation"], jobs["business"])
        hazard *= factor * p.automation_pace * p.automation_rate
        hazard = np.minimum(hazard / self._mean_exposure(city, p), 1.0)
        hit = np.flatnonzero(happens(draws, "work.automation", jobs.key, hazard) & ~closing)
        keys = jobs.key[hit]
        gone = happens(draws, "work.automation_displaces", keys, p.automation_displaces)
        changed = hit[~gone]
        jobs["requirement"][changed] = np.minimum(jobs["requirement"][changed] + 0.1, 1.0)
        displaced = np.zeros(jobs.size, dtype=bool)
        displaced[hit[gone]] = True
        self.automated = float(gone.sum())
        new = p.new_task_offset + draws.uniform("work.new_tasks", keys[gone])
        return displaced, np.repeat(hit[gone], np.floor(new).astype(int))

    def _mean_exposure(self, city, p):
        """Mean product of exposure and automation at the start, so that the rate is per average job."""
        if not hasattr(self, "_exposure"):
            jobs = city.jobs
            self._exposure = max(
                float(
                    np.mean(p.automation_exposure[jobs["occupation"]] * city.businesses["automation"][jobs["business"]])
                ),
                1e-6,
            )
        return self._exposure

    def open_businesses(self, city, p, draws, year):
        """New businesses by sector, with their zone and jobs.

        Returns
        -------
        tuple
            Rows of the new businesses, their number of jobs and whether their owner works alone.
        """
        jobs_now = np.maximum(np.bincount(city.jobs["sector"], minlength=SECTORS), 1.0)
        gap = self.demand * self.jobs_at_start / jobs_now
        number = np.bincount(city.businesses["sector"], minlength=SECTORS)
        sector_keys = mix_keys("sector", np.arange(SECTORS))
        lots = draws.uniform("work.openings", sector_keys)
        counts = [
            poisson_quantile(lot, mean)
            for lot, mean in zip(lots, self.opening_rate * number * np.sqrt(gap), strict=True)
        ]
        sector = np.repeat(np.arange(SECTORS), counts)
        rank = np.concatenate([np.arange(n) for n in counts]) if sector.size else np.zeros(0, int)
        keys = mix_keys("business", sector, year, rank)
        size, alone = self._opening_sizes(draws, keys, sector)
        zone = self._locate(city, p, draws, keys, sector)
        rows = city.businesses.append(
            keys,
            {
                "sector": sector, "zone": zone, "size": size, "birth_year": year,
                "productivity": self.productivity[sector], "automation": self.automation[sector],
            },
        )  # fmt: skip
        return rows, size, alone

    def _opening_sizes(self, draws, keys, sector):
        lot = draws.uniform("work.opening_size", keys)
        size, alone = np.ones(keys.size, dtype=np.int64), np.ones(keys.size, dtype=bool)
        for s in np.unique(sector):
            sizes, independents, steps = self.opening_sizes[s]
            if sizes.size:
                mine = np.flatnonzero(sector == s)
                donor = np.minimum(np.searchsorted(steps, lot[mine]), sizes.size - 1)
                size[mine], alone[mine] = sizes[donor], independents[donor]
        return size, alone

    def _locate(self, city, p, draws, keys, sector):
        """Zone of a new business: today's businesses of the sector, access to workers, rents, incomes nearby."""
        zones = city.internal
        now = location_signals(city)
        if self.signals_at_start is None:
            self.signals_at_start = now
        change = [signal - start for signal, start in zip(now, self.signals_at_start, strict=True)]
        cell = city.businesses["sector"].astype(np.int64) * zones + city.businesses["zone"].clip(0, zones - 1)
        places = np.bincount(cell, minlength=SECTORS * zones).reshape(SECTORS, zones) + 0.1
        utility = np.log(self.places) + p.location_cluster * np.log(places / self.places)
        utility += p.location_access * change[0] - p.location_rent * change[1]
        shops = np.isin(np.arange(SECTORS), LOCAL_DEMAND)[:, None]
        utility = utility + p.location_income * change[2] * shops
        return choose(draws, "work.location", keys, utility, mix_keys("zone", np.arange(zones)), cell=sector)


def location_signals(city):
    """What business owners look at in zones: access (logsum), ln rent, ln income of residents; float [zones]."""
    zones, internal = city.zones, city.internal
    households = city.households
    income = sums_by_link(households["zone"].clip(0), zones.size, households["income"])[:internal] + 1.0
    access = zones["access_jobs"][:internal].astype(float) if "access_jobs" in zones else np.zeros(internal)
    rent = zones["rent_index"][:internal].astype(float) if "rent_index" in zones else np.ones(internal)
    return access, np.log(np.maximum(rent, 1e-3)), np.log(income)


def independent(city):
    """Whether a business is one person on his or her own account, bool [businesses].

    That is: of size 1, in the occupation that such people have in the sector.
    """
    jobs = city.jobs
    own = jobs["occupation"] == looked_up(OWN_OCCUPATION, jobs["sector"])
    size = sums_by_link(jobs["business"], city.businesses.size)
    return (size == 1) & (sums_by_link(jobs["business"], size.size, where=own) == 1)


def _middle(values):
    return float(np.median(values)) if values.size else 1.0


def open_jobs(city, life, draws, year, business, alone, wage_growth):
    """Add vacant jobs.

    Parameters
    ----------
    business
        int [k], row of the business of each new job.
    alone
        bool [k], whether it is the work of a self-employed owner.
    wage_growth
        Real growth of wages since the base year, as a factor.
    """
    if business.size == 0:
        return np.zeros(0, dtype=np.int64)
    businesses = city.businesses
    order = np.argsort(business, kind="stable")
    owner = business[order]
    rank = np.empty(business.size, dtype=np.int64)
    rank[order] = np.arange(owner.size) - np.searchsorted(owner, owner)
    keys = mix_keys("job", businesses.key[business], year, rank)
    sector = businesses["sector"][business].astype(np.int64)
    lot = draws.uniform("work.job_occupation", keys)
    steps = np.take(life.occupation_steps, sector, axis=0)
    occupation = (lot[:, None] > steps).sum(axis=1).clip(0, Occupation.EXECUTIVE)
    occupation = np.where(alone, OWN_OCCUPATION[sector], occupation)
    spread = draws.normal("work.job_requirement", keys)
    wage = (
        np.exp(life.log_wage[sector, occupation] + life.wage_spread * draws.normal("work.job_wage", keys)) * wage_growth
    )
    return city.jobs.append(
        keys,
        {
            "business": business, "sector": sector, "zone": businesses["zone"][business], "occupation": occupation,
            "requirement": np.clip(life.requirement[occupation] + 0.08 * spread, 0.02, 0.98),
            "telework_eligible": happens(draws, "work.job_telework", keys, life.telework[sector, occupation]),
            "wage": wage,
        },
    )  # fmt: skip
