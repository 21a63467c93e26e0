"""One cell: what was typed becomes the text that is kept, or a sentence of what is wrong with it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from portal.divisions.catalogue.gazetteer import GazetteerField
from portal.errors import BadInput, Difference, FormInvalid, Stale
from portal.kernel.i18n.clock import SHANGHAI
from portal.kernel.i18n.text import text

FIRST_YEAR = 1949
LONGEST_SOURCE = 300
MOST_CELLS = 5000
"""Cells that one save may change: a block pasted over every committee of a large district."""
FULL_WIDTH = str.maketrans("０１２３４５６７８９．，－（）　", "0123456789.,-() ")
DECIMALS = Decimal("0.0001")


@dataclass(frozen=True)
class CellEdit:
    """What somebody typed into a cell; `seen` is the id of the value they saw there, 0 for an empty cell."""

    unit: uuid.UUID
    field: str
    value: str
    seen: int = 0

    @property
    def place(self) -> str:
        """How messages name the cell."""
        return cell_name(self.unit, self.field)


def cell_name(unit: uuid.UUID, field: str) -> str:
    """The name of a cell on the page and in messages."""
    return f"{unit}:{field}"


def read_cell(field: GazetteerField, typed: str) -> str | None:
    """What is kept of what was typed: None for nothing. Raises `BadInput` with a sentence for the cell."""
    said = " ".join(typed.split())
    if not said:
        return None
    if field.type == "integer":
        return _integer(field, said)
    if field.type == "number":
        return _number(field, said)
    if field.type == "code":
        said = said.translate(FULL_WIDTH).replace(" ", "")
    return _text(field, said)


def check_year(year: int, today: dt.date) -> None:
    """Raises `BadInput` for a year of which no gazetteer can be made."""
    if not FIRST_YEAR <= year <= today.year:
        raise BadInput(
            text("Choose a year from %(first)d to %(last)d.", first=FIRST_YEAR, last=today.year),
        )


def check_source(source: str) -> str:
    """The source without blanks around it; raises `FormInvalid` at `source` for none or one that is too long."""
    said = " ".join(source.split())
    if not said:
        raise FormInvalid({"source": [text("Say where the values come from: a document, a report, an office.")]})
    if len(said) > LONGEST_SOURCE:
        raise FormInvalid({"source": [text("Use at most %(max)d characters.", max=LONGEST_SOURCE)]})
    return said


def _integer(field: GazetteerField, said: str) -> str:
    found = _decimal(said)
    if found != found.to_integral_value():
        raise BadInput(text("“%(written)s” is not a whole number.", written=said[:40]))
    return str(int(_within(field, found)))


def _number(field: GazetteerField, said: str) -> str:
    found = _within(field, _decimal(said))
    if found != found.quantize(DECIMALS):
        raise BadInput(text("Use at most four decimals."))
    return format(found.normalize(), "f")


def _decimal(said: str) -> Decimal:
    plain = said.translate(FULL_WIDTH).replace(",", "").replace(" ", "")
    try:
        found = Decimal(plain)
    except InvalidOperation:
        raise BadInput(text("“%(written)s” is not a number.", written=said[:40])) from None
    if not found.is_finite() or abs(found.adjusted()) > 15 or not plain.replace(".", "", 1).lstrip("-+").isdigit():
        raise BadInput(text("“%(written)s” is not a number.", written=said[:40]))
    return found


def _within(field: GazetteerField, found: Decimal) -> Decimal:
    if found < 0:
        raise BadInput(text("This cannot be less than 0."))
    if field.most is not None and found > Decimal(str(field.most)):
        raise BadInput(text("This cannot be more than %(most)s.", most=f"{field.most:,}"))
    return found


def _text(field: GazetteerField, said: str) -> str:
    if len(said) > field.longest:
        raise BadInput(text("Use at most %(max)d characters.", max=field.longest))
    if field.looks is not None and not field.looks.fullmatch(said):
        raise BadInput(text("“%(written)s” does not look like what belongs into this column.", written=said[:40]))
    return said


@dataclass(frozen=True)
class Conflict:
    """A cell that somebody else saved since it was seen: what it is now, its version, who and when."""

    place: str
    unit: str
    field: GazetteerField
    theirs: str
    yours: str
    seen: int
    who: str
    when: dt.datetime


class StaleCells(Stale):
    """Some cells were saved by somebody else meanwhile; nothing was written."""

    def __init__(self, conflicts: Sequence[Conflict]) -> None:
        first = conflicts[0]
        said = text(
            "%(who)s changed values of %(unit)s at %(when)s, after you opened it. Nothing was saved.",
            who=first.who,
            unit=first.unit,
            when=f"{first.when.astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
        )
        differences = [Difference(one.place, one.theirs, one.yours) for one in conflicts]
        super().__init__(said, differences)
        self.conflicts = tuple(conflicts)
