"""Issuing a paper under its running number, and declaring one void."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from dataclasses import dataclass

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.divisions.queries import published_home_name
from portal.errors import RuleBroken
from portal.exchange.models import IssuedPaper, Number
from portal.exchange.papers import Composed, Occasion, Rendered, compose, render_both
from portal.exchange.permissions import ISSUE_PAPERS
from portal.exchange.queries import papers as queries
from portal.exchange.queries.papers import Issuer
from portal.exchange.rules.numbering import written_number
from portal.exchange.service.paper_templates import Template, template_for
from portal.kernel.access import policy
from portal.kernel.access.actor import Actor
from portal.kernel.audit.trail import record
from portal.kernel.contracts.paper import Paper, PaperFacts
from portal.kernel.files import store
from portal.kernel.files.models import Privacy, StoredFile
from portal.kernel.i18n.text import text
from portal.kernel.pg.folder import Folder

KIND = "paper"
LARGEST = 64 * 1024 * 1024


@dataclass(frozen=True)
class IssuePaper:
    """Which paper about what, for which day, in which language; `base` is what addresses begin with."""

    paper: Paper
    subject: uuid.UUID
    at: dt.date
    locale: str
    base: str


def issue_paper(session: Session, actor: Actor, command: IssuePaper, folder: Folder, now: dt.datetime) -> IssuedPaper:
    """Makes, numbers and keeps a paper in one transaction: if anything fails, the number is free again."""
    facts, series = _issuable(session, actor, command)
    issuer = queries.issuer_for(session, actor, facts.unit_id or 0, now.date())
    number = take_number(session, series, issuer.unit_id, now.year)
    written = written_number(queries.pattern_of(session, series), issuer.name, now.year, number)
    occasion = Occasion(
        command.at, command.locale, now, actor.name, command.base, published_home_name(session), written
    )
    composed = compose(command.paper, facts, occasion)
    template = template_for(session, command.paper, command.locale)
    docx, pdf = (_keep(session, folder, actor, rendered) for rendered in render_both(composed, template.content))
    row = _row(command, composed, occasion, template)
    row.subject_unit_id, row.unit_id = facts.unit_id or 0, issuer.unit_id
    row.series, row.year, row.number = series, now.year, number
    row.actor_id, row.actor_name = actor.account_id, actor.name
    row.docx_file_id, row.docx_sha256, row.pdf_file_id, row.pdf_sha256 = docx.id, docx.sha256, pdf.id, pdf.sha256
    return _entered(session, actor, row, issuer)


def void_paper(session: Session, actor: Actor, public_id: uuid.UUID, reason: str, now: dt.datetime) -> IssuedPaper:
    """Declares a paper void. It stays, with its number; nobody gets that number again."""
    policy.require(actor, ISSUE_PAPERS)
    paper = queries.issued_paper(session, actor, public_id, now.date(), lock=True)
    if paper.void:
        raise RuleBroken(text("This paper has been declared void already."))
    paper.voided_at, paper.voided_by, paper.void_reason = func.clock_timestamp(), actor.name, reason
    session.flush()
    session.refresh(paper)
    after = {"number": paper.number_text, "reason": reason}
    record(session, actor, "voided", "exchange.paper", paper.public_id, after=after)
    session.flush()
    return paper


def take_number(session: Session, series: str, unit_id: int, year: int) -> int:
    """The next number of a unit's series in a year. The row stays locked until the transaction ends: others wait, and a
    transaction that is rolled back gives the number back."""
    first = insert(Number).values(series=series, unit_id=unit_id, year=year, last=1)
    key = (Number.series, Number.unit_id, Number.year)
    taken = first.on_conflict_do_update(index_elements=key, set_={"last": Number.last + 1}).returning(Number.last)
    return int(session.scalars(taken).one())


def _issuable(session: Session, actor: Actor, command: IssuePaper) -> tuple[PaperFacts, str]:
    """The facts and the series, once it is clear that this actor may issue this paper."""
    policy.require(actor, ISSUE_PAPERS)
    if command.paper.permission is not None:
        policy.require(actor, command.paper.permission)
    facts = command.paper.facts(session, actor, command.subject, command.at)
    if command.paper.series is None or facts.unit_id is None:
        raise RuleBroken(text("This paper is not numbered, so it cannot be issued."))
    return facts, command.paper.series


def _row(command: IssuePaper, composed: Composed, occasion: Occasion, template: Template) -> IssuedPaper:
    return IssuedPaper(
        paper=command.paper.key,
        subject=command.subject,
        title=composed.title,
        at=command.at,
        locale=command.locale,
        address=str(composed.values["address"]),
        number_text=occasion.number,
        template_id=template.id,
        template_sha256=template.sha256,
    )


def _keep(session: Session, folder: Folder, actor: Actor, rendered: Rendered) -> StoredFile:
    return store.keep(
        session,
        folder,
        io.BytesIO(rendered.content),
        name=rendered.file_name,
        kind=KIND,
        media_type=rendered.form.media_type,
        privacy=Privacy.INTERNAL,
        owner=actor,
        keep_until=None,
        max_bytes=LARGEST,
    )


def _entered(session: Session, actor: Actor, row: IssuedPaper, issuer: Issuer) -> IssuedPaper:
    session.add(row)
    session.flush()
    after = {"number": row.number_text, "title": row.title, "issuer": issuer.name, "pdf_sha256": row.pdf_sha256}
    record(session, actor, "issued", "exchange.paper", row.public_id, after=after)
    session.flush()
    return row
