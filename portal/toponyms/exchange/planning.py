"""What becomes of each row of a file of names: a look at the row, at the rows together and at what is on record."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from sqlalchemy.orm import Session

from portal.divisions.queries import unit_names
from portal.divisions.queries.naming import NamedUnit
from portal.divisions.unit_columns import UnitReader, names_unit, refuse_without_unit
from portal.errors import FormInvalid
from portal.kernel.access.actor import Actor
from portal.kernel.contracts.importing import Action, ImportRow, Staging
from portal.kernel.i18n.text import text
from portal.toponyms.catalogue import Kinds, kinds_on
from portal.toponyms.exchange.rows import day_of, differences, merged, public_id_of
from portal.toponyms.permissions import EDIT
from portal.toponyms.queries import batches
from portal.toponyms.queries.batches import Identity, KnownName
from portal.toponyms.rules.particulars import Particulars, check_particulars
from portal.toponyms.rules.position import unlayable

SEVERAL = text("Several names of this division are called so. Keep the identifiers.")

Match: TypeAlias = tuple[ImportRow, KnownName, NamedUnit | None]


def plan(session: Session, actor: Actor, staging: Staging) -> None:
    """Settles every row as new, changed, unchanged or refused; writes nothing."""
    Planning(session, actor, staging, kinds_on(staging.today), unit_reader(session, actor, staging)).run()


def unit_reader(session: Session, actor: Actor, staging: Staging) -> UnitReader:
    """Finds the divisions of rows where the actor may edit names."""
    system = staging.options.get("code_system")
    return UnitReader(session, actor, EDIT, staging.today, str(system) if system else None)


@dataclass
class Planning:
    """Settles rows a chunk at a time, with one query each for divisions, known ids and known names."""

    session: Session
    actor: Actor
    staging: Staging
    kinds: Kinds
    units: UnitReader
    first: dict[uuid.UUID | Identity, tuple[int, int]] = field(default_factory=dict)
    """Number and line of the row in which each name stood first."""

    def run(self) -> None:
        """Goes through all rows."""
        for rows in self.staging.chunks():
            self._chunk(rows)

    def _chunk(self, rows: Sequence[ImportRow]) -> None:
        for row in rows:
            wrong = unlayable(row.shape) if row.shape is not None else None
            if wrong is not None:
                row.refuse("toponym.shape", wrong)
        named = self._by_id(rows)
        units = self.units.units_of(rows, lambda _row: self.staging.today)
        matches: list[Match] = [(row, named[row.number], units.get(row.number)) for row in rows if row.number in named]
        matches += self._recognised([row for row in rows if row.number not in named], units)
        self._against([match for match in matches if not self._is_twice(match[0], match[1].public_id)])

    def _by_id(self, rows: Sequence[ImportRow]) -> dict[int, KnownName]:
        """The names that rows give by public id; a row that gives an unknown one is refused."""
        ids = {row.number: found for row in rows if (found := public_id_of(row)) is not None}
        day = day_of(self.staging)
        known = batches.names_known(self.session, self.actor, list(ids.values()), day) if ids else {}
        for row in rows:
            if row.number in ids and ids[row.number] not in known:
                row.refuse("toponym.unknown_id", text("None of your names has this identifier."), "id")
        return {number: known[found] for number, found in ids.items() if found in known}

    def _recognised(self, rows: Sequence[ImportRow], units: Mapping[int, NamedUnit]) -> list[Match]:
        """Rows whose name is recognised by division, name and kind; those without one are new."""
        for row in rows:
            if not names_unit(row):
                refuse_without_unit(row)
        placed = [row for row in rows if row.number in units and not row.refused]
        wanted = {row.number: _identity(row, units[row.number]) for row in placed}
        alike = batches.names_alike(self.session, self.actor, wanted.values(), day_of(self.staging))
        matches: list[Match] = []
        for row in placed:
            same = alike.get(wanted[row.number], [])
            if len(same) > 1:
                row.refuse("toponym.several", SEVERAL)
            elif same:
                matches.append((row, same[0], units[row.number]))
            elif not self._is_twice(row, wanted[row.number]):
                self._checked(row, None)
                row.settle(Action.NEW)
        return matches

    def _against(self, matches: Sequence[Match]) -> None:
        """Rows whose name is there: changed by what differs, or unchanged."""
        for row, known, unit in matches:
            said = self._checked(row, known)
            changes = differences(row, known, said, unit)
            row.settle(Action.CHANGED if changes else Action.UNCHANGED, str(known.public_id), changes)
        moved = [row for row, _, _ in matches if "unit" in row.changes]
        ids = [before for row in moved if isinstance(before := row.changes["unit"][0], int)]
        names = unit_names(self.session, ids, self.staging.today) if ids else {}
        for row in moved:
            before, after = row.changes["unit"]
            row.changes = {**row.changes, "unit": (names.get(int(str(before)), ""), after)}

    def _checked(self, row: ImportRow, known: KnownName | None) -> Particulars:
        said = merged(row, known, self.staging, self.kinds)
        try:
            check_particulars(said, self.kinds, self.staging.today)
        except FormInvalid as error:
            row.refuse_form(error, "toponym.invalid")
        return said

    def _is_twice(self, row: ImportRow, key: uuid.UUID | Identity) -> bool:
        number, line = self.first.setdefault(key, (row.number, row.line))
        if number == row.number:
            return False
        row.refuse("toponym.twice", text("The same name stands on line %(line)s already.", line=line), "name")
        return True


def _identity(row: ImportRow, unit: NamedUnit) -> Identity:
    return unit.id, str(row.values.get("name")), str(row.values.get("kind"))
