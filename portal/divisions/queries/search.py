"""Finding published divisions by name or code, also by those they no longer bear."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from portal.divisions.queries.published import PublicUnit, public_unit_of, public_units
from portal.divisions.queries.story import states_of
from portal.divisions.rules import LAYER
from portal.kernel.geo.models import Record, Revision, RevisionState


@dataclass(frozen=True)
class Hit:
    """A unit that was found. One that matches only by an earlier or later state says until or from when it did.

    `unit` is as of the day asked for, or the matching state when it is not there on that day.
    """

    unit: PublicUnit
    matched: PublicUnit
    until: dt.date | None = None
    """The last day of the matching state, when it is past."""
    since: dt.date | None = None
    """The first day of the matching state, when it is still to come."""
    ended: PublicUnit | None = None
    """The last state of the unit, when all of it is past: it says what became of it."""


def search_public(session: Session, wanted: str, at: dt.date) -> list[Hit]:
    """Units of which a name contains the text, or a code begins with it, on any published day."""
    matches: dict[uuid.UUID, list[PublicUnit]] = defaultdict(list)
    for record in session.scalars(_matching(wanted)):
        matches[record.public_id].append(public_unit_of(record))
    present = {unit.public_id: unit for unit in public_units(session, at, Record.public_id.in_(list(matches)))}
    gone = states_of(session, [key for key in matches if key not in present])
    hits = [_hit(states, present.get(key), at, gone.get(key, ())) for key, states in matches.items()]
    return sorted(hits, key=lambda hit: (hit.until is not None or hit.since is not None, _order(hit.unit)))


def _matching(wanted: str) -> Select[Record]:
    return (
        select(Record)
        .join(Revision, Revision.id == Record.revision_id)
        .where(Revision.layer == LAYER, Revision.state == RevisionState.LIVE)
        .where(Record.name.icontains(wanted, autoescape=True) | _code_begins(wanted))
        .order_by(Record.valid)
    )


def _code_begins(wanted: str) -> ColumnElement[bool]:
    entry = func.jsonb_array_elements(Record.attributes["codes"]).column_valued("entry")
    return select(entry).where(entry.op("->>")("code").startswith(wanted, autoescape=True)).exists()


def _hit(
    states: Sequence[PublicUnit], present: PublicUnit | None, at: dt.date, all_states: Sequence[PublicUnit]
) -> Hit:
    now = next((state for state in states if state.span.holds(at)), None)
    if now is not None:
        return Hit(now, now)
    past = [state for state in states if state.span.start < at]
    if not past:
        return Hit(present or states[0], states[0], since=states[0].span.start)
    last = past[-1].span.end
    until = last - dt.timedelta(days=1) if last else None
    return Hit(present or past[-1], past[-1], until=until, ended=_ended(all_states, at))


def _ended(states: Sequence[PublicUnit], at: dt.date) -> PublicUnit | None:
    """The last state if it is over on the day; a unit that comes again later has not ended."""
    last = states[-1] if states else None
    return last if last is not None and last.span.end is not None and last.span.end <= at else None


def _order(unit: PublicUnit) -> tuple[int, str, str]:
    return (unit.level, unit.codes[0][1] if unit.codes else "~", unit.name)
