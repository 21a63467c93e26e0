"""Entering what was derived from lists: units, versions, codes and edges, in one transaction with one audit row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, update
from sqlalchemy.orm import Session

from portal.divisions.models import Lineage
from portal.divisions.permissions import IMPORT_UNITS
from portal.divisions.queries.many import any_of
from portal.divisions.rules.id_ranges import to_ranges
from portal.divisions.service.adding import add_rows
from portal.divisions.service.ancestry import rebuild_ancestry
from portal.divisions.service.batch import Batch, NewUnit, Subject, Written, write_batch
from portal.divisions.signals import units_announced
from portal.kernel.access import policy
from portal.kernel.access.actor import Actor
from portal.kernel.audit import trail
from portal.kernel.db.base import new_public_id


@dataclass(frozen=True)
class EdgeRow:
    """An edge of the lineage; `before` is None where a unit was set up."""

    edge: str
    before: Subject | None
    after: Subject
    on: dt.date
    precision: str
    document: str
    announced_on: dt.date | None


@dataclass
class Derived:
    """Rows of units, and the edges between them; `old_edges` are believed no longer."""

    batch: Batch = field(default_factory=Batch)
    edges: list[EdgeRow] = field(default_factory=list)
    old_edges: list[int] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.batch or self.edges or self.old_edges)


def enter_series(
    session: Session, actor: Actor, derived: Derived, manifest: Mapping[str, object], today: dt.date
) -> None:
    """Writes what was derived. The audit row names the lists and the ids of all that was written and superseded."""
    policy.require(actor, IMPORT_UNITS)
    written = write_batch(session, derived.batch)
    if derived.old_edges:
        old = update(Lineage).where(Lineage.id == any_of(derived.old_edges)).values(superseded_at=func.now())
        session.execute(old)
    edges = [row_id for row_id, _ in add_rows(session, Lineage, (_edge(one, written) for one in derived.edges), "edge")]
    if derived.batch:
        rebuild_ancestry(session)
    after = {**manifest, "wrote": _wrote(derived, written, edges)}
    trail.record(session, actor, "imported", "divisions.lists", new_public_id(), after=after)
    session.flush()
    if _announces(derived.batch, today):
        units_announced.send("divisions", session=session, actor=actor)


def _edge(row: EdgeRow, written: Written) -> dict[str, object]:
    return {
        "edge": row.edge,
        "from_unit_id": None if row.before is None else _id(row.before, written),
        "to_unit_id": _id(row.after, written),
        "happened_on": row.on,
        "precision": row.precision,
        "document": row.document,
        "announced_on": row.announced_on,
    }


def _id(subject: Subject, written: Written) -> int:
    return written.units[subject] if isinstance(subject, NewUnit) else subject


def _wrote(derived: Derived, written: Written, edges: Sequence[int]) -> dict[str, object]:
    batch = derived.batch
    return {
        "units": to_ranges(written.units.values()),
        "added": {
            "unit_versions": to_ranges(written.versions),
            "unit_codes": to_ranges(written.codes),
            "lineage": to_ranges(edges),
        },
        "superseded": {
            "unit_versions": to_ranges(batch.old_versions),
            "unit_codes": to_ranges(batch.old_codes),
            "lineage": to_ranges(derived.old_edges),
        },
    }


def _announces(batch: Batch, today: dt.date) -> bool:
    terms = [row.term for rows in (batch.versions, batch.codes) for row in rows]
    return any(term.announced_on is not None and term.announced_on <= today for term in terms)
