"""What the public may read of divisions: the published model and nothing else."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from portal.divisions.rules import LAYER, Span
from portal.errors import NotFound
from portal.kernel.geo.models import Record, Revision, RevisionState
from portal.kernel.geo.published import records_at
from portal.kernel.i18n.text import Text, text


@dataclass(frozen=True)
class Fate:
    """What became of a published unit, or what it came from: the other unit with its name then; itself when it only
    changed; none (`unit` is None) where it was set up on new ground."""

    edge: str
    on: dt.date
    precision: str
    unit: uuid.UUID | None
    name: str
    document: str

    @property
    def other_day(self) -> dt.date:
        """A day on which the unit that something came from still bore the name."""
        return self.on - dt.timedelta(days=1)


@dataclass(frozen=True)
class PublicUnit:
    """A published state of a unit: `facts` are the attributes of the layer's allow-list, `span` the days it holds."""

    record_id: int
    public_id: uuid.UUID
    name: str
    level: int
    kind: str
    parent: uuid.UUID | None
    codes: tuple[tuple[str, str], ...]
    """Pairs of code system and code."""
    facts: Mapping[str, object]
    span: Span
    lon: float | None
    lat: float | None

    @property
    def schematic(self) -> bool:
        """Whether its line is only a sketch."""
        return self.facts["quality"] == "schematic"

    @property
    def became(self) -> tuple[Fate, ...]:
        """What this state became on the day it ended."""
        return _fates(self.facts.get("became"))

    @property
    def came_from(self) -> tuple[Fate, ...]:
        """What this state came from on the day it began."""
        return _fates(self.facts.get("came_from"))

    def went_into(self) -> tuple[Fate, ...]:
        """Other units that took over when this state ended."""
        return tuple(fate for fate in self.became if fate.unit != self.public_id)


def published_home_name(session: Session) -> str:
    """The home district's name today as published; "" before anything is."""
    query = (
        select(Record.name)
        .join(Revision, Revision.id == Record.revision_id)
        .where(*_live(), Record.attributes.contains({"home": True}), Record.valid.op("@>")(func.current_date()))
        .limit(1)
    )
    return session.scalar(query) or ""


def public_units(session: Session, at: dt.date, *where: ColumnElement[bool]) -> list[PublicUnit]:
    """The published units of a day in the order of their first codes, those without one last."""
    found = (public_unit_of(record) for record in records_at(session, LAYER, at, *where))
    return sorted(found, key=lambda unit: (unit.codes[0][1] if unit.codes else "~", unit.name))


def public_unit(session: Session, public_id: uuid.UUID, at: dt.date) -> PublicUnit:
    """A published unit on a day; raises `NotFound`, naming the days it is known for if there are any."""
    states = public_states(session, public_id)
    found = next((state for state in states if state.span.holds(at)), None)
    if found is not None:
        return found
    if not states:
        raise NotFound(text("There is no such division."))
    raise NotFound(elsewhen(states, at))


def public_states(session: Session, public_id: uuid.UUID) -> list[PublicUnit]:
    """All published states of a unit, the oldest first."""
    query = (
        select(Record)
        .join(Revision, Revision.id == Record.revision_id)
        .where(*_live(), Record.public_id == public_id)
        .order_by(Record.valid)
    )
    return [public_unit_of(record) for record in session.scalars(query)]


def public_children(session: Session, public_id: uuid.UUID, at: dt.date) -> list[PublicUnit]:
    """The published units directly below one on a day."""
    return public_units(session, at, Record.attributes["parent"].astext == str(public_id))


def public_ancestors(session: Session, unit: PublicUnit, at: dt.date) -> list[PublicUnit]:
    """The published units above one on a day, the highest first."""
    above: list[PublicUnit] = []
    parent = unit.parent
    while parent is not None:
        found = public_units(session, at, Record.public_id == parent)
        above[:0] = found
        parent = found[0].parent if found else None
    return above


def public_unit_of(record: Record) -> PublicUnit:
    """A record of the layer as a unit."""
    facts = record.attributes
    parent = facts["parent"]
    return PublicUnit(
        record_id=record.id,
        public_id=record.public_id,
        name=record.name,
        level=int(str(facts["level"])),
        kind=str(facts["kind"]),
        parent=uuid.UUID(str(parent)) if parent else None,
        codes=_codes(facts["codes"]),
        facts=facts,
        span=Span(record.valid.lower or dt.date.min, record.valid.upper),
        lon=record.lon,
        lat=record.lat,
    )


def _live() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Revision.layer == LAYER, Revision.state == RevisionState.LIVE


def _codes(listed: object) -> tuple[tuple[str, str], ...]:
    entries = listed if isinstance(listed, list) else []
    return tuple((str(entry["system"]), str(entry["code"])) for entry in entries)


def _fates(listed: object) -> tuple[Fate, ...]:
    """An edition that was published before lineage was has none."""
    entries = listed if isinstance(listed, list) else []
    return tuple(
        Fate(
            edge=str(entry["edge"]),
            on=dt.date.fromisoformat(entry["on"]),
            precision=str(entry["precision"]),
            unit=uuid.UUID(entry["unit"]) if entry["unit"] else None,
            name=str(entry["name"] or ""),
            document=str(entry["document"] or ""),
        )
        for entry in entries
    )


def elsewhen(states: Sequence[PublicUnit], at: dt.date) -> Text:
    """Why a unit with these states is not there on a day: before it, after it and what it went into, or a gap."""
    first, last = states[0].span.start, states[-1].span.end
    heirs = states[-1].went_into()
    if last is not None and at >= last and heirs:
        return text(
            "On %(at)s there is no such division; it ended on %(end)s and went into %(heirs)s.",
            at=at,
            end=last,
            heirs="、".join(dict.fromkeys(fate.name for fate in heirs)),
        )
    if last is None:
        return text("On %(at)s this division is not known yet; it is from %(first)s on.", at=at, first=first)
    return text(
        "On %(at)s there is no such division; it is known from %(first)s until %(last)s.",
        at=at,
        first=first,
        last=last - dt.timedelta(days=1),
    )
