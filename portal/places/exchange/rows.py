"""One row of a file against one place: what it says, what it says otherwise, and the two put together."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import shapely

from portal.divisions.queries.naming import NamedUnit
from portal.kernel.contracts.importing import ImportRow, Staging
from portal.kernel.i18n.text import text
from portal.places.queries import KnownPlace
from portal.places.rules import WORDS, Particulars, same_position

Changes = dict[str, tuple[object, object]]

CENT = Decimal("0.01")
"""Areas are kept to a hundredth of a square metre."""


def public_id_of(row: ImportRow) -> uuid.UUID | None:
    """The public id a row names; one that is none is refused."""
    given = row.values.get("id")
    if given is None:
        return None
    try:
        return uuid.UUID(str(given))
    except ValueError:
        row.refuse("place.bad_id", text("This is no identifier of this portal; leave it empty for a new one."), "id")
        return None


def checked_on(row: ImportRow, known: KnownPlace | None, staging: Staging) -> dt.date:
    """The day of the row: as it says, else that of the place it changes, else that of the whole file, else today."""
    said = row.values.get("checked_on")
    if isinstance(said, dt.date):
        return said
    if known is not None:
        return known.said.checked_on
    given = staging.options.get("checked_on")
    return given if isinstance(given, dt.date) else staging.today


def unit_day(row: ImportRow, known: KnownPlace | None, staging: Staging) -> dt.date:
    """The day of which its division is read: that of the row, or of a change of divisions that came after that."""
    day = checked_on(row, known, staging)
    return known.lay_on if known is not None and day == known.said.checked_on else day


def merged(row: ImportRow, known: KnownPlace | None, staging: Staging) -> Particulars:
    """The place in words as it will be; what a row does not say stays as it is, or is empty in a new one."""
    day = checked_on(row, known, staging)
    fresh: dict[str, Any] = {"address": "", "source": staging.source[:200], "checked_on": day}
    fresh |= {"valid_from": min(day, staging.today)}
    kept = {name: getattr(known.said, name) for name in WORDS} if known else fresh
    return Particulars(**(kept | said(row)))


def said(row: ImportRow) -> dict[str, Any]:
    """What a row says, by the names of `Particulars`, with one kind of line end."""
    given = {name: row.values.get(name) for name in WORDS}
    return {name: _tidy(value) for name, value in given.items() if value is not None}


def differences(row: ImportRow, known: KnownPlace, unit: NamedUnit | None) -> Changes:
    """What a row says otherwise, by field as (before, after); divisions and positions in words."""
    found: Changes = {
        name: (getattr(known.said, name), value)
        for name, value in said(row).items()
        if getattr(known.said, name) != value
    }
    if unit is not None and unit.id != known.unit_id:
        found["unit"] = (known.unit_id, unit.label)
    point = point_of(row)
    if point is not None and not same_position(known.point, point):
        found["shape"] = (position_words(known.point), position_words(point))
    return found


def point_of(row: ImportRow) -> shapely.Point | None:
    """The position of a row; the pipeline has seen that it is one point."""
    return None if row.shape is None else shapely.Point(shapely.get_coordinates(row.shape)[0])


def position_words(point: shapely.Point | None) -> str | None:
    """A position in few words for a table of differences."""
    return None if point is None else f"{point.x:.6f}, {point.y:.6f}"


def _tidy(value: object) -> object:
    if isinstance(value, Decimal):
        return value.quantize(CENT)
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value
