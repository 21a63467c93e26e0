"""From a file in the reader's process to staged rows, as a stream."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from sqlalchemy.orm import Session

from portal.exchange.staging.copying import FINDINGS, LONGEST_VALUE, as_json, copy_rows
from portal.exchange.staging.storable import storable
from portal.kernel.formats.reading import CellProblem, Reading, ReadRow
from portal.kernel.formats.rows import FileRefused
from portal.kernel.i18n.plain import to_plain
from portal.kernel.i18n.text import Text, text

SAMPLE_ROWS = 200
"""Of the first rows whose cells and positions are kept, for proposals."""
SAMPLE_POSITIONS = 500
TELL_EVERY = 1000

Tell = Callable[[int, int | None], None]
"""Called with the rows done and, where known, all rows."""

Only = Mapping[str, str]
"""Which rows count: the text of each of these columns. The others are not even staged."""


@dataclass
class Seen:
    """What the first rows show: cells by column, positions of shapes, and how many rows there were."""

    rows: int = 0
    cells: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    positions: list[tuple[float, float]] = field(default_factory=list)
    shapes: int = 0


def read_rows(session: Session, import_id: int, name: str, reading: Reading, only: Only, tell: Tell) -> Seen:
    """Stages the rows of a file that count; what the reader found wrong in them becomes findings.

    Raises `FileRefused` when `only` asks for a column that is not there, or for what no row says.
    """
    for column in only:
        if column not in reading.head.columns:
            raise FileRefused(_no_column(name, column, reading.head.columns))
    seen, problems = Seen(), list[tuple[object, ...]]()
    staged = _staged(import_id, reading, only, seen, problems, tell)
    copy_rows(session, "staged_rows", ("import_id", "number", "line", "raw", "shape"), staged)
    copy_rows(session, "row_findings", FINDINGS, problems)
    if only and not seen.rows:
        raise FileRefused(text("%(file)s has no row that counts.", file=name))
    return seen


def _staged(
    import_id: int, reading: Reading, only: Only, seen: Seen, problems: list[tuple[object, ...]], tell: Tell
) -> Iterator[tuple[object, ...]]:
    for row in (row for row in reading.rows if _counts(row, only)):
        problems += [_finding(import_id, row, found) for found in row.problems]
        _look(row, seen)
        if row.number % TELL_EVERY == 0:
            tell(row.number, None)
        raw = as_json([row.values.get(column) for column in reading.head.columns])
        yield (import_id, row.number, row.line, raw, row.shape)


def _counts(row: ReadRow, only: Only) -> bool:
    return all((row.values.get(column) or "").strip() == value for column, value in only.items())


def _look(row: ReadRow, seen: Seen) -> None:
    seen.rows += 1
    seen.shapes += row.shape is not None
    if seen.rows > SAMPLE_ROWS:
        return
    for column, value in row.values.items():
        if value:
            seen.cells[column].append(value[:LONGEST_VALUE])
    if row.shape is not None and len(seen.positions) < SAMPLE_POSITIONS:
        seen.positions += _positions(row.shape)


def _positions(shape: bytes) -> list[tuple[float, float]]:
    """A few corners of a shape, spread over all of it."""
    try:
        xy = shapely.get_coordinates(shapely.from_wkb(shape))
    except shapely.errors.ShapelyError:
        return []
    # An empty point is written as two numbers that are none, which JSON does not know.
    xy = xy[np.isfinite(xy).all(axis=1)]
    step = max(1, len(xy) // 8)
    return [(float(x), float(y)) for x, y in xy[::step][:8]]


def _finding(import_id: int, row: ReadRow, found: CellProblem) -> tuple[object, ...]:
    problem, value = found.problem, found.value
    kept, column = (storable(said[:LONGEST_VALUE]) if said else said for said in (value, found.column))
    said = as_json(to_plain(problem.text))
    return (import_id, row.number, row.line, "reading", problem.level, problem.code, column, kept, said)


def _no_column(name: str, column: str, present: Sequence[str]) -> Text:
    return text(
        "%(file)s has no column “%(column)s”; it has: %(columns)s.",
        file=name,
        column=column[:60],
        columns=", ".join(present)[:500],
    )
