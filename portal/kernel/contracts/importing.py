"""What a room declares so that its things come in from files (`Importer`), and what it is given to work on."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from portal.errors import FormInvalid
from portal.kernel.access.actor import Actor
from portal.kernel.access.permission import Permission
from portal.kernel.contracts.fields import Field, ShapeRule
from portal.kernel.geo.problem import Problem
from portal.kernel.i18n.text import Text, text

Manifest = Mapping[str, object]
"""Plain JSON: what an import wrote, enough for its undo and the audit trail."""


class Action(enum.StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True)
class Finding:
    """One thing wrong or worth a note in one row; `field` is the importer's field, None for the row or its shape."""

    problem: Problem
    field: str | None = None
    value: str | None = None


@dataclass
class ImportRow:
    """One row on its way in.

    `values` are typed by field key (str, int, Decimal, date, bool, a choice's key; None where the row says nothing);
    `written` the raw texts. `shape` is in EPSG:4490, 2D, checked; `crs` the key of the system it was declared in.
    A room looks at it, calls `refuse` or `note` as often as needed, and `settle` once.
    """

    number: int
    line: int
    values: Mapping[str, object]
    written: Mapping[str, str | None]
    shape: BaseGeometry | None = None
    crs: str = ""
    findings: list[Finding] = field(default_factory=list)
    action: Action | None = None
    target: str | None = None
    changes: Mapping[str, tuple[object, object]] = field(default_factory=dict)

    def refuse(self, code: str, reason: Text, field: str | None = None) -> None:
        """Keeps the row out, with a documented code and a sentence at a field."""
        self.findings.append(Finding(Problem(code, reason), field, self.written.get(field) if field else None))

    def note(self, code: str, reason: Text, field: str | None = None) -> None:
        """Something to know that keeps nothing out."""
        value = self.written.get(field) if field else None
        self.findings.append(Finding(Problem(code, reason, level="note"), field, value))

    def refuse_form(self, error: FormInvalid, code: str, fields: Mapping[str, str] | None = None) -> None:
        """Takes over the messages of a rule that speaks of form fields; `fields` translates their names."""
        for name, messages in error.messages.items():
            for message in messages:
                said = message if isinstance(message, Text) else text(str(message))
                self.refuse(code, said, (fields or {}).get(name, name) or None)

    def settle(
        self, action: Action, target: str | None = None, changes: Mapping[str, tuple[object, object]] | None = None
    ) -> None:
        """What becomes of the row; `target` is the public id of the thing it changes, `changes` (before, after)."""
        self.action, self.target, self.changes = action, target, changes or {}

    @property
    def refused(self) -> bool:
        """Whether something keeps it out."""
        return any(found.problem.level == "error" for found in self.findings)


class Staging(Protocol):
    """The rows of one import as a room sees them."""

    @property
    def options(self) -> Mapping[str, object]:
        """The importer's options, typed as their fields say."""

    @property
    def today(self) -> dt.date:
        """Today in Shanghai."""

    @property
    def source(self) -> str:
        """The name of the file, for rows that name no source of their own."""

    def chunks(self, size: int = 1000) -> Iterator[Sequence[ImportRow]]:
        """The rows that nothing keeps out yet, in file order. What a room says of them is kept when it asks for the
        next chunk. During `enter` only those that are new or changed, as `plan` settled them."""


@dataclass(frozen=True)
class Importer:
    """A thing that comes in from files.

    `plan` looks at every row (meaning, the rows together, the base) and settles each; it writes nothing. `enter` writes
    the settled rows through the room's bulk verbs and says what it wrote; `undo` takes that back or raises `RuleBroken`
    when something was built on it. `unique` names sets of fields whose values no two rows may share, `listing` the
    endpoint of the list where what came in is seen. `key` is `room:things`.
    """

    key: str
    title: Text
    permission: Permission
    fields: tuple[Field, ...]
    plan: Callable[[Session, Actor, Staging], None]
    enter: Callable[[Session, Actor, Staging], Manifest]
    undo: Callable[[Session, Actor, Manifest], None]
    options: tuple[Field, ...] = ()
    shape: ShapeRule | None = None
    unique: tuple[tuple[str, ...], ...] = ()
    about: Text | None = None
    listing: str | None = None
