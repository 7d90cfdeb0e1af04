"""Columns made of bytes are those that pyarrow makes."""

import subprocess
import sys

import numpy as np
import pyarrow as pa
import pytest

from citysim.outputs.columns import array_of, numbers, repeated, texts


@pytest.mark.parametrize("kind", ["bool", "int8", "int16", "int32", "uint64", "float32", "float64"])
@pytest.mark.parametrize("size", [0, 1, 9, 1000])
def test_numbers_with_and_without_gaps(kind, size):
    values = (np.arange(size) % 3).astype(kind)
    assert numbers(values).equals(pa.array(values))
    missing = np.arange(size) % 4 == 1
    assert numbers(values, missing).equals(pa.array(values, mask=missing))


def test_numbers_are_copied():
    values = np.arange(3)
    column = numbers(values)
    values[0] = 9
    assert column.to_pylist() == [0, 1, 2]


def test_numbers_are_read_over_all_chunks():
    for parts in ([], [[1, 2]], [[1], [], [2, 3]]):
        column = pa.chunked_array([numbers(np.array(part, np.int16)) for part in parts], pa.int16())
        read = array_of(column)
        assert read.tolist() == [number for part in parts for number in part]
        assert not parts or read.dtype == np.int16


def test_texts():
    names = ["all", "", "Saint-Éloy", "all"]
    assert texts(names).equals(pa.array(names))
    assert texts([]).equals(pa.array([], pa.string()))
    assert repeated(names, np.array([2, 1, 0, 1])).to_pylist() == ["all", "all", "", "all"]


def test_pandas_is_not_loaded():
    code = (
        "import sys\nimport numpy as np\nimport pyarrow as pa\n"
        "from citysim.outputs.columns import array_of, numbers, repeated\n"
        "array_of(pa.chunked_array([numbers(np.arange(3.0))])), repeated(['a'], np.array([2]))\n"
        "assert 'pandas' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
