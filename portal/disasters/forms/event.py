"""Opening an event by itself, such as a typhoon that reaches over the whole district."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, StringField
from wtforms.validators import Length

from portal.disasters.fields import TOO_LONG, DisasterTypeField
from portal.disasters.forms.report import NO_UNIT, at_most
from portal.disasters.permissions import REPORT_FILE
from portal.disasters.rules.clock import parse_moment
from portal.disasters.rules.event import NewEvent
from portal.disasters.rules.lifecycle import Mode
from portal.disasters.service import OpenEvent
from portal.divisions.fields import UnitField
from portal.errors import BadInput, FormInvalid
from portal.kernel.web.forms import Form

TOWN_AND_ABOVE = (3, 4)


class EventForm(Form):
    """What kind of disaster, when it began, and how far it reaches."""

    type = DisasterTypeField(_l("What kind of disaster"))
    exercise = BooleanField(_l("This is an exercise (a drill), not a real disaster"))
    event_name = StringField(_l("Name of the event"), validators=[at_most("event_name")])
    typhoon_number = StringField(_l("Typhoon number"), validators=[Length(max=10, message=TOO_LONG)])
    occurred_at = StringField(_l("When did it begin"), validators=[Length(max=40, message=TOO_LONG)])
    unit = UnitField(_l("Division it reaches over"), permission=REPORT_FILE, levels=TOWN_AND_ABOVE)

    def command(self) -> OpenEvent:
        """The event to open. Raises `FormInvalid` for a time that cannot be read, or without a division."""
        unit = self.unit.unit
        if unit is None:
            raise FormInvalid({"unit": [NO_UNIT]})
        return OpenEvent(unit.id, self._said(self._began()))

    def _began(self) -> datetime | None:
        try:
            return parse_moment(self.occurred_at.data or "")
        except BadInput as error:
            raise FormInvalid({"occurred_at": [error.message]}) from error

    def _said(self, began: datetime | None) -> NewEvent:
        return NewEvent(
            type_key=self.type.type_key,
            subtype_key=self.type.subtype_key,
            occurred_at=began,
            mode=Mode.EXERCISE if self.exercise.data else Mode.ACTUAL,
            name=(self.event_name.data or "").strip(),
            typhoon_number=(self.typhoon_number.data or "").strip() or None,
        )
