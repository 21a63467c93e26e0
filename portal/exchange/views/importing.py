"""Imports: upload, questions, preview, yes, and taking it back."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

from flask import Response, make_response, render_template, request, url_for

from portal.errors import FormInvalid
from portal.exchange import proposals
from portal.exchange.declared import importer_named, importers, importers_for
from portal.exchange.files import KEPT_DAYS
from portal.exchange.forms.imports import ConfirmForm, StepForm, UploadForm, setup_of, wish_of
from portal.exchange.models import Import, State
from portal.exchange.permissions import USE
from portal.exchange.queries import imports as queries
from portal.exchange.service import answering, entering, moving, receiving
from portal.exchange.staging.setup import Setup
from portal.exchange.views.blueprint import blueprint
from portal.exchange.views.shown import context_of
from portal.kernel.access import policy
from portal.kernel.access.permission import needs
from portal.kernel.files import store
from portal.kernel.files.models import Privacy
from portal.kernel.formats.limits import LIMITS
from portal.kernel.formats.reading import Wish
from portal.kernel.jobs.queue import run_of
from portal.kernel.pg.installation import folder_of
from portal.kernel.web.forms import show_form
from portal.kernel.web.htmx import done
from portal.kernel.web.once import once
from portal.kernel.web.state import actor, app_session, current_actor, house, today
from portal.kernel.web.uploads import takes_files

ENVELOPE = 64 * 1024
"""Of a form around a file."""


@blueprint.route("/imports", methods=["GET", "POST"])
@needs(USE)
@takes_files(LIMITS.file_bytes + ENVELOPE)
@once
def imports() -> Response:
    """One's own imports, and the form that begins one."""
    form = UploadForm(data={"what": request.args.get("what", "")})
    if form.validate_on_submit():
        with form.catching():
            return done(_address(_received(form)))
    own = queries.imports_of(app_session(), actor())
    offered = importers_for(actor())
    return show_form("exchange/imports/list.html", form, own=own, offered=offered, megabytes=LIMITS.file_bytes >> 20)


@blueprint.get("/imports/<uuid:public_id>")
@needs(USE)
def one_import(public_id: uuid.UUID) -> str:
    """An import as it stands: progress, questions, preview or what became of it."""
    found = queries.import_of(app_session(), actor(), public_id)
    return render_template("exchange/imports/one.html", **context_of(found, setup=None))


@blueprint.post("/imports/<uuid:public_id>/read-again")
@needs(USE)
@once
def read_again(public_id: uuid.UUID) -> Response:
    """Another sheet, encoding or header row."""

    def act(found: Import) -> None:
        part = proposals.head_of(found).part if found.head else None
        receiving.read_again(app_session(), actor(), found, wish_of(request.form, part))

    return _step(public_id, act)


@blueprint.post("/imports/<uuid:public_id>/answer")
@needs(USE)
@once
def answer(public_id: uuid.UUID) -> Response:
    """What the columns are; the check begins."""
    form, setup = StepForm(), setup_of(request.form)
    found = queries.import_of(app_session(), actor(), public_id, lock=True, wait=False)
    if form.validate():
        with form.catching():
            answering.answer(app_session(), actor(), found, importer_named(found.what), setup, today())
            return done(_address(found))
    messages = _messages(found, setup) if found.state == State.ASKING else {}
    context = context_of(found, setup=setup, messages=messages) | {"refusals": form.form_errors}
    return make_response(render_template("exchange/imports/one.html", **context), form.status)


@blueprint.post("/imports/<uuid:public_id>/reopen")
@needs(USE)
@once
def reopen(public_id: uuid.UUID) -> Response:
    """Back from the preview to the questions."""
    return _step(public_id, lambda found: answering.reopen(app_session(), found))


@blueprint.post("/imports/<uuid:public_id>/confirm")
@needs(USE)
@once
def confirm(public_id: uuid.UUID) -> Response:
    """Yes to the preview."""
    form = ConfirmForm()
    valid_only = bool(form.valid_only.data)
    return _step(public_id, lambda found: entering.confirm(app_session(), actor(), found, valid_only=valid_only))


@blueprint.post("/imports/<uuid:public_id>/cancel")
@needs(USE)
@once
def cancel(public_id: uuid.UUID) -> Response:
    """Puts an import away."""
    return _step(public_id, lambda found: moving.cancel(app_session(), actor(), found))


@blueprint.post("/imports/<uuid:public_id>/back")
@needs(USE)
@once
def back(public_id: uuid.UUID) -> Response:
    """Out of a step whose job has ended without doing it."""

    def act(found: Import) -> None:
        if found.run is None or run_of(app_session(), actor(), found.run).ended:
            moving.fall_back(app_session(), found, None)

    return _step(public_id, act)


@blueprint.post("/imports/<uuid:public_id>/undo")
@needs(USE)
@once
def undo(public_id: uuid.UUID) -> Response:
    """Takes an import back as a whole."""
    return _step(public_id, lambda found: entering.start_undo(app_session(), actor(), found))


@blueprint.app_template_global()
def import_offer(key: str) -> str | None:
    """Where a list's things are imported; None when this reader may not."""
    somebody, importer = current_actor(), importers().get(key)
    may = somebody is not None and importer is not None and somebody.may(USE) and somebody.may(importer.permission)
    return url_for("exchange.imports", what=key) if may else None


def _received(form: UploadForm) -> Import:
    importer = importer_named(form.what.data)
    policy.require(actor(), importer.permission)
    stored = store.keep(
        app_session(),
        folder_of(house().settings),
        form.file.data.stream,
        name=form.file.data.filename or "?",
        kind="upload",
        media_type="application/octet-stream",
        privacy=Privacy.INTERNAL,
        owner=actor(),
        keep_until=today() + dt.timedelta(days=KEPT_DAYS),
        max_bytes=LIMITS.file_bytes,
    )
    found = receiving.receive(app_session(), actor(), importer, stored, Wish())
    moving.work_on(app_session(), actor(), found, "exchange.read")
    return found


def _step(public_id: uuid.UUID, act: Callable[[Import], None]) -> Response:
    """One move of an import; a rule that says no is shown on the page of the import."""
    form = StepForm()
    found = queries.import_of(app_session(), actor(), public_id, lock=True, wait=False)
    if form.validate():
        with form.catching():
            act(found)
            return done(_address(found))
    context = context_of(found, setup=None) | {"refusals": form.form_errors}
    return make_response(render_template("exchange/imports/one.html", **context), form.status)


def _messages(found: Import, setup: Setup) -> dict[str, list[object]]:
    try:
        answering.check_setup(found, importer_named(found.what), setup, today())
    except FormInvalid as invalid:
        return {name: list(messages) for name, messages in invalid.messages.items()}
    return {}


def _address(found: Import) -> str:
    return url_for("exchange.one_import", public_id=found.public_id)
