"""Which gazetteer a page is asked for: the day of the units, the year of the values, the division at its top."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from flask import request

from portal.divisions.queries import home_unit_id, unit_by_public_id
from portal.divisions.queries.units import UnitAt, unit
from portal.divisions.rules.gazetteer import check_year
from portal.errors import BadInput, NotFound
from portal.kernel.i18n.text import text
from portal.kernel.web.pages import asked_date
from portal.kernel.web.state import app_session, today


@dataclass(frozen=True)
class Asked:
    """The day and the year; `kept` are the arguments that lead here again."""

    at: dt.date
    year: int
    unit: uuid.UUID | None
    kept: dict[str, Any]


def asked() -> Asked:
    """What the address says: a year alone means its last day, a day alone its year. Raises `BadInput`."""
    day, year = asked_date(), _year()
    at = day or (min(dt.date(year, 12, 31), today()) if year else today())
    unit_id = _unit(request.values.get("unit", ""))
    said = {"at": day.isoformat() if day else "", "year": str(year or ""), "unit": str(unit_id or "")}
    kept = {name: value for name, value in said.items() if value}
    return Asked(at, year or min(at, today()).year, unit_id, kept)


def root_of(wanted: Asked) -> UnitAt:
    """The division at the top of the table: the one asked for, else the home district. Raises `NotFound`."""
    session = app_session()
    if wanted.unit is not None:
        return unit_by_public_id(session, wanted.unit, wanted.at)
    home = home_unit_id(session)
    found = unit(session, home, wanted.at) if home is not None else None
    if found is None:
        raise NotFound(text("There is no such division on this date."))
    return found


def _year() -> int | None:
    raw = request.args.get("year", "").strip()
    if not raw:
        return None
    if not raw.isascii() or not raw.isdigit() or len(raw) != 4:
        raise BadInput(text("The year %(value)s is not of the form 2024.", value=raw[:20]))
    check_year(int(raw), today())
    return int(raw)


def _unit(raw: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(raw) if raw else None
    except ValueError:
        raise NotFound(text("There is no such division on this date.")) from None
