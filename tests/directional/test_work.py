"""Work answers its levers and futures in the right direction, on paired seeds."""

from __future__ import annotations

import numpy as np

YEARS = 5
LONG = 8


def test_redistribution_lowers_inequality(live, measured):
    base = measured(live((), YEARS), "work", "gini_income")
    model = live(("domains.work.redistribution=0.1",), YEARS)
    assert np.isclose(measured(model, "work", "gini_income"), 0.9 * base, atol=0.01)
    assert any(entry[1] == "redistribution" for entry in model.ledger.entries)


def test_growth_raises_wages(live, measured):
    fast = measured(live(("domains.work.productivity_growth=0.02",), YEARS), "work", "median_wage")
    slow = measured(live(("domains.work.productivity_growth=0.0",), YEARS), "work", "median_wage")
    assert 1.05 < fast / slow < 1.18


def test_a_later_legal_age_keeps_people_at_work(live):
    def seniors(model):
        persons = model.city.tables["persons"]
        age, labour = persons.column("age"), persons.column("labour")
        return np.isin(labour[(age >= 60) & (age <= 67)], (1, 2)).mean()

    late = live(("domains.work.retirement_age=67",), LONG)
    early = live(("domains.work.retirement_age=62",), LONG)
    assert seniors(late) > seniors(early) + 0.08


def test_automation_without_new_tasks_costs_jobs(live, measured):
    robots = live(("domains.work.automation_pace=4", "domains.work.new_task_offset=0"), LONG)
    calm = live(("domains.work.automation_pace=0",), LONG)
    assert measured(robots, "work", "displaced_by_automation") > 10 * max(
        measured(calm, "work", "displaced_by_automation"), 1.0
    )
    assert measured(robots, "work", "jobs") < measured(calm, "work", "jobs")


def test_shorter_hours_share_work_and_cut_pay(live, measured):
    hours = "domains.work.weekly_hours={2025: 35, 2027: 30}"
    short, base = live((hours,), YEARS), live((), YEARS)
    assert measured(short, "work", "median_wage") < measured(base, "work", "median_wage")
    assert measured(short, "work", "jobs") > measured(base, "work", "jobs")
