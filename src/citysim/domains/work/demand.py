"""How many jobs each sector wants: residents' incomes, care needs, pupils, building, wages and technology.

d ln target = .6 d ln(residents' income / productivity) (local services) + terms for care, pupils, building, online
shopping and work at home - .3 (d ln wage - g); jobs follow the target by a share of the gap each year, less where
vacancies stay open.
"""

from __future__ import annotations

import numpy as np

from citysim.city.codes import DwellingStatus, FoodChannel, Health, Sector
from citysim.domains.work.segments import CARE_SECTORS, LOCAL_DEMAND, PUBLICLY_RUN, SECTORS

SMOOTHING = 0.5  # weight of the year's reading in the signals that jobs follow


def target_growth(income, wage, need, pupils, works, online, away, p):
    """Log growth of the jobs wanted by sector.

    Parameters
    ----------
    income
        d ln residents' income less productivity growth.
    wage
        d ln of wages relative to productivity.
    need, pupils, works
        d ln of people who need care, of pupils and students, and of homes built or under works.
    online, away
        Change of the share of households that buy their food online, and of the share of work days done at home.
    p
        Elasticities `demand_*`.

    Returns
    -------
    array
        float [14].
    """
    growth = np.full(SECTORS, p.demand_wage * wage)
    growth[list(PUBLICLY_RUN)] = 0.0
    growth[list(LOCAL_DEMAND)] += p.demand_income * income
    growth[Sector.RETAIL] -= p.demand_online * online
    growth[Sector.HOSPITALITY] -= p.demand_footfall * away
    growth[Sector.CONSTRUCTION] += p.demand_works * works
    growth[Sector.EDUCATION] += p.demand_schools * pupils
    growth[list(CARE_SECTORS)] += p.demand_care * need * np.array([0.5, 1.0])
    return growth


class Demand:
    """Remembers last year's signals, and turns this year's into growth."""

    def __init__(self):
        # Read in the first year: by then every domain has settled the start values of its columns.
        self.signals = None
        self.hours = None

    def _read(self, city, productivity, pressure):
        persons, households, dwellings = city.persons, city.households, city.dwellings
        works = np.count_nonzero(dwellings["status"] == DwellingStatus.WORKS) + 0.02 * dwellings.size
        employed = np.flatnonzero(persons["wage"] > 0.0)
        return {
            "income": float(households["income"].sum()) / productivity + 1.0,
            "wage": pressure,
            "need": 1.0
            + np.count_nonzero(persons["health"] >= Health.LIMITED)
            + 2.0 * np.count_nonzero(persons["health"] == Health.DEPENDENT),
            "pupils": float(np.count_nonzero(persons["enrolled"])) + 1.0,
            "works": float(works) + 1.0,
            "online": 1.0
            + np.count_nonzero(households["food_channel"] == FoodChannel.EGROCERY) / max(households.size, 1),
            "away": 1.0 + float(persons["telework_days"][employed].mean()) / 5.0 if employed.size else 1.0,
        }

    def growth(self, city, p, productivity, pressure, coupled):
        """Log growth of wanted jobs by sector this year, float [14], and the log cut of hours.

        Parameters
        ----------
        productivity
            Wage index by which incomes are deflated, so that only what departs from it moves jobs.
        pressure
            Wages relative to productivity, as the wage curve has it.
        """
        now = self._read(city, productivity, pressure)
        if self.signals is None:
            self.signals = dict(now)
        change = {}
        for name, value in now.items():  # follow a smoothed signal: one odd year hires or fires nobody for good
            smooth = self.signals[name] * (value / self.signals[name]) ** SMOOTHING
            change[name] = np.log(smooth / self.signals[name])
            self.signals[name] = smooth
        growth = target_growth(
            change["income"],
            change["wage"],
            change["need"] if coupled("care_labour") else 0.0,
            change["pupils"],
            change["works"] if coupled("construction_labour") else 0.0,
            change["online"] if coupled("online_substitution") else 0.0,
            change["away"] if coupled("telework_footfall") else 0.0,
            p,
        )
        shorter = 0.0 if self.hours is None else -np.log(p.weekly_hours / self.hours)
        self.hours = p.weekly_hours
        return growth + p.hours_jobs * shorter, shorter
