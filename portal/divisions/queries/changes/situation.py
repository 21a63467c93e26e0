"""All that a plan of a change needs to know, in a handful of statements however many units it names."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session, aliased

from portal.divisions.models import Ancestry, ChangeShape, Unit, UnitCode, UnitShape, UnitVersion
from portal.divisions.queries.changes.keys import internal_ids
from portal.divisions.queries.many import any_of
from portal.divisions.queries.scope import on as holds
from portal.divisions.queries.snapshot import KnownShape, shapes_below, shapes_of
from portal.divisions.rules.changes.content import NEW_PREFIX, Content
from portal.divisions.rules.changes.situation import Absent, Bearer, Code, Ground, Piece, Situation, UnitState

PARTICULARS = ("name", "kind", "level", "name_en", "seat", "postcode", "phone", "population")


def situation(session: Session, change_id: int, content: Content, on: dt.date) -> Situation:
    """What is believed about the units that a file names on its effective day."""
    named = internal_ids(session, content.known_units)
    reach = _Reach(session, on, named)
    above = reach.above(named.values())
    units = reach.states([*named.values(), *above])
    ended = [named[key] for key in _givers(content) if key in named]
    touched = [named[key] for key in _touched(content) if key in named]
    return Situation(
        on=on,
        units=units,
        children=reach.children(ended),
        absent=reach.absent(key for key in content.known_units if key not in units),
        began=reach.began(touched),
        later=reach.later(touched) | reach.ends(_only_parents(content, named)),
        redrawn=reach.starts_after([*above, *named.values()], UnitShape) | reach.ends(above),
        to_come=reach.to_come([named[key] for key in _ending(content) if key in named]),
        bearers=reach.bearers(_codes(content)),
        namesakes=reach.namesakes(content, named),
        beside=reach.beside(units, touched),
        pieces=_pieces(session, change_id),
    )


@dataclass(frozen=True)
class _Reach:
    session: Session
    on: dt.date
    named: Mapping[str, int]

    def states(self, ids: Iterable[int], *, shapes: bool = True) -> dict[str, UnitState]:
        """Units as they are on the day, by key, with codes and ground."""
        ids = sorted(set(ids))
        drawn = shapes_of(self.session, ids, self.on) if shapes else {}
        codes = self._codes_of(ids)
        return {
            str(row.public_id): self._state(row, codes.get(row.unit_id, {}), drawn.get(row.unit_id))
            for row in self.session.execute(self._versions(UnitVersion.unit_id == any_of(ids)))
        }

    def above(self, ids: Iterable[int]) -> list[int]:
        """Everything above some units on the day."""
        query = select(Ancestry.ancestor_id).where(Ancestry.unit_id == any_of(ids), holds(Ancestry.valid, self.on))
        return sorted(set(self.session.scalars(query)))

    def children(self, ids: Sequence[int]) -> dict[str, list[UnitState]]:
        """What lies directly below some units on the day, without shapes, in the order of codes."""
        found: dict[str, list[UnitState]] = defaultdict(list)
        below = self.session.scalars(
            select(UnitVersion.unit_id).where(UnitVersion.parent_id == any_of(ids), *self._believed(UnitVersion))
        )
        for state in self.states(below, shapes=False).values():
            found[state.parent or ""].append(state)
        return {key: sorted(states, key=_order) for key, states in found.items()}

    def absent(self, keys: Iterable[str]) -> list[Absent]:
        """What is known of units that are not there on the day."""
        found = {}
        for key in keys:
            found[key] = Absent(key, "", None, None)
        rows = self.session.execute(self._lives([self.named[key] for key in found if key in self.named]))
        for public_id, name, first, end, open_ended in rows:
            found[str(public_id)] = Absent(str(public_id), name, first, None if open_ended else end)
        return list(found.values())

    def began(self, ids: Sequence[int]) -> dict[str, dt.date]:
        """The first day of each unit."""
        return {str(public_id): first for public_id, _, first, _, _ in self.session.execute(self._lives(ids))}

    def ends(self, ids: Sequence[int]) -> dict[str, dt.date]:
        """The day on which a unit ceases to be, where it is known and still to come."""
        return {
            str(public_id): end
            for public_id, _, _, end, open_ended in self.session.execute(self._lives(ids))
            if not open_ended and end is not None and end > self.on
        }

    def later(self, ids: Sequence[int]) -> dict[str, dt.date]:
        """The first day after this one for which something of a unit is on record."""
        found = self.ends(ids)
        for table in (UnitVersion, UnitCode, UnitShape):
            for key, day in self.starts_after(ids, table).items():
                found[key] = min(day, found.get(key, day))
        return found

    def starts_after(self, ids: Iterable[int], table: type[UnitVersion | UnitCode | UnitShape]) -> dict[str, dt.date]:
        """The first day after this one on which a row of a unit begins."""
        query = (
            select(Unit.public_id, func.min(table.valid_from))
            .join(Unit, Unit.id == table.unit_id)
            .where(table.unit_id == any_of(ids), table.superseded_at.is_(None), table.valid_from > self.on)
            .group_by(Unit.public_id)
        )
        return {str(public_id): day for public_id, day in self.session.execute(query)}

    def to_come(self, ids: Iterable[int]) -> dict[str, list[Bearer]]:
        """Who lies below some units only from a later day on, by their keys."""
        above, found = aliased(Unit), defaultdict[str, list[Bearer]](list)
        query = (
            select(above.public_id, Unit.public_id, UnitVersion.name, UnitVersion.valid_from)
            .join(above, above.id == UnitVersion.parent_id)
            .join(Unit, Unit.id == UnitVersion.unit_id)
            .where(UnitVersion.parent_id == any_of(ids), UnitVersion.superseded_at.is_(None))
            .where(UnitVersion.valid_from > self.on)
            .order_by(UnitVersion.valid_from, UnitVersion.id)
        )
        for parent, public_id, name, since in self.session.execute(query):
            found[str(parent)].append(Bearer(str(public_id), name, since))
        return found

    def bearers(self, codes: Sequence[Code]) -> dict[Code, list[Bearer]]:
        """Who bears codes on the day or later."""
        found: dict[Code, list[Bearer]] = defaultdict(list)
        if not codes:
            return found
        last_name = (
            select(UnitVersion.name)
            .where(UnitVersion.unit_id == UnitCode.unit_id, UnitVersion.superseded_at.is_(None))
            .order_by(UnitVersion.valid_from.desc())
            .limit(1)
            .scalar_subquery()
        )
        query = (
            select(UnitCode.system, UnitCode.code, Unit.public_id, last_name, UnitCode.valid_from)
            .join(Unit, Unit.id == UnitCode.unit_id)
            .where(UnitCode.superseded_at.is_(None), or_(UnitCode.valid_to.is_(None), UnitCode.valid_to > self.on))
            .where(or_(*((UnitCode.system == system) & (UnitCode.code == code) for system, code in codes)))
            .order_by(UnitCode.valid_from)
        )
        for system, code, public_id, name, since in self.session.execute(query):
            found[system, code].append(Bearer(str(public_id), name or "", since))
        return found

    def namesakes(self, content: Content, named: Mapping[str, int]) -> dict[tuple[str, str | None], str]:
        """Units of the day that bear a name which the file gives, by name and parent."""
        names = [str(entry.said["name"]) for entry in content.units if entry.said.get("name")]
        if not names:
            return {}
        rows = self.session.execute(self._versions(UnitVersion.name.in_(names)))
        return {
            (row.name, str(row.parent_public_id) if row.parent_public_id else None): str(row.public_id) for row in rows
        }

    def beside(self, units: Mapping[str, UnitState], touched: Sequence[int]) -> list[UnitState]:
        """Siblings with an outline within the bounds of the ground concerned."""
        concerned = [unit for unit in units.values() if unit.id in touched and unit.ground]
        if not concerned:
            return []
        parents = [units[unit.parent].id for unit in concerned if unit.parent and unit.parent in units]
        reach = shapely.box(*shapely.total_bounds([unit.ground.geometry for unit in concerned if unit.ground]))
        near = {
            unit_id: shape
            for unit_id, shape in shapes_below(self.session, [one for one in parents if one], self.on).items()
            if unit_id not in touched and shapely.intersects(shape.geometry, reach)
        }
        states = self.states(near, shapes=False)
        return [_with_ground(state, near[state.id]) for state in states.values() if state.id in near]

    def _state(self, row: Any, codes: Mapping[str, str], shape: KnownShape | None) -> UnitState:
        parent = str(row.parent_public_id) if row.parent_public_id else None
        said = {name: getattr(row, name) for name in PARTICULARS}
        state = UnitState(key=str(row.public_id), id=row.unit_id, parent=parent, codes=codes, **said)
        return _with_ground(state, shape) if shape else state

    def _versions(self, where: ColumnElement[bool]) -> Any:
        above = aliased(Unit)
        parent = select(above.public_id).where(above.id == UnitVersion.parent_id).scalar_subquery()
        return (
            select(
                UnitVersion.unit_id,
                Unit.public_id,
                parent.label("parent_public_id"),
                *(getattr(UnitVersion, name) for name in PARTICULARS),
            )
            .join(Unit, Unit.id == UnitVersion.unit_id)
            .where(where, *self._believed(UnitVersion))
        )

    def _codes_of(self, ids: Sequence[int]) -> dict[int, dict[str, str]]:
        found: dict[int, dict[str, str]] = defaultdict(dict)
        query = select(UnitCode.unit_id, UnitCode.system, UnitCode.code).where(
            UnitCode.unit_id == any_of(ids), *self._believed(UnitCode)
        )
        for unit_id, system, code in self.session.execute(query.order_by(UnitCode.system)):
            found[unit_id][system] = code
        return found

    def _believed(self, table: type[UnitVersion | UnitCode]) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        return table.superseded_at.is_(None), holds(table.valid, self.on)

    def _lives(self, ids: Sequence[int]) -> Any:
        """Last name, first day, last end and whether it is open, of units."""
        names = func.array_agg(aggregate_order_by(UnitVersion.name, UnitVersion.valid_from.desc()))
        return (
            select(
                Unit.public_id,
                names[1],
                func.min(UnitVersion.valid_from),
                func.max(UnitVersion.valid_to),
                func.bool_or(UnitVersion.valid_to.is_(None)),
            )
            .join(UnitVersion, UnitVersion.unit_id == Unit.id)
            .where(Unit.id == any_of(ids), UnitVersion.superseded_at.is_(None))
            .group_by(Unit.public_id)
        )


def _pieces(session: Session, change_id: int) -> dict[str, Piece]:
    query = select(
        ChangeShape.public_id, func.ST_AsBinary(ChangeShape.geom), ChangeShape.quality, ChangeShape.original_crs
    ).where(ChangeShape.change_id == change_id)
    return {
        str(public_id): Piece(shapely.from_wkb(bytes(wkb)), quality, crs)
        for public_id, wkb, quality, crs in session.execute(query)
    }


def _with_ground(state: UnitState, shape: KnownShape) -> UnitState:
    values = {name: getattr(state, name) for name in state.__dataclass_fields__ if name != "ground"}
    return UnitState(**values, ground=Ground(shape.geometry, shape.area_m2, shape.quality, shape.original_crs))


def _order(state: UnitState) -> tuple[str, str]:
    return (min(state.codes.values(), default="~"), state.name)


def _ending(content: Content) -> list[str]:
    return [entry.unit for entry in content.units if entry.action == "abolish"]


def _givers(content: Content) -> list[str]:
    return list(dict.fromkeys([*_ending(content), *(move.source for move in content.moves)]))


def _touched(content: Content) -> list[str]:
    ends = [end for move in content.moves for end in (move.source, move.target)]
    return [
        key for key in dict.fromkeys([*(one.unit for one in content.units), *ends]) if not key.startswith(NEW_PREFIX)
    ]


def _only_parents(content: Content, named: Mapping[str, int]) -> list[int]:
    touched = set(_touched(content))
    parents = [entry.parent for entry in content.units if entry.parent]
    return [named[key] for key in parents if key in named and key not in touched]


def _codes(content: Content) -> list[Code]:
    return [item for entry in content.units for item in entry.codes.items()]
