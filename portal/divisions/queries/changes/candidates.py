"""Units that a change file may name: the actor's own, those beside and above, and what a search finds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from portal.divisions.models import Ancestry, Home, Unit, UnitCode, UnitVersion
from portal.divisions.permissions import CHANGE_UNITS
from portal.divisions.queries.choices import unit_choices
from portal.divisions.queries.scope import on as holds
from portal.divisions.queries.units import UnitAt, units_at
from portal.kernel.access.actor import Actor

MOST_FOUND = 40


@dataclass(frozen=True)
class Candidate:
    """A unit to choose, by its key; `group` is the town it is in, "" above."""

    key: str
    label: str
    level: int
    group: str


def own_candidates(session: Session, actor: Actor, at: dt.date) -> list[Candidate]:
    """The units within the actor's divisions on a day, town by town."""
    offered = unit_choices(session, actor, CHANGE_UNITS, at, (2, 3, 4, 5))
    return [Candidate(str(one.public_id), one.label, one.level, one.group) for one in offered]


def other_candidates(session: Session, at: dt.date, words: str = "") -> list[Candidate]:
    """Those above the home district and beside it; with words, what they find anywhere by name or code."""
    query = units_at(at).order_by(UnitVersion.level, Unit.id)
    ids = [*_above_home(session, at), *_beside_home(session, at)]
    rows = [UnitAt(*row) for row in session.execute(query.where(Unit.id.in_(ids)))]
    if words:
        rows += [UnitAt(*row) for row in session.execute(query.where(_found(words, at)).limit(MOST_FOUND))]
    return _once(rows)


def _once(rows: Sequence[UnitAt]) -> list[Candidate]:
    return list({row.id: Candidate(str(row.public_id), row.name, row.level, "") for row in rows}.values())


def _above_home(session: Session, at: dt.date) -> Sequence[int]:
    home = select(Home.unit_id).scalar_subquery()
    query = select(Ancestry.ancestor_id).where(Ancestry.unit_id == home, holds(Ancestry.valid, at))
    return session.scalars(query).all()


def _beside_home(session: Session, at: dt.date) -> Sequence[int]:
    home = select(Home.unit_id).scalar_subquery()
    current = (UnitVersion.superseded_at.is_(None), holds(UnitVersion.valid, at))
    parent = select(UnitVersion.parent_id).where(UnitVersion.unit_id == home, *current).scalar_subquery()
    return session.scalars(select(UnitVersion.unit_id).where(UnitVersion.parent_id == parent, *current)).all()


def _found(words: str, at: dt.date) -> ColumnElement[bool]:
    bearers = select(UnitCode.unit_id).where(
        UnitCode.superseded_at.is_(None), holds(UnitCode.valid, at), UnitCode.code.startswith(words, autoescape=True)
    )
    return or_(UnitVersion.name.contains(words, autoescape=True), Unit.id.in_(bearers))
