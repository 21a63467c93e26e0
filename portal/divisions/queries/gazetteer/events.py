"""What became of units of a district in some years, from lineage and the documents of change files."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement, Date, ScalarSelect, cast, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from portal.divisions.models import Change, Lineage, UnitVersion
from portal.divisions.permissions import READ_GAZETTEER
from portal.divisions.queries.scope import on, scoped, within
from portal.divisions.rules.gazetteer import Event
from portal.kernel.access.actor import Actor

FIRST = dt.date(1, 1, 1)
Ends = InstrumentedAttribute[int] | InstrumentedAttribute[int | None]


def events(session: Session, actor: Actor, root_id: int, since: dt.date | None, until: dt.date) -> list[Event]:
    """The edges of `[since, until]` that touch a unit at or below the root and within the actor's scope, by day."""
    day = Lineage.happened_on
    before = cast(day - 1, Date)
    query = (
        select(day, Lineage.precision, Lineage.edge)
        .add_columns(Lineage.from_unit_id, func.coalesce(_name(Lineage.from_unit_id, before), ""))
        .add_columns(Lineage.to_unit_id, func.coalesce(_name(Lineage.to_unit_id, day), ""))
        .add_columns(_document(), func.coalesce(Change.document_authority, ""))
        .outerjoin(Change, Change.id == Lineage.change_id)
        .where(Lineage.superseded_at.is_(None), day.between(since or FIRST, until))
        .where(
            or_(
                _touches(actor, root_id, Lineage.to_unit_id, day),
                _touches(actor, root_id, Lineage.from_unit_id, before),
            )
        )
        .order_by(day, Lineage.id)
    )
    return [Event(*row) for row in session.execute(query)]


def events_of_unit(session: Session, actor: Actor, unit_id: int, until: dt.date) -> list[Event]:
    """The edges that begin or end with one unit."""
    found = events(session, actor, unit_id, None, until)
    return [one for one in found if unit_id in (one.before_id, one.after_id)]


def _touches(
    actor: Actor, root_id: int, unit_id: Ends, day: ColumnElement[dt.date] | InstrumentedAttribute[dt.date]
) -> ColumnElement[bool]:
    return within(unit_id, [root_id], day) & scoped(actor, READ_GAZETTEER, unit_id, day)


def _name(unit_id: Ends, day: ColumnElement[dt.date] | InstrumentedAttribute[dt.date]) -> ScalarSelect[str]:
    return (
        select(UnitVersion.name)
        .where(UnitVersion.unit_id == unit_id, UnitVersion.superseded_at.is_(None), on(UnitVersion.valid, day))
        .limit(1)
        .scalar_subquery()
    )


def _document() -> ColumnElement[str]:
    """The number on the edge, else that of the change file."""
    number: ColumnElement[str] = func.coalesce(func.nullif(Lineage.document, ""), Change.document_number, "")
    return number
