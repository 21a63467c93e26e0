"""Text entries of units, section by section."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.divisions.catalogue.gazetteer import sections
from portal.divisions.models import GazetteerEntry
from portal.divisions.queries.many import any_of


def entries(session: Session, unit_ids: Iterable[int]) -> Mapping[int, Mapping[str, GazetteerEntry]]:
    """The believed sections of units by unit and section, in the order of the catalogue."""
    one = GazetteerEntry
    query = select(one).where(one.unit_id == any_of(unit_ids), one.superseded_at.is_(None))
    kept = {(row.unit_id, row.section): row for row in session.scalars(query)}
    units = dict.fromkeys(unit for unit, _ in kept)
    return {unit: {key: kept[unit, key] for key in sections() if (unit, key) in kept} for unit in units}


def entry_versions(session: Session, unit_id: int, section: str) -> Sequence[GazetteerEntry]:
    """Every version of a section, the newest first."""
    one = GazetteerEntry
    query = select(one).where(one.unit_id == unit_id, one.section == section)
    return session.scalars(query.order_by(one.id.desc())).all()
