"""People die at the rates of the French life table, a little above them in this town, by age, sex, diploma and health.

Of a person of attained age x: q = Q(x, sex, t) RR_education RR_health / mean(RR | x, sex, base year), with the table in
force Q = 1 - exp(-SMR mu(x, sex) f(t)). The mean is taken once from the base population, diplomas by birth cohort, so
that the base year reproduces the table, and only health that improves beyond it lowers deaths further. f(t) moves life
expectancy along the scenario's straight line. Quotients are by age attained in the year, as in Insee's projections
(shape: Insee 2016; level: WPP 2024), so that life expectancy is the sum of survivors, e0 = S(0) + S(1) + ...
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.city.codes import Residence, Sex
from citysim.core.choice import happens
from citysim.core.kernels.columns import looked_up, rows_where, sums_by_link
from citysim.domains.demography import alignment
from citysim.domains.demography.households import leave_the_city
from citysim.domains.demography.inheritance import note_ends
from citysim.domains.demography.year import Year

Array = NDArray[np.float64]
AGES = 111
CERTAIN = 0.98
NEWTON_STEPS = 12  # in the logarithm of the factor; six are enough from any start within a factor of ten
ADULT, OLDEST_GRADIENT = 30, 100
EDUCATIONS, STATES = 5, 4
FIRST_YEAR_OF_GAIN, LAST_YEAR_OF_GAIN = 2025, 2050


def life_expectancy(quotients: NDArray[Any]) -> Any:
    """Life expectancy at birth of quotients by attained age.

    Parameters
    ----------
    quotients
        Probability of dying in the year in which an age is attained, from age 0, [..., ages].
    """
    return np.cumprod(1.0 - np.asarray(quotients), axis=-1).sum(axis=-1)


def level_for(hazard: NDArray[Any], expectancy: float) -> float:
    """Find the factor on a hazard that gives a life expectancy.

    Parameters
    ----------
    hazard
        Hazard of death by age, [ages].
    expectancy
        Years.
    """
    cumulated = np.cumsum(np.asarray(hazard, dtype=np.float64))
    factor = 1.0
    for _ in range(NEWTON_STEPS):
        survivors = np.exp(-factor * cumulated)
        slope = -factor * (cumulated * survivors).sum()
        step = (expectancy - survivors.sum()) / slope
        before, factor = factor, factor * float(np.exp(min(max(step, -1.0), 1.0)))
        if factor == before:
            break
    return factor


def national_hazard(mortality: dict[str, Any], expectancy: dict[str, Any], year: int) -> Array:
    """Hazard of the French table of a year up to 2025 (the table of 2025 later), [sex, age].

    Parameters
    ----------
    mortality
        Table `mortality` of the reference: sex, age, qx_2025.
    expectancy
        Table `life_expectancy`: year, male, female.
    """
    years = np.asarray(expectancy["year"], dtype=np.int64)
    row = int(np.argmin(np.abs(years - min(year, FIRST_YEAR_OF_GAIN))))
    hazard = np.empty((2, AGES))
    for sex, name in ((Sex.MALE, "male"), (Sex.FEMALE, "female")):
        mine = np.asarray(mortality["sex"], dtype=np.int64) == sex
        order = np.argsort(np.asarray(mortality["age"], dtype=np.int64)[mine])
        shape = -np.log1p(-np.asarray(mortality["qx_2025"], dtype=np.float64)[mine][order][:AGES])
        hazard[sex] = shape * level_for(shape, float(expectancy[name][row]))
    return hazard


def town_hazard(now: Year) -> Array:
    """Hazard of the table in force in this town and year, [sex, age].

    Until 2025 France's table of the year times the town's ratio; then life expectancy moves on a straight line by the
    years that the scenario gains until 2050.
    """
    reference = now.city.reference
    year = min(now.year, FIRST_YEAR_OF_GAIN)
    tables = now.base.setdefault("national_hazard", {})
    if year not in tables:
        tables[year] = national_hazard(reference("mortality"), reference("life_expectancy"), year)
    hazard = now.values.mortality_ratio * tables[year]
    passed = max(0, now.year - FIRST_YEAR_OF_GAIN) / (LAST_YEAR_OF_GAIN - FIRST_YEAR_OF_GAIN)
    return longer_lived(hazard, passed * now.values.life_expectancy_gain) if passed > 0 else hazard


def longer_lived(hazard: Array, gain: Array) -> Array:
    """Hazards, [sex, age], with life expectancy longer by so many years, [sex], through one factor on all ages."""
    moved = hazard.copy()
    for sex in (Sex.MALE, Sex.FEMALE):
        moved[sex] *= level_for(hazard[sex], life_expectancy(-np.expm1(-hazard[sex])) + gain[sex])
    return moved


def education_risk(at_45: NDArray[Any], at_90: NDArray[Any], gradient: NDArray[Any]) -> Array:
    """Relative risk of death by diploma, [sex, age, education], log-linear in age between 45 and 90.

    Parameters
    ----------
    at_45, at_90
        Risk of those without diploma relative to long tertiary, [sex].
    gradient
        Position of each diploma between 0 (lowest risk) and 1 (highest), [education].
    """
    age = np.clip(np.arange(AGES), ADULT, OLDEST_GRADIENT)
    share = (age - 45.0) / 45.0
    slope = np.log(at_45)[:, None] * (1 - share) + np.log(at_90)[:, None] * share
    risk = np.exp(np.maximum(slope, 0.0)[:, :, None] * np.asarray(gradient)[None, None, :])
    risk[:, :ADULT] = 1.0
    return risk


def relative_risks(now: Year) -> tuple[Array, Array]:
    """Relative risk of death by diploma, [sex, age, education], and by health, [health].

    Where the domain that changes diplomas or health is left out of the run, people grow up and old without either, and
    the base year's means would be compared with people who are not theirs: the characteristic then does not matter.
    """
    values, persons = now.values, now.city.persons
    figures = (values.education_risk_at_45, values.education_risk_at_90, values.education_gradient)
    at_45, at_90, gradient = figures
    changes = persons.changes("education")
    education = now.kept("education_risk", figures, lambda: education_risk(at_45, at_90, gradient * changes))
    return education, values.health_risk if persons.changes("health") else np.ones(STATES)


def freeze_population(now: Year) -> None:
    """Keep who lives in the base year by sex, age, diploma and health: the means to which risks are relative.

    Called after ageing: people then have the health of the year before, as in every later year.
    """
    persons = now.city.persons
    age = np.minimum(persons["age"], AGES - 1)
    shape = (2, AGES, EDUCATIONS, STATES)
    cell = np.ravel_multi_index((persons["sex"], age, persons["education"], persons["health"]), shape)
    counts = np.bincount(cell, minlength=np.prod(shape)).reshape(shape).astype(np.float64)
    # A town of a few thousand has empty cells at single ages: neighbouring ages stand in, ever wider where it is empty.
    distance = np.subtract.outer(np.arange(AGES), np.arange(AGES))
    smooth = sum(
        weight * np.einsum("ab,sbeh->saeh", np.exp(-0.5 * (distance / width) ** 2), counts)
        for width, weight in ((2.0, 1.0), (8.0, 1e-3), (40.0, 1e-6))
    )
    _, health = relative_risks(now)
    now.base["health_mean"] = (smooth * health).sum(axis=3) / np.maximum(smooth.sum(axis=3), 1e-12)
    by_education = smooth.sum(axis=3)
    now.base["education_share"] = by_education / by_education.sum(axis=2, keepdims=True)
    now.base["risk_year"] = now.year


def mean_risk(education: Array, share: Array, health_mean: Array, elapsed: int) -> Array:
    """Mean relative risk by sex and age, as it would be with the base year's health and the cohorts' diplomas.

    Diplomas are taken from the base year's people of the same birth cohort: the official gain of life expectancy
    already contains that better educated cohorts grow old.

    Parameters
    ----------
    education, share, health_mean
        [sex, age, education]: risk by diploma, shares in the base year, mean risk by health in the base year.
    elapsed
        Years since the base year.
    """
    then = np.arange(AGES)
    then[ADULT:] = np.maximum(then[ADULT:] - elapsed, ADULT + 2)
    return (share[:, then] * education * health_mean).sum(axis=2)


def risk_table(now: Year) -> Array:
    """Probability of death in this year, [sex, age, education, health]."""
    education, health = relative_risks(now)
    elapsed = now.year - now.base["risk_year"]
    mean = mean_risk(education, now.base["education_share"], now.base["health_mean"], elapsed)
    hazard = town_hazard(now)
    now.base["hazard"] = hazard
    relative = education[..., None] * health / mean[..., None, None]
    # Risks multiply the quotient, not the hazard: the mean over people is then the table's, also at high ages.
    return np.minimum(-np.expm1(-hazard)[..., None, None] * relative, CERTAIN)


def pollution_factor(now: Year) -> NDArray[Any] | float:
    """Factor on the risk of death by fine particles, relative to the base-year mean."""
    if not now.coupled["exposure_activity"]:
        return 1.0
    exposure = now.city.persons["exposure"]
    if "exposure_mean" not in now.base:
        now.base["exposure_mean"] = float(exposure.mean()) if exposure.size else 0.0
    slope = np.float32(np.log(now.values.pollution_risk) / 10.0)
    factor = exposure - np.float32(now.base["exposure_mean"])
    factor *= slope
    factor += np.float32(1.0)
    return factor


def _die(now: Year, risk: NDArray[Any], people: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Draw deaths; where the run follows an official variant, as many as its table gives for these people.

    Parameters
    ----------
    people
        By sex and attained age, [2 * AGES].
    """
    keys, variant = now.city.persons.key, alignment.variant_of(now)
    if not variant:
        return happens(now.draws, "demography.death", keys, risk)
    table = now.values.mortality_ratio * now.base["national_hazard"][FIRST_YEAR_OF_GAIN]
    wanted = float((people * -np.expm1(-longer_lived(table, alignment.life_gain(now, variant)).ravel())).sum())
    own = float(risk.sum())
    alignment.report(now, "deaths", wanted, own)
    now.base["quotients"] *= wanted / max(own, 1e-12)
    return alignment.most_likely(
        risk, now.draws.uniform("demography.death", keys), alignment.whole(now, "deaths", wanted)
    )


def deaths(now: Year) -> None:
    """Draw who dies, let partners take over homes, and keep the mean risk by age for the life table."""
    persons = now.city.persons
    table = risk_table(now).astype(np.float32)
    now.base["newborn_risk"] = table[:, 0, 0, 0].astype(np.float64)
    sex = persons["sex"]
    row = sex * np.int16(AGES) + persons["age"].clip(0, AGES - 1)
    kind = persons["education"] * np.int8(STATES) + persons["health"]
    risk = looked_up(table.ravel(), row * np.int16(EDUCATIONS * STATES) + kind)
    risk *= pollution_factor(now)
    people, expected = sums_by_link(row, 2 * AGES), sums_by_link(row, 2 * AGES, risk)
    standard = -np.expm1(-now.base["hazard"]).ravel()
    now.base["quotients"] = np.where(people > 0, expected / np.maximum(people, 1), standard).reshape(2, AGES)
    now.base["quotients"][:, 0] = now.base["newborn_risk"]
    now.count("expected_deaths", expected.sum())
    dies = _die(now, risk, people)
    dead = rows_where(dies)
    now.count("deaths", dead.size)
    now.count("nursing_home_deaths", (persons["residence"][dead] == Residence.NURSING_HOME).sum())
    homes, mates = persons["household"][dead].copy(), persons["partner"][dead]
    now.count("widowed", np.count_nonzero(~dies[mates[mates >= 0]]))
    leave_the_city(now, dead)
    note_ends(now, dead, homes)
