"""A made-up town for tests of demography alone: households by simple rules, three zones, no other domain."""

from types import SimpleNamespace

import numpy as np
import yaml

from citysim.city.city import City, Travel
from citysim.city.codes import Health, Labour, Residence, Sex
from citysim.city.readers.tables import read_table
from citysim.config.folders import configs_folder
from citysim.core.declare import Column
from citysim.core.domain import Ledger
from citysim.core.draws import Draws, mix_keys
from citysim.core.params import Layer, resolve
from citysim.core.tables import compact_all, tables_from
from citysim.core.technology import Influences
from citysim.domains.demography import Demography

START = 2022
OTHERS = {
    "persons.education": "int8",
    "persons.health": "int8",
    "persons.gir": "int8",
    "persons.nursing_home_entry": "bool",
    "persons.exposure": "float32",
    "persons.labour": "int8",
    "persons.wage": "float32",
    "persons.telework_days": "float32",
    "households.zone": "int16",
    "households.tenure": "int8",
    "households.income": "float32",
    "households.wealth": "float32",
    "households.home_cash": "float32",
    "households.home_debt": "float32",
    "zones.nursing_beds": "float32",
    "zones.rent_index": "float32",
    "zones.access_services": "float32",
    "zones.gp_wait_days": "float32",
    "zones.external": "bool",
}


def lot(name, number, index=0):
    return (mix_keys(name, np.arange(number), index) >> np.uint64(11)) * 2.0**-53


def reference(name):
    return read_table(configs_folder() / "reference" / f"{name}.csv")


def families(number):
    """Columns of persons and households: heads by the age structure of France, partners, children."""
    structure = reference("age_structure")
    weight = (structure["male"] + structure["female"])[20:100].astype(float)
    head_age = 20 + np.searchsorted(np.cumsum(weight) / weight.sum(), lot("age", number))
    couple = lot("couple", number) < np.interp(
        head_age, [20, 25, 30, 40, 60, 75, 90], [0.1, 0.3, 0.45, 0.5, 0.5, 0.45, 0.15]
    )
    female_head = (lot("sex", number) < np.where(couple, 0.0, np.where(head_age > 65, 0.72, 0.5))).astype(int)
    wife_age = np.maximum(head_age - 2 + np.floor(5 * (lot("gap", number) - 0.5)).astype(int), 18)
    mother_age = np.where(couple, wife_age, head_age)
    many = couple | (female_head == 1) & (lot("parent", number) < 0.35)
    rows = []
    for household in range(number):
        first = len(rows)
        union = START - max(
            0, int(min(wife_age[household], head_age[household]) - 24 - 8 * lot("union", 1, household)[0])
        )
        mate = first + 1 if couple[household] else -1
        rows.append((household, female_head[household], head_age[household], mate, -1, -1, union if mate >= 0 else 0))
        if couple[household]:
            rows.append((household, 1, wife_age[household], first, -1, -1, union))
        if not many[household]:
            continue
        mother = first + 1 if couple[household] else first
        for child in range(int(3.0 * lot("children", 1, household)[0])):
            age = int(mother_age[household] - 24 - 14 * lot("spacing", 1, household * 5 + child)[0])
            if 0 <= age <= 22:
                sex = int(lot("child_sex", 1, household * 5 + child)[0] < 0.49)
                rows.append((household, sex, age, -1, mother, first if couple[household] else -1, 0))
    return np.array(rows), couple


def town(number=3000, overrides=None):
    """Make a city with demography as its only domain; returns the live domain and the city."""
    rows, _ = families(number)
    household, sex, age, partner, mother, father, union = rows.T
    size = age.size
    declared = [("demography", full, column) for full, column in Demography.columns.items()]
    declared += [("", full, Column(dtype, "1", "given")) for full, dtype in OTHERS.items()]
    declared.append(("", "households.dwelling", Column("int32", "row", "given", link="dwellings")))
    declared.append(("", "dwellings.owner", Column("int32", "row", "given", link="households")))
    tables = tables_from(declared)
    health = np.where(age > 80, np.where(lot("health", size) < 0.3, Health.DEPENDENT, Health.CHRONIC), Health.GOOD)
    labour = np.where(age < 15, Labour.INACTIVE, np.where(age < 20, Labour.STUDENT, Labour.EMPLOYED))
    born = np.bincount(mother[mother >= 0], minlength=size)
    persons = {
        "household": household,
        "sex": sex,
        "age": age,
        "partner": partner,
        "mother": mother,
        "father": father,
        "union_year": union,
        "birth_year": START - age,
        "married": (union > 0) & (lot("wed", size) < 0.7),
        "children_born": np.where(sex == Sex.FEMALE, born, 0),
        "institution_zone": -1,
        "origin": -1,
        "education": (lot("education", size) * 5).astype(int) * (age > 17),
        "health": health,
        "labour": labour,
        "gir": np.where(health == Health.DEPENDENT, 3, 0),
        "exposure": 10.0,
        "wage": 22000.0,
    }
    tables["persons"].append(mix_keys("founder", np.arange(size)), persons)
    heads = np.searchsorted(household, np.arange(number))
    zone = (lot("zone", number) * 3).astype(int)
    tables["households"].append(
        mix_keys("home", np.arange(number)), {"reference_person": heads, "zone": zone, "origin": -1}
    )
    homes = np.arange(number)  # every founder household owns its home
    tables["dwellings"].append(mix_keys("dwelling", homes), {"owner": homes})
    tables["households"].column("dwelling")[:] = homes
    tables["zones"].append(mix_keys("zone", np.arange(3)), {"rent_index": 1.0, "access_services": 1.0})
    lodge(tables)
    distance = np.abs(np.subtract.outer(np.arange(3), np.arange(3))).astype(np.float32) * 4
    city = City(tables, Travel(distance, distance[None], distance[None]), 1.0, reference, {})
    return Town(city, overrides or {})


def lodge(tables):
    """Some of the oldest live in a nursing home of zone 0."""
    persons, households = tables["persons"], tables["households"]
    old = (persons.column("age") > 84) & (persons.column("partner") < 0)
    home = persons.column("household")
    alone = old & (np.bincount(home, minlength=households.size)[home] == 1) & (lot("nursing", persons.size) < 0.4)
    households.retire(home[alone])
    home[alone] = -1
    persons.column("residence")[alone] = Residence.NURSING_HOME
    persons.column("institution_zone")[alone] = 0
    compact_all(tables)


class Town:
    """Demography and its city, stepped year by year as the model does."""

    def __init__(self, city, overrides, seed=1, coupling=None):
        with (configs_folder() / "domain" / "demography.yaml").open() as stream:
            entries = yaml.safe_load(stream)
        layers = [
            Layer("configs/domain/demography.yaml", "domain", {"demography": entries}),
            Layer("command line", "", {"demography": overrides}),
        ]
        values = resolve({"demography": Demography.params}, layers)["demography"]
        coupling = coupling if coupling is not None else dict.fromkeys(Demography.couplings, False)
        self.demography = Demography(values, coupling, Influences([], lambda *_: False), Ledger())
        self.city, self.seed, self.year, self.history = city, seed, START, []
        self.view = city.view("demography", Demography.rows)
        self.demography.start(self.view, Draws(seed, 0))
        compact_all(city.tables)
        city.freeze_donors(Draws(seed, 0))

    def live(self, years):
        for _ in range(years):
            self.year += 1
            tables = self.city.tables
            sizes = {name: tables[name].size for name in ("persons", "households")}
            self.demography.step(self.view, self.year, Draws(self.seed, self.year))
            origin = {name: np.arange(sizes[name], tables[name].size) for name in sizes}
            compact_all(tables, {name: self.city.sources(name, rows) for name, rows in origin.items()})
            self.history.append(SimpleNamespace(year=self.year, **self.demography.events))
        return self
