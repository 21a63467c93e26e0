"""Changes of divisions with lineage and shares, written straight into the tables."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.divisions.models import Change, ChangeState, Lineage, Unit, UnitVersion


def make_change(
    session: Session, district: Unit, title: str, on: dt.date, number: str = "", authority: str = "上海市人民政府"
) -> Change:
    """A change file that is effective."""
    change = Change(
        unit_id=district.id,
        recorded_by="test",
        kind="split_off",
        title=title,
        state=ChangeState.EFFECTIVE,
        content={"units": [], "moves": []},
        document_number=number,
        document_authority=authority,
        approved_on=on,
        effective_on=on,
    )
    session.add(change)
    session.flush()
    return change


def told_anew(session: Session, unit: Unit, **said: object) -> UnitVersion:
    """The believed version of a unit superseded by one that says something else, such as its population."""
    known = select(UnitVersion).where(UnitVersion.unit_id == unit.id, UnitVersion.superseded_at.is_(None))
    old = session.scalars(known).one()
    old.superseded_at = dt.datetime.now(dt.UTC)
    session.flush()
    copied = ("unit_id", "parent_id", "kind", "level", "name", "source", "valid_from", "valid_to", "announced_on")
    new = UnitVersion(**({name: getattr(old, name) for name in copied} | said))
    session.add(new)
    session.flush()
    return new


def make_move(
    session: Session,
    edge: str,
    source: Unit | None,
    target: Unit,
    on: dt.date,
    *,
    area: str | None = None,
    people: str | None = None,
    change: Change | None = None,
    document: str = "",
    precision: str = "day",
) -> Lineage:
    """Ground that went from a unit to another with its shares of area and people (None: not known)."""
    line = Lineage(
        edge=edge,
        from_unit_id=source.id if source else None,
        to_unit_id=target.id,
        happened_on=on,
        precision=precision,
        area_share=None if area is None else Decimal(area),
        people_share=None if people is None else Decimal(people),
        change_id=change.id if change else None,
        document=document,
        announced_on=on,
    )
    session.add(line)
    session.flush()
    return line
