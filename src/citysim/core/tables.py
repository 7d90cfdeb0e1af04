"""Tables of agents as columns, with stable keys, rows that come and go, and one writer per column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from citysim.core.declare import Column
from citysim.core.kernels import links
from citysim.core.kernels.columns import as_words, rows_where

Array = NDArray[Any]
Keys = NDArray[np.uint64]
NOWHERE = np.empty(0, np.int64)


class Sources(NamedTuple):
    """What new rows are copied from.

    Attributes
    ----------
    columns
        Columns of another table, [m] each.
    rows
        int64 [rows since the last `compact`], row of it from which each new row has its values.
    """

    columns: Mapping[str, Array]
    rows: Array


class Table:
    """One kind of agent as a struct of arrays.

    Between domain steps a table holds living rows only, in no particular order: rows retired during a step vanish when
    it ends, and every link to them becomes -1.

    Parameters
    ----------
    name
        Plural noun.
    columns
        Declarations by column name.
    owners
        Domain that may write each column; a column without owner is constant.

    Attributes
    ----------
    size
        Number of rows.
    key
        Identity of each living row, uint64 [n], read-only.
    """

    def __init__(self, name: str, columns: Mapping[str, Column], owners: Mapping[str, str] | None = None) -> None:
        self.name = name
        self.columns = dict(columns)
        self.owners = dict(owners or {})
        self._first = {c: as_words(np.full(1, d.initial, d.dtype)) for c, d in self.columns.items()}
        # Beyond the last row every column holds its first value, so that rows are added by what is known of them.
        self._data: dict[str, Array] = {c: np.empty(0, d.dtype) for c, d in self.columns.items()}
        self._words: dict[str, Array] = {}  # the same bytes as unsigned numbers
        self._keys: Keys = np.empty(0, np.uint64)
        self._capacity = 0
        self._settled = 0  # rows at the last `compact`: those after them are new
        self._told: set[str] = set()  # columns that `append` was told for new rows
        self._retired: list[Array] = []
        self._links: dict[str, list[str]] = {}
        for column, declaration in self.columns.items():
            if declaration.link is not None:
                self._links.setdefault(declaration.link, []).append(column)
        self._handed_out: list[dict[str, Array]] = []
        self._set_size(0)

    def _set_size(self, size: int) -> None:
        self.size = size
        self.key: Keys = self._keys[:size]
        self.key.flags.writeable = False
        self._row_of_key: dict[int, int] | None = None
        for columns in self._handed_out:
            columns.clear()

    def hand_out(self) -> dict[str, Array]:
        """A place to keep views of columns in until rows come or go: it is emptied then."""
        self._handed_out.append({})
        return self._handed_out[-1]

    def column(self, name: str) -> Array:
        """Writable view of a column; domains go through `TableView`."""
        return self._data[name][: self.size]

    def append(self, keys: Keys, values: Mapping[str, Any]) -> Array:
        """Add rows; columns that are not named take their declared first value.

        Parameters
        ----------
        keys
            uint64 [k], new identities.
        values
            Arrays [k] or scalars by column.

        Returns
        -------
        Array
            int64 [k], the new rows.
        """
        unknown = set(values) - set(self.columns)
        if unknown:
            raise KeyError(f"table {self.name} has no column {', '.join(sorted(unknown))}")
        start, stop = self.size, self.size + keys.size
        self._reserve(stop)
        self._keys[start:stop] = keys
        for column, given in values.items():
            self._data[column][start:stop] = given
        self._told.update(values)
        self._set_size(stop)
        return np.arange(start, stop)

    def _reserve(self, size: int) -> None:
        # Growth by an eighth: appending a year's newcomers costs one copy in many years, not one each.
        if size <= self._capacity:
            return
        self._capacity = size if self._capacity == 0 else max(size, self._capacity + self._capacity // 8)
        self._keys = _grown(self._keys, self.size, self._capacity, 0)
        for column, declaration in self.columns.items():
            data = _grown(self._data[column], self.size, self._capacity, declaration.initial)
            self._data[column], self._words[column] = data, data.view(self._first[column].dtype)

    def retire(self, rows: Array) -> None:
        """Mark rows to vanish at the next `compact`."""
        if np.size(rows):
            self._retired.append(np.asarray(rows))

    @property
    def has_retired(self) -> bool:
        """Whether rows wait to vanish."""
        return bool(self._retired)

    @property
    def changes(self) -> bool:
        """Whether rows have come, or wait to vanish, since the last `compact`."""
        return self.has_retired or self.size > self._settled

    def compact(self, sources: Sources | None = None) -> Array:
        """Drop retired rows; the last living rows take their places, so that few rows move.

        Parameters
        ----------
        sources
            Where new rows have the values of columns from that `append` was not told for any of them.

        Returns
        -------
        Array
            int32 [old size + 1], the new row of each old row, -1 where it vanished; -1 at the end, for links of -1.
        """
        dead = self._dead()
        start, stop, size = self._settled, self.size, self.size - dead.size
        moved = np.arange(stop + 1, dtype=np.int32)
        moved[dead] = moved[-1] = -1
        holes, movers = dead[dead < size], size + np.flatnonzero(moved[size:] >= 0)
        moved[movers] = holes
        if dead.size:
            self._keys = self._keys.copy()  # a new array: references to old keys stay true
            links.copy_rows(self._keys, holes, self._keys, movers)
        columns, origin = sources or ({}, NOWHERE)
        new, picks, old = moved[start:stop], origin, int(np.searchsorted(movers, start))
        stays = np.flatnonzero(new >= 0)
        new, picks = new[stays].astype(np.int64), picks[stays] if columns else picks
        for column, words in self._words.items():
            first, source = self._first[column], None if column in self._told else columns.get(column)
            if source is None:
                links.settle_rows(words, holes, movers, size, stop, first, NOWHERE, first, NOWHERE)
                continue
            source = as_words(source.astype(self._data[column].dtype, copy=False))
            links.settle_rows(words, holes[:old], movers[:old], size, max(size, start), first, new, source, picks)
        self._told.clear()
        self._settled = size
        self._set_size(size)
        return moved

    def _dead(self) -> Array:
        retired = np.zeros(self.size, dtype=bool)
        for rows in self._retired:
            retired[rows] = True
        self._retired.clear()
        return rows_where(retired)

    def relink(self, target: str, moved: Array) -> None:
        """Follow rows of `target` that moved, -1 at the end for links of -1; links to vanished rows become -1."""
        for column in self._links.get(target, ()):
            links.follow(self.column(column), moved)

    def row_of(self, key: int) -> int:
        """Row of an identity.

        Raises
        ------
        KeyError
            If no living row has it.
        """
        if self._row_of_key is None:
            self._row_of_key = {int(k): row for row, k in enumerate(self.key)}
        return self._row_of_key[int(key)]

    def bytes_per_row(self) -> int:
        """Memory of one row over all columns."""
        return 8 + sum(data.dtype.itemsize for data in self._data.values())


def _grown(array: Array, used: int, capacity: int, first: Any) -> Array:
    grown = np.empty(capacity, dtype=array.dtype)
    grown[:used] = array[:used]
    grown[used:] = first
    return grown


class OwnershipError(PermissionError):
    """A domain tried to write a column or rows that another one owns."""


class TableView:
    """A table as one domain sees it: its own columns are writable, all others read-only."""

    def __init__(self, table: Table, domain: str, owns_rows: bool) -> None:
        self._table = table
        self._domain = domain
        self._owns_rows = owns_rows
        self._mine = {column for column, owner in table.owners.items() if domain and owner == domain}
        self._seen = table.hand_out()

    @property
    def name(self) -> str:
        """Name of the table."""
        return self._table.name

    @property
    def size(self) -> int:
        """Number of rows."""
        return self._table.size

    @property
    def key(self) -> Keys:
        """Identities, uint64 [n]."""
        return self._table.key

    def __contains__(self, column: str) -> bool:
        return column in self._table.columns

    def changes(self, column: str) -> bool:
        """Whether somebody may change a column in this run: its owner is among the domains that act."""
        return column in self._table.owners

    def __getitem__(self, column: str) -> Array:
        try:
            return self._seen[column]
        except KeyError:
            array = self._seen[column] = self._view(column)
            return array

    def _view(self, column: str) -> Array:
        try:
            array = self._table.column(column)
        except KeyError:
            raise KeyError(f"table {self.name} has no column {column!r}") from None
        if column not in self._mine:
            array.flags.writeable = False
        return array

    def __setitem__(self, column: str, values: Any) -> None:
        array = self[column]
        if not array.flags.writeable:
            owner = self._table.owners.get(column, "nobody")
            raise OwnershipError(f"{self._domain} may not write {self.name}.{column}: it belongs to {owner}")
        array[:] = values

    def append(self, keys: Keys, values: Mapping[str, Any]) -> Array:
        """Add rows (owner of the rows only); see `Table.append`."""
        self._require_rows()
        return self._table.append(keys, values)

    def retire(self, rows: Array) -> None:
        """Let rows vanish when this domain's step ends (owner of the rows only)."""
        self._require_rows()
        self._table.retire(rows)

    def _require_rows(self) -> None:
        if not self._owns_rows:
            raise OwnershipError(f"{self._domain} may not add or retire rows of {self.name}")


def compact_all(tables: Mapping[str, Table], sources: Mapping[str, Sources] | None = None) -> dict[str, Array]:
    """Drop retired rows of every table and follow the links to them.

    Parameters
    ----------
    sources
        Of the new rows of some tables (`Table.compact`).

    Returns
    -------
    dict
        New row of each old row, by name of each table that rows came to or vanished from.
    """
    sources = sources or {}
    moved = {}
    for name in [name for name, table in tables.items() if table.changes]:
        vanishes = tables[name].has_retired
        moved[name] = tables[name].compact(sources.get(name))
        for table in tables.values() if vanishes else ():
            table.relink(name, moved[name])
    return {name: rows[:-1] for name, rows in moved.items()}


def split_name(full: str) -> tuple[str, str]:
    """Split `table.column`."""
    table, _, column = full.partition(".")
    if not table or not column:
        raise ValueError(f"{full!r} is not of the form table.column")
    return table, column


def tables_from(declared: Iterable[tuple[str, str, Column]]) -> dict[str, Table]:
    """Build empty tables from (owner, `table.column`, declaration) triples; an owner of "" makes constants.

    Raises
    ------
    ValueError
        If two owners declare the same column.
    """
    columns: dict[str, dict[str, Column]] = {}
    owners: dict[str, dict[str, str]] = {}
    for owner, full, declaration in declared:
        table, column = split_name(full)
        if column in columns.setdefault(table, {}):
            raise ValueError(f"{full} is declared by {owners[table].get(column) or 'the city'} and by {owner}")
        columns[table][column] = declaration
        owners.setdefault(table, {})
        if owner:
            owners[table][column] = owner
    return {name: Table(name, columns[name], owners[name]) for name in columns}
