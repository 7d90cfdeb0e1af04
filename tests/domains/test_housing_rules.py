"""Rules of the housing market on made-up households and homes: who is first, who can pay, what heirs and owners do."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from citysim.city.codes import NONE, DwellingStatus, EnergyClass, HouseholdType, Tenure, TenureClass
from citysim.config import compose
from citysim.core.draws import Draws, mix_keys
from citysim.domains.housing import Housing, heirs, homes, hosting, renovation
from citysim.domains.housing.appraisal import Map, place_utility, tenure_table
from citysim.domains.housing.market import clear, seekers_from, social_priority
from citysim.domains.housing.needs import Needs
from citysim.domains.housing.purchases import least_own_share
from housing_market import town

YEAR = 2030


@pytest.fixture(scope="module")
def values():
    return compose("city=smallville", "technology=[]").parameters({"housing": Housing.params})["housing"].at(2025)


class Rows(dict):
    """Columns by name, and the keys of the rows."""

    @property
    def size(self):
        return next(iter(self.values())).size

    @property
    def key(self):
        return mix_keys("row", np.arange(self.size))


def needs_of(number, income=2000.0, zone=0):
    """Needs of households that are alike."""
    ones = np.ones(number, np.float32)
    return Needs(
        income=np.float32(income) * ones, standard=np.float32(12 * income) * ones, quintile=np.zeros(number, np.int8),
        space=40 * ones, rooms=np.full(number, 2, np.int8), age=np.full(number, 40),
        zone=np.full(number, zone, np.int16), car=np.zeros(number, np.int8), profile=np.zeros(number, np.int8),
        works=np.full((2, number), NONE, np.int16), presence=np.ones((2, number), np.float32), equity=0 * ones,
    )  # fmt: skip


def tenants(number, **columns):
    """Households that rent, each a home of its own of 50 m2 and two rooms; `columns` replaces what households have."""
    made = {
        "dwelling": np.arange(number, dtype=np.int32), "tenure": np.full(number, Tenure.PRIVATE_RENT, np.int8),
        "size": np.ones(number, np.int8), "type": np.full(number, HouseholdType.SINGLE, np.int8),
        "income": np.full(number, 24_000, np.float32), "wealth": np.zeros(number, np.float32),
        "housing_cost": np.full(number, 400, np.float32), "last_move_year": np.full(number, 2020, np.int16),
        "zone": np.zeros(number, np.int16), "host": np.full(number, NONE, np.int32),
    }  # fmt: skip
    for name in ("social_queue_since", "hosted_since", "arrears_since"):
        made[name] = np.zeros(number, np.int16)
    for name in ("loan_payment", "home_debt", "loan_rate", "home_cash"):
        made[name] = np.zeros(number, np.float32)
    made |= {name: np.asarray(value, made[name].dtype) for name, value in columns.items()}
    return SimpleNamespace(households=Rows(made), dwellings=dwellings_let(number))


def dwellings_let(number):
    """Homes to let of 50 m2 and two rooms at 14 euros a square metre, lived in by the household of the same row."""
    return Rows(
        surface=np.full(number, 50, np.float32), rooms=np.full(number, 2, np.int8),
        rent_m2=np.full(number, 14, np.float32), price_m2=np.full(number, 1700, np.float32),
        tenure_class=np.full(number, TenureClass.PRIVATE_RENTAL, np.int8),
        status=np.full(number, DwellingStatus.OCCUPIED, np.int8), owner=np.full(number, NONE, np.int32),
        zone=np.zeros(number, np.int16), vacant_since=np.zeros(number, np.int16),
        house=np.zeros(number, bool), energy_class=np.full(number, EnergyClass.D, np.int8),
        year_built=np.full(number, 1980, np.int16), lift=np.ones(number, bool), above_shop=np.zeros(number, bool),
    )  # fmt: skip


# --- who is first ---


def test_priority_for_a_social_home_is_years_of_waiting_and_points_of_need(values):
    """In turn: no application, five years, five years without a home, overcrowded, burdened by 700 of 2,000 euros."""
    city = tenants(5, social_queue_since=[0, 2025, 2025, 0, 0], dwelling=[0, 1, NONE, 3, 4])
    city.households["housing_cost"][4] = 700
    city.dwellings["rooms"][3] = 1
    homeless, crowded, burdened = values.social_points
    found = social_priority(city, values, needs_of(5), np.arange(5), YEAR)
    np.testing.assert_allclose(found, [0, 5, 5 + homeless, crowded, burdened])
    assert min(homeless, crowded, burdened) > 0


def test_who_has_waited_longer_has_the_social_home(values):
    """Of 400 alike who look, those placed in the social homes have waited longer by nearly all they differ in."""
    market, seekers, offer = town(values, seekers=400, homes=90)
    waited = (np.arange(400) % 10).astype(np.float32)
    seekers.budgets = seekers.budgets._replace(priority=waited, allowed=np.full(400, 1 << TenureClass.SOCIAL, np.uint8))
    found = clear(market, seekers, np.arange(90))
    assert (offer.kind[found[found >= 0]] == TenureClass.SOCIAL).all()
    assert waited[found >= 0].mean() > waited[found < 0].mean() + 3


# --- who can pay ---


def test_rents_and_loans_are_held_to_their_share_of_income(values):
    city = tenants(3)
    nobody, keys = np.zeros(3, bool), city.households.key
    seekers = seekers_from(
        city, values, keys, needs_of(3, 2000), 1.0, ~nobody, nobody, np.zeros(3, np.float32), YEAR
    )  # fmt: skip
    np.testing.assert_allclose(seekers.budgets.most / seekers.needs.income, values.burden_limit)
    np.testing.assert_allclose(seekers.budgets.most_loan / seekers.needs.income, values.loan_burden)
    assert values.loan_burden == pytest.approx(0.35), "the rule of the financial stability council"
    assert 0.35 <= values.burden_limit <= 0.45


def test_nobody_with_a_home_moves_beyond_the_limits(values):
    """Those who have a home meet no guarantor: rent within its limit, loan within its own, the least own share paid."""
    market, seekers, offer = town(values, dear=1.4)
    seekers.budgets = seekers.budgets._replace(bound=np.zeros(seekers.rows.size, bool))
    found = clear(market, seekers, np.arange(offer.kind.size))
    placed = np.flatnonzero(found >= 0)
    home, income = found[placed], seekers.needs.income[placed]
    loan = np.maximum(offer.price[home] - seekers.means.funds[placed], 0) * seekers.means.annuity[placed]
    assert placed.size > 300
    assert np.count_nonzero(loan) > 50
    assert ((offer.running[home] + loan) / income).max() <= values.burden_limit + 1e-5
    assert (loan / income).max() <= values.loan_burden + 1e-5
    assert (seekers.means.funds[placed] >= least_own_share(values) * offer.price[home] - 0.1).all()


@pytest.mark.parametrize(("share", "some"), [(0.35, True), (0.0, False)])
def test_a_loan_beyond_its_share_of_income_is_refused_whatever_else_could_be_paid(values, share, some):
    market, seekers, offer = town(values)
    seekers.budgets = seekers.budgets._replace(
        most_loan=np.float32(share) * seekers.needs.income, most=np.full(seekers.rows.size, 1e6, np.float32)
    )
    found = clear(market, seekers, np.arange(offer.kind.size))
    placed = np.flatnonzero(found >= 0)
    borrowed = offer.price[found[placed]] > seekers.means.funds[placed] + 1
    assert borrowed.any() == some


def test_sitting_tenants_pay_what_they_agreed_on(values):
    """The market asks 700 euros; a tenant of ten years goes on with 400 and the index, one of this year with his."""
    city = tenants(3, last_move_year=[2020, 2020, YEAR], housing_cost=[400, 500, 700])
    homes.pay(city, values, YEAR)
    indexed = 1 + values.sitting_rent_change
    np.testing.assert_allclose(city.households["housing_cost"], [400 * indexed, 500 * indexed, 700])
    assert values.sitting_rent_change <= 0.005, "never above inflation"


# --- where ---


def test_a_kilometre_from_the_present_home_costs(values):
    """Three zones that offer the same, 0, 4 and 10 km away."""
    distance = np.array([[0, 4, 10], [4, 0, 6], [10, 6, 0]], np.float32)
    nothing = np.zeros((3, 10), np.float32)
    here = Map(nothing, nothing[:, 0], np.zeros((2, 3, 3), np.float32), distance, tenure_table(values, np.zeros(3)))
    utility = place_utility(needs_of(1), here, values)[0]
    np.testing.assert_allclose(utility - utility[0], -values.weight_distance * distance[0], atol=1e-6)
    assert 0.03 <= values.weight_distance <= 0.09


# --- what heirs do ---


def test_heirs_let_keep_and_leave_empty_as_often_as_their_utilities_say(values):
    """4,000 homes of heirs elsewhere: each share within four standard errors of its logit."""
    number = 4000
    city = tenants(number)
    city.dwellings["tenure_class"][:] = TenureClass.OWNER_OCCUPIED
    city.dwellings["status"][:] = DwellingStatus.MARKET_VACANT
    no = np.zeros(number, bool)
    utility = heirs.utilities(values, no, no, no, np.zeros(number), no)
    estates = heirs.Estates(np.arange(number), np.full(number, NONE), np.zeros(number, np.int64), utility)
    empty_level = -0.5
    heirs.decide(city, values, Draws(1, YEAR), estates, np.array([empty_level]), YEAR)
    let, second, _ = values.heir_choice
    weight = np.exp([0.0, let, second, empty_level - values.return_tax * values.vacant_home_tax])
    wanted = weight / weight.sum()
    status, market = city.dwellings["status"], city.dwellings["tenure_class"]
    on_market = status == DwellingStatus.MARKET_VACANT
    found = [
        np.mean(on_market & (market == TenureClass.OWNER_OCCUPIED)), np.mean(market == TenureClass.PRIVATE_RENTAL),
        np.mean(status == DwellingStatus.SECOND_HOME), np.mean(status == DwellingStatus.STRUCTURAL_VACANT),
    ]  # fmt: skip
    np.testing.assert_array_less(np.abs(found - wanted), 4 * np.sqrt(wanted * (1 - wanted) / number))
    assert min(found) > 0.02, "heirs do all four"


def test_heirs_who_rent_in_town_may_live_there(values):
    city = tenants(1000)
    city.dwellings["owner"][:] = np.arange(1000)
    city.dwellings["tenure_class"][:] = TenureClass.OWNER_OCCUPIED
    city.dwellings["status"][:] = DwellingStatus.MARKET_VACANT
    city.households["dwelling"][:] = NONE
    yes, no = np.ones(1000, bool), np.zeros(1000, bool)
    estates = heirs.Estates(
        np.arange(1000), np.arange(1000), np.zeros(1000, np.int64),
        heirs.utilities(values, yes, yes, no, np.zeros(1000), no),
    )  # fmt: skip
    heirs.decide(city, values, Draws(1, YEAR), estates, np.array([-20.0]), YEAR)
    lives = city.households["dwelling"] >= 0
    let, _, live = np.exp(values.heir_choice)
    assert lives.mean() == pytest.approx(live / (1 + let + live), abs=4 * np.sqrt(0.25 / 1000))
    assert (city.households["tenure"][lives] == Tenure.OWNER_OUTRIGHT).all()


# --- what owners weigh before works ---


def cold_home(values, **changes):
    """Utilities of nothing, one measure and a deep retrofit in an F home of 80 m2."""
    home = {
        "energy_class": np.array([EnergyClass.F]), "surface": np.array([80.0]), "market": np.zeros(1, np.int8),
        "quintile": np.array([2]), "income": np.array([30_000.0]), "peers": np.zeros(1), "lived_in": np.zeros(1, bool),
        "banned": np.zeros(1, bool), "banned_classes": np.zeros(7, bool), "excess_vacancy": np.zeros(1),
        "energy_price": 0.15, "cost_factor": 1.0,
    }  # fmt: skip
    return renovation.works_utilities(values, SimpleNamespace(**{**home, **changes}), np.zeros(2))[0]


def test_a_deep_retrofit_is_worth_less_than_its_label_promises(values):
    """What a cent per kWh adds, against the saving of the label over its years: seven tenths of it."""
    gained = (cold_home(values, energy_price=0.16) - cold_home(values, energy_price=0.15))[renovation.DEEP]
    after = renovation.class_after(np.array([EnergyClass.F]), renovation.DEEP)[0]
    label = 80 * (values.energy_use[EnergyClass.F] - values.energy_use[after])
    promised = renovation.net_present_value(label * 0.01, values.discount_rate[0], values.saving_years) / 1000
    share = gained / (values.weight_saving * promised)
    assert share == pytest.approx(values.realised_saving)
    assert 0.5 <= share <= 0.9


def test_works_around_people_put_them_off_deep_ones_most(values):
    put_off = cold_home(values) - cold_home(values, lived_in=np.ones(1, bool))
    assert 0 == put_off[renovation.NOTHING] < put_off[renovation.GESTURE] < put_off[renovation.DEEP]
    np.testing.assert_allclose(put_off[1:], values.hassle)


@pytest.mark.parametrize("spare", [True, False])
def test_who_has_no_home_is_taken_in_by_neighbours_first(spare):
    """Households 0 to 5 have a home, in zones 0 and 1; the guests come from zones 0, 1 and 2, where nobody has one."""
    households = Rows(
        zone=np.array([0, 0, 0, 1, 1, 1, 0, 0, 1, 2, 2], np.int16), dwelling=np.append(np.arange(6), np.full(5, NONE))
    )
    room = np.zeros(11, np.int8)
    room[[1, 4, 5]] = spare
    hosts = hosting._ask_neighbours(
        SimpleNamespace(households=households), Draws(1, YEAR), households.key, np.arange(6, 11), room, 1
    )
    assert np.isin(hosts, [1, 4, 5] if spare else np.arange(6)).all()
    assert households["zone"][hosts[:3]].tolist() == [0, 0, 1]
    households["dwelling"][:] = NONE
    nobody = hosting._ask_neighbours(
        SimpleNamespace(households=households), Draws(1, YEAR), households.key, np.arange(11), room, 1
    )
    assert (nobody == NONE).all()
