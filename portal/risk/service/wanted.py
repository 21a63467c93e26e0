"""A page of commands, checked: the same rules for one row from a screen and a thousand from a file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from portal.errors import BadInput, FormInvalid
from portal.kernel.access.actor import Actor
from portal.kernel.i18n.text import text
from portal.risk import queries
from portal.risk.catalogue import Catalogue, in_force
from portal.risk.rules import Entered, Particulars, Placed, check_particulars, laid, originals, place, unlayable
from portal.risk.service.commands import AddHazard, ChangeHazard


@dataclass(frozen=True)
class Wanted:
    """A hazard as it should be stored; `original` is the shape as it came, in `crs`."""

    unit_id: int
    said: Particulars
    lay_on: dt.date
    shape: BaseGeometry
    original: str
    crs: str


def wanted(
    session: Session,
    actor: Actor,
    commands: Sequence[AddHazard | ChangeHazard],
    today: dt.date,
    days: Sequence[dt.date] = (),
) -> list[Wanted]:
    """Each command's hazard. Raises `FormInvalid` by field; a division outside the actor's is one of those messages.

    `days` says on which day each lies in its division, if that is not the day of its assessment. One query looks up all
    divisions and whether the actor may write there.
    """
    catalogue: Catalogue = in_force(today)
    for command in commands:
        check_particulars(command.said, catalogue, today)
    shapes = _shapes([command.shape for command in commands])
    days = days or [one.said.assessed_on for one in commands]
    units = queries.units_to_edit(session, actor, {(one.unit, day) for one, day in zip(commands, days, strict=True)})
    found = []
    for command, day, (shape, original) in zip(commands, days, shapes, strict=True):
        unit_id = units.get((command.unit, day))
        if unit_id is None:
            raise FormInvalid({"unit": [_not_yours()]})
        found.append(Wanted(unit_id, command.said, day, shape, original, command.shape.crs))
    return found


def _shapes(given: Sequence[Entered | Placed]) -> list[tuple[BaseGeometry, str]]:
    placed = [one for one in given if isinstance(one, Placed)]
    from_files = iter(_laid(placed))
    return [next(from_files) if isinstance(one, Placed) else _entered(one) for one in given]


def _laid(placed: Sequence[Placed]) -> list[tuple[BaseGeometry, str]]:
    if not placed:
        return []
    shapes = laid([one.shape for one in placed])
    for sentence in unlayable(shapes).values():
        raise FormInvalid({"geometry": [sentence]})
    return list(zip(shapes, originals(placed), strict=True))


def _entered(entered: Entered) -> tuple[BaseGeometry, str]:
    try:
        return place(entered), entered.text
    except BadInput as error:
        raise FormInvalid({entered.field: [error.message]}) from None


def _not_yours() -> object:
    return text("This division is not yours, or did not exist on the day of the assessment.")
