"""Issued papers within the reader's divisions, templates and their versions, patterns of numbers, batches."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, undefer

from portal.divisions.queries import ancestors, scoped, unit
from portal.divisions.queries.heirs import last_day
from portal.divisions.queries.many import any_of
from portal.errors import NotFound
from portal.exchange.models import IssuedPaper, Number, NumberPattern, PaperBatch, PaperTemplate, TemplateChoice
from portal.exchange.permissions import ISSUE_PAPERS, READ_PAPERS
from portal.exchange.rules.numbering import DEFAULT_PATTERN
from portal.kernel.access.actor import Actor
from portal.kernel.access.permission import Permission
from portal.kernel.files.models import StoredFile
from portal.kernel.i18n.text import text

PAGE = 50


@dataclass(frozen=True)
class Issuer:
    """Whose series a number is of, with its name on the day."""

    unit_id: int
    name: str


def issued_papers(session: Session, actor: Actor, today: dt.date, page: int = 1) -> tuple[Sequence[IssuedPaper], int]:
    """A page of papers about divisions that the reader may see, the newest first, and how many there are in all."""
    query = select(IssuedPaper).where(_seen(actor, READ_PAPERS, today))
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = session.scalars(query.order_by(IssuedPaper.id.desc()).offset((page - 1) * PAGE).limit(PAGE)).all()
    return rows, total


def issued_paper(
    session: Session, actor: Actor, public_id: uuid.UUID, today: dt.date, *, lock: bool = False
) -> IssuedPaper:
    """One paper within the reader's divisions; raises `NotFound`."""
    permission = ISSUE_PAPERS if lock else READ_PAPERS
    query = select(IssuedPaper).where(IssuedPaper.public_id == public_id, _seen(actor, permission, today))
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound(text("There is no such paper."))
    return found


def papers_of(session: Session, actor: Actor, paper: str, subject: uuid.UUID, today: dt.date) -> Sequence[IssuedPaper]:
    """What was issued about one record, the newest first, as far as the reader may see it."""
    query = select(IssuedPaper).where(IssuedPaper.paper == paper, IssuedPaper.subject == subject)
    seen = query.where(_seen(actor, READ_PAPERS, today))
    return session.scalars(seen.order_by(IssuedPaper.id.desc())).all()


def issuer_for(session: Session, actor: Actor, unit_id: int, today: dt.date) -> Issuer:
    """For which division the actor issues papers about a unit: the nearest one above it (or itself) that they act for.

    Raises `NotFound` when there is none: it is not theirs.
    """
    own = unit(session, unit_id, today)
    held = actor.scope(ISSUE_PAPERS)
    chain = [*ancestors(session, unit_id, today), *([own] if own else [])]
    found = next((one for one in reversed(chain) if actor.system or one.id in held), None)
    if found is None:
        raise NotFound(text("There is no such division on this date."))
    return Issuer(found.id, found.name)


def file_of(session: Session, file_id: int) -> StoredFile:
    """The row of a kept file."""
    return session.get_one(StoredFile, file_id)


def template_in_use(session: Session, paper: str, locale: str) -> PaperTemplate | None:
    """The bureau's own template that holds now; None when it is the one of the house."""
    query = (
        select(TemplateChoice.template_id)
        .where(TemplateChoice.paper == paper, TemplateChoice.locale == locale)
        .order_by(TemplateChoice.id.desc())
        .limit(1)
    )
    chosen = session.scalar(query)
    if chosen is None:
        return None
    return session.scalars(
        select(PaperTemplate).where(PaperTemplate.id == chosen).options(undefer(PaperTemplate.content))
    ).one()


def template_versions(session: Session, paper: str, locale: str) -> Sequence[PaperTemplate]:
    """Every version that was ever uploaded, the newest first."""
    query = select(PaperTemplate).where(PaperTemplate.paper == paper, PaperTemplate.locale == locale)
    return session.scalars(query.order_by(PaperTemplate.id.desc())).all()


def template_version(session: Session, paper: str, locale: str, public_id: uuid.UUID) -> PaperTemplate:
    """One version of a template; raises `NotFound`."""
    query = select(PaperTemplate).where(
        PaperTemplate.paper == paper, PaperTemplate.locale == locale, PaperTemplate.public_id == public_id
    )
    found = session.scalar(query.options(undefer(PaperTemplate.content)))
    if found is None:
        raise NotFound(text("There is no such version of the template."))
    return found


def pattern_of(session: Session, series: str) -> str:
    """How numbers of a series are written."""
    query = select(NumberPattern.pattern).where(NumberPattern.series == series).order_by(NumberPattern.id.desc())
    return session.scalar(query.limit(1)) or DEFAULT_PATTERN


def batch_of(session: Session, actor: Actor, public_id: uuid.UUID) -> PaperBatch:
    """One of the actor's own batches; raises `NotFound`."""
    found = session.scalar(select(PaperBatch).where(PaperBatch.public_id == public_id))
    if found is None or (not actor.system and found.account_id != actor.account_id):
        raise NotFound(text("There is no such batch of papers."))
    return found


def batches_of(session: Session, actor: Actor) -> Sequence[PaperBatch]:
    """The actor's last batches, the newest first."""
    query = select(PaperBatch).where(PaperBatch.account_id == actor.account_id)
    return session.scalars(query.order_by(PaperBatch.id.desc()).limit(10)).all()


def number_differences(session: Session) -> list[str]:
    """Series in which the numbers of the papers are not exactly 1 to the last one given."""
    given = {(row.series, row.unit_id, row.year): row.last for row in session.scalars(select(Number))}
    key = (IssuedPaper.series, IssuedPaper.unit_id, IssuedPaper.year)
    counted = select(*key, func.count(), func.max(IssuedPaper.number)).group_by(*key)
    found = {(series, unit_id, year): (count, top) for series, unit_id, year, count, top in session.execute(counted)}
    wrong = [one for one in given.keys() | found.keys() if found.get(one) != (given.get(one), given.get(one))]
    return [f"{' '.join(map(str, one))}: {given.get(one)}" for one in sorted(wrong)]


def templates_in_use(session: Session, keys: Sequence[str]) -> Mapping[tuple[str, str], PaperTemplate | None]:
    """What holds now for each paper and language."""
    return {(key, locale): template_in_use(session, key, locale) for key in keys for locale in ("zh_Hans_CN", "en")}


NAMED = 5
"""Numbers that a panel lists."""


def counts_on(session: Session, unit_ids: Sequence[int]) -> tuple[int, int]:
    """How many papers speak of some divisions, and how many these issued themselves."""
    about = func.count().filter(IssuedPaper.subject_unit_id == any_of(unit_ids))
    by = func.count().filter(IssuedPaper.unit_id == any_of(unit_ids))
    row = session.execute(select(about, by)).one()
    return row[0], row[1]


def numbers_on(session: Session, actor: Actor, unit_ids: Sequence[int]) -> Sequence[str]:
    """The newest numbers of papers about some divisions, as far as the reader may see them."""
    query = select(IssuedPaper.number_text).where(IssuedPaper.subject_unit_id == any_of(unit_ids))
    seen = query.where(scoped(actor, READ_PAPERS, IssuedPaper.subject_unit_id, IssuedPaper.at))
    return session.scalars(seen.order_by(IssuedPaper.id.desc()).limit(NAMED)).all()


def _seen(actor: Actor, permission: Permission, today: dt.date) -> ColumnElement[bool]:
    """Whether the paper's division lies within the actor's today; of one that ended, on its last day."""
    day = func.least(today, last_day(IssuedPaper.subject_unit_id))
    return scoped(actor, permission, IssuedPaper.subject_unit_id, day)
