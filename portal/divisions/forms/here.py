"""Asking which division is at a place."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired, Length, ValidationError

from portal.divisions.queries.places import Place
from portal.errors import BadInput
from portal.kernel.geo.degrees import parse_degrees
from portal.kernel.geo.validity import EAST, NORTH, SOUTH, WEST
from portal.kernel.i18n.translate import translate


class HereForm(FlaskForm):  # type: ignore[misc]
    """A place in degrees; asked by GET, so that the answer has an address of its own."""

    class Meta:
        """Reading needs no token."""

        csrf = False

    lon = StringField(_l("Longitude (east)"), [InputRequired(_l("Enter the longitude.")), Length(max=40)])
    lat = StringField(_l("Latitude (north)"), [InputRequired(_l("Enter the latitude.")), Length(max=40)])

    def validate_lon(self, field: StringField) -> None:
        """Degrees within China."""
        _check(field, WEST, EAST, _l("The longitude of a place in China lies between 73 and 136 degrees."))

    def validate_lat(self, field: StringField) -> None:
        """Degrees within China."""
        _check(field, SOUTH, NORTH, _l("The latitude of a place in China lies between 3 and 54 degrees."))

    def place(self) -> Place:
        """The validated place."""
        return parse_degrees(self.lon.data or ""), parse_degrees(self.lat.data or "")


def _check(field: StringField, least: float, most: float, outside: str) -> None:
    try:
        value = parse_degrees(field.data or "")
    except BadInput as error:
        raise ValidationError(translate(error.message)) from error
    if not least <= value <= most:
        raise ValidationError(outside)
