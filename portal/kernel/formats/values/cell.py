"""One cell to one value."""

from __future__ import annotations

import datetime as dt

from portal.kernel.contracts.fields import Field, Kind
from portal.kernel.formats.values.choices import parse_choice, parse_yes_no
from portal.kernel.formats.values.dates import parse_date
from portal.kernel.formats.values.numbers import parse_number
from portal.kernel.formats.values.texts import parse_code, parse_text
from portal.kernel.formats.values.written import CellWrong, is_dash, is_nothing, trimmed
from portal.kernel.geo.problem import Problem

_MAY_MEAN_IT = (Kind.TEXT, Kind.CHOICE, Kind.YES_NO)
"""Kinds in which 无 may be an answer and not its absence."""


def parse_cell(field: Field, written: str | None, on: dt.date) -> tuple[object | None, Problem | None]:
    """The value of a cell for a field as its choices hold `on` a day, and what is wrong or worth a note with it.

    str for texts, codes and choices (their key), int, `Decimal`, date, bool; None where the cell says nothing (blank,
    a dash, N/A, and 无, 暂无, null where no text is meant) or cannot be taken. Whether a field is needed is not asked.
    Codes of problems begin with `cell.`; an error always comes with None.
    """
    said = trimmed(written)
    if not said or (is_dash(said) if field.kind in _MAY_MEAN_IT else is_nothing(said)):
        return None, None
    try:
        return _value(field, said, on)
    except CellWrong as wrong:
        return None, wrong.problem


def _value(field: Field, said: str, on: dt.date) -> tuple[object | None, Problem | None]:
    match field.kind:
        case Kind.INTEGER | Kind.NUMBER:
            return parse_number(field, said)
        case Kind.DATE:
            return parse_date(said)
        case Kind.CODE:
            return parse_code(said, field.longest) or None, None
        case Kind.CHOICE:
            return parse_choice(field.choices, said, on), None
        case Kind.YES_NO:
            return parse_yes_no(said), None
        case _:
            return parse_text(said, field.longest), None
