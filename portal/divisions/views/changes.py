"""Change files: the list, a new one, the page of one, and its head."""

from __future__ import annotations

import uuid

from flask import Response, flash, render_template, request, url_for
from flask_babel import gettext

from portal.divisions import catalogue
from portal.divisions.forms.changes import DraftForm, HeadForm, chosen, opened_head
from portal.divisions.permissions import CHANGE_UNITS, CORRECT_UNITS, READ_CHANGES
from portal.divisions.queries import changes as queries
from portal.divisions.service import changes as service
from portal.divisions.views.blueprint import blueprint
from portal.divisions.views.changes_told import head_of, page_of
from portal.kernel.access.permission import needs
from portal.kernel.web.forms import show_form
from portal.kernel.web.htmx import done
from portal.kernel.web.once import once
from portal.kernel.web.state import actor, app_session, current_actor, today

MOST = 200


@blueprint.context_processor
def rights() -> dict[str, object]:
    """What the reader may do with changes, and the words of their kinds, for every page of the room."""
    somebody = current_actor()
    asked = {"read_changes": READ_CHANGES, "change_units": CHANGE_UNITS, "correct_units": CORRECT_UNITS}
    may = {name: somebody is not None and somebody.may(permission) for name, permission in asked.items()}
    return {"may": may, "change_kinds": catalogue.change_kinds(), "authorities": catalogue.authorities()}


@blueprint.get("/changes")
@needs(READ_CHANGES)
def changes() -> str:
    """The change files within one's divisions, the newest first."""
    asked = chosen(request.args)
    files = queries.changes(app_session(), actor(), asked, limit=MOST)
    return render_template("divisions/changes/list.html", files=files, asked=asked, most=MOST)


@blueprint.route("/changes/new", methods=["GET", "POST"])
@needs(CHANGE_UNITS)
@once
def new_change() -> Response:
    """Begins a file."""
    form = DraftForm(data={"kind": request.args.get("kind", "")})
    if form.validate_on_submit():
        with form.catching():
            file = service.draft_change(app_session(), actor(), form.command(), today())
            return done(url_for(".change", public_id=file.public_id))
    return show_form("divisions/changes/new.html", form)


@blueprint.get("/changes/<uuid:public_id>")
@needs(READ_CHANGES)
def change(public_id: uuid.UUID) -> str:
    """One file: how far it is, its clocks, papers, divisions and history."""
    file = queries.change(app_session(), actor(), public_id)
    return render_template("divisions/changes/file.html", file=file, **page_of(file, today()))


@blueprint.route("/changes/<uuid:public_id>/edit", methods=["GET", "POST"])
@needs(CHANGE_UNITS)
@once
def edit_change(public_id: uuid.UUID) -> Response:
    """Title, approval document, authority and days."""
    file = queries.change(app_session(), actor(), public_id, permission=CHANGE_UNITS)
    form = HeadForm(data=opened_head(file))
    if form.validate_on_submit():
        with form.catching():
            service.edit_change(app_session(), actor(), form.command(file))
            flash(gettext("Saved."), "success")
            return done(url_for(".change", public_id=public_id))
        form.reopen(file.row_version)
    return show_form("divisions/changes/edit.html", form, file=file, **head_of(file, today()))
