"""Versions of names into the table: new ones, and those that take the place of others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from geoalchemy2.shape import from_shape
from sqlalchemy import func, insert, update
from sqlalchemy.orm import Session

from portal.kernel.db.base import STORAGE_SRID, new_public_id
from portal.toponyms.models import Name, NameVersion
from portal.toponyms.rules.particulars import WORDS, Particulars
from portal.toponyms.rules.position import Placed

Values = dict[str, Any]
POSITION = ("geom", "original_geometry", "original_crs")
SOUNDS = ("folded", "toned", "specific_folded")
COPIED = (
    *WORDS,
    *SOUNDS,
    *POSITION,
    "name_id",
    "unit_id",
    "valid_to",
    "entry",
    "reason",
    "application_id",
    "recorded_by",
)


def new_names(session: Session, count: int) -> list[Name]:
    """Identities for names that are added, in order."""
    if not count:
        return []
    rows = [{"public_id": new_public_id()} for _ in range(count)]
    statement = insert(Name).returning(Name, sort_by_parameter_order=True)
    return list(session.scalars(statement, rows))


def add_rows(session: Session, rows: Sequence[Values]) -> None:
    """Adds versions; each holds the columns of `COPIED`."""
    if rows:
        session.execute(insert(NameVersion), list(rows))


def supersede(session: Session, ids: Sequence[int]) -> None:
    """Versions that are no longer believed from now on."""
    statement = update(NameVersion).where(NameVersion.id.in_(ids), NameVersion.superseded_at.is_(None))
    session.execute(statement.values(superseded_at=func.now()), execution_options={"synchronize_session": False})
    session.expire_all()


def values_of(said: Particulars, unit_id: int, placed: Placed | None) -> Values:
    """Columns of a version in words and position."""
    words = {word: getattr(said, word) for word in WORDS} | {"former": list(said.former)}
    return {**words, **said.sounds, "unit_id": unit_id, "valid_to": None, **position_of(placed)}


def position_of(placed: Placed | None) -> Values:
    """The three columns of a position, which are NULL together."""
    if placed is None:
        return dict.fromkeys(POSITION)
    geom = from_shape(placed.shape, srid=STORAGE_SRID)
    return {"geom": geom, "original_geometry": placed.original, "original_crs": placed.crs}


def copy_of(version: NameVersion, **changed: Any) -> Values:
    """The columns of a version that is written anew with some of them changed."""
    return {column: getattr(version, column) for column in COPIED} | changed


def said_of(version: NameVersion) -> Particulars:
    """A version in words."""
    words = {word: getattr(version, word) for word in WORDS}
    return Particulars(**(words | {"former": tuple(version.former)}))


def facts(row: Mapping[str, Any]) -> dict[str, object]:
    """A version as the trail tells it: no geometry, which would fill it, but whether there is one."""
    told = {word: row[word] for word in (*WORDS, "unit_id", "valid_to", "original_crs")}
    return told | {"placed": row["geom"] is not None}
