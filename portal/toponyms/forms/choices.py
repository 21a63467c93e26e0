"""What the forms of the room offer and how they clean what was typed."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from portal.kernel.geo.crs import BD09, CGCS2000, GCJ02, WGS84
from portal.kernel.i18n.translate import pick
from portal.kernel.web.state import today
from portal.toponyms.catalogue import kinds_on, materials_on

NEEDED = _l("Fill this in.")
TOO_LONG = _l("Use at most %(max)d characters.")
NO_DAY = _l("Give a day such as 2026-05-31.")


def stripped(value: str | None) -> str:
    """Without blank space around it, and with one kind of line end."""
    return (value or "").replace("\r\n", "\n").strip()


def kinds_or_none() -> list[SelectChoice]:
    """The kinds of names behind an empty choice."""
    found = [SelectChoice(kind.key, pick(kind.labels)) for kind in kinds_on(today()).values()]
    return [SelectChoice("", _l("Choose a kind")), *found]


def statuses() -> list[SelectChoice]:
    """In use or not."""
    return [SelectChoice("in_use", _l("in use")), SelectChoice("cancelled", _l("name cancelled"))]


def precisions() -> list[SelectChoice]:
    """How exactly a first day is known."""
    return [
        SelectChoice("day", _l("to the day")),
        SelectChoice("month", _l("to the month")),
        SelectChoice("year", _l("to the year")),
    ]


def systems() -> list[SelectChoice]:
    """The systems that typed degrees may be in."""
    return [SelectChoice(crs.key, crs.label) for crs in (CGCS2000, WGS84, GCJ02, BD09)]


def shapes() -> list[SelectChoice]:
    """What typed positions make up."""
    return [
        SelectChoice("point", _l("A point")),
        SelectChoice("line", _l("A line")),
        SelectChoice("area", _l("An area")),
    ]


def materials() -> list[SelectChoice]:
    """The papers of an application."""
    return [SelectChoice(item.key, pick(item.labels)) for item in materials_on(today())]
