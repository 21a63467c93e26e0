"""One's own account: roles, password, where one is signed in."""

from __future__ import annotations

import uuid

from flask import Response, flash, render_template, request, url_for
from flask_babel import gettext

from portal.kernel.access.own_path import own_path
from portal.kernel.access.permission import own_account, signed_in
from portal.kernel.db.base import new_public_id
from portal.kernel.web.dates import dateless
from portal.kernel.web.forms import show_form
from portal.kernel.web.guard import COOKIE
from portal.kernel.web.htmx import done
from portal.kernel.web.once import once
from portal.kernel.web.state import actor, app_session, now, today
from portal.kernel.web.transactions import keep_writes
from portal.people import queries, service
from portal.people.forms import PasswordForm
from portal.people.rules.browsers import browser_name
from portal.people.rules.passwords import SHORTEST
from portal.people.views.blueprint import blueprint
from portal.people.views.sign_in import refuse_plain, start_page


@blueprint.get("/account")
@signed_in
def account() -> str:
    """Name, roles with their divisions, and the browsers that are signed in."""
    session, somebody = app_session(), actor()
    own = queries.own_account(session, somebody)
    return render_template(
        "people/account.html",
        account=own,
        grants=[row for row in queries.grants_of(session, [own.id], today()) if row.standing != "ended"],
        sessions=queries.own_sessions(session, somebody, now()),
        form_id=new_public_id,
        browser_name=browser_name,
    )


@blueprint.route("/account/password", methods=["GET", "POST"])
@own_account
@dateless
@once
def password() -> Response:
    """A new password of one's own; the first page after somebody else made the password."""
    refuse_plain()
    form = PasswordForm(next=request.args.get("next", ""))
    if form.validate_on_submit():
        keep_writes()
        with form.catching():
            service.change_password(app_session(), actor(), form.command(), now())
            flash(gettext("Your password is changed. You are signed out everywhere else."), "success")
            return done(own_path(form.next.data) or after_change())
    own = queries.own_account(app_session(), actor())
    return show_form("people/password.html", form, due=own.must_change_password, login=own.login, shortest=SHORTEST)


def after_change() -> str:
    """Back to one's account, or on to work if the password was due."""
    return start_page(request.cookies[COOKIE]) if actor().must_change_password else url_for(".account")


@blueprint.post("/account/sessions/<uuid:public_id>/revoke")
@signed_in
@once
def revoke_session(public_id: uuid.UUID) -> Response:
    """Signs out a browser of one's own, such as that of a lost phone."""
    service.revoke_session(app_session(), actor(), public_id, now())
    flash(gettext("That browser is signed out."), "success")
    return done(url_for(".account"))
