"""GeoPackage out: one layer, with rows that have no shape too."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry

from portal.kernel.formats.writing.attributes import attributes
from portal.kernel.formats.writing.batches import Layer
from portal.kernel.formats.writing.outgoing import Outgoing
from portal.kernel.geo.crs import DeclaredCrs, from_storage


def write_gpkg(path: Path, outgoing: Outgoing) -> int:
    """Writes the list as the layer `name` in the wanted system, x = east, and gives the number of its rows.

    Fields go by column key; title and source are the layer's identifier and description. The geometry column gets
    the type of its shapes when they all have the same. Raises `BadInput` where a shape lies outside the system.
    """
    known = attributes(outgoing.columns)
    layer = Layer(
        path,
        outgoing.name,
        "GPKG",
        outgoing.crs,
        [each.name for each in known],
        [each.kind for each in known],
        options={"IDENTIFIER": outgoing.title, "DESCRIPTION": outgoing.source, "GEOMETRY_NAME": "geom", "FID": "fid"},
    )
    count, types = 0, set[str]()
    for row in outgoing.rows:
        shape = moved(row.shape, outgoing.crs)
        types |= {shape.geom_type} if shape is not None else set()
        layer.add(shape, [each.value(row, outgoing.locale) for each in known])
        count += 1
    layer.close(always=True)
    if len(types) == 1:
        _declare(path, types.pop())
    return count


def moved(shape: BaseGeometry | None, crs: DeclaredCrs) -> BaseGeometry | None:
    """The shape in the wanted system, 2D; None for none and for an empty one."""
    if shape is None or shape.is_empty:
        return None
    flat: BaseGeometry = shapely.force_2d(from_storage(shape, crs))
    return flat


def _declare(path: Path, geometry_type: str) -> None:
    """Only after the last row is it known what they all are; GDAL asks before the first."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE gpkg_geometry_columns SET geometry_type_name = ?", (geometry_type.upper(),))
