"""Cells that are merged over several rows of a table say the same for each of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from portal.kernel.formats.table.records import Merge, Record, column_letters
from portal.kernel.i18n.text import Text, text


def filled_down(records: Iterable[Record], merges: Sequence[Merge]) -> Iterator[Record]:
    """The records with the values of cells merged downwards in each row they cover; `merges` are sorted by line."""
    waiting, at = list(merges), 0
    open_: list[tuple[Merge, str | None]] = []
    for record in records:
        open_ = [(merge, value) for merge, value in open_ if merge.bottom >= record.line]
        for merge, value in open_:
            _fill(record, merge.left, value)
        while at < len(waiting) and waiting[at].top <= record.line:
            if waiting[at].top == record.line:
                open_.append((waiting[at], record.cell(waiting[at].left)))
            at += 1
        yield record


def downwards(merges: Sequence[Merge], first_line: int, most_columns: int) -> list[Merge]:
    """The merges below the headings that cover more than one row."""
    return [m for m in merges if m.bottom > m.top >= first_line and m.left < most_columns]


def told(merges: Sequence[Merge]) -> list[Text]:
    """A sentence on what is filled down, if anything is."""
    columns = ", ".join(column_letters(number) for number in sorted({merge.left for merge in merges})[:12])
    if not columns:
        return []
    return [text("Cells merged over several rows count for each of them: columns %(columns)s.", columns=columns)]


def _fill(record: Record, column: int, value: str | None) -> None:
    if value is None or record.cell(column) is not None:
        return
    record.cells.extend([None] * (column + 1 - len(record.cells)))
    record.cells[column] = value
