"""Zones of the map: communes, quarters cut out of them, and outside places where commuters come from.

A quarter's outline is the part of its commune that lies nearer to its centre than to the other quarters' centres
(Voronoi cell clipped to the commune); the split is judgement and adds up exactly to the commune.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import MultiPoint, MultiPolygon, Point, Polygon

from citysim.city.codes import ZoneGroup
from citysim.city.readers import CityDataError, CityFolder

KM_PER_DEGREE = 111.32


@dataclass
class Zones:
    """Geometry of the zones, internal ones first; `commune` is the row of the commune in zones.csv (-1 external)."""

    code: list[str]
    name: list[str]
    commune: np.ndarray
    quarter: np.ndarray  # row in quarters.csv, -1 for a whole commune or an external zone
    external: np.ndarray
    lon: np.ndarray
    lat: np.ndarray
    x_km: np.ndarray
    y_km: np.ndarray
    area_km2: np.ndarray
    outlines: list[list[np.ndarray]]  # per zone, rings [n, 2] of lon and lat; empty for external zones
    adjacency: np.ndarray  # bool [zone, zone]

    @property
    def internal(self) -> int:
        """Number of internal zones."""
        return int((~self.external).sum())


def make_zones(city: CityFolder) -> Zones:
    """Lay out the zones: each commune, or its quarters in its place, then the external zones."""
    communes, quarters = city.communes, city.quarters
    entries: list[tuple[str, str, int, int, float, float]] = []
    for row, code in enumerate(communes["code"]):
        mine = np.flatnonzero(quarters["commune"] == code) if quarters is not None else np.zeros(0, int)
        if mine.size:
            entries += [
                (
                    str(quarters["code"][q]),
                    str(quarters["name"][q]),
                    row,
                    int(q),
                    quarters["lon"][q],
                    quarters["lat"][q],
                )
                for q in mine
            ]
        else:
            entries.append((str(code), str(communes["name"][row]), row, -1, communes["lon"][row], communes["lat"][row]))
    inside = len(entries)
    outside = city.external
    for row in range(outside["code"].size):
        place = (outside["lon"][row], outside["lat"][row])
        entries.append((str(outside["code"][row]), str(outside["name"][row]), -1, -1, *place))
    code, name, commune, quarter, lon, lat = (list(column) for column in zip(*entries, strict=True))
    shapes = _shapes(city, np.array(commune[:inside]), np.array(quarter[:inside]), lon, lat)
    x_km, y_km = project(np.array(lon, float), np.array(lat, float), float(np.mean(lat[:inside])))
    area = _areas(city, shapes, np.array(commune), inside)
    return Zones(
        code, name, np.array(commune), np.array(quarter), np.arange(len(code)) >= inside,
        np.array(lon, float), np.array(lat, float), x_km, y_km, area,
        [_rings(shape) for shape in shapes] + [[] for _ in range(len(code) - inside)],
        _adjacent(shapes, len(code), x_km, y_km),
    )  # fmt: skip


def project(lon: np.ndarray, lat: np.ndarray, latitude: float) -> tuple[np.ndarray, np.ndarray]:
    """Kilometres east and north on a local plane (equirectangular about `latitude`); good to 0.1 % over 50 km."""
    return lon * KM_PER_DEGREE * np.cos(np.radians(latitude)), lat * KM_PER_DEGREE


def _shapes(city: CityFolder, commune: np.ndarray, quarter: np.ndarray, lon: list, lat: list) -> list:
    """Outline of every internal zone, None where the commune has none."""
    shapes: list = [None] * commune.size
    for row in dict.fromkeys(commune.tolist()):
        polygons = city.outlines.get(str(city.communes["code"][row]))
        if polygons is None:
            continue
        whole = shapely.make_valid(MultiPolygon([Polygon(rings[0], rings[1:]) for rings in polygons]))
        places = np.flatnonzero(commune == row)
        if quarter[places[0]] < 0:
            shapes[places[0]] = whole
            continue
        centres = [Point(lon[place], lat[place]) for place in places]
        astray = [
            int(quarter[place]) for place, centre in zip(places, centres, strict=True) if not whole.contains(centre)
        ]
        if astray:
            path = city.folder / "quarters.csv"
            raise CityDataError(
                "\n".join(
                    f"{path}: the centre of '{city.quarters['code'][row]}' is outside its commune" for row in astray
                )
            )
        for place, cell in zip(places, voronoi(centres, whole), strict=True):
            shapes[place] = cell
    return shapes


def voronoi(centres: list[Point], whole: shapely.Geometry) -> list[shapely.Geometry]:
    """Cells of the centres, clipped to `whole`, in the order of the centres.

    Longitude is shrunk before the cut, so that "nearer" means kilometres.
    """
    if len(centres) == 1:
        return [whole]
    shrink = float(np.cos(np.radians(centres[0].y)))
    flat = shapely.transform(whole, lambda xy: xy * [shrink, 1.0])
    points = [Point(centre.x * shrink, centre.y) for centre in centres]
    cells = shapely.voronoi_polygons(MultiPoint(points), extend_to=flat).geoms
    order = [next(cell for cell in cells if cell.contains(point)) for point in points]
    return [shapely.transform(cell.intersection(flat), lambda xy: xy / [shrink, 1.0]) for cell in order]


def _rings(shape: shapely.Geometry | None) -> list[np.ndarray]:
    if shape is None:
        return []
    parts = shape.geoms if hasattr(shape, "geoms") else [shape]
    return [
        np.round(np.array(ring.coords)[:, :2], 6)
        for part in parts
        if isinstance(part, Polygon)
        for ring in (part.exterior, *part.interiors)
    ]


def _areas(city: CityFolder, shapes: list, commune: np.ndarray, inside: int) -> np.ndarray:
    """Published area of communes; a quarter has its part of it in proportion to its outline."""
    area = np.zeros(commune.size)
    for row in dict.fromkeys(commune[:inside].tolist()):
        places = np.flatnonzero(commune == row)
        outline = np.array([shapes[place].area if shapes[place] is not None else 1.0 for place in places])
        area[places] = city.communes["area_km2"][row] * outline / outline.sum()
    area[inside:] = 400.0  # an outside place stands for a countryside: only its radius is used
    return area


def _adjacent(shapes: list, zones: int, x_km: np.ndarray, y_km: np.ndarray) -> np.ndarray:
    """Zones that touch; without outlines, the three nearest."""
    touching = np.zeros((zones, zones), bool)
    known = [place for place, shape in enumerate(shapes) if shape is not None]
    for first in known:
        for second in known:
            if first < second and shapes[first].distance(shapes[second]) < 1e-5:
                touching[first, second] = touching[second, first] = True
    distance = np.hypot(x_km[:, None] - x_km, y_km[:, None] - y_km) + np.diag(np.full(zones, np.inf))
    for place in range(len(shapes)):
        if shapes[place] is None:
            nearest = np.argsort(distance[place, : len(shapes)])[:3]
            touching[place, nearest] = touching[nearest, place] = True
    return touching


def zone_group(distance_to_centre: np.ndarray, density: np.ndarray, inside_centre: np.ndarray) -> np.ndarray:
    """Centre, suburb or periphery: the central commune; then dense or near; then the rest."""
    suburb = (distance_to_centre < 8.0) & (density > 100.0) | (density > 250.0)
    group = np.where(suburb, ZoneGroup.SUBURB, ZoneGroup.PERIPHERY)
    return np.where(inside_centre, ZoneGroup.CENTRE, group).astype(np.int8)
