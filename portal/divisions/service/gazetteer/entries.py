"""Text entries: each save is a version of its own, a draft until somebody has reviewed it."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from portal.divisions.catalogue.gazetteer import sections
from portal.divisions.models import GazetteerEntry
from portal.divisions.permissions import EDIT_GAZETTEER
from portal.divisions.queries import gazetteer as queries
from portal.divisions.queries.units import unit_by_public_id
from portal.divisions.rules.gazetteer import check_source
from portal.errors import Difference, FormInvalid, NotFound, Stale
from portal.kernel.access import policy
from portal.kernel.access.actor import Actor
from portal.kernel.audit import trail
from portal.kernel.i18n.text import text

LONGEST_BODY, LONGEST_REVIEWER = 10_000, 100


@dataclass(frozen=True)
class SaveEntry:
    """A section of a unit's entry; `seen` is the id of the version that was open, 0 for none.

    A reviewer and a day make it reviewed, else it is a draft.
    """

    unit: uuid.UUID
    at: dt.date
    section: str
    body: str
    source: str
    seen: int = 0
    reviewer: str = ""
    reviewed_on: dt.date | None = None


def save_entry(session: Session, actor: Actor, command: SaveEntry, today: dt.date) -> GazetteerEntry:
    """Adds a version. Raises `FormInvalid` by field, `Stale` when somebody else saved one meanwhile."""
    policy.require(actor, EDIT_GAZETTEER)
    unit_id = unit_by_public_id(session, command.unit, command.at).id
    rows = queries.gazetteer_row(session, actor, EDIT_GAZETTEER, [unit_id], command.at, command.at.year)
    if not rows or command.section not in sections():
        raise NotFound(text("There is no such division on this date."))
    body, source = _checked(command, today), check_source(command.source)
    _replace(session, unit_id, command)
    reviewed = bool(command.reviewer.strip())
    entry = GazetteerEntry(
        unit_id=unit_id,
        section=command.section,
        body=body,
        source=source,
        state="reviewed" if reviewed else "draft",
        reviewer=command.reviewer.strip() if reviewed else None,
        reviewed_on=command.reviewed_on if reviewed else None,
        recorded_by=actor.name,
    )
    session.add(entry)
    after = {"unit": rows[0].name, "section": command.section, "state": entry.state, "length": len(body)}
    trail.record(session, actor, "changed", "divisions.gazetteer_entry", command.unit, after=after)
    session.flush()
    return entry


def _checked(command: SaveEntry, today: dt.date) -> str:
    body = command.body.replace("\r\n", "\n").replace("\r", "\n").strip()
    wrong: dict[str, list[object]] = {}
    if not body:
        wrong["body"] = [text("Write the text of this section.")]
    elif len(body) > LONGEST_BODY:
        wrong["body"] = [text("Use at most %(max)d characters.", max=LONGEST_BODY)]
    if len(command.reviewer.strip()) > LONGEST_REVIEWER:
        wrong["reviewer"] = [text("Use at most %(max)d characters.", max=LONGEST_REVIEWER)]
    if command.reviewer.strip() and command.reviewed_on is None:
        wrong["reviewed_on"] = [text("Say on which day it was reviewed.")]
    if command.reviewed_on is not None and command.reviewed_on > today:
        wrong["reviewed_on"] = [text("A day in the future cannot be the day of a review.")]
    if wrong:
        raise FormInvalid(wrong)
    return body


def _replace(session: Session, unit_id: int, command: SaveEntry) -> None:
    one = GazetteerEntry
    query = select(one).where(one.unit_id == unit_id, one.section == command.section, one.superseded_at.is_(None))
    session.execute(query.with_for_update())
    saved = session.scalar(query.execution_options(populate_existing=True))
    if (saved.id if saved else 0) != command.seen:
        said = text("%(who)s saved another version while you had it open.", who=saved.recorded_by if saved else "")
        raise Stale(said, [Difference("body", saved.body if saved else "", command.body)])
    if saved is not None:
        session.execute(update(one).where(one.id == saved.id).values(superseded_at=func.now()))
