"""What the forms of the room offer and how they clean what was typed."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from flask_babel import lazy_gettext as _l
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Length

from portal.errors import FormInvalid
from portal.kernel.geo.crs import BD09, CGCS2000, GCJ02, WGS84, DeclaredCrs, plane_systems
from portal.kernel.i18n.text import text
from portal.kernel.i18n.translate import pick
from portal.kernel.web.maps import home_bounds
from portal.kernel.web.state import app_session, today
from portal.places.catalogue import kinds_on
from portal.places.rules import LENGTHS

NEEDED = _l("Fill this in.")
TOO_LONG = _l("Use at most %(max)d characters.")
NO_DAY = _l("Give a day such as 2026-05-31.")
ZONE_REACH = 4.0
"""Degrees from a zone's meridian to the district's middle, so that its neighbours are offered too."""

FULL_WIDTH = str.maketrans("０１２３４５６７８９．，", "0123456789.,")


def stripped(value: str | None) -> str:
    """Without blank space around it, and with one kind of line end."""
    return (value or "").replace("\r\n", "\n").strip()


def text_of(field: str) -> Length:
    """The length that a text of a place may have."""
    return Length(max=LENGTHS[field], message=TOO_LONG)


def kinds() -> list[SelectChoice]:
    """The kinds of places."""
    return [SelectChoice(kind.key, pick(kind.labels)) for kind in kinds_on(today()).values()]


def kinds_or_none() -> list[SelectChoice]:
    """The kinds behind an empty choice."""
    return [SelectChoice("", _l("Choose a kind")), *kinds()]


def settings() -> list[SelectChoice]:
    """Under a roof or not."""
    return [
        SelectChoice("", _l("not recorded")),
        SelectChoice("indoor", _l("Indoors")),
        SelectChoice("outdoor", _l("Outdoors")),
        SelectChoice("both", _l("Indoors and outdoors")),
    ]


def accessible() -> list[SelectChoice]:
    """Whether somebody in a wheelchair gets in."""
    return [SelectChoice("unknown", _l("Not known")), SelectChoice("yes", _l("Yes")), SelectChoice("no", _l("No"))]


def systems() -> list[SelectChoice]:
    """The systems that typed positions may be in: degrees, and the planes around the district."""
    degrees = [SelectChoice(crs.key, crs.label, optgroup=_l("Degrees")) for crs in (CGCS2000, WGS84, GCJ02, BD09)]
    return degrees + [SelectChoice(crs.key, crs.label, optgroup=_l("Metres")) for crs in _planes()]


def number(field: str, typed: str | None) -> Decimal | None:
    """A number as people type it, None for nothing; raises `FormInvalid` at its field."""
    plain = stripped(typed).translate(FULL_WIDTH).replace(",", "")
    if not plain:
        return None
    try:
        return Decimal(plain).quantize(Decimal("0.01"))
    except InvalidOperation:
        raise FormInvalid({field: [text("“%(written)s” is not a number.", written=plain[:40])]}) from None


def _planes() -> list[DeclaredCrs]:
    """Those whose meridian is near; all of them before the district has a shape."""
    west, _, east, _ = home_bounds(app_session())
    reach = max(ZONE_REACH, (east - west) / 2)
    return [crs for crs in plane_systems() if abs((crs.central_meridian or 0.0) - (west + east) / 2) <= reach]
