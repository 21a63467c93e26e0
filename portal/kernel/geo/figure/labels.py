"""Names on a map: with a halo, the important first, none over another."""

from __future__ import annotations

from dataclasses import dataclass

import shapely
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.patheffects import withStroke
from matplotlib.text import Text as Letters
from matplotlib.transforms import Bbox
from shapely.geometry.base import BaseGeometry

from portal.kernel.geo.figure.letters import font
from portal.kernel.geo.figure.styles import PAPER, Style


@dataclass(frozen=True)
class Label:
    """A name and the shape on the plane that bears it, as far as the map shows it."""

    said: str
    shape: BaseGeometry
    style: Style


def draw_labels(axes: Axes, canvas: FigureCanvasAgg, wanted: list[Label], order: float) -> list[str]:
    """Writes the names that find room and returns the others."""
    taken: list[Bbox] = []
    ordered = sorted(wanted, key=lambda label: (-label.style.rank, -label.shape.area))
    return [label.said for label in ordered if not _place(axes, canvas, label, taken, order)]


def _place(axes: Axes, canvas: FigureCanvasAgg, label: Label, taken: list[Bbox], order: float) -> bool:
    """Tries the middle of the shape, then a little above and below it."""
    where = _middle(label.shape)
    letters = _letters(axes, label, where, order)
    pen = canvas.get_renderer()  # type: ignore[no-untyped-call]
    height = letters.get_window_extent(pen).height
    metres = (axes.transData.inverted().transform((0, height)) - axes.transData.inverted().transform((0, 0)))[1]
    for step in (0.0, 1.0, -1.0, 2.0, -2.0):
        letters.set_position((where.x, where.y + step * metres))
        box = letters.get_window_extent(pen).padded(3)
        inside = axes.bbox.containsx(box.x0) and axes.bbox.containsx(box.x1)
        inside = inside and axes.bbox.containsy(box.y0) and axes.bbox.containsy(box.y1)
        if inside and not any(box.overlaps(other) for other in taken):
            taken.append(box)
            return True
    letters.remove()
    return False


def _letters(axes: Axes, label: Label, where: shapely.Point, order: float) -> Letters:
    style = label.style
    beside = label.shape.area == 0.0
    letters: Letters = axes.text(
        where.x,
        where.y,
        f"  {label.said}" if beside else label.said,
        fontproperties=font(style.label_size, style.bold),
        color=style.label_ink,
        ha="left" if beside else "center",
        va="center",
        zorder=order,
        parse_math=False,
    )
    letters.set_path_effects([withStroke(linewidth=2.2, foreground=PAPER)])
    return letters


def _middle(shape: BaseGeometry) -> shapely.Point:
    """A place inside the largest part, in the middle where that is inside."""
    largest = max(shapely.get_parts(shape), key=lambda part: (part.area, part.length))
    middle: shapely.Point = largest.centroid
    inside: shapely.Point = middle if largest.covers(middle) else largest.representative_point()
    return inside
