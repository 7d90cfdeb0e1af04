"""Several seeds as one run: means and honest half-widths."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from citysim.experiment.ensemble import combine, student_quantile
from citysim.experiment.run import run
from citysim.outputs.schema import INDICATOR_SCHEMA
from citysim.outputs.store import RunStore


class Run:
    def __init__(self, value):
        row = {"year": [2030], "domain": ["d"], "measure": ["m"], "group_by": ["all"], "group": ["all"]}
        self.indicators = pa.table({**row, "value": [value], "unit": ["1"]}, schema=INDICATOR_SCHEMA)


def test_half_width_is_student_t_times_the_standard_error():
    table, spread = combine([Run(value) for value in (1.0, 2.0, 3.0, 4.0, 5.0)])
    assert table["value"].to_pylist() == [3.0]
    assert spread["seeds"].to_pylist() == [5]
    # t(4) = 2.776, s = sqrt(2.5): the textbook interval
    assert spread["half_width"].to_pylist()[0] == pytest.approx(2.776 * np.sqrt(2.5) / np.sqrt(5), rel=1e-3)


def test_one_value_has_no_half_width():
    assert np.isnan(combine([Run(1.0)])[1]["half_width"].to_pylist()[0])


@pytest.mark.parametrize(("degrees", "most"), [(1, 12.71), (4, 2.78), (19, 2.13), (29, 2.07), (1000, 1.97)])
def test_quantiles_never_understate(degrees, most):
    exact = {1: 12.706, 4: 2.776, 19: 2.093, 29: 2.045, 1000: 1.962}[degrees]
    assert exact - 0.003 <= student_quantile(degrees) <= most


def test_seeds_are_run_and_combined(tmp_path):
    settings = ("city=smallville", "calendar.end=2025", "snapshots=[2025]", f"output.root={tmp_path}")
    both = run(*settings, "seeds=2", "seed=3")
    assert both.seeds == [3, 4]
    alone = [run(*settings, f"seed={seed}").value("demography", "births", 2025) for seed in (3, 4)]
    assert both.value("demography", "births", 2025) == pytest.approx(np.mean(alone))
    low, high = both.spread("demography", "births")
    assert low[0] <= np.mean(alone) <= high[0]
    # the same columns as of one seed, so that all runs of a folder can be joined
    assert both.indicators.schema.equals(INDICATOR_SCHEMA)
    assert pq.read_table(both.folder / "spread.parquet").num_rows == both.indicators.num_rows
    births = RunStore(tmp_path).join().filter("measure = 'births' and group_by = 'all'")
    assert births.aggregate("seeds, count(*) as n", "seeds").order("seeds").fetchall() == [(1, 2), (2, 1)]
