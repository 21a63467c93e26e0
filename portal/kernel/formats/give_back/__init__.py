"""The file that somebody handed in, back with what is wrong: the same file with one column more."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from portal.kernel.formats.give_back.csv_back import csv_back
from portal.kernel.formats.give_back.refused_list import RefusedRow, list_refused
from portal.kernel.formats.give_back.refused_rows import xlsx_refused
from portal.kernel.formats.give_back.xlsx_back import xlsx_back
from portal.kernel.formats.reading import REASON_HEADING
from portal.kernel.formats.rows import FileRefused
from portal.kernel.i18n.text import text

__all__ = ["WHOLE_UP_TO", "RefusedRow", "can_give_back", "give_back", "list_refused"]

WHOLE_UP_TO = 20_000
"""Rows; of a longer file only the refused ones come back."""

GIVEN_BACK = frozenset({"xlsx", "csv"})


def can_give_back(kind: str) -> bool:
    """Whether a kind of file can take a column more; for maps `list_refused` makes a workbook of what was refused."""
    return kind in GIVEN_BACK


def give_back(
    original: Path,
    out: Path,
    kind: str,
    reasons: Mapping[int, str],
    *,
    sheet: str | None = None,
    header_line: int = 1,
    heading: str = REASON_HEADING,
    encoding: str = "utf-8",
    delimiter: str = ",",
    only_refused: bool = False,
) -> None:
    """Writes the original (`kind` xlsx or csv) to `out` with one column of reasons by line number (from 1).

    Everything else stays as it is, bit for bit where the format allows. A column that an earlier return added is
    filled anew. `sheet` is the part of a workbook that was read (None: the first), `header_line` the last line of the
    headings; `encoding` and `delimiter` are those of a CSV. With `only_refused` just the lines up to the headings and
    the refused ones come back, as values. Raises `FileRefused` when the file is not what it was when it was read.
    """
    if kind == "csv":
        csv_back(original, out, reasons, header_line, heading, encoding, delimiter, only_refused=only_refused)
    elif kind != "xlsx":
        raise FileRefused(text("A file of this kind cannot be given back with a column of reasons."), "file.kind")
    elif only_refused:
        xlsx_refused(original, out, reasons, sheet, header_line, heading)
    else:
        xlsx_back(original, out, reasons, sheet, header_line, heading)
