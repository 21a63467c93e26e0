"""Who bears a published code and who bore it: a code means something only with its system and its day."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from portal.divisions.queries.published import PublicUnit, public_children, public_unit_of, public_units
from portal.divisions.rules import LAYER, Span
from portal.divisions.rules.story import code_spans
from portal.kernel.geo.models import Record, Revision, RevisionState


@dataclass(frozen=True)
class Bearer:
    """A unit that bore a code of a system for a span; `unit` is its state on the day asked for, or the last within."""

    system: str
    span: Span
    unit: PublicUnit


@dataclass(frozen=True)
class Clash:
    """A code of one system that means another unit in another system on the same day."""

    code: str
    system: str
    other: PublicUnit


@dataclass(frozen=True)
class Compared:
    """A unit with its code in each system; `clashes` name the other units that the same digits mean."""

    unit: PublicUnit
    codes: Mapping[str, str]
    clashes: tuple[Clash, ...]

    @property
    def differ(self) -> bool:
        """Whether two systems give it two codes, or one of its codes means another unit elsewhere."""
        return len(set(self.codes.values())) > 1 or bool(self.clashes)


def public_bearers(session: Session, code: str, at: dt.date, system: str = "") -> list[Bearer]:
    """Everyone who ever bore a code, by system and then by time; of one system only if it is named."""
    states: dict[uuid.UUID, list[PublicUnit]] = defaultdict(list)
    for record in session.scalars(_bearing(code)):
        states[record.public_id].append(public_unit_of(record))
    found = [bearer for known in states.values() for bearer in _bearers(known, code, at)]
    wanted = (bearer for bearer in found if system in ("", bearer.system))
    return sorted(wanted, key=lambda bearer: (bearer.system, bearer.span.start, bearer.unit.name))


def compared_codes(session: Session, parent: uuid.UUID, at: dt.date) -> list[Compared]:
    """The units directly below one on a day with their codes side by side."""
    units = public_children(session, parent, at)
    meant = _meant(session, {code for unit in units for _, code in unit.codes}, at)
    return [Compared(unit, dict(unit.codes), _clashes(unit, meant)) for unit in units]


def public_home(session: Session, at: dt.date) -> PublicUnit | None:
    """The published home district on a day."""
    return next(iter(public_units(session, at, Record.attributes.contains({"home": True}))), None)


def public_tops(session: Session, at: dt.date) -> list[PublicUnit]:
    """The published units of a day with nothing above them."""
    return public_units(session, at, Record.attributes["parent"].astext.is_(None))


def _bearing(code: str) -> Select[Record]:
    return (
        select(Record)
        .join(Revision, Revision.id == Record.revision_id)
        .where(Revision.layer == LAYER, Revision.state == RevisionState.LIVE)
        .where(Record.attributes.contains({"codes": [{"code": code}]}))
        .order_by(Record.valid)
    )


def _bearers(states: Sequence[PublicUnit], code: str, at: dt.date) -> list[Bearer]:
    spans = [span for span in code_spans(states) if span.code == code]
    return [Bearer(one.system, one.span, _shown(states, one.span, at)) for one in spans]


def _shown(states: Sequence[PublicUnit], span: Span, at: dt.date) -> PublicUnit:
    within = [state for state in states if span.holds(state.span.start)]
    return next((state for state in within if state.span.holds(at)), within[-1])


def _meant(session: Session, codes: Iterable[str], at: dt.date) -> dict[str, list[PublicUnit]]:
    wanted = set(codes)
    found: dict[str, list[PublicUnit]] = defaultdict(list)
    for unit in public_units(session, at, _bears_one_of(sorted(wanted))) if wanted else ():
        for code in {code for _, code in unit.codes} & wanted:
            found[code].append(unit)
    return found


def _bears_one_of(codes: Sequence[str]) -> ColumnElement[bool]:
    entry = func.jsonb_array_elements(Record.attributes["codes"]).column_valued("entry")
    return select(entry).where(entry.op("->>")("code").in_(codes)).exists()


def _clashes(unit: PublicUnit, meant: Mapping[str, Sequence[PublicUnit]]) -> tuple[Clash, ...]:
    return tuple(
        Clash(code, system, other)
        for code in dict.fromkeys(code for _, code in unit.codes)
        for other in meant.get(code, ())
        if other.public_id != unit.public_id
        for system, theirs in other.codes
        if theirs == code
    )
