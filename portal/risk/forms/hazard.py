"""The form of a hazard, for a new one and for a change."""

from __future__ import annotations

import datetime as dt
import uuid

from flask_babel import lazy_gettext as _l
from shapely.geometry.base import BaseGeometry
from wtforms import DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from portal.divisions.fields import UnitField
from portal.errors import Difference
from portal.kernel.web.state import today
from portal.risk.forms.choices import (
    NEEDED,
    NO_DAY,
    TOO_LONG,
    kinds,
    levels,
    stripped,
    systems,
    text_of,
    types,
    types_or_none,
)
from portal.risk.forms.reopened import ReopenedForm
from portal.risk.models import Hazard
from portal.risk.permissions import EDIT
from portal.risk.rules import LONGEST_SHAPE, Entered, Particulars, geojson
from portal.risk.service import AddHazard, ChangeHazard

PLAIN = ("name", "type_key", "level", "season", "advice", "description", "source", "valid_from", "assessed_on")


class HazardForm(ReopenedForm):
    """A hazard in words and on the map.

    `geometry` is what the map draws, in CGCS2000; `coordinates`, when given, take its place, in the system `crs`.
    """

    name = StringField(_l("Name"), filters=[stripped], validators=[DataRequired(NEEDED), text_of("name")])
    type_key = SelectField(_l("Type"), choices=types_or_none, validators=[DataRequired(_l("Choose the type."))])
    level = RadioField(_l("Level"), choices=levels, validators=[InputRequired(_l("Choose one of the four levels."))])
    season = StringField(_l("When it threatens"), filters=[stripped], validators=[text_of("season")])
    advice = TextAreaField(_l("What people should do here"), filters=[stripped], validators=[text_of("advice")])
    description = TextAreaField(
        _l("Description for the office"), filters=[stripped], validators=[text_of("description")]
    )
    source = StringField(_l("Source"), filters=[stripped], validators=[DataRequired(NEEDED), text_of("source")])
    valid_from = DateField(_l("There since"), default=today, validators=[InputRequired(NO_DAY)])
    assessed_on = DateField(_l("Assessed on"), default=today, validators=[InputRequired(NO_DAY)])
    unit = UnitField(_l("Division"), permission=EDIT, validators=[DataRequired(_l("Choose the division it lies in."))])
    geometry = TextAreaField(
        _l("Shape as GeoJSON"), filters=[stripped], validators=[Length(max=LONGEST_SHAPE, message=TOO_LONG)]
    )
    coordinates = TextAreaField(
        _l("Coordinates"), filters=[stripped], validators=[Length(max=LONGEST_SHAPE, message=TOO_LONG)]
    )
    kind = SelectField(_l("The positions are"), choices=kinds)
    crs = SelectField(_l("Coordinate system"), choices=systems)

    def added(self) -> AddHazard:
        """The hazard to add."""
        return AddHazard(uuid.UUID(self.unit.data), self._said(), self._shape())

    def changed(self, public_id: uuid.UUID) -> ChangeHazard:
        """The hazard as it should become."""
        opened_at = self.row_version.data or 0
        return ChangeHazard(public_id, opened_at, uuid.UUID(self.unit.data), self._said(), self._shape())

    def told(self) -> list[Difference]:
        """What somebody else saved meanwhile, in the words of this form."""
        return [self._told(each.field, each.theirs, each.yours) for each in self.differences]

    def _said(self) -> Particulars:
        return Particulars(
            name=self.name.data or "",
            type_key=self.type_key.data or "",
            level=self.level.data or "",
            season=self.season.data or "",
            description=self.description.data or "",
            advice=self.advice.data or None,
            source=self.source.data or "",
            valid_from=self.valid_from.data or dt.date.max,
            assessed_on=self.assessed_on.data or dt.date.max,
        )

    def _shape(self) -> Entered:
        if self.coordinates.data:
            return Entered(self.coordinates.data, self.crs.data, self.kind.data)
        return Entered(self.geometry.data or "")

    def _told(self, field: str, theirs: object, yours: object) -> Difference:
        return Difference(self[field].label.text, self._words(field, theirs), self._words(field, yours))

    def _words(self, field: str, value: object) -> str:
        if isinstance(value, BaseGeometry):
            return geojson(value)
        if field == "unit":
            return next((unit.label for unit in self.unit.units if unit.id == value), "")
        offered = {"type_key": types, "level": levels}.get(field)
        names = {choice.value: str(choice.label) for choice in offered()} if offered else {}
        return names.get(value, "" if value is None else str(value))


def opened(hazard: Hazard) -> dict[str, object]:
    """The values of a form that edits a hazard."""
    values: dict[str, object] = {field: getattr(hazard, field) for field in PLAIN}
    return values | {"unit": hazard.unit_id, "geometry": geojson(hazard.shape), "row_version": hazard.row_version}
