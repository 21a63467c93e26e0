"""A clerk who takes change files from the draft to the effective day, as the screens do; and changes of divisions as
the rooms above hear of them: written into the tables, then announced."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.divisions.models import BELIEVED, Change, Unit, UnitVersion
from portal.divisions.rules.changes.content import Action, Content, MoveEntry, UnitEntry
from portal.divisions.rules.changes.moves import Move
from portal.divisions.service import (
    AddShape,
    DraftChange,
    EditChange,
    TakeStep,
    add_shape,
    draft_change,
    edit_change,
    rebuild_ancestry,
    take_step,
)
from portal.divisions.signals import units_changed
from portal.kernel.access.actor import SYSTEM, Actor

TODAY = dt.date(2026, 1, 1)

ON = dt.date(2026, 6, 20)
"""After the checks of the factories (31 May) and before their today (1 July)."""
CLERK = Actor(account_id=None, name="区划员", scopes={"divisions:change:manage": frozenset({1})})
"""Somebody who may change divisions and nothing else."""


def born(number: int, name: str, kind: str, parent: Unit | str | None, **said: object) -> UnitEntry:
    """A unit that is set up."""
    return _entry(f"new:{number}", Action.NEW, {"name": name, "kind": kind, **said}, parent)


def amended(unit: Unit, parent: Unit | str | None = None, **said: object) -> UnitEntry:
    """A unit that goes on."""
    return _entry(key(unit), Action.AMEND, said, parent)


def ended(unit: Unit) -> UnitEntry:
    """A unit that ends."""
    return UnitEntry(key(unit), Action.ABOLISH)


def whole(source: Unit, target: Unit | str, **shares: object) -> MoveEntry:
    """All that a unit has left goes to another."""
    return MoveEntry(key(source), key(target), whole=True, **shares)


def part(source: Unit, target: Unit | str, **shares: object) -> MoveEntry:
    """A part of a unit goes to another."""
    return MoveEntry(key(source), key(target), **shares)


def key(unit: Unit | str) -> str:
    """How a file names a unit."""
    return unit if isinstance(unit, str) else str(unit.public_id)


@dataclass
class Clerk:
    """Somebody with the right to change divisions."""

    session: Session
    actor: Actor = SYSTEM
    today: dt.date = TODAY

    def draft(self, kind: str, title: str, units: Iterable[UnitEntry] = (), moves: Iterable[MoveEntry] = ()) -> Change:
        """A draft with its content."""
        file = draft_change(self.session, self.actor, DraftChange(kind, title), self.today)
        return self.fill(file, Content(tuple(units), tuple(moves)))

    def fill(self, file: Change, content: Content, **facts: object) -> Change:
        """Saves content and facts."""
        return edit_change(self.session, self.actor, EditChange(file.public_id, file.row_version, facts, content))

    def draw(self, file: Change, shape: BaseGeometry, quality: str = "surveyed") -> str:
        """Ground for a file; gives the id by which its content names it."""
        kept = add_shape(self.session, self.actor, AddShape(file.public_id, shape, quality, "cgcs2000", "测绘"))
        return str(kept.public_id)

    def step(self, file: Change, verb: str, on: dt.date | None = None, **more: object) -> Change:
        """One step."""
        return take_step(
            self.session, self.actor, TakeStep(file.public_id, file.row_version, verb, on, **more), self.today
        )

    def approve(self, file: Change, on: dt.date, number: str, authority: str = "上海市人民政府") -> Change:
        """Applied for and approved on one day."""
        self.step(file, "apply", on)
        facts = {"document_number": number, "document_authority": authority, "authority": "province_government"}
        facts["authority_reason"] = "测试"
        return self.step(file, "approve", on, facts=facts)

    def make(
        self,
        kind: str,
        title: str,
        on: dt.date,
        units: Iterable[UnitEntry] = (),
        moves: Iterable[MoveEntry] = (),
        *,
        number: str = "测府〔2014〕1号",
        announced: bool = True,
    ) -> Change:
        """From the draft to the effective day in one go."""
        file = self.draft(kind, title, units, moves)
        self.approve(file, on, number)
        self.step(file, "carry_out", on)
        return self.step(file, "announce", on) if announced else file


def unit_named(session: Session, name: str, on: dt.date) -> Unit:
    """The one unit that bears a name on a day."""
    from portal.divisions.queries.units import units_at

    rows = [row for row in session.execute(units_at(on)) if row.name == name]
    assert len(rows) == 1, (name, on, rows)
    return session.scalars(select(Unit).where(Unit.id == rows[0].id)).one()


def names_on(session: Session, on: dt.date, level: int | None = None) -> set[str]:
    """The names of a day."""
    from portal.divisions.queries.units import units_at

    return {row.name for row in session.execute(units_at(on)) if level in (None, row.level)}


def _entry(name: str, action: Action, said: Mapping[str, object], parent: Unit | str | None) -> UnitEntry:
    codes = said.get("codes", {})
    shape = said.get("shape")
    plain = {field: value for field, value in said.items() if field not in {"codes", "shape"}}
    above = None if parent is None else key(parent)
    return UnitEntry(name, action, plain, above, dict(codes), shape)  # type: ignore[call-overload]


def as_uuid(text: str) -> uuid.UUID:
    """A key as the id it is."""
    return uuid.UUID(text)


def end(session: Session, unit: Unit, on: dt.date = ON) -> None:
    """The unit is there until the day before."""
    was = session.scalars(select(UnitVersion).where(UnitVersion.unit_id == unit.id, BELIEVED)).one()
    was.superseded_at = dt.datetime.now(dt.UTC)
    session.flush()
    facts = {
        field: getattr(was, field)
        for field in ("unit_id", "parent_id", "name", "kind", "level", "valid_from", "source")
    }
    session.add(UnitVersion(**facts, valid_to=on))
    rebuild_ancestry(session)
    session.expire_all()


def put_below(session: Session, unit: Unit, parent: Unit, on: dt.date = ON) -> None:
    """The unit lies in another from the day on."""
    was = session.scalars(select(UnitVersion).where(UnitVersion.unit_id == unit.id, BELIEVED)).one()
    facts = {"name": was.name, "kind": was.kind, "level": was.level, "source": was.source}
    end(session, unit, on)
    session.add(UnitVersion(unit_id=unit.id, parent_id=parent.id, valid_from=on, **facts))
    rebuild_ancestry(session)


def announce(session: Session, *moves: Move, on: dt.date = ON, actor: Actor = SYSTEM) -> None:
    """Tells the rooms, as the service that carries a change out does."""
    session.flush()
    units_changed.send("divisions", session=session, actor=actor, moves=moves, on=on)


def move(giver: Unit, heir: Unit, *, whole: bool = False, geometry=None) -> Move:
    """Ground that went."""
    return Move(giver.id, heir.id, whole, geometry)
