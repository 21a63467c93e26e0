"""The check of a file: values, shapes, rows among each other, then what the room says of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sqlalchemy.orm import Session

from portal.errors import RuleBroken
from portal.exchange.models import Import, State
from portal.exchange.proposals import head_of
from portal.exchange.queries import imports as queries
from portal.exchange.service.answering import options_of
from portal.exchange.service.moving import move
from portal.exchange.staging import Counts, PlannedRows, Setup, clear_checked, count, parse_rows, refuse_twice
from portal.exchange.staging.parsing import Parser
from portal.exchange.staging.reading import Tell
from portal.kernel.access import policy
from portal.kernel.access.actor import Actor
from portal.kernel.contracts.importing import Importer
from portal.kernel.geo.crs import BD09, GCJ02
from portal.kernel.geo.datum_suspicion import suspect_datum
from portal.kernel.geo.problem import Problem
from portal.kernel.i18n.clock import now
from portal.kernel.i18n.plain import to_plain
from portal.kernel.i18n.text import text

SHIFTED = frozenset({GCJ02.key, BD09.key})


def check(session: Session, actor: Actor, found: Import, importer: Importer, today: dt.date, tell: Tell) -> None:
    """Checks all rows and makes the preview; asks back when the data looks shifted. Writes nothing of the room's."""
    policy.require(actor, importer.permission)
    clear_checked(session, found.id)
    setup, total = Setup.of(found.setup), queries.staged_count(session, found)
    if total != (found.head or {}).get("rows"):
        raise rows_lost()
    _parse(session, found, importer, setup, today, total, lambda done, _: tell(done, 2 * total))
    suspicion = _suspicion(session, found, importer, setup, today)
    if suspicion is not None:
        found.question = to_plain(suspicion.text) | {"about": "shift"}
        move(session, found, State.ASKING)
        return
    refuse_twice(session, found.id, importer)
    planned = plan(session, actor, found, importer, today, lambda done, _: tell(total + done, 2 * total))
    found.counts = count(session, found.id, planned.digest).plain()
    found.checked_at = now()
    move(session, found, State.PREVIEWED)


def rows_lost() -> RuleBroken:
    """The tables of rows are unlogged: a crash of the database empties them, and what they held is not written."""
    return RuleBroken(
        text("The rows that were read are no longer here, as after a crash of the database. Read the file again.")
    )


def plan(
    session: Session,
    actor: Actor,
    found: Import,
    importer: Importer,
    today: dt.date,
    tell: Tell,
    *,
    keeping: bool = True,
) -> PlannedRows:
    """Has the room look at every row that is sound so far."""
    planned = rows_of(session, found, importer, today, tell, keeping=keeping)
    importer.plan(session, actor, planned)
    planned.finish()
    return planned


def rows_of(
    session: Session,
    found: Import,
    importer: Importer,
    today: dt.date,
    tell: Tell,
    *,
    keeping: bool = True,
    entering: bool = False,
) -> PlannedRows:
    """The rows of an import as its room is given them."""
    setup, counts = Setup.of(found.setup), Counts.of(found.counts)
    return PlannedRows(
        session=session,
        import_id=found.id,
        importer=importer,
        options=options_of(importer, setup, today),
        today=today,
        source=found.file_name,
        crs=setup.crs,
        columns=setup.columns,
        tell=tell,
        total=counts.total,
        keeping=keeping,
        entering=entering,
    )


def _parse(
    session: Session, found: Import, importer: Importer, setup: Setup, today: dt.date, total: int, tell: Tell
) -> None:
    on = _day(options_of(importer, setup, today), today)
    parser = Parser(found.id, importer, setup, head_of(found).columns, on)
    parse_rows(session, parser, total, tell)


def _day(options: Mapping[str, object], today: dt.date) -> dt.date:
    at = options.get("at")
    return at if isinstance(at, dt.date) else today


def _suspicion(session: Session, found: Import, importer: Importer, setup: Setup, today: dt.date) -> Problem | None:
    """Whether the data carries the shift of a web map; not asked again once a person said that it does not."""
    if importer.shape is None or not setup.crs or setup.crs in SHIFTED or "shift" in setup.sure:
        return None
    outline, shapes = queries.home_outline(session, today), queries.sample_shapes(session, found)
    return suspect_datum(shapes, outline) if outline is not None and shapes else None
