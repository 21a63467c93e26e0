"""Values of the gazetteer from files.

A row names its division by the identifier of an export, else by code or name. It changes the cells that it fills in; an
empty cell changes nothing. What the register says (name, seat, postcode, phone) is not read from it.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy.orm import Session

from portal.divisions.catalogue.gazetteer import fields
from portal.divisions.exchange.gazetteer.columns import FIELDS, OPTIONS, VALUES
from portal.divisions.permissions import EDIT_GAZETTEER
from portal.divisions.queries.gazetteer import GazetteerRow, gazetteer_row, units_with_ids
from portal.divisions.rules.gazetteer import CellEdit, check_year, read_cell
from portal.divisions.service.gazetteer import SaveCells, save_cells, take_back_values
from portal.divisions.unit_columns import UnitReader, names_unit, refuse_without_unit
from portal.errors import BadInput, RuleBroken
from portal.kernel.access.actor import Actor
from portal.kernel.contracts.importing import Action, Importer, ImportRow, Manifest, Staging
from portal.kernel.i18n.text import Text, text

ROWS_AT_ONCE = 500
"""So that their cells are fewer than one save may change."""


def plan(session: Session, actor: Actor, staging: Staging) -> None:
    """Settles every row as new, changed, unchanged or refused; writes nothing."""
    reading = Reading.of(session, actor, staging)
    for rows in staging.chunks():
        for row, unit in reading.units(rows):
            reading.settle(row, unit)


def enter(session: Session, actor: Actor, staging: Staging) -> Manifest:
    """Writes new and changed rows; raises `RuleBroken` when a cell was changed since the plan was made."""
    reading = Reading.of(session, actor, staging)
    added: list[int] = []
    superseded: list[int] = []
    for rows in staging.chunks(ROWS_AT_ONCE):
        edits = [edit for row, unit in reading.units(rows) for edit in _as_shown(row, reading.edits(row, unit))]
        if any(row.refused for row in rows):
            raise _moved_on(next(row for row in rows if row.refused))
        command = SaveCells(reading.year, reading.at, reading.source, edits, way="imported")
        _, written = save_cells(session, actor, command, staging.today)
        added += written.added
        superseded += written.superseded
    return {"year": reading.year, "added": added, "superseded": superseded}


def undo(session: Session, actor: Actor, manifest: Manifest) -> None:
    """Gives cells back what they held, or raises `RuleBroken` when one was saved since."""
    take_back_values(session, actor, _ids(manifest, "added"), _ids(manifest, "superseded"))


@dataclass
class Reading:
    """Rows to units and cells, a chunk at a time with one query each."""

    session: Session
    actor: Actor
    year: int
    at: dt.date
    source: str
    reader: UnitReader
    seen: dict[int, int] = field(default_factory=dict)
    """The line in which each unit stood first."""

    @classmethod
    def of(cls, session: Session, actor: Actor, staging: Staging) -> Reading:
        """Year, day and source from the options. Raises `BadInput` for a year that has not begun."""
        year = int(str(staging.options["year"]))
        check_year(year, staging.today)
        day, source = staging.options.get("at"), staging.options.get("source")
        at = day if isinstance(day, dt.date) else min(dt.date(year, 12, 31), staging.today)
        system = staging.options.get("code_system")
        reader = UnitReader(session, actor, EDIT_GAZETTEER, at, str(system) if system else None)
        return cls(session, actor, year, at, str(source or staging.source)[:300], reader)

    def units(self, rows: Sequence[ImportRow]) -> Iterator[tuple[ImportRow, GazetteerRow]]:
        """Each row with the unit it names as that is on the day; one that names none or another's is refused."""
        named = self._by_id(rows)
        others = [row for row in rows if row.values.get("id") is None]
        for row in others:
            if not names_unit(row):
                refuse_without_unit(row)
        found = self.reader.units_of([row for row in others if not row.refused], lambda _row: self.at)
        ids = named | {number: unit.id for number, unit in found.items()}
        known = {one.id: one for one in self._rows(set(ids.values()))}
        for row in rows:
            if row.number not in ids or row.refused:
                continue
            if ids[row.number] not in known:
                row.refuse("gazetteer.unknown_unit", text("None of your divisions of that day is meant."), "unit")
            elif self._is_first(row, ids[row.number]):
                yield row, known[ids[row.number]]

    def settle(self, row: ImportRow, unit: GazetteerRow) -> None:
        """What becomes of a row that names a unit."""
        edits = self.edits(row, unit)
        if row.refused:
            return
        changes = {one.field: (unit.cells[one.field].value if one.seen else None, one.value) for one in edits}
        fresh = not any(one.seen for one in edits)
        action = Action.UNCHANGED if not edits else Action.NEW if fresh else Action.CHANGED
        row.settle(action, str(unit.public_id), changes)

    def edits(self, row: ImportRow, unit: GazetteerRow) -> list[CellEdit]:
        """The cells in which a row says something else than stands there; wrong ones refuse the row."""
        found = []
        for key, value in _said(row).items():
            try:
                kept = read_cell(fields()[key], value)
            except BadInput as error:
                row.refuse("gazetteer.invalid", _sentence(error), key)
                continue
            if not unit.asked(fields()[key]):
                row.refuse("gazetteer.not_asked", text("This column is not asked of a division of this level."), key)
            elif kept != (unit.shown(fields()[key]).value if not unit.shown(fields()[key]).year else None):
                found.append(CellEdit(unit.public_id, key, kept or "", unit.seen(key)))
        return found

    def _by_id(self, rows: Sequence[ImportRow]) -> dict[int, int]:
        ids = {row.number: found for row in rows if (found := _public_id(row)) is not None}
        known = units_with_ids(self.session, ids.values()) if ids else {}
        for row in rows:
            if row.number in ids and ids[row.number] not in known:
                row.refuse("gazetteer.unknown_unit", text("None of your divisions of that day is meant."), "id")
        return {number: known[found] for number, found in ids.items() if found in known}

    def _rows(self, ids: set[int]) -> list[GazetteerRow]:
        return gazetteer_row(self.session, self.actor, EDIT_GAZETTEER, ids, self.at, self.year) if ids else []

    def _is_first(self, row: ImportRow, unit_id: int) -> bool:
        line = self.seen.setdefault(unit_id, row.line)
        if line != row.line:
            row.refuse("gazetteer.twice", text("The same division stands on line %(line)s already.", line=line), "unit")
        return line == row.line


def _as_shown(row: ImportRow, edits: list[CellEdit]) -> list[CellEdit]:
    """The cells, if they still are what the preview showed; raises `RuleBroken`."""
    if row.refused or {edit.field for edit in edits} != set(row.changes):
        raise _moved_on(row)
    return edits


def _said(row: ImportRow) -> Mapping[str, str]:
    """What a row fills in, as it would be typed."""
    given = {one.key: row.values.get(one.key) for one in VALUES}
    return {key: _typed(value) for key, value in given.items() if value is not None}


def _typed(value: object) -> str:
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _public_id(row: ImportRow) -> uuid.UUID | None:
    given = row.values.get("id")
    if given is None:
        return None
    try:
        return uuid.UUID(str(given))
    except ValueError:
        row.refuse("gazetteer.unknown_unit", text("None of your divisions of that day is meant."), "id")
        return None


def _sentence(error: BadInput) -> Text:
    return error.message if isinstance(error.message, Text) else text(str(error.message))


def _moved_on(row: ImportRow) -> RuleBroken:
    said = text("The values of line %(line)s were changed since the file was checked. Check it again.", line=row.line)
    return RuleBroken(said)


def _ids(manifest: Manifest, key: str) -> list[int]:
    found = manifest.get(key)
    return [int(str(one)) for one in found] if isinstance(found, list) else []


GAZETTEER = Importer(
    key="divisions:gazetteer",
    title=text("Values of the gazetteer"),
    permission=EDIT_GAZETTEER,
    fields=FIELDS,
    options=OPTIONS,
    plan=plan,
    enter=enter,
    undo=undo,
    listing="divisions.gazetteer",
    about=text(
        "Values of one year by division: Pinyin, dialling code, area, population, numbers of committees. An export of"
        " the gazetteer goes in again; an empty cell changes nothing. Name, seat, postcode and phone are not read: they"
        " change by a change file or a correction."
    ),
)
