"""Entering many units from files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sqlalchemy.orm import Session

from portal.divisions.permissions import IMPORT_UNITS
from portal.divisions.service.ancestry import rebuild_ancestry
from portal.divisions.service.batch import Batch, write_batch
from portal.divisions.signals import units_announced
from portal.kernel.access import policy
from portal.kernel.access.actor import Actor
from portal.kernel.audit import trail
from portal.kernel.db.base import new_public_id


def enter_units(session: Session, actor: Actor, batch: Batch, manifest: Mapping[str, object], today: dt.date) -> None:
    """Writes checked rows of many units with one audit row, whose `after` is the manifest of the import."""
    policy.require(actor, IMPORT_UNITS)
    write_batch(session, batch)
    rebuild_ancestry(session)
    trail.record(session, actor, "imported", "divisions.import", new_public_id(), after=manifest)
    session.flush()
    if _announces(batch, today):
        units_announced.send("divisions", session=session, actor=actor)


def _announces(batch: Batch, today: dt.date) -> bool:
    terms = [row.term for rows in (batch.versions, batch.codes, batch.shapes) for row in rows]
    return any(term.announced_on is not None and term.announced_on <= today for term in terms)
