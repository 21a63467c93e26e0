"""What forbids a change apart from its ground: who is there, who is whose child, who bears which code, what order."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator

from portal.divisions.catalogue import code_systems, kinds
from portal.divisions.rules.changes.content import Action, Content, MoveEntry, UnitEntry
from portal.divisions.rules.changes.finding import Finding, error, note
from portal.divisions.rules.changes.kind import check_kind
from portal.divisions.rules.changes.order import names_of
from portal.divisions.rules.changes.situation import Absent, Bearer, Situation, UnitState
from portal.divisions.rules.codes import fits_kind, is_code
from portal.kernel.i18n.text import Text, text

HIGHEST_WITH_PARENT = 4
"""Towns and committees always lie in something; a district of another province may stand alone in this register."""

LONGEST_NAME = 100


def check_file(kind: str, content: Content, situation: Situation) -> Iterator[Finding]:
    """Every finding about units, parents, codes and days; `kind` is the key of the kind of change."""
    return _Check(kind, content, situation).run()


class _Check:
    def __init__(self, kind: str, content: Content, situation: Situation) -> None:
        self.kind, self.content, self.situation = kind, content, situation
        self.names = names_of(content, situation)
        self.ending = {one.unit for one in content.units if one.action is Action.ABOLISH}

    def run(self) -> Iterator[Finding]:
        if not self.content.units and not self.content.moves:
            yield error(text("The file does not say yet which divisions change."))
            return
        yield from check_kind(self.kind, self.content)
        yield from self._absent()
        yield from self._twice()
        for entry in self.content.units:
            yield from self._entry(entry)
        yield from self._heirs()
        yield from self._children()
        yield from self._codes()

    def _absent(self) -> Iterator[Finding]:
        for one in self.situation.absent:
            yield error(_not_there(one, self.situation.on), one.key)

    def _twice(self) -> Iterator[Finding]:
        for key, times in Counter(entry.unit for entry in self.content.units).items():
            if times > 1:
                yield error(text("%(name)s stands in the file twice.", name=self._name(key)), key)

    def _entry(self, entry: UnitEntry) -> Iterator[Finding]:
        checks: dict[Action, Callable[[UnitEntry], Iterator[Finding]]] = {
            Action.NEW: self._new,
            Action.AMEND: self._amended,
            Action.ABOLISH: self._ended,
        }
        yield from checks[entry.action](entry)
        yield from self._particulars(entry)
        yield from self._parent(entry)

    def _new(self, entry: UnitEntry) -> Iterator[Finding]:
        if not str(entry.said.get("name") or "").strip():
            yield error(text("The new division needs a name."), entry.unit, field="name")
        if entry.said.get("kind") not in kinds():
            yield error(
                text("Say what kind of division %(name)s is.", name=self._name(entry.unit)), entry.unit, field="kind"
            )
        elif not self._level(entry.unit):
            yield error(
                text("A division of this kind has no level of its own; it cannot be set up by a change file."),
                entry.unit,
                field="kind",
            )
        elif entry.parent is None and self._level(entry.unit) >= HIGHEST_WITH_PARENT:
            yield error(
                text("Say in which division %(name)s lies.", name=self._name(entry.unit)), entry.unit, field="parent"
            )

    def _amended(self, entry: UnitEntry) -> Iterator[Finding]:
        known = self.situation.units.get(entry.unit)
        if known is None:
            return
        if entry.said.get("kind", known.kind) != known.kind:
            yield error(
                text(
                    "A division of another kind is another division: let %(name)s end and set up a new one that takes "
                    "its ground.",
                    name=known.name,
                ),
                entry.unit,
                field="kind",
            )
        if not self._says_something(entry, known):
            yield error(text("Nothing of %(name)s changes by this file.", name=known.name), entry.unit)

    def _says_something(self, entry: UnitEntry, known: UnitState) -> bool:
        particulars = any(value != getattr(known, field) for field, value in entry.said.items())
        codes = any(known.codes.get(system) != code for system, code in entry.codes.items())
        moved = any(entry.unit in (move.source, move.target) for move in self.content.moves)
        return particulars or codes or moved or entry.shape is not None or entry.parent not in (None, known.parent)

    def _ended(self, entry: UnitEntry) -> Iterator[Finding]:
        began = self.situation.began.get(entry.unit)
        if began is not None and began >= self.situation.on:
            yield error(
                text("%(name)s begins on %(day)s and cannot end on that day.", name=self._name(entry.unit), day=began),
                entry.unit,
            )

    def _particulars(self, entry: UnitEntry) -> Iterator[Finding]:
        if len(str(entry.said.get("name") or "")) > LONGEST_NAME:
            yield error(
                text("The name is too long; at most %(most)s characters.", most=LONGEST_NAME), entry.unit, field="name"
            )
        if "name" in entry.said and entry.action is Action.AMEND and not str(entry.said["name"] or "").strip():
            yield error(text("The name must not be empty."), entry.unit, field="name")
        parent = entry.parent or self._parent_now(entry.unit)
        other = self.situation.namesakes.get((str(entry.said.get("name")), parent)) if "name" in entry.said else None
        if other is not None and other != entry.unit and other not in self.ending:
            yield note(
                text("Another division beside it is called %(name)s too.", name=entry.said["name"]),
                entry.unit,
                field="name",
            )

    def _parent(self, entry: UnitEntry) -> Iterator[Finding]:
        if entry.parent is None or entry.action is Action.ABOLISH:
            return
        name = self._name(entry.unit)
        if entry.parent in self.ending:
            yield error(
                text(
                    "%(name)s is to lie in %(parent)s, which ends by this file.",
                    name=name,
                    parent=self._name(entry.parent),
                ),
                entry.unit,
                field="parent",
            )
        elif self._exists(entry.parent) and 0 < self._level(entry.unit) <= self._level(entry.parent):
            yield error(
                text("%(parent)s is not above %(name)s.", name=name, parent=self._name(entry.parent)),
                entry.unit,
                field="parent",
            )
        elif entry.parent.startswith("new:") and self.content.entry(entry.parent) is None:
            yield error(text("Say in which division %(name)s lies.", name=name), entry.unit, field="parent")

    def _heirs(self) -> Iterator[Finding]:
        """Every unit that ends says who gets its ground, and gives it once."""
        for key in self.ending:
            if not any(move.source == key for move in self.content.moves):
                yield error(text("%(name)s ends; say which division its ground goes to.", name=self._name(key)), key)
        for giver in dict.fromkeys(move.source for move in self.content.moves):
            yield from self._giver(giver, [move for move in self.content.moves if move.source == giver])

    def _giver(self, giver: str, moves: list[MoveEntry]) -> Iterator[Finding]:
        name = self._name(giver)
        whole = [move.target for move in moves if move.whole]
        if len(whole) > 1:
            takers = "、".join(self._name(key) for key in whole)
            yield error(
                text("All of %(name)s is to go to several: %(takers)s.", name=name, takers=takers), giver, *whole
            )
        if whole and giver not in self.ending:
            yield error(text("%(name)s gives all its ground away and yet goes on.", name=name), giver)
        if any(move.target == giver for move in moves):
            yield error(text("%(name)s cannot give ground to itself.", name=name), giver)
        for move in moves:
            yield from self._taker(move)

    def _taker(self, move: MoveEntry) -> Iterator[Finding]:
        if move.target in self.ending:
            yield error(
                text("%(name)s ends by this file and cannot take ground.", name=self._name(move.target)), move.target
            )
        elif not self._exists(move.target):
            yield error(
                text("Say which division gets the ground of %(name)s.", name=self._name(move.source)), move.source
            )

    def _children(self) -> Iterator[Finding]:
        """A child of a unit that ends goes elsewhere or ends too."""
        said = {one.unit for one in self.content.units if one.parent is not None or one.action is Action.ABOLISH}
        for key in self.ending:
            orphans = [child for child in self.situation.children.get(key, ()) if child.key not in said]
            if orphans:
                yield error(
                    text(
                        "%(name)s ends; say where its parts go: %(orphans)s.",
                        name=self._name(key),
                        orphans="、".join(child.name for child in orphans),
                    ),
                    key,
                    *(child.key for child in orphans),
                )

    def _codes(self) -> Iterator[Finding]:
        given = Counter((system, code) for one in self.content.units for system, code in one.codes.items())
        for entry in self.content.units:
            for system, code in entry.codes.items():
                yield from self._code(entry, system, code)
                if given[system, code] > 1:
                    yield error(
                        text("The code %(code)s is given twice.", code=code), entry.unit, field=f"code_{system}"
                    )

    def _code(self, entry: UnitEntry, system: str, code: str) -> Iterator[Finding]:
        field = f"code_{system}"
        if not is_code(code):
            yield error(text("A code is 2 to 12 digits and nothing else."), entry.unit, field=field)
            return
        level, kind = self._level(entry.unit), kinds().get(self._kind(entry.unit))
        digits = code_systems()[system].written.get(level) if system in code_systems() else None
        if digits is not None and digits != len(code):
            yield error(text("A code of this level has %(digits)s digits.", digits=digits), entry.unit, field=field)
        elif kind is not None and kind.ranges and not fits_kind(code, kind):
            yield note(text("The digits of the code are not those of this kind."), entry.unit, field=field)
        for bearer in self.situation.bearers.get((system, code), ()):
            if bearer.key != entry.unit and not self._gives_up(bearer, system):
                yield error(_borne(code, bearer, self.situation.on), entry.unit, bearer.key, field=field)

    def _gives_up(self, bearer: Bearer, system: str) -> bool:
        """Whether the bearer ends, or gets another code, by the same file."""
        other = self.content.entry(bearer.key)
        return bearer.since <= self.situation.on and (
            bearer.key in self.ending or (other is not None and system in other.codes)
        )

    def _name(self, key: str) -> str:
        return self.names.get(key) or key

    def _exists(self, key: str) -> bool:
        entry = self.content.entry(key)
        return key in self.situation.units or (entry is not None and entry.is_new)

    def _kind(self, key: str) -> str:
        entry, known = self.content.entry(key), self.situation.units.get(key)
        return known.kind if known else str(entry.said.get("kind") if entry else "")

    def _level(self, key: str) -> int:
        known = self.situation.units.get(key)
        kind = kinds().get(self._kind(key))
        return known.level if known else (kind.level if kind and kind.level else 0)

    def _parent_now(self, key: str) -> str | None:
        known = self.situation.units.get(key)
        return known.parent if known else None


def _not_there(one: Absent, on: dt.date) -> Text:
    if one.first is None:
        return text("A division that the file names is not on record.")
    if on < one.first:
        return text(
            "%(name)s is not there on %(day)s yet; it begins on %(first)s.", name=one.name, day=on, first=one.first
        )
    return text("%(name)s is not there on %(day)s any more; it ended on %(end)s.", name=one.name, day=on, end=one.end)


def _borne(code: str, bearer: Bearer, on: dt.date) -> Text:
    if bearer.since > on:
        return text("From %(day)s on %(name)s bears the code %(code)s.", day=bearer.since, name=bearer.name, code=code)
    return text("%(name)s bears the code %(code)s at that time.", name=bearer.name, code=code)
