"""Papers: the public ones, issuing and voiding numbered ones, and many at once."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from typing import BinaryIO

from flask import Response, flash, render_template, request, send_file, url_for
from flask_babel import get_locale, gettext

from portal.divisions.queries import published_home_name
from portal.errors import NotFound
from portal.exchange.forms.papers import BatchForm, IssueForm, VoidForm
from portal.exchange.models import IssuedPaper, PaperBatch
from portal.exchange.papers import Form, Occasion, Rendered, compose, house_template, paper_named, render
from portal.exchange.papers.composing import language_of
from portal.exchange.papers.kept import Kept
from portal.exchange.permissions import ISSUE_PAPERS, READ_PAPERS
from portal.exchange.queries import papers as queries
from portal.exchange.service import batches
from portal.exchange.service import papers as service
from portal.exchange.service.paper_templates import template_for
from portal.exchange.views.blueprint import blueprint
from portal.kernel.access.permission import needs, public, signed_in
from portal.kernel.contracts.paper import Paper
from portal.kernel.files import store
from portal.kernel.geo.published import live_revisions
from portal.kernel.i18n.text import text
from portal.kernel.i18n.translate import translate
from portal.kernel.jobs import queue
from portal.kernel.pg.installation import folder_of
from portal.kernel.web.forms import show_form
from portal.kernel.web.guard import admit
from portal.kernel.web.htmx import done
from portal.kernel.web.once import once
from portal.kernel.web.pages import at_or_today
from portal.kernel.web.state import actor, app_session, house, now, public_session, today

KEPT = Kept()
"""Public papers of this process."""


@blueprint.get("/papers/<room>/<things>/<uuid:public_id>.<form>")
@public
def public_paper(room: str, things: str, public_id: uuid.UUID, form: str) -> Response:
    """A paper for anybody, from the published model: not numbered and not kept."""
    paper, wanted, at = paper_named(f"{room}:{things}"), form_of(form), at_or_today()
    if paper.permission is not None:
        raise NotFound(text("There is no such paper."))
    tokens = tuple(sorted(revision.token for revision in live_revisions(public_session()).values()))
    locale, base = language_of(str(get_locale())), base_address()
    made = KEPT.get(
        (paper.key, public_id, at, wanted, locale, base, tokens),
        lambda: _made_for_public(paper, public_id, at, wanted, locale, base),
    )
    return sent(io.BytesIO(made.content), made.file_name, wanted, made.sha256)


@blueprint.get("/papers/<room>/<things>/<uuid:public_id>/draft.<form>")
@signed_in
def staff_paper(room: str, things: str, public_id: uuid.UUID, form: str) -> Response:
    """A paper for those whom its permission lets in: not numbered, not kept, made anew each time."""
    paper, wanted, at = paper_named(f"{room}:{things}"), form_of(form), at_or_today()
    if paper.permission is None:
        raise NotFound(text("There is no such paper."))
    admit(paper.permission, actor())
    facts = paper.facts(app_session(), actor(), public_id, at)
    issuer, locale = published_home_name(app_session()), own_language()
    composed = compose(paper, facts, Occasion(at, locale, now(), actor().name, base_address(), issuer))
    made = render(composed, wanted, template_for(app_session(), paper, locale).content)
    response = sent(io.BytesIO(made.content), made.file_name, wanted, made.sha256)
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/papers")
@needs(READ_PAPERS)
def papers() -> str:
    """Issued papers, the newest first."""
    page = max(1, request.args.get("page", 1, type=int))
    rows, total = queries.issued_papers(app_session(), actor(), today(), page)
    pages = max(1, -(-total // queries.PAGE))
    own = queries.batches_of(app_session(), actor())
    return render_template("exchange/papers/list.html", rows=rows, total=total, page=page, pages=pages, batches=own)


@blueprint.get("/papers/issued/<uuid:public_id>")
@needs(READ_PAPERS)
def issued(public_id: uuid.UUID) -> str:
    """One issued paper: what it says of itself, its files, and how to declare it void."""
    return render_template("exchange/papers/issued.html", **_issued(public_id), form=VoidForm(formdata=None))


@blueprint.get("/papers/issued/<uuid:public_id>.<form>")
@needs(READ_PAPERS)
def issued_file(public_id: uuid.UUID, form: str) -> Response:
    """The same bytes as on the day it was issued."""
    paper, wanted = queries.issued_paper(app_session(), actor(), public_id, today()), form_of(form)
    file_id = paper.pdf_file_id if wanted is Form.PDF else paper.docx_file_id
    kept = queries.file_of(app_session(), file_id)
    path = store.path_of(folder_of(house().settings), kept)
    return sent(path.open("rb"), kept.name, wanted, kept.sha256)


@blueprint.post("/papers/issued/<uuid:public_id>/void")
@needs(ISSUE_PAPERS)
@once
def void(public_id: uuid.UUID) -> Response:
    """Declares a paper void; its number is not given again."""
    form = VoidForm()
    if form.validate_on_submit():
        with form.catching():
            service.void_paper(app_session(), actor(), public_id, form.reason.data or "", now())
            flash(gettext("Declared void. The number is not given again."), "success")
            return done(url_for(".issued", public_id=public_id))
    return show_form("exchange/papers/issued.html", form, **_issued(public_id))


@blueprint.route("/papers/<room>/<things>/<uuid:public_id>/issue", methods=["GET", "POST"])
@needs(ISSUE_PAPERS)
@once
def issue(room: str, things: str, public_id: uuid.UUID) -> Response:
    """What will be issued, and the button that takes the next number."""
    paper, form = paper_named(f"{room}:{things}"), IssueForm(data={"at": at_or_today(), "locale": own_language()})
    if form.validate_on_submit():
        with form.catching():
            command = service.IssuePaper(paper, public_id, form.day, form.locale.data, base_address())
            made = service.issue_paper(app_session(), actor(), command, folder_of(house().settings), now())
            flash(gettext("Issued under the number %(number)s.", number=made.number_text), "success")
            return done(url_for(".issued", public_id=made.public_id))
    facts = paper.facts(app_session(), actor(), public_id, at_or_today())
    issuer = queries.issuer_for(app_session(), actor(), facts.unit_id or 0, today())
    earlier = queries.papers_of(app_session(), actor(), paper.key, public_id, today())
    shown = {"paper": paper, "facts": facts, "issuer": issuer, "earlier": earlier, "subject": public_id}
    return show_form("exchange/papers/issue.html", form, **shown)


@blueprint.route("/papers/<room>/<things>/<uuid:public_id>/batch", methods=["GET", "POST"])
@needs(ISSUE_PAPERS)
@once
def batch(room: str, things: str, public_id: uuid.UUID) -> Response:
    """The papers of everything below a record, made by a job."""
    paper, form = paper_named(f"{room}:{things}"), BatchForm(data={"at": at_or_today(), "locale": own_language()})
    if form.validate_on_submit():
        with form.catching():
            command = batches.AskForBatch(paper, public_id, form.day, form.form.data, form.locale.data, base_address())
            made = batches.ask_for_batch(app_session(), actor(), command)
            return done(url_for(".one_batch", public_id=made.public_id))
    facts = paper.facts(app_session(), actor(), public_id, at_or_today())
    count = len(paper.below(app_session(), actor(), public_id, at_or_today())) if paper.below else 0
    return show_form("exchange/papers/batch.html", form, paper=paper, facts=facts, count=count, subject=public_id)


@blueprint.get("/papers/batches/<uuid:public_id>")
@needs(ISSUE_PAPERS)
def one_batch(public_id: uuid.UUID) -> str:
    """How far the job is, then the file."""
    found = queries.batch_of(app_session(), actor(), public_id)
    run = queue.run_of(app_session(), actor(), found.run) if found.run and found.file_id is None else None
    return render_template("exchange/papers/one_batch.html", batch=found, run=run)


@blueprint.get("/papers/batches/<uuid:public_id>/file")
@needs(ISSUE_PAPERS)
def batch_file(public_id: uuid.UUID) -> Response:
    """All papers of a batch in one file."""
    found: PaperBatch = queries.batch_of(app_session(), actor(), public_id)
    if found.file_id is None:
        raise NotFound(text("There is no such paper."))
    kept = queries.file_of(app_session(), found.file_id)
    handle = store.path_of(folder_of(house().settings), kept).open("rb")
    return send_file(handle, mimetype=kept.media_type, as_attachment=True, download_name=kept.name)


def form_of(asked: str) -> Form:
    """The ending of an address as a form of paper; raises `NotFound` for any other."""
    if asked not in list(Form):
        raise NotFound(text("There is no such paper."))
    return Form(asked)


def base_address() -> str:
    """What addresses on papers begin with: what the operator said, else what the browser called this server by."""
    return house().settings.public_address or request.url_root


def own_language() -> str:
    """The reader's language, as papers know it."""
    return language_of(str(get_locale()))


def sent(content: BinaryIO, name: str, form: Form, sha256: str) -> Response:
    """A PDF opens in the browser, a Word file is saved; the content names itself, so that it is sent once."""
    saved = form is Form.DOCX
    response = send_file(content, mimetype=form.media_type, as_attachment=saved, download_name=name, etag=sha256)
    response.make_conditional(request)
    return response


def _made_for_public(paper: Paper, public_id: uuid.UUID, at: dt.date, form: Form, locale: str, base: str) -> Rendered:
    facts = paper.facts(public_session(), None, public_id, at)
    maker = translate(text("the public portal"), locale)
    issuer = published_home_name(public_session())
    composed = compose(paper, facts, Occasion(at, locale, now(), maker, base, issuer))
    return render(composed, form, house_template(paper, locale))


def _issued(public_id: uuid.UUID) -> dict[str, object]:
    paper: IssuedPaper = queries.issued_paper(app_session(), actor(), public_id, today())
    return {"paper": paper, "kind": paper_named(paper.paper), "may_void": actor().may(ISSUE_PAPERS)}
