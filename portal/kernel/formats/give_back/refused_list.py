"""A workbook of refused rows, for maps that cannot take a column more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal.kernel.formats.reading import REASON_HEADING
from portal.kernel.formats.writing.sheet import Sheet, head, new_workbook
from portal.kernel.i18n.text import text
from portal.kernel.i18n.translate import translate


@dataclass(frozen=True)
class RefusedRow:
    """A row that was kept out: its number among the records, its line, its raw values by column, and why."""

    number: int
    line: int
    values: Mapping[str, str | None]
    reason: str


def list_refused(out: Path, columns: Sequence[str], rows: Iterable[RefusedRow], locale: str) -> None:
    """Writes a workbook with a row for each: number, line, the file's own columns as texts, and the reason."""
    heads = [translate(text("Row number"), locale), translate(text("Line"), locale), *columns, REASON_HEADING]
    with new_workbook(out) as book:
        made: Any = book.create_sheet("Sheet1")
        sheet = Sheet(made)
        for place, width in enumerate([9, 9, *([18] * len(columns)), 60], start=1):
            sheet.set_width(place, width)
        made.freeze_panes = "A2"
        made.append([head(sheet, words) for words in heads])
        for row in rows:
            texts = [sheet.cell(row.values.get(column), "@") for column in columns]
            reason = sheet.cell(row.reason, "@", wide=True)
            made.append([sheet.cell(row.number, "0"), sheet.cell(row.line, "0"), *texts, reason])
