"""Tables: rows come and go, links follow, and only the owner writes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citysim.core.declare import Column
from citysim.core.draws import mix_keys
from citysim.core.tables import OwnershipError, Sources, TableView, compact_all, split_name, tables_from


def two_tables(persons=10, households=4):
    tables = tables_from(
        [
            ("demography", "persons.age", Column("int8", "year", "age")),
            ("demography", "persons.household", Column("int32", "row", "home", link="households")),
            ("demography", "persons.partner", Column("int32", "row", "partner", link="persons")),
            ("work", "persons.wage", Column("float32", "EUR/year", "wage", fill=-1.0)),
            ("demography", "households.size", Column("int8", "person", "size")),
        ]
    )
    tables["households"].append(mix_keys("household", np.arange(households)), {})
    tables["persons"].append(
        mix_keys("person", np.arange(persons)),
        {"age": np.arange(persons), "household": np.arange(persons) % households},
    )
    return tables


def test_new_rows_take_declared_first_values():
    tables = two_tables()
    assert (tables["persons"].column("wage") == -1.0).all()
    assert (tables["persons"].column("partner") == -1).all()


def test_links_follow_rows_and_die_with_them():
    tables = two_tables()
    tables["households"].retire(np.array([1]))
    assert compact_all(tables)["households"].tolist() == [0, -1, 2, 1]
    assert tables["persons"].column("household")[:5].tolist() == [0, -1, 2, 1, 0]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.sets(st.integers(0, 200)))))
def test_identity_keeps_its_values_through_any_history(history):
    tables = two_tables()
    persons = tables["persons"]
    truth = dict(zip(persons.key.tolist(), persons.column("age").tolist(), strict=True))
    for year, (born, dead) in enumerate(history):
        keys = mix_keys("born", np.arange(born), year)
        persons.append(keys, {"age": year % 100})
        truth.update(dict.fromkeys(keys.tolist(), year % 100))
        rows = np.array([row for row in dead if row < persons.size], dtype=int)
        for key in persons.key[rows].tolist():
            del truth[key]
        persons.retire(rows)
        compact_all(tables)
        assert dict(zip(persons.key.tolist(), persons.column("age").tolist(), strict=True)) == truth


@pytest.mark.parametrize("dead", [[], [0, 3], [1, 2, 4, 5, 7], [0, 1, 2, 3, 4, 5, 6, 9]])
def test_new_rows_take_given_values_wherever_they_come_to_lie(dead):
    tables = two_tables()
    persons = tables["persons"]
    compact_all(tables)
    born = np.arange(5)
    keys = mix_keys("born", born)
    rows = persons.append(keys, {"age": 1})
    persons.retire(np.array([*dead, rows[2]], dtype=int))  # one of the new ones does not stay
    others = {"wage": np.arange(9)[::-1] + 0.5, "age": np.full(9, 99)}
    compact_all(tables, {"persons": Sources(others, 8 - born)})
    row_of = {key: row for row, key in enumerate(persons.key.tolist())}
    stayed = [row_of[key] for key in np.delete(keys, 2).tolist()]
    assert persons.column("wage")[stayed].tolist() == [0.5, 1.5, 3.5, 4.5]
    assert (persons.column("age")[stayed] == 1).all()  # `append` was told
    assert (np.delete(persons.column("wage"), stayed) == -1.0).all()
    later = persons.append(mix_keys("later", born), {})
    assert (persons.column("wage")[later] == -1.0).all() and (persons.column("age")[later] == 0).all()


def test_what_a_domain_sees_follows_rows_that_come_and_go():
    tables = two_tables()
    seen = TableView(tables["persons"], "work", False)
    assert seen["wage"].size == seen["age"].size == 10
    tables["persons"].append(mix_keys("born", np.arange(300)), {"age": 1})  # the column is laid out anew
    seen["wage"][-1] = 7.0
    assert tables["persons"].column("wage")[-1] == 7.0
    assert seen["age"].size == seen.size == seen.key.size == 310
    tables["persons"].retire(np.arange(5))
    compact_all(tables)
    assert seen["age"].size == seen.key.size == 305
    assert seen["wage"].sum() == 7.0 - 304.0


@pytest.mark.parametrize("born", [0, 4])
def test_a_table_may_lose_all_its_rows(born):
    tables = two_tables()
    compact_all(tables)
    persons, households = tables["persons"], tables["households"]
    rows = persons.append(mix_keys("born", np.arange(born)), {"age": 1, "household": 2})
    persons.retire(np.arange(10))
    households.retire(np.arange(4))
    compact_all(tables, {"persons": Sources({"wage": np.array([3.0, 4.0])}, rows % 2)} if born else None)
    assert (persons.size, households.size) == (born, 0)
    assert sorted(persons.column("wage")) == [3.0, 3.0, 4.0, 4.0][:born]
    assert (persons.column("household") == -1).all()
    assert persons.append(mix_keys("later", np.arange(2)), {}).tolist() == [born, born + 1]
    assert persons.column("age")[born:].tolist() == [0, 0]


def test_only_the_owner_writes():
    tables = two_tables()
    mine, other = TableView(tables["persons"], "work", False), TableView(tables["persons"], "housing", False)
    mine["wage"] = 5.0
    assert other["wage"][0] == 5.0
    with pytest.raises(ValueError, match="read-only"):
        other["wage"][0] = 1.0
    with pytest.raises(OwnershipError, match=r"housing may not write persons\.wage: it belongs to work"):
        other["wage"] = 1.0
    with pytest.raises(OwnershipError, match="housing may not add or retire rows of persons"):
        other.retire(np.array([0]))


def test_an_old_view_of_keys_stays_true_after_compaction():
    tables = two_tables()
    before = tables["persons"].key
    copy = before.copy()
    tables["persons"].retire(np.array([0, 3]))
    compact_all(tables)
    np.testing.assert_array_equal(before, copy)


def test_a_column_without_owner_never_changes():
    column = Column("int8", "year", "age")
    persons = tables_from([("a", "persons.age", column), ("", "persons.sex", column)])["persons"]
    view = TableView(persons, "b", False)
    assert view.changes("age")
    assert not view.changes("sex")


def test_two_owners_of_one_column_are_refused():
    column = Column("int8", "year", "age")
    with pytest.raises(ValueError, match=r"persons\.age is declared by a and by b"):
        tables_from([("a", "persons.age", column), ("b", "persons.age", column)])


def test_unknown_columns_are_refused():
    tables = two_tables()
    with pytest.raises(KeyError, match="no column wages"):
        tables["persons"].append(mix_keys("x", np.arange(1)), {"wages": 1})
    with pytest.raises(KeyError, match="no column 'wages'"):
        TableView(tables["persons"], "work", False)["wages"]
    with pytest.raises(ValueError, match=r"table\.column"):
        split_name("age")


def test_units_are_a_closed_list():
    with pytest.raises(ValueError, match="nearest: 'EUR/year'"):
        Column("float32", "EUR/yr", "wage")
