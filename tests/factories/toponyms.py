"""Place names and applications for tests, made through the room's own service."""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid

from sqlalchemy.orm import Session

from portal.divisions.models import Unit
from portal.kernel.access.actor import SYSTEM, Actor
from portal.toponyms.catalogue import kinds_on, wording_on
from portal.toponyms.models import Application
from portal.toponyms.queries import applications
from portal.toponyms.rules.judging import Answer
from portal.toponyms.rules.particulars import Particulars
from portal.toponyms.rules.parts import split
from portal.toponyms.rules.pinyin import proposed
from portal.toponyms.rules.position import Entered
from portal.toponyms.rules.proposal import Proposal
from portal.toponyms.service.applying import submit
from portal.toponyms.service.commands import AddName, AddPaper, Judge, Submit, TakeStep
from portal.toponyms.service.handling import judge, take_step
from portal.toponyms.service.papers import add_paper
from portal.toponyms.service.register import add_name

TODAY = dt.date(2026, 7, 1)
LINE = Entered("121.402, 31.241\n121.408, 31.246", kind="line")


def generics(kind: str) -> tuple[str, ...]:
    """The generic terms of a kind; of one that there is not, those of roads."""
    kinds = kinds_on(TODAY)
    return kinds.get(kind, kinds["road"]).generics


def said(name: str = "长征路", *, kind: str = "road", **given: object) -> Particulars:
    """A name in words, its parts and Pinyin as the system proposes them."""
    specific, generic = split(name, generics(kind))
    words = {"source": "第二次地名普查", "valid_from": dt.date(1990, 5, 1), "pinyin": proposed(specific, generic)}
    return Particulars(**({"kind": kind, "name": name, "specific": specific, "generic": generic} | words | given))


def make_name(
    session: Session,
    unit: Unit,
    name: str = "长征路",
    *,
    actor: Actor = SYSTEM,
    position: Entered | None = None,
    **given: object,
) -> uuid.UUID:
    """A standard name in a division; its public id."""
    return add_name(session, actor, AddName(unit.public_id, said(name, **given), position), TODAY)


def proposal(name: str = "常征路", *, kind: str = "road", **given: object) -> Proposal:
    """What an application says."""
    specific, generic = split(name, generics(kind))
    words = {
        "act": "naming",
        "kind": kind,
        "specific": specific,
        "generic": generic,
        "pinyin": proposed(specific, generic),
        "applicant": "区建管委",
        "plan": "新建道路，起于甲路，止于乙路。",
        "received_on": dt.date(2026, 6, 1),
    }
    return Proposal(**(words | given))


def make_application(
    session: Session, unit: Unit, name: str = "常征路", *, actor: Actor = SYSTEM, of: uuid.UUID | None = None,
    position: Entered | None = None, **given: object,
) -> Application:  # fmt: skip
    """An application that was received."""
    command = Submit(unit.public_id, proposal(name, **given), of, position)
    return submit(session, actor, command, TODAY)


def with_papers(session: Session, one: Application, actor: Actor = SYSTEM) -> Application:
    """The required papers, in the paper file."""
    for item in ("form", "plan", "position"):
        add_paper(session, actor, None, AddPaper(one.public_id, item, item), TODAY)
    return one


def step(session: Session, one: Application, verb: str, *, actor: Actor = SYSTEM, **given: object) -> Application:
    """One step, on the day of receipt or the latest one."""
    on = given.pop("on_date", max(one.received_on, applications.last_day(session, one.id)))
    command = TakeStep(one.public_id, one.row_version, verb, on)
    needed = {"note": "已核实"} if verb in ("survey", "consult", "refuse", "withdraw") else {}
    if verb == "approve":
        needed = {"document_number": "普府〔2026〕18号", "document_authority": "普陀区人民政府"}
    return take_step(session, actor, dataclasses.replace(command, **(needed | given)), TODAY)


def answers(**given: Answer) -> dict[str, Answer]:
    """Every question answered well, but for those given."""
    return {item.key: Answer(True, "已查") for item in wording_on(TODAY).judgements} | given


def closed(session: Session, one: Application, *, reason: str = "", actor: Actor = SYSTEM) -> Application:
    """The checks closed."""
    on = applications.last_day(session, one.id)
    return judge(session, actor, Judge(one.public_id, one.row_version, on, answers(), reason), TODAY)


def consulted(session: Session, unit: Unit, name: str = "清涟路", *, reason: str = "", **given: object) -> Application:
    """An application just before its decision."""
    one = with_papers(session, make_application(session, unit, name, **given))
    step(session, one, "complete")
    closed(session, one, reason=reason)
    step(session, one, "survey")
    return step(session, one, "consult")
