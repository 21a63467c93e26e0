"""The administrator's pages of Word templates: look, download, upload, go back; and how numbers are written."""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePath

from flask import Response, flash, render_template, send_file, url_for
from flask_babel import gettext

from portal.errors import BadInput, FormInvalid, NotFound
from portal.exchange.forms.papers import ChooseForm, PatternForm, TemplateForm
from portal.exchange.papers import compose_sample, paper_named, papers
from portal.exchange.permissions import CHANGE_TEMPLATES
from portal.exchange.queries import papers as queries
from portal.exchange.service import paper_templates as service
from portal.exchange.views.blueprint import blueprint
from portal.kernel.access.permission import needs
from portal.kernel.contracts.paper import Paper
from portal.kernel.files.store import shown_name
from portal.kernel.formats.docx_paper import MEDIA_TYPE, template_names
from portal.kernel.formats.rows import FileRefused
from portal.kernel.i18n.text import text
from portal.kernel.i18n.translate import LOCALES
from portal.kernel.web.forms import Form, show_form
from portal.kernel.web.htmx import done
from portal.kernel.web.once import once
from portal.kernel.web.state import actor, app_session

PAGE = "exchange/papers/template.html"


@blueprint.get("/papers/templates")
@needs(CHANGE_TEMPLATES)
def paper_templates() -> str:
    """Every paper with the templates that hold now."""
    known = papers()
    in_use = queries.templates_in_use(app_session(), list(known))
    patterns = {
        paper.series: queries.pattern_of(app_session(), paper.series) for paper in known.values() if paper.series
    }
    return render_template("exchange/papers/templates.html", papers=known, in_use=in_use, patterns=patterns)


@blueprint.route("/papers/templates/<room>/<things>/<lang>", methods=["GET", "POST"])
@needs(CHANGE_TEMPLATES)
@once
def paper_template(room: str, things: str, lang: str) -> Response:
    """One template: what it may fill in, its versions, and a new one."""
    paper, locale, form = _paper(room, things), _locale(lang), TemplateForm()
    if form.validate_on_submit():
        with form.catching(), _refused_at("file"):
            service.upload_template(app_session(), actor(), _uploaded(paper, locale, form))
            flash(gettext("The new version is used from now on."), "success")
            return done(url_for(".paper_template", room=room, things=things, lang=lang))
    return show_form(PAGE, form, **_shown(paper, locale, lang))


@blueprint.post("/papers/templates/<room>/<things>/<lang>/choose")
@needs(CHANGE_TEMPLATES)
@once
def choose_template(room: str, things: str, lang: str) -> Response:
    """Goes back to an older version, or to the template of the house."""
    paper, locale, form = _paper(room, things), _locale(lang), ChooseForm()
    if form.validate_on_submit():
        service.choose_template(app_session(), actor(), paper, locale, _version(form.version.data))
        flash(gettext("This version is used from now on."), "success")
        return done(url_for(".paper_template", room=room, things=things, lang=lang))
    return show_form(PAGE, TemplateForm(formdata=None), **_shown(paper, locale, lang))


@blueprint.get("/papers/templates/<room>/<things>/<lang>/current.docx")
@needs(CHANGE_TEMPLATES)
def current_template(room: str, things: str, lang: str) -> Response:
    """The template that holds now, to change it in Word."""
    paper, locale = _paper(room, things), _locale(lang)
    content = service.template_for(app_session(), paper, locale).content
    return _sent(content, f"{things}.{lang}.docx")


@blueprint.get("/papers/templates/<room>/<things>/<lang>/<uuid:version>.docx")
@needs(CHANGE_TEMPLATES)
def template_version(room: str, things: str, lang: str, version: uuid.UUID) -> Response:
    """An older version, as it was uploaded."""
    found = queries.template_version(app_session(), _paper(room, things).key, _locale(lang), version)
    return _sent(found.content, found.file_name)


@blueprint.route("/papers/templates/<room>/<things>/number", methods=["GET", "POST"])
@needs(CHANGE_TEMPLATES)
@once
def number_pattern(room: str, things: str) -> Response:
    """How the running numbers of a paper are written."""
    paper = _paper(room, things)
    if paper.series is None:
        raise NotFound(text("There is no such paper."))
    form = PatternForm(data={"pattern": queries.pattern_of(app_session(), paper.series)})
    if form.validate_on_submit():
        with form.catching():
            service.set_pattern(app_session(), actor(), paper.series, form.pattern.data or "")
            flash(gettext("Saved. Papers that were issued keep their numbers."), "success")
            return done(url_for(".paper_templates"))
    return show_form("exchange/papers/number.html", form, paper=paper)


@contextmanager
def _refused_at(field: str) -> Iterator[None]:
    """What is wrong with a file is said at its field."""
    try:
        yield
    except FileRefused as error:
        raise FormInvalid({field: [error.message]}) from error


def _paper(room: str, things: str) -> Paper:
    return paper_named(f"{room}:{things}")


def _locale(lang: str) -> str:
    if lang not in LOCALES:
        raise NotFound(text("There is no such paper."))
    return LOCALES[lang]


def _version(said: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(said) if said else None
    except ValueError as error:
        raise BadInput(text("There is no such version of the template.")) from error


def _uploaded(paper: Paper, locale: str, form: Form) -> service.UploadTemplate:
    sent = form.file.data
    name = shown_name(PurePath(sent.filename or "?").name)
    return service.UploadTemplate(paper, locale, name, sent.stream.read(), form.note.data or "")


def _shown(paper: Paper, locale: str, lang: str) -> dict[str, object]:
    session = app_session()
    room, things = paper.key.split(":")
    in_use = service.template_for(session, paper, locale)
    sample = compose_sample(paper, locale)
    return {
        "paper": paper,
        "place": {"room": room, "things": things, "lang": lang},
        "in_use": in_use,
        "versions": queries.template_versions(session, paper.key, locale),
        "known": sorted({*sample.values, *sample.pictures}),
        "used": template_names(in_use.content),
        "choice": ChooseForm(formdata=None),
    }


def _sent(content: bytes, name: str) -> Response:
    return send_file(io.BytesIO(content), mimetype=MEDIA_TYPE, as_attachment=True, download_name=name)
