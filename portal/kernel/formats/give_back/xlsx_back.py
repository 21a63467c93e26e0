"""A workbook back with a column of reasons; every byte that is not about that column stays where it was."""

from __future__ import annotations

import mmap
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from portal.kernel.formats.give_back.cells import LAST_COLUMN
from portal.kernel.formats.give_back.edits import Column, Edit, edits_of
from portal.kernel.formats.give_back.layout import Layout, layout_of
from portal.kernel.formats.give_back.package import copied, opened, shared_texts, sheet_part, tables_of, unpacked
from portal.kernel.formats.rows import FileRefused
from portal.kernel.i18n.text import text

_CHUNK = 1024 * 1024


def xlsx_back(
    original: Path, out: Path, reasons: Mapping[int, str], sheet: str | None, header_line: int, heading: str
) -> None:
    """Writes the workbook to `out` with the reasons in one sheet; see `give_back`."""
    with opened(original) as archive:
        part = sheet_part(archive, sheet)
        with content_of(archive, part, out.parent) as source:
            layout = layout_of(source, header_line, tables_of(archive, part))
            column = Column(*place_of(archive, layout, heading), heading, header_line, reasons)
            copied(archive, out, part, spliced(source, edits_of(source, column)))


@contextmanager
def content_of(archive: zipfile.ZipFile, part: str, folder: Path) -> Iterator[mmap.mmap]:
    """A part's bytes, on disk and looked at piece by piece: a sheet may be larger than memory."""
    with tempfile.TemporaryFile(dir=folder) as file:
        unpacked(archive, part, file)
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as source:
            yield source


def place_of(archive: zipfile.ZipFile, layout: Layout, heading: str) -> tuple[int, bool]:
    """The column of the reasons and whether it is there already. Raises `FileRefused` when the sheet is full."""
    known = layout.column_headed(heading, shared_texts(archive, layout.shared()))
    if known is None and layout.last_column >= LAST_COLUMN:
        raise FileRefused(text("The sheet has no free column for the reasons."), "file.too_many_columns")
    return (known, True) if known is not None else (layout.last_column + 1, False)


def spliced(source: mmap.mmap, edits: Sequence[Edit]) -> Iterator[bytes]:
    """The bytes of a part with the changes, piece by piece."""
    place = 0
    for edit in edits:
        yield from _pieces(source, place, edit.start)
        yield edit.put
        place = edit.end
    yield from _pieces(source, place, len(source))


def _pieces(source: mmap.mmap, start: int, end: int) -> Iterator[bytes]:
    for place in range(start, end, _CHUNK):
        yield source[place : min(end, place + _CHUNK)]
