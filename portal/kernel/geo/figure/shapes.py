"""Shapes in the map field: areas with colour and pattern, lines, positions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from shapely.geometry.base import BaseGeometry

from portal.kernel.geo.figure.styles import PAPER, Style

FINEST_MM = 0.04
"""What lies closer together cannot be told apart on paper."""
MARKER_PT = 7.0


def on_paper(shape: BaseGeometry, scale: int, window: shapely.Polygon) -> BaseGeometry:
    """A shape of the plane as the paper can show it: cut to the window, without vertices that no eye would see."""
    shown = shapely.simplify(shape, FINEST_MM / 1000.0 * scale, preserve_topology=True)
    return shapely.intersection(shapely.make_valid(shown), window)


def draw_shape(axes: Axes, shape: BaseGeometry, style: Style, order: float) -> None:
    """One shape with its style; collections part by part."""
    for part in _parts(shape):
        if isinstance(part, shapely.Polygon):
            axes.add_patch(_patch(part, style, order))
        elif isinstance(part, shapely.LineString):
            xy = shapely.get_coordinates(part)
            dashes: dict[str, Any] = {"dashes": style.dashes} if style.dashes else {}
            axes.plot(*xy.T, color=style.edge, linewidth=style.width, zorder=order, solid_capstyle="round", **dashes)
        elif isinstance(part, shapely.Point):
            draw_marker(axes, part.x, part.y, style, order)


def draw_marker(axes: Axes, x: float, y: float, style: Style, order: float) -> None:
    """A single position, with a white rim that parts it from what lies below."""
    rim: dict[str, Any] = {"markeredgecolor": PAPER, "markeredgewidth": 0.8}
    axes.plot([x], [y], marker=style.marker, markersize=MARKER_PT, color=style.fill or style.edge, zorder=order, **rim)


def _patch(polygon: shapely.Polygon, style: Style, order: float) -> PathPatch:
    patch = PathPatch(
        _path(polygon),
        facecolor=style.fill or "none",
        edgecolor=style.edge,
        linewidth=style.width,
        hatch=style.hatch,
        hatch_linewidth=0.4,
        zorder=order,
        joinstyle="round",
    )
    if style.dashes:
        patch.set_linestyle((0, style.dashes))
    return patch


def _path(polygon: shapely.Polygon) -> Path:
    # Holes must run the other way round, or they are filled.
    turned = shapely.orient_polygons(polygon)
    rings = [np.asarray(ring.coords)[:, :2] for ring in (turned.exterior, *turned.interiors)]
    return Path.make_compound_path(*(Path(ring, closed=True) for ring in rings))


def _parts(shape: BaseGeometry) -> Iterable[BaseGeometry]:
    for part in shapely.get_parts(shape):
        if hasattr(part, "geoms"):
            yield from _parts(part)
        elif not part.is_empty:
            yield part
