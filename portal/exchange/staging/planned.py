"""The rows of an import as a room sees them: for its plan, for the same plan again, and to enter."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from geoalchemy2.shape import to_shape
from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from portal.exchange.models import ParsedRow, RowOutcome
from portal.exchange.staging.cells import plain_values, typed_values
from portal.exchange.staging.copying import FINDINGS, LONGEST_VALUE, as_json, copy_rows
from portal.kernel.contracts.importing import Action, Importer, ImportRow
from portal.kernel.i18n.plain import to_plain
from portal.kernel.i18n.translate import translate

Tell = Callable[[int, int | None], None]
WRITTEN = frozenset({Action.NEW, Action.CHANGED})


@dataclass
class PlannedRows:
    """Rows a chunk at a time; what the room said of a chunk is kept when it asks for the next.

    A room that gathers all rows before it settles them is right too: rows still open are kept by `finish`.
    `keeping` is off when a plan is only made again, to see whether the base has moved on.
    """

    session: Session
    import_id: int
    importer: Importer
    options: Mapping[str, object]
    today: dt.date
    source: str
    crs: str
    columns: Mapping[str, str]
    tell: Tell
    total: int
    keeping: bool = True
    entering: bool = False
    _open: list[tuple[ImportRow, int]] = field(default_factory=list)
    _said: list[str] = field(default_factory=list)
    _done: int = 0

    def chunks(self, size: int = 1000) -> Iterator[Sequence[ImportRow]]:
        """As `contracts.importing.Staging` says."""
        last = 0
        while rows := self._read(last, size):
            last = rows[-1].number
            yield rows
            self._done += len(rows)
            self.tell(self._done, self.total)
            if not self.entering:
                self._keep(rows)

    def finish(self) -> None:
        """Keeps what was said of rows after their chunk; a row that nobody settled is the importer's fault."""
        late, self._open = [row for row, _ in self._open], []
        self._write(late)

    @property
    def digest(self) -> str:
        """Names what will be written, so that the same plan made later can be compared."""
        return hashlib.sha256("\n".join(sorted(self._said)).encode()).hexdigest()

    def _keep(self, rows: Sequence[ImportRow]) -> None:
        settled = [row for row in rows if row.refused or row.action is not None]
        self._open += [(row, len(row.findings)) for row in rows if not (row.refused or row.action is not None)]
        self._write(settled)

    def _write(self, rows: Sequence[ImportRow]) -> None:
        outcomes = [self._outcome(row) for row in rows]
        self._said += [_line(outcome) for outcome in outcomes if outcome[2] != "refused"]
        if self.keeping:
            copy_rows(self.session, "row_findings", FINDINGS, [one for row in rows for one in self._findings(row)])
            columns = ("import_id", "number", "action", "target", "changes")
            copy_rows(self.session, "row_outcomes", columns, outcomes)

    def _outcome(self, row: ImportRow) -> tuple[object, ...]:
        if row.action is None and not row.refused:
            raise LookupError(f"{self.importer.key} did not settle row {row.number}")
        action = Action.REFUSED if row.refused else row.action
        before = plain_values({key: was for key, (was, _) in row.changes.items()})
        after = plain_values({key: now for key, (_, now) in row.changes.items()})
        changes = as_json({key: [before.get(key), after.get(key)] for key in row.changes}) if row.changes else None
        return (self.import_id, row.number, str(action), row.target, changes)

    def _findings(self, row: ImportRow) -> Iterator[tuple[object, ...]]:
        for one in row.findings:
            problem, column = one.problem, self._column(one.field)
            value = one.value[:LONGEST_VALUE] if one.value else one.value
            said = as_json(to_plain(problem.text))
            place = (self.import_id, row.number, row.line)
            yield (*place, "checking", problem.level, problem.code, column, value, said)

    def _column(self, key: str | None) -> str | None:
        """The file's column of a field; where it has none, what the field is called."""
        title = next((one.title for one in self.importer.fields if one.key == key), None)
        return self.columns.get(key or "") or (key if title is None else translate(title))

    def _read(self, last: int, size: int) -> list[ImportRow]:
        rows = self.session.execute(self._query(last).limit(size)).all()
        return [self._row(row) for row in rows]

    def _query(self, last: int) -> Select[ParsedRow, str | None, str | None, dict[str, object] | None]:
        joined = (RowOutcome.import_id == ParsedRow.import_id) & (RowOutcome.number == ParsedRow.number)
        columns = select(ParsedRow, RowOutcome.action, RowOutcome.target, RowOutcome.changes)
        query = columns.outerjoin(RowOutcome, joined).where(
            ParsedRow.import_id == self.import_id, ParsedRow.number > last
        )
        if self.entering:
            query = query.where(RowOutcome.action.in_([str(action) for action in WRITTEN]))
        elif self.keeping:
            query = query.where(RowOutcome.action.is_(None))
        else:
            query = query.where(RowOutcome.action.is_distinct_from("refused"))
        return query.order_by(ParsedRow.number)

    def _row(self, row: Row[ParsedRow, str | None, str | None, dict[str, object] | None]) -> ImportRow:
        parsed, action, target, changes = row
        self.session.expunge(parsed)
        values = typed_values(self.importer.fields, parsed.fields)
        shape = to_shape(parsed.geom) if parsed.geom is not None else None
        written = {key: None if said is None else str(said) for key, said in parsed.written.items()}
        made = ImportRow(parsed.number, parsed.line, values, written, shape, self.crs)
        if self.entering and action is not None:
            made.settle(Action(action), target, _pairs(changes))
        return made


def _line(outcome: tuple[object, ...]) -> str:
    """What will become of a row, with a short name for its differences: what they begin from may have changed."""
    _, number, action, target, changes = outcome
    return f"{number} {action} {target} {hashlib.blake2b(str(changes).encode(), digest_size=16).hexdigest()}"


def _pairs(changes: dict[str, object] | None) -> dict[str, tuple[object, object]]:
    pairs = ((key, pair) for key, pair in (changes or {}).items() if isinstance(pair, list))
    return {key: (pair[0], pair[1]) for key, pair in pairs}
