"""The shape of stored runs: column names and types of `indicators.parquet`, and the files of a run folder."""

from __future__ import annotations

import pyarrow as pa

MANIFEST = "manifest.json"
CONFIG = "config.yaml"
INDICATORS = "indicators.parquet"
SPREAD = "spread.parquet"
ZONES = "zones.geojson"
SNAPSHOTS = "snapshots"
FIGURES = "figures"
SNAPSHOT_TABLES = ("persons", "households", "dwellings", "businesses")
ALL = "all"
FINISHED = "finished"
# The measure that no domain declares: what all ledgers hold, and by what it is told beside the whole city.
COSTS = ("costs", "amount")
COST_UNIT = "EUR/year"
COST_SPLITS = ("payer", "payee", "event", "policy_payer")

INDICATOR_SCHEMA = pa.schema(
    [
        ("year", pa.int16()),
        ("domain", pa.string()),
        ("measure", pa.string()),
        ("group_by", pa.string()),
        ("group", pa.string()),
        ("value", pa.float64()),
        ("unit", pa.string()),
    ]
)

# How sure the means of several seeds are: row by row beside the indicators of such a run.
SPREAD_SCHEMA = pa.schema(
    [*(INDICATOR_SCHEMA.field(place) for place in range(5)), ("half_width", pa.float64()), ("seeds", pa.int64())]
)
