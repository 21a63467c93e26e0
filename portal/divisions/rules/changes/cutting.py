"""Cutting a territory in parts by a line that somebody drew."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from portal.errors import BadInput
from portal.kernel.geo.crs import geodesic_area_m2
from portal.kernel.i18n.text import Text, text

LEAST_PART_M2 = 1.0
"""What is smaller is no part but noise of drawing; it stays with the unit that gives."""
MOST_PARTS = 20
"""Into which one line may cut, besides the parts that the territory has anyhow."""

COMPASS = (
    text("in the east"),
    text("in the north-east"),
    text("in the north"),
    text("in the north-west"),
    text("in the west"),
    text("in the south-west"),
    text("in the south"),
    text("in the south-east"),
)
"""Eight directions, anticlockwise from the east."""


@dataclass(frozen=True)
class Part:
    """One part of a territory: where it lies in the whole, its size and its part of the whole."""

    geometry: shapely.MultiPolygon
    area_m2: float
    share: float
    where: Text

    @property
    def hectares(self) -> float:
        """The area in hectares."""
        return self.area_m2 / 10_000


def cut(territory: BaseGeometry, line: BaseGeometry) -> list[Part]:
    """The parts of a territory on either side of a line, both in degrees, the largest first.

    The parts on one side of the line are one part where the line enters and leaves once. Raises `BadInput` when the
    line cuts nothing: a territory of several parts has as many without it.
    """
    pieces, before = _pieces(territory, line), len(_large(shapely.get_parts(territory)))
    if len(pieces) <= max(before, 1):
        raise BadInput(text("The line must run right through the division, from outside to outside."))
    if len(pieces) - before >= MOST_PARTS:
        raise BadInput(text("The line cuts the division in %(count)d parts; draw a simpler one.", count=len(pieces)))
    whole, middle = geodesic_area_m2(territory), territory.centroid
    return [_part(piece, whole, middle) for piece in pieces]


def joined(parts: Sequence[Part]) -> shapely.MultiPolygon:
    """Several parts as one piece."""
    together = shapely.union_all([part.geometry for part in parts])
    return shapely.MultiPolygon([one for one in shapely.get_parts(together) if one.geom_type == "Polygon"])


def _pieces(territory: BaseGeometry, line: BaseGeometry) -> list[shapely.Polygon]:
    """What the outlines and the line enclose, as far as it lies in the territory."""
    noded = shapely.union_all([shapely.boundary(territory), line])
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    inside = [face for face in faces if territory.covers(face.representative_point())]
    return sorted(_large(inside), key=geodesic_area_m2, reverse=True)


def _large(parts: Iterable[shapely.Polygon]) -> list[shapely.Polygon]:
    return [part for part in parts if geodesic_area_m2(part) >= LEAST_PART_M2]


def _part(piece: shapely.Polygon, whole: float, middle: shapely.Point) -> Part:
    area = geodesic_area_m2(piece)
    return Part(shapely.MultiPolygon([piece]), area, area / whole if whole else 0.0, _direction(piece.centroid, middle))


def _direction(place: shapely.Point, middle: shapely.Point) -> Text:
    east = (place.x - middle.x) * np.cos(np.radians(middle.y))
    angle = np.degrees(np.arctan2(place.y - middle.y, east))
    return COMPASS[round(float(angle) / 45.0) % 8]
