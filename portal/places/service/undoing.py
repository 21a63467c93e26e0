"""Taking back what an import wrote, while nobody has built on it."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import shapely
from sqlalchemy import update
from sqlalchemy.orm import Session

from portal.errors import RuleBroken
from portal.kernel.access import policy
from portal.kernel.access.actor import Actor
from portal.kernel.db.pages import in_pages
from portal.kernel.i18n.text import text
from portal.places import queries
from portal.places.models import Place
from portal.places.permissions import EDIT
from portal.places.rules import WORDS
from portal.places.service.changing import as_saved, write_places
from portal.places.service.trail import announce, record_batch
from portal.places.service.wanted import Wanted

NAMED = 5
"""Places that a sentence lists."""


@dataclass(frozen=True)
class Restore:
    """A place as it was before an import: the version the import left, its earlier facts, and the earlier position.

    `before` holds only what differed (dates as dates, `unit_id`); `kept` is `Changed.kept`.
    """

    public_id: uuid.UUID
    row_version: int
    before: Mapping[str, object]
    kept: Mapping[str, str | None] = field(default_factory=dict)


def restore_places(session: Session, actor: Actor, entries: Iterable[Restore]) -> int:
    """Gives places back what they were; raises `RuleBroken` naming those that somebody has saved or closed since."""
    policy.require(actor, EDIT)
    restored: list[uuid.UUID] = []
    for page in in_pages(entries):
        saved = queries.places_to_write(session, actor, [entry.public_id for entry in page])
        untouched = [entry for entry in page if _untouched(saved.get(entry.public_id), entry)]
        if len(untouched) < len(page):
            _refuse(session, actor, {entry.public_id for entry in page} - {entry.public_id for entry in untouched})
        write_places(session, [(saved[entry.public_id], _earlier(saved[entry.public_id], entry)) for entry in page])
        restored += [entry.public_id for entry in page]
    if restored:
        record_batch(session, actor, "undone", {"restored": restored})
        announce(session, actor)
    return len(restored)


def withdraw_places(session: Session, actor: Actor, public_ids: Iterable[uuid.UUID], reason: str) -> int:
    """Closes places that never were as of the day they began, so that they are there on no day and in no list.

    Raises `RuleBroken` naming those that somebody has changed or closed since they were added.
    """
    policy.require(actor, EDIT)
    withdrawn: list[uuid.UUID] = []
    for page in in_pages(public_ids):
        found = _withdraw(session, actor, page, reason)
        if len(found) < len(page):
            _refuse(session, actor, set(page) - found)
        withdrawn += page
    if withdrawn:
        record_batch(session, actor, "undone", {"withdrawn": withdrawn})
        announce(session, actor)
    return len(withdrawn)


def _withdraw(session: Session, actor: Actor, page: Sequence[uuid.UUID], reason: str) -> set[uuid.UUID]:
    statement = (
        update(Place)
        .where(Place.public_id.in_(page), Place.row_version == 1, Place.closed_on.is_(None))
        .where(queries.in_scope(actor, EDIT))
        .values(closed_on=Place.valid_from, closed_reason=reason, row_version=Place.row_version + 1)
        .returning(Place.public_id)
        .execution_options(synchronize_session=False)
    )
    found = set(session.scalars(statement))
    session.expire_all()
    return found


def _untouched(place: Place | None, entry: Restore) -> bool:
    return place is not None and place.closed_on is None and place.row_version == entry.row_version


def _earlier(place: Place, entry: Restore) -> Wanted:
    now = as_saved(place)
    words = {key: value for key, value in entry.before.items() if key in WORDS}
    said = dataclasses.replace(now.said, **words)  # type: ignore[arg-type]
    unit_id = entry.before.get("unit_id", now.unit_id)
    lay_on = entry.before.get("lay_on", now.lay_on)
    if not entry.kept:
        return dataclasses.replace(now, said=said, unit_id=unit_id, lay_on=lay_on)  # type: ignore[arg-type]
    point = _point(entry.kept["wkb"])
    now = dataclasses.replace(now, said=said, unit_id=int(str(unit_id)), lay_on=lay_on)  # type: ignore[arg-type]
    return dataclasses.replace(now, point=point, original=entry.kept["original"], crs=entry.kept["crs"])


def _point(wkb: str | None) -> shapely.Point | None:
    return None if wkb is None else shapely.Point(shapely.get_coordinates(shapely.from_wkb(wkb))[0])


def _refuse(session: Session, actor: Actor, public_ids: Iterable[uuid.UUID]) -> None:
    wanted = list(public_ids)
    names = queries.place_names(session, actor, wanted[:NAMED])
    raise RuleBroken(
        text(
            "This import cannot be undone any more: %(count)s places were changed or closed since, such as %(names)s.",
            count=len(wanted),
            names="、".join(names) or "–",
        )
    )
