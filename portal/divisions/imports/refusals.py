"""Why a row cannot be matched, each reason with its sentence."""

from __future__ import annotations

import datetime as dt

from portal.divisions.catalogue import kinds
from portal.divisions.imports.identity import CODE
from portal.divisions.imports.staging import StagedUnit
from portal.kernel.i18n.text import Text, text


class RowRefused(Exception):
    """A row that cannot be taken in, with the field and value to blame."""

    def __init__(self, field: str, value: str | None, code: str, reason: Text) -> None:
        super().__init__(str(reason))
        self.field, self.value, self.code, self.reason = field, value, code, reason


def twice_in_file(field: str, code: str, first: StagedUnit) -> RowRefused:
    """A code stands in two rows."""
    reason = text("This code stands in %(file)s already, in line %(line)s.", file=first.file, line=first.line)
    return RowRefused(field, code, "unit.code_twice", reason)


def one_unit_twice(name: str, first: StagedUnit) -> RowRefused:
    """Two rows speak of one unit."""
    reason = text("%(file)s line %(line)s speaks of the same division.", file=first.file, line=first.line)
    return RowRefused("name", name, "unit.twice", reason)


def no_parent() -> RowRefused:
    """A unit below the district needs one."""
    reason = text("The division it lies in is missing; give a column with its code, or one code for all rows.")
    return RowRefused("parent_code", None, "unit.no_parent", reason)


def unknown_parent(system: str, code: str, at: dt.date) -> RowRefused:
    """Nobody bears the parent's code."""
    reason = text("No division has this %(system)s on %(at)s.", system=_short(system), at=at)
    return RowRefused("parent_code", code, "unit.unknown_parent", reason)


def not_yours(field: str, code: str, name: str) -> RowRefused:
    """Outside the divisions for which the actor may import."""
    reason = text("%(name)s is not one of your divisions; you cannot import it or anything below it.", name=name)
    return RowRefused(field, code, "unit.not_yours", reason)


def parent_not_above(code: str) -> RowRefused:
    """The parent is of the same level or below."""
    return RowRefused("parent_code", code, "unit.parent_level", text("This division is not of a higher level."))


def renamed(known: str, said: str) -> RowRefused:
    """The code is borne under another name."""
    reason = text(
        "On this date the division with this code is called %(known)s. A new name is a change with a document: enter it"
        " as a change, not with a list.",
        known=known,
    )
    return RowRefused("name", said, "unit.renamed", reason)


def other_kind(name: str, known: str, said: str) -> RowRefused:
    """The code is borne by a unit of another kind."""
    reason = text(
        "On this date %(name)s is of the kind “%(known)s”. Another kind is a change with a document: enter it as a"
        " change, not with a list.",
        name=name,
        known=kinds()[known].title,
    )
    return RowRefused("kind", said, "unit.other_kind", reason)


def other_parent(name: str, said: str | None) -> RowRefused:
    """The unit lies in another one."""
    reason = text(
        "On this date %(name)s lies in another division. A new one is a change with a document: enter it as a change,"
        " not with a list.",
        name=name,
    )
    return RowRefused("parent_code", said, "unit.other_parent", reason)


def other_code(name: str, system: str, known: str, said: str) -> RowRefused:
    """The unit has another code in the system."""
    reason = text(
        "On this date %(name)s has the %(system)s %(known)s. Another code is a change with a document: enter it as a"
        " change, not with a list.",
        name=name,
        system=_short(system),
        known=known,
    )
    return RowRefused(f"{CODE}{system}", said, "unit.other_code", reason)


def ambiguous(name: str) -> RowRefused:
    """Several units without a code fit."""
    reason = text("Several divisions of this name and kind lie there without a code; it cannot be told which is meant.")
    return RowRefused("name", name, "unit.ambiguous", reason)


def borne_by_another(system: str, code: str, name: str) -> RowRefused:
    """Another unit bears the code on the day."""
    reason = text("On this date %(name)s has this %(system)s.", name=name, system=_short(system))
    return RowRefused(f"{CODE}{system}", code, "unit.code_borne", reason)


def borne_later(system: str, code: str, since: dt.date) -> RowRefused:
    """Another record bears the code later on."""
    reason = text(
        "From %(since)s on another division on record has this %(system)s; lists go in in the order of their dates.",
        since=since,
        system=_short(system),
    )
    return RowRefused(f"{CODE}{system}", code, "unit.code_borne_later", reason)


def _short(system: str) -> Text:
    return text("%(system)s code", system=system.upper())
