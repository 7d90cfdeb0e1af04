"""Who takes along what and whom when a household ends, on a made-up town."""

import numpy as np
import pytest

from citysim.city.codes import Labour, Residence
from citysim.core.draws import Draws
from citysim.domains.demography import institutions, migration, mortality, returning
from demography_town import town


@pytest.fixture
def parent():
    """A town in whose first year nothing has happened, and a young single parent who is a guest, with her child."""
    place = town(3000)
    persons, households = place.city.persons, place.city.tables["households"]
    age, home = persons["age"], persons["household"]
    alone = (age >= 25) & (age <= 34) & (persons["partner"] < 0)
    child = np.flatnonzero((age < 10) & (persons["mother"] >= 0) & alone[persons["mother"]])[0]
    mother = persons["mother"][child]
    host, elder = households.column("reference_person")[[5, 6]]
    tables = place.city.tables
    tables["persons"].column("household")[home == home[mother]] = 5
    tables["persons"].column("mother")[mother] = elder
    return place, int(mother), int(child), int(host)


def first_year(place):
    now = place.demography._year(place.view, place.year + 1, Draws(1, place.year + 1))
    place.demography._freeze(now)
    return now


def test_parents_do_not_go_back_to_their_parents_without_their_child(parent):
    place, mother, child, _ = parent
    now = first_year(place)
    now.values.return_rate = np.full(3, 1e9)
    returning.return_to_parents(now)
    assert place.city.persons["household"][mother] == place.city.persons["household"][child] == 5
    assert now.returned.size == 0 or mother not in now.returned


def test_parents_do_not_enter_a_hall_without_their_child(parent):
    place, mother, child, host = parent
    columns = place.city.tables["persons"]
    columns.column("labour")[[mother, host]] = Labour.STUDENT
    columns.column("age")[[mother, host]] = 22
    now = first_year(place)
    now.base["places", Residence.STUDENT_HALL] = np.full(3, 100)
    without = institutions.enter_halls(now, np.array([mother, host]))
    assert without.tolist() == [mother]
    assert columns.column("residence")[host] == Residence.STUDENT_HALL
    assert columns.column("household")[mother] == columns.column("household")[child]


def test_parents_do_not_leave_town_without_their_child(parent, monkeypatch):
    place, mother, _, _ = parent
    place.city.tables["persons"].column("age")[mother] = 22
    now = first_year(place)
    monkeypatch.setattr(
        migration, "happens", lambda draws, name, keys, chance: np.full(keys.size, name.endswith("alone"))
    )
    before = place.city.persons["household"] >= 0
    migration.departures(now)
    left = before & (place.city.persons["household"] < 0)
    assert left.any()
    assert not left[mother]


def die(keys):
    return lambda now, risk, people: np.isin(now.city.persons.key, keys)


def test_the_home_of_a_single_parent_passes_to_a_child(monkeypatch):
    place = town(3000)
    persons = place.city.persons
    members = np.bincount(persons["household"][persons["household"] >= 0])
    minors = np.bincount(persons["household"][persons["age"] < 17], minlength=members.size)
    head = place.city.households["reference_person"]
    homes = np.flatnonzero((minors > 0) & (members == minors + 1) & (persons["age"][head] < 60))
    dwellings = place.city.households["dwelling"][homes].copy()
    keys = persons.key
    children = [set(keys[persons["mother"] == one].tolist()) | set(keys[persons["father"] == one].tolist())
                for one in head[homes]]  # fmt: skip
    monkeypatch.setattr(mortality, "_die", die(keys[head[homes]]))
    place.live(1)
    columns = place.city.tables["dwellings"].column
    assert dwellings.size > 20
    assert (columns("inherited")[dwellings] == place.year).all()
    heir = columns("heir")[dwellings]
    for one, theirs in zip(heir, children, strict=True):
        assert one < 0 or int(place.city.persons.key[one]) in theirs
    assert (heir >= 0).mean() > 0.7, "but for children who left town in the same year with those who took them in"


def test_who_moves_in_with_a_partner_brings_wealth_and_homes():
    place = town(6000, {"separation_hazard": {"value": 0.0, "source": "override"}})  # who leaves nobody behind
    wealth, debt = (place.city.tables["households"].column(name) for name in ("wealth", "home_debt"))
    wealth[:], debt[:] = 1000.0 + np.arange(wealth.size), 100.0
    keys, homes = place.city.households.key.copy(), place.city.households["dwelling"].copy()
    head = place.city.persons.key[place.city.households["reference_person"]]
    place.live(1)
    persons, households = place.city.persons, place.city.households
    row = dict(zip(persons.key.tolist(), range(persons.size), strict=True))
    expected, guests = np.zeros(households.size), 0
    for number, key in enumerate(head.tolist()):
        person = row.get(key, -1)
        if keys[number] in households.key or person < 0 or persons["household"][person] < 0:
            continue
        expected[persons["household"][person]] += 900.0 + number
        guests += persons["partner"][person] >= 0
        assert place.city.tables["dwellings"].column("heir")[homes[number]] == person
        assert place.city.tables["dwellings"].column("inherited")[homes[number]] == place.year
    assert guests > 20
    np.testing.assert_allclose(households["brought_wealth"], expected)
    place.live(1)
    assert households["brought_wealth"].sum() != pytest.approx(expected.sum()), "it is brought once"
