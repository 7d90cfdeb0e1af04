"""Housing: search, clearing and hosting, rents, and the facts H1, H2, H7, H8."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from citysim.city.codes import NONE, DwellingStatus, EnergyClass, Tenure, TenureClass
from citysim.config import compose
from citysim.core.draws import Draws, mix_keys
from citysim.domains.housing import Housing
from citysim.domains.housing.appraisal import commuting_logsum, home_utility
from citysim.domains.housing.homes import open_year
from citysim.domains.housing.market import clear
from citysim.domains.housing.moves import Hazards, hazard_level, percentiles
from citysim.domains.housing.purchases import least_own_share
from housing_market import HOMES, HOUSEHOLDS, town


@pytest.fixture(scope="module")
def values():
    return compose("city=smallville", "technology=[]").parameters({"housing": Housing.params})["housing"].at(2025)


@pytest.fixture(scope="module")
def lived(live):
    return live((), 8)


def without(seekers, number):
    """The same seekers but the last ones."""
    return seekers.take(np.arange(seekers.rows.size - number))


def test_no_home_is_given_twice_and_nobody_pays_too_much(values):
    market, seekers, offer = town(values)
    found = clear(market, seekers, np.arange(HOMES))
    placed = found >= 0
    assert 0.6 < placed.mean() < 1.0
    assert np.unique(found[placed]).size == placed.sum()
    paid = (
        offer.running[found[placed]] + np.maximum(offer.price[found[placed]] - seekers.means.funds[placed], 0) * 0.005
    )
    private = offer.kind[found[placed]] != TenureClass.SOCIAL
    assert (paid <= values.last_burden_limit * seekers.needs.income[placed] + 0.01)[private].all()


def test_no_household_is_left_out_while_a_feasible_home_is_free(values):
    market, seekers, offer = town(values, dear=2.2)
    found = clear(market, seekers, np.arange(HOMES))
    free = np.setdiff1d(np.arange(HOMES), found[found >= 0])
    out = np.flatnonzero(found < 0)
    assert out.size > 0
    assert free.size > 0
    loan = np.maximum(offer.price[free] - seekers.means.funds[out, None], 0) * 0.005
    cost, income = offer.running[free] + loan, seekers.needs.income[out, None]
    can = (cost <= values.last_burden_limit * income) & (loan <= values.loan_burden * income)
    can &= seekers.means.funds[out, None] >= least_own_share(values) * offer.price[free]
    can |= offer.kind[free] == TenureClass.SOCIAL
    can &= (offer.kind[free] != TenureClass.SOCIAL) | seekers.means.eligible[out, None]
    assert not can.any()


def test_one_more_seeker_changes_few_other_matches(values):
    market, seekers, _ = town(values, homes=1900)
    changed = []
    for more in range(1, 13):
        market.draws = Draws(1, 2030)
        fewer = clear(market, without(seekers, more), np.arange(1900))
        market.draws = Draws(1, 2030)
        most = clear(market, without(seekers, more - 1), np.arange(1900))
        changed.append(np.count_nonzero(most[: fewer.size] != fewer))
    assert np.mean(changed) < 5


def test_towns_out_of_reach_of_one_another_are_markets_of_their_own(values):
    market, seekers, offer = town(values)
    seekers.needs.zone[800:] = 2
    market.area, market.buckets = np.array([0, 0, 1]), np.array([1024, 512])
    found = clear(market, seekers, np.arange(HOMES))
    placed = found >= 0
    np.testing.assert_array_equal(offer.place[found[placed]] == 2, seekers.needs.zone[placed] == 2)
    alone, _, _ = town(values)
    alone.area, alone.buckets = market.area, market.buckets
    far = clear(alone, seekers.take(np.arange(800, HOUSEHOLDS)), np.arange(HOMES))
    np.testing.assert_array_equal(far, found[800:])


def test_home_utility_falls_with_cost_and_rises_with_space(values):
    energy_class = np.full(1, EnergyClass.D, np.int8)
    args = {"income": np.float32(2000), "space": np.float32(60), "energy_class": energy_class, "p": values}
    cheap = home_utility(np.float32(500), surface=np.float32(60), **args)
    assert cheap > home_utility(np.float32(800), surface=np.float32(60), **args)
    assert cheap > home_utility(np.float32(500), surface=np.float32(40), **args)
    assert home_utility(np.float32(500), surface=np.float32(90), **args) == home_utility(
        np.float32(500), surface=np.float32(120), **args
    )


def test_logsum_is_better_with_a_car_and_nearer():
    minutes = np.array([[[5.0, 20.0]] * 2, [[10, 40]] * 2, [[9, 45]] * 2, [[15, 90]] * 2], np.float32)
    logsum = commuting_logsum(minutes, 1, 0.06)
    assert logsum.shape == (2, 2, 1)
    assert (logsum[1] > logsum[0]).all()
    assert (logsum[:, 0] > logsum[:, 1]).all()


def test_hazard_level_meets_the_rate():
    parts = Hazards(np.linspace(0.001, 0.2, 500), np.full(500, 0.01))
    level = hazard_level(parts, 0.15)
    assert np.mean(1 - np.exp(-(level * parts.pull + parts.push))) == pytest.approx(0.15, abs=1e-6)
    assert hazard_level(Hazards(np.ones(3), np.ones(3)), 0.1) == pytest.approx(0.0, abs=1e-9)


def test_percentiles_are_uniform_in_the_base_year():
    utility = Draws(1, 2025).normal("test.utility", mix_keys("home", np.arange(4000))).astype(np.float32)
    stratum = np.zeros(4000, np.int32)
    rank = percentiles(stratum, utility).of(stratum, utility)
    assert np.quantile(rank, [0.1, 0.5, 0.9]) == pytest.approx([0.1, 0.5, 0.9], abs=0.03)


def test_the_lesser_key_of_two_claims_has_the_home():
    households = Rows(
        dwelling=np.array([2, -1, 2, 0], np.int32), tenure=np.full(4, Tenure.PRIVATE_RENT, np.int8),
        host=np.full(4, NONE, np.int32), hosted_since=np.zeros(4, np.int16),
    )  # fmt: skip
    households.key = np.array([9, 1, 4, 5], np.uint64)
    market, status = np.full(4, TenureClass.PRIVATE_RENTAL, np.int8), np.full(4, DwellingStatus.OCCUPIED, np.int8)
    since, owner = np.zeros(4, np.int16), np.full(4, NONE, np.int32)
    dwellings = Rows(tenure_class=market, status=status, vacant_since=since, owner=owner)
    dwellings.size = 4
    assert open_year(SimpleNamespace(households=households, dwellings=dwellings), 2030).tolist() == [1, 3]
    assert households["dwelling"].tolist() == [NONE, NONE, 2, 0]


class Rows(dict):
    """Columns by name, the number of rows and their keys."""

    size = 0
    key = None


def test_every_household_has_its_own_home_or_a_host(lived):
    households, dwellings = lived.city.households, lived.city.dwellings
    home, host = households["dwelling"], households["host"]
    housed = home >= 0
    assert np.unique(home[housed]).size == housed.sum()
    assert (dwellings["status"][home[housed]] == DwellingStatus.OCCUPIED).all()
    assert np.count_nonzero(dwellings["status"] == DwellingStatus.OCCUPIED) == housed.sum()
    assert (home[host[~housed]] >= 0).all()
    assert (households["tenure"][~housed] == Tenure.HOSTED).all()
    assert (households["zone"][~housed] == households["zone"][host[~housed]]).all()
    owners = households["tenure"] <= Tenure.MORTGAGED
    assert (dwellings["owner"][home[owners]] == np.flatnonzero(owners)).all()
    assert (households["zone"][housed] == dwellings["zone"][home[housed]]).all()


def test_indicators_are_in_range_and_start_near_their_targets(lived):
    first = {row.measure: row.value for row in lived.history if row.group == "all" and row.year == 2025}
    assert first["vacancy_rate"] == pytest.approx(0.104, abs=0.015)
    assert 0.09 < first["moves_per_household"] < 0.13
    for name in ("vacancy_rate", "rent_burden_over_40", "overcrowded_share", "owner_share", "share_energy_class_fg"):
        series = [row.value for row in lived.history if (row.measure, row.group) == (name, "all")]
        assert all(0 <= number <= 1 for number in series)


def test_tenants_move_more_than_owners(lived):
    def mean(measure, group):
        return np.mean([r.value for r in lived.history if (r.measure, r.group) == (measure, group)])

    assert mean("internal_move_rate", "private") > 3 * mean("internal_move_rate", "owner")
    owners = np.mean([mean("moves_per_household", name) for name in ("owner_outright", "mortgaged")])
    assert mean("moves_per_household", "private_rent") > 2 * owners
