"""What the room adds to pages of lower rooms: the papers issued about or by divisions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy.orm import Session

from portal.exchange.queries import papers
from portal.kernel.access.actor import Actor
from portal.kernel.contracts.panel import Panel, Reference
from portal.kernel.i18n.text import text

STAY = text("They keep their number and speak of their day.")


def references(session: Session, actor: Actor, ids: Sequence[int], on: dt.date) -> list[Reference]:
    """Papers about the divisions, and those numbered by their offices; void ones count too."""
    about, by = papers.counts_on(session, ids)
    found = (
        Reference(text("Papers about them"), about, papers.numbers_on(session, actor, ids), "/papers", STAY),
        Reference(text("Papers issued by them"), by, (), "/papers", STAY),
    )
    return [one for one in found if one.count]


PANELS = (Panel("divisions:change", text("Issued papers"), references),)
