"""Which reports a list or a map shows; nothing is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import DateField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Optional

from portal.disasters import queries
from portal.disasters.fields import UnitFilterField
from portal.disasters.models import Event
from portal.disasters.permissions import REPORT_READ
from portal.disasters.queries import DutyFilter
from portal.disasters.rules.lifecycle import Mode, State
from portal.kernel.web.state import actor, app_session

STATES: dict[str, Any] = {
    State.SUBMITTED: _l("Waiting for review"),
    State.RETURNED: _l("Returned"),
    State.APPROVED: _l("Approved"),
}
MODES: dict[str, Any] = {Mode.ACTUAL: _l("Real"), Mode.EXERCISE: _l("Exercise")}


NO_DAY = _l("Give a day such as 2026-05-31.")
NOT_OFFERED = _l("Choose from the list.")


def all_and(offered: Mapping[str, object]) -> list[SelectChoice]:
    """What is offered, after an entry for all of it."""
    return [SelectChoice("", _l("All")), *(SelectChoice(value, label) for value, label in offered.items())]


class ChoiceField(SelectField):
    """A select whose first entry means all."""

    def __init__(self, label: Any, offered: Mapping[str, object], **kwargs: Any) -> None:
        kwargs["invalid_choice_message"] = NOT_OFFERED
        super().__init__(label, choices=all_and(offered), default="", **kwargs)


class DayField(DateField):
    """A day, or none."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(label, validators=[Optional()], **(kwargs | {"invalid_value_message": NO_DAY}))


class DutyFilterForm(FlaskForm):  # type: ignore[misc]
    """State, kind, division, event and days; whatever is not understood narrows nothing."""

    class Meta:
        csrf = False

    state = ChoiceField(_l("State"), offered=STATES)
    mode = ChoiceField(_l("Real or exercise"), offered=MODES)
    unit = UnitFilterField(_l("Division"), permission=REPORT_READ, levels=(3, 4))
    event = ChoiceField(_l("Event"), offered={})
    since = DayField(_l("From day"))
    until = DayField(_l("To day"))

    def __init__(self, asked: MultiDict[str, str]) -> None:
        self.events: Sequence[Event] = queries.events(app_session(), actor(), REPORT_READ)
        super().__init__(formdata=asked)
        self.event.choices = all_and({str(event.public_id): event.name for event in self.events})
        self.validate()

    def wanted(self) -> DutyFilter:
        """What is asked for."""
        unit = None if self.unit.errors else self.unit.unit
        return DutyFilter(
            state="" if self.state.errors else self.state.data,
            mode="" if self.mode.errors else self.mode.data,
            unit_id=unit.id if unit else None,
            event_id=next((event.id for event in self.events if str(event.public_id) == self.event.data), None),
            since=self.since.data,
            until=self.until.data,
        )

    def asked(self, **other: str) -> dict[str, Any]:
        """The filter as it stands in an address, with some of it replaced."""
        kept = {field.name: field.raw_data[0] for field in self if field.raw_data and not field.errors}
        return {name: value for name, value in (kept | other).items() if value}
