"""Pure decisions of publication: the allow-list, the legal fields, what differs."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from portal.errors import FormInvalid
from portal.kernel.geo.layer import Layer, LayerRow
from portal.kernel.i18n.text import text

AREAS = (shapely.Polygon, shapely.MultiPolygon)


@dataclass(frozen=True)
class Change:
    """One thing that a publication would add, change or take away."""

    kind: str  # "added", "changed" or "removed"
    name: str


def allowed(layer: Layer, row: LayerRow) -> dict[str, object]:
    """The public attributes of a row: the allow-list and nothing else."""
    return {field: _plain(row.attributes.get(field)) for field in layer.fields}


def carried(layer: Layer, attributes: Mapping[str, object]) -> dict[str, object]:
    """The few attributes that travel in tiles, without empty ones."""
    return {field: attributes[field] for field in layer.tile_fields if attributes.get(field) is not None}


def row_digest(layer: Layer, row: LayerRow) -> str:
    """Sixteen hex digits that name what the public sees of a row."""
    stated = [str(row.public_id), row.name, allowed(layer, row), str(row.valid_from), str(row.valid_to)]
    digest = hashlib.sha256(json.dumps(stated, sort_keys=True).encode())
    if row.geometry is not None:
        digest.update(shapely.to_wkb(row.geometry))
    return digest.hexdigest()[:16]


def fingerprint(layer: Layer, digests: Sequence[str], legal: Sequence[object]) -> str:
    """Ten hex digits that name the content of a publication, its legal fields included."""
    stated = json.dumps([layer.name, *legal, sorted(digests)], default=str)
    return hashlib.sha256(stated.encode()).hexdigest()[:10]


def changes(before: Mapping[uuid.UUID, tuple[str, str]], after: Mapping[uuid.UUID, tuple[str, str]]) -> list[Change]:
    """What differs between two publications, each given as name and digest by public id."""
    found = [Change("added", after[key][0]) for key in after if key not in before]
    found += [Change("removed", before[key][0]) for key in before if key not in after]
    found += [Change("changed", after[key][0]) for key in after if key in before and after[key] != before[key]]
    return sorted(found, key=lambda change: (change.kind, change.name))


def check_legal_fields(approval_number: str | None, sample: bool) -> None:
    """A public map carries its approval number (审图号, 地图管理条例 art. 15 and 22) or says that it is a sample."""
    if not approval_number and not sample:
        message = text("Enter the map approval number, or mark the map as a sample that is not in force.")
        raise FormInvalid({"approval_number": [message]})
    if approval_number and sample:
        message = text("A map with an approval number is not a sample; choose one of the two.")
        raise FormInvalid({"sample": [message]})


def label_point(geometry: BaseGeometry | None) -> tuple[float | None, float | None]:
    """A longitude and latitude on the shape; of an area the place that is farthest from its edge."""
    if geometry is None:
        return (None, None)
    if isinstance(geometry, AREAS):
        x, y = shapely.get_coordinates(shapely.maximum_inscribed_circle(geometry))[0]
    else:
        point = geometry.representative_point()
        x, y = point.x, point.y
    return (round(float(x), 6), round(float(y), 6))


def drawn_attributes(layer: Layer, row: LayerRow) -> dict[str, object]:
    """What travels in tiles with a shape; areas say where their name belongs, for a tile may hold only a part."""
    label = dict(zip(("label_lon", "label_lat"), label_point(row.geometry), strict=True))
    own = label if isinstance(row.geometry, AREAS) else {}
    return {"id": str(row.public_id), **carried(layer, allowed(layer, row)), **own}


def dates_of(rows: Iterable[LayerRow]) -> list[dt.date]:
    """The days on which the set of valid rows changes, oldest first."""
    return sorted({row.valid_from or dt.date.min for row in rows})


def holds(row: LayerRow, day: dt.date) -> bool:
    """Whether a row is valid on a day."""
    return (row.valid_from or dt.date.min) <= day and (row.valid_to is None or day < row.valid_to)


def _plain(value: object) -> object:
    if isinstance(value, dt.date | uuid.UUID):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value
