"""Maps of zones: each zone filled by its value, drawn from the outlines stored with the run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import PolyCollection
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.ticker import StrMethodFormatter

MISSING = "#EEEEEE"
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
    for name, rings in shapes.items():
        number = values.get(name, float("nan"))
        fill = colours(scale(number)) if np.isfinite(number) else MISSING
        axis.add_collection(PolyCollection(rings, facecolors=[fill], edgecolors="white", linewidths=0.8))
        halo = [withStroke(linewidth=1.5, foreground="white")]
        middle = _centre(max(rings, key=len))
        axis.text(*middle, _in_lines(name), fontsize=4.5, ha="center", va="center", path_effects=halo)
    axis.autoscale_view()
    latitude = float(np.mean(np.vstack([ring for rings in shapes.values() for ring in rings])[:, 1]))
    axis.set_aspect(1.0 / np.cos(np.radians(latitude)))
    axis.set_axis_off()
    axis.set_title(title, fontsize=10)
    bar = figure.colorbar(ScalarMappable(scale, colours), ax=axis, shrink=0.75, label=unit)
    bar.outline.set_visible(False)
    bar.ax.yaxis.set_major_formatter(StrMethodFormatter(form) if isinstance(form, str) else form)


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
