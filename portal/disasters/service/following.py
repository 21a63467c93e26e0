"""What becomes of events and reports when a change of divisions is written after its day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import BigInteger, update
from sqlalchemy.orm import Session

from portal.disasters.models import Draft, Event, Report
from portal.disasters.queries import standing
from portal.disasters.queries.standing import Late
from portal.divisions.queries.many import any_of
from portal.divisions.rules.changes.heirs import Heirs
from portal.errors import RuleBroken
from portal.kernel.access.actor import Actor
from portal.kernel.audit.trail import record
from portal.kernel.db.unnest import table_of
from portal.kernel.i18n.text import text

DAY = dt.timedelta(days=1)

Carried = list[tuple[Late, int]]


def follow_change(session: Session, actor: Actor, heirs: Heirs, first_day: dt.date) -> int:
    """Carries what was reported for an ended division after its end to the heir, and says how many.

    Whatever is dated before stays: it speaks of its day. A report dated later would be seen by nobody, so it goes to
    the only heir or to the one whose ground its place lies on. Raises `RuleBroken` when neither decides: reports are
    evidence, and a change dated before them has to be dated otherwise. Drafts stay with those who wrote them.
    """
    ended = sorted(heirs.ended)
    events = _decided(heirs, standing.late_events(session, ended, first_day))
    reports = _decided(heirs, standing.late_reports(session, ended, first_day))
    _check_filed_once(session, reports)
    for model, subject, carried in ((Event, "disasters.event", events), (Report, "disasters.report", reports)):
        _carry(session, model, carried)
        for one, heir in carried:
            record(
                session,
                actor,
                "carried",
                subject,
                one.public_id,
                before={"unit_id": one.unit_id},
                after={"unit_id": heir},
            )
    late = update(Draft).where(Draft.unit_id == any_of(ended), Draft.saved_on >= first_day)
    session.execute(late.values(saved_on=first_day - DAY), execution_options={"synchronize_session": False})
    session.flush()
    session.expire_all()
    return len(events) + len(reports)


def _decided(heirs: Heirs, late: Sequence[Late]) -> Carried:
    found = heirs.of([one.unit_id for one in late], [one.shape for one in late])
    carried = [(one, heir) for one, heir in zip(late, found, strict=True) if heir is not None]
    for one, heir in zip(late, found, strict=True):
        if heir is None:
            raise _undecided(one)
    return carried


def _check_filed_once(session: Session, reports: Carried) -> None:
    taken = standing.filers_of(session, [one.event_id for one, _ in reports])
    for one, heir in reports:
        if (one.event_id, heir) in taken:
            raise _undecided(one)
        taken.add((one.event_id, heir))


def _undecided(one: Late) -> RuleBroken:
    return RuleBroken(
        text(
            "“%(event)s” was reported on %(day)s for a division that would have ended before, and nothing decides to "
            "which heir it belongs. Choose a later day for the change.",
            event=one.event_name,
            day=one.occurred_on.isoformat(),
        )
    )


def _carry(session: Session, model: type[Event | Report], carried: Carried) -> None:
    if not carried:
        return
    ids, to = [one.id for one, _ in carried], [heir for _, heir in carried]
    rows = table_of({"id": (BigInteger(), ids), "heir": (BigInteger(), to)})
    statement = update(model).where(model.id == rows.c.id).values(unit_id=rows.c.heir)
    session.execute(statement, execution_options={"synchronize_session": False})
