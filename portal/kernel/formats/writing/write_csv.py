"""CSV out: one form for people and their spreadsheets, one for machines."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from portal.kernel.contracts.exporting import ExportRow
from portal.kernel.formats.formula_guard import harmless
from portal.kernel.formats.writing.outgoing import Outgoing
from portal.kernel.formats.writing.values import Plain, for_machines, for_people, written
from portal.kernel.i18n.words import say


def write_csv(path: Path, outgoing: Outgoing, *, bom: bool) -> int:
    """Writes a table (RFC 4180, UTF-8, CRLF) and gives the number of its rows.

    `bom`: for people: a byte order mark, headings and choices in words, and texts that a spreadsheet would run as a
    formula marked with an apostrophe. Without: keys and exact values, for machines.
    """
    with path.open("w", encoding="utf-8-sig" if bom else "utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(_people_heads(outgoing) if bom else [column.key for column in outgoing.columns])
        count = 0
        for cells in _people(outgoing) if bom else _machines(outgoing):
            writer.writerow(cells)
            count += 1
    return count


def _people_heads(outgoing: Outgoing) -> list[str]:
    return [harmless(say(column.title, outgoing.locale)) for column in outgoing.columns]


def _people(outgoing: Outgoing) -> Iterator[list[str]]:
    for row in outgoing.rows:
        yield [_safe(for_people(value, outgoing.locale)) for value in _values(outgoing, row)]


def _machines(outgoing: Outgoing) -> Iterator[list[str]]:
    for row in outgoing.rows:
        yield [written(for_machines(value, outgoing.locale)) for value in _values(outgoing, row)]


def _values(outgoing: Outgoing, row: ExportRow) -> list[object]:
    return [row.values.get(column.key) for column in outgoing.columns]


def _safe(value: Plain) -> str:
    """Only texts are marked: a number below zero is no formula."""
    return harmless(value) if isinstance(value, str) else written(value)
