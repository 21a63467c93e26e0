"""The demonstration's gazetteer: values of a year, and the open review of that year with one town's answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from sqlalchemy.orm import Session

from portal.demo.changes import home_on, towns_on
from portal.demo.files import Row, read
from portal.demo.people import Staff
from portal.divisions.queries import UnitAt
from portal.divisions.rules.gazetteer import CellEdit
from portal.divisions.service.gazetteer import OpenReview, SaveCells, confirm_town, open_review, save_cells

FACTS = ("pinyin", "area")
PEOPLE = {"registered": "registered_population", "resident": "resident_population", "migrant": "migrant_population"}
"""What the file calls a number of people, and the field of the gazetteer."""


def fill_gazetteer(session: Session, staff: Staff, today: dt.date) -> None:
    """Enters the values, opens the review, and lets one town confirm its rows."""
    known = read("gazetteer")
    _enter(session, staff, known, today)
    clerk, asked = staff.actors["division_clerk"], known["review"]
    until = today + dt.timedelta(days=asked["open_days"])
    review = open_review(session, clerk, OpenReview(known["year"], until, asked["note"]), today)
    first = asked["confirmed_by"]
    town = towns_on(session, review.at)[first["town"]]
    confirm_town(session, staff.actors[first["login"]], review.public_id, town.public_id)


def _enter(session: Session, staff: Staff, known: Row, today: dt.date) -> None:
    at = dt.date(known["year"], 12, 31)
    units = {one.name: one for one in (home_on(session, at), *towns_on(session, at).values())}
    rows = [(units[row["name"]], row) for row in (known["district"], *known["towns"])]
    for source, cells in (
        (known["facts_source"], [cell for unit, row in rows for cell in _facts(unit, row, known["dialling_code"])]),
        (known["people_source"], [cell for unit, row in rows for cell in _people(unit, row)]),
    ):
        save_cells(session, staff.actors["division_clerk"], SaveCells(known["year"], at, source, cells), today)


def _facts(unit: UnitAt, row: Row, dialling_code: str) -> Iterator[CellEdit]:
    yield CellEdit(unit.public_id, "dialling_code", dialling_code)
    for field in FACTS:
        yield CellEdit(unit.public_id, field, str(row[field]))


def _people(unit: UnitAt, row: Row) -> Iterator[CellEdit]:
    for name, field in PEOPLE.items():
        yield CellEdit(unit.public_id, field, str(row[name]))
