"""Forms of change files: a new one, its head, one step, one paper."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from portal.divisions.catalogue import authorities, change_kinds, papers
from portal.divisions.models import Change
from portal.divisions.queries.changes import Chosen
from portal.divisions.rules.changes.lifecycle import State, Step
from portal.divisions.service.changes import AddDocument, DraftChange, EditChange, TakeStep
from portal.errors import Difference, FormInvalid
from portal.kernel.i18n.text import text
from portal.kernel.i18n.translate import pick
from portal.kernel.web.forms import Form
from portal.kernel.web.state import today

NO_DAY = _l("Give a day such as 2026-05-31.")
TOO_LONG = _l("Use at most %(max)d characters.")
LONGEST_WORDS = 100

HEAD = ("title", "authority", "authority_reason", "document_number", "document_authority", "note")
DAYS_OF_STATE: Mapping[str, tuple[str, ...]] = {
    State.DRAFT: ("effective_on",),
    State.APPLIED: ("applied_on", "effective_on"),
    State.APPROVED: ("applied_on", "approved_on", "announced_on", "effective_on"),
}
"""Days that may be put right or planned by hand, by the state of the file."""

STEPPED = ("applied_on", "approved_on")
"""Days that may be another one once their step was taken, but not none."""

DECISION = ("document_number", "document_authority", "authority", "authority_reason")


def stripped(value: str | None) -> str:
    """Without blank space around it, and with one kind of line end."""
    return (value or "").replace("\r\n", "\n").strip()


def _text(label: str, longest: int) -> StringField:
    return StringField(label, filters=[stripped], validators=[Length(max=longest, message=TOO_LONG)])


def _area(label: str, longest: int) -> TextAreaField:
    return TextAreaField(label, filters=[stripped], validators=[Length(max=longest, message=TOO_LONG)])


def kind_choices() -> list[SelectChoice]:
    """Kinds of changes behind an empty choice."""
    offered = [SelectChoice(kind.key, pick(kind.labels)) for kind in change_kinds().values()]
    return [SelectChoice("", _l("Choose a kind of change")), *offered]


def authority_choices() -> list[SelectChoice]:
    """Authorities behind an empty choice."""
    offered = [SelectChoice(one.key, pick(one.labels)) for one in authorities().values()]
    return [SelectChoice("", _l("Choose an authority")), *offered]


def paper_choices() -> list[SelectChoice]:
    """Sorts of papers of a file."""
    return [SelectChoice(key, pick(labels)) for key, labels in papers().items()]


class FileForm(Form):
    """A form of a change file that somebody else may save meanwhile."""

    def reopen(self, row_version: int) -> None:
        """Moves the form to the file's version of now; what was typed stays."""
        self.row_version.data, self.row_version.raw_data = row_version, None

    def told(self) -> list[Difference]:
        """What somebody else saved meanwhile, in the words of this form."""
        return [
            Difference(self._label(one.field), self._words(one.field, one.theirs), self._words(one.field, one.yours))
            for one in self.differences
        ]

    def _label(self, name: str) -> str:
        field = self._fields.get(name)
        return str(field.label.text) if field else str(_l("Divisions of the file"))

    def _words(self, name: str, value: object) -> str:
        if name == "authority" and value in authorities():
            return pick(authorities()[str(value)].labels)
        return str(_l("empty")) if value in (None, "") else str(value)


class DraftForm(Form):
    """A new change file."""

    kind = SelectField(
        _l("Kind of change"), choices=kind_choices, validators=[DataRequired(_l("Choose a kind of change."))]
    )
    title = StringField(
        _l("Title"),
        filters=[stripped],
        validators=[DataRequired(_l("Enter a title.")), Length(max=200, message=TOO_LONG)],
    )
    note = _area(_l("Remarks"), 2000)

    def command(self) -> DraftChange:
        """The file to begin."""
        return DraftChange(self.kind.data or "", self.title.data or "", self.note.data or "")


class HeadForm(FileForm):
    """Title, approval document, authority and days of a file."""

    title = StringField(
        _l("Title"),
        filters=[stripped],
        validators=[DataRequired(_l("Enter a title.")), Length(max=200, message=TOO_LONG)],
    )
    authority = SelectField(_l("Who approves"), choices=authority_choices)
    authority_reason = _area(_l("Reason for another authority"), 500)
    document_number = _text(_l("Number of the approval document"), 100)
    document_authority = _text(_l("Issued by"), 200)
    applied_on = DateField(_l("Applied on"), validators=[Optional()])
    approved_on = DateField(_l("Approved on"), validators=[Optional()])
    announced_on = DateField(_l("Announced on"), validators=[Optional()])
    effective_on = DateField(_l("Effective on"), validators=[Optional()])
    note = _area(_l("Remarks"), 2000)

    def days(self, state: str) -> list[DateField]:
        """The days that may be set by hand in a state."""
        return [self[name] for name in DAYS_OF_STATE.get(state, ())]

    def command(self, file: Change) -> EditChange:
        """The head as it should be. Raises `FormInvalid` when a day is emptied that a step has set."""
        emptied = [day.name for day in self.days(file.state) if day.data is None and day.name in STEPPED]
        if emptied:
            raise FormInvalid({name: [text("This step was taken; give its day.")] for name in emptied})
        facts: dict[str, object] = {name: self[name].data or "" for name in HEAD}
        facts["authority"] = self.authority.data or None
        facts |= {name: self[name].data for name in DAYS_OF_STATE.get(file.state, ())}
        return EditChange(file.public_id, self.row_version.data or 0, facts)


class StepForm(FileForm):
    """One step with its day; the approval brings its document and its authority along."""

    on = DateField(_l("Day"), default=today, validators=[InputRequired(NO_DAY)])
    note = _area(_l("Remarks"), 1000)
    document_number = _text(_l("Number of the approval document"), 100)
    document_authority = _text(_l("Issued by"), 200)
    authority = SelectField(_l("Who approves"), choices=authority_choices)
    authority_reason = _area(_l("Reason for another authority"), 500)

    def command(self, file: Change, step: Step, codes: Mapping[str, Mapping[str, str]]) -> TakeStep:
        """The step to take."""
        facts: dict[str, object] = {}
        if step is Step.APPROVE:
            facts = {name: self[name].data or "" for name in DECISION}
            facts["authority"] = self.authority.data or None
        return TakeStep(
            file.public_id, self.row_version.data or 0, step.value, self.on.data, self.note.data or "", facts, codes
        )


class PaperForm(Form):
    """A paper of a file, with or without its scan."""

    item = SelectField(_l("What it is"), choices=paper_choices)
    title = StringField(
        _l("Title"),
        filters=[stripped],
        validators=[DataRequired(_l("Enter a title.")), Length(max=200, message=TOO_LONG)],
    )
    number = _text(_l("Number"), 100)
    authority = _text(_l("Issued by"), 200)
    dated_on = DateField(_l("Dated"), validators=[Optional()])
    file = FileField(_l("Scan"), description=_l("PDF, JPEG or PNG, at most 15 MB."))

    def command(self, public_id: uuid.UUID, file_id: int | None) -> AddDocument:
        """The paper to add."""
        return AddDocument(
            public_id,
            self.item.data or "other",
            self.title.data or "",
            self.number.data or "",
            self.authority.data or "",
            self.dated_on.data,
            file_id,
        )


class WithdrawForm(Form):
    """That a paper is taken out of a file."""


def opened_head(file: Change) -> dict[str, object]:
    """The values of a form that edits the head of a file."""
    names = ("title", "authority_reason", "document_number", "document_authority", "note", "row_version")
    days = ("applied_on", "approved_on", "announced_on", "effective_on")
    return {name: getattr(file, name) for name in (*names, *days)} | {"authority": file.authority or ""}


def opened_step(file: Change, step: Step, proposed: str | None) -> dict[str, object]:
    """The values of a form that takes a step: what the file says already, else what is proposed."""
    planned = {Step.CARRY_OUT: file.effective_on, Step.APPROVE: file.approved_on, Step.APPLY: file.applied_on}
    return {
        "on": planned.get(step) or today(),
        "document_number": file.document_number,
        "document_authority": file.document_authority,
        "authority": file.authority or proposed or "",
        "authority_reason": file.authority_reason,
        "row_version": file.row_version,
    }


def codes_given(given: Mapping[str, str], keys: Iterable[str], systems: Iterable[str]) -> dict[str, dict[str, str]]:
    """Codes that were typed in fields `code:<unit>:<system>`, without the empty ones."""
    found: dict[str, dict[str, str]] = {}
    names = list(systems)
    for key in keys:
        typed = {system: stripped(given.get(f"code:{key}:{system}")) for system in names}
        if any(typed.values()):
            found[key] = {system: code for system, code in typed.items() if code}
    return found


def chosen(given: Mapping[str, str]) -> Chosen:
    """What the address of the list asks for; what there is not counts as none."""
    state, kind = given.get("state", ""), given.get("kind", "")
    return Chosen(
        state if state in {one.value for one in State} else None,
        kind if kind in change_kinds() else None,
        given.get("words", "").replace("\0", "").strip()[:LONGEST_WORDS],
    )
