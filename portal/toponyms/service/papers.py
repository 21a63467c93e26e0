"""Papers of an application: scans are kept as internal files, pictures only as pixels."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import func
from sqlalchemy.orm import Session

from portal.errors import RuleBroken
from portal.kernel.access import policy
from portal.kernel.access.actor import Actor
from portal.kernel.files.scans import keep_scan
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
    with command.upload.open("rb") as content:
        return keep_scan(session, folder, actor, content, command.file_name or "scan", "toponym-paper").id
