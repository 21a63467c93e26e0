"""What is on record: a unit on a day, for those who put its entry right, and what a change file wrote."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from portal.divisions.models import Change, Lineage, Unit
from portal.divisions.permissions import CORRECT_UNITS
from portal.divisions.queries.changes.files import last_step
from portal.divisions.queries.changes.standing import lineage_of_change, standing_on, units_of_step
from portal.divisions.queries.scope import reaches
from portal.divisions.queries.units import unit_by_public_id
from portal.errors import NotFound
from portal.kernel.access.actor import Actor
from portal.kernel.i18n.text import text

NAMES = ("name", "name_en", "kind", "seat", "postcode", "phone", "population", "source")


@dataclass(frozen=True)
class Line:
    """What became of a unit by a change: an edge with the names of its ends, from the day before and from the day."""

    edge: Lineage
    source: str | None
    target: str


def written(session: Session, file: Change) -> list[Line]:
    """The lineage that a file wrote, with names; empty before it is effective."""
    edges = lineage_of_change(session, file.id)
    if not edges:
        return []
    on = edges[0].happened_on
    givers = [edge.from_unit_id for edge in edges if edge.from_unit_id is not None]
    before = standing_on(session, givers, on - dt.timedelta(days=1)).versions
    after = standing_on(session, [edge.to_unit_id for edge in edges], on).versions
    names = {unit_id: row.name for unit_id, row in after.items()}
    sources = {unit_id: row.name for unit_id, row in before.items()}
    return [Line(edge, sources.get(edge.from_unit_id or 0), names.get(edge.to_unit_id, "")) for edge in edges]


def coded_units(session: Session, file: Change, on: dt.date) -> list[tuple[str, str]]:
    """Public id as text and name of the units that a file wrote and that are there on a day."""
    carried = last_step(session, file, "carry_out")
    if carried is None:
        return []
    versions = standing_on(session, units_of_step(session, carried), on).versions
    return [(str(session.get_one(Unit, unit_id).public_id), row.name) for unit_id, row in sorted(versions.items())]


def on_record(session: Session, actor: Actor, public_id: uuid.UUID, at: dt.date) -> dict[str, Any]:
    """Particulars, `codes` by system, `since` with `precision` and `until` of the state in which a unit is on a day.

    Raises `NotFound` for a unit that is not there on the day or not the actor's to correct.
    """
    unit = unit_by_public_id(session, public_id, at)
    if not reaches(session, actor, CORRECT_UNITS, unit.id, at):
        raise NotFound(text("There is no such division on this date."))
    standing = standing_on(session, [unit.id], at)
    known = standing.versions[unit.id]
    return {
        **{name: getattr(known, name) for name in NAMES},
        "codes": {row.system: row.code for row in standing.codes_of(unit.id)},
        "since": known.valid_from,
        "until": known.valid_to,
        "precision": known.valid_from_precision,
    }
