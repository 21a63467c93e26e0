"""Everybody's accounts, for the administrator."""

from __future__ import annotations

import math
import uuid

from flask import Response, flash, make_response, render_template, request, url_for
from flask_babel import gettext

from portal.kernel.access.permission import needs
from portal.kernel.db.base import new_public_id
from portal.kernel.web.forms import show_form
from portal.kernel.web.htmx import done
from portal.kernel.web.once import once
from portal.kernel.web.state import actor, app_session, now, today
from portal.people import queries, service
from portal.people.forms import ActionForm, AddAccountForm
from portal.people.models import Account
from portal.people.permissions import MANAGE_ACCOUNTS
from portal.people.views.blueprint import blueprint


@blueprint.get("/people")
@needs(MANAGE_ACCOUNTS)
def accounts() -> str:
    """The accounts the administrator keeps, with their roles."""
    wanted, page = request.args.get("q", "").strip()[:60], asked_page()
    rows, total = queries.accounts(app_session(), actor(), today(), wanted=wanted, page=page)
    return render_template(
        "people/accounts.html",
        rows=rows,
        adrift=queries.grants_adrift(app_session(), actor(), today()),
        wanted=wanted,
        page=page,
        pages=max(1, math.ceil(total / queries.PAGE)),
        total=total,
        url_of=lambda number: url_for(".accounts", q=wanted or None, page=number),
    )


@blueprint.route("/people/add", methods=["GET", "POST"])
@needs(MANAGE_ACCOUNTS)
@once
def add_account() -> Response:
    """A new account; its password is made here and shown once."""
    form = AddAccountForm()
    if form.validate_on_submit():
        with form.catching():
            command = form.command()
            return shown_once(service.add_account(app_session(), actor(), command, now()), command.password)
    return show_form("people/add_account.html", form)


@blueprint.get("/people/<uuid:public_id>")
@needs(MANAGE_ACCOUNTS)
def one_account(public_id: uuid.UUID) -> str:
    """One account: its roles, past ones too, and what can be done with it."""
    found = queries.account_to_manage(app_session(), actor(), public_id)
    grants = queries.grants_of(app_session(), [found.id], today())
    own = found.id == actor().account_id
    return render_template("people/one_account.html", account=found, grants=grants, own=own, form_id=new_public_id)


@blueprint.post("/people/<uuid:public_id>/reset")
@needs(MANAGE_ACCOUNTS)
@once
def reset_password(public_id: uuid.UUID) -> Response:
    """A new password for somebody who forgot theirs, shown once."""
    command = ActionForm().reset(public_id)
    return shown_once(service.reset_password(app_session(), actor(), command, now()), command.password)


@blueprint.post("/people/<uuid:public_id>/disable")
@needs(MANAGE_ACCOUNTS)
@once
def disable_account(public_id: uuid.UUID) -> Response:
    """Signs somebody out everywhere and lets them in no more."""
    service.disable_account(app_session(), actor(), ActionForm().switch(public_id), now())
    flash(gettext("The account is disabled and signed out everywhere."), "success")
    return done(url_for(".one_account", public_id=public_id))


@blueprint.post("/people/<uuid:public_id>/enable")
@needs(MANAGE_ACCOUNTS)
@once
def enable_account(public_id: uuid.UUID) -> Response:
    """Lets somebody in again."""
    service.enable_account(app_session(), actor(), ActionForm().switch(public_id))
    flash(gettext("The account is enabled again."), "success")
    return done(url_for(".one_account", public_id=public_id))


def asked_page() -> int:
    """`?page=`, from 1; anything that is no page is the first."""
    raw = request.args.get("page", "")
    return min(max(1, int(raw)), 10_000) if raw.isascii() and raw.isdigit() and len(raw) < 6 else 1


def shown_once(account: Account, password: str) -> Response:
    """The page with a new password. It is kept nowhere, so a repeated form leads to the account without it."""
    response = make_response(render_template("people/password_shown.html", account=account, password=password))
    response.headers["Content-Location"] = url_for(".one_account", public_id=account.public_id)
    response.headers["Cache-Control"] = "no-store"
    return response
