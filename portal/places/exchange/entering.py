"""Settled rows into the room's bulk verbs, and an import as a whole back out again."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from portal.divisions.unit_columns import UnitReader
from portal.errors import RuleBroken
from portal.kernel.access.actor import Actor
from portal.kernel.contracts.importing import Action, ImportRow, Manifest, Staging
from portal.kernel.i18n.text import text
from portal.places import queries, service
from portal.places.exchange.planning import unit_reader
from portal.places.exchange.rows import differences, merged, point_of, unit_day
from portal.places.queries import KnownPlace
from portal.places.rules import Placed
from portal.places.service import AddPlace, ChangePlace, Restore

DATES = ("valid_from", "checked_on", "lay_on")
UNDONE = "导入已撤销 / import undone"
"""Kept as the reason of closing, which people read in either language."""


def enter(session: Session, actor: Actor, staging: Staging) -> Manifest:
    """Writes new and changed rows as a stream; raises `RuleBroken` when a place changed since the plan was made."""
    entering = Entering(session, actor, staging, unit_reader(session, actor, staging))
    added = service.add_places(session, actor, entering.new(), staging.today)
    changed = service.change_places(session, actor, entering.changed(), staging.today) if entering.any_changed else []
    return {
        "added": [str(public_id) for public_id in added],
        "changed": [
            {
                "id": str(one.public_id),
                "row_version": one.row_version,
                "before": {key: _plain(value) for key, value in one.before.items() if key != "position"},
                "kept": dict(one.kept),
            }
            for one in changed
        ],
    }


def undo(session: Session, actor: Actor, manifest: Manifest) -> None:
    """Gives changed places back what they were and withdraws added ones, or raises `RuleBroken` and does neither."""
    changed, added = _listed(manifest, "changed"), _listed(manifest, "added")
    service.restore_places(session, actor, (_restore(entry) for entry in changed))
    service.withdraw_places(session, actor, (uuid.UUID(str(one)) for one in added), UNDONE)


@dataclass
class Entering:
    """Rows to commands, a chunk at a time; changed rows are read a second time, and only if there are any."""

    session: Session
    actor: Actor
    staging: Staging
    units: UnitReader
    any_changed: bool = False

    def new(self) -> Iterator[AddPlace]:
        """Commands of the new rows."""
        for rows in self.staging.chunks():
            self.any_changed |= any(row.action is Action.CHANGED for row in rows)
            yield from self._added([row for row in rows if row.action is Action.NEW])

    def changed(self) -> Iterator[ChangePlace]:
        """Commands of the changed rows."""
        for rows in self.staging.chunks():
            yield from self._changed([row for row in rows if row.action is Action.CHANGED])

    def _added(self, rows: Sequence[ImportRow]) -> Iterator[AddPlace]:
        units = self.units.units_of(rows, lambda row: unit_day(row, None, self.staging))
        for row in rows:
            if row.number not in units:
                raise moved_on(row)
            yield AddPlace(units[row.number].public_id, merged(row, None, self.staging), _placed(row))

    def _changed(self, rows: Sequence[ImportRow]) -> Iterator[ChangePlace]:
        known = queries.places_known(self.session, self.actor, [uuid.UUID(row.target) for row in rows if row.target])
        found = {row.number: known.get(uuid.UUID(row.target)) if row.target else None for row in rows}
        units = self.units.units_of(rows, lambda row: unit_day(row, found[row.number], self.staging))
        ids = {one.unit_id for one in known.values()}
        public_ids = queries.unit_public_ids(self.session, ids) if ids else {}
        for row in rows:
            place = found[row.number]
            if place is None or place.closed_on is not None or row.refused:
                raise moved_on(row)
            unit = units.get(row.number)
            self._check_unmoved(row, place)
            where = unit.public_id if unit is not None else public_ids[place.unit_id]
            old = Placed(place.point) if place.point is not None else None
            said = merged(row, place, self.staging)
            yield ChangePlace(place.public_id, place.row_version, where, said, _placed(row) or old)

    def _check_unmoved(self, row: ImportRow, place: KnownPlace) -> None:
        """What the row changes still is what the preview showed as its earlier value."""
        for key, (before, _) in differences(row, place, None).items():
            shown = row.changes.get(key)
            if shown is None or _plain(shown[0] or "") != _plain(before or ""):
                raise moved_on(row)


def moved_on(row: ImportRow) -> RuleBroken:
    """The base is no longer what the plan was made on."""
    return RuleBroken(
        text("The place of line %(line)s was changed since the file was checked. Check the file again.", line=row.line)
    )


def _placed(row: ImportRow) -> Placed | None:
    point = point_of(row)
    if point is None:
        return None
    return Placed(point, row.crs) if row.crs else Placed(point)


def _listed(manifest: Manifest, key: str) -> list[Any]:
    found = manifest.get(key)
    return found if isinstance(found, list) else []


def _restore(entry: Mapping[str, Any]) -> Restore:
    before = {key: _typed(key, value) for key, value in entry["before"].items()}
    return Restore(uuid.UUID(entry["id"]), entry["row_version"], before, entry["kept"])


def _typed(key: str, value: Any) -> object:
    if value is not None and key in DATES:
        return dt.date.fromisoformat(value)
    return Decimal(value) if value is not None and key == "area_m2" else value


def _plain(value: object) -> object:
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
