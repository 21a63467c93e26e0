"""Lines of a map by what they are worth: where two shapes share one, it is worth what the weaker of them is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import shapely
from shapely.geometry.base import BaseGeometry

from portal.divisions.rules.quality import QUALITIES

GRID_DEGREES = 1e-7
"""About a centimetre: neighbours whose corners differ by less share their line."""


def lines_by_quality(shapes: Sequence[tuple[str, BaseGeometry]]) -> Mapping[str, BaseGeometry]:
    """The lines of areas (quality, shape in degrees), each stretch once and under one quality; the weakest first."""
    lines: dict[str, BaseGeometry] = {}
    taken: BaseGeometry = shapely.MultiLineString()
    for quality in QUALITIES:
        own = _outlines([shape for worth, shape in shapes if worth == quality])
        left = shapely.difference(own, taken, grid_size=GRID_DEGREES)
        if not left.is_empty:
            lines[quality] = shapely.line_merge(left)
            taken = shapely.union(taken, left, grid_size=GRID_DEGREES)
    return lines


def _outlines(shapes: Sequence[BaseGeometry]) -> BaseGeometry:
    boundaries = [shapely.boundary(shape) for shape in shapes]
    return shapely.union_all(boundaries, grid_size=GRID_DEGREES) if boundaries else shapely.MultiLineString()
