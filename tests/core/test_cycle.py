"""The order of the year: who acts, which rows come and go in it, and who is told."""

from types import SimpleNamespace

import numpy as np
import pytest

from citysim.core.cycle import Cycle
from citysim.core.declare import Column
from citysim.core.draws import Draws, mix_keys
from citysim.core.tables import Sources, TableView, tables_from

BORN, GONE = mix_keys("born", np.arange(4)), [1, 5, 8]  # two of six persons and the last but one of the newcomers


class People:
    """Adds four persons and lets some vanish, one of the new ones with them."""

    rows = ("persons",)
    reads = ()

    def start(self, persons, draws):
        pass

    def step(self, persons, year, draws):
        persons.append(BORN, {"age": 0})
        persons.retire(np.array(GONE))

    def arrive(self, persons, rows, draws):
        raise AssertionError("nobody else adds rows")


class Work:
    """Notes whom it is told of, and with which wage they come."""

    rows = ()
    reads = ("persons.age",)

    def __init__(self):
        self.told = []

    def start(self, persons, draws):
        persons["wage"] = 5.0

    def step(self, persons, year, draws):
        self.told.append("my step")

    def arrive(self, persons, rows, draws):
        new = rows["persons"]
        self.told.append(dict(zip(persons.key[new].tolist(), persons["wage"][new].tolist(), strict=True)))


def small_cycle(find_sources=None):
    tables = tables_from(
        [
            ("people", "persons.age", Column("int8", "year", "age")),
            ("work", "persons.wage", Column("float32", "EUR/year", "wage", fill=-1.0)),
        ]
    )
    tables["persons"].append(mix_keys("person", np.arange(6)), {"age": 30})
    domains = {"people": People(), "work": Work()}
    views = {name: TableView(tables["persons"], name, "persons" in one.rows) for name, one in domains.items()}
    return Cycle(domains, tables, views, find_sources)


@pytest.mark.parametrize("copied", [False, True])
def test_others_are_told_of_the_rows_that_stay_where_they_come_to_lie(copied):
    asked = []

    def find(table, rows):
        asked.append((table, rows.tolist()))
        return Sources({"wage": np.array([7.0, 8.0, 9.0], np.float32)}, rows % 3)

    cycle = small_cycle(find if copied else None)
    draws = Draws(1, 2025)
    cycle.start(draws)
    cycle.live(2025, draws)
    wages = [7.0, 8.0, 7.0] if copied else [-1.0] * 3
    assert cycle.domains["work"].told == [dict(zip(BORN[[0, 1, 3]].tolist(), wages, strict=True)), "my step"]
    assert asked == ([("persons", [6, 7, 8, 9])] if copied else [])
    persons = cycle.tables["persons"]
    assert persons.size == 7
    assert sorted(persons.column("wage").tolist()) == sorted([5.0] * 4 + wages)
    assert cycle.seconds.keys() == {"people", "work"}


def test_what_nobody_declares_cannot_be_read():
    cycle = small_cycle()
    reader = SimpleNamespace(rows=(), reads=("persons.health",))
    with pytest.raises(LookupError, match=r"domain care reads persons\.health"):
        Cycle({"care": reader}, cycle.tables, {})
