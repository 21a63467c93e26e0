"""Corrections of a unit for those who may read change files: what was put right, when, by whom and why."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Date, func, select
from sqlalchemy.orm import Session, aliased

from portal.divisions.models import Ancestry, Correction, Unit
from portal.divisions.permissions import READ_CHANGES
from portal.divisions.queries.scope import scoped
from portal.divisions.rules.story import Difference, put_right
from portal.kernel.access.actor import Actor


@dataclass(frozen=True)
class PutRight:
    """One correction with what differs between what was written before and after it."""

    correction: Correction
    differences: tuple[Difference, ...]


def corrections(session: Session, actor: Actor, public_id: uuid.UUID) -> list[PutRight]:
    """The corrections of a unit within the actor's scope, the newest first."""
    query = (
        select(Correction)
        .join(Unit, Unit.id == Correction.unit_id)
        .where(Unit.public_id == public_id, scoped(actor, READ_CHANGES, Correction.unit_id, _day()))
        .order_by(Correction.recorded_at.desc(), Correction.id.desc())
    )
    found: Sequence[Correction] = session.scalars(query).all()
    return [PutRight(one, put_right(one.before, one.after)) for one in found]


def _day() -> ColumnElement[dt.date]:
    """The day of the correction in Shanghai; for a unit that was not there then, its nearest day."""
    own = aliased(Ancestry)
    itself = (own.unit_id == Correction.unit_id, own.depth == 0)
    end = func.coalesce(func.upper(own.valid), dt.date.max)
    first = select(func.min(func.lower(own.valid))).where(*itself).correlate(Correction).scalar_subquery()
    last = select(func.max(end) - 1).where(*itself).correlate(Correction).scalar_subquery()
    recorded = func.timezone("Asia/Shanghai", Correction.recorded_at).cast(Date)
    return func.greatest(first, func.least(recorded, last))
