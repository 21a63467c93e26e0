"""A page of commands, checked: the same rules for one name from a screen and a thousand from a file."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from sqlalchemy.orm import Session

from portal.errors import FormInvalid
from portal.kernel.access.actor import Actor
from portal.kernel.access.permission import Permission
from portal.kernel.i18n.text import text
from portal.toponyms.catalogue import kinds_on
from portal.toponyms.permissions import EDIT
from portal.toponyms.queries import batches
from portal.toponyms.rules.particulars import check_particulars
from portal.toponyms.rules.position import Entered, Placed, placed
from portal.toponyms.service.commands import AddName, ChangeName, CorrectName, Position
from portal.toponyms.service.rows import Values, values_of

Command = AddName | ChangeName | CorrectName


def wanted(session: Session, actor: Actor, commands: Sequence[Command], today: dt.date) -> list[Values]:
    """Each command's version. Raises `FormInvalid` by field; a division outside the actor's is one of those messages.

    One query looks up all divisions. A name may be older than its division on record; that of today counts then.
    """
    kinds = kinds_on(today)
    for command in commands:
        check_particulars(command.said, kinds, today)
    units = unit_ids(session, actor, EDIT, [(one.unit, one.said.valid_from) for one in commands], today)
    return [
        values_of(one.said, unit_id, position_of(one.position)) for one, unit_id in zip(commands, units, strict=True)
    ]


def unit_ids(
    session: Session, actor: Actor, permission: Permission, asked: Sequence[tuple[uuid.UUID, dt.date]], today: dt.date
) -> list[int]:
    """Internal ids of divisions, as they were on their day or are today; raises `FormInvalid` outside the actor's."""
    pairs = {pair for unit, day in asked for pair in ((unit, day), (unit, today))}
    found = batches.units_to_write(session, actor, permission, pairs)
    ids = [found.get((unit, day)) or found.get((unit, today)) for unit, day in asked]
    if any(one is None for one in ids):
        raise FormInvalid({"unit": [text("This division is not yours, or did not exist on that day.")]})
    return [one for one in ids if one is not None]


def position_of(given: Position) -> Placed | None:
    """Where it lies. Raises `FormInvalid` at the field it came in."""
    return placed(given) if isinstance(given, Entered) else given
