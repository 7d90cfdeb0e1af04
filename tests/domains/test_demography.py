"""Demography on a made-up town: identities, families, flows, and the stylised facts of unions and homes."""

import numpy as np
import pytest

from citysim.city.codes import HouseholdType, Residence, Sex
from citysim.domains.demography.declared import MEASURES
from citysim.domains.demography.mortality import life_expectancy, national_hazard
from demography_town import Town, town


def number(value):
    return {"value": value, "source": "override"}


@pytest.fixture(scope="module")
def lived():
    return town(3000).live(4)


@pytest.fixture(scope="module")
def large():
    return town(12000).live(1)


def columns(place, table):
    data = place.city.tables[table]
    return {name: data.column(name) for name in data.columns} | {"key": data.key}


def check_families(place):
    persons, households = columns(place, "persons"), columns(place, "households")
    home, partner, age = persons["household"], persons["partner"], persons["age"]
    rows = np.arange(age.size)
    paired = partner >= 0
    assert (partner[partner[paired]] == rows[paired]).all(), "partners are mutual"
    assert (home[partner[paired]] == home[paired]).all(), "partners share a home"
    assert (persons["union_year"][paired] > 0).all()
    assert not persons["union_year"][~paired].any()
    assert not persons["married"][~paired].any()
    at_home = home >= 0
    size = np.bincount(home[at_home], minlength=households["size"].size)
    np.testing.assert_array_equal(size, households["size"])
    assert size.min() >= 1, "no household is empty"
    adults = np.bincount(home[at_home & (age >= 18)], minlength=size.size)
    assert adults.min() >= 1, "no minor is alone"
    np.testing.assert_array_equal(np.bincount(home[age < 18], minlength=size.size), households["children"])
    head = households["reference_person"]
    np.testing.assert_array_equal(home[head], np.arange(head.size))
    assert (age[head] >= 18).all(), "reference persons are adults"
    assert (persons["residence"][at_home] == Residence.HOME).all()
    assert (persons["residence"][~at_home] != Residence.HOME).all()
    assert (persons["institution_zone"][~at_home] >= 0).all()
    assert (persons["birth_year"] + age == place.year).all(), "nobody's age is frozen"
    for table in (persons, households):
        assert np.unique(table["key"]).size == table["key"].size, "identities are unique"
    for link in ("mother", "father"):
        parent = persons[link]
        known = parent >= 0
        assert (age[parent[known]] - age[known] >= 13).all(), "parents are older than their children"
    assert (persons["sex"][persons["mother"][persons["mother"] >= 0]] == Sex.FEMALE).all()
    small = np.bincount(home[at_home & (age < 14)], minlength=size.size)
    units = 1.0 + 0.5 * (size - small - 1) + 0.3 * small
    # Children in alternate custody count half in the other parent's home: nothing is lost, no home below its adults.
    assert households["consumption_units"].sum() == pytest.approx(units.sum(), rel=1e-6)
    assert (households["consumption_units"] >= 1 + 0.5 * (adults - 1) - 1e-6).all()
    single = households["type"] == HouseholdType.SINGLE
    np.testing.assert_array_equal(single, size == 1)


def test_families_hold_together_every_year(lived):
    for _ in range(3):
        check_families(lived.live(1))


def test_families_hold_together_in_a_turbulent_town():
    rough = {
        "mortality_ratio": number(1.3),
        "total_fertility_rate": number(3.5),
        "separation_hazard": number(0.2),
        "gross_migration": number(0.2),
        "net_migration_rate": number(-0.03),
        "shared_living_factor": number(2.0),
        "leaving_ceiling": number(0.6),
    }
    place = town(1500, rough)
    for _ in range(6):
        check_families(place.live(1))


def test_population_is_the_sum_of_its_flows():
    place = town(2000)
    for _ in range(4):
        before = place.city.persons.size
        flows = place.live(1).history[-1]
        assert place.city.persons.size == before + flows.births - flows.deaths + flows.arrivals - flows.departures


def test_net_migration_is_the_scenario_s_while_attractiveness_is_off():
    place = town(4000, {"net_migration_rate": number(0.01)}).live(8)
    wanted = sum(flows.net_migration_set for flows in place.history)
    came = sum(flows.arrivals - flows.departures for flows in place.history)
    assert came == pytest.approx(wanted, abs=25)  # never more than one household per stratum behind


def test_same_seed_same_town():
    first, second = (town(1500).live(3) for _ in range(2))
    for table in ("persons", "households"):
        one, other = columns(first, table), columns(second, table)
        for name in one:
            np.testing.assert_array_equal(one[name], other[name], err_msg=f"{table}.{name}")


def deaths_by_year(place, years):
    """Keys of the founders at the start of each year, and of those who are dead at its end."""
    founders = set(place.city.persons.key.tolist())
    seen = []
    for _ in range(years):
        view = place.view
        before = set(view.persons.key.tolist()) & founders
        keys = place.city.tables["persons"].key
        dead = record_deaths(place)
        place.live(1)
        seen.append((before, {int(key) for key in dead() if int(key) in founders}))
        del keys
    return seen


def record_deaths(place):
    """Note who is drawn to die in the coming year."""
    from citysim.domains.demography import mortality

    noted = []
    original = mortality.leave_the_city

    def note(now, rows):
        noted.extend(now.city.persons.key[rows].tolist())
        original(now, rows)

    mortality.leave_the_city = note

    def stop():
        mortality.leave_the_city = original
        return noted

    return stop


def test_doubled_fertility_changes_no_founder_s_death():
    """Common random numbers: year by year, a founder who lives in both towns dies in both or in neither."""
    plain = deaths_by_year(town(2500, {"total_fertility_rate": number(1.6)}), 8)
    doubled = deaths_by_year(town(2500, {"total_fertility_rate": number(3.2)}), 8)
    compared = 0
    for (here, dead), (there, also_dead) in zip(plain, doubled, strict=True):
        both = here & there
        assert dead & both == also_dead & both
        compared += len(both)
    assert compared > 15000


def test_life_expectancy_is_that_of_the_table_in_force(large):
    """D2: e0 within .2 years of France's table times the town's ratio."""
    reference = large.city.reference
    hazard = 1.10 * national_hazard(reference("mortality"), reference("life_expectancy"), large.year)
    in_force = life_expectancy(-np.expm1(-hazard))
    modelled = life_expectancy(large.demography.base["quotients"])
    np.testing.assert_allclose(modelled, in_force, atol=0.2)


def test_national_table_has_the_published_life_expectancy(large):
    reference = large.city.reference
    hazard = national_hazard(reference("mortality"), reference("life_expectancy"), 2025)
    np.testing.assert_allclose(life_expectancy(-np.expm1(-hazard)), [80.7257, 86.3137], atol=0.01)


def test_life_expectancy_gains_what_the_scenario_says():
    gain = {"value": {"male": 5.0, "female": 3.0}, "source": "override"}
    place = town(800, {"life_expectancy_gain": gain})
    place.live(3)
    start = life_expectancy(-np.expm1(-place.demography.base["hazard"]))
    place.live(5)
    later = life_expectancy(-np.expm1(-place.demography.base["hazard"]))
    np.testing.assert_allclose(later - start, [1.0, 0.6], atol=0.01)


def test_deaths_keep_to_the_table_where_nobody_changes_health_or_diplomas():
    """Nobody grows frail or takes a diploma here; the mean risk of those who live must stay the table's for decades."""
    place = town(3000).live(23)
    assert place.year == 2045
    risk, table = place.demography.base["quotients"], -np.expm1(-place.demography.base["hazard"])
    np.testing.assert_allclose(life_expectancy(risk), life_expectancy(table), atol=0.2)


def test_period_fertility_follows_its_path():
    """D3: the mean of six towns over fifteen years lies within .02 of the path (sampling error .012)."""
    rates = []
    for seed in range(1, 7):
        place = town(12000, {"total_fertility_rate": number(1.6), "gross_migration": number(0.0)})
        place.seed = seed
        rates += [place.live(1).demography.base["fertility_rate"] for _ in range(15)]
    assert np.mean(rates) == pytest.approx(1.60, abs=0.02)


def test_couples_are_of_similar_age_and_not_kin(lived):
    persons = columns(lived, "persons")
    new = np.flatnonzero((persons["union_year"] > 2022) & (persons["partner"] >= 0))
    mate = persons["partner"][new]
    gap = np.abs(persons["age"][new].astype(int) - persons["age"][mate])
    assert np.median(gap) <= 5
    for link in ("mother", "father"):
        assert (persons[link][new] != mate).all()


def test_all_declared_measures_are_reported(lived):
    measured = lived.demography.measure(lived.view, lived.year)
    assert set(measured) == set(MEASURES)


def test_more_shared_living_keeps_young_adults_in_others_homes():
    def share(factor):
        place = town(4000, {"shared_living_factor": number(factor)}).live(6)
        flag = place.demography.measure(place.view, place.year)["young_adults_with_parents_share"]
        return float(flag.values[flag.where].mean())

    assert share(1.5) > share(1.0) + 0.01


def test_couplings_are_read_only_where_declared():
    place = Town(town(300).city, {}, coupling={"attractiveness": True})
    assert place.demography.coupled("attractiveness")
    with pytest.raises(KeyError):
        place.demography.coupled("weather")


def test_dwellings_pass_to_a_child_in_town_or_elsewhere_or_follow_their_owner():
    place = town(6000)
    before = {name: values.copy() for name, values in columns(place, "persons").items()}
    owners, home_keys = place.city.households["dwelling"].copy(), place.city.households.key.copy()
    home_of = dict(zip(before["key"].tolist(), before["household"].tolist(), strict=True))
    children = {}
    for link in ("mother", "father"):
        for child, parent in enumerate(before[link].tolist()):
            if parent >= 0:
                children.setdefault(int(before["key"][parent]), set()).add(int(before["key"][child]))
    stop = record_deaths(place)
    place.live(1)
    dead = set(stop())
    dwellings, persons = columns(place, "dwellings"), columns(place, "persons")
    passed = np.flatnonzero(dwellings["inherited"] == place.year)
    assert passed.size > 20, "every founder household owns its home, and the last member of some has gone"
    members = {}
    for key, home in home_of.items():
        members.setdefault(home, []).append(key)
    in_town = 0
    for dwelling in passed:
        home = int(np.flatnonzero(owners == dwelling)[0])
        lived = set(members[home])
        assert home_keys[home] not in place.city.households.key, "the household has ended"
        heir = dwellings["heir"][dwelling]
        if heir >= 0:
            in_town += 1
            key = int(persons["key"][heir])
            assert key in lived or any(key in children.get(one, ()) for one in lived)
            assert persons["household"][heir] >= 0
    assert in_town <= passed.size
    place.live(1)
    again = columns(place, "dwellings")
    assert (again["heir"][again["inherited"] < place.year] < 0).all(), "heirs are named for one year"
    assert dead


def test_children_in_alternate_custody_count_half_in_either_home():
    custody = {"value": {"mother": 0.0, "alternate": 1.0, "father": 0.0}, "source": "override"}
    place = town(3000, {"custody_share": custody, "separation_hazard": number(0.2)}).live(2)
    persons, households = columns(place, "persons"), columns(place, "households")
    home, age = persons["household"], persons["age"]
    at_home = home >= 0
    full = 1.0 + 0.5 * (households["size"] - 1.0)
    small = np.bincount(home[at_home & (age < 14)], minlength=full.size)
    full -= 0.2 * small
    gained = households["consumption_units"] - full
    assert gained.sum() == pytest.approx(0.0, abs=1e-3), "what one home loses the other gains"
    assert np.count_nonzero(gained > 0.1) > 30
    assert np.count_nonzero(gained < -0.1) > 30


def test_generations_move_together_as_the_scenario_asks():
    def events(factor):
        place = town(6000, {"intergenerational_factor": number(factor)}).live(6)
        return [sum(getattr(flows, name) for flows in place.history) for name in ("returned_home", "joined_children")]

    few, many = events(0.6), events(1.8)
    assert many[0] > few[0]
    assert many[1] >= few[1]


def test_the_widowed_keep_their_home():
    place = town(6000)
    before = {name: values.copy() for name, values in columns(place, "persons").items()}
    partner = before["key"][before["partner"]].tolist()
    paired = {
        key: mate
        for key, mate, row in zip(before["key"].tolist(), partner, before["partner"].tolist(), strict=True)
        if row >= 0
    }
    home = dict(zip(before["key"].tolist(), place.city.households.key[before["household"]].tolist(), strict=True))
    stop = record_deaths(place)
    flows = place.live(1).history[-1]
    dead = set(stop())
    widowed = {mate for key, mate in paired.items() if key in dead and mate not in dead}
    assert flows.widowed == len(widowed) > 20
    persons, keys = columns(place, "persons"), place.city.households.key
    stay = 0
    for row in np.flatnonzero(np.isin(persons["key"], np.array(sorted(widowed), dtype=np.uint64))):
        if persons["household"][row] >= 0:
            stay += keys[persons["household"][row]] == home[int(persons["key"][row])]
    assert stay > 0.85 * len(widowed), "but for those who moved away, to a home or to a child in the same year"
