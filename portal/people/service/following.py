"""What becomes of roles when a change of divisions is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy.orm import Session

from portal.divisions.rules.changes.heirs import Heirs
from portal.kernel.access.actor import Actor
from portal.kernel.audit.trail import record
from portal.people import queries
from portal.people.models import Grant
from portal.people.rules import Held
from portal.people.service.grants import SUBJECT


def follow_change(session: Session, actor: Actor, heirs: Heirs, first_day: dt.date, today: dt.date) -> int:
    """Carries roles to the division that takes the whole place of an ended one, and says how many.

    Rights must neither vanish for officers in a storm nor widen by themselves. An heir born of the ended division and
    of nothing else (镇 → 街道) has the same ground: the role goes on there from that day, never backwards. A merger
    would widen it and a split cannot say which part is meant: the administrator sees those roles and gives them anew.
    The old role stays: it opens the records of the days on which its division was there, and no later ones.
    """
    same = {unit: heir for unit in heirs.ended if (heir := heirs.same_ground(unit)) is not None}
    old = queries.grants_to_carry(session, list(same), first_day)
    held = queries.grants_of_accounts(session, [one.account_id for one in old], list(same.values()))
    pairs = [(one, new) for one in old if (new := _carried(one, same[one.unit_id], max(first_day, today), actor, held))]
    session.add_all(new for _, new in pairs)
    session.flush()
    for one, new in pairs:
        before = {"unit_id": one.unit_id, "grant": one.public_id}
        after = {"role": new.role, "unit_id": new.unit_id, "valid_from": new.valid_from, "valid_to": new.valid_to}
        record(session, actor, "carried", SUBJECT, new.public_id, before=before, after=after)
    session.flush()
    return len(pairs)


def _carried(old: Grant, heir: int, start: dt.date, actor: Actor, held: Sequence[Grant]) -> Grant | None:
    since = max(start, old.valid_from)
    new = Held(old.role, since, old.valid_to)
    has = [
        Held(one.role, one.valid_from, one.valid_to)
        for one in held
        if (one.account_id, one.unit_id) == (old.account_id, heir)
    ]
    if (old.valid_to is not None and old.valid_to <= since) or any(
        one.role == old.role and _meet(one, new) for one in has
    ):
        return None
    return Grant(
        account_id=old.account_id,
        role=old.role,
        unit_id=heir,
        granted_by=actor.name,
        valid_from=since,
        valid_to=old.valid_to,
    )


def _meet(one: Held, other: Held) -> bool:
    return (one.until is None or one.until > other.since) and (other.until is None or other.until > one.since)
