"""How every figure of citysim looks: colours that colour-blind readers can tell apart, a title, units and a source."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO, StringIO
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.transforms import ScaledTranslation

# Okabe and Ito (2008), without yellow, which fades on white.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#5A5A5A", "#8C510A", "#7B3294")
PNG_DPI = 140
# Inches: from the edge to texts; beside, above, below and between panels; from a panel to its axes' names; a letter.
EDGE, LEFT, RIGHT, TOP, BOTTOM, BETWEEN, CLOSE = 0.1, 0.95, 0.15, 0.65, 0.75, 0.6, 0.4
LABEL_LEFT, LABEL_BELOW, LETTER = 0.72, 0.33, 0.068
SMALL_LETTER, SMALL_LINE = 0.058, 0.12  # of the line on sources
LEADER = {"arrowstyle": "-", "linewidth": 0.5, "shrinkA": 0, "shrinkB": 0, "relpos": (0, 0.5)}
STYLE = {
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "axes.titlesize": 12,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titley": 1.0,  # where it is: nothing on top of a panel pushes it up
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#DDDDDD",
    "grid.linewidth": 0.6,
    "axes.axisbelow": True,
    "axes.prop_cycle": mpl.cycler(color=list(COLOURS)),
    "legend.frameon": False,
    "figure.dpi": 100,
    "svg.hashsalt": "citysim",
    "svg.fonttype": "none",
}


@contextmanager
def styled() -> Iterator[None]:
    """Draw in the house style."""
    with mpl.rc_context(STYLE):
        yield


def new_figure(
    rows: int = 1, columns: int = 1, width: float = 7.5, height: float = 4.6, written: int = 0, shared: bool = False
) -> tuple[Figure, list[Axes]]:
    """Open a figure that is not shown on any screen.

    Margins are told, not found: to find them, everything is measured several times, half the time of a figure.

    Parameters
    ----------
    written
        Letters of the longest text that is written to the right of panels.
    shared
        Panels share their axes, labelled at the edges only.
    """
    right = RIGHT + LETTER * written
    wide = width / columns - LEFT - right
    between = CLOSE if shared else BETWEEN
    high = (height - TOP - BOTTOM - between * (rows - 1)) / rows
    margins = {
        "left": LEFT / width,
        "right": 1 - right / width,
        "top": 1 - TOP / height,
        "bottom": BOTTOM / height,
        "wspace": (LEFT + right) / wide,
        "hspace": between / high,
    }
    figure = Figure(figsize=(width, height))
    figure.subplots_adjust(**margins)
    axes = figure.subplots(rows, columns, squeeze=False, sharex=shared, sharey=shared).ravel()
    for axis in axes:
        axis.yaxis.set_label_coords(-LABEL_LEFT / wide, 0.5)
        axis.xaxis.set_label_coords(0.5, -LABEL_BELOW / high)
    return figure, list(axes)


def save(figure: Figure, folder: Path, name: str, title: str, source: str) -> list[Path]:
    """Write a figure as SVG and PNG, each put in place in one rename.

    Returns
    -------
    list
        The two files.
    """
    width, height = figure.get_size_inches()
    figure.text(EDGE / width, 1 - EDGE / height, title, va="top", fontweight="bold", fontsize=12.5)
    told = textwrap.wrap(source, int((width - 2 * EDGE) / SMALL_LETTER))
    if len(told) > 1:
        figure.subplots_adjust(bottom=(BOTTOM + SMALL_LINE * (len(told) - 1)) / height)
    figure.text(EDGE / width, EDGE / height, "\n".join(told), va="bottom", fontsize=7, color="#555555")
    figure.dpi = PNG_DPI
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    # Not through `savefig`, which draws everything once more for each file to learn how large it is.
    for kind in ("png", "svg"):
        final = folder / f"{name}.{kind}"
        draft = folder.parent.with_name(f".{folder.parent.name}.{name}.{os.getpid()}.{kind}")
        # No dates in the files: the same run draws the same bytes.
        if kind == "png":
            pixels = {"compress_level": 1}
            FigureCanvasAgg(figure).print_png(draft, metadata={"Software": "citysim"}, pil_kwargs=pixels)
        else:
            FigureCanvasSVG(figure).print_svg(draft, metadata={"Date": None})
        final.parent.mkdir(parents=True, exist_ok=True)  # another process may have put the same run in place anew
        draft.replace(final)
        files.append(final)
    return files


def rehearse() -> None:
    """Draw a figure that nobody sees: fonts and file formats are loaded before the first one that counts."""
    with styled():
        figure, (axis,) = new_figure()
        axis.plot([0.0, 1.0], label="line")
        label_ends(axis)
        figure.suptitle("title", fontweight="bold")
        FigureCanvasAgg(figure).print_png(BytesIO())
        FigureCanvasSVG(figure).print_svg(StringIO())


def label_ends(axis: Axes, gap: float = 0.045) -> None:
    """Write each line's name at its right end, moved apart where they would touch; better than a legend."""
    lines = [line for line in axis.get_lines() if not str(line.get_label()).startswith("_") and len(line.get_xdata())]
    low, high = axis.get_ylim()
    order = sorted(range(len(lines)), key=lambda index: float(lines[index].get_ydata()[-1]))
    ends = [float(lines[index].get_ydata()[-1]) for index in order]
    step = (high - low) * gap
    beside = axis.transData + ScaledTranslation(9 / 72, 0, axis.figure.dpi_scale_trans)
    for index, place in zip(order, _spread_out(ends, step), strict=True):
        line = lines[index]
        end, height = float(line.get_xdata()[-1]), float(line.get_ydata()[-1])
        colour = line.get_color()
        axis.annotate(
            str(line.get_label()),
            (end, height),
            (end, place),
            textcoords=beside,
            annotation_clip=False,
            va="center",
            fontsize=8.5,
            color=colour,
            # a name that had to move is led back to its line
            arrowprops=LEADER | {"color": colour} if abs(place - height) > step / 2 else None,
        )


def _spread_out(values: list[float], step: float) -> list[float]:
    """Places at least `step` apart, each as near its value as the others allow (pool adjacent violators)."""
    blocks: list[tuple[float, int]] = []  # mean of value - rank * step, and how many labels share it
    for rank, value in enumerate(values):
        mean, count = value - rank * step, 1
        while blocks and blocks[-1][0] > mean:
            below, number = blocks.pop()
            mean, count = (mean * count + below * number) / (count + number), count + number
        blocks.append((mean, count))
    shifted = [mean for mean, count in blocks for _ in range(count)]
    return [mean + rank * step for rank, mean in enumerate(shifted)]
