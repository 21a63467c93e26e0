"""Which column of a file holds which field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from portal.divisions.catalogue import code_systems
from portal.divisions.imports.from_files.command import ImportUnits
from portal.divisions.imports.identity import CODE
from portal.errors import BadInput
from portal.kernel.formats.rows import FileRefused
from portal.kernel.i18n.text import Text, text

TEXTS = ("name", "name_en", "kind", "parent_code", "seat", "postcode", "phone", "population", "quality")


def check_mapping(command: ImportUnits) -> ImportUnits:
    """Raises `BadInput` for a field that is none, or a code system that nobody knows."""
    for system in (command.code_system, command.of_parents):
        _check_system(system)
    for name in command.columns:
        if name.startswith(CODE):
            _check_system(name.removeprefix(CODE))
        elif name not in (*TEXTS, "code"):
            known = ", ".join(("code", "code:SYSTEM", *TEXTS))
            raise BadInput(text("“%(field)s” is not a field; the fields are %(known)s.", field=name, known=known))
    return command


def columns_of(command: ImportUnits, present: Sequence[str], file: str) -> dict[str, str]:
    """The column of each field; raises `FileRefused` when one that was named or is needed is not there."""
    for column in (*command.columns.values(), *command.only):
        if column not in present:
            raise FileRefused(_missing(file, column, present))
    matched = {name: _column(command, name, present) for name in _fields()}
    found = {name: column for name, column in matched.items() if column is not None}
    for name in ("name", f"{CODE}{command.code_system}"):
        if name not in found:
            raise FileRefused(_unmapped(file, name, present))
    return found


def _fields() -> Iterable[str]:
    return (*TEXTS, *(f"{CODE}{system}" for system in code_systems()))


def _column(command: ImportUnits, name: str, present: Sequence[str]) -> str | None:
    """The column that was named for a field, else the first that bears one of its usual names."""
    own_code = f"{CODE}{command.code_system}"
    named: Mapping[str, str] = command.columns
    if name in named or (name == own_code and "code" in named):
        return named.get(name) or named["code"]
    return next((column for column in _usual(command, name) if column in present), None)


def _usual(command: ImportUnits, name: str) -> tuple[str, ...]:
    if name == "parent_code":
        return f"parent_code_{command.of_parents}", "parent_code"
    if not name.startswith(CODE):
        return (name,)
    system = name.removeprefix(CODE)
    return (f"code_{system}", "code") if system == command.code_system else (f"code_{system}",)


def _check_system(system: str) -> None:
    if system not in code_systems():
        known = ", ".join(code_systems())
        raise BadInput(text("“%(system)s” is not a code system; they are %(known)s.", system=system, known=known))


def _missing(file: str, column: str, present: Sequence[str]) -> Text:
    return text(
        "%(file)s has no column “%(column)s”; it has: %(columns)s.",
        file=file,
        column=column,
        columns=", ".join(present)[:500],
    )


def _unmapped(file: str, name: str, present: Sequence[str]) -> Text:
    return text(
        "No column of %(file)s is the field “%(field)s”; say which with --map %(field)s=COLUMN. It has: %(columns)s.",
        file=file,
        field=name,
        columns=", ".join(present)[:500],
    )
