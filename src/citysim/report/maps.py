"""Maps of zones: each zone filled by its value, drawn from the outlines stored with the run."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import PathCollection, PolyCollection
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.path import Path
from matplotlib.textpath import TextPath
from matplotlib.ticker import StrMethodFormatter
from matplotlib.transforms import Affine2D

MISSING = "#EEEEEE"
NAME_SIZE, LINE, CAPITAL = 4.5, 1.2, 0.73  # points; heights of a line and of a capital, in that size
POINTS = 72  # an inch
COLOUR_MAP = "viridis_r"  # readable by colour-blind people and in print


def draw_zone_map(
    figure: Figure,
    axis: Axes,
    shapes: Mapping[str, list[np.ndarray]],
    values: Mapping[str, float],
    title: str,
    unit: str,
    form: Any,
) -> None:
    """Fill each zone by its value; zones without a value are grey.

    Parameters
    ----------
    shapes
        Outline rings [n, 2] (degrees) by name of zone.
    values
        Value by name of zone.
    form
        Number format of the colour bar.
    """
    known = [values[name] for name in shapes if name in values and np.isfinite(values[name])]
    scale = Normalize(min(known), max(known) if max(known) > min(known) else min(known) + 1e-9)
    colours = colormaps[COLOUR_MAP]
    fills = {name: colours(scale(values[name])) for name in shapes if np.isfinite(values.get(name, np.nan))}
    outlines = [(ring, fills.get(name, MISSING)) for name, rings in shapes.items() for ring in rings]
    rings, filled = zip(*outlines, strict=True)
    axis.add_collection(PolyCollection(rings, facecolors=filled, edgecolors="white", linewidths=0.8))
    _write_names(figure, axis, shapes)
    axis.autoscale_view()
    latitude = float(np.mean(np.vstack(rings)[:, 1]))
    axis.set_aspect(1.0 / np.cos(np.radians(latitude)))
    axis.set_axis_off()
    axis.set_title(title, fontsize=10)
    bar = figure.colorbar(ScalarMappable(scale, colours), ax=axis, shrink=0.8, pad=0.03, label=unit)
    bar.outline.set_visible(False)
    bar.ax.yaxis.set_major_formatter(StrMethodFormatter(form) if isinstance(form, str) else form)


def _write_names(figure: Figure, axis: Axes, shapes: Mapping[str, list[np.ndarray]]) -> None:
    """Write each zone's name in its middle, on a halo: legible on any fill."""
    middles = [_centre(max(rings, key=len)) for rings in shapes.values()]
    written = PathCollection(
        [path for name in shapes for path in [_outline(name)] * 2],  # first the halo, then the name
        facecolors=("white", "black"),
        edgecolors=("white", "none"),
        linewidths=(1.5, 0.0),
        offsets=np.repeat(middles, 2, axis=0),
        offset_transform=axis.transData,
        clip_on=False,
    )
    written.set_transform(Affine2D().scale(1 / POINTS) + figure.dpi_scale_trans)
    axis.add_collection(written, autolim=False)


@cache
def _outline(name: str) -> Path:
    """Outline of a name in points, its middle at zero."""
    lines = _in_lines(name).splitlines()
    paths = []
    for rank, line in enumerate(lines):
        path = TextPath((0, 0), line, size=NAME_SIZE)
        middle = path.vertices[:, 0].max() / 2  # not of `get_extents`, which solves every curve
        low = ((len(lines) - 1) / 2 - rank) * LINE - CAPITAL / 2
        paths.append(Path(path.vertices + np.array([-middle, NAME_SIZE * low]), path.codes))
    return Path.make_compound_path(*paths)


def _centre(ring: np.ndarray) -> np.ndarray:
    """Centroid of an outline [n, 2]."""
    following = np.roll(ring, -1, axis=0)
    twice_area = ring[:, 0] * following[:, 1] - following[:, 0] * ring[:, 1]
    return ((ring + following) * twice_area[:, None]).sum(axis=0) / (3.0 * twice_area.sum())


def _in_lines(name: str, widest: int = 10) -> str:
    """Break a long name after the hyphen or space nearest its middle."""
    breaks = [place + 1 for place, sign in enumerate(name) if sign in "- "]
    if len(name) <= widest or not breaks:
        return name
    middle = min(breaks, key=lambda place: abs(2 * place - len(name)))
    return f"{name[:middle].rstrip()}\n{name[middle:]}"
