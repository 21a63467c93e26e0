"""The published story of a unit: its states with what changed, who lay above it then, and the codes it bore."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.divisions.queries.published import PublicUnit, public_unit_of
from portal.divisions.rules import LAYER
from portal.divisions.rules.story import Difference, differences
from portal.kernel.geo.models import Record, Revision, RevisionState

States = Mapping[uuid.UUID, Sequence[PublicUnit]]


@dataclass(frozen=True)
class Chapter:
    """A state, the name of what lay above it on its first day, and what it has otherwise than the state before."""

    state: PublicUnit
    parent: str
    changes: tuple[Difference, ...]


def states_of(session: Session, public_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[PublicUnit]]:
    """All published states of units, the oldest first; one that is not published is left out."""
    query = (
        select(Record)
        .join(Revision, Revision.id == Record.revision_id)
        .where(Revision.layer == LAYER, Revision.state == RevisionState.LIVE)
        .where(Record.public_id.in_(sorted(set(public_ids))))
        .order_by(Record.valid)
    )
    found: dict[uuid.UUID, list[PublicUnit]] = defaultdict(list)
    for record in session.scalars(query):
        found[record.public_id].append(public_unit_of(record))
    return dict(found)


def public_story(session: Session, states: Sequence[PublicUnit]) -> list[Chapter]:
    """The chapters of a unit's states, given the oldest first."""
    above = states_of(session, [state.parent for state in states if state.parent])
    names = [_parent(above, state) for state in states]
    told = [Chapter(states[0], names[0], ())] if states else []
    for i in range(1, len(states)):
        changes = differences(states[i - 1].facts, states[i].facts)
        told.append(Chapter(states[i], names[i], tuple(_named(one, names[i - 1], names[i]) for one in changes)))
    return told


def name_on(states: Sequence[PublicUnit], day: dt.date) -> str:
    """What a unit was called on a day; "" when it was not there."""
    return next((state.name for state in states if state.span.holds(day)), "")


def _parent(above: States, state: PublicUnit) -> str:
    return name_on(above.get(state.parent, ()), state.span.start) if state.parent else ""


def _named(change: Difference, before: str, after: str) -> Difference:
    return replace(change, before=before, after=after) if change.what == "parent" else change
