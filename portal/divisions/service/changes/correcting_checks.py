"""What forbids a correction: a code that another unit bears then, a first day that tears the record apart."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from sqlalchemy.orm import Session

from portal.divisions.catalogue import code_systems
from portal.divisions.queries.changes.standing import (
    Standing,
    children_between,
    codes_borne,
    edges_on,
    lives_between,
    standing_on,
    without_code,
)
from portal.divisions.queries.snapshot import KnownVersion
from portal.divisions.rules.codes import is_code
from portal.divisions.service.batch import Term
from portal.divisions.service.copies import term_of
from portal.errors import FormInvalid
from portal.kernel.i18n.text import Text, text

DAY = dt.timedelta(days=1)
SHOWN = 5


def wrong_code(
    session: Session, at: dt.date, standing: Standing, known: KnownVersion, system: str, code: str | None
) -> Text | None:
    """Why a code cannot be the one that a unit bore on a day; None when it can. A code of None is always possible."""
    if system not in code_systems():
        return text("“%(system)s” is not a code system.", system=system)
    if code is None:
        return None
    if not is_code(code):
        return text("A code is 2 to 12 digits and nothing else.")
    digits = code_systems()[system].written.get(known.level)
    if digits is not None and digits != len(code):
        return text("A code of this level has %(digits)s digits.", digits=digits)
    row = standing.codes.get((known.unit_id, system))
    term = term_of(row) if row else free_days(session, known, system, at)
    bearers = codes_borne(session, system, code, term.valid_from, term.valid_to)
    others = [name for unit_id, name in bearers if unit_id != known.unit_id]
    return borne(others[0], code) if others else None


def borne(name: str, code: str) -> Text:
    """That another unit bears a code."""
    return text("%(name)s bears the code %(code)s at that time.", name=name, code=code)


def free_days(session: Session, known: KnownVersion, system: str, at: dt.date) -> Term:
    """The days of a state around one on which the unit bears no code of a system."""
    start, end = without_code(session, known.unit_id, system, at)
    term = term_of(known)
    ends = [day for day in (term.valid_to, end) if day is not None]
    return replace(term, valid_from=max(start or term.valid_from, term.valid_from), valid_to=min(ends, default=None))


def check_since(session: Session, known: KnownVersion, since: dt.date) -> None:
    """Raises `FormInvalid` at `since` when a state cannot begin on that day instead of its own."""
    follows = lives_between(session, known.unit_id, known.valid_from - DAY, known.valid_from)
    wrong = None
    if since < known.valid_from:
        wrong = _earlier_life(session, known, since, follows) or _parent_not_there(session, known, since)
    elif since > known.valid_from and not follows:
        wrong = _parts_left_alone(session, known, since)
    wrong = wrong or _day_of_a_change(session, known, since)
    if wrong is not None:
        raise FormInvalid({"since": [wrong]})


def _day_of_a_change(session: Session, known: KnownVersion, since: dt.date) -> Text | None:
    """Ground that came or went on the first day ties it to the days of other divisions."""
    edges = edges_on(session, known.unit_id, known.valid_from) if since != known.valid_from else []
    tied = [edge for edge in edges if edge.from_unit_id != edge.to_unit_id and edge.from_unit_id is not None]
    if not tied:
        return None
    return text(
        "On this day ground came or went by a change (%(document)s), and other divisions begin or end with it; its day "
        "cannot be corrected for one of them alone.",
        document=tied[0].document or "–",
    )


def _earlier_life(session: Session, known: KnownVersion, since: dt.date, follows: bool) -> Text | None:
    if follows or not lives_between(session, known.unit_id, since, known.valid_from):
        return None
    return text("An earlier state of the division is on record that had not ended on %(day)s.", day=since)


def _parent_not_there(session: Session, known: KnownVersion, since: dt.date) -> Text | None:
    """A gap above that was there before is none of this correction's making."""
    if known.parent_id is None:
        return None
    now = standing_on(session, [known.parent_id], known.valid_from).versions.get(known.parent_id)
    if now is None or known.parent_id in standing_on(session, [known.parent_id], since).versions:
        return None
    return text("%(parent)s, in which it lies, is not on record for %(day)s.", parent=now.name, day=since)


def _parts_left_alone(session: Session, known: KnownVersion, since: dt.date) -> Text | None:
    names = children_between(session, known.unit_id, known.valid_from, since)
    if not names:
        return None
    listed = "、".join(names[:SHOWN]) + ("…" if len(names) > SHOWN else "")
    return text("Before %(day)s these lie in it and would be without it: %(names)s.", day=since, names=listed)
