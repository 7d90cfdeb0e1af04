"""Health: the profile that transitions keep, the queue for doctors, beds, and the facts X1 to X7 that they allow."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from citysim.city.codes import Health as State
from citysim.city.codes import Residence
from citysim.config import compose
from citysim.core.draws import Draws, mix_keys
from citysim.domains.health import Health
from citysim.domains.health.general_practice import practice_year, reach_weights, reachable_capacity, weekly_profile
from citysim.domains.health.nursing import application_score, level_for_total
from citysim.domains.health.risk import activity_effect, code_effects
from citysim.domains.health.start import assessed_share, mortality_by_age
from citysim.domains.health.states import OLDEST, Reference, group_of_independence, healthy_years, logistic, rake

EVEN = (np.ones(52), np.ones(52))


@pytest.fixture(scope="module")
def config():
    return compose("city=smallville", "technology=[]")


@pytest.fixture(scope="module")
def values(config):
    return config.parameters({"health": Health.params})["health"].at(2025)


@pytest.fixture(scope="module")
def reference(live, values):
    table = live((), 3).city.reference("mortality")
    return Reference(mortality_by_age(table, values.mortality_level), values)


def test_states_add_up_and_worsen_with_age(reference):
    np.testing.assert_allclose(reference.shares.sum(axis=1), 1.0)
    worse = reference.shares[:, ::-1].cumsum(axis=1)
    assert np.all(np.diff(worse, axis=0)[:, :3] >= 0)


def test_flows_are_real_probabilities_at_all_ages_of_adults(reference):
    flows = reference.flows(0.0, 0.0)
    assert np.all(flows[:, 15:OLDEST, :2] > 1e-4)
    assert np.all(flows[:, 15:] < 0.95)


def test_a_cohort_that_follows_the_flows_has_the_profile_of_the_table(reference, values):
    flows, death = reference.flows(0.0, 0.0), reference.death()
    for sex in (0, 1):
        state = reference.shares[0].copy()
        for age in range(1, 96):
            state = state * (1 - death[sex, age])
            state /= state.sum()
            change = state[1:] * values.recovery - state[:3] * flows[sex, age]
            state[:3] += change
            state[1:] -= change
            np.testing.assert_allclose(state, reference.shares[age], atol=2e-3)


def test_a_later_onset_lowers_flows_into_dependency(reference):
    usual, later = reference.flows(0.0, 0.0), reference.flows(0.0, 0.1)
    assert np.all(later[:, 60:95, 2] < usual[:, 60:95, 2])


def test_education_sorts_people_and_leaves_the_whole_as_it_is(reference, values):
    weights = np.ones((2, OLDEST + 1, 5))
    by_level = reference.by_education(weights, np.exp(values.education_effect))
    np.testing.assert_allclose(by_level[:, 60:95].mean(axis=2), np.stack([reference.shares[60:95]] * 2), atol=2e-3)
    assert np.all(np.diff(by_level[:, 45:95, :, State.DEPENDENT], axis=2) < 0)


def test_raking_meets_the_target():
    state = np.array([[0.7, 0.1, 0.1, 0.1], [0.4, 0.2, 0.2, 0.2]])
    target = np.array([0.5, 0.2, 0.2, 0.1])
    np.testing.assert_allclose(np.array([0.25, 0.75]) @ rake(state, np.array([1.0, 3.0]), target), target, atol=5e-3)


def test_independence_groups_follow_the_allowance_rates(live, reference):
    share = assessed_share(live((), 3).city.reference("apa_rates"), reference)
    rate = share * reference.shares[:, State.DEPENDENT]
    assert rate[62] == pytest.approx(0.0054, rel=0.15)
    assert rate[82] == pytest.approx(0.1407, rel=0.15)
    lot = (np.arange(2000) + 0.5) / 2000
    groups = group_of_independence(lot, np.full(2000, 82), share, np.array([0.03, 0.13, 0.21, 0.63]))
    assert np.mean(groups <= 4) == pytest.approx(share[82], abs=2e-3)
    assert set(groups) == {1, 2, 3, 4, 5}


def test_habits_are_relative_risks_of_the_right_size(values):
    education, habits = code_effects(values)
    assert education.size == habits.size == 192
    assert education.max() / education.min() == pytest.approx(np.exp(0.6))
    assert float(np.exp(activity_effect(168.0, 0.0, values))) == pytest.approx(0.89, abs=2e-3)
    assert float(np.exp(activity_effect(0.0, 100.0, values))) == pytest.approx(0.90, abs=2e-3)
    assert float(np.exp(activity_effect(5000.0, 0.0, values))) == pytest.approx(0.70, abs=2e-3)


def steady_wait(load, years=4, within=lambda load: 0.1 * load**8):
    """Wait after some years of one practice in an even year."""
    backlog = np.zeros(1)
    for _ in range(years):
        done = practice_year(
            np.array([5200.0 * load]), np.array([5200.0]), np.ones((1, 1)), backlog, (0.05, 0.1), within, EVEN
        )
        backlog = done.backlog
    return float(done.wait[0]), done


@pytest.mark.parametrize(("load", "days"), [(1.1, 1.9), (1.2, 3.6)])
def test_the_backlog_settles_where_patients_give_up_what_is_too_much(load, days):
    wait, done = steady_wait(load)
    assert wait == pytest.approx(np.log(load) / 0.05, rel=0.03)
    assert wait == pytest.approx(days, abs=0.1)
    assert done.balked[0] == pytest.approx(1 - 1 / load, abs=5e-3)
    assert done.served[0] == pytest.approx(5200.0, rel=1e-3)


def test_wait_rises_convexly_with_demand_over_capacity():
    # Fact X5, up to the load at which giving up takes over (from there W = ln(D / C) / theta).
    profile = weekly_profile(0.12, 0.15)
    loads = np.linspace(0.7, 1.05, 8)
    waits = []
    for load in loads:
        backlog = np.zeros(1)
        for _ in range(3):
            done = practice_year(
                np.array([5200.0 * load]), np.array([5200.0]), np.ones((1, 1)), backlog, (0.05, 0.1),
                lambda x: 0.1 * x**8, profile,
            )  # fmt: skip
            backlog = done.backlog
        waits.append(float(done.wait[0]))
    assert np.all(np.diff(waits) > 0)
    assert np.all(np.diff(waits, 2) > -0.02)
    assert waits[-1] - waits[-2] > 5 * (waits[1] - waits[0])


def test_patients_even_out_waits_between_practices_that_they_reach():
    demand, seats, weight = np.array([6000.0, 4000.0]), np.array([4000.0, 5000.0]), np.ones((2, 2))
    apart = practice_year(demand, seats, np.eye(2), np.zeros(2), (0.05, 0.1), lambda x: 0.0 * x, EVEN)
    shared = practice_year(demand, seats, weight, np.zeros(2), (0.05, 0.1), lambda x: 0.0 * x, EVEN)
    assert np.ptp(shared.wait) < 0.1 * np.ptp(apart.wait)
    assert shared.served.sum() > apart.served.sum()


def test_nobody_is_lost_in_the_queue():
    rng = Draws(1, 1).uniform("test.queue", mix_keys("zone", np.arange(36))).reshape(6, 6)
    demand, seats, backlog = 5000.0 * (1 + rng[0]), 6000.0 * (1 + rng[1]), 100.0 * rng[2]
    done = practice_year(demand, seats, rng, backlog, (0.05, 0.1), lambda x: 0.1 * x, EVEN)
    asked = float(demand @ (1 - done.balked))
    assert asked + backlog.sum() == pytest.approx(done.served.sum() + done.backlog.sum())
    assert np.all(done.backlog >= 0)


def test_reach_loses_no_capacity_and_leaves_nobody_without_a_nearest_practice():
    minutes = np.array([[5.0, 15.0, 40.0], [15.0, 5.0, 30.0], [40.0, 30.0, 5.0]])
    supply, demand = np.array([1000.0, 500.0, 0.0]), np.array([800.0, 600.0, 100.0])
    weight = reach_weights(minutes, supply, 10.0, 20.0, 0.3)
    assert weight[2].tolist() == [0.0, 0.3, 0.0]
    assert reachable_capacity(weight, supply, demand).sum() == pytest.approx(1500.0)


def test_the_old_alone_and_heavily_dependent_apply_first(values):
    score = application_score(
        np.array([92, 82, 82, 82]), np.array([4, 1, 4, 4]), np.array([0, 0, 1, 0]), np.array([0, 0, 0, 1]), values
    )
    plain = application_score(np.array([82]), np.array([4]), np.array([0]), np.array([0]), values)[0]
    assert np.all(score[[0, 1, 3]] > plain)
    assert score[2] < plain
    assert logistic(level_for_total(score, 1.5) + score).sum() == pytest.approx(1.5, abs=1e-6)


def test_healthy_years_of_the_base_year(reference):
    # DREES 2023: 10.5 (men) and 12.0 (women) years without limitation at 65; recalled, so a band.
    limited = reference.shares[:, State.LIMITED :].sum(axis=1)
    men, women = (healthy_years(reference.mortality[sex] / 1.1, limited, 65) for sex in (0, 1))
    assert 9.5 < men < 11.5
    assert 10.8 < women < 13.0


# Facts on smallville; about 1,600 people of 60 and more, so that a share of 15 % has a standard error of 0.9 points.
def test_the_start_is_at_rest(live, measured):
    model = live((), 6)
    for measure, allowed in (("dependent_share_60_plus", 0.025), ("chronic_share", 0.02), ("without_gp_share", 0.03)):
        values = [measured(model, "health", measure, year) for year in range(2025, 2031)]
        assert max(values) - min(values) < allowed, measure
    waits = [measured(model, "health", "gp_wait", year) for year in range(2025, 2031)]
    assert 2.0 < waits[0] < 3.0
    assert max(abs(np.diff(waits))) < 0.3


def test_share_of_dependants_in_2030(live, measured):
    # Fact X4: 14.4 % +- 1.5 in the town; smallville's sampling error is added.
    assert abs(measured(live((), 6), "health", "dependent_share_60_plus", 2030) - 0.144) < 0.015 + 0.02


def test_illness_grows_with_age_in_every_level_of_schooling(live):
    # Fact X1; numeric band: at least 10 points from one age group to the next.
    persons = live((), 6).city.persons
    for levels in ((0, 1), (2, 3, 4)):
        mine = np.isin(persons["education"], levels)
        groups = [(persons["age"] >= low) & (persons["age"] < low + 20) & mine for low in (25, 45, 65)]
        shares = [float((persons["health"][group] >= State.CHRONIC).mean()) for group in groups]
        assert shares[1] > shares[0] + 0.1
        assert shares[2] > shares[1] + 0.1


def test_the_less_schooled_are_more_often_limited_at_the_same_age(live):
    persons = live((), 6).city.persons
    old = (persons["age"] >= 60) & (persons["age"] < 80)
    low = (persons["health"][old & (persons["education"] <= 1)] >= State.LIMITED).mean()
    high = (persons["health"][old & (persons["education"] >= 3)] >= State.LIMITED).mean()
    assert low > high + 0.05


def test_cost_of_care_per_dependant(live, measured):
    # Fact X7: 20 to 30 thousand euros a year, recalled.
    assert 18e3 < measured(live((), 6), "health", "care_cost_per_dependant") < 33e3


def test_entry_age_of_nursing_homes(live, measured):
    # Fact X6: 85 to 86 years; six entries a year in smallville have a standard error of 3 years.
    model = live((), 6)
    ages = [measured(model, "health", "nursing_entry_age", year) for year in range(2025, 2031)]
    assert 81 < np.nanmean(ages) < 89


def test_columns_agree_with_one_another(live):
    city = live((), 6).city
    persons = city.persons
    old_dependent = (persons["health"] == State.DEPENDENT) & (persons["age"] >= 60)
    assert np.array_equal(persons["gir"] > 0, old_dependent)
    assert np.all(persons["gp_remote"] <= persons["gp_need"])
    assert np.all(persons["gp_unmet"] <= persons["gp_need"] - persons["gp_remote"] + 1e-6)
    waiting = persons["nursing_queue_since"] > 0
    assert np.all(persons["residence"][waiting] == Residence.HOME)
    assert np.all(waiting[persons["nursing_home_entry"]])
    zones = city.zones
    assert np.all(zones["gp_wait_days"][zones["external"]] == 0)


def test_visits_at_the_base_year(live, measured):
    model = live((), 3)
    assert measured(model, "health", "gp_visits_per_person", 2025) == pytest.approx(3.3, abs=0.3)
    assert 0.03 < measured(model, "health", "unmet_need", 2025) < 0.07
    assert measured(model, "health", "teleconsultation_share", 2025) == pytest.approx(0.026, abs=0.005)


def test_staff_and_homes_without_jobs():
    from citysim.domains.health.care import staffed_share

    jobs = {"sector": np.zeros(3, np.int8), "holder": np.zeros(3, np.int32), "commuter": np.full(3, -1, np.int32)}
    assert staffed_share(SimpleNamespace(jobs=jobs), {}) == 1.0
