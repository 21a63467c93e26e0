"""The names and open applications that lie in some divisions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from portal.divisions.queries.many import any_of
from portal.divisions.queries.scope import on
from portal.kernel.access.actor import Actor
from portal.toponyms.models import Application, NameVersion
from portal.toponyms.permissions import READ
from portal.toponyms.queries.scope import application_scope, name_scope
from portal.toponyms.rules.moves import OPEN

NAMED = 5
"""Of each sort, that a reference lists."""


def names_in(session: Session, actor: Actor, ids: Sequence[int], day: dt.date) -> tuple[int, list[str]]:
    """How many names in use lie in divisions on a day, and some of those that the actor may see."""
    where = _in_use(ids, day)
    count = session.scalar(select(func.count()).select_from(NameVersion).where(*where)) or 0
    query = select(NameVersion.name).where(*where, name_scope(actor, READ)).order_by(NameVersion.folded).limit(NAMED)
    return count, list(session.scalars(query))


def applications_in(session: Session, actor: Actor, ids: Sequence[int]) -> tuple[int, list[str]]:
    """How many applications that are not decided lie in divisions, and some of those that the actor may see."""
    where = (Application.unit_id == any_of(ids), Application.state.in_(OPEN))
    count = session.scalar(select(func.count()).select_from(Application).where(*where)) or 0
    query = select(Application.name).where(*where, application_scope(actor, READ)).order_by(Application.id).limit(NAMED)
    return count, list(session.scalars(query))


def _in_use(ids: Sequence[int], day: dt.date) -> list[ColumnElement[bool]]:
    return [
        NameVersion.unit_id == any_of(ids),
        NameVersion.superseded_at.is_(None),
        NameVersion.status == "in_use",
        on(NameVersion.valid, day),
    ]
