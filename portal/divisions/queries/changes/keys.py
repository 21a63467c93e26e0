"""From keys of a file to units."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.divisions.models import Unit


def internal_ids(session: Session, keys: Iterable[str]) -> dict[str, int]:
    """Internal ids of units by key of a file; those that are born and unknown ones are left out."""
    public_ids = [found for key in keys if (found := uuid_of(key)) is not None]
    query = select(Unit.public_id, Unit.id).where(Unit.public_id.in_(public_ids))
    return {str(public_id): unit_id for public_id, unit_id in session.execute(query)}


def uuid_of(key: str) -> uuid.UUID | None:
    """The public id that a key of a file is; None for `new:<n>` and anything else."""
    try:
        return uuid.UUID(key)
    except ValueError:
        return None
