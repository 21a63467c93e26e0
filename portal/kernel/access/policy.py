"""The third question of authorisation: may this actor do this now? Services ask it before they write."""

from __future__ import annotations

from portal.errors import Forbidden, SignInNeeded
from portal.kernel.access.actor import Actor
from portal.kernel.access.permission import Permission
from portal.kernel.i18n.text import text


def require(actor: Actor, permission: Permission) -> None:
    """Raises `Forbidden` unless the actor holds the permission somewhere; where is the queries' question."""
    if not actor.may(permission):
        raise Forbidden(text("Your role does not allow this: %(what)s", what=permission.title))


def somebody(actor: Actor | None) -> Actor:
    """The actor, where a function may be asked by the public too; raises `SignInNeeded` for nobody."""
    if actor is None:
        raise SignInNeeded(text("Please sign in first."))
    return actor
