"""Who a row speaks of: name, kind, level and codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from portal.divisions.catalogue import CodeSystem, Kind, code_systems, kinds
from portal.divisions.imports.command import Declared
from portal.divisions.rules.codes import cut_padding, fits_kind, is_code, kind_of_code, level_of_digits
from portal.kernel.i18n.text import Text, text

CODE = "code:"
"""Begins the field of a code in a system, such as `code:nbs`."""


class Cells(Protocol):
    """What one row says, by field."""

    def is_blank(self, name: str) -> bool:
        """Whether it says nothing for a field."""

    def said(self, name: str) -> str | None:
        """What it says for a field; None when empty or not to be taken."""

    def refuse(self, name: str, code: str, reason: Text) -> None:
        """An error at a field."""

    def warn(self, name: str, code: str, reason: Text) -> None:
        """A note at a field."""


@dataclass(frozen=True)
class RowIdentity:
    """What a unit is called, what it is, and its codes by system."""

    name: str
    kind: str
    level: int
    codes: Mapping[str, str]


def identity(cells: Cells, command: Declared) -> RowIdentity | None:
    """The identity a row claims; None when something of it was refused."""
    name, codes = cells.said("name"), _codes(cells)
    code_field = f"{CODE}{command.code_system}"
    if cells.is_blank("name"):
        cells.refuse("name", "unit.no_name", text("The name is missing."))
    if cells.is_blank(code_field):
        cells.refuse(code_field, "unit.no_code", text("The code is missing."))
    code = codes.get(command.code_system)
    if code is None:
        return None
    kind = _kind(cells, code, command)
    level = None if kind is None else _level(cells, kind, code, command)
    if name is None or kind is None or level is None:
        return None
    return RowIdentity(name, kind.key, level, codes)


def parent_code(cells: Cells, command: Declared) -> str | None:
    """The code of the parent that a row names, else of the one that was declared for all."""
    written = cells.said("parent_code") or command.parent_code
    return plain_code(written, command.of_parents) if written else None


def plain_code(written: str, system: str) -> str:
    """A code as this house writes it: without the zeros that some lists pad it with."""
    return cut_padding(written, code_systems()[system].written.values())


def _codes(cells: Cells) -> dict[str, str]:
    found: dict[str, str] = {}
    for system in code_systems():
        written = cells.said(f"{CODE}{system}")
        if written is None:
            continue
        if is_code(written):
            found[system] = plain_code(written, system)
        else:
            cells.refuse(f"{CODE}{system}", "unit.code", text("A code is 2 to 12 digits and nothing else."))
    return found


def _kind(cells: Cells, code: str, command: Declared) -> Kind | None:
    """The kind the row says, else the one that was declared, else the one the code's digits propose."""
    written = cells.said("kind") or command.kind
    if written is None:
        return _proposed(cells, code, command)
    kind = next((kind for kind in kinds().values() if written.lower() in kind.names), None)
    if kind is None:
        known = ", ".join(kind.title for kind in kinds().values())
        cells.refuse("kind", "unit.kind", text("This is no kind of division; they are %(known)s.", known=known))
    elif kind.ranges and not fits_kind(code, kind):
        cells.warn("kind", "unit.kind_digits", text("The digits of the code are not those of this kind."))
    return kind


def _proposed(cells: Cells, code: str, command: Declared) -> Kind | None:
    kind = kind_of_code(code, kinds().values())
    if kind is None:
        reason = text("The digits of the code say no kind; give a column with it, or one kind for all rows.")
        cells.refuse(f"{CODE}{command.code_system}", "unit.kind", reason)
    return kind


def _level(cells: Cells, kind: Kind, code: str, command: Declared) -> int | None:
    """The level of the kind, else that of the code's length; the length must be that of the level."""
    system = code_systems()[command.code_system]
    level = kind.level or level_of_digits(code, system.written)
    written = system.written.get(level) if level else None
    if level is not None and (written is None or written == len(code)):
        return level
    cells.refuse(f"{CODE}{command.code_system}", "unit.code_length", _wrong_length(system, kind, code, written))
    return None


def _wrong_length(system: CodeSystem, kind: Kind, code: str, written: int | None) -> Text:
    if written is None:
        return text(
            "A code of %(digits)s digits says no level for the kind “%(kind)s”.", digits=len(code), kind=kind.title
        )
    return text(
        "The %(system)s code of the kind “%(kind)s” has %(right)s digits; this one has %(digits)s.",
        system=system.key.upper(),
        kind=kind.title,
        right=written,
        digits=len(code),
    )
