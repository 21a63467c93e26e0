"""The register: adding names, changing them as the world does, and correcting our mistakes."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from geoalchemy2.shape import to_shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from portal.errors import Difference, FormInvalid, RuleBroken, Stale
from portal.kernel.access import policy
from portal.kernel.access.actor import Actor
from portal.kernel.db.pages import in_pages
from portal.kernel.i18n.text import text
from portal.toponyms.models import NameVersion
from portal.toponyms.permissions import EDIT
from portal.toponyms.queries import batches, names
from portal.toponyms.rules.particulars import check_reason
from portal.toponyms.rules.position import same_place
from portal.toponyms.service.commands import AddName, ChangeName, CorrectName
from portal.toponyms.service.rows import Values, add_rows, copy_of, facts, new_names, supersede
from portal.toponyms.service.trail import announce, record_batch, record_name
from portal.toponyms.service.wanted import wanted

TOLD = ("unit_id", "name", "specific", "generic", "pinyin", "kind", "status", "meaning", "history", "place", "former",
        "document_number", "document_authority", "source")  # fmt: skip
"""What a stale save is told of."""


def add_name(session: Session, actor: Actor, command: AddName, today: dt.date) -> uuid.UUID:
    """Adds a name; its public id. Raises `FormInvalid` by field, also when this division has such a name already."""
    policy.require(actor, EDIT)
    [row] = wanted(session, actor, [command], today)
    identity = (row["unit_id"], row["name"], row["kind"])
    if batches.names_alike(session, actor, [identity], max(today, command.said.valid_from)):
        raise FormInvalid({"specific": [text("This division has such a name on record already.")]})
    [public_id] = _enter(session, actor, [row], "added")
    record_name(session, actor, "added", public_id, None, facts(row))
    announce(session, actor)
    return public_id


def add_names(session: Session, actor: Actor, commands: Iterable[AddName], today: dt.date) -> list[uuid.UUID]:
    """Adds many names a page at a time and gives their public ids in order; one row in the trail names them all."""
    policy.require(actor, EDIT)
    added: list[uuid.UUID] = []
    for page in in_pages(commands):
        added += _enter(session, actor, wanted(session, actor, page, today), "imported")
    if added:
        record_batch(session, actor, "imported", {"added": added})
        announce(session, actor)
    return added


@dataclass(frozen=True)
class Altered:
    """What became of a name: how many rows it has now, which versions were believed before, and what differs."""

    public_id: uuid.UUID
    revision: int
    was: tuple[int, ...]
    before: Mapping[str, object]
    after: Mapping[str, object]


def change_name(session: Session, actor: Actor, command: ChangeName, today: dt.date) -> None:
    """The name became otherwise in the world: what was, ends on that day. Raises `FormInvalid` and `Stale`."""
    policy.require(actor, EDIT)
    _tell(session, actor, "changed", _change(session, actor, command, today, {"entry": "changed"}))


def change_by_decision(session: Session, actor: Actor, command: ChangeName, today: dt.date, application: int) -> None:
    """The same by an approved application, which may take effect on a day to come."""
    policy.require(actor, EDIT)
    origin = {"entry": "approved", "application_id": application}
    _tell(session, actor, "changed", _change(session, actor, command, max(today, command.said.valid_from), origin))


def correct_name(session: Session, actor: Actor, command: CorrectName, today: dt.date) -> None:
    """We had it wrong: the version is written anew for the same days. Raises `FormInvalid` and `Stale`.

    Another first day moves the end of the version before it along.
    """
    policy.require(actor, EDIT)
    _tell(session, actor, "corrected", _correct(session, actor, command, today))


def alter_names(
    session: Session, actor: Actor, commands: Iterable[ChangeName | CorrectName], today: dt.date
) -> list[Altered]:
    """Changes and corrects many names; one row in the trail holds all differences. Raises as for one."""
    policy.require(actor, EDIT)
    found = [
        _change(session, actor, one, today, {"entry": "changed"})
        if isinstance(one, ChangeName)
        else _correct(session, actor, one, today)
        for one in commands
    ]
    if found:
        told = [{"id": one.public_id, "before": one.before, "after": one.after} for one in found]
        record_batch(session, actor, "imported", {"changed": told})
        announce(session, actor)
    return found


def _change(session: Session, actor: Actor, command: ChangeName, today: dt.date, origin: Values) -> Altered:
    check_reason(command.reason)
    versions = names.versions_of(session, actor, command.public_id, permission=EDIT, lock=True)
    latest, day = versions[-1], command.said.valid_from
    [row] = wanted(session, actor, [command], today)
    _check_revision(session, latest, command.revision, row)
    if day <= latest.valid_from:
        began = text("The latest version began on %(date)s; a change is later.", date=latest.valid_from.isoformat())
        raise FormInvalid({"valid_from": [began]})
    fresh = row | {"application_id": None} | _by(latest, actor, command.reason) | origin
    return _replace(session, command.public_id, versions, [latest], [copy_of(latest, valid_to=day), fresh])


def _correct(session: Session, actor: Actor, command: CorrectName, today: dt.date) -> Altered:
    check_reason(command.reason)
    versions = names.versions_of(session, actor, command.public_id, permission=EDIT, lock=True)
    version = next((one for one in versions if one.valid_from == command.began), versions[-1])
    [row] = wanted(session, actor, [command], today)
    _check_revision(session, version, command.revision, row)
    before = [one for one in versions if one.valid_to == version.valid_from]
    _check_days(row["valid_from"], before, version)
    kept = {"entry": "corrected", "valid_to": version.valid_to, "application_id": version.application_id}
    fresh = row | _by(version, actor, command.reason) | kept
    moved = [one for one in before if row["valid_from"] != version.valid_from]
    rows = [*(copy_of(one, valid_to=row["valid_from"]) for one in moved), fresh]
    return _replace(session, command.public_id, versions, [version, *moved], rows)


def _enter(session: Session, actor: Actor, rows: Sequence[Values], entry: str) -> list[uuid.UUID]:
    made = new_names(session, len(rows))
    origin = {"entry": entry, "reason": "", "application_id": None, "recorded_by": actor.name}
    add_rows(session, [row | origin | {"name_id": name.id} for row, name in zip(rows, made, strict=True)])
    return [name.public_id for name in made]


def enter_approved(session: Session, actor: Actor, row: Values, application_id: int) -> int:
    """A name that was approved; its internal id. The application has been checked by now."""
    [name] = new_names(session, 1)
    origin = {"entry": "approved", "reason": "", "application_id": application_id, "recorded_by": actor.name}
    add_rows(session, [row | origin | {"name_id": name.id}])
    record_name(session, actor, "added", name.public_id, None, facts(row))
    return name.id


def _by(version: NameVersion, actor: Actor, reason: str) -> Values:
    return {"name_id": version.name_id, "reason": reason, "recorded_by": actor.name}


def _replace(
    session: Session,
    public_id: uuid.UUID,
    versions: Sequence[NameVersion],
    old: Sequence[NameVersion],
    rows: Sequence[Values],
) -> Altered:
    was, name_id = tuple(one.id for one in versions), versions[0].name_id
    then, now = facts(copy_of(old[0])), facts(rows[-1])
    differing = [key for key in now if now[key] != then[key]]
    supersede(session, [one.id for one in old])
    add_rows(session, rows)
    before, after = ({key: told[key] for key in differing} for told in (then, now))
    return Altered(public_id, names.revision_of(session, name_id), was, before, after)


def _tell(session: Session, actor: Actor, verb: str, one: Altered) -> None:
    record_name(session, actor, verb, one.public_id, one.before, one.after)
    announce(session, actor)


def _check_days(day: dt.date, before: Sequence[NameVersion], version: NameVersion) -> None:
    if version.valid_to is not None and day >= version.valid_to:
        raise FormInvalid({"valid_from": [text("It ended on %(date)s.", date=version.valid_to.isoformat())]})
    for one in before:
        if day <= one.valid_from:
            began = one.valid_from.isoformat()
            raise FormInvalid({"valid_from": [text("The version before began on %(date)s.", date=began)]})


def _check_revision(session: Session, version: NameVersion, revision: int, row: Values) -> None:
    if names.revision_of(session, version.name_id) == revision:
        return
    differences = [
        Difference(field, getattr(version, field), row[field])
        for field in TOLD
        if getattr(version, field) != row[field]
    ]
    if not same_place(version.shape, _shape(row)):
        differences.append(Difference("geometry", version.shape, _shape(row)))
    raise Stale(text("Somebody else saved this name while you had it open."), differences)


def _shape(row: Values) -> BaseGeometry | None:
    return None if row["geom"] is None else to_shape(row["geom"])


def refuse_moved(names_shown: str) -> RuleBroken:
    """The register is no longer what an import left."""
    return RuleBroken(
        text("This import cannot be undone any more; these names were changed since: %(names)s.", names=names_shown)
    )
