"""How attractive the town is for people elsewhere, compared with its base year: wages, rents, services, jobs, telework.

A = exp(a1 ln wage - a2 ln rent + a3 amenity + a4 ln job finding + a5 telework), each relative to its mean at the ends
of the first three years lived (two years of warm-up and the first one). Wages and rents count relative to those
elsewhere: wages there grow with the country's productivity, rents follow the incomes of households there as they do
here, and these incomes move as here except for the difference in wages (the country ages too). A town with vacancy at
rest and wages like elsewhere stays as attractive as it was. Job finding is (1 - u) / u, as the finding rate.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from citysim.city.codes import Labour
from citysim.core.kernels.columns import rows_where, sums_by_link
from citysim.domains.demography.year import Year

YEARS_TO_SETTLE = 3


def signals(now: Year) -> dict[str, float]:
    """Last year's local signals, each as a logarithm or a share."""
    city = now.city
    persons, zones = city.persons, city.zones
    labour = persons["labour"]
    works = labour == Labour.EMPLOYED
    wages = persons["wage"].take(rows_where(works))
    wage = float(wages.sum()) / max(np.count_nonzero(wages != 0), 1)
    looking, working = np.count_nonzero(labour == Labour.UNEMPLOYED), wages.size
    inside = slice(0, city.internal)
    people = sums_by_link(city.households["zone"], zones.size, city.households["size"])[inside]
    return {
        "wage": float(np.log(max(wage, 1.0))),
        "rent": float(np.log(max(_weighted(zones["rent_index"][inside], people), 1e-6))),
        "income": float(np.log(max(city.households["income"].mean(), 1.0))) if city.households.size else 0.0,
        "services": _weighted(zones["access_services"][inside], people),
        "wait": _weighted(zones["gp_wait_days"][inside], people),
        "jobs": float(np.log(max(working, 1) / max(looking, 1))),
        "telework": float(np.count_nonzero((persons["telework_days"] > 0) & works) / max(working, 1)),
    }


def attractiveness_ratio(
    today: dict[str, float], base: dict[str, float], weights: Any, outside: float, rent_income: float
) -> float:
    """A / A0.

    Parameters
    ----------
    today, base
        Signals.
    weights
        Weights of wage, rent, amenity, job finding and telework.
    outside
        Logarithm of the growth of wages elsewhere since the base year.
    rent_income
        Elasticity of rents elsewhere to the incomes of households there.
    """
    wage, rent, amenity, jobs, telework = weights
    dearer = today["wage"] - base["wage"] - outside
    incomes_elsewhere = today["income"] - base["income"] - dearer
    services = np.log(max(today["services"], 1e-6) / max(base["services"], 1e-6)) if base["services"] > 0 else 0.0
    index = wage * dearer
    index -= rent * (today["rent"] - base["rent"] - rent_income * incomes_elsewhere)
    index += amenity * (services - (today["wait"] - base["wait"]) / 30.0)
    index += jobs * (today["jobs"] - base["jobs"])
    index += telework * (today["telework"] - base["telework"])
    return float(np.exp(index))


def observe(now: Year) -> float:
    """Return A / A0 of last year, and keep the pressure of rents on incomes."""
    lived = now.year - now.base["first_year"]
    today = signals(now)
    if not now.coupled["care_scarcity"]:
        today["wait"] = 0.0
    growth = now.base.setdefault("outside", {"year": now.year, "log": 0.0})
    if lived < YEARS_TO_SETTLE:
        # The mean of the years of settling: one year's unemployment would tilt all later years by its chance.
        now.base.setdefault("settling", []).append(today)
        return 1.0
    if "signals" not in now.base:
        settling = [*now.base["settling"][1:], today]
        now.base["signals"] = {name: float(np.mean([one[name] for one in settling])) for name in today}
        growth["year"] = now.year - 1  # the middle of these three years
    base = now.base["signals"]
    if now.year > growth["year"]:
        growth["log"] += float(np.log1p(now.values.outside_wage_growth)) * (now.year - growth["year"])
        growth["year"] = now.year
    afforded = now.values.outside_rent_income * (today["income"] - base["income"])
    now.base["rent_pressure"] = float(np.exp(today["rent"] - base["rent"] - afforded))
    if not now.coupled["attractiveness"]:
        return 1.0
    values = now.values
    return attractiveness_ratio(today, base, values.attractiveness_weight, growth["log"], values.outside_rent_income)


def _weighted(values: Any, weights: Any) -> float:
    return float((values * weights).sum() / max(weights.sum(), 1e-12))
