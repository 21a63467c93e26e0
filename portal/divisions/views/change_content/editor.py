"""Everything that the editor shows of a change file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from flask import request
from flask_babel import gettext

from portal.divisions import catalogue
from portal.divisions.catalogue import ChangeKind
from portal.divisions.models import Change
from portal.divisions.queries.changes import TOLERANCE_M, content_of, situation
from portal.divisions.queries.changes.candidates import Candidate, other_candidates, own_candidates
from portal.divisions.rules.changes.arranging import only_moves
from portal.divisions.rules.changes.content import Action, Content, MoveEntry, UnitEntry
from portal.divisions.rules.changes.plan import Plan, make_plan
from portal.divisions.rules.changes.shares import PlannedMove
from portal.divisions.rules.changes.situation import Situation, UnitState
from portal.kernel.i18n.translate import pick, translate
from portal.kernel.web.state import actor, app_session

COMMITTEES = 5
LONGEST_SEARCH = 60

Choices = list[tuple[str, str]]


@dataclass(frozen=True)
class UnitRow:
    """One unit of the file as the page shows it; `at` begins the names of its fields."""

    at: str
    entry: UnitEntry
    known: UnitState | None
    title: str
    children: Sequence[tuple[UnitState, str]]
    """What lies below a unit that ends or gives ground, each with the key of where it goes, "" for undecided."""


@dataclass(frozen=True)
class MoveRow:
    """One move as the page shows it; `planned` is what it comes to."""

    place: int
    at: str
    move: MoveEntry
    source: str
    target: str
    planned: PlannedMove | None


@dataclass
class Editor:
    """A change file open for work, with all it needs; `today` stands in where no effective day is set."""

    file: Change
    today: dt.date
    content: Content = field(init=False)

    def __post_init__(self) -> None:
        self.content = content_of(self.file)

    @property
    def on(self) -> dt.date:
        """The day on which the file is looked at."""
        return self.file.effective_on or self.today

    @cached_property
    def kind(self) -> ChangeKind:
        """What sort of change it is."""
        return catalogue.change_kinds()[self.file.kind]

    @cached_property
    def situation(self) -> Situation:
        """What is believed of its units."""
        return situation(app_session(), self.file.id, self.content, self.on)

    @cached_property
    def plan(self) -> Plan:
        """What it comes to."""
        return make_plan(self.file.kind, self.content, self.situation, TOLERANCE_M)

    def name(self, key: str) -> str:
        """What a unit of the file is called, by its key."""
        entry, known = self.content.entry(key), self.situation.units.get(key)
        said = str(entry.said.get("name") or "") if entry and entry.is_new else ""
        if said or known:
            return said or (known.name if known else "")
        if key.startswith("new:"):
            return str(gettext("New division %(number)s", number=key.removeprefix("new:")))
        return next((one.name for one in self.situation.absent if one.key == key and one.name), key)

    def rows(self) -> list[UnitRow]:
        """The units of the file but those children of which only the parent is said."""
        entries = [entry for entry in self.content.units if not self._is_child(entry)]
        shown = [self._row(place, entry) for place, entry in enumerate(entries)]
        givers = dict.fromkeys(move.source for move in self.content.moves)
        rest = [key for key in givers if self.content.entry(key) is None and self.situation.children.get(key)]
        unsaid = [UnitEntry(key, Action.AMEND) for key in rest]
        return [*shown, *(self._row(len(shown) + place, entry) for place, entry in enumerate(unsaid))]

    def moves(self) -> list[MoveRow]:
        """The ground that goes."""
        planned = {(one.source, one.target): one for one in self.plan.moves}
        return [
            MoveRow(
                n, f"m{n}-", one, self.name(one.source), self.name(one.target), planned.get((one.source, one.target))
            )
            for n, one in enumerate(self.content.moves)
        ]

    def problems(self) -> dict[str, list[str]]:
        """Errors of the plan that belong to one field, by its id; `rows` are where they stand."""
        at = {row.entry.unit: row.at for row in self.rows()}
        found: dict[str, list[str]] = {}
        for one in self.plan.errors:
            if one.field and one.units and one.units[0] in at:
                found.setdefault(at[one.units[0]] + one.field, []).append(translate(one.text))
        return found

    @cached_property
    def own(self) -> list[Candidate]:
        """Units within the clerk's divisions."""
        return own_candidates(app_session(), actor(), self.on)

    @cached_property
    def others(self) -> list[Candidate]:
        """Units above and beside, and what the search finds."""
        words = request.args.get("find", "").strip()[:LONGEST_SEARCH]
        own = {one.key for one in self.own}
        return [one for one in other_candidates(app_session(), self.on, words) if one.key not in own]

    def offered(self) -> Mapping[str, Choices]:
        """Every unit that may come into the file, by the town it lies in."""
        groups: dict[str, Choices] = {gettext("Choose a division"): [("", "—")]}
        for one in self.own:
            groups.setdefault(one.group or gettext("District"), []).append((one.key, one.label))
        if self.others:
            groups[gettext("Others")] = [(one.key, one.label) for one in self.others]
        return groups

    def parents(self) -> Choices:
        """Where a unit may lie: what is above committees, and what the file sets up."""
        born = [entry.unit for entry in self.content.units if entry.is_new]
        known = [one.key for one in (*self.others, *self.own) if one.level < COMMITTEES]
        named = {one.key: one.label for one in (*self.others, *self.own)}
        keys = dict.fromkeys([*born, *known, *(one.parent for one in self.content.units if one.parent)])
        return [(key, named.get(key) or self.name(key)) for key in keys]

    def heirs(self, giver: str) -> Choices:
        """Where the children of a unit may go: units of its level, those of the file first."""
        unit = self.situation.units.get(giver)
        level = unit.level if unit else 0
        ended = {entry.unit for entry in self.content.units if entry.action is Action.ABOLISH}
        said = [entry.unit for entry in self.content.units if not self._is_child(entry)]
        said += [end for move in self.content.moves for end in (move.source, move.target)]
        beside = [one.key for one in (*self.own, *self.others) if one.level == level]
        named = {one.key: one.label for one in (*self.own, *self.others)}
        keys = [key for key in dict.fromkeys([*said, *beside]) if key not in ended and key != giver]
        return [(key, named.get(key) or self.name(key)) for key in keys]

    def givers(self) -> Choices:
        """Who may give ground: units of the file that are there before."""
        return [(key, self.name(key)) for key in self._in_file() if not key.startswith("new:")]

    def takers(self) -> Choices:
        """Who may take it: units of the file that are there afterwards."""
        ended = {entry.unit for entry in self.content.units if entry.action is Action.ABOLISH}
        return [(key, self.name(key)) for key in self._in_file() if key not in ended]

    def kinds(self) -> Choices:
        """Kinds of divisions."""
        return [(key, pick(kind.labels)) for key, kind in catalogue.kinds().items()]

    def _in_file(self) -> list[str]:
        said = [entry.unit for entry in self.content.units if not self._is_child(entry)]
        ends = [end for move in self.content.moves for end in (move.source, move.target)]
        return list(dict.fromkeys([*said, *ends]))

    def _row(self, place: int, entry: UnitEntry) -> UnitRow:
        known = self.situation.units.get(entry.unit)
        children = [] if entry.is_new else self.situation.children.get(entry.unit, ())
        gone = [(child, self._goes_to(child.key)) for child in children if not self._stands_alone(child.key)]
        return UnitRow(f"u{place}-", entry, known, self.name(entry.unit), gone)

    def _goes_to(self, key: str) -> str:
        entry = self.content.entry(key)
        return (entry.parent if entry else None) or ""

    def _stands_alone(self, key: str) -> bool:
        entry = self.content.entry(key)
        return entry is not None and not self._is_child(entry)

    def _is_child(self, entry: UnitEntry) -> bool:
        below = {child.key for children in self.situation.children.values() for child in children}
        return entry.unit in below and only_moves(entry)
