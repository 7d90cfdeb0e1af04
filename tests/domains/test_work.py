"""Work: flows, businesses and wages on their own, then invariants and facts W1 to W7 on a lived smallville."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from citysim.city.codes import Education, Labour
from citysim.core.draws import Draws, mix_keys
from citysim.domains.work import businesses, flows, income, matching, participation, wages

YEARS = 6
KEYS = mix_keys("test", np.arange(20_000))


@pytest.fixture(scope="module")
def town(live):
    return live((), YEARS)


def data(model, table):
    found = model.city.tables[table]
    return {name: found.column(name) for name in found.columns}


# ---------------------------------------------------------------------------------------------------- pure functions


def base_year():
    seekers, vacancies = np.array([550.0, 120.0]), np.array([90.0, 60.0])
    flow = flows.Inflows(seekers, vacancies, np.array([600.0, 200.0]), np.array([620.0, 260.0]))
    hires, away = np.array([500.0, 170.0]), np.array([100.0, 30.0])
    inward = flow.vacancies + flow.new_vacancies - hires - vacancies
    return flow, hires, inward, away


def test_a_solved_year_ends_as_it_began():
    flow, hires, inward, away = base_year()
    year = flows.match_months(flow, *flows.solve_rates(flow, hires, inward, away))
    np.testing.assert_allclose(year.seekers, flow.seekers, rtol=1e-3)
    np.testing.assert_allclose(year.vacancies, flow.vacancies, rtol=1e-3)


def test_nobody_is_lost_in_the_flows():
    flow, hires, inward, away = base_year()
    year = flows.match_months(flow, *flows.solve_rates(flow, hires, inward, away))
    np.testing.assert_allclose(year.seekers + year.residents + year.outside, flow.seekers + flow.new_seekers)
    np.testing.assert_allclose(year.vacancies + year.residents + year.commuters, flow.vacancies + flow.new_vacancies)


def test_monthly_rates_of_the_published_case():
    # model.md 7.2: u = 7.5 %, v = 2.7 %, separations 1.2 % a month give A = .247, job finding .148, filling .41
    separations = 0.012 * (1 - 0.075)
    flow = flows.Inflows(
        np.array([0.075]), np.array([0.027]), np.array([12 * separations]), np.array([12 * separations])
    )
    year = flows.match_months(flow, np.array([0.247]), np.zeros(1), np.zeros(1))
    assert year.seekers[0] == pytest.approx(0.075, abs=0.0005)
    assert year.vacancies[0] == pytest.approx(0.027, abs=0.0005)


def test_beveridge_and_okun():
    # W1: when firms want more or fewer jobs, vacancies and unemployment move against each other; W2: fewer jobs, more
    # unemployment, by .2 to .6 points per point of jobs (Okun for France -.3 to -.45, in-commuters take a share here)
    flow, hires, inward, away = base_year()
    rates = flows.solve_rates(flow, hires, inward, away)
    jobs = 5000.0
    shocks = np.linspace(-0.02, 0.02, 9)
    seekers, vacancies = [], []
    for shock in shocks:
        share = flow.new_vacancies / flow.new_vacancies.sum()
        year = flows.match_months(
            flows.Inflows(flow.seekers, flow.vacancies, flow.new_seekers, flow.new_vacancies + shock * jobs * share),
            *rates,
        )
        seekers.append(year.seekers.sum())
        vacancies.append(year.vacancies.sum())
    assert np.corrcoef(seekers, vacancies)[0, 1] < -0.9
    okun = np.polyfit(shocks, np.array(seekers) / jobs, 1)[0]
    assert -0.6 < okun < -0.15


def test_size_keeps_its_mean_at_zero_growth():
    for size in (2, 5, 30):
        draws = Draws(1, 2030 + size)
        normal, uniform = draws.normal("test.growth", KEYS), draws.uniform("test.rounding", KEYS)
        grown = businesses.resized(np.full(KEYS.size, size), 0.0, 0.18, 0.15, normal, uniform)
        assert grown.mean() == pytest.approx(size, rel=0.01)


def test_weibull_survival_of_the_cohorts():
    years = np.arange(5)
    survival = np.cumprod(1.0 - businesses.closure_probability(years, np.ones(5), 1.0, 0.718, 13.3, 0.35))
    assert survival[2] == pytest.approx(0.71, abs=0.02)  # Insee, cohort 2010
    assert survival[4] == pytest.approx(0.61, abs=0.02)  # Insee, cohort 2014


def test_stationary_ages_close_at_the_wanted_rate():
    lot = Draws(1, 2030).uniform("test.age", KEYS)
    size = np.where(np.arange(KEYS.size) % 5 == 0, 12, 1)
    level = businesses.stationary_level(size, 0.07, 0.718, 13.3, 0.35)
    age = np.floor(businesses.stationary_age(lot, level * size**-0.35, 0.718, 13.3))
    rate = businesses.closure_probability(age, size, level, 0.718, 13.3, 0.35).mean()
    assert rate == pytest.approx(0.07, abs=0.006)


def test_poisson_mean():
    lot = Draws(1, 2030).uniform("test.poisson", KEYS[:4000])
    counts = np.array([businesses.poisson_quantile(u, 12.0) for u in lot])
    assert counts.mean() == pytest.approx(12.0, abs=0.2)
    assert counts.var() == pytest.approx(12.0, rel=0.1)


def test_changing_jobs_keeps_the_spread_of_wages():
    draws = Draws(1, 2030)
    person = 10.0 + 0.3 * draws.normal("test.person", KEYS)
    job = np.exp(10.0 + 0.3 * draws.normal("test.job", KEYS))
    wage = np.log(wages.starting_wage(job, person, 10.0, 0.8))
    assert wage.std() == pytest.approx(0.3, rel=0.03)
    assert np.corrcoef(wage, person)[0, 1] == pytest.approx(0.8, abs=0.02)


def test_participation_levels_are_recovered():
    offset = np.tile([-0.5, 0.0, 0.8], 200)
    cell = np.repeat([0, 1], 300)
    level = participation.solve_levels(offset, cell, np.array([0.7, 0.9]))
    means = [participation.sigmoid(level[c] + offset[cell == c]).mean() for c in (0, 1)]
    np.testing.assert_allclose(means, (0.7, 0.9), atol=1e-6)


def test_retirement_keeps_the_cross_section():
    active = np.concatenate([np.linspace(0.82, 0.75, 5), np.linspace(0.6, 0.06, 8), np.linspace(0.05, 0.01, 7)])
    hazards = participation.retirement_hazards(active)
    kept = active[0] * np.cumprod(1.0 - hazards)
    assert kept.sum() == pytest.approx(active[1:].sum(), rel=0.03)  # years worked from 57 on
    assert np.abs(kept - active[1:]).max() < 0.04


def test_redistribution_lowers_the_gini_by_its_share():
    value = np.exp(10.0 + 0.6 * Draws(1, 2030).normal("test.income", KEYS))
    one = np.ones(value.size)
    before = income.weighted_gini(value, one)
    after = income.weighted_gini(income.redistributed(value, one, one, 0.1), one)
    assert after == pytest.approx(0.9 * before, rel=0.01)
    ordered = np.sort(value)
    exact = (
        2 * (np.arange(1, value.size + 1) * ordered).sum() / (value.size * ordered.sum())
        - (value.size + 1) / value.size
    )
    assert before == pytest.approx(exact, abs=1e-3)


# -------------------------------------------------------------------------------------------------------- invariants


def test_jobs_businesses_and_people_agree(town):
    persons, jobs, firms, commuters = (data(town, table) for table in ("persons", "jobs", "businesses", "commuters"))
    np.testing.assert_array_equal(np.bincount(jobs["business"], minlength=firms["size"].size), firms["size"])
    assert (firms["size"] >= 1).all()
    assert (jobs["business"] >= 0).all()
    np.testing.assert_array_equal(jobs["sector"], firms["sector"][jobs["business"]])
    held = np.flatnonzero(jobs["holder"] >= 0)
    np.testing.assert_array_equal(persons["job"][jobs["holder"][held]], held)
    taken = np.flatnonzero(jobs["commuter"] >= 0)
    np.testing.assert_array_equal(commuters["job"][jobs["commuter"][taken]], taken)
    assert taken.size == commuters["job"].size
    assert not ((jobs["holder"] >= 0) & (jobs["commuter"] >= 0)).any()


def test_labour_states_are_coherent(town):
    persons = data(town, "persons")
    employed = persons["labour"] == Labour.EMPLOYED
    assert (persons["workplace"][employed] >= 0).all()
    assert (persons["wage"][employed] > 0).all()
    assert (persons["job"][~employed] == -1).all()
    assert (persons["wage"][~employed] == 0).all()
    inside = employed & (persons["workplace"] < town.city.internal)
    assert (persons["job"][inside] >= 0).all()
    assert (persons["job"][employed & ~inside] == -1).all()
    assert not np.isin(persons["labour"][persons["age"] < 15], (1, 2, 3, 4)).any()
    assert (data(town, "households")["income"] > 0).all()
    assert (data(town, "households")["wealth"] >= 0).all()


# ------------------------------------------------------------------------------------------------------------- facts


def test_the_base_year_is_a_fixed_point(town, measured):
    rates = [measured(town, "work", "unemployment_rate", year) for year in range(2025, 2025 + YEARS)]
    assert abs(rates[1] - rates[0]) < 0.02  # a small town of 2,300 active people; under half a point at full size
    assert all(0.06 < rate < 0.16 for rate in rates)
    jobs = [measured(town, "work", "jobs", year) for year in range(2025, 2025 + YEARS)]
    assert np.abs(np.diff(np.log(jobs))).max() < 0.04


def test_income_distribution(town, measured):
    # W3: Gini of disposable income per unit .294 in France (2022), S80/S20 4.40, poverty 14.4 to 15.4 %
    assert measured(town, "work", "gini_income") == pytest.approx(0.285, abs=0.03)
    assert 3.6 < measured(town, "work", "income_ratio_s80_s20") < 5.0
    assert 0.10 < measured(town, "work", "poverty_rate") < 0.20
    first, last = (measured(town, "work", "gini_income", year) for year in (2025, 2024 + YEARS))
    assert abs(last - first) < 0.012


def test_unemployment_falls_with_diplomas(town):
    # W5: about 3 to 1 between no diploma and tertiary
    persons = data(town, "persons")
    active = np.isin(persons["labour"], (Labour.UNEMPLOYED, Labour.EMPLOYED))
    low = persons["education"] == Education.LOW
    high = persons["education"] >= Education.SHORT_TERTIARY
    rate = [(persons["labour"][active & who] == Labour.UNEMPLOYED).mean() for who in (low, high)]
    assert 2.0 < rate[0] / rate[1] < 7.0


def test_business_sizes_fall_off_like_zipf(town):
    # W4: slope of ln rank on ln size about -1, for establishments of 10 jobs and more
    size = np.sort(data(town, "businesses")["size"])[::-1].astype(float)
    size = size[size >= 10]
    slope = np.polyfit(np.log(size), np.log(np.arange(1, size.size + 1)), 1)[0]
    assert -1.6 < slope < -0.6


def test_entry_exit_and_separations(town, measured):
    years = range(2025, 2025 + YEARS)
    entry = np.mean([measured(town, "work", "business_entry_rate", year) for year in years])
    leave = np.mean([measured(town, "work", "business_exit_rate", year) for year in years])
    assert entry == pytest.approx(0.07, abs=0.02)
    assert leave == pytest.approx(0.07, abs=0.02)
    separations = np.mean([measured(town, "work", "separation_rate", year) for year in years])
    assert 0.10 < separations < 0.16  # 1.0 to 1.4 % a month


def test_ilo_rate_is_the_stated_share_of_the_census_rate(town, measured):
    census, ilo = (measured(town, "work", name) for name in ("unemployment_rate", "unemployment_rate_ilo"))
    assert ilo == pytest.approx(0.62 * census, rel=1e-4)


class Columns(dict):
    """A table of columns with keys."""

    def __init__(self, name, number, **columns):
        super().__init__(columns)
        self.key = mix_keys(name, np.arange(number))


def test_nobody_takes_a_job_in_an_area_out_of_reach():
    seekers, number = 40, 30
    city = SimpleNamespace(
        persons=Columns("person", seekers, **{name: np.full(seekers, 0.5, np.float32) for name in matching.SKILLS}),
        jobs=Columns(
            "job", number, wage=np.full(number, 2e4), zone=np.arange(number) % 3, requirement=np.full(number, 0.5)
        ),
    )
    market = object.__new__(matching.Matching)
    market.area, market.buckets = np.array([0, 0, 1]), None
    p = SimpleNamespace(search_probes=8, job_pay=1.0, job_commute=0.02, job_fit=1.0, longest_commute=60.0)
    home = np.where(np.arange(seekers) < 25, 2, 0)  # 25 seekers and 10 jobs in the second area, 15 and 20 in the first
    job = market.assign(
        city, p, Draws(1, 2030), np.arange(seekers), np.zeros(seekers, int), np.arange(number), np.zeros(number, int),
        home, np.zeros((3, 3), np.float32), True,
    )  # fmt: skip
    taken = job[job >= 0]
    assert np.unique(taken).size == taken.size
    assert (market.area[city.jobs["zone"][taken]] == market.area[home[job >= 0]]).all()
    assert (np.bincount(market.area[home[job >= 0]]) == [15, 10]).all()
