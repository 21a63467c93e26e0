"""One row of a file against one hazard: what it says, what it says otherwise, and the two put together."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from portal.divisions.queries.naming import NamedUnit
from portal.kernel.contracts.importing import ImportRow, Staging
from portal.kernel.i18n.text import text
from portal.risk.queries import KnownHazard
from portal.risk.rules import Particulars

Changes = dict[str, tuple[object, object]]

ATTRIBUTE = {
    "name": "name",
    "type": "type_key",
    "level": "level",
    "season": "season",
    "advice": "advice",
    "description": "description",
    "source": "source",
    "valid_from": "valid_from",
    "assessed_on": "assessed_on",
}
"""What the columns are called in `Particulars`."""

FIELD_OF = {attribute: field for field, attribute in ATTRIBUTE.items()}


def public_id_of(row: ImportRow) -> uuid.UUID | None:
    """The public id a row names; one that is none is refused."""
    given = row.values.get("id")
    if given is None:
        return None
    try:
        return uuid.UUID(str(given))
    except ValueError:
        row.refuse("hazard.bad_id", text("This is no identifier of this portal; leave it empty for a new one."), "id")
        return None


def assessed_on(row: ImportRow, known: KnownHazard | None, staging: Staging) -> dt.date:
    """The day of the row: as it says, else that of the hazard it changes, else that of the whole file, else today."""
    said = row.values.get("assessed_on")
    if isinstance(said, dt.date):
        return said
    if known is not None:
        return known.said.assessed_on
    given = staging.options.get("assessed_on")
    return given if isinstance(given, dt.date) else staging.today


def unit_day(row: ImportRow, known: KnownHazard | None, staging: Staging) -> dt.date:
    """The day of which its division is read: that of the row, or of a change of divisions that came after that."""
    day = assessed_on(row, known, staging)
    return known.lay_on if known is not None and day == known.said.assessed_on else day


def merged(row: ImportRow, known: KnownHazard | None, staging: Staging) -> Particulars:
    """The hazard in words as it will be; what a row does not say stays as it is, or is empty in a new one."""
    day = assessed_on(row, known, staging)
    fresh: dict[str, Any] = {"season": "", "advice": None, "description": "", "source": staging.source[:200]}
    fresh |= {"valid_from": min(day, staging.today), "assessed_on": day}
    kept = {name: getattr(known.said, name) for name in FIELD_OF} if known else fresh
    return Particulars(**(kept | said(row)))


def said(row: ImportRow) -> dict[str, Any]:
    """What a row says, by the names of `Particulars`, with one kind of line end."""
    given = {ATTRIBUTE[field]: row.values.get(field) for field in ATTRIBUTE}
    return {name: _tidy(value) for name, value in given.items() if value is not None}


def differences(row: ImportRow, known: KnownHazard, unit: NamedUnit | None, *, same_shape: bool) -> Changes:
    """What a row says otherwise, by field as (before, after); divisions and shapes in words."""
    found: Changes = {
        FIELD_OF[name]: (getattr(known.said, name), value)
        for name, value in said(row).items()
        if (getattr(known.said, name) or "") != value
    }
    if unit is not None and unit.id != known.unit_id:
        found["unit"] = (known.unit_id, unit.label)
    if row.shape is not None and not same_shape:
        found["shape"] = (shape_words(known.shape), shape_words(row.shape))
    return found


def shape_words(shape: BaseGeometry) -> str:
    """A shape in few words for a table of differences: kind, corners, middle."""
    middle = shape.envelope.centroid
    return f"{shape.geom_type} ({shapely.get_num_coordinates(shape)}) {middle.x:.5f}, {middle.y:.5f}"


def _tidy(value: object) -> object:
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value
