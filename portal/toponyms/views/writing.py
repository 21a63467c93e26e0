"""Adding names to the register; a change in the world and a correction of our mistake are two pages."""

from __future__ import annotations

import uuid

from flask import Response, flash, url_for
from flask_babel import gettext

from portal.kernel.access.permission import needs
from portal.kernel.web.forms import show_form
from portal.kernel.web.htmx import done
from portal.kernel.web.once import once
from portal.kernel.web.pages import at_or_today
from portal.kernel.web.state import actor, app_session, today
from portal.toponyms.forms.name import AlterForm, NameForm, opened
from portal.toponyms.permissions import EDIT
from portal.toponyms.queries import names as queries
from portal.toponyms.service.register import add_name, change_name, correct_name
from portal.toponyms.views.blueprint import blueprint, crumbs
from portal.toponyms.views.maps import drawing_map


@blueprint.route("/new", methods=["GET", "POST"])
@needs(EDIT)
@once
def new() -> Response:
    """A name that is standard already, such as one of the census."""
    form = NameForm()
    if form.validate_on_submit():
        with form.catching():
            return _saved(add_name(app_session(), actor(), form.added(), today()))
    return show_form("toponyms/name_form.html", form, row=None, task="new", map=drawing_map(), way=crumbs())


@blueprint.route("/<uuid:public_id>/change", methods=["GET", "POST"])
@needs(EDIT)
@once
def change(public_id: uuid.UUID) -> Response:
    """The name became otherwise in the world, from a day on."""
    row = queries.name_at(app_session(), actor(), public_id, today(), permission=EDIT)
    revision = queries.revision_of(app_session(), row.version.name_id)
    form = AlterForm(data=opened(row.version, revision) | {"valid_from": today(), "valid_from_precision": "day"})
    if form.validate_on_submit():
        with form.catching():
            change_name(app_session(), actor(), form.changed(public_id, row.version), today())
            return _saved(public_id)
        form.reopen(revision)
    return _form(form, row, "change")


@blueprint.route("/<uuid:public_id>/correct", methods=["GET", "POST"])
@needs(EDIT)
@once
def correct(public_id: uuid.UUID) -> Response:
    """We had it wrong: the version of the day of the address is written anew."""
    row = queries.name_at(app_session(), actor(), public_id, at_or_today(), permission=EDIT)
    revision = queries.revision_of(app_session(), row.version.name_id)
    form = AlterForm(data=opened(row.version, revision))
    if form.validate_on_submit():
        with form.catching():
            correct_name(app_session(), actor(), form.corrected(public_id, row.version), today())
            return _saved(public_id)
        form.reopen(revision)
    return _form(form, row, "correct")


def _form(form: AlterForm, row: queries.NameRow, task: str) -> Response:
    way = crumbs((url_for("toponyms.name", public_id=row.public_id), row.version.name))
    context = {"row": row, "task": task, "way": way, "map": drawing_map(row.version.shape)}
    return show_form("toponyms/name_form.html", form, **context)


def _saved(public_id: uuid.UUID) -> Response:
    flash(gettext("Saved."), "success")
    return done(url_for("toponyms.name", public_id=public_id), "names-changed")
