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
from portal.kernel.i18n.text import text
from portal.toponyms.catalogue import Kinds, kinds_on
from portal.toponyms.exchange.planning import unit_reader
from portal.toponyms.exchange.rows import day_of, differences, merged
from portal.toponyms.queries import batches
from portal.toponyms.queries.batches import KnownName
from portal.toponyms.rules.position import Placed, from_file
from portal.toponyms.service.commands import AddName, ChangeName, CorrectName
from portal.toponyms.service.register import Altered, add_names, alter_names
from portal.toponyms.service.undoing import Entered, take_back


def enter(session: Session, actor: Actor, staging: Staging) -> Manifest:
    """Writes new and changed rows; raises `RuleBroken` when a name changed since the plan was made."""
    entering = Entering(session, actor, staging, unit_reader(session, actor, staging), kinds_on(staging.today))
    added = add_names(session, actor, entering.new(), staging.today)
    altered = alter_names(session, actor, entering.changed(), staging.today) if entering.any_changed else []
    return {"added": [str(public_id) for public_id in added], "changed": [_kept(one) for one in altered]}


def undo(session: Session, actor: Actor, manifest: Manifest) -> None:
    """Gives changed names back what they were and withdraws added ones, or raises `RuleBroken` and does neither."""
    changed, added = _listed(manifest, "changed"), _listed(manifest, "added")
    take_back(session, actor, (_entered(entry) for entry in changed))
    take_back(session, actor, (Entered(uuid.UUID(str(one)), 1) for one in added))


@dataclass
class Entering:
    """Rows to commands, a chunk at a time; changed rows are read a second time, and only if there are any."""

    session: Session
    actor: Actor
    staging: Staging
    units: UnitReader
    kinds: Kinds
    any_changed: bool = False

    def new(self) -> Iterator[AddName]:
        """Commands of the new rows."""
        for rows in self.staging.chunks():
            self.any_changed |= any(row.action is Action.CHANGED for row in rows)
            fresh = [row for row in rows if row.action is Action.NEW]
            units = self.units.units_of(fresh, lambda _row: self.staging.today)
            for row in fresh:
                if row.number not in units:
                    raise moved_on(row)
                said = merged(row, None, self.staging, self.kinds)
                yield AddName(units[row.number].public_id, said, _placed(row))

    def changed(self) -> Iterator[ChangeName | CorrectName]:
        """Commands of the changed rows."""
        for rows in self.staging.chunks():
            yield from self._changed([row for row in rows if row.action is Action.CHANGED])

    def _changed(self, rows: Sequence[ImportRow]) -> Iterator[ChangeName | CorrectName]:
        ids = [uuid.UUID(row.target) for row in rows if row.target]
        known = batches.names_known(self.session, self.actor, ids, day_of(self.staging)) if ids else {}
        units = self.units.units_of(rows, lambda _row: self.staging.today)
        own = batches.unit_public_ids(self.session, (one.version.unit_id for one in known.values()))
        for row in rows:
            one = known.get(uuid.UUID(row.target)) if row.target else None
            if one is None or row.refused:
                raise moved_on(row)
            unit = units[row.number].public_id if row.number in units else own[one.version.unit_id]
            yield self._command(row, one, unit)

    def _command(self, row: ImportRow, one: KnownName, unit: uuid.UUID) -> ChangeName | CorrectName:
        said = merged(row, one, self.staging, self.kinds)
        for key, (before, _) in differences(row, one, said, None).items():
            shown = row.changes.get(key)
            if shown is None or _plain(shown[0] or "") != _plain(before or ""):
                raise moved_on(row)
        where, reason = _placed(row) or _old(one), self.staging.source[:200] or "–"
        if isinstance(self.staging.options.get("changed_on"), dt.date):
            return ChangeName(one.public_id, one.revision, unit, said, where, reason)
        return CorrectName(one.public_id, one.revision, one.version.valid_from, unit, said, where, reason)


def moved_on(row: ImportRow) -> RuleBroken:
    """The base is no longer what the plan was made on."""
    return RuleBroken(
        text("The name of line %(line)s was changed since the file was checked. Check the file again.", line=row.line)
    )


def _placed(row: ImportRow) -> Placed | None:
    return None if row.shape is None else from_file(row.shape, row.crs)


def _old(one: KnownName) -> Placed | None:
    version = one.version
    if version.shape is None:
        return None
    return Placed(version.shape, version.original_geometry or "", version.original_crs or "")


def _kept(one: Altered) -> dict[str, object]:
    return {"id": str(one.public_id), "revision": one.revision, "was": list(one.was)}


def _entered(entry: Mapping[str, Any]) -> Entered:
    return Entered(uuid.UUID(str(entry["id"])), int(entry["revision"]), tuple(entry["was"]))


def _listed(manifest: Manifest, key: str) -> list[Any]:
    found = manifest.get(key)
    return found if isinstance(found, list) else []


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, dt.date) else str(value)
