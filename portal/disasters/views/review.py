"""Returning and approving."""

from __future__ import annotations

import uuid

from flask import Response, flash, url_for
from flask_babel import gettext

from portal.disasters import service
from portal.disasters.forms import ApproveForm, ReturnForm
from portal.disasters.permissions import REPORT_REVIEW
from portal.disasters.views.blueprint import blueprint
from portal.disasters.views.reports import show_report
from portal.kernel.access.permission import needs
from portal.kernel.web.htmx import done
from portal.kernel.web.once import once
from portal.kernel.web.state import actor, app_session, now


@blueprint.post("/reports/<uuid:public_id>/return")
@needs(REPORT_REVIEW)
@once
def return_report(public_id: uuid.UUID) -> Response:
    """Back to the unit with a reason."""
    form = ReturnForm()
    if form.validate_on_submit():
        with form.catching():
            service.return_report(app_session(), actor(), form.command(public_id), now())
            flash(gettext("The report was returned."), "success")
            return done(url_for(".report", public_id=public_id), "reports-changed")
    return show_report(public_id, form)


@blueprint.post("/reports/<uuid:public_id>/approve")
@needs(REPORT_REVIEW)
@once
def approve_report(public_id: uuid.UUID) -> Response:
    """The report is right as it stands."""
    form = ApproveForm()
    if form.validate_on_submit():
        with form.catching():
            service.approve_report(app_session(), actor(), form.command(public_id), now())
            flash(gettext("The report was approved."), "success")
            return done(url_for(".report", public_id=public_id), "reports-changed")
    return show_report(public_id, form)
