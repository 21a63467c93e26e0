"""What the room adds to pages of lower rooms: the hazards that a change of divisions concerns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy.orm import Session

from portal.kernel.access.actor import Actor
from portal.kernel.contracts.panel import Panel, Reference
from portal.kernel.i18n.text import text
from portal.risk import queries
from portal.risk.catalogue import in_force
from portal.risk.rules import LEVELS

BECOMES = text(
    "When their division ends they go to the heir whose ground holds them, and all of them to an only heir. What "
    "nothing decides stays there and waits in the list of those to be assigned."
)


def references(session: Session, actor: Actor, ids: Sequence[int], on: dt.date) -> list[Reference]:
    """Open hazards by level, the most serious first."""
    counts, names = queries.counts_on(session, ids, on), queries.names_on(session, actor, ids, on)
    levels = in_force(on).levels
    return [
        Reference(
            text("Hazards: %(level)s", level=levels[key].labels),
            counts[key],
            names.get(key, ()),
            "/risk/hazards",
            BECOMES,
        )
        for key in LEVELS
        if key in counts
    ]


PANELS = (Panel("divisions:change", text("Hazards"), references),)
