"""The form of a place, for a new one and for a change."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal

import shapely
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from portal.divisions.fields import UnitField
from portal.errors import Difference, FormInvalid
from portal.kernel.i18n.text import text
from portal.kernel.web.state import today
from portal.places.forms.choices import (
    NEEDED,
    NO_DAY,
    TOO_LONG,
    accessible,
    kinds,
    kinds_or_none,
    number,
    settings,
    stripped,
    systems,
    text_of,
)
from portal.places.forms.reopened import ReopenedForm
from portal.places.models import Place
from portal.places.permissions import EDIT
from portal.places.rules import LONGEST_POSITION, WORDS, Entered, Particulars
from portal.places.service import AddPlace, ChangePlace

TEXTS = ("name", "kind", "address", "shelter_class", "keeper", "phone", "duty_phone", "open_hours", "note", "source")
SHORT = Length(max=40, message=TOO_LONG)
POSITION = Length(max=LONGEST_POSITION, message=TOO_LONG)


def _text(label: str, field: str) -> StringField:
    return StringField(label, filters=[stripped], validators=[text_of(field)])


class PlaceForm(ReopenedForm):
    """A place in words and on the map.

    `lon` and `lat` are what the map picks, in CGCS2000; `typed`, when given, takes their place, in the system `crs`.
    """

    name = StringField(_l("Name"), filters=[stripped], validators=[DataRequired(NEEDED), text_of("name")])
    kind = SelectField(_l("Kind"), choices=kinds_or_none, validators=[DataRequired(_l("Choose the kind."))])
    unit = UnitField(_l("Division"), permission=EDIT, validators=[DataRequired(_l("Choose the division it lies in."))])
    address = _text(_l("Address"), "address")
    lon = StringField(_l("Longitude (east)"), filters=[stripped], validators=[SHORT])
    lat = StringField(_l("Latitude (north)"), filters=[stripped], validators=[SHORT])
    typed = StringField(
        _l("Position in another system"),
        filters=[stripped],
        validators=[POSITION],
    )
    crs = SelectField(_l("Coordinate system"), choices=systems)
    capacity_people = StringField(_l("Capacity"), filters=[stripped], validators=[SHORT])
    area_m2 = StringField(_l("Area"), filters=[stripped], validators=[SHORT])
    shelter_class = _text(_l("Class of shelter"), "shelter_class")
    setting = SelectField(_l("Indoors or outdoors"), choices=settings)
    accessible = RadioField(_l("Accessible by wheelchair"), choices=accessible, default="unknown")
    keeper = _text(_l("Keeper"), "keeper")
    phone = _text(_l("Phone"), "phone")
    duty_phone = _text(_l("Duty phone, day and night"), "duty_phone")
    open_hours = _text(_l("Opening hours"), "open_hours")
    note = TextAreaField(_l("Note for the office"), filters=[stripped], validators=[text_of("note")])
    source = StringField(_l("Source"), filters=[stripped], validators=[DataRequired(NEEDED), text_of("source")])
    internal = BooleanField(_l("Keep off the public map"))
    valid_from = DateField(_l("In use since"), default=today, validators=[InputRequired(NO_DAY)])
    checked_on = DateField(_l("Checked on"), default=today, validators=[InputRequired(NO_DAY)])

    def added(self) -> AddPlace:
        """The place to add. Raises `FormInvalid`."""
        return AddPlace(uuid.UUID(self.unit.data), self._said(), self._position())

    def changed(self, public_id: uuid.UUID) -> ChangePlace:
        """The place as it should become. Raises `FormInvalid`."""
        opened_at = self.row_version.data or 0
        return ChangePlace(public_id, opened_at, uuid.UUID(self.unit.data), self._said(), self._position())

    def told(self) -> list[Difference]:
        """What somebody else saved meanwhile, in the words of this form."""
        return [self._told(each.field, each.theirs, each.yours) for each in self.differences]

    def _said(self) -> Particulars:
        capacity = number("capacity_people", self.capacity_people.data)
        if capacity is not None and capacity != capacity.to_integral_value():
            raise FormInvalid({"capacity_people": [text("People are counted in whole numbers.")]})
        return Particulars(
            **{field: self[field].data or "" for field in TEXTS},
            capacity_people=None if capacity is None else int(capacity),
            area_m2=number("area_m2", self.area_m2.data),
            setting=self.setting.data or None,
            accessible=self.accessible.data or "unknown",
            internal=bool(self.internal.data),
            valid_from=self.valid_from.data or dt.date.max,
            checked_on=self.checked_on.data or dt.date.max,
        )

    def _position(self) -> Entered | None:
        if self.typed.data:
            return Entered(self.typed.data, self.crs.data)
        lon, lat = self.lon.data, self.lat.data
        if bool(lon) != bool(lat):
            missing = "lat" if lon else "lon"
            raise FormInvalid({missing: [text("Give both longitude and latitude, or neither.")]})
        return Entered(f"{lon}, {lat}", field="lon") if lon else None

    def _told(self, field: str, theirs: object, yours: object) -> Difference:
        label = str(_l("Position")) if field == "position" else self[field].label.text
        return Difference(label, self._words(field, theirs), self._words(field, yours))

    def _words(self, field: str, value: object) -> str:
        if isinstance(value, shapely.Point):
            return f"{value.x:.6f}, {value.y:.6f}"
        if isinstance(value, bool):
            return str(_l("Yes") if value else _l("No"))
        if field == "unit":
            return next((unit.label for unit in self.unit.units if unit.id == value), "")
        offered = {"kind": kinds, "setting": settings, "accessible": accessible}.get(field)
        names = {choice.value: str(choice.label) for choice in offered()} if offered else {}
        return names.get(value, plain(value))


def plain(value: object) -> str:
    """A value as it stands in an input."""
    if isinstance(value, Decimal):
        return f"{value:f}".rstrip("0").rstrip(".") if value % 1 else f"{value:.0f}"
    return "" if value is None else str(value)


def opened(place: Place) -> dict[str, object]:
    """The values of a form that edits a place."""
    values: dict[str, object] = {field: getattr(place, field) for field in WORDS}
    values |= {field: plain(values[field]) for field in ("capacity_people", "area_m2", "setting")}
    point = place.point
    lon, lat = (f"{point.x:.6f}", f"{point.y:.6f}") if point is not None else ("", "")
    return values | {"unit": place.unit_id, "lon": lon, "lat": lat, "row_version": place.row_version}
