"""From measured columns to rows: whole city and groups, expanded by the weight of the sample."""

import numpy as np
import pytest

from citysim.core.declare import Measure, by_group, mean, median, ratio, total, value
from citysim.core.domain import Ledger
from citysim.outputs.recorder import Split, UndeclaredMeasureError, indicators, record_costs, record_domain

X = np.array([1.0, 2.0, 3.0, 4.0, 10.0])
ZONE = Split(np.array([0, 0, 1, 1, -1]), ("north", "south", "empty"))


def numbers(statistic, by=("zone",), weight=1.0):
    own = statistic.group_by or ""
    found = record_domain(
        "d", {"m": Measure("1", "a measure", () if own else by, own)}, {"m": statistic}, lambda *_: ZONE, weight, 2030
    )
    return {(row.group_by, row.group): row.value for row in indicators(found)}


def test_means_by_group_leave_empty_groups_out():
    assert numbers(mean(X, "persons")) == {("all", "all"): 4.0, ("zone", "north"): 1.5, ("zone", "south"): 3.5}


def test_means_take_weights_and_conditions():
    weights = np.array([1.0, 3.0, 1.0, 1.0, 0.0])
    assert numbers(mean(X, "persons", weights=weights))["zone", "north"] == pytest.approx(1.75)
    some = np.array([False, True, True, False, True])
    found = numbers(mean(X, "persons", where=some))
    assert found == {("all", "all"): 5.0, ("zone", "north"): 2.0, ("zone", "south"): 3.0}


def test_shares_of_true_and_false():
    assert numbers(mean(X > 2, "persons"))["all", "all"] == 0.6


def test_totals_stand_for_the_whole_city():
    found = numbers(total(X, "persons"), weight=10.0)
    assert found["all", "all"] == 200.0
    assert found["zone", "empty"] == 0.0


def test_ratios_are_sums_over_sums():
    found = numbers(ratio(X, np.array([2.0, 2.0, 1.0, 1.0, 4.0]), "persons"))
    assert found == {("all", "all"): 2.0, ("zone", "north"): 0.75, ("zone", "south"): 3.5}


def test_medians():
    assert numbers(median(X, "persons")) == {("all", "all"): 3.0, ("zone", "north"): 1.5, ("zone", "south"): 3.5}
    assert np.isnan(numbers(median(X, "persons", where=X > 99))["all", "all"])


def test_numbers_of_the_city_and_own_splits():
    assert numbers(value(3.5), weight=10.0) == {("all", "all"): 3.5}
    assert numbers(value(3.5, extensive=True), weight=10.0) == {("all", "all"): 35.0}
    assert numbers(by_group({"car": 1.0, "home": 2.0}, "source")) == {("source", "car"): 1.0, ("source", "home"): 2.0}


def test_measures_declared_and_returned_must_agree():
    with pytest.raises(UndeclaredMeasureError, match="m, n"):
        record_domain("d", {"m": Measure("1", "a measure")}, {"n": value(1)}, lambda *_: None, 1.0, 2030)
    by_source = {"m": by_group({"car": 1.0}, "source")}
    with pytest.raises(UndeclaredMeasureError, match="told by source"):
        record_domain("d", {"m": Measure("1", "a measure")}, by_source, lambda *_: None, 1.0, 2030)


def test_costs_by_payer_payee_and_event():
    ledger = Ledger()
    ledger.book("housing", "aid", 100.0, "state", "households")
    ledger.book("housing", "aid", 50.0, "commune", "households")
    found = {(row.group_by, row.group): row.value for row in indicators(record_costs(ledger, 2.0, 2030))}
    assert found["all", "all"] == found["event", "housing.aid"] == found["payee", "households"] == 300.0
    assert found["payer", "state"] == 200.0
    levers = indicators(record_costs(ledger, 2.0, 2030, {"housing.aid"}))
    assert {row.group: row.value for row in levers if row.group_by == "policy_payer"} == {"state": 200, "commune": 100}
