"""Papers of a change file, and the ground that is drawn or read for it."""

from __future__ import annotations

import uuid

import shapely
from sqlalchemy import func
from sqlalchemy.orm import Session

from portal.divisions.catalogue import papers
from portal.divisions.models import Change, ChangeDocument, ChangeShape
from portal.divisions.permissions import CHANGE_UNITS
from portal.divisions.queries.changes import change, document
from portal.divisions.rules.changes.lifecycle import EDITABLE, State
from portal.divisions.rules.quality import QUALITIES
from portal.divisions.service.changes.commands import AddDocument, AddShape
from portal.divisions.service.changes.keeping import SUBJECT
from portal.errors import BadInput, FormInvalid, RuleBroken
from portal.kernel.access import policy
from portal.kernel.access.actor import Actor
from portal.kernel.audit import trail
from portal.kernel.db.base import STORAGE_SRID
from portal.kernel.geo.geometry import as_multipolygon
from portal.kernel.geo.topology import sound
from portal.kernel.i18n.text import Text, text

LONGEST = {"title": 200, "number": 100, "authority": 200}


def add_document(session: Session, actor: Actor, command: AddDocument) -> ChangeDocument:
    """Adds a paper to a file, in whatever state it is. Raises `FormInvalid` by field."""
    policy.require(actor, CHANGE_UNITS)
    file = change(session, actor, command.public_id, permission=CHANGE_UNITS, lock=True)
    _check_document(command)
    kept = ChangeDocument(
        change_id=file.id,
        item=command.item,
        title=command.title.strip(),
        number=command.number.strip(),
        authority=command.authority.strip(),
        dated_on=command.dated_on,
        file_id=command.file_id,
        recorded_by=actor.name,
    )
    session.add(kept)
    session.flush()
    after = {"item": kept.item, "title": kept.title, "number": kept.number, "scan": kept.file_id is not None}
    trail.record(session, actor, "document_added", SUBJECT, file.public_id, after=after)
    return kept


def withdraw_document(session: Session, actor: Actor, file_id: uuid.UUID, public_id: uuid.UUID) -> None:
    """Takes a paper out of a file; its row and scan stay on record. Raises `RuleBroken` when it is out already."""
    policy.require(actor, CHANGE_UNITS)
    file = change(session, actor, file_id, permission=CHANGE_UNITS, lock=True)
    kept = document(session, file, public_id)
    if kept.withdrawn_at is not None:
        raise RuleBroken(text("This document was withdrawn already."))
    kept.withdrawn_at = func.now()
    session.flush()
    after = {"item": kept.item, "title": kept.title, "number": kept.number}
    trail.record(session, actor, "document_withdrawn", SUBJECT, file.public_id, before=after)


def add_shape(session: Session, actor: Actor, command: AddShape) -> ChangeShape:
    """Keeps ground for a file that may still be edited; its content names it by public id.

    Raises `BadInput` for what is no area, `RuleBroken` where the file is closed to changes.
    """
    policy.require(actor, CHANGE_UNITS)
    file = change(session, actor, command.public_id, permission=CHANGE_UNITS)
    _check_shape(file, command)
    area = as_multipolygon(sound(command.geometry))
    if area.is_empty:
        raise BadInput(text("This is not an area."))
    wkb = shapely.to_wkb(shapely.set_srid(area, STORAGE_SRID), include_srid=True)
    kept = ChangeShape(
        change_id=file.id,
        geom=func.ST_GeomFromEWKB(wkb),
        quality=command.quality,
        original_crs=command.crs,
        source=command.source,
        recorded_by=actor.name,
    )
    session.add(kept)
    session.flush()
    return kept


def _check_document(command: AddDocument) -> None:
    found: dict[str, list[Text]] = {}
    if command.item not in papers():
        found["item"] = [text("Choose what sort of document it is.")]
    if not command.title.strip():
        found["title"] = [text("Enter a title.")]
    for name, most in LONGEST.items():
        if len(getattr(command, name).strip()) > most:
            found[name] = [text("Too long; at most %(most)s characters.", most=most)]
    if found:
        raise FormInvalid(found)


def _check_shape(file: Change, command: AddShape) -> None:
    if State(file.state) not in EDITABLE:
        raise RuleBroken(
            text("This file is closed to changes; a mistake in the register is put right by a correction.")
        )
    if command.quality not in QUALITIES:
        raise BadInput(text("Choose how good the line is."))
