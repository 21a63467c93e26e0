"""Papers of a change file: adding one with its scan, taking the scan home, taking the paper out."""

from __future__ import annotations

import uuid

from flask import Response, flash, request, send_file, url_for
from flask_babel import gettext

from portal.divisions.catalogue import papers
from portal.divisions.forms.changes import PaperForm, WithdrawForm
from portal.divisions.permissions import CHANGE_UNITS, READ_CHANGES
from portal.divisions.queries import changes as queries
from portal.divisions.service import changes as service
from portal.divisions.views.blueprint import blueprint
from portal.errors import NotFound
from portal.kernel.access.permission import needs
from portal.kernel.files.models import StoredFile
from portal.kernel.files.scans import keep_scan
from portal.kernel.files.store import path_of
from portal.kernel.i18n.text import text
from portal.kernel.i18n.translate import pick
from portal.kernel.pg.installation import folder_of
from portal.kernel.web.forms import show_form
from portal.kernel.web.htmx import done
from portal.kernel.web.once import once
from portal.kernel.web.state import actor, app_session, house

SCAN = "divisions.change_document"
"""The kind of its files in the store."""


@blueprint.route("/changes/<uuid:public_id>/documents/new", methods=["GET", "POST"])
@needs(CHANGE_UNITS)
@once
def add_change_document(public_id: uuid.UUID) -> Response:
    """A paper with or without its scan."""
    file = queries.change(app_session(), actor(), public_id, permission=CHANGE_UNITS)
    form = PaperForm(data=_proposed(request.args.get("item", "")))
    if form.validate_on_submit():
        with form.catching():
            service.add_document(app_session(), actor(), form.command(public_id, _scan(form)))
            flash(gettext("Saved."), "success")
            return done(url_for(".change", public_id=public_id, _anchor="papers"))
    return show_form("divisions/changes/paper.html", form, file=file)


@blueprint.get("/changes/<uuid:public_id>/documents/<uuid:document>")
@needs(READ_CHANGES)
def change_document(public_id: uuid.UUID, document: uuid.UUID) -> Response:
    """The scan of a paper, to take away; never shown by the browser as a page of this site."""
    file = queries.change(app_session(), actor(), public_id)
    kept = next((scan for paper, scan in queries.documents(app_session(), file) if paper.public_id == document), None)
    if kept is None:
        raise NotFound(text("There is no such document."))
    return _sent(kept)


@blueprint.route("/changes/<uuid:public_id>/documents/<uuid:document>/withdraw", methods=["GET", "POST"])
@needs(CHANGE_UNITS)
@once
def withdraw_change_document(public_id: uuid.UUID, document: uuid.UUID) -> Response:
    """Takes a paper out of the file; it stays on record."""
    file = queries.change(app_session(), actor(), public_id, permission=CHANGE_UNITS)
    paper, form = queries.document(app_session(), file, document), WithdrawForm()
    if form.validate_on_submit():
        with form.catching():
            service.withdraw_document(app_session(), actor(), public_id, document)
            flash(gettext("The paper was taken out of the file."), "success")
            return done(url_for(".change", public_id=public_id, _anchor="papers"))
    return show_form("divisions/changes/withdraw.html", form, file=file, paper=paper)


def _proposed(item: str) -> dict[str, str]:
    """What sort of paper is added, and its usual title."""
    return {"item": item, "title": pick(papers()[item])} if item in papers() and item != "other" else {"item": "other"}


def _scan(form: PaperForm) -> int | None:
    sent = form.file.data
    if not sent:
        return None
    name = sent.filename or "scan"
    return keep_scan(app_session(), folder_of(house().settings), actor(), sent.stream, name, SCAN).id


def _sent(kept: StoredFile) -> Response:
    handle = path_of(folder_of(house().settings), kept).open("rb")
    response = send_file(handle, mimetype=kept.media_type, as_attachment=True, download_name=kept.name)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
