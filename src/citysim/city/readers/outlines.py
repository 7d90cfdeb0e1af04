"""Read the outlines of communes: GeoJSON that a city folder may bring, refused in one line where it is none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from citysim.city.readers.tables import CityDataError, read_text

ALLOWED = "allowed: a GeoJSON FeatureCollection, one Feature per commune with properties.code (docs/city_data.md)"
SMALLEST_RING = 4  # points; the last repeats the first


def read_outlines(path: Path) -> dict[str, list]:
    """Outlines by code; a polygon is a list of rings, the first the outer one.

    Raises
    ------
    CityDataError
        If the file is no GeoJSON of communes.
    """
    if not path.exists():
        return {}
    try:
        content = json.loads(read_text(path))
    except ValueError as error:
        raise CityDataError(f"{path}: is not JSON ({error}); {ALLOWED}") from None
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list):
        raise CityDataError(f"{path}: has no list of features; {ALLOWED}")
    return dict(_outline(path, rank, feature) for rank, feature in enumerate(features, start=1))


def _outline(path: Path, rank: int, feature: Any) -> tuple[str, list]:
    """Code and polygons of one feature."""
    properties, geometry = (
        feature.get(key) if isinstance(feature, dict) else None for key in ("properties", "geometry")
    )
    if not isinstance(properties, dict) or properties.get("code") is None:
        raise CityDataError(f"{path}: feature {rank} has no properties.code; {ALLOWED}")
    code = str(properties["code"])
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        raise CityDataError(f"{path}: '{code}' has no outline; allowed: a geometry Polygon or MultiPolygon")
    polygons = geometry.get("coordinates") if kind == "MultiPolygon" else [geometry.get("coordinates")]
    try:
        rings = [[np.array(ring, dtype=float)[:, :2] for ring in polygon] for polygon in polygons]
        fine = all(rings) and bool(rings) and all(_is_ring(ring) for polygon in rings for ring in polygon)
    except (TypeError, ValueError, IndexError):
        fine = False
    if not fine:
        degrees = "longitude and latitude in degrees (WGS84)"
        raise CityDataError(f"{path}: the outline of '{code}' is no polygon; allowed: rings of 4 points, {degrees}")
    return code, polygons


def _is_ring(ring: np.ndarray) -> bool:
    if ring.ndim != 2 or ring.shape[0] < SMALLEST_RING or ring.shape[1] != 2:
        return False
    return bool((np.abs(ring[:, 0]) <= 180).all() and (np.abs(ring[:, 1]) <= 90).all())
