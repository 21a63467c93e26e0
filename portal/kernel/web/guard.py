"""The first question of authorisation, for every route: may you come here?

A view declares `@needs(Permission)`, `@signed_in`, `@own_account` or `@public`; one that declares nothing is refused.
Writes must come from our own pages: a CSRF token (forms) and, where the browser says where the request comes from, the
same site.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from flask import Flask, current_app, g, request
from sqlalchemy.exc import OperationalError

from portal.errors import BadInput, Forbidden, PasswordDue, SignInNeeded
from portal.kernel.access.actor import Actor
from portal.kernel.access.permission import ANYONE, OWN_ACCOUNT, Permission
from portal.kernel.i18n.text import text
from portal.kernel.web.state import app_session, house, now
from portal.kernel.web.transactions import roll_back
from portal.kernel.web.uploads import allow_size

COOKIE = "anjie_session"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_SITE = frozenset({"same-origin", "none"})
UNDECLARED = object()
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def init_app(app: Flask) -> None:
    """Puts the guard before every view; it runs before the CSRF check."""
    app.before_request(_guard)


def _guard() -> None:
    if request.endpoint == "static":
        return
    if request.method not in SAFE:
        refuse_other_sites()
    needed = ANYONE if request.endpoint is None else declared(request.endpoint)
    g.actor = _somebody(needed)
    admit(needed, g.actor)
    # Only now is the body read: what somebody sends who may not come here at all is not worth a disk.
    allow_size(current_app.view_functions.get(request.endpoint or ""))
    refuse_control_signs()


def declared(endpoint: str) -> object:
    """What an endpoint's view declared: a `Permission`, None (signed in), `OWN_ACCOUNT`, `ANYONE` or `UNDECLARED`."""
    if endpoint == "static":
        return ANYONE
    return getattr(current_app.view_functions[endpoint], "needs", UNDECLARED)


def admit(needed: object, somebody: Actor | None) -> None:
    """Raises `SignInNeeded`, `PasswordDue` or `Forbidden` unless the actor may enter."""
    if needed is ANYONE:
        return
    if needed is UNDECLARED:
        raise Forbidden(text("This address is not open to anyone."))
    if somebody is None:
        raise SignInNeeded(text("Please sign in first."))
    if somebody.must_change_password and needed is not OWN_ACCOUNT:
        raise PasswordDue(text("Please choose a password of your own first."))
    if isinstance(needed, Permission) and not somebody.may(needed):
        raise Forbidden(text("Your role does not allow this: %(what)s", what=needed.title))


def refuse_other_sites() -> None:
    """Refuses a write that the browser says was started by another site."""
    said = request.headers.get("Sec-Fetch-Site")
    if said is not None:
        own = said in OWN_SITE
    else:
        origin = request.headers.get("Origin")
        own = origin is None or urlsplit(origin).netloc == request.host
    if not own:
        raise Forbidden(text("This request came from another website and was refused."))


def refuse_control_signs() -> None:
    """Refuses signs that no keyboard types and neither PostgreSQL nor HTML can hold."""
    if any(CONTROL.search(value) for _, values in request.values.lists() for value in values):
        raise BadInput(text("What was sent contains invisible control characters; please type it again."))


def _somebody(needed: object) -> Actor | None:
    """Who is signed in. A public page does without the answer when the database cannot give it."""
    token = request.cookies.get(COOKIE)
    if not token:
        return None
    try:
        return house().load_actor(app_session(), token, now())
    except OperationalError:
        if needed is not ANYONE:
            raise
        roll_back()
        return None
