"""From the fields of the editor to the content of a change file.

Fields are named by place: `u0-unit`, `u0-name`, `m1-people`, and `child-<key>` for what lies below a giver. What cannot
be read is a message at its field; whether what was read makes sense is the plan's business.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from flask_babel import gettext

from portal.divisions.catalogue import ChangeKind, code_systems
from portal.divisions.rules.changes.arranging import only_moves, with_child
from portal.divisions.rules.changes.content import SAID, Action, Content, MoveEntry, UnitEntry
from portal.divisions.rules.changes.situation import Situation, UnitState

LONGEST: Mapping[str, int] = {"name": 100, "name_en": 200, "kind": 60, "seat": 200, "postcode": 20, "phone": 60}
MOST_PEOPLE = 2_000_000_000
MOST_ROWS = 2_000
CHILD = "child-"


@dataclass
class Read:
    """What the form says, and what of it could not be read, by the id of its field."""

    content: Content
    errors: dict[str, list[str]] = field(default_factory=dict)


def read_form(given: Mapping[str, str], stored: Content, situation: Situation, kind: ChangeKind) -> Read:
    """The content as the form says it; what the form does not show stays as it is stored."""
    return _Reader(given, stored, situation, kind).run()


class _Reader:
    def __init__(self, given: Mapping[str, str], stored: Content, situation: Situation, kind: ChangeKind) -> None:
        self.given, self.stored, self.situation, self.kind = given, stored, situation, kind
        self.errors: dict[str, list[str]] = {}

    def run(self) -> Read:
        shown = {self._said(f"u{place}-unit"): place for place in range(self._count("units"))}
        units = [
            self._entry(entry, f"u{shown[entry.unit]}-") if entry.unit in shown else entry
            for entry in self.stored.units
        ]
        moves = [self._move(move, f"m{place}-") for place, move in enumerate(self.stored.moves)]
        content = Content(tuple(units), tuple(moves))
        for key, parent in self._children():
            content = with_child(content, key, parent or None)
        return Read(content, self.errors)

    def _entry(self, entry: UnitEntry, at: str) -> UnitEntry:
        if entry.action is Action.ABOLISH:
            return entry
        known = self.situation.units.get(entry.unit)
        said = dict(entry.said)
        for name in SAID:
            if at + name in self.given:
                said.pop(name, None)
                value = self._value(name, at + name)
                if value is not None and value != (getattr(known, name) if known else None):
                    said[name] = value
        parent = (self._said(at + "parent") or None) if at + "parent" in self.given else entry.parent
        if known is not None and parent == known.parent:
            parent = None
        return replace(entry, said=said, parent=parent, codes=self._codes(entry, at, known))

    def _codes(self, entry: UnitEntry, at: str, known: UnitState | None) -> dict[str, str]:
        codes = dict(entry.codes)
        for system in code_systems():
            if f"{at}code_{system}" in self.given:
                codes.pop(system, None)
                code = self._said(f"{at}code_{system}")
                if code and (known is None or known.codes.get(system) != code):
                    codes[system] = code[:12]
        return codes

    def _move(self, move: MoveEntry, at: str) -> MoveEntry:
        how = self._said(at + "how")
        if not how:
            return move
        shares = how == "shares"
        return replace(
            move,
            whole=how == "whole",
            piece=move.piece if how == "piece" else None,
            area_share=self._percent(at + "area") if shares else None,
            people=self._number(at + "people"),
            people_share=self._percent(at + "people_percent"),
        )

    def _children(self) -> Iterator[tuple[str, str]]:
        below = {child.key for children in self.situation.children.values() for child in children}
        for name in self.given:
            key = name.removeprefix(CHILD)
            entry = self.stored.entry(key)
            if name.startswith(CHILD) and key in below and (entry is None or only_moves(entry)):
                yield key, self._said(name)

    def _value(self, name: str, at: str) -> object:
        if name == "population":
            return self._number(at)
        said = self._said(at)
        if len(said) > LONGEST[name]:
            self._wrong(at, gettext("Use at most %(max)d characters.", max=LONGEST[name]))
        return said or None

    def _number(self, at: str) -> int | None:
        said = self._said(at).replace(",", "").replace("，", "")
        if not said:
            return None
        if not (said.isascii() and said.isdigit()) or int(said[:20]) > MOST_PEOPLE:
            self._wrong(at, gettext("Enter a whole number of people, such as 52000."))
            return None
        return int(said)

    def _percent(self, at: str) -> float | None:
        said = self._said(at).removesuffix("%").removesuffix("％").strip()
        if not said:
            return None
        try:
            value = float(said)
        except ValueError:
            value = -1.0
        if not 0 <= value <= 100:
            self._wrong(at, gettext("Enter a share between 0 and 100 percent."))
            return None
        return value / 100

    def _said(self, name: str) -> str:
        return self.given.get(name, "").strip()

    def _count(self, name: str) -> int:
        said = self._said(name)
        return min(int(said[:9]), MOST_ROWS) if said.isascii() and said.isdigit() else 0

    def _wrong(self, at: str, message: str) -> None:
        self.errors.setdefault(at, []).append(message)
