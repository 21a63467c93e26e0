"""What the forms of the room offer and how they clean what was typed."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Length

from portal.kernel.geo.crs import BD09, CGCS2000, GCJ02, WGS84
from portal.kernel.i18n.translate import pick
from portal.kernel.web.state import today
from portal.risk.catalogue import in_force
from portal.risk.rules import LENGTHS

NEEDED = _l("Fill this in.")
TOO_LONG = _l("Use at most %(max)d characters.")
NO_DAY = _l("Give a day such as 2026-05-31.")


def stripped(value: str | None) -> str:
    """Without blank space around it, and with one kind of line end."""
    return (value or "").replace("\r\n", "\n").strip()


def text_of(field: str) -> Length:
    """The length that a text of a hazard may have."""
    return Length(max=LENGTHS[field], message=TOO_LONG)


def types() -> list[SelectChoice]:
    """The types of hazards, family by family."""
    catalogue = in_force(today())
    return [
        SelectChoice(kind.key, pick(kind.labels), optgroup=pick(catalogue.families[kind.family]))
        for kind in catalogue.types.values()
    ]


def types_or_none() -> list[SelectChoice]:
    """The types behind an empty choice."""
    return [SelectChoice("", _l("Choose a type")), *types()]


def levels() -> list[SelectChoice]:
    """The levels with their colours, the most serious first."""
    found = sorted(in_force(today()).levels.values(), key=lambda level: level.order)
    return [SelectChoice(level.key, f"{pick(level.labels)} · {pick(level.colour)}") for level in found]


def systems() -> list[SelectChoice]:
    """The systems that typed degrees may be in."""
    return [SelectChoice(crs.key, crs.label) for crs in (CGCS2000, WGS84, GCJ02, BD09)]


def kinds() -> list[SelectChoice]:
    """What typed positions make up."""
    return [
        SelectChoice("point", _l("A point")),
        SelectChoice("line", _l("A line")),
        SelectChoice("area", _l("An area")),
    ]
