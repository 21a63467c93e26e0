"""What the rooms answer when a page asks what a record means to them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.kernel.access.actor import Actor
from portal.kernel.contracts.panel import Reference
from portal.kernel.i18n.text import Text
from portal.kernel.web.state import house


@dataclass(frozen=True)
class Answer:
    """One room's answer: its title and what it has on the records; nothing is an answer too."""

    room: str
    title: Text
    references: Sequence[Reference]

    @property
    def count(self) -> int:
        """How many things in all."""
        return sum(reference.count for reference in self.references)


def answers(asks: str, session: Session, actor: Actor, ids: Sequence[int], on: dt.date) -> list[Answer]:
    """The answers of every room that declares a panel for a question such as `divisions:change`, lower rooms first.

    `ids` are internal ids of the records, `on` the day of which the page speaks.
    """
    found = [(room.name, panel) for room in house().rooms for panel in room.panels if panel.asks == asks]
    return [Answer(name, panel.title, tuple(panel.references(session, actor, ids, on))) for name, panel in found]
