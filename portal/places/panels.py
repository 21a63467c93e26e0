"""What the room adds to pages of lower rooms: the places that a change of divisions concerns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy.orm import Session

from portal.kernel.access.actor import Actor
from portal.kernel.contracts.panel import Panel, Reference
from portal.kernel.i18n.text import text
from portal.places import queries
from portal.places.catalogue import kinds_on, name_of

BECOMES = text(
    "When their division ends they go to the heir whose ground holds them, and all of them to an only heir. What "
    "nothing decides stays there and waits in the list of those to be assigned."
)


def references(session: Session, actor: Actor, ids: Sequence[int], on: dt.date) -> list[Reference]:
    """Open places by kind, in the order of the catalogue."""
    counts, names = queries.counts_on(session, ids, on), queries.names_on(session, actor, ids, on)
    kinds = kinds_on(on)
    ordered = [key for key in kinds if key in counts] + sorted(key for key in counts if key not in kinds)
    return [
        Reference(
            text("Places: %(kind)s", kind=name_of(kinds, key)), counts[key], names.get(key, ()), "/places", BECOMES
        )
        for key in ordered
    ]


PANELS = (Panel("divisions:change", text("Places"), references),)
