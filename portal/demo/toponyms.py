"""The demonstration's place names: real names without positions, and two invented applications on their way."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy.orm import Session

from portal.demo.changes import home_on, towns_on
from portal.demo.files import FOLDER, Row, read
from portal.demo.people import Staff
from portal.kernel.access.actor import Actor
from portal.kernel.pg.account import Account
from portal.kernel.pg.folder import Folder
from portal.toponyms.catalogue import wording_on
from portal.toponyms.models import Application
from portal.toponyms.rules.judging import Answer
from portal.toponyms.rules.particulars import Particulars
from portal.toponyms.rules.proposal import Proposal
from portal.toponyms.service.applying import submit
from portal.toponyms.service.commands import AddName, AddPaper, Judge, Submit, TakeStep
from portal.toponyms.service.handling import judge, take_step
from portal.toponyms.service.papers import add_paper
from portal.toponyms.service.register import add_names

NOTED = ("survey", "consult")
"""Steps that say what was found."""


def enter_names(session: Session, staff: Staff, today: dt.date) -> None:
    """Adds every name of the file, then brings each application to its state."""
    known = read("toponyms")
    units = _units(session, known["valid_from"])
    commands = [AddName(units[row["unit"]], _particulars(row, known)) for row in known["names"]]
    add_names(session, staff.actors["division_clerk"], commands, today)
    for row in known["applications"]:
        _apply(session, staff, units[row["unit"]], row, today)


def _units(session: Session, day: dt.date) -> dict[str, uuid.UUID]:
    known = (home_on(session, day), *towns_on(session, day).values())
    return {unit.name: unit.public_id for unit in known}


def _particulars(row: Row, known: Row) -> Particulars:
    return Particulars(
        kind=row["kind"],
        name=row["specific"] + row["generic"],
        specific=row["specific"],
        generic=row["generic"],
        pinyin=row["pinyin"],
        source=known["source"],
        valid_from=known["valid_from"],
        valid_from_precision=known["precision"],
    )


def _apply(session: Session, staff: Staff, unit: uuid.UUID, row: Row, today: dt.date) -> None:
    days = {step: today - dt.timedelta(days=ago) for step, ago in row["days_ago"].items()}
    actor = staff.actors[row["login"]]
    one = submit(session, actor, Submit(unit, _proposal(row, days.pop("received"))), today)
    nowhere = Folder(FOLDER, Account.of_process())  # Papers without a scan: nothing is written.
    for item, title in row.get("papers", {}).items():
        add_paper(session, actor, nowhere, AddPaper(one.public_id, item, title), today)
    for step, on in days.items():
        _step(session, staff.actors["division_clerk"], one, step, on, row, today)


def _proposal(row: Row, received_on: dt.date) -> Proposal:
    said = {word: row[word] for word in ("kind", "specific", "generic", "pinyin", "applicant", "plan")}
    return Proposal(act="naming", received_on=received_on, meaning=row.get("meaning", ""), **said)


def _step(session: Session, clerk: Actor, one: Application, step: str, on: dt.date, row: Row, today: dt.date) -> None:
    if step == "check":
        answers = {item.key: Answer(True, row["judged"]) for item in wording_on(today).judgements}
        judge(session, clerk, Judge(one.public_id, one.row_version, on, answers, ""), today)
        return
    command = TakeStep(
        one.public_id,
        one.row_version,
        step,
        on,
        note=row["note"] if step in NOTED else "",
        document_number=row["number"] if step == "approve" else "",
        document_authority=row["issuer"] if step == "approve" else "",
    )
    take_step(session, clerk, command, today)
