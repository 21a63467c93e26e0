"""What the room adds to pages of lower rooms: the place names and applications that a change of divisions concerns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy.orm import Session

from portal.kernel.access.actor import Actor
from portal.kernel.contracts.panel import Panel, Reference
from portal.kernel.i18n.text import text
from portal.toponyms.queries import referring

BECOMES = text(
    "They keep the division they were entered with and stay in lists and searches; a change gives them another."
)


def references(session: Session, actor: Actor, ids: Sequence[int], on: dt.date) -> list[Reference]:
    """Names in use and applications under way."""
    names, some_names = referring.names_in(session, actor, ids, on)
    files, some_files = referring.applications_in(session, actor, ids)
    found = [
        Reference(text("Place names in use"), names, some_names, "/toponyms", BECOMES),
        Reference(text("Applications under way"), files, some_files, "/toponyms/applications", BECOMES),
    ]
    return [one for one in found if one.count]


PANELS = (Panel("divisions:change", text("Place names"), references),)
