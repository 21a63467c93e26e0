"""The forms of a yearly review and of text entries."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, StringField, SubmitField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from portal.divisions.forms.gazetteer.cells import NEEDED, NO_DAY, CellsForm
from portal.divisions.rules.gazetteer.cells import FIRST_YEAR
from portal.divisions.service.gazetteer import OpenReview
from portal.kernel.web.forms import Form
from portal.kernel.web.state import today

TOO_LONG = _l("Use at most %(max)d characters.")


class OpenReviewForm(Form):
    """The year, the day by which towns answer, a word to them."""

    year = IntegerField(
        _l("Year"),
        default=lambda: today().year,
        validators=[InputRequired(_l("Enter the year.")), NumberRange(FIRST_YEAR, 2200)],
    )
    due_on = DateField(_l("Towns answer by"), validators=[InputRequired(NO_DAY)])
    note = TextAreaField(_l("Note to the towns"), validators=[Length(max=1000, message=TOO_LONG)])

    def command(self) -> OpenReview:
        """The review to open."""
        assert self.year.data is not None  # noqa: S101 - required above
        assert self.due_on.data is not None  # noqa: S101 - required above
        return OpenReview(self.year.data, self.due_on.data, self.note.data or "")


class DueForm(Form):
    """Another day by which towns answer."""

    due_on = DateField(_l("Towns answer by"), validators=[InputRequired(NO_DAY)])


class EmptyForm(Form):
    """A button that needs nothing typed."""


class AnswerForm(CellsForm):
    """A town's word on one row; the cells are read beside it."""

    note = TextAreaField(_l("Note to the bureau"), validators=[Length(max=1000, message=TOO_LONG)])


class DecisionForm(Form):
    """Take over, or decline with a reason."""

    reason = StringField(_l("Reason"), validators=[Length(max=500, message=TOO_LONG)])
    take = SubmitField(_l("Take over"))
    decline = SubmitField(_l("Decline"))


class EntryForm(Form):
    """A section of a text entry."""

    body = TextAreaField(_l("Text"), validators=[DataRequired(_l("Write the text of this section."))])
    source = StringField(_l("Source"), validators=[DataRequired(NEEDED), Length(max=300, message=TOO_LONG)])
    reviewer = StringField(_l("Reviewer"), validators=[Length(max=100, message=TOO_LONG)])
    reviewed_on = DateField(_l("Reviewed on"), validators=[Optional()])

    def reopen_at(self, version: int) -> None:
        """Opens the form again at the version that is saved now, with what was typed."""
        self.row_version.data = version
        self.row_version.raw_data = None
