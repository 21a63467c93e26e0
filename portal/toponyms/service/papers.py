"""Papers of an application: scans are kept as internal files, pictures only as pixels."""

from __future__ import annotations

import datetime as dt
import tempfile
import uuid
from pathlib import Path

from sqlalchemy import func
from sqlalchemy.orm import Session

from portal.errors import BadInput, FormInvalid, RuleBroken
from portal.kernel.access import policy
from portal.kernel.access.actor import Actor
from portal.kernel.files import store
from portal.kernel.files.models import Privacy
from portal.kernel.files.pictures import clean_picture
from portal.kernel.i18n.text import text
from portal.kernel.pg.folder import Folder
from portal.toponyms.catalogue import materials_on
from portal.toponyms.models import Application, ApplicationDocument
from portal.toponyms.permissions import APPLY, HANDLE
from portal.toponyms.queries import applications
from portal.toponyms.rules.moves import ENDED
from portal.toponyms.rules.particulars import refuse, wrong_text
from portal.toponyms.service.commands import AddPaper
from portal.toponyms.service.trail import record_application

LARGEST = 20 * 1024 * 1024
PDF, PDF_START = "application/pdf", b"%PDF-"
TITLE = "document_authority"
"""The field whose lengths a title shares."""


def add_paper(session: Session, actor: Actor, folder: Folder, command: AddPaper, today: dt.date) -> ApplicationDocument:
    """Adds a paper. Raises `FormInvalid` by field, also for a file that is neither a picture nor a PDF."""
    policy.require(actor, APPLY)
    one = applications.application(session, actor, command.application, permission=APPLY, lock=True)
    _check_may(actor, one)
    _check(command, today)
    kept = _keep(session, actor, folder, command)
    row = ApplicationDocument(
        application_id=one.id, item=command.item, title=command.title, number=command.number,
        dated_on=command.dated_on, file_id=kept, recorded_by=actor.name,
    )  # fmt: skip
    session.add(row)
    session.flush()
    record_application(session, actor, "paper_added", one.public_id, {"item": row.item, "title": row.title})
    return row


def withdraw_paper(session: Session, actor: Actor, application: uuid.UUID, paper: uuid.UUID) -> None:
    """Takes a paper back; its row and file stay, the lists leave it out."""
    policy.require(actor, APPLY)
    one = applications.application(session, actor, application, permission=APPLY, lock=True)
    _check_may(actor, one)
    row = applications.document(session, one.id, paper)
    row.withdrawn_at, row.withdrawn_by = func.now(), actor.name
    session.flush()
    record_application(session, actor, "paper_withdrawn", one.public_id, {"item": row.item, "title": row.title})


def _check_may(actor: Actor, one: Application) -> None:
    """The town as long as it is only received; the district until the end, for decision and notice come late."""
    if one.state in ENDED or (one.state != "received" and not actor.may(HANDLE)):
        raise RuleBroken(text("No papers are added to this application any more."))


def _check(command: AddPaper, today: dt.date) -> None:
    messages: list[tuple[str, object]] = []
    if command.item not in {item.key for item in materials_on(today)}:
        messages.append(("item", text("Choose one of the list.")))
    messages += [("title", message) for message in wrong_text(TITLE, command.title, required=True)]
    messages += [("number", message) for message in wrong_text("document_number", command.number, required=False)]
    if command.dated_on is not None and command.dated_on > today:
        messages.append(("dated_on", text("This day is still to come.")))
    refuse(iter(messages))  # type: ignore[arg-type]


def _keep(session: Session, actor: Actor, folder: Folder, command: AddPaper) -> int | None:
    if command.upload is None:
        return None
    try:
        return _stored(session, actor, folder, command.upload, command.file_name)
    except BadInput as error:
        raise FormInvalid({"file": [error.message]}) from None


def _stored(session: Session, actor: Actor, folder: Folder, upload: Path, name: str) -> int:
    with tempfile.TemporaryDirectory(prefix="anjie-paper-") as place:
        path, media_type = upload, PDF
        if not _is_pdf(upload):
            path = Path(place) / "picture"
            media_type = clean_picture(upload, path).media_type
        kept = store.keep(
            session, folder, path, name=name or "scan", kind="toponym-paper", media_type=media_type,
            privacy=Privacy.INTERNAL, owner=actor, keep_until=None, max_bytes=LARGEST,
        )  # fmt: skip
    return kept.id


def _is_pdf(path: Path) -> bool:
    with path.open("rb") as handle:
        return handle.read(len(PDF_START)) == PDF_START
