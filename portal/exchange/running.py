"""A whole import in the caller's transaction, for commands and the demonstration: all of it or an error."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlalchemy.orm import Session

from portal.errors import BadInput, RuleBroken
from portal.exchange import proposals
from portal.exchange.files import KEPT_DAYS
from portal.exchange.models import Import, State
from portal.exchange.service import answering, checking, entering, moving, receiving
from portal.exchange.staging import Counts, Setup
from portal.kernel.access.actor import Actor
from portal.kernel.contracts.importing import Importer
from portal.kernel.files import store
from portal.kernel.files.models import Privacy
from portal.kernel.formats.limits import LIMITS
from portal.kernel.formats.reading import Wish
from portal.kernel.formats.rows import FileRefused, check_file
from portal.kernel.geo.crs import parse_crs
from portal.kernel.i18n.plain import from_plain
from portal.kernel.i18n.text import Text, text
from portal.kernel.pg.folder import Folder


@dataclass(frozen=True)
class Asked:
    """What is said beforehand; columns, options and system that are not said are proposed as on the page.

    `only` says which rows count, by the text of a column.
    """

    wish: Wish = field(default_factory=Wish)
    columns: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)
    only: Mapping[str, str] = field(default_factory=dict)
    crs: str | None = None
    swapped: bool = False
    mend: bool = False
    sure: tuple[str, ...] = ()
    valid_only: bool = False


class RowsRefused(RuleBroken):
    """Rows were refused and nothing was written; `found` is the import with its findings, until the rollback."""

    def __init__(self, found: Import, counts: Counts) -> None:
        super().__init__(text("Nothing was imported: %(count)s rows are refused.", count=counts.refused))
        self.found = found


def take_in(session: Session, actor: Actor, importer: Importer, path: Path, folder: Folder, today: dt.date) -> Import:
    """A file of this machine into the store, as an import that is still to be read. Raises `FileRefused`."""
    check_file(path, LIMITS.file_bytes, name=store.shown_name(path.name))
    with path.open("rb") as stream:
        stored = store.keep(
            session,
            folder,
            stream,
            name=path.name,
            kind="upload",
            media_type="application/octet-stream",
            privacy=Privacy.INTERNAL,
            owner=actor,
            keep_until=today + dt.timedelta(days=KEPT_DAYS),
            max_bytes=LIMITS.file_bytes,
        )
    return receiving.receive(session, actor, importer, stored, Wish())


def preview(
    session: Session,
    actor: Actor,
    found: Import,
    importer: Importer,
    path: Path,
    asked: Asked,
    today: dt.date,
    tell: Callable[[int, int | None], None],
) -> Counts:
    """Reads, answers and checks; writes nothing of the room's.

    Raises `FileRefused`, and `BadInput` where a person would be asked.
    """
    found.wish = vars(asked.wish).copy()
    receiving.read(session, found, path, tell, only=asked.only)
    if found.state != State.ASKING:
        reason = _question(found) or text("%(file)s cannot be read.", file=found.file_name)
        raise FileRefused(reason, str((found.question or {}).get("code", "file.unreadable")))
    setup = _setup(session, found, importer, asked, today)
    answering.check_setup(found, importer, setup, today)
    found.setup, found.question = setup.plain(), None
    moving.move(session, found, State.CHECKING)
    checking.check(session, actor, found, importer, today, tell)
    if found.state != State.PREVIEWED:
        raise BadInput(text("%(question)s Or say --sure shift.", question=_question(found) or ""))
    return Counts.of(found.counts)


def go_in(
    session: Session,
    actor: Actor,
    found: Import,
    importer: Importer,
    today: dt.date,
    tell: Callable[[int, int | None], None],
    *,
    valid_only: bool,
) -> Counts:
    """Writes a previewed import. Raises `RowsRefused` when rows are refused and not only the valid ones are wanted."""
    counts = Counts.of(found.counts)
    if counts.refused and not valid_only:
        raise RowsRefused(found, counts)
    if counts.new + counts.changed:
        moving.move(session, found, State.ENTERING)
        entering.enter(session, actor, found, importer, today, tell)
    return counts


def _setup(session: Session, found: Import, importer: Importer, asked: Asked, today: dt.date) -> Setup:
    proposal = proposals.propose_setup(session, found, importer, today)
    if proposal.crs_problem is not None and importer.shape is not None and not asked.crs:
        raise BadInput(proposal.crs_problem)
    _check_known(found, importer, asked)
    columns = {key: column for key, column in proposal.setup.columns.items() if column not in asked.columns.values()}
    crs = parse_crs(asked.crs).key if asked.crs else proposal.setup.crs
    return replace(
        proposal.setup,
        columns=columns | dict(asked.columns),
        options=dict(proposal.setup.options) | dict(asked.options),
        crs=crs,
        swapped=asked.swapped,
        mend=asked.mend,
        sure=tuple({*asked.sure, *(("encoding",) if asked.wish.encoding else ())}),
    )


def _check_known(found: Import, importer: Importer, asked: Asked) -> None:
    """Raises `BadInput` for a field or an option that the importer does not have: no slip of the pen is passed by."""
    fields = [one.key for one in proposals.fields_of(importer, proposals.head_of(found))]
    for name in asked.columns:
        if name not in fields:
            known = ", ".join(fields)
            raise BadInput(text("“%(field)s” is not a field; the fields are %(known)s.", field=name, known=known))
    options = [one.key for one in importer.options]
    for name in asked.options:
        if name not in options:
            known = ", ".join(options)
            raise BadInput(text("“%(name)s” is not an option; the options are %(known)s.", name=name, known=known))


def _question(found: Import) -> Text | None:
    return from_plain(found.question) if found.question else None
