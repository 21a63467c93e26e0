"""The position of points as two columns, for tables that have no shapes; an importer reads them as degrees."""

from __future__ import annotations

import shapely
from shapely.geometry.base import BaseGeometry

from portal.kernel.contracts.exporting import Column
from portal.kernel.contracts.fields import Kind

DECIMALS = 8

LON = Column("lon", {"zh": "经度", "en": "Longitude"}, Kind.NUMBER, 14)
LAT = Column("lat", {"zh": "纬度", "en": "Latitude"}, Kind.NUMBER, 14)


def position(shape: BaseGeometry | None) -> dict[str, object]:
    """Longitude and latitude in EPSG:4490 by column key; nothing for what is no point: half of it would mislead."""
    if not isinstance(shape, shapely.Point) or shape.is_empty:
        return {}
    return {LON.key: round(shape.x, DECIMALS), LAT.key: round(shape.y, DECIMALS)}
