"""Putting right what was written down wrongly. The world did not change: the days of the rows stay what they were.

Only where the wrong thing is the day itself do neighbouring states move with it, so that no day is left without one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sqlalchemy import func
from sqlalchemy.orm import Session

from portal.divisions.catalogue import kinds
from portal.divisions.models import Correction
from portal.divisions.permissions import CORRECT_UNITS
from portal.divisions.queries import unit_by_public_id
from portal.divisions.queries.changes.standing import Standing, edges_on, standing_on
from portal.divisions.queries.scope import reaches
from portal.divisions.queries.snapshot import KnownVersion
from portal.divisions.queries.units import UnitAt
from portal.divisions.rules.id_ranges import to_ranges
from portal.divisions.service.ancestry import one_at_a_time, rebuild_ancestry
from portal.divisions.service.batch import Batch, Written, write_batch
from portal.divisions.service.changes.commands import CorrectUnit
from portal.divisions.service.changes.correcting_checks import wrong_code
from portal.divisions.service.changes.correcting_rows import Corrected, is_moved
from portal.divisions.service.copies import copy_of_edge
from portal.divisions.signals import units_announced
from portal.errors import FormInvalid, NotFound, RuleBroken
from portal.kernel.access import policy
from portal.kernel.access.actor import Actor
from portal.kernel.audit import trail
from portal.kernel.i18n.text import Text, text

SAID = ("name", "name_en", "kind", "seat", "postcode", "phone", "population")
MOST_PEOPLE = 2_000_000_000
LONGEST = {"name": 100, "name_en": 100, "seat": 200, "postcode": 20, "phone": 60, "reason": 500, "source": 200}


def correct_unit(session: Session, actor: Actor, command: CorrectUnit) -> Correction:
    """Replaces what was believed of a unit in one state by what is right, and keeps both with the reason.

    Raises `FormInvalid` by field, `RuleBroken` when nothing differs, and `NotFound` outside the actor's divisions.
    """
    policy.require(actor, CORRECT_UNITS)
    one_at_a_time(session)
    unit = unit_by_public_id(session, command.public_id, command.at)
    if not reaches(session, actor, CORRECT_UNITS, unit.id, command.at):
        raise NotFound(text("There is no such division on this date."))
    standing = standing_on(session, [unit.id], command.at)
    known = standing.versions[unit.id]
    said = {name: value for name, value in command.said.items() if getattr(known, name) != value}
    codes = {system: code for system, code in command.codes.items() if _code(standing, unit.id, system) != code}
    _check(session, command, said, codes, known, standing)
    return _kept(session, actor, unit, Corrected(session, command, standing, known).make(said, codes))


def _kept(session: Session, actor: Actor, unit: UnitAt, done: Corrected) -> Correction:
    written = write_batch(session, done.batch)
    _move_edges(session, done)
    rebuild_ancestry(session)
    kept = Correction(
        unit_id=unit.id,
        reason=done.command.reason.strip(),
        source=done.command.source.strip(),
        before=_plain(done.before),
        after=_plain(done.after),
        wrote=_wrote(done.batch, written),
        recorded_by=actor.name,
    )
    session.add(kept)
    after = {**done.after, "reason": kept.reason, "source": kept.source}
    trail.record(session, actor, "corrected", "divisions.unit", unit.public_id, before=done.before, after=after)
    session.flush()
    units_announced.send("divisions", session=session, actor=actor)
    return kept


def _move_edges(session: Session, done: Corrected) -> None:
    """A rename, a new code, a setting up keep to the first day of the state that they made."""
    since, known = done.command.since, done.known
    if since is None or since == known.valid_from:
        return
    for edge in edges_on(session, known.unit_id, known.valid_from):
        session.add(copy_of_edge(edge, happened_on=since, precision=done.after["precision"]))
        edge.superseded_at = func.now()


def _wrote(batch: Batch, written: Written) -> dict[str, object]:
    added = {"unit_versions": written.versions, "unit_codes": written.codes, "unit_shapes": written.shapes}
    old = {"unit_versions": batch.old_versions, "unit_codes": batch.old_codes, "unit_shapes": batch.old_shapes}
    return {
        "added": {table: to_ranges(ids) for table, ids in added.items()},
        "superseded": {table: to_ranges(ids) for table, ids in old.items()},
    }


def _check(
    session: Session,
    command: CorrectUnit,
    said: Mapping[str, object],
    codes: Mapping[str, str | None],
    known: KnownVersion,
    standing: Standing,
) -> None:
    unknown = command.said.keys() - set(SAID)
    if unknown:
        raise ValueError(f"not particulars: {sorted(unknown)}")
    found = {**_wrong_texts(command, said), **_wrong_kind(str(said.get("kind", known.kind)), known.level)}
    if command.since is not None and known.valid_to is not None and command.since >= known.valid_to:
        found["since"] = [text("This state ends before %(day)s.", day=known.valid_to)]
    for system, code in codes.items():
        wrong = wrong_code(session, command.at, standing, known, system, code)
        if wrong is not None:
            found[f"code_{system}"] = [wrong]
    if found:
        raise FormInvalid(found)
    if not said and not codes and not is_moved(command, known):
        raise RuleBroken(text("Nothing differs from what is on record."))


def _wrong_kind(kind: str, level: int) -> dict[str, list[Text]]:
    if kind not in kinds():
        return {"kind": [text("Choose a kind of division.")]}
    if kinds()[kind].level not in (None, level):
        return {"kind": [text("A correction cannot put a division on another level.")]}
    return {}


def _wrong_texts(command: CorrectUnit, said: Mapping[str, object]) -> Mapping[str, list[Text]]:
    found: dict[str, list[Text]] = {}
    if not command.reason.strip():
        found["reason"] = [text("Say what was wrong and how it is known.")]
    if "name" in said and not str(said["name"] or "").strip():
        found["name"] = [text("The name must not be empty.")]
    people = said.get("population")
    if isinstance(people, int) and people > MOST_PEOPLE:
        found["population"] = [text("More than %(most)s people live nowhere; check the number.", most=MOST_PEOPLE)]
    texts = {
        **{name: str(value or "") for name, value in said.items()},
        "reason": command.reason,
        "source": command.source,
    }
    for name, most in LONGEST.items():
        if len(texts.get(name, "")) > most:
            found[name] = [text("Too long; at most %(most)s characters.", most=most)]
    return found


def _code(standing: Standing, unit_id: int, system: str) -> str | None:
    row = standing.codes.get((unit_id, system))
    return row.code if row else None


def _plain(values: Mapping[str, object]) -> dict[str, object]:
    return {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in values.items()}
