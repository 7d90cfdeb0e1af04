"""Housing: what buyers, sellers, landlords and tenants in arrears pay, owe and lose; who a new job moves."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from citysim.city.codes import DwellingStatus, Mode, Tenure, TenureClass
from citysim.config.compose import compose
from citysim.core.draws import Draws
from citysim.domains.housing import arrears, demolition, developers, homes, landlords, renovation, rents, stock, supply
from citysim.domains.housing.market import update_queue
from citysim.domains.housing.moves import new_far_jobs
from citysim.domains.housing.purchases import Deal, annuity_factor, deal_of, equity, least_own_share, price_of
from citysim.model import CityModel

YEARS = 4


@pytest.fixture(scope="module")
def lived(live):
    return live((), 8)


@pytest.fixture
def town():
    """A model of its own, to be changed, with its housing domain, what that may write, and its figures."""
    model = CityModel(compose("city=smallville"))
    for _ in range(YEARS):
        model.step()
    housing = model.domains["housing"]
    return SimpleNamespace(
        model=model, housing=housing, city=model.cycle.views["housing"], p=housing.at(model.year), year=model.year + 1,
        draws=Draws(7, model.year + 1),
    )  # fmt: skip


def test_buyers_put_in_their_own_money_first_and_pay_the_loan_back():
    p = SimpleNamespace(notary_fee=0.075, down_payment=0.1)
    price = np.array([107_500.0, 107_500.0, 0.0])
    deal = deal_of(p, price, np.array([30_000.0, 200_000.0, 5_000.0]), np.full(3, annuity_factor(0.03, 20.0) / 12))
    np.testing.assert_allclose(deal.own, [30_000, 107_500, 0])
    np.testing.assert_allclose(deal.debt, [77_500, 0, 0])
    np.testing.assert_allclose(deal.price, [100_000, 100_000, 0])
    assert least_own_share(p) * 107_500 == pytest.approx(17_500)  # a tenth of the price and all fees
    debt = deal.debt[0]
    for _ in range(20):
        debt = debt * 1.03 - 12 * deal.payment[0]
    assert debt == pytest.approx(0, abs=0.01)


def test_only_mortgaged_owners_owe(lived):
    households = lived.city.households
    mortgaged = households["tenure"] == Tenure.MORTGAGED
    assert 0.1 < mortgaged.mean() < 0.5
    assert (households["home_debt"][mortgaged] > 0).all()
    for column in ("home_debt", "loan_payment", "loan_rate"):
        assert (households[column][~mortgaged] == 0).all(), column


def test_moves_take_from_savings_what_purchases_cost(town):
    households = town.model.city.households
    before, keys = households["wealth"].copy(), households.key.copy()
    cash = households["home_cash"].copy()
    town.model.step()
    households = town.model.city.households
    row = {key: index for index, key in enumerate(households.key.tolist())}
    assert (cash < -20_000).sum() > 20
    pairs = [(old, row[key]) for old, key in enumerate(keys.tolist()) if key in row and cash[old] < -20_000]
    old, new = np.array(pairs).T
    saved = households["wealth"][new] - before[old] - cash[old] - households["brought_wealth"][new]
    assert (saved > -1.0).all(), "wealth changes by saving and by the money of homes, never below that"
    assert np.median(households["wealth"][new] - before[old]) < -15_000


def test_rents_reach_the_landlords_of_the_town(lived):
    city = lived.city
    households, dwellings = city.households, city.dwellings
    home = households["dwelling"]
    let = np.flatnonzero((home >= 0) & (households["tenure"] == Tenure.PRIVATE_RENT))
    owner = dwellings["owner"][home[let]]
    paid = 12 * 0.7 * households["housing_cost"][let[owner >= 0]].sum()
    assert households["rental_income"].sum() == pytest.approx(paid, rel=0.08)  # some change hands after
    assert 0.3 < np.mean(owner >= 0) < 0.6
    assert (households["income"][households["rental_income"] > 0]).mean() > households["income"].mean()


def nothing_banned(rows):
    return np.zeros(rows.size, bool)


@pytest.mark.parametrize("gain", [0.15, -0.15])
def test_landlords_go_where_the_return_is(town, gain):
    dwellings = town.city.dwellings
    before = dwellings["tenure_class"].copy()
    shape = (town.housing.base.zones, 2)
    landlords.let_or_sell(town.city, town.p, town.draws, np.full(shape, gain), nothing_banned, 2048, town.year)
    changed = np.flatnonzero(dwellings["tenure_class"] != before)
    assert changed.size > 5
    wanted = TenureClass.PRIVATE_RENTAL if gain > 0 else TenureClass.OWNER_OCCUPIED
    assert (dwellings["tenure_class"][changed] == wanted).all()
    assert (dwellings["status"][changed] == DwellingStatus.MARKET_VACANT).all()


def test_homes_bought_to_let_are_paid_by_households_that_can(town):
    dwellings, households = town.city.dwellings, town.city.households
    outside = np.flatnonzero(landlords.local_homes(dwellings)[1])[:60]
    households["home_cash"][:] = 0
    landlords.invest(town.city, town.p, town.draws, outside, 2048)
    bought = outside[dwellings["owner"][outside] >= 0]
    owner = dwellings["owner"][bought]
    price = 1.075 * dwellings["price_m2"][bought] * dwellings["surface"][bought]
    assert bought.size > 10
    assert np.unique(owner).size == owner.size
    np.testing.assert_allclose(households["home_cash"][owner], -price, rtol=1e-4)
    assert (households["wealth"][owner] >= price).all()


def test_nobody_buys_a_home_to_let_who_cannot_pay_for_it(town):
    dwellings, wealth = town.city.dwellings, town.model.city.tables["households"].column("wealth")
    outside = np.flatnonzero(landlords.local_homes(dwellings)[1])[:60]
    price = price_of(dwellings, outside)
    cheap = outside[np.argsort(price)[:3]]
    wealth[:] = 0
    landlords.invest(town.city, town.p, town.draws, outside, 2048)
    assert (dwellings["owner"][outside] < 0).all()
    p = SimpleNamespace(**{**vars(town.p), "wealth_used": 1.0, "notary_fee": 0.0})
    wealth[:] = np.sort(price)[2]  # three homes are within reach
    landlords.invest(town.city, p, town.draws, outside, 2048, index=1)
    bought = outside[dwellings["owner"][outside] >= 0]
    assert bought.size > 0
    assert np.isin(bought, cheap).all()


def test_the_longer_rent_goes_unpaid_the_nearer_the_street(town):
    households = town.city.households
    tenants = np.flatnonzero(households["tenure"] == Tenure.PRIVATE_RENT)
    households["arrears_since"][:] = 0
    households["arrears_since"][tenants[:40]] = town.year - 2
    households["arrears_since"][tenants[40:80]] = town.year - 1
    keys = town.city.household_decision_keys()
    p = SimpleNamespace(**{**vars(town.p), "eviction_share": 1.0})
    assert arrears.evict(town.city, p, town.draws, keys, np.zeros(2), town.year) == 40
    assert (households["dwelling"][tenants[:40]] < 0).all()
    assert (households["dwelling"][tenants[40:]] >= 0).all()
    assert homes.open_year(town.city, town.year).size >= 40


def test_arrears_start_at_the_published_rates(town):
    level = arrears.levels(town.city, town.p)
    rows, weight = arrears.weigh(town.city, town.p)
    kind = town.city.households["tenure"][rows] - Tenure.PRIVATE_RENT
    for landlord in (0, 1):
        assert (level[kind] * weight)[kind == landlord].mean() == pytest.approx(town.p.arrears_rate[landlord])


def test_only_a_new_job_too_far_away_moves_a_household():
    minutes = np.full((4, 3, 3), 90.0, np.float32)
    minutes[Mode.CAR] = [[10, 30, 80], [30, 10, 80], [80, 80, 10]]
    city = SimpleNamespace(
        travel=SimpleNamespace(minutes=minutes),
        persons={
            # at work as last year and far; new and far; new and near by car; new and near, but no car
            "commute_pair": np.array([2, 0, 0, -1]), "workplace": np.array([2, 2, 1, 1]),
            "household": np.array([0, 1, 2, 3]),
        },
    )  # fmt: skip

    class Households(dict):
        size = 4

    city.households = Households(zone=np.zeros(4, np.int16), cars=np.array([1, 1, 1, 0]))
    assert new_far_jobs(city, 45.0).tolist() == [False, True, False, True]


def test_only_who_finds_a_home_it_can_pay_leaves_the_queue():
    private, social, own = TenureClass.PRIVATE_RENTAL, TenureClass.SOCIAL, TenureClass.OWNER_OCCUPIED
    found = np.array([5, 5, 5, 5, -1])
    kind = np.array([private, private, social, own, private])
    city = SimpleNamespace(
        households={
            "social_queue_since": np.array([2027, 2027, 2027, 2027, 0], np.int16),
            "housing_cost": np.array([400.0, 200.0, 400.0, 400.0, 200.0]),  # after the move
        }
    )
    seekers = SimpleNamespace(
        rows=np.arange(5),
        needs=SimpleNamespace(income=np.full(5, 1000.0)),
        means=SimpleNamespace(eligible=np.ones(5, bool), market=np.array([private, private, private, own, private])),
    )
    update_queue(city, seekers, found, (found >= 0) & (kind == private), 2030)
    assert city.households["social_queue_since"].tolist() == [2027, 0, 0, 0, 2030]


def test_who_comes_to_live_in_a_home_of_its_own_leaves_the_queue(town):
    households, dwellings = town.city.households, town.city.dwellings
    tenants = np.flatnonzero(households["tenure"] == Tenure.PRIVATE_RENT)[:3]
    empty = np.flatnonzero(dwellings["status"] == DwellingStatus.MARKET_VACANT)
    for_sale = empty[dwellings["tenure_class"][empty] == TenureClass.OWNER_OCCUPIED][:3]
    households["social_queue_since"][tenants] = town.year - 1
    nothing = np.zeros(3, np.float32)
    homes.settle(town.city, town.p, tenants, for_sale, Deal(nothing, nothing, nothing, nothing), town.year)
    assert (households["social_queue_since"][tenants] == 0).all()


def test_movers_who_pay_too_much_are_still_in_the_queue(town):
    households = town.city.households
    waited = set(households.key[households["social_queue_since"] > 0].tolist())
    town.model.step()
    households = town.model.city.households
    moved = households["last_move_year"] == town.year
    burdened = households["housing_cost"] > 0.4 * households["income"] / 12.0
    stays = moved & burdened & (households["tenure"] == Tenure.PRIVATE_RENT) & (households["social_queue_since"] > 0)
    assert stays.any()
    assert waited & set(households.key[households["social_queue_since"] > 0].tolist())


def test_demolished_homes_of_owners_are_paid_for_at_their_price(town):
    households, dwellings = town.city.households, town.city.dwellings
    owner = np.flatnonzero((households["tenure"] == Tenure.OWNER_OUTRIGHT) & (households["dwelling"] >= 0))[:3]
    home = households["dwelling"][owner].copy()
    price = price_of(town.city.dwellings, home)
    households["dwelling"][owner] = -1
    np.testing.assert_allclose(equity(town.city, owner, price)[owner], price)
    rows = np.concatenate([home, np.flatnonzero(landlords.local_homes(dwellings)[0])[:2]])
    none = np.zeros(rows.size, bool)
    gone = demolition.Demolished(rows, ~none, none, np.zeros(0), np.zeros(0))
    households["home_cash"][:] = 0
    booked = []
    stock._pay_for_demolished(SimpleNamespace(book=lambda *entry: booked.append(entry)), town.city, gone)
    paid = next(amount for event, amount, payer, _ in booked if event == "demolition" and payer == "commune")
    assert paid == pytest.approx(float(price_of(town.city.dwellings, rows).sum()), rel=1e-5)
    let = rows[3:]
    assert households["home_cash"].sum() == pytest.approx(float(price_of(town.city.dwellings, let).sum()), rel=1e-5)


def test_social_landlords_think_of_works_where_the_law_forbids_to_let(town):
    dwellings = town.city.dwellings
    row = np.flatnonzero(dwellings["tenure_class"] == TenureClass.SOCIAL)[0]
    dwellings["status"][row], dwellings["energy_class"][row] = DwellingStatus.MARKET_VACANT, 6
    facts = SimpleNamespace(
        moved=np.zeros(dwellings.size, bool), banned=lambda rows: dwellings["energy_class"][rows] == 6
    )
    case = renovation.case_of_works(town.city, facts)
    assert renovation.consideration(town.p)[case[row]] == 1.0


def test_homes_of_the_demolition_programme_take_workers_and_room_first(town):
    state, natural = town.housing.supply, town.housing.base.natural
    used = developers.used_prices(
        town.city.dwellings, town.city.zones["group"][: natural.shape[0]], town.p.pooling, 2030
    )
    room = town.city.zones["floor_capacity"]
    state.rebuilt = np.zeros(natural.shape, np.int64)
    state.rebuilt[0, developers.FLAT, TenureClass.SOCIAL] = 20
    before, needed = room[0].copy(), 20 * developers.new_surfaces(town.p)[developers.FLAT]
    demolished, stands = np.zeros(natural.shape[:2]), rents.count_stock(town.city.dwellings, natural.shape[0])
    plans = supply.plan(town.city, town.p, state, stands, natural, demolished, 1800.0, used, 20.0, 2, town.year)
    assert plans.homes.sum() == 0.0
    assert before - room[0] == pytest.approx(needed, rel=1e-4)


def test_applications_keep_their_year(town):
    households = town.model.city.households
    since = dict(zip(households.key.tolist(), households["social_queue_since"].tolist(), strict=True))
    town.model.step()
    households = town.model.city.households
    now = zip(households.key.tolist(), households["social_queue_since"].tolist(), strict=True)
    waiting = [(since.get(key, 0), year) for key, year in now if year > 0]
    assert any(old > 0 for old, _ in waiting)
    assert all(year in (old, town.model.year) for old, year in waiting)


def test_partners_who_move_in_bring_their_wealth_and_the_homes_that_they_own(town):
    persons, households, dwellings = (getattr(town.model.city, name) for name in ("persons", "households", "dwellings"))
    keys, reference = households.key.tolist(), persons.key[households["reference_person"]]
    savings = households["wealth"] + households["home_cash"]
    assets = dict(zip(keys, savings.tolist(), strict=True))
    net = dict(zip(reference.tolist(), (savings - households["home_debt"]).tolist(), strict=True))
    head = dict(zip(reference.tolist(), keys, strict=True))
    let = np.flatnonzero(dwellings["owner"] >= 0)
    owners = dict(zip(dwellings.key[let].tolist(), reference[dwellings["owner"][let]].tolist(), strict=True))
    town.model.step()
    left = set(keys) - set(households.key.tolist())
    moved = np.flatnonzero((persons["partner"] >= 0) & (persons["household"] >= 0))
    moved = moved[[head.get(key) in left for key in persons.key[moved].tolist()]]
    new_home = dict(zip(persons.key[moved].tolist(), persons["household"][moved].tolist(), strict=True))
    assert len(new_home) > 5
    brought = np.zeros(households.size)
    for key, home in new_home.items():
        brought[home] += net[key]
    for home in set(new_home.values()):
        before = assets.get(int(households.key[home]), 0.0)
        assert households["wealth"][home] >= max(before + brought[home], 0.0) - 1.0, "the wealth of both, and savings"
    row = dict(zip(dwellings.key.tolist(), range(dwellings.size), strict=True))
    theirs = [(row[key], new_home[owner]) for key, owner in owners.items() if owner in new_home and key in row]
    assert theirs
    for home, household in theirs:
        sold = dwellings["status"][home] == DwellingStatus.OCCUPIED
        assert sold or dwellings["owner"][home] == household, "the couple owns what the partner left or let"
