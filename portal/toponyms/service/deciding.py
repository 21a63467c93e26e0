"""What an approval writes into the register, in the transaction of the decision."""

from __future__ import annotations

import dataclasses
import datetime as dt

from sqlalchemy.orm import Session

from portal.errors import RuleBroken
from portal.kernel.access.actor import Actor
from portal.kernel.i18n.text import text
from portal.toponyms.models import Application
from portal.toponyms.permissions import EDIT
from portal.toponyms.queries import batches, names
from portal.toponyms.rules.particulars import Particulars
from portal.toponyms.rules.position import Placed
from portal.toponyms.service.commands import ChangeName, TakeStep
from portal.toponyms.service.register import change_by_decision, enter_approved
from portal.toponyms.service.rows import said_of, values_of
from portal.toponyms.service.trail import announce

SOURCE = "地名审批 / decision on an application"
"""Kept as the source of a name, which people read in either language, where no authority is named."""


def enter_into_register(session: Session, actor: Actor, one: Application, step: TakeStep, today: dt.date) -> int:
    """Adds, renames or cancels the name of an approved application; the internal id of the name."""
    if one.act == "naming":
        name_id = enter_approved(session, actor, values_of(_new(one), one.unit_id, _placed(one)), one.id)
        announce(session, actor)
        return name_id
    if one.name_id is None:
        raise RuleBroken(text("Say which name on record is to be changed or cancelled."))
    _change(session, actor, one, one.name_id, step, today)
    return one.name_id


def _change(session: Session, actor: Actor, one: Application, name_id: int, step: TakeStep, today: dt.date) -> None:
    public_id = names.public_id_of(session, name_id)
    if public_id is None:
        raise RuleBroken(text("There is no such place name."))
    latest = names.versions_of(session, actor, public_id, permission=EDIT)[-1]
    if latest.status == "cancelled":
        raise RuleBroken(text("This name is cancelled already."))
    units = batches.unit_public_ids(session, [one.unit_id])
    old = Placed(latest.shape, latest.original_geometry or "", latest.original_crs or "") if latest.shape else None
    reason = f"{one.document_number} {step.note}".strip()[:500]
    said = _cancelled(one, said_of(latest)) if one.act == "cancelling" else _renamed(one, said_of(latest))
    revision = names.revision_of(session, name_id)
    command = ChangeName(public_id, revision, units[one.unit_id], said, _placed(one) or old, reason)
    change_by_decision(session, actor, command, today, one.id)


def _new(one: Application) -> Particulars:
    return Particulars(
        kind=one.kind,
        name=one.name,
        specific=one.specific,
        generic=one.generic,
        pinyin=one.pinyin,
        source=(one.document_authority or SOURCE)[:200],
        valid_from=_begins(one),
        meaning=one.meaning,
        place=one.place,
        document_number=one.document_number,
        document_authority=one.document_authority,
    )


def _renamed(one: Application, was: Particulars) -> Particulars:
    former = tuple(dict.fromkeys((*was.former, was.name)))
    fresh = _new(one)
    kept = {"former": former, "history": was.history, "meaning": one.meaning or was.meaning}
    return dataclasses.replace(fresh, **kept, place=one.place or was.place)  # type: ignore[arg-type]


def _cancelled(one: Application, was: Particulars) -> Particulars:
    fresh = _new(one)
    return dataclasses.replace(
        was,
        status="cancelled",
        valid_from=fresh.valid_from,
        valid_from_precision="day",
        source=fresh.source,
        document_number=fresh.document_number,
        document_authority=fresh.document_authority,
    )


def _begins(one: Application) -> dt.date:
    return one.effective_on or one.decided_on or one.received_on


def _placed(one: Application) -> Placed | None:
    if one.shape is None:
        return None
    return Placed(one.shape, one.original_geometry or "", one.original_crs or "")
