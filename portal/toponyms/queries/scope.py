"""Whose rows somebody may see: the division lay within theirs on a day on which the row holds.

Names are older than the divisions on record and outlive some of them, so one day of both is enough.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, exists, true

from portal.divisions.models import Ancestry
from portal.divisions.queries import scoped
from portal.kernel.access.actor import Actor
from portal.kernel.access.permission import Permission
from portal.toponyms.models import Application, NameVersion


def lies_within(roots: Iterable[int]) -> ColumnElement[bool]:
    """Whether a version's division lay within one of the roots on a day on which the version holds."""
    return exists().where(
        Ancestry.ancestor_id.in_(sorted(roots)),
        Ancestry.unit_id == NameVersion.unit_id,
        Ancestry.valid.op("&&", is_comparison=True)(NameVersion.valid),
    )


def name_scope(actor: Actor, permission: Permission) -> ColumnElement[bool]:
    """Whether the actor may see a version of a name; the machine itself sees all."""
    return true() if actor.system else lies_within(actor.scope(permission))


def application_scope(actor: Actor, permission: Permission) -> ColumnElement[bool]:
    """Whether the actor may see an application: by its division on the day of receipt."""
    return scoped(actor, permission, Application.unit_id, Application.received_on)
