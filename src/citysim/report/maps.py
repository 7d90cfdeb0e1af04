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
        largest = max(rings, key=len)
        middle = (largest.min(axis=0) + largest.max(axis=0)) / 2
        halo = [withStroke(linewidth=1.5, foreground="white")]
        axis.text(*middle, name, fontsize=4.5, ha="center", va="center", path_effects=halo)
    axis.autoscale_view()
    latitude = float(np.mean(np.vstack([ring for rings in shapes.values() for ring in rings])[:, 1]))
    axis.set_aspect(1.0 / np.cos(np.radians(latitude)))
    axis.set_axis_off()
    axis.set_title(title, fontsize=10)
    bar = figure.colorbar(ScalarMappable(scale, colours), ax=axis, shrink=0.75, label=unit)
    bar.outline.set_visible(False)
    bar.ax.yaxis.set_major_formatter(StrMethodFormatter(form) if isinstance(form, str) else form)
