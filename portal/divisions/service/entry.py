"""Entering many units from files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sqlalchemy.orm import Session

from portal.divisions.permissions import IMPORT_UNITS
from portal.divisions.rules.id_ranges import to_ranges
from portal.divisions.service.ancestry import rebuild_ancestry
from portal.divisions.service.batch import Batch, Written, write_batch
from portal.divisions.signals import units_announced
from portal.kernel.access import policy
from portal.kernel.access.actor import Actor
from portal.kernel.audit import trail
from portal.kernel.db.base import new_public_id

Wrote = Mapping[str, object]
"""Ids of what was written and superseded, as ranges in plain JSON: what `take_back_units` needs."""


def enter_units(session: Session, actor: Actor, batch: Batch, manifest: Mapping[str, object], today: dt.date) -> Wrote:
    """Writes checked rows of many units with one audit row, whose `after` is the manifest and what was written."""
    policy.require(actor, IMPORT_UNITS)
    wrote = _wrote(batch, write_batch(session, batch))
    rebuild_ancestry(session)
    after = {**manifest, "wrote": wrote}
    trail.record(session, actor, "imported", "divisions.import", new_public_id(), after=after)
    session.flush()
    if _announces(batch, today):
        units_announced.send("divisions", session=session, actor=actor)
    return wrote


def _wrote(batch: Batch, written: Written) -> dict[str, object]:
    return {
        "units": to_ranges(written.units.values()),
        "added": {
            "unit_versions": to_ranges(written.versions),
            "unit_codes": to_ranges(written.codes),
            "unit_shapes": to_ranges(written.shapes),
        },
        "superseded": {"unit_versions": to_ranges(batch.old_versions), "unit_shapes": to_ranges(batch.old_shapes)},
    }


def _announces(batch: Batch, today: dt.date) -> bool:
    terms = [row.term for rows in (batch.versions, batch.codes, batch.shapes) for row in rows]
    return any(term.announced_on is not None and term.announced_on <= today for term in terms)
