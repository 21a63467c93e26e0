"""What becomes of hazards when a change of divisions is written."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, Update, func, or_, update
from sqlalchemy.orm import Session

from portal.divisions.queries.heirs import lies_anew
from portal.divisions.queries.many import any_of
from portal.divisions.rules.changes.heirs import Heirs
from portal.kernel.access.actor import Actor
from portal.kernel.db.unnest import table_of
from portal.risk import queries
from portal.risk.models import Hazard
from portal.risk.service.trail import announce, record_one

DAY = dt.timedelta(days=1)


def follow_change(session: Session, actor: Actor, heirs: Heirs, first_day: dt.date) -> int:
    """Carries the open hazards of givers to their heirs, and says how many; no right of the actor's is asked.

    What nothing decides stays on the division that ended, dated to its last day: so whoever kept it still sees it,
    and it stands among those to be assigned. hazards of divisions that only lie elsewhere now are seen from there.
    """
    there = queries.hazards_of_units(session, heirs.givers, first_day)
    found = heirs.of([one.unit_id for one in there], [one.shape for one in there])
    carried = [(one, heir) for one, heir in zip(there, found, strict=True) if heir is not None]
    _carry(session, [(one.id, heir) for one, heir in carried], first_day)
    _stay(session, heirs, first_day)
    _look_from_the_new_parent(session, first_day)
    for one, heir in carried:
        record_one(
            session, actor, "carried", one.public_id, {"unit_id": one.unit_id}, {"unit_id": heir, "since": first_day}
        )
    session.flush()
    session.expire_all()
    if carried:
        announce(session, actor)
    return len(carried)


def _carry(session: Session, to: list[tuple[int, int]], first_day: dt.date) -> None:
    rows = table_of({"id": (BigInteger(), [one for one, _ in to]), "heir": (BigInteger(), [heir for _, heir in to])})
    changed = {
        "unit_id": rows.c.heir,
        "lay_on": func.greatest(Hazard.lay_on, first_day),
        "row_version": Hazard.row_version + 1,
    }
    _write(session, update(Hazard).where(Hazard.id == rows.c.id).values(changed))


def _stay(session: Session, heirs: Heirs, first_day: dt.date) -> None:
    """A change may be written after its day: nothing can have lain in a division that was no longer there."""
    late = update(Hazard).where(Hazard.unit_id == any_of(heirs.ended), Hazard.lay_on >= first_day)
    _write(session, late.values(lay_on=first_day - DAY))


def _look_from_the_new_parent(session: Session, first_day: dt.date) -> None:
    open_then = or_(Hazard.closed_on.is_(None), Hazard.closed_on > first_day)
    seen = update(Hazard).where(Hazard.lay_on < first_day, open_then, lies_anew(Hazard.unit_id, first_day))
    _write(session, seen.values(lay_on=first_day))


def _write(session: Session, statement: Update) -> None:
    session.execute(statement, execution_options={"synchronize_session": False})
