"""The file back to who sent it, with the reasons beside the rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from flask_babel import get_locale
from sqlalchemy.orm import Session

from portal.exchange.models import Import
from portal.exchange.proposals import head_of
from portal.exchange.queries import imports as queries
from portal.exchange.queries.imports import Told
from portal.exchange.staging import Counts
from portal.kernel.formats.give_back import WHOLE_UP_TO, RefusedRow, can_give_back, give_back, list_refused
from portal.kernel.formats.reading import Head
from portal.kernel.i18n.text import text
from portal.kernel.i18n.translate import DEFAULT, translate

MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
}


@dataclass(frozen=True)
class Returned:
    """A file to send: where it lies, what it is called and what it is."""

    path: Path
    name: str
    media_type: str


def write_returned(session: Session, found: Import, original: Path, folder: Path) -> Returned:
    """Writes the file that goes back into a folder: the same one, or for map files a workbook of refused rows."""
    head = head_of(found)
    kind = head.kind if can_give_back(head.kind) else "xlsx"
    stem = Path(found.file_name).stem or "import"
    made = Returned(folder / f"returned.{kind}", f"{stem}_{translate(text('with reasons'))}.{kind}", MEDIA_TYPES[kind])
    if kind == head.kind:
        _give_back(session, found, head, original, made.path)
    else:
        list_refused(made.path, head.columns, _refused(session, found, head), str(get_locale() or DEFAULT))
    return made


def _give_back(session: Session, found: Import, head: Head, original: Path, out: Path) -> None:
    told = queries.reasons(session, found)
    give_back(
        original,
        out,
        head.kind,
        {line: _sentence(found) for line, found in told.items() if line > 0},
        sheet=head.part,
        header_line=head.header_line,
        encoding=head.encoding or "utf-8",
        delimiter=head.delimiter or ",",
        only_refused=Counts.of(found.counts).total > WHOLE_UP_TO,
    )


def _refused(session: Session, found: Import, head: Head) -> list[RefusedRow]:
    told = queries.reasons(session, found)
    rows = queries.staged_on_lines(session, found, sorted(told))
    values = (dict(zip(head.columns, row.raw, strict=False)) for row in rows)
    return [
        RefusedRow(row.number, row.line, {key: None if v is None else str(v) for key, v in said.items()}, reason)
        for row, said, reason in zip(rows, values, (_sentence(told[row.line]) for row in rows), strict=True)
    ]


def _sentence(told: Sequence[Told]) -> str:
    """Everything about one row: the column, what is wrong, and the code to look up."""
    return "\n".join(_one(one) for one in told)


def _one(one: Told) -> str:
    kind = translate(text("Note")) if one.level == "note" else translate(text("Error"))
    place = f"{one.column}: " if one.column else ""
    return f"{kind} · {place}{translate(one.sentence)} [{one.code}]"
