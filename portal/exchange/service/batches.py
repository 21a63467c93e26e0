"""Many papers at once, as one PDF or a zip of Word files and PDFs: asked for here, made by a job."""

from __future__ import annotations

import datetime as dt
import tempfile
import uuid
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from portal.divisions.queries import published_home_name
from portal.errors import RuleBroken
from portal.exchange.models import PaperBatch
from portal.exchange.papers import Form, Occasion, Rendered, compose, paper_named, render, render_both
from portal.exchange.permissions import ISSUE_PAPERS
from portal.exchange.queries import papers as queries
from portal.exchange.service.paper_templates import template_for
from portal.kernel.access import policy
from portal.kernel.access.actor import Actor
from portal.kernel.contracts.job import Job, Work
from portal.kernel.contracts.paper import Paper
from portal.kernel.files import store
from portal.kernel.files.models import Privacy
from portal.kernel.formats.pdf_paper import join_pdfs
from portal.kernel.i18n.clock import now
from portal.kernel.i18n.text import text
from portal.kernel.jobs import queue
from portal.kernel.pg.installation import folder_of

MOST = 500
"""Papers in one batch; a second each."""
LARGEST = 512 * 1024 * 1024
KEPT = dt.timedelta(days=7)
NAME = "exchange.print_papers"


@dataclass(frozen=True)
class AskForBatch:
    """The papers below a record on a day, in one form and language."""

    paper: Paper
    subject: uuid.UUID
    at: dt.date
    form: str
    locale: str
    base: str


def ask_for_batch(session: Session, actor: Actor, command: AskForBatch) -> PaperBatch:
    """Writes down what is wanted and starts the job; raises `RuleBroken` when there is nothing to print."""
    policy.require(actor, ISSUE_PAPERS)
    if not _subjects(session, actor, command.paper, command.subject, command.at):
        raise RuleBroken(text("There is nothing below this to print."))
    facts = command.paper.facts(session, actor, command.subject, command.at)
    batch = PaperBatch(
        account_id=actor.account_id,
        paper=command.paper.key,
        subject=command.subject,
        title=facts.file_name,
        at=command.at,
        form=command.form,
        locale=command.locale,
        base=command.base,
    )
    session.add(batch)
    session.flush()
    run = queue.start(session, actor, NAME, {"batch": str(batch.public_id)}, lock="papers")
    batch.run = run.public_id
    session.flush()
    return batch


def print_batch(work: Work, batch: str) -> None:
    """The job: makes every paper, then one file of them, kept for a week."""
    with work.transaction() as session:
        wanted = queries.batch_of(session, work.actor, uuid.UUID(batch))
        subjects = _subjects(session, work.actor, paper_named(wanted.paper), wanted.subject, wanted.at)
    with tempfile.TemporaryDirectory(prefix="anjie-papers-") as folder:
        made = Path(folder) / "papers"
        papers = _each(work, wanted, subjects)
        count = _write_pdf(papers, made) if wanted.form == "pdf" else _write_zip(papers, made)
        with work.transaction() as session:
            _finish(session, work, uuid.UUID(batch), made, count)


def _each(work: Work, wanted: PaperBatch, subjects: Sequence[uuid.UUID]) -> Iterator[Rendered]:
    """One paper after the other, each with a transaction of its own, so that none is held open for minutes."""
    paper, moment = paper_named(wanted.paper), now()
    for done, subject in enumerate(subjects):
        work.progress(done, len(subjects), text("Making papers"))
        with work.transaction() as session:
            facts = paper.facts(session, work.actor, subject, wanted.at)
            issuer = published_home_name(session)
            template = template_for(session, paper, wanted.locale)
        occasion = Occasion(wanted.at, wanted.locale, moment, work.actor.name, wanted.base, issuer)
        composed = compose(paper, facts, occasion)
        if wanted.form == "pdf":
            yield render(composed, Form.PDF, template.content)
        else:
            yield from render_both(composed, template.content)
    work.progress(len(subjects), len(subjects), text("Making papers"))


def _write_pdf(papers: Iterator[Rendered], path: Path) -> int:
    pages = [paper.content for paper in papers]
    path.write_bytes(join_pdfs(pages))
    return len(pages)


def _write_zip(papers: Iterator[Rendered], path: Path) -> int:
    count = 0
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for count, paper in enumerate(papers, start=1):
            # A division may be called what it likes; a name in a zip is a path.
            target.writestr(f"{(count + 1) // 2:03d}_{store.shown_name(paper.file_name)}", paper.content)
    return count


def _finish(session: Session, work: Work, batch: uuid.UUID, path: Path, count: int) -> None:
    wanted = queries.batch_of(session, work.actor, batch)
    kept = store.keep(
        session,
        folder_of(work.settings),
        path,
        name=f"{wanted.title}.{wanted.form}",
        kind="paper_batch",
        media_type="application/pdf" if wanted.form == "pdf" else "application/zip",
        privacy=Privacy.INTERNAL,
        owner=work.actor,
        keep_until=now().date() + KEPT,
        max_bytes=LARGEST,
    )
    wanted.file_id, wanted.papers = kept.id, count
    session.flush()


def _subjects(session: Session, actor: Actor, paper: Paper, subject: uuid.UUID, at: dt.date) -> list[uuid.UUID]:
    found = list(paper.below(session, actor, subject, at)) if paper.below else []
    if len(found) > MOST:
        raise RuleBroken(text("More than %(most)d papers at once are too many; choose a smaller area.", most=MOST))
    return found


JOBS = (Job(NAME, text("Print papers"), print_batch, restarts=True),)
