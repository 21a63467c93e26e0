"""The gazetteer in tests: a district with two towns and a committee, and people who edit and confirm."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from portal.divisions.models import Unit
from portal.divisions.permissions import CONFIRM_GAZETTEER, EDIT_GAZETTEER, READ_GAZETTEER
from portal.divisions.rules.gazetteer import CellEdit
from portal.divisions.service.gazetteer import CellChange, SaveCells, save_cells
from portal.kernel.access.actor import SYSTEM, Actor
from tests.factories.papers import Ground, make_ground

YEAR = 2023
AT = dt.date(2023, 12, 31)
TODAY = dt.date(2024, 3, 1)


def make_book_ground(session: Session) -> Ground:
    """The district, 长征镇 with a committee, 桃浦镇."""
    return make_ground(session)


def clerk(unit: Unit, name: str = "李娜") -> Actor:
    """Who edits the gazetteer of a division."""
    held = frozenset({unit.id})
    keys = (READ_GAZETTEER, EDIT_GAZETTEER, CONFIRM_GAZETTEER)
    return Actor(7, name, {str(key): held for key in keys}, frozenset({"division_clerk"}))


def reviewer(unit: Unit, name: str = "王芳") -> Actor:
    """Who confirms the rows of a town."""
    held = frozenset({unit.id})
    return Actor(9, name, {str(key): held for key in (READ_GAZETTEER, CONFIRM_GAZETTEER)}, frozenset({"town_reviewer"}))


def save(
    session: Session, unit: Unit, field: str, value: str, *, year: int = YEAR, seen: int = 0, source: str = "年报"
) -> list[CellChange]:
    """One cell."""
    command = SaveCells(year, AT, source, [CellEdit(unit.public_id, field, value, seen)])
    return save_cells(session, SYSTEM, command, TODAY)[0]
