"""The shape of stored runs: column names and types of `indicators.parquet`, and the files of a run folder."""

from __future__ import annotations

import pyarrow as pa

MANIFEST = "manifest.json"
CONFIG = "config.yaml"
INDICATORS = "indicators.parquet"
ZONES = "zones.geojson"
SNAPSHOTS = "snapshots"
FIGURES = "figures"
SNAPSHOT_TABLES = ("persons", "households", "dwellings", "businesses")
ALL = "all"
FINISHED = "finished"

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
