"""What an upper room adds to a page of a lower room: an answer to what a record of the lower room means to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from portal.kernel.access.actor import Actor
from portal.kernel.i18n.text import Text


@dataclass(frozen=True)
class Reference:
    """Things of one sort that name a record, such as 12 places: how many, a few of them by name, and where to see them.

    `becomes` says what happens to them when the record changes as planned; None when nothing does.
    """

    what: Text
    count: int
    names: Sequence[str] = field(default_factory=tuple)
    address: str | None = None
    becomes: Text | None = None


@dataclass(frozen=True)
class Panel:
    """A piece for the pages that ask `asks`, such as `divisions:change`: the room's answer for some records.

    `references(session, actor, ids, on)` gets internal ids of the lower room and the day of which it speaks. It counts
    everything, whoever asks, and names only what the actor may see.
    """

    asks: str
    title: Text
    references: Callable[[Session, Actor, Sequence[int], dt.date], Sequence[Reference]]
