"""Closing a place for good."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from portal.errors import RuleBroken, Stale
from portal.kernel.access import policy
from portal.kernel.access.actor import Actor
from portal.kernel.i18n.text import text
from portal.places import queries
from portal.places.models import Place
from portal.places.permissions import EDIT
from portal.places.rules import check_closing
from portal.places.service.commands import ClosePlace
from portal.places.service.trail import announce, record_one


def close_place(session: Session, actor: Actor, command: ClosePlace, today: dt.date) -> Place:
    """Closes an open place for good. Raises `FormInvalid` by field, and `Stale` if it was saved meanwhile."""
    policy.require(actor, EDIT)
    place = queries.place(session, actor, command.public_id, permission=EDIT, lock=True)
    if place.closed_on is not None:
        raise RuleBroken(text("This place was closed; add a new one if it is there again."))
    check_closing(command.reason, command.closed_on, place.valid_from, today)
    if place.row_version != command.row_version:
        raise Stale(text("Somebody else saved this place while you had it open."), [])
    place.closed_on, place.closed_reason = command.closed_on, command.reason
    session.flush()
    after = {"closed_on": place.closed_on, "closed_reason": place.closed_reason}
    record_one(session, actor, "closed", place.public_id, None, after)
    announce(session, actor)
    return place
