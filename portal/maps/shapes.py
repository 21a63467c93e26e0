"""From the geometries of a layer to what each zoom band draws: Web Mercator, simplified, borders kept shared."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

import shapely
from shapely.geometry.base import BaseGeometry

from portal.kernel.geo.crs import to_mercator
from portal.kernel.geo.geometry import coverage_simplify_shared
from portal.kernel.geo.layer import Layer, LayerRow
from portal.maps.rules import dates_of, holds

Drawn = dict[int, BaseGeometry]
"""Geometry in EPSG:3857 by the row's place in the list."""


def draw_bands(layer: Layer, rows: Sequence[LayerRow]) -> list[Drawn]:
    """For each band of the layer the simplified shapes of all rows that have one."""
    projected = {i: to_mercator(row.geometry) for i, row in enumerate(rows) if row.geometry is not None}
    stretch = _stretch(rows)
    return [_draw(rows, projected, band.tolerance_m * stretch) for band in layer.bands]


def _draw(rows: Sequence[LayerRow], projected: Drawn, tolerance: float) -> Drawn:
    if tolerance == 0:
        return {i: _clockwise(shape) for i, shape in projected.items()}
    drawn = {i: shape.simplify(tolerance, preserve_topology=True) for i, shape in _single(rows, projected).items()}
    for members in _coverages(rows, projected).values():
        drawn |= _draw_coverage(rows, members, projected, tolerance)
    return {i: _clockwise(shape) for i, shape in drawn.items() if not shape.is_empty}


def _draw_coverage(rows: Sequence[LayerRow], members: list[int], projected: Drawn, tolerance: float) -> Drawn:
    """Neighbours of the same days are simplified together; a row keeps the shape of its first day."""
    drawn: Drawn = {}
    for day in dates_of(rows[i] for i in members):
        active = [i for i in members if holds(rows[i], day)]
        if all(i in drawn for i in active):
            continue
        simplified = coverage_simplify_shared([projected[i] for i in active], tolerance)
        drawn |= {i: shape for i, shape in zip(active, simplified, strict=True) if i not in drawn}
    return drawn


def _single(rows: Sequence[LayerRow], projected: Drawn) -> Drawn:
    return {i: shape for i, shape in projected.items() if rows[i].coverage is None}


def _coverages(rows: Sequence[LayerRow], projected: Drawn) -> dict[str, list[int]]:
    groups: dict[str, list[int]] = defaultdict(list)
    for i in projected:
        key = rows[i].coverage
        if key is not None:
            groups[key].append(i)
    return groups


def _stretch(rows: Sequence[LayerRow]) -> float:
    """How much longer a metre is drawn in Web Mercator at the layer's latitude."""
    latitudes = [row.geometry.centroid.y for row in rows if row.geometry is not None]
    return 1 / math.cos(math.radians(sum(latitudes) / len(latitudes))) if latitudes else 1.0


def _clockwise(shape: BaseGeometry) -> BaseGeometry:
    """Outer rings clockwise: flipped into tile space they wind as the tile format wants."""
    return shapely.orient_polygons(shape, exterior_cw=True)
