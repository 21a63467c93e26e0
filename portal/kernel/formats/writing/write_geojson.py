"""GeoJSON out, as RFC 7946 wants it: longitude and latitude, outer rings counterclockwise, no `crs` member."""

from __future__ import annotations

import datetime as dt
import decimal
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from portal.kernel.formats.writing.attributes import attributes
from portal.kernel.formats.writing.outgoing import Outgoing
from portal.kernel.formats.writing.values import Plain, written
from portal.kernel.geo.geometry import round_coordinates

DECIMALS = 8
"""Of a degree: half a unit of the last is 0.6 mm."""


class _Extent:
    """What has been written so far lies within it."""

    def __init__(self) -> None:
        self.west = self.south = np.inf
        self.east = self.north = -np.inf

    def take(self, shape: BaseGeometry) -> None:
        west, south, east, north = shape.bounds
        self.west, self.south = min(self.west, west), min(self.south, south)
        self.east, self.north = max(self.east, east), max(self.north, north)

    def bbox(self) -> list[float]:
        return [] if self.west > self.east else [self.west, self.south, self.east, self.north]


def write_geojson(path: Path, outgoing: Outgoing) -> int:
    """Writes a FeatureCollection feature by feature and gives their number; a row without a shape has `null`.

    Coordinates are EPSG:4490, which is WGS 84 within the accuracy of either, rounded to 8 decimals. Properties go by
    column key; a choice gives its key, and its name as `KEY_name`. A column `id` is the feature's id too. `bbox`
    stands at the end, when it is known.
    """
    extent, count = _Extent(), 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(_beginning(outgoing))
        for feature in _features(outgoing, extent):
            file.write((",\n" if count else "\n") + feature)
            count += 1
        file.write("\n]" + (f',\n"bbox": {json.dumps(extent.bbox())}' if extent.bbox() else "") + "\n}\n")
    return count


def _beginning(outgoing: Outgoing) -> str:
    said = {"type": "FeatureCollection", "name": outgoing.name, "title": outgoing.title}
    if outgoing.source:
        said["source"] = outgoing.source
    members = "".join(f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)},\n" for key, value in said.items())
    return "{\n" + members + '"features": ['


def _features(outgoing: Outgoing, extent: _Extent) -> Iterator[str]:
    known = attributes(outgoing.columns)
    for row in outgoing.rows:
        properties = {each.name: _plain(each.value(row, outgoing.locale)) for each in known}
        shape = "null" if row.shape is None or row.shape.is_empty else _geometry(row.shape, extent)
        identity = f'"id": {_json(properties["id"])}, ' if properties.get("id") else ""
        yield f'{{"type": "Feature", {identity}"geometry": {shape}, "properties": {_json(properties)}}}'


def _geometry(shape: BaseGeometry, extent: _Extent) -> str:
    rounded = shapely.orient_polygons(round_coordinates(shapely.force_2d(shape), DECIMALS), exterior_cw=False)
    extent.take(rounded)
    return str(shapely.to_geojson(rounded))


def _plain(value: Plain) -> object:
    if isinstance(value, decimal.Decimal):
        return float(value)
    return written(value) if isinstance(value, dt.date) else value


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
