"""Adding, changing and closing hazards."""

from __future__ import annotations

import uuid

from flask import Response, flash, url_for
from flask_babel import gettext

from portal.kernel.access.permission import needs
from portal.kernel.web.forms import show_form
from portal.kernel.web.htmx import done
from portal.kernel.web.once import once
from portal.kernel.web.state import actor, app_session, today
from portal.risk import queries, service
from portal.risk.forms import CloseForm, HazardForm, opened
from portal.risk.models import Hazard
from portal.risk.permissions import EDIT
from portal.risk.views.blueprint import blueprint
from portal.risk.views.maps import drawing_map


@blueprint.route("/hazards/new", methods=["GET", "POST"])
@needs(EDIT)
@once
def new() -> Response:
    """A new hazard, drawn on the map or typed."""
    form = HazardForm()
    if form.validate_on_submit():
        with form.catching():
            return _saved(service.add_hazard(app_session(), actor(), form.added(), today()))
    return show_form("risk/hazard_form.html", form, hazard=None, map=drawing_map())


@blueprint.route("/hazards/<uuid:public_id>/edit", methods=["GET", "POST"])
@needs(EDIT)
@once
def edit(public_id: uuid.UUID) -> Response:
    """Another level, shape or wording for an open hazard."""
    hazard = queries.hazard(app_session(), actor(), public_id, permission=EDIT)
    form = HazardForm(data=opened(hazard))
    if form.validate_on_submit():
        with form.catching():
            return _saved(service.change_hazard(app_session(), actor(), form.changed(public_id), today()))
        form.reopen(hazard.row_version)
    return show_form("risk/hazard_form.html", form, hazard=hazard, map=drawing_map(hazard))


@blueprint.route("/hazards/<uuid:public_id>/close", methods=["GET", "POST"])
@needs(EDIT)
@once
def close(public_id: uuid.UUID) -> Response:
    """The hazard is no longer there; it stays on record."""
    hazard = queries.hazard(app_session(), actor(), public_id, permission=EDIT)
    form = CloseForm(data={"row_version": hazard.row_version})
    if form.validate_on_submit():
        with form.catching():
            return _saved(service.close_hazard(app_session(), actor(), form.command(public_id), today()))
        form.reopen(hazard.row_version)
    return show_form("risk/close.html", form, hazard=hazard)


def _saved(hazard: Hazard) -> Response:
    flash(gettext("Saved."), "success")
    return done(url_for("risk.hazard", public_id=hazard.public_id), "hazards-changed")
