"""Putting right what was written down wrongly of a unit: no change in the world."""

from __future__ import annotations

import uuid

from flask import Response, flash, url_for
from flask_babel import gettext

from portal.divisions.forms.correcting import correct_form, opened
from portal.divisions.permissions import CORRECT_UNITS
from portal.divisions.queries.changes.record import on_record
from portal.divisions.service.changes import correct_unit as put_right
from portal.divisions.views.blueprint import blueprint
from portal.kernel.access.permission import needs
from portal.kernel.web.forms import show_form
from portal.kernel.web.htmx import done
from portal.kernel.web.once import once
from portal.kernel.web.pages import at_or_today
from portal.kernel.web.state import actor, app_session


@blueprint.route("/<uuid:public_id>/correct", methods=["GET", "POST"])
@needs(CORRECT_UNITS)
@once
def correct_unit(public_id: uuid.UUID) -> Response:
    """The state of a unit on the day of the page, to be put right."""
    at = at_or_today()
    known = on_record(app_session(), actor(), public_id, at)
    form = correct_form(data=opened(known))
    if form.validate_on_submit():
        with form.catching():
            put_right(app_session(), actor(), form.command(public_id, at, known))
            flash(gettext("Put right. What stood there before is kept among the corrections."), "success")
            return done(url_for(".unit", public_id=public_id), "divisions-changed")
    return show_form("divisions/changes/correct.html", form, known=known, public_id=public_id, at=at)
