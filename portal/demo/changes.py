"""Change files of the demonstration, taken from draft to their state by the steps that a clerk takes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from portal.demo.files import DISTRICT, Row
from portal.divisions.models import Change
from portal.divisions.queries import UnitAt, children, home, unit_by_code
from portal.divisions.rules.changes.content import NEW_PREFIX, SAID, Action, Content, MoveEntry, UnitEntry
from portal.divisions.service import (
    AddDocument,
    AddShape,
    DraftChange,
    EditChange,
    TakeStep,
    add_document,
    add_shape,
    draft_change,
    edit_change,
    take_step,
)
from portal.errors import Misconfigured
from portal.kernel.access.actor import Actor
from portal.kernel.geo.crs import CGCS2000
from portal.kernel.geo.geometry import as_multipolygon
from portal.kernel.i18n.text import text

DRAWN_BY = "图形为本项目自绘示意，非法定界线"
SYSTEM_OF_COMMITTEES = "nbs"


def make_file(session: Session, actor: Actor, row: Row, outlines: Mapping[str, BaseGeometry], today: dt.date) -> Change:
    """A file of the demonstration's table; `outlines` are those of towns by name, in CGCS2000."""
    file = draft_change(session, actor, DraftChange(row["kind"], row["title"], row["note"]), today)
    day = row.get("day", today)
    content = _Writing(session, actor, file, outlines, day).content(row)
    edit_change(session, actor, EditChange(file.public_id, file.row_version, {}, content))
    for paper in row["papers"]:
        add_document(session, actor, AddDocument(file.public_id, **paper))
    for verb, on in _steps(row, today):
        facts = _decision(row) if verb == "approve" else {}
        command = TakeStep(file.public_id, file.row_version, verb, on, facts=facts)
        take_step(session, actor, command, today)
    return file


def _steps(row: Row, today: dt.date) -> Iterator[tuple[str, dt.date]]:
    """Verbs with their days: all of them on the day of the file, or counted back from today."""
    if "day" in row:
        yield from ((verb, row["day"]) for verb in row["steps"])
    else:
        yield from ((verb, today - dt.timedelta(days=days)) for verb, days in row["days_ago"].items())


def _decision(row: Row) -> dict[str, object]:
    return {
        "document_number": row["number"],
        "document_authority": row["issuer"],
        "authority": row["authority"],
    }


@dataclass
class _Writing:
    """What a row says, as the file keeps it: units by their public ids, ground by the ids of its drawings."""

    session: Session
    actor: Actor
    file: Change
    outlines: Mapping[str, BaseGeometry]
    day: dt.date

    def content(self, row: Row) -> Content:
        units = tuple(self._unit(one) for one in row["units"])
        return Content(units, tuple(self._move(one) for one in row.get("moves", ())))

    def _unit(self, one: Row) -> UnitEntry:
        action = Action(one["action"])
        said = {name: one[name] for name in SAID if name in one}
        parent = str(home_on(self.session, self.day).public_id) if action is Action.NEW else None
        shape = self._ground(one["shape"]) if "shape" in one else None
        return UnitEntry(self._key(one["unit"]), action, said, parent, {}, shape)

    def _move(self, one: Row) -> MoveEntry:
        piece = self._ground(one["piece"]) if "piece" in one else None
        ends = self._key(one["from"]), self._key(one["to"])
        people = {name: one[name] for name in ("people", "people_share") if name in one}
        return MoveEntry(*ends, whole=one.get("whole", False), piece=piece, **people)

    def _ground(self, said: str | list[list[float]]) -> str:
        shape = self.outlines[said] if isinstance(said, str) else as_multipolygon(shapely.Polygon(said))
        command = AddShape(self.file.public_id, shape, "schematic", CGCS2000.key, DRAWN_BY)
        return str(add_shape(self.session, self.actor, command).public_id)

    def _key(self, said: str) -> str:
        if said.startswith(NEW_PREFIX):
            return said
        if said.isdigit():
            found = unit_by_code(self.session, SYSTEM_OF_COMMITTEES, said, self.day)
        else:
            found = towns_on(self.session, self.day).get(said)
        if found is None:
            raise _unknown(said)
        return str(found.public_id)


def home_on(session: Session, day: dt.date) -> UnitAt:
    """The demonstration's district."""
    found = home(session, day)
    if found is None:
        raise _unknown(DISTRICT)
    return found


def towns_on(session: Session, day: dt.date) -> dict[str, UnitAt]:
    """The towns of a day by name."""
    return {town.name: town for town in children(session, home_on(session, day).id, day)}


def _unknown(said: str) -> Misconfigured:
    return Misconfigured(text("The demonstration has no division with the code %(code)s.", code=said))
