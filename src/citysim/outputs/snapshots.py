"""Tables of agents as they are stored: identities instead of rows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from citysim.outputs.columns import numbers

if TYPE_CHECKING:  # who only reads stored runs does not load the model's engine
    from citysim.core.tables import Table


def snapshot_table(tables: Mapping[str, Table], name: str) -> pa.Table:
    """Copy a table of agents, with identity in `key` and links as keys of the linked agents (null: none)."""
    table = tables[name]
    columns: dict[str, pa.Array] = {"key": numbers(table.key)}
    for column, declaration in table.columns.items():
        values = table.column(column)
        if declaration.link is None:
            columns[column] = numbers(values)
        else:
            linked, none = tables[declaration.link].key, values < 0
            keys = np.where(none, np.uint64(0), linked[values]) if linked.size else np.zeros(values.size, np.uint64)
            columns[column] = numbers(keys, none)
    return pa.table(columns)


def write_agents(table: pa.Table, file: Path) -> None:
    """Write a table; keys and measured quantities seldom repeat, a dictionary of them costs time and room."""
    repeating = [field.name for field in table.schema if not _seldom_repeats(field.type)]
    pq.write_table(table, file, use_dictionary=repeating)


def _seldom_repeats(kind: pa.DataType) -> bool:
    return bool(pa.types.is_floating(kind) or pa.types.is_uint64(kind))
