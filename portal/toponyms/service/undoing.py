"""Taking back what an import wrote, while nobody has built on it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.kernel.access import policy
from portal.kernel.access.actor import Actor
from portal.kernel.db.pages import in_pages
from portal.toponyms.models import NameVersion
from portal.toponyms.permissions import EDIT
from portal.toponyms.queries import batches
from portal.toponyms.queries.undoing import applied_for, versions_by_ids
from portal.toponyms.service.register import refuse_moved
from portal.toponyms.service.rows import add_rows, copy_of, supersede
from portal.toponyms.service.trail import announce, record_batch

SHOWN = 5


@dataclass(frozen=True)
class Entered:
    """A name that an import wrote: how many rows it had afterwards, and which versions were believed before it."""

    public_id: uuid.UUID
    revision: int
    was: tuple[int, ...] = ()


def take_back(session: Session, actor: Actor, entered: Iterable[Entered]) -> int:
    """Gives names back what they were before an import; of added ones nothing is believed any more.

    Raises `RuleBroken` naming those that were changed or applied for since.
    """
    policy.require(actor, EDIT)
    done: list[uuid.UUID] = []
    for page in in_pages(entered):
        _page(session, actor, page)
        done += [one.public_id for one in page]
    if done:
        record_batch(session, actor, "undone", {"names": done})
        announce(session, actor)
    return len(done)


def _page(session: Session, actor: Actor, page: Sequence[Entered]) -> None:
    ids = batches.ids_of(session, [one.public_id for one in page])
    believed = batches.names_of_ids(session, list(ids.values()))
    _check_unmoved(session, page, ids, believed)
    earlier = versions_by_ids(session, [version for one in page for version in one.was])
    rows = [copy_of(one, entry="restored", recorded_by=actor.name) for one in earlier]
    supersede(session, [version.id for one in believed.values() for version in one])
    add_rows(session, rows)


def _check_unmoved(
    session: Session,
    page: Sequence[Entered],
    ids: Mapping[uuid.UUID, int],
    believed: Mapping[int, Sequence[NameVersion]],
) -> None:
    now, asked = batches.revisions_of(session, list(ids.values())), applied_for(session, list(ids.values()))
    moved = [one for one in page if now.get(ids[one.public_id]) != one.revision or ids[one.public_id] in asked]
    if moved:
        raise refuse_moved("、".join(_called(believed.get(ids[one.public_id], ())) for one in moved[:SHOWN]))


def _called(versions: Sequence[NameVersion]) -> str:
    return versions[-1].name if versions else "–"
