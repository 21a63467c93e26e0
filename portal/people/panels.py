"""What the room adds to pages of lower rooms: the roles that are held on divisions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy.orm import Session

from portal.kernel.access.actor import Actor
from portal.kernel.contracts.panel import Panel, Reference
from portal.kernel.i18n.text import text
from portal.people import queries

BECOMES = text(
    "When their division ends, a role goes on with the division that takes its whole place, and with no other: the "
    "roles on a division that is split or merged have to be given anew by the administrator."
)


def references(session: Session, actor: Actor, ids: Sequence[int], on: dt.date) -> list[Reference]:
    """Roles held on the divisions on that day or later, and the accounts that hold them."""
    roles, accounts = queries.held_on(session, ids, on)
    if not roles:
        return []
    names = queries.holders_named(session, actor, ids, on)
    return [
        Reference(text("Roles"), roles, (), "/people", BECOMES),
        Reference(text("Accounts with these roles"), accounts, names, "/people"),
    ]


PANELS = (Panel("divisions:change", text("Accounts and roles"), references),)
