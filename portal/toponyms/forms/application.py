"""The forms of an application: handing in, the checks, each step, and its papers."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from pathlib import Path

from flask import request
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import DateField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from portal.divisions.fields import UnitField
from portal.kernel.web.state import today
from portal.toponyms.catalogue import Item
from portal.toponyms.forms.choices import NEEDED, NO_DAY, TOO_LONG, materials, stripped
from portal.toponyms.forms.placed import PlacedForm
from portal.toponyms.forms.reopened import ReopenedForm
from portal.toponyms.models import Application
from portal.toponyms.permissions import APPLY
from portal.toponyms.rules.judging import LONGEST_NOTE, LONGEST_REASON, Answer
from portal.toponyms.rules.position import Entered, Placed, geojson
from portal.toponyms.rules.proposal import LENGTHS, Proposal
from portal.toponyms.service.commands import AddPaper, EditApplication, Judge, Submit, TakeStep

TEXTS = ("applicant", "plan", "meaning", "nature", "place")


def _area(label: str, field: str, *more: object) -> TextAreaField:
    return TextAreaField(label, filters=[stripped], validators=[*more, Length(max=LENGTHS[field], message=TOO_LONG)])


def _line(label: str, longest: int, *more: object) -> StringField:
    return StringField(label, filters=[stripped], validators=[*more, Length(max=longest, message=TOO_LONG)])


class ApplicationForm(PlacedForm):
    """What is applied for."""

    act = HiddenField(default="naming")
    unit = UnitField(_l("Division"), permission=APPLY, validators=[DataRequired(_l("Choose the division it lies in."))])
    applicant = _line(_l("Applicant"), LENGTHS["applicant"], DataRequired(NEEDED))
    plan = _area(_l("Plan and its reason"), "plan", DataRequired(NEEDED))
    meaning = _area(_l("Origin and meaning"), "meaning")
    nature = _area(_l("Size and nature of what is named"), "nature")
    place = _line(_l("Where it lies, in words"), LENGTHS["place"])
    received_on = DateField(_l("Received on"), default=today, validators=[InputRequired(NO_DAY)])

    def submitted(self, name: uuid.UUID | None) -> Submit:
        """The application to hand in."""
        return Submit(uuid.UUID(self.unit.data), self._said(), name, self.position())

    def edited(self, one: Application) -> EditApplication:
        """The application as it should read."""
        unit, opened_at = uuid.UUID(self.unit.data), self.row_version.data or 0
        return EditApplication(one.public_id, opened_at, unit, self._said(), self._moved(one))

    def _said(self) -> Proposal:
        specific, generic, pinyin = self.parts()
        return Proposal(
            **{field: self[field].data or "" for field in TEXTS},
            act=self.act.data or "",
            kind=self.kind.data or "",
            specific=specific,
            generic=generic,
            pinyin=pinyin,
            received_on=self.received_on.data or dt.date.max,
        )

    def _moved(self, one: Application) -> Entered | Placed | None:
        given = self.position()
        if one.shape is None or given is None or given.kind or given.text != geojson(one.shape):
            return given
        return Placed(one.shape, one.original_geometry or "", one.original_crs or "")


class StepForm(ReopenedForm):
    """A step on a day, with what was found or done; the document belongs to a decision."""

    on_date = DateField(_l("Day"), default=today, validators=[InputRequired(NO_DAY)])
    note = _area(_l("What was found or done"), "note")
    document_number = _line(_l("Number of the document"), 100)
    document_authority = _line(_l("Authority of the document"), 200)
    effective_on = DateField(_l("In force since"), validators=[Optional()])

    def taken(self, public_id: uuid.UUID, verb: str) -> TakeStep:
        """The step to take."""
        return TakeStep(
            public_id,
            self.row_version.data or 0,
            verb,
            self.on_date.data or dt.date.max,
            self.note.data or "",
            self.document_number.data or "",
            self.document_authority.data or "",
            self.effective_on.data,
        )


class LookForm(ReopenedForm):
    """Runs the checks."""


class JudgeForm(ReopenedForm):
    """The answers of a person about a proposed name; the questions are those of the catalogue."""

    on_date = DateField(_l("Day"), default=today, validators=[InputRequired(NO_DAY)])
    reason = TextAreaField(
        _l("Why the name may be used although something was found"),
        filters=[stripped],
        validators=[Length(max=LONGEST_REASON, message=TOO_LONG)],
    )

    def judged(self, public_id: uuid.UUID, asked: Sequence[Item]) -> Judge:
        """The answers to each question that was answered."""
        given = {item.key: _answer(item.key) for item in asked if request.form.get(f"fine-{item.key}")}
        day = self.on_date.data or dt.date.max
        return Judge(public_id, self.row_version.data or 0, day, given, self.reason.data or "")


class PaperForm(ReopenedForm):
    """A paper: its scan, or the word that it lies in the paper file."""

    item = SelectField(_l("Which paper"), choices=materials)
    title = _line(_l("Title"), 200, DataRequired(NEEDED))
    number = _line(_l("Number"), 100)
    dated_on = DateField(_l("Dated"), validators=[Optional()])
    file = FileField(_l("Scan"))

    def added(self, application: uuid.UUID, upload: Path | None, file_name: str) -> AddPaper:
        """The paper to add."""
        said = (self.item.data or "", self.title.data or "", self.number.data or "")
        return AddPaper(application, *said, self.dated_on.data, upload, file_name)


def opened_application(one: Application) -> dict[str, object]:
    """The values of a form that edits an application."""
    same = ("act", "name", "generic", "pinyin", "kind", "received_on", "row_version", *TEXTS)
    values: dict[str, object] = {field: getattr(one, field) for field in same}
    return values | {"unit": one.unit_id, "geometry": geojson(one.shape) if one.shape is not None else ""}


def _answer(key: str) -> Answer:
    note = stripped(request.form.get(f"note-{key}"))[: LONGEST_NOTE + 1]
    return Answer(request.form.get(f"fine-{key}") == "yes", note)
