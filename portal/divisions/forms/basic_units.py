"""The forms of basic management units."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange
from wtforms.validators import Optional as Empty

from portal.divisions.catalogue.basic_units import items
from portal.divisions.fields import UnitField
from portal.divisions.models import BasicUnit
from portal.divisions.permissions import MANAGE_BASIC_UNITS
from portal.divisions.rules.basic_units import LONGEST_FACILITY, MOST_POSTS, ItemState, month_of
from portal.divisions.service.basic_units import AcceptBasicUnit, KeepBasicUnit, TellProgress
from portal.errors import BadInput, FormInvalid
from portal.kernel.geo.degrees import parse_degrees
from portal.kernel.i18n.text import text
from portal.kernel.web.forms import Form
from portal.kernel.web.state import today

NEEDED = _l("Fill this in.")
NO_DAY = _l("Give a day such as 2026-05-31.")
MONTHS_BACK = 12


def _stripped(value: str | None) -> str:
    return (value or "").replace("\r\n", "\n").strip()


def _long(most: int) -> Length:
    return Length(max=most, message=_l("Use at most %(max)d characters."))


class BasicUnitForm(Form):
    """What the district keeps of a unit."""

    name = StringField(_l("Name"), filters=[_stripped], validators=[DataRequired(NEEDED), _long(60)])
    town = UnitField(_l("Town"), permission=MANAGE_BASIC_UNITS, levels=(4,), validators=[DataRequired(NEEDED)])
    area = TextAreaField(_l("What it reaches over"), filters=[_stripped], validators=[_long(300)])
    position = StringField(_l("Position of its middle"), filters=[_stripped], validators=[_long(60)])
    set_up_on = DateField(_l("Set up on"), validators=[InputRequired(NO_DAY)])
    ended_on = DateField(_l("Ended on"), validators=[Empty()])
    source = StringField(_l("Source"), filters=[_stripped], validators=[DataRequired(NEEDED), _long(200)])
    note = TextAreaField(_l("Note"), filters=[_stripped], validators=[_long(1000)])

    def command(self) -> KeepBasicUnit:
        """The unit as it should be. Raises `FormInvalid`."""
        return KeepBasicUnit(
            uuid.UUID(self.town.data),
            self.name.data or "",
            self.area.data or "",
            self._point(),
            self.set_up_on.data or dt.date.max,
            self.ended_on.data,
            self.source.data or "",
            self.note.data or "",
        )

    def reopen(self, row_version: int) -> None:
        """Moves the form to the row's version of now; what was typed stays."""
        self.row_version.data, self.row_version.raw_data = row_version, None

    def _point(self) -> tuple[float, float] | None:
        if not self.position.data:
            return None
        parts = self.position.data.replace("，", ",").split(",")
        try:
            lon, lat = (parse_degrees(part) for part in parts)
        except (BadInput, ValueError):
            lon = lat = 999.0
        if not (73 <= lon <= 136 and 3 <= lat <= 54):
            raise FormInvalid({"position": [text("Type longitude and latitude such as 121.4062, 31.2436.")]})
        return lon, lat


def opened(unit: BasicUnit) -> dict[str, object]:
    """A unit as its form shows it."""
    words = {key: getattr(unit, key) for key in ("name", "area", "set_up_on", "ended_on", "source", "note")}
    position = f"{unit.point.x:.6f}, {unit.point.y:.6f}" if unit.point else ""
    return words | {"town": unit.unit_id, "position": position, "row_version": unit.row_version}


def months() -> list[SelectChoice]:
    """This month and those before, the newest first."""
    found, month = [], month_of(today())
    for _ in range(MONTHS_BACK):
        found.append(SelectChoice(month.isoformat(), month.strftime("%Y-%m")))
        month = month_of(month - dt.timedelta(days=1))
    return found


class ProgressForm(Form):
    """What a month brought; opened with the values of the month before."""

    month = SelectField(_l("Month"), choices=months)
    note = TextAreaField(_l("Note"), filters=[_stripped], validators=[_long(1000)])

    def command(self) -> TellProgress:
        """What is told."""
        states = {
            key: ItemState(self[f"{key}_facility"].data or "", self[f"{key}_posts"].data, self[f"{key}_opened_on"].data)
            for key in items()
        }
        return TellProgress(dt.date.fromisoformat(self.month.data), states, self.note.data or "")


class AcceptanceForm(Form):
    """What an acceptance found, item by item."""

    accepted_on = DateField(_l("Accepted on"), default=today, validators=[InputRequired(NO_DAY)])
    authority = StringField(_l("Accepted by"), filters=[_stripped], validators=[DataRequired(NEEDED), _long(100)])
    result = RadioField(
        _l("Result"),
        choices=[SelectChoice("passed", _l("passed")), SelectChoice("failed", _l("not passed"))],
        default="passed",
    )
    document = StringField(_l("Document number"), filters=[_stripped], validators=[_long(100)])
    note = TextAreaField(_l("Note"), filters=[_stripped], validators=[_long(1000)])

    def command(self) -> AcceptBasicUnit:
        """What was found."""
        return AcceptBasicUnit(
            self.accepted_on.data or dt.date.max,
            self.authority.data or "",
            self.result.data == "passed",
            self.document.data or "",
            {key: bool(self[f"{key}_accepted"].data) for key in items()},
            self.note.data or "",
        )


for _key in items():
    setattr(
        ProgressForm,
        f"{_key}_facility",
        StringField(_l("Facility"), filters=[_stripped], validators=[_long(LONGEST_FACILITY)]),
    )
    setattr(
        ProgressForm, f"{_key}_posts", IntegerField(_l("Staff posts"), validators=[Empty(), NumberRange(0, MOST_POSTS)])
    )
    setattr(ProgressForm, f"{_key}_opened_on", DateField(_l("Opened on"), validators=[Empty()]))
    setattr(AcceptanceForm, f"{_key}_accepted", BooleanField(_l("accepted")))


def last_told(states: Mapping[str, ItemState]) -> dict[str, object]:
    """The values told last, as the form shows them."""
    return {
        f"{key}_{field}": getattr(state, field)
        for key, state in states.items()
        for field in ("facility", "posts", "opened_on")
    }
