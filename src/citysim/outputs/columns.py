"""Columns of stored tables, made of their bytes and read as they are.

`pyarrow.array` and `to_numpy` would do it too, but load pandas when first called, for a fiftieth of the time of a run.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


def numbers(values: NDArray[Any], missing: NDArray[np.bool_] | None = None) -> pa.Array:
    """Copy numbers, or true and false, into a column; `missing` marks the entries that are null."""
    if values.dtype == np.bool_:
        data, kind = _bits(values), pa.bool_()
    else:
        data, kind = pa.py_buffer(values.copy()), pa.from_numpy_dtype(values.dtype)
    return pa.Array.from_buffers(kind, values.size, [None if missing is None else _bits(~missing), data])


def texts(values: Sequence[str]) -> pa.Array:
    """Make a column of texts."""
    written = [value.encode() for value in values]
    ends = np.cumsum([0, *map(len, written)], dtype=np.int32)
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(b"".join(written))]
    return pa.Array.from_buffers(pa.string(), len(written), buffers)


def array_of(column: pa.ChunkedArray) -> NDArray[Any]:
    """Read a column of numbers, none of them null."""
    chunks = [np.from_dlpack(chunk) for chunk in column.chunks]
    return np.concatenate(chunks) if len(chunks) > 1 else chunks[0] if chunks else np.zeros(0)


def repeated(values: Sequence[str], times: NDArray[np.int64]) -> pa.Array:
    """Make a column of texts, each as often as told; few of them differ."""
    names: dict[str, int] = {}
    codes = np.array([names.setdefault(value, len(names)) for value in values], dtype=np.int32)
    return texts(list(names)).take(numbers(np.repeat(codes, times)))


def _bits(flags: NDArray[np.bool_]) -> pa.Buffer:
    return pa.py_buffer(np.packbits(flags, bitorder="little"))
