"""A page of commands, checked: the same rules for one row from a screen and a thousand from a file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import shapely
from sqlalchemy.orm import Session

from portal.errors import FormInvalid
from portal.kernel.access.actor import Actor
from portal.kernel.i18n.text import text
from portal.places import queries
from portal.places.catalogue import kinds_on
from portal.places.rules import Entered, Particulars, Placed, check_particulars, located, originals
from portal.places.service.commands import AddPlace, ChangePlace


@dataclass(frozen=True)
class Wanted:
    """A place as it should be stored; `original` is the position as it came, in `crs`. The three are None together."""

    unit_id: int
    said: Particulars
    lay_on: dt.date
    point: shapely.Point | None
    original: str | None
    crs: str | None


def wanted(
    session: Session,
    actor: Actor,
    commands: Sequence[AddPlace | ChangePlace],
    today: dt.date,
    days: Sequence[dt.date] = (),
) -> list[Wanted]:
    """Each command's place. Raises `FormInvalid` by field; a division outside the actor's is one of those messages.

    `days` says on which day each lies in its division, if that is not the day of its check. One query looks up all
    divisions and whether the actor may write there.
    """
    kinds = kinds_on(today)
    for command in commands:
        check_particulars(command.said, kinds, today)
    placed = [command.position for command in commands if isinstance(command.position, Placed)]
    from_files = iter(originals(placed))
    days = days or [one.said.checked_on for one in commands]
    units = queries.units_to_edit(session, actor, {(one.unit, day) for one, day in zip(commands, days, strict=True)})
    found = []
    for command, day in zip(commands, days, strict=True):
        unit_id = units.get((command.unit, day))
        if unit_id is None:
            message = text("This division is not yours, or did not exist on the day of the check.")
            raise FormInvalid({"unit": [message]})
        original = next(from_files) if isinstance(command.position, Placed) else ""
        found.append(Wanted(unit_id, command.said, day, *_position(command.position, original)))
    return found


def _position(
    given: Entered | Placed | None, original: str
) -> tuple[shapely.Point, str, str] | tuple[None, None, None]:
    if given is None:
        return None, None, None
    if isinstance(given, Placed):
        return shapely.Point(shapely.get_coordinates(given.point)[0].round(8)), original, given.crs
    return located(given), given.text, given.crs
