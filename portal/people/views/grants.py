"""Roles given and taken back, for the administrator."""

from __future__ import annotations

import uuid

from flask import Response, flash, url_for
from flask_babel import gettext

from portal.kernel.access.permission import needs
from portal.kernel.web.forms import show_form
from portal.kernel.web.htmx import done
from portal.kernel.web.once import once
from portal.kernel.web.state import actor, app_session, now, today
from portal.people import queries, service
from portal.people.forms import GrantForm
from portal.people.permissions import MANAGE_ACCOUNTS
from portal.people.views.blueprint import blueprint


@blueprint.route("/people/<uuid:public_id>/grant", methods=["GET", "POST"])
@needs(MANAGE_ACCOUNTS)
@once
def grant_role(public_id: uuid.UUID) -> Response:
    """A further role for an account."""
    account = queries.account_to_manage(app_session(), actor(), public_id)
    form = GrantForm()
    if form.validate_on_submit():
        with form.catching():
            service.grant_role(app_session(), actor(), form.command(public_id), now())
            flash(gettext("The role is given."), "success")
            return done(url_for(".one_account", public_id=public_id))
    return show_form("people/grant.html", form, account=account)


@blueprint.post("/people/<uuid:account_id>/grants/<uuid:public_id>/end")
@needs(MANAGE_ACCOUNTS)
@once
def end_grant(account_id: uuid.UUID, public_id: uuid.UUID) -> Response:
    """Takes a role back at once."""
    service.end_grant(app_session(), actor(), public_id, today())
    flash(gettext("The role has ended."), "success")
    return done(url_for(".one_account", public_id=account_id))
