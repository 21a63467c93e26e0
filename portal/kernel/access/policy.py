"""The third question of authorisation: may this actor do this now? Services ask it before they write."""

from __future__ import annotations

from portal.errors import Forbidden
from portal.kernel.access.actor import Actor
from portal.kernel.access.permission import Permission
from portal.kernel.i18n.text import text


def require(actor: Actor, permission: Permission) -> None:
    """Raises `Forbidden` unless the actor holds the permission somewhere; where is the queries' question."""
    if not actor.may(permission):
        raise Forbidden(text("Your role does not allow this: %(what)s", what=permission.title))
