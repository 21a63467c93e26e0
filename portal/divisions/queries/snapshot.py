"""What is believed about a day, as an import needs it to tell new from known."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from geoalchemy2.shape import to_shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from portal.divisions.models import UnitCode, UnitShape, UnitVersion
from portal.divisions.queries.scope import on

Code = tuple[str, str]
"""Code system and code."""

Identity = tuple[str, int | None, str]
"""Name, parent and kind: what a unit without a known code is recognised by."""


@dataclass(frozen=True)
class Snapshot:
    """Versions and codes of a day, and what is known to follow it. Units are named by internal id."""

    at: dt.date
    versions: Mapping[int, UnitVersion]
    codes: Sequence[UnitCode]
    later_codes: Sequence[UnitCode]
    """Codes whose days begin after the day, the soonest first."""
    ends: Mapping[int, dt.date]
    """The day on which a unit ceases to be, where that is known."""

    @cached_property
    def bearers(self) -> Mapping[Code, int]:
        """Who bears a code on the day."""
        return {(row.system, row.code): row.unit_id for row in self.codes}

    @cached_property
    def codes_of(self) -> Mapping[tuple[int, str], str]:
        """Codes of the day by unit and system."""
        return {(row.unit_id, row.system): row.code for row in self.codes}

    @cached_property
    def later_bearers(self) -> Mapping[Code, UnitCode]:
        """The next row in which a code is borne after the day."""
        return {(row.system, row.code): row for row in reversed(self.later_codes)}

    @cached_property
    def next_codes(self) -> Mapping[tuple[int, str], dt.date]:
        """From when on a unit bears its next code of a system."""
        return {(row.unit_id, row.system): row.valid_from for row in reversed(self.later_codes)}

    @cached_property
    def named(self) -> Mapping[Identity, Sequence[int]]:
        """The units that bear a name below a parent and are of a kind on the day."""
        found: dict[Identity, list[int]] = defaultdict(list)
        for unit_id, version in self.versions.items():
            found[version.name, version.parent_id, version.kind].append(unit_id)
        return found


@dataclass(frozen=True)
class KnownShape:
    """A shape believed for the day, with the row's own id."""

    row: UnitShape
    geometry: BaseGeometry


def snapshot(session: Session, at: dt.date) -> Snapshot:
    """Everything believed about a day but the shapes."""
    versions = select(UnitVersion).where(UnitVersion.superseded_at.is_(None), on(UnitVersion.valid, at))
    codes = select(UnitCode).where(UnitCode.superseded_at.is_(None))
    later = codes.where(UnitCode.valid_from > at).order_by(UnitCode.valid_from)
    return Snapshot(
        at,
        {version.unit_id: version for version in session.scalars(versions)},
        session.scalars(codes.where(on(UnitCode.valid, at))).all(),
        session.scalars(later).all(),
        _ends(session),
    )


def shapes_of(session: Session, unit_ids: Iterable[int], at: dt.date) -> dict[int, KnownShape]:
    """The shapes of units on a day."""
    return _shapes(session, at, UnitShape.unit_id.in_(sorted(set(unit_ids))))


def shapes_below(session: Session, parent_ids: Iterable[int], at: dt.date) -> dict[int, KnownShape]:
    """The shapes of the units directly below some parents on a day."""
    below = select(UnitVersion.unit_id).where(
        UnitVersion.parent_id.in_(sorted(set(parent_ids))),
        UnitVersion.superseded_at.is_(None),
        on(UnitVersion.valid, at),
    )
    return _shapes(session, at, UnitShape.unit_id.in_(below))


def next_shapes(session: Session, unit_ids: Iterable[int], at: dt.date) -> dict[int, dt.date]:
    """From when on a unit has its next shape after a day."""
    query = (
        select(UnitShape.unit_id, func.min(UnitShape.valid_from))
        .where(UnitShape.unit_id.in_(sorted(set(unit_ids))), UnitShape.superseded_at.is_(None))
        .where(UnitShape.valid_from > at)
        .group_by(UnitShape.unit_id)
    )
    return dict(session.execute(query).all())


def _shapes(session: Session, at: dt.date, which: ColumnElement[bool]) -> dict[int, KnownShape]:
    query = select(UnitShape).where(UnitShape.superseded_at.is_(None), on(UnitShape.valid, at), which)
    return {row.unit_id: KnownShape(row, to_shape(row.geom)) for row in session.scalars(query)}


def _ends(session: Session) -> dict[int, dt.date]:
    query = (
        select(UnitVersion.unit_id, func.max(UnitVersion.valid_to))
        .where(UnitVersion.superseded_at.is_(None))
        .group_by(UnitVersion.unit_id)
    )
    open_ended = func.bool_or(UnitVersion.valid_to.is_(None))
    return {unit_id: end for unit_id, end in session.execute(query.having(~open_ended)) if end is not None}
