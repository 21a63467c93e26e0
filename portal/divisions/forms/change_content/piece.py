"""The form for a piece of ground: drawn, typed, or read from a file."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import FileField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Length
from wtforms.widgets import CheckboxInput, ListWidget

from portal.divisions.models import ShapeQuality
from portal.kernel.geo.crs import BD09, CGCS2000, GCJ02, WGS84, plane_systems
from portal.kernel.web.forms import Form

WAYS = (
    SelectChoice("drawn", _l("Drawn on the map, or typed")),
    SelectChoice("file", _l("From a file")),
)
AS_DECLARED = "declared"
QUALITY_WORDS = {
    "legal": _l("Legal boundary line"),
    "surveyed": _l("Surveyed line"),
    "digitised": _l("Digitised line, not a legal boundary"),
    "schematic": _l("Schematic line, not a legal boundary"),
}


def systems() -> list[SelectChoice]:
    """The systems that typed coordinates may be in."""
    return [SelectChoice(crs.key, crs.label) for crs in (CGCS2000, WGS84, GCJ02, BD09, *plane_systems())]


def file_systems() -> list[SelectChoice]:
    """The systems that the numbers of a file may be in: what the file says itself, or what is chosen here."""
    return [SelectChoice(AS_DECLARED, _l("As the file itself says")), *systems()]


def qualities() -> list[SelectChoice]:
    """What a line may be worth."""
    return [SelectChoice(one.value, QUALITY_WORDS[one.value]) for one in ShapeQuality]


class PieceForm(Form):
    """An area that goes, or a line that cuts the giver; `parts` are chosen once the line has cut it."""

    how = RadioField(_l("Where the piece comes from"), choices=WAYS, default="drawn")
    geometry = TextAreaField(_l("Shape as GeoJSON or WKT"), [Length(max=1_000_000)])
    crs = SelectField(_l("Coordinate system of the shape"), choices=systems, default=CGCS2000.key)
    parts = SelectMultipleField(
        _l("Which part goes"),
        choices=[],
        validate_choice=False,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    file = FileField(_l("File with the piece"))
    file_crs = SelectField(_l("Coordinate system of the file"), choices=file_systems, default=AS_DECLARED)
    quality = SelectField(_l("What the line is worth"), choices=qualities, default="digitised")
    source = StringField(_l("Source of the line"), [Length(max=200)])

    def reopen(self, version: int) -> None:
        """Goes on from the version that somebody else has saved meanwhile."""
        self.row_version.raw_data, self.row_version.data = None, version
