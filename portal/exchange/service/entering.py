"""The confirmed rows go in, through the room's own verbs, in one transaction; and out again as a whole."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.errors import RuleBroken
from portal.exchange.models import Heading, Import, State
from portal.exchange.queries import imports as queries
from portal.exchange.rules import heading_key
from portal.exchange.service.checking import plan, rows_lost, rows_of
from portal.exchange.service.moving import move, work_on
from portal.exchange.staging import Counts, Setup
from portal.exchange.staging.reading import Tell
from portal.kernel.access import policy
from portal.kernel.access.actor import Actor
from portal.kernel.audit import trail
from portal.kernel.contracts.importing import Importer
from portal.kernel.i18n.clock import now
from portal.kernel.i18n.text import text

SUBJECT = "exchange.import"


class MovedOn(RuleBroken):
    """What is on record has changed since the preview was made."""


def confirm(session: Session, actor: Actor, found: Import, *, valid_only: bool) -> None:
    """Says yes to the preview; all or nothing unless only the valid rows are asked for. Raises `RuleBroken`."""
    counts = Counts.of(found.counts)
    if counts.refused and not valid_only:
        raise RuleBroken(
            text("%(count)s rows are refused. Correct them, or import the valid rows only.", count=counts.refused)
        )
    if not counts.new + counts.changed:
        raise RuleBroken(text("There is nothing to import: every row is on record as it is."))
    move(session, found, State.ENTERING)
    after = {"valid_only": valid_only, "counts": counts.plain()}
    trail.record(session, actor, "confirmed", SUBJECT, found.public_id, after=after)
    work_on(session, actor, found, "exchange.enter")


def enter(session: Session, actor: Actor, found: Import, importer: Importer, today: dt.date, tell: Tell) -> None:
    """Writes the rows as previewed. Raises `MovedOn` when the same plan would come out otherwise now."""
    policy.require(actor, importer.permission)
    counts = Counts.of(found.counts)
    if queries.planned_count(session, found) != counts.total:
        raise rows_lost()
    again = plan(session, actor, found, importer, today, lambda done, _: tell(done, 2 * counts.total), keeping=False)
    if again.digest != counts.digest:
        raise MovedOn(text("What is on record has changed since the preview. Here is the preview of now; look again."))
    rows = rows_of(
        session, found, importer, today, lambda done, _: tell(counts.total + done, 2 * counts.total), entering=True
    )
    found.manifest = dict(importer.enter(session, actor, rows))
    found.entered_at, found.question = now(), None
    remember(session, found)
    move(session, found, State.DONE)
    after = {"what": found.what, "file": found.file_name, "sha256": found.sha256, "counts": counts.plain()}
    trail.record(session, actor, "imported", SUBJECT, found.public_id, after=after)
    session.flush()


def start_undo(session: Session, actor: Actor, found: Import) -> None:
    """Asks for an import to be taken back as a whole; raises `RuleBroken` once the record of it was destroyed."""
    if found.manifest is None and found.state == State.DONE:
        raise RuleBroken(text("What this import changed was destroyed with its file; it can no longer be taken back."))
    move(session, found, State.UNDOING)
    work_on(session, actor, found, "exchange.undo")


def undo(session: Session, actor: Actor, found: Import, importer: Importer) -> None:
    """Takes back what an import wrote; raises `RuleBroken` when something was built on it."""
    policy.require(actor, importer.permission)
    importer.undo(session, actor, found.manifest or {})
    found.undone_at, found.question = now(), None
    found.manifest = None  # Of persons it holds what was on record before; nobody needs it any more.
    move(session, found, State.UNDONE)
    trail.record(session, actor, "import_undone", SUBJECT, found.public_id, after={"what": found.what})
    session.flush()


def remember(session: Session, found: Import) -> None:
    """Keeps which heading meant which field, for the next file of this kind."""
    setup = Setup.of(found.setup)
    known = queries.remembered(session, found.what)
    for key, column in setup.columns.items():
        heading = heading_key(column)
        if heading and known.get(heading) != key:
            row = {"what": found.what, "heading": heading, "field": key, "used_at": now()}
            statement = insert(Heading).values(row)
            session.execute(
                statement.on_conflict_do_update(
                    index_elements=["what", "heading"], set_={"field": key, "used_at": row["used_at"]}
                )
            )
