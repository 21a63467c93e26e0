"""What becomes known after a change took effect: that the public may know, and which codes were fixed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import func
from sqlalchemy.orm import Session

from portal.divisions.catalogue import code_systems
from portal.divisions.models import Change
from portal.divisions.queries.changes import last_step
from portal.divisions.queries.changes.keys import internal_ids
from portal.divisions.queries.changes.standing import (
    Standing,
    codes_borne,
    end_of_unit,
    lineage_of_change,
    standing_on,
    unannounced,
    units_of_step,
    without_code,
)
from portal.divisions.rules.codes import is_code
from portal.divisions.rules.id_ranges import to_ranges
from portal.divisions.service.ancestry import one_at_a_time
from portal.divisions.service.batch import Batch, CodeRow, Term, write_batch
from portal.divisions.service.copies import copy_of, copy_of_code, copy_of_edge, copy_of_shape, term_of
from portal.divisions.signals import units_announced
from portal.errors import FormInvalid, RuleBroken
from portal.kernel.access.actor import Actor
from portal.kernel.i18n.text import Text, text


def announce(session: Session, actor: Actor, file: Change, today: dt.date) -> None:
    """Rows that the change wrote may be known from its `announced_on`; they are written anew, as nothing is edited."""
    one_at_a_time(session)
    carried, on = last_step(session, file, "carry_out"), file.effective_on
    if carried is None or on is None:
        raise RuleBroken(text("The change is not effective yet."))
    known = unannounced(session, units_of_step(session, carried), on)
    write_batch(session, _announced(known, file.announced_on))
    _announce_codes(session, file)
    for edge in lineage_of_change(session, file.id):
        if edge.announced_on is None:
            session.add(copy_of_edge(edge, announced_on=file.announced_on))
            edge.superseded_at = func.now()
    session.flush()
    if file.announced_on is not None and file.announced_on <= today:
        units_announced.send("divisions", session=session, actor=actor)


def _announce_codes(session: Session, file: Change) -> None:
    """Codes that were published while the change itself was not announced yet."""
    published, on = last_step(session, file, "publish_codes"), file.code_published_on
    if published is None or on is None or file.announced_on is None:
        return
    known, day = unannounced(session, units_of_step(session, published), on).codes, max(on, file.announced_on)
    batch = Batch(old_codes=[row.id for row in known.values()])
    batch.codes = [copy_of_code(row, replace(term_of(row), announced_on=day)) for row in known.values()]
    write_batch(session, batch)


def publish_codes(
    session: Session, actor: Actor, file: Change, codes: Mapping[str, Mapping[str, str]], today: dt.date
) -> dict[str, object]:
    """Codes that were fixed after the change took effect; they hold from their publication on.

    `codes` are by public id and system, of units that the change wrote. Raises `FormInvalid` at the field `codes`.
    """
    one_at_a_time(session)
    on = file.code_published_on or today
    carried = last_step(session, file, "carry_out")
    wrote = set(units_of_step(session, carried)) if carried else set()
    ids = {key: unit_id for key, unit_id in internal_ids(session, codes).items() if unit_id in wrote}
    standing = standing_on(session, ids.values(), on)
    batch = Batch()
    for key, given in codes.items():
        for system, code in given.items():
            _add_code(session, batch, standing, ids.get(key), system, code, _term(file, on))
    written = write_batch(session, batch)
    session.flush()
    units_announced.send("divisions", session=session, actor=actor)
    return {"added": {"unit_codes": to_ranges(written.codes)}, "superseded": {"unit_codes": to_ranges(batch.old_codes)}}


def _add_code(
    session: Session, batch: Batch, standing: Standing, unit_id: int | None, system: str, code: str, term: Term
) -> None:
    on = term.valid_from
    if unit_id is None or unit_id not in standing.versions:
        raise FormInvalid({"codes": [text("There is no such division on this date.")]})
    known = standing.codes.get((unit_id, system))
    end = known.valid_to if known else _until(session, unit_id, system, on)
    _check_code(session, unit_id, standing.versions[unit_id].level, system, code, (on, end))
    if any((row.system, row.code, row.term.valid_from) == (system, code, on) for row in batch.codes):
        raise FormInvalid({"codes": [text("The code %(code)s is given twice.", code=code)]})
    if known is not None and known.code == code:
        return
    if known is not None:
        batch.old_codes.append(known.id)
        if known.valid_from < on:
            batch.codes.append(copy_of_code(known, replace(term_of(known), valid_to=on)))
    batch.codes.append(CodeRow(unit_id, system, code, replace(term, valid_to=end)))


def _until(session: Session, unit_id: int, system: str, on: dt.date) -> dt.date | None:
    """A first code holds until the next one, or as long as the unit is there, whatever else changes of it."""
    ends = (without_code(session, unit_id, system, on)[1], end_of_unit(session, unit_id))
    return min((end for end in ends if end is not None), default=None)


def _check_code(
    session: Session, unit_id: int, level: int, system: str, code: str, days: tuple[dt.date, dt.date | None]
) -> None:
    if system not in code_systems() or not is_code(code):
        raise FormInvalid({"codes": [text("A code is 2 to 12 digits and nothing else.")]})
    digits = code_systems()[system].written.get(level)
    if digits is not None and digits != len(code):
        raise FormInvalid({"codes": [text("A code of this level has %(digits)s digits.", digits=digits)]})
    for bearer, name in codes_borne(session, system, code, *days):
        if bearer != unit_id:
            raise FormInvalid({"codes": [_borne(code, name)]})


def _borne(code: str, name: str) -> Text:
    return text("%(name)s bears the code %(code)s at that time.", name=name, code=code)


def _term(file: Change, on: dt.date) -> Term:
    announced = file.announced_on
    return Term(on, None, "day", max(on, announced) if announced else None, file.document_number or file.title)


def _announced(known: Standing, day: dt.date | None) -> Batch:
    batch = Batch()
    batch.old_versions = [row.id for row in known.versions.values()]
    batch.old_codes = [row.id for row in known.codes.values()]
    batch.old_shapes = [row.id for row in known.shapes.values()]
    batch.versions = [copy_of(row, replace(term_of(row), announced_on=day)) for row in known.versions.values()]
    batch.codes = [copy_of_code(row, replace(term_of(row), announced_on=day)) for row in known.codes.values()]
    batch.shapes = [copy_of_shape(row, replace(term_of(row), announced_on=day)) for row in known.shapes.values()]
    return batch
