"""Settled rows into the room's bulk verbs, and an import as a whole back out again."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from portal.divisions.unit_columns import UnitReader
from portal.errors import RuleBroken
from portal.kernel.access.actor import Actor
from portal.kernel.contracts.importing import Action, ImportRow, Manifest, Staging
from portal.kernel.geo.sameness import same_shapes
from portal.kernel.i18n.text import text
from portal.risk import queries, service
from portal.risk.exchange.planning import unit_reader
from portal.risk.exchange.rows import differences, merged, unit_day
from portal.risk.queries import KnownHazard
from portal.risk.rules import Placed, laid
from portal.risk.service import AddHazard, ChangeHazard, Restore

DATES = ("valid_from", "assessed_on", "lay_on")
UNDONE = "导入已撤销 / import undone"
"""Kept as the reason of closing, which people read in either language."""


def enter(session: Session, actor: Actor, staging: Staging) -> Manifest:
    """Writes new and changed rows as a stream; raises `RuleBroken` when a hazard changed since the plan was made."""
    entering = Entering(session, actor, staging, unit_reader(session, actor, staging))
    added = service.add_hazards(session, actor, entering.new(), staging.today)
    changed = service.change_hazards(session, actor, entering.changed(), staging.today) if entering.any_changed else []
    return {
        "added": [str(public_id) for public_id in added],
        "changed": [
            {
                "id": str(one.public_id),
                "row_version": one.row_version,
                "before": {key: _plain(value) for key, value in one.before.items() if key != "geometry"},
                "kept": dict(one.kept),
            }
            for one in changed
        ],
    }


def undo(session: Session, actor: Actor, manifest: Manifest) -> None:
    """Gives changed hazards back what they were and withdraws added ones, or raises `RuleBroken` and does neither."""
    changed, added = _listed(manifest, "changed"), _listed(manifest, "added")
    service.restore_hazards(session, actor, (_restore(entry) for entry in changed))
    service.withdraw_hazards(session, actor, (uuid.UUID(str(one)) for one in added), UNDONE)


@dataclass
class Entering:
    """Rows to commands, a chunk at a time; changed rows are read a second time, and only if there are any."""

    session: Session
    actor: Actor
    staging: Staging
    units: UnitReader
    any_changed: bool = False

    def new(self) -> Iterator[AddHazard]:
        """Commands of the new rows."""
        for rows in self.staging.chunks():
            self.any_changed |= any(row.action is Action.CHANGED for row in rows)
            yield from self._added([row for row in rows if row.action is Action.NEW])

    def changed(self) -> Iterator[ChangeHazard]:
        """Commands of the changed rows."""
        for rows in self.staging.chunks():
            yield from self._changed([row for row in rows if row.action is Action.CHANGED])

    def _added(self, rows: Sequence[ImportRow]) -> Iterator[AddHazard]:
        units = self.units.units_of(rows, lambda row: unit_day(row, None, self.staging))
        for row in rows:
            if row.number not in units or row.shape is None:
                raise moved_on(row)
            yield AddHazard(units[row.number].public_id, merged(row, None, self.staging), _placed(row))

    def _changed(self, rows: Sequence[ImportRow]) -> Iterator[ChangeHazard]:
        known = queries.hazards_known(self.session, self.actor, [uuid.UUID(row.target) for row in rows if row.target])
        found = {row.number: known.get(uuid.UUID(row.target)) if row.target else None for row in rows}
        units = self.units.units_of(rows, lambda row: unit_day(row, found[row.number], self.staging))
        ids = {one.unit_id for one in known.values()}
        public_ids = queries.unit_public_ids(self.session, ids) if ids else {}
        for row in rows:
            hazard = found[row.number]
            if hazard is None or hazard.closed_on is not None or row.refused:
                raise moved_on(row)
            unit = units.get(row.number)
            self._check_unmoved(row, hazard)
            where = unit.public_id if unit is not None else public_ids[hazard.unit_id]
            shape = _placed(row) if row.shape is not None else Placed(hazard.shape)
            said = merged(row, hazard, self.staging)
            yield ChangeHazard(hazard.public_id, hazard.row_version, where, said, shape)

    def _check_unmoved(self, row: ImportRow, hazard: KnownHazard) -> None:
        """What the row changes still is what the preview showed as its earlier value."""
        same = row.shape is None or same_shapes([hazard.shape], laid([row.shape]))[0]
        for key, (before, _) in differences(row, hazard, None, same_shape=same).items():
            shown = row.changes.get(key)
            if shown is None or _plain(shown[0] or "") != _plain(before or ""):
                raise moved_on(row)


def moved_on(row: ImportRow) -> RuleBroken:
    """The base is no longer what the plan was made on."""
    return RuleBroken(
        text("The hazard of line %(line)s was changed since the file was checked. Check the file again.", line=row.line)
    )


def _placed(row: ImportRow) -> Placed:
    assert row.shape is not None  # noqa: S101 - asked by the caller
    return Placed(row.shape, row.crs) if row.crs else Placed(row.shape)


def _listed(manifest: Manifest, key: str) -> list[Any]:
    found = manifest.get(key)
    return found if isinstance(found, list) else []


def _restore(entry: Mapping[str, Any]) -> Restore:
    before = {key: dt.date.fromisoformat(value) if key in DATES else value for key, value in entry["before"].items()}
    return Restore(uuid.UUID(entry["id"]), entry["row_version"], before, entry["kept"])


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, dt.date) else value
