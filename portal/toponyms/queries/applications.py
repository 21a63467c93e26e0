"""Applications as the office sees them: within the actor's divisions, with their steps and papers."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from portal.divisions.queries import unit_names
from portal.errors import NotFound
from portal.kernel.access.actor import Actor
from portal.kernel.access.permission import Permission
from portal.kernel.files.models import StoredFile
from portal.kernel.i18n.text import text
from portal.toponyms.models import Application, ApplicationDocument, ApplicationStep
from portal.toponyms.permissions import READ
from portal.toponyms.queries.scope import application_scope
from portal.toponyms.rules.moves import ENDED
from portal.toponyms.rules.pinyin import folded, is_han

STATES = ("open", "ended", "all")


@dataclass(frozen=True)
class Asked:
    """Which applications are wanted; "" for any."""

    state: str = "open"
    act: str = ""
    words: str = ""


@dataclass(frozen=True)
class ApplicationRow:
    """An application with its division's name on the day of receipt."""

    application: Application
    unit_name: str


def applications(
    session: Session, actor: Actor, asked: Asked, *, limit: int = 50, offset: int = 0
) -> list[ApplicationRow]:
    """Applications within the actor's divisions, the latest first."""
    query = select(Application).where(*_wanted(actor, asked))
    query = query.order_by(Application.received_on.desc(), Application.id.desc()).limit(limit).offset(offset)
    return [with_unit(session, one) for one in session.scalars(query)]


def application_count(session: Session, actor: Actor, asked: Asked) -> int:
    """How many there are."""
    return session.scalar(select(func.count()).select_from(Application).where(*_wanted(actor, asked))) or 0


def application(
    session: Session, actor: Actor, public_id: uuid.UUID, *, permission: Permission = READ, lock: bool = False
) -> Application:
    """One application within the actor's divisions, locked if it is to be written; raises `NotFound`."""
    query = select(Application).where(Application.public_id == public_id, application_scope(actor, permission))
    found = session.scalar(query.with_for_update().execution_options(populate_existing=True) if lock else query)
    if found is None:
        raise NotFound(text("There is no such application."))
    return found


def with_unit(session: Session, one: Application) -> ApplicationRow:
    """An application with its division's name."""
    return ApplicationRow(one, unit_names(session, [one.unit_id], one.received_on).get(one.unit_id, ""))


def steps_of(session: Session, application_id: int) -> Sequence[ApplicationStep]:
    """Every step, the newest first."""
    query = select(ApplicationStep).where(ApplicationStep.application_id == application_id)
    return session.scalars(query.order_by(ApplicationStep.id.desc())).all()


def last_day(session: Session, application_id: int) -> dt.date:
    """The latest day of any step but edits."""
    query = select(func.max(ApplicationStep.on_date)).where(ApplicationStep.application_id == application_id)
    return session.scalar(query.where(ApplicationStep.step.not_in(("edited", "looked")))) or dt.date.min


def documents_of(session: Session, application_id: int) -> Sequence[ApplicationDocument]:
    """The papers that were not taken back, in the order of entry."""
    query = select(ApplicationDocument).where(ApplicationDocument.application_id == application_id)
    return session.scalars(
        query.where(ApplicationDocument.withdrawn_at.is_(None)).order_by(ApplicationDocument.id)
    ).all()


def document(session: Session, application_id: int, public_id: uuid.UUID) -> ApplicationDocument:
    """One paper of an application that was not taken back; raises `NotFound`."""
    query = select(ApplicationDocument).where(
        ApplicationDocument.application_id == application_id,
        ApplicationDocument.public_id == public_id,
        ApplicationDocument.withdrawn_at.is_(None),
    )
    found = session.scalar(query)
    if found is None:
        raise NotFound(text("There is no such paper."))
    return found


def file_of(session: Session, one: ApplicationDocument) -> StoredFile:
    """The scan of a paper; raises `NotFound` for one that lies in the paper file only."""
    found = session.get(StoredFile, one.file_id) if one.file_id else None
    if found is None:
        raise NotFound(text("There is no scan of this paper."))
    return found


def of_name(session: Session, actor: Actor, name_id: int) -> Sequence[Application]:
    """The applications that concern a name, the latest first, within the actor's divisions."""
    query = select(Application).where(Application.name_id == name_id, application_scope(actor, READ))
    return session.scalars(query.order_by(Application.received_on.desc(), Application.id.desc())).all()


def _wanted(actor: Actor, asked: Asked) -> list[ColumnElement[bool]]:
    where = [application_scope(actor, READ)]
    if asked.state != "all":
        ended = Application.state.in_(ENDED)
        where.append(ended if asked.state == "ended" else ~ended)
    if asked.act:
        where.append(Application.act == asked.act)
    if asked.words:
        told = [column.icontains(asked.words, autoescape=True) for column in (Application.name, Application.applicant)]
        sound = folded(asked.words)
        if sound and not any(is_han(sign) for sign in asked.words):
            told.append(Application.folded.contains(sound, autoescape=True))
        where.append(or_(*told))
    return where
