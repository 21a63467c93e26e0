"""Closing a hazard for good."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from portal.errors import RuleBroken, Stale
from portal.kernel.access import policy
from portal.kernel.access.actor import Actor
from portal.kernel.i18n.text import text
from portal.risk import queries
from portal.risk.models import Hazard
from portal.risk.permissions import EDIT
from portal.risk.rules import check_closing
from portal.risk.service.commands import CloseHazard
from portal.risk.service.trail import announce, record_one


def close_hazard(session: Session, actor: Actor, command: CloseHazard, today: dt.date) -> Hazard:
    """Closes an open hazard for good. Raises `FormInvalid` by field, and `Stale` if it was saved meanwhile."""
    policy.require(actor, EDIT)
    hazard = queries.hazard(session, actor, command.public_id, permission=EDIT, lock=True)
    if hazard.closed_on is not None:
        raise RuleBroken(text("This hazard was closed; add a new one if it is there again."))
    check_closing(command.reason, command.closed_on, hazard.valid_from, today)
    if hazard.row_version != command.row_version:
        raise Stale(text("Somebody else saved this hazard while you had it open."), [])
    hazard.closed_on, hazard.closed_reason = command.closed_on, command.reason
    session.flush()
    after = {"closed_on": hazard.closed_on, "closed_reason": hazard.closed_reason}
    record_one(session, actor, "closed", hazard.public_id, None, after)
    announce(session, actor)
    return hazard
