"""Signing in and out."""

from __future__ import annotations

import datetime as dt
import ipaddress

from flask import Response, flash, request, url_for
from flask import session as form_cookie
from flask_babel import gettext

from portal.errors import Forbidden
from portal.kernel.access.own_path import own_path
from portal.kernel.access.permission import own_account, public
from portal.kernel.i18n.text import text
from portal.kernel.web.dates import dateless
from portal.kernel.web.forms import show_form
from portal.kernel.web.guard import COOKIE
from portal.kernel.web.htmx import done
from portal.kernel.web.state import actor, app_session, current_actor, house, now
from portal.kernel.web.transactions import keep_writes
from portal.people import service
from portal.people.forms import SignInForm
from portal.people.models import Account
from portal.people.rules.signing_in import LONGEST_SESSION
from portal.people.views.blueprint import blueprint

WHOSE = "account"
"""In the cookie of the forms: whose token it is, so that nobody goes on with a token that another left behind."""


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
@dateless
def sign_in() -> Response:
    """The sign-in page; the one write that somebody unknown may do."""
    refuse_plain()
    form = SignInForm(next=request.args.get("next", ""))
    if form.validate_on_submit():
        keep_writes()
        with form.catching():
            lasting = dt.timedelta(hours=house().settings.session_hours)
            signed_in = service.sign_in(app_session(), form.command(), now(), lasting)
            return entered(signed_in, own_path(form.next.data))
    return show_form("people/sign_in.html", form)


@blueprint.post("/sign-out")
@own_account
def sign_out() -> Response:
    """Ends this session, here and on the server."""
    service.sign_out(app_session(), actor(), now())
    form_cookie.clear()
    flash(gettext("You are signed out."), "success")
    response = done("/")
    response.delete_cookie(COOKIE, httponly=True, samesite="Lax", secure=secure())
    return response


def refuse_plain() -> None:
    """Staff passwords do not cross a network in the clear, unless the operator allowed it by name."""
    if not (request.is_secure or house().settings.allow_plain_sign_in or from_this_machine()):
        raise Forbidden(
            text(
                "Signing in needs HTTPS, because otherwise others on the network could read the password. "
                "Please tell whoever runs this server."
            )
        )


def from_this_machine() -> bool:
    """Whether the request comes over loopback: the machine itself, or a proxy on it."""
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def secure() -> bool:
    """Whether the cookie may only travel over HTTPS."""
    return house().settings.tls or request.is_secure


def entered(signed_in: service.SignedIn, wanted: str | None) -> Response:
    """On to where the visitor wanted to go, with the cookie of the new session; the one it replaces ends."""
    before = current_actor()
    if before is not None:
        service.sign_out(app_session(), before, now())
    begin_forms_anew(signed_in.account)
    response = done(wanted or start_page(signed_in.token))
    response.set_cookie(
        COOKIE, signed_in.token, max_age=LONGEST_SESSION, httponly=True, samesite="Lax", secure=secure()
    )
    return response


def begin_forms_anew(account: Account) -> None:
    """A new CSRF token, unless the same person signs in again: their forms in other tabs stay good."""
    if form_cookie.get(WHOSE) != str(account.public_id):
        form_cookie.clear()
        form_cookie[WHOSE] = str(account.public_id)


def start_page(token: str) -> str:
    """Where the person's roles begin the day, else the first page that they open, else their own account."""
    somebody = house().load_actor(app_session(), token, now())
    if somebody is None or somebody.must_change_password:
        return url_for("people.password")
    items = [item for room in house().rooms for item in room.nav]
    begin = [item.endpoint for item in items if item.start and somebody.may(item.start)]
    open_ones = [
        item.endpoint for item in items if item.permission and not item.under and somebody.may(item.permission)
    ]
    return url_for(next(iter([*begin, *open_ones]), "people.account"))
