"""The report form: its figures come from the catalogue, and a draft of it is kept exactly as typed."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, HiddenField, StringField, TextAreaField
from wtforms.validators import Length

from portal.disasters.catalogue import Catalogue, Indicator, Labels, in_force
from portal.disasters.fields import (
    TOO_LONG,
    DisasterTypeField,
    ReportingUnitField,
    figure_fields,
    type_choices,
)
from portal.disasters.forms.reading import Reading
from portal.disasters.permissions import REPORT_FILE
from portal.disasters.rules.clock import parse_moment
from portal.disasters.rules.event import NewEvent
from portal.disasters.rules.figures import Figure, field_name, parse_figure
from portal.disasters.rules.lifecycle import Mode
from portal.disasters.rules.limits import LIMITS
from portal.disasters.rules.report import ReportContent, findings
from portal.disasters.rules.wording import Wording
from portal.disasters.service import CorrectReport, FileReport, SaveDraft, StaleDraft
from portal.errors import BadInput, Difference, FormInvalid
from portal.kernel.i18n.text import text
from portal.kernel.i18n.translate import pick
from portal.kernel.web.forms import Form
from portal.kernel.web.state import now

NEW = "new"
"""The value of `event` for an event that is not on the list."""

GUARDS = frozenset({"csrf_token", "client_id", "row_version"})


def at_most(name: str) -> Length:
    """The length that a text may have."""
    return Length(max=LIMITS[name], message=TOO_LONG)


class ReportForm(Form):
    """What every report asks; `report_form` adds the figures. Everything is text, so that nothing typed is lost."""

    event = HiddenField()
    type = DisasterTypeField(_l("What kind of disaster"))
    exercise = BooleanField(_l("This is an exercise (a drill), not a real disaster"))
    event_name = StringField(_l("Name of the event"), validators=[at_most("event_name")])
    typhoon_number = StringField(_l("Typhoon number"), validators=[Length(max=10, message=TOO_LONG)])
    unit = ReportingUnitField(_l("Division this report is for"), permission=REPORT_FILE)
    occurred_at = StringField(_l("When did it happen"), validators=[Length(max=40, message=TOO_LONG)])
    as_at = StringField(_l("The figures are of"), validators=[Length(max=40, message=TOO_LONG)])
    reported_at = StringField(_l("Reported by phone before, at"), validators=[Length(max=40, message=TOO_LONG)])
    place_words = StringField(_l("Where exactly"), validators=[at_most("place_words")])
    lon = StringField(_l("Longitude (east)"), validators=[Length(max=40, message=TOO_LONG)])
    lat = StringField(_l("Latitude (north)"), validators=[Length(max=40, message=TOO_LONG)])
    accuracy = HiddenField(validators=[Length(max=20, message=TOO_LONG)])
    narrative = TextAreaField(_l("What happened"), validators=[at_most("narrative")])
    note = TextAreaField(_l("Explanation of unusual figures"), validators=[at_most("note")])
    filler = StringField(_l("Your name"), validators=[at_most("filler")])
    phone = StringField(_l("Phone number"), validators=[at_most("phone")])

    catalogue: Catalogue
    type_key: str | None

    def typed(self) -> dict[str, str]:
        """Everything as typed, by field."""
        return {field.name: _raw(field.raw_data) for field in self if field.name not in GUARDS}

    def save(self, public_id: uuid.UUID | None = None, unit_id: int | None = None) -> SaveDraft:
        """The draft as it stands; a correction names the unit of its report."""
        chosen = unit_id or (self.unit.unit.id if self.unit.unit else None)
        if chosen is None:
            raise FormInvalid({"unit": [NO_UNIT]})
        return SaveDraft(chosen, self.typed(), public_id, self.row_version.data)

    def file(self, draft_id: uuid.UUID | None = None) -> FileReport:
        """The first report. Raises `FormInvalid` with all messages at once."""
        reading = Reading(self.typed())
        new_event = self._new_event(reading) if self.is_new_event else None
        event_id = None if self.is_new_event else reading.read("event", _event_id)
        unit_id = self.unit.unit.id if self.unit.unit else 0
        if not unit_id:
            reading.refuse("unit", NO_UNIT)
        content = self._content(reading, new_event)
        return FileReport(unit_id, content, event_id, new_event, draft_id, self.row_version.data, typed=reading.typed)

    def correct(self, public_id: uuid.UUID) -> CorrectReport:
        """The next version of a returned report. Raises `FormInvalid` with all messages at once."""
        reading = Reading(self.typed())
        return CorrectReport(public_id, self._content(reading), self.row_version.data, reading.typed)

    @property
    def is_new_event(self) -> bool:
        """Whether the report opens its event."""
        return self.event.data == NEW

    def figure_groups(self) -> list[tuple[Labels, list[tuple[Indicator, list[Field]]]]]:
        """The figures as the page shows them: by group, each with the fields of its one or two values."""
        indicators = self.catalogue.indicators
        groups: dict[str, list[tuple[Indicator, list[Field]]]] = {}
        for each in indicators.first_report(self.type_key):
            fields = [self[field_name(each.key, measure)] for measure in each.measures]
            groups.setdefault(each.group, []).append((each, fields))
        return [(indicators.groups[key], members) for key, members in groups.items()]

    def say(self, messages: Mapping[str, Sequence[object]]) -> None:
        """Adds messages to fields; sentences of the catalogue are said in the reader's language."""
        super().say({name: [_said(message) for message in group] for name, group in messages.items()})

    def labels(self) -> dict[str, str]:
        """What each field is called."""
        return {field.name: str(field.label.text) for field in self}

    def told(self) -> list[Difference]:
        """What differs after a stale save, in the words of this form."""
        return [
            Difference(d.field, self._words(d.field, d.theirs), self._words(d.field, d.yours)) for d in self.differences
        ]

    @contextmanager
    def catching(self) -> Iterator[None]:
        """As every form; after a stale save the next one is meant for the draft as it is now."""
        with super().catching():
            try:
                yield
            except StaleDraft as error:
                self.row_version.data, self.row_version.raw_data = error.row_version, None
                raise

    def _words(self, name: str, value: object) -> str:
        """What a typed value means to people: choices are sent as keys."""
        choices = {"unit": [(str(unit.public_id), unit.label) for unit in self.unit.units]}
        choices["type"] = [(str(choice.value), str(choice.label)) for choice in type_choices()]
        choices["exercise"] = [("y", gettext("Yes")), ("", gettext("No"))]
        return dict(choices.get(name, ())).get(str(value), str(value))

    def _content(self, reading: Reading, new_event: NewEvent | None = None) -> ReportContent:
        typed = reading.typed
        content = ReportContent(
            occurred_at=reading.read("occurred_at", parse_moment),
            as_at=reading.read("as_at", parse_moment),
            reported_at=reading.read("reported_at", parse_moment),
            narrative=typed["narrative"],
            filler=typed["filler"],
            phone=typed["phone"],
            note=typed["note"],
            place=reading.place(),
            figures=self._figures(reading),
        )
        said = findings(content, self.catalogue, now(), new_event)
        found = reading.unreadable | {name: group for name, group in said.items() if name not in reading.unreadable}
        if found:
            raise FormInvalid(found)
        return content

    def _figures(self, reading: Reading) -> dict[str, Figure]:
        asked = self.catalogue.indicators.first_report(self.type_key)
        read = {
            each.key: Figure(*(reading.read(field_name(each.key, measure), parse_figure) for measure in each.measures))
            for each in asked
        }
        return {key: figure for key, figure in read.items() if figure.known()}

    def _new_event(self, reading: Reading) -> NewEvent:
        return NewEvent(
            type_key=self.type.type_key,
            subtype_key=self.type.subtype_key,
            occurred_at=_moment(reading.typed["occurred_at"]),
            mode=Mode.EXERCISE if self.exercise.data else Mode.ACTUAL,
            name=reading.typed["event_name"].strip(),
            typhoon_number=reading.typed["typhoon_number"].strip() or None,
        )


NO_UNIT = text("Choose the division this report is for.")


@lru_cache(maxsize=64)
def report_form(on: dt.date, type_key: str | None = None) -> type[ReportForm]:
    """The form of a day with the figures that a type of disaster is asked for; all of them while it is not known."""
    catalogue = in_force(on)
    fields = figure_fields(catalogue.indicators, type_key)
    return type("FirstReportForm", (ReportForm,), {"catalogue": catalogue, "type_key": type_key, **fields})


def _said(message: object) -> object:
    if isinstance(message, Wording):
        return pick({language: message.said(language) for language in message.words})
    return message


def _raw(values: Sequence[str] | None) -> str:
    return values[0] if values else ""


def _event_id(typed: str) -> uuid.UUID:
    try:
        return uuid.UUID(typed)
    except ValueError as error:
        raise BadInput(text("Say which event this report is about.")) from error


def _moment(typed: str) -> dt.datetime | None:
    """A clock whose message, if any, its own reading gives."""
    with suppress(BadInput):
        return parse_moment(typed)
    return None
