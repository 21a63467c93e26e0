"""The gazetteer of a district as a book: tables, text entries, changes of the year, index, sources, as of a day."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.divisions import catalogue
from portal.divisions.catalogue.gazetteer import fields, sections
from portal.divisions.models import GazetteerEntry
from portal.divisions.permissions import READ_GAZETTEER
from portal.divisions.queries import gazetteer as queries
from portal.divisions.queries.gazetteer import GazetteerRow
from portal.divisions.queries.units import unit_by_public_id
from portal.divisions.rules.gazetteer import Event, heading_of, index_of, said_of
from portal.errors import NotFound
from portal.kernel.access import policy
from portal.kernel.access.actor import Actor
from portal.kernel.contracts.paper import Paper, PaperFacts
from portal.kernel.i18n.text import text
from portal.kernel.i18n.translate import LOCALES
from portal.kernel.i18n.words import Word, written_day

NOTHING = "—"
LONGEST_SOURCE = 90
"""Characters of the sources on top of each page; all of them stand in the last chapter."""
SIGNED_BY = (text("Compiled by"), text("Checked by"), text("Date signed"))
CHAPTERS: Mapping[str, Word] = {
    "towns": text("The district and its towns"),
    "units": text("Towns and their committees"),
    "entries": text("Text entries"),
    "changes": text("Changes of the year"),
    "index": text("Index of changes"),
    "sources": text("Sources"),
}

Line = dict[str, Word]


@dataclass(frozen=True)
class Book:
    """What is in it: every row town by town, texts by unit, and all changes up to the day."""

    year: int
    rows: Sequence[GazetteerRow]
    entries: Mapping[int, Mapping[str, GazetteerEntry]]
    events: Sequence[Event]

    @property
    def of_year(self) -> list[Event]:
        """The changes of the year itself."""
        return [one for one in self.events if one.on.year == self.year]

    @property
    def sources(self) -> list[str]:
        """Where values and texts come from, each once, in the order in which they are met."""
        cells = (cell for row in self.rows for cell in (*row.cells.values(), *row.earlier.values()))
        texts = (entry for unit in self.entries.values() for entry in unit.values())
        return list(dict.fromkeys([*(cell.source for cell in cells), *(entry.source for entry in texts)]))


def book_facts(session: Session, actor: Actor | None, public_id: uuid.UUID, at: dt.date) -> PaperFacts:
    """The book of a division and all below it, with the values of the day's year.

    Raises `Forbidden` without the permission, `NotFound` outside the actor's scope.
    """
    reader = policy.somebody(actor)
    policy.require(reader, READ_GAZETTEER)
    root = unit_by_public_id(session, public_id, at)
    rows = queries.gazetteer_rows(session, reader, READ_GAZETTEER, root.id, at, at.year)
    if not rows:
        raise NotFound(text("There is no such division on this date."))
    entries = queries.entries(session, [row.id for row in rows])
    book = Book(at.year, rows, entries, queries.events(session, reader, root.id, None, at))
    return PaperFacts(
        title=text("Gazetteer of %(name)s, %(year)s", name=root.name, year=at.year),
        file_name=f"{root.name}_{at.isoformat()}_gazetteer",
        values=book_values(book),
        address=f"/divisions/gazetteer?at={at.isoformat()}&unit={public_id}",
        unit_id=root.id,
        signatures=SIGNED_BY,
    )


def book_values(book: Book) -> dict[str, object]:
    """The lists and words that both templates are filled with."""
    said = book.sources
    top = [row for row in book.rows if row.level <= 4]
    return {
        "year": str(book.year),
        "source": _clipped("；".join(said)) or text("no source on record"),
        "contents": list(_contents(book)),
        "towns": [_line(row) for row in top],
        "units": list(_units(book)),
        "entries": list(_entries(book)),
        "changes": [_change(one) for one in book.of_year],
        "index": [_index_line(name, one) for name, one in index_of(book.events)],
        "sources": [{"said": one} for one in said],
    }


def _contents(book: Book) -> Iterator[Line]:
    for key, title in CHAPTERS.items():
        yield {"anchor": key, "title": title, "level": "1"}
        if key == "units":
            yield from _listed("unit", [row for row in book.rows if row.level == 4])
        if key == "entries":
            yield from _listed("entry", [row for row in book.rows if row.id in book.entries])


def _listed(kind: str, rows: Sequence[GazetteerRow]) -> Iterator[Line]:
    for row in rows:
        yield {"anchor": f"{kind}-{row.id}", "title": row.name, "level": "2"}


def _units(book: Book) -> Iterator[Line]:
    """Every town as a heading and a line of its own, then its committees."""
    for row in book.rows:
        if row.level == 4:
            yield {**_line(row), "head": row.name, "anchor": f"unit-{row.id}"}
        if row.level >= 4:
            yield {**_line(row), "head": "", "anchor": ""}


def _entries(book: Book) -> Iterator[Line]:
    for row in book.rows:
        if row.id not in book.entries:
            continue
        yield {"kind": "unit", "anchor": f"entry-{row.id}", "said": row.name}
        for key, entry in book.entries[row.id].items():
            yield {"kind": "section", "anchor": "", "said": sections()[key]}
            for paragraph in entry.body.split("\n\n"):
                yield {"kind": "text", "anchor": "", "said": paragraph}
            yield {"kind": "source", "anchor": "", "said": _source_of(entry)}


def _source_of(entry: GazetteerEntry) -> Word:
    if entry.reviewer is None or entry.reviewed_on is None:
        return text("Source: %(source)s. Draft, not reviewed.", source=entry.source)
    return text(
        "Source: %(source)s. Reviewed by %(who)s on %(day)s.",
        source=entry.source,
        who=entry.reviewer,
        day=entry.reviewed_on.isoformat(),
    )


def _line(row: GazetteerRow) -> Line:
    """A row's words by column; "" where the column is not asked, a dash where nothing is known."""
    known = catalogue.kinds().get(row.kind)
    line: Line = {key: _cell(row, key) for key in fields()}
    for key in ("residents_committees", "villagers_committees"):
        line[key] = _count(row, key)
    return line | {"kind": known.labels if known else row.kind, "name": row.name}


def _cell(row: GazetteerRow, key: str) -> str:
    one = fields()[key]
    shown = row.shown(one)
    if not row.asked(one):
        return ""
    said = f"{int(shown.value):,}" if one.type == "integer" and shown.value else shown.value
    return f"{said} ({shown.year})" if shown.year else said or NOTHING


def _count(row: GazetteerRow, key: str) -> str:
    """The number on record; an entered one that is another stands beside it in square brackets."""
    one = fields()[key]
    if not row.asked(one) or one.compare is None:
        return ""
    counted = row.counted.get(one.compare, "0")
    return f"{counted} [{row.shown(one).value}]" if row.differs(one) else counted


def _change(one: Event) -> Line:
    document = " ".join(part for part in (one.authority, one.document) if part)
    return {"day": _day(one), "said": said_of(one), "document": document or NOTHING}


def _index_line(name: str, one: Event) -> Line:
    return {"name": name, "what": heading_of(one), "day": _day(one), "document": one.document or NOTHING}


def _day(one: Event) -> Word:
    return {short: written_day(one.on, locale, one.precision) for short, locale in LOCALES.items()}


def _clipped(said: str) -> str:
    return said if len(said) <= LONGEST_SOURCE else f"{said[: LONGEST_SOURCE - 1]}…"


def book_sample() -> PaperFacts:
    """A made-up town, to try a template with."""
    register = {"name": "示例镇", "kind": "town"}
    row = GazetteerRow(0, uuid.UUID(int=0), "示例镇", "town", 4, None, register)
    entry = GazetteerEntry(section="history", body="样例", source="样例", state="draft")
    event = Event(dt.date(2000, 1, 1), "day", "set_up", None, "", 0, "示例镇", "样例", "")
    values = book_values(Book(2000, [row], {0: {"history": entry}}, [event]))
    title = text("Gazetteer of %(name)s, %(year)s", name="示例区", year=2000)
    return PaperFacts(title, "sample", values, "/divisions/gazetteer", signatures=SIGNED_BY)


BOOK = Paper(
    key="divisions:gazetteer",
    title=text("Gazetteer"),
    template="divisions/print/gazetteer",
    facts=book_facts,
    sample=book_sample,
    permission=READ_GAZETTEER,
    series="divisions.gazetteer",
    # The book itself, so that it can be made by a job: a large district's takes longer than a page may.
    below=lambda _session, _actor, public_id, _at: [public_id],
)
