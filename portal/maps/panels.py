"""What the room adds to pages of lower rooms: the public editions that name divisions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy.orm import Session

from portal.kernel.access.actor import Actor
from portal.kernel.contracts.panel import Panel, Reference
from portal.kernel.i18n.text import Text, text
from portal.maps import queries

ANEW = text("Published anew by itself once the change is announced.")
STAYS = text("Stays as it was published until a publisher publishes a new edition.")
NAMES = {
    "divisions.units": text("Public edition of the divisions"),
    "places.shelters": text("Public edition of the shelters"),
    "risk.hazards": text("Public edition of the risk map"),
}


def references(session: Session, actor: Actor, ids: Sequence[int], on: dt.date) -> list[Reference]:
    """Entries of the live editions that are the divisions or lie in them, by layer. What is public anyone may see."""
    return [
        Reference(_name(layer), count, names, "/map", ANEW if layer == "divisions.units" else STAYS)
        for layer, count, names in queries.editions_naming(session, ids, on)
    ]


def _name(layer: str) -> Text:
    return NAMES.get(layer, text("Public edition: %(layer)s", layer=layer))


PANELS = (Panel("divisions:change", text("Public map"), references),)
