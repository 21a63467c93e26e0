"""Change files within the actor's divisions: the list, one, its steps, its papers, its plan."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from portal.divisions.catalogue import kinds
from portal.divisions.models import Change, ChangeDocument, ChangeShape, ChangeStep, Unit, UnitVersion
from portal.divisions.permissions import READ_CHANGES
from portal.divisions.queries.changes.keys import uuid_of
from portal.divisions.queries.changes.situation import situation
from portal.divisions.queries.scope import on as holds
from portal.divisions.queries.scope import scoped
from portal.divisions.rules.changes.authorities import Subject
from portal.divisions.rules.changes.content import Content, read_content
from portal.divisions.rules.changes.plan import Plan, make_plan
from portal.errors import NotFound
from portal.kernel.access.actor import Actor
from portal.kernel.access.permission import Permission
from portal.kernel.files.models import StoredFile
from portal.kernel.i18n.text import text

TOLERANCE_M = 1.0
"""The width up to which overlaps, gaps and leftovers of a change do not count, as in imports."""


@dataclass(frozen=True)
class Chosen:
    """What a list of change files is narrowed to; None and "" for everything."""

    state: str | None = None
    kind: str | None = None
    words: str = ""


def changes(session: Session, actor: Actor, chosen: Chosen, *, limit: int = 200) -> Sequence[Change]:
    """The files within the actor's divisions, those with the newest recording first."""
    query = select(Change).where(in_scope(actor, READ_CHANGES), *_narrowed(chosen))
    return session.scalars(query.order_by(Change.id.desc()).limit(limit)).all()


def change(
    session: Session, actor: Actor, public_id: uuid.UUID, *, permission: Permission = READ_CHANGES, lock: bool = False
) -> Change:
    """One file within the actor's divisions, locked if it is to be written; raises `NotFound`."""
    query = select(Change).where(Change.public_id == public_id, in_scope(actor, permission))
    found = session.scalar(query.with_for_update().execution_options(populate_existing=True) if lock else query)
    if found is None:
        raise NotFound(text("There is no such change file."))
    return found


def steps(session: Session, file: Change) -> Sequence[ChangeStep]:
    """What was done with a file, in order."""
    return session.scalars(select(ChangeStep).where(ChangeStep.change_id == file.id).order_by(ChangeStep.id)).all()


def last_step(session: Session, file: Change, step: str | None = None) -> ChangeStep | None:
    """The last thing, or the last of a kind, that was done with a file."""
    query = select(ChangeStep).where(ChangeStep.change_id == file.id)
    if step is not None:
        query = query.where(ChangeStep.step == step)
    return session.scalar(query.order_by(ChangeStep.id.desc()).limit(1))


def documents(session: Session, file: Change) -> list[tuple[ChangeDocument, StoredFile | None]]:
    """The papers of a file that were not withdrawn, each with its scan."""
    query = (
        select(ChangeDocument, StoredFile)
        .outerjoin(StoredFile, StoredFile.id == ChangeDocument.file_id)
        .where(ChangeDocument.change_id == file.id, ChangeDocument.withdrawn_at.is_(None))
        .order_by(ChangeDocument.id)
    )
    return [(document, stored) for document, stored in session.execute(query)]


def document(session: Session, file: Change, public_id: uuid.UUID) -> ChangeDocument:
    """One paper of a file; raises `NotFound`."""
    query = select(ChangeDocument).where(ChangeDocument.change_id == file.id, ChangeDocument.public_id == public_id)
    found = session.scalar(query)
    if found is None:
        raise NotFound(text("There is no such document."))
    return found


def change_shapes(session: Session, file: Change) -> Sequence[ChangeShape]:
    """The ground that was drawn or read for a file, in order."""
    return session.scalars(select(ChangeShape).where(ChangeShape.change_id == file.id).order_by(ChangeShape.id)).all()


def content_of(file: Change) -> Content:
    """What a file says of units."""
    return read_content(file.content)


def plan_of(session: Session, file: Change, today: dt.date) -> Plan:
    """What a file comes to on its effective day; while none is set, as if it took effect today."""
    content = content_of(file)
    return make_plan(file.kind, content, situation(session, file.id, content, file.effective_on or today), TOLERANCE_M)


def subjects_of(session: Session, content: Content, on: dt.date) -> dict[str, Subject]:
    """Level and kind of the units of a file by key, those that are born included."""
    ids = [found for key in content.known_units if (found := uuid_of(key)) is not None]
    query = (
        select(Unit.public_id, UnitVersion.level, UnitVersion.kind)
        .join(UnitVersion, UnitVersion.unit_id == Unit.id)
        .where(Unit.public_id.in_(ids), UnitVersion.superseded_at.is_(None), holds(UnitVersion.valid, on))
    )
    known = {str(public_id): (level, kind) for public_id, level, kind in session.execute(query)}
    born = {one.unit: kinds().get(str(one.said.get("kind"))) for one in content.units if one.is_new}
    return known | {key: (kind.level or 0, kind.key) for key, kind in born.items() if kind}


def in_scope(actor: Actor, permission: Permission) -> ColumnElement[bool]:
    """Files are kept by a district; whoever holds the permission on it or above sees them."""
    return scoped(actor, permission, Change.unit_id, func.current_date())


def _narrowed(chosen: Chosen) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if chosen.state:
        found.append(Change.state == chosen.state)
    if chosen.kind:
        found.append(Change.kind == chosen.kind)
    if chosen.words:
        columns = (Change.title, Change.document_number)
        found.append(or_(*(column.icontains(chosen.words, autoescape=True) for column in columns)))
    return found
