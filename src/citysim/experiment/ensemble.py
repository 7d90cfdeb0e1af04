"""Several seeds of the same settings as one stored run: means, and how sure they are.

The half-width is that of the 95 % confidence interval of the mean, t(n - 1) · s / √n (Student 1908).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from citysim.outputs.schema import INDICATOR_SCHEMA, SPREAD_SCHEMA
from citysim.outputs.store import StoredRun

# Two-sided 95 % quantiles of Student's t for 1, 2, 3 … degrees of freedom; the last serves all larger samples.
STUDENT_95 = (
    12.706,
    4.303,
    3.182,
    2.776,
    2.571,
    2.447,
    2.365,
    2.306,
    2.262,
    2.228,
    2.201,
    2.179,
    2.160,
    2.145,
)
STUDENT_95_LARGE = ((20, 2.120), (30, 2.064), (60, 2.021), (10**9, 1.96))
KEYS = ["year", "domain", "measure", "group_by", "group", "unit"]


def student_quantile(degrees: int) -> float:
    """Two-sided 95 % quantile of Student's t, rounded up to the next tabled value.

    Parameters
    ----------
    degrees
        Degrees of freedom, at least 1.
    """
    if degrees <= len(STUDENT_95):
        return STUDENT_95[degrees - 1]
    return next(quantile for most, quantile in STUDENT_95_LARGE if degrees < most)


def combine(runs: Sequence[StoredRun]) -> tuple[pa.Table, pa.Table]:
    """Mean of every indicator over runs; its half-width and the number of seeds that hold it.

    Returns
    -------
    tuple
        Indicators with the columns of a single run, and their spread, in the same order of rows.
    """
    every = pa.concat_tables([run.indicators for run in runs])
    grouped = every.group_by(KEYS, use_threads=False).aggregate(
        [("value", "mean"), ("value", "stddev", pa.compute.VarianceOptions(ddof=1)), ("value", "count")]
    )
    counts = grouped["value_count"].to_numpy()
    quantile = np.array([student_quantile(max(int(count) - 1, 1)) for count in counts])
    deviation = np.nan_to_num(grouped["value_stddev"].to_numpy(zero_copy_only=False).astype(float))
    half = np.where(counts > 1, quantile * deviation / np.sqrt(counts), np.nan)
    keys = {name: grouped[name] for name in INDICATOR_SCHEMA.names[:5]}
    means = pa.table({**keys, "value": grouped["value_mean"], "unit": grouped["unit"]}, schema=INDICATOR_SCHEMA)
    spread = pa.table({**keys, "half_width": half, "seeds": grouped["value_count"]}, schema=SPREAD_SCHEMA)
    return means, spread
