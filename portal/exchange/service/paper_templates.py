"""The bureau's own Word templates and how its numbers are written: only ever added to, every change in the trail."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.exchange.models import NumberPattern, PaperTemplate, TemplateChoice
from portal.exchange.papers import compose_sample, house_template
from portal.exchange.permissions import CHANGE_TEMPLATES
from portal.exchange.queries import papers as queries
from portal.exchange.rules.numbering import check_pattern
from portal.kernel.access import policy
from portal.kernel.access.actor import Actor
from portal.kernel.audit.trail import record
from portal.kernel.contracts.paper import Paper
from portal.kernel.formats.docx_paper import check_template

SUBJECT = "exchange.paper_template"


@dataclass(frozen=True)
class Template:
    """A Word template as it is used; `id` is None for the one of the house."""

    id: int | None
    content: bytes
    sha256: str


@dataclass(frozen=True)
class UploadTemplate:
    """A new version from the administrator, with a word on what is different."""

    paper: Paper
    locale: str
    file_name: str
    content: bytes
    note: str


def template_for(session: Session, paper: Paper, locale: str) -> Template:
    """What papers are filled into now: the bureau's own version, else the one of the house."""
    own = queries.template_in_use(session, paper.key, locale)
    if own is not None:
        return Template(own.id, own.content, own.sha256)
    content = house_template(paper, locale)
    return Template(None, content, hashlib.sha256(content).hexdigest())


def upload_template(session: Session, actor: Actor, command: UploadTemplate) -> PaperTemplate:
    """Keeps a new version and uses it from now on.

    Raises `FileRefused`, naming the place, for a file that is no harmless document or that sample values do not fill.
    """
    policy.require(actor, CHANGE_TEMPLATES)
    sample = compose_sample(command.paper, command.locale)
    check_template(command.content, command.file_name, sample.values, sample.pictures)
    version = PaperTemplate(
        paper=command.paper.key,
        locale=command.locale,
        file_name=command.file_name,
        sha256=hashlib.sha256(command.content).hexdigest(),
        content=command.content,
        note=command.note,
        actor_name=actor.name,
    )
    session.add(version)
    session.flush()
    _choose(session, actor, command.paper, command.locale, version, "uploaded")
    return version


def choose_template(session: Session, actor: Actor, paper: Paper, locale: str, version: uuid.UUID | None) -> None:
    """Goes back to an older version, or with None to the template of the house."""
    policy.require(actor, CHANGE_TEMPLATES)
    chosen = None if version is None else queries.template_version(session, paper.key, locale, version)
    _choose(session, actor, paper, locale, chosen, "chosen")


def set_pattern(session: Session, actor: Actor, series: str, pattern: str) -> None:
    """How the numbers of a series are written from now on; papers that were issued keep theirs."""
    policy.require(actor, CHANGE_TEMPLATES)
    check_pattern(pattern)
    before = queries.pattern_of(session, series)
    if pattern == before:
        return
    session.add(NumberPattern(series=series, pattern=pattern, actor_name=actor.name))
    record(
        session,
        actor,
        "changed",
        "exchange.number_pattern",
        series,
        before={"pattern": before},
        after={"pattern": pattern},
    )
    session.flush()


def _choose(
    session: Session, actor: Actor, paper: Paper, locale: str, version: PaperTemplate | None, verb: str
) -> None:
    before = queries.template_in_use(session, paper.key, locale)
    chosen = version.id if version else None
    session.add(TemplateChoice(paper=paper.key, locale=locale, template_id=chosen, actor_name=actor.name))
    record(
        session,
        actor,
        verb,
        SUBJECT,
        f"{paper.key} {locale}",
        before={"sha256": before.sha256 if before else None},
        after={"sha256": version.sha256 if version else None, "file": version.file_name if version else None},
    )
    session.flush()
