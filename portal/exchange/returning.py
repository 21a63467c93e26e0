"""The file back to who sent it, with the reasons beside the rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from portal.exchange.models import Import
from portal.exchange.proposals import head_of
from portal.exchange.queries import imports as queries
from portal.exchange.queries.imports import Told
from portal.exchange.staging import Counts
from portal.kernel.formats.give_back import give_back
from portal.kernel.i18n.text import text
from portal.kernel.i18n.translate import translate

ALL_ROWS = 20_000
"""Above so many only the refused rows come back."""


@dataclass(frozen=True)
class Returned:
    """A file to send: where it lies, what it is called and what it is."""

    path: Path
    name: str
    media_type: str


def write_returned(session: Session, found: Import, original: Path, folder: Path) -> Returned:
    """Writes the file that goes back into a folder; reasons are in the reader's language."""
    head, counts = head_of(found), Counts.of(found.counts)
    reasons = {line: _sentence(told) for line, told in queries.reasons(session, found).items() if line > 0}
    made = give_back(
        original,
        folder,
        head,
        reasons,
        name=found.file_name,
        only_refused=counts.total > ALL_ROWS,
        rows=queries.rows_on_lines(session, found, refused_lines(reasons)),
    )
    return Returned(made.path, made.name, made.media_type)


def refused_lines(reasons: Mapping[int, str]) -> Sequence[int]:
    """The lines that something is said of."""
    return sorted(reasons)


def _sentence(told: Sequence[Told]) -> str:
    """Everything about one row: the column, what is wrong, and the code to look up."""
    return "\n".join(_one(one) for one in told)


def _one(one: Told) -> str:
    kind = translate(text("Note")) if one.level == "note" else translate(text("Error"))
    place = f"{one.column}: " if one.column else ""
    return f"{kind} · {place}{translate(one.sentence)} [{one.code}]"
