"""What an undo must know: what was believed before, and who has built on a name."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.toponyms.models import Application, NameVersion


def versions_by_ids(session: Session, ids: Sequence[int]) -> Sequence[NameVersion]:
    """Versions by their internal ids, the earliest first."""
    query = select(NameVersion).where(NameVersion.id.in_(ids))
    return session.scalars(query.order_by(NameVersion.name_id, NameVersion.valid_from)).all() if ids else []


def applied_for(session: Session, ids: Sequence[int]) -> set[int]:
    """Those of some names that an application speaks of."""
    query = select(Application.name_id).where(Application.name_id.in_(ids))
    return {one for one in session.scalars(query) if one is not None}
