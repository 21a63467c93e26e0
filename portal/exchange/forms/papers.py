"""Forms of papers: issuing one, declaring one void, many at once, templates and how numbers are written."""

from __future__ import annotations

import datetime as dt

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, InputRequired, Length

from portal.kernel.i18n.translate import DEFAULT
from portal.kernel.web.forms import Form
from portal.kernel.web.state import today

NO_DAY = _l("Enter a date, such as 2024-05-31.")
LANGUAGES = [SelectChoice(DEFAULT, _l("Chinese")), SelectChoice("en", _l("English"))]


class IssueForm(Form):
    """For which day and in which language a paper is issued."""

    at = DateField(_l("As of"), default=today, validators=[InputRequired(NO_DAY)])
    locale = RadioField(_l("Language of the paper"), choices=LANGUAGES, default=DEFAULT)

    @property
    def day(self) -> dt.date:
        """The day, once it is valid."""
        return self.at.data or today()


class BatchForm(IssueForm):
    """Many papers at once."""

    form = RadioField(
        _l("Form of the file"),
        choices=[
            SelectChoice("pdf", _l("One PDF for printing")),
            SelectChoice("zip", _l("A zip with a Word file and a PDF of each")),
        ],
        default="pdf",
    )


class VoidForm(Form):
    """Why a paper no longer counts."""

    reason = TextAreaField(
        _l("Reason"),
        filters=[lambda said: (said or "").strip()],
        validators=[DataRequired(_l("Enter the reason.")), Length(max=500)],
    )


class TemplateForm(Form):
    """A new version of a Word template."""

    file = FileField(_l("Word document (.docx)"), validators=[FileRequired(_l("Choose a file."))])
    note = StringField(
        _l("What is different"), filters=[lambda said: (said or "").strip()], validators=[Length(max=500)]
    )


class ChooseForm(Form):
    """Which version is used; empty is the template of the house."""

    version = HiddenField()


class PatternForm(Form):
    """How the numbers of a series are written."""

    pattern = StringField(
        _l("How numbers are written"),
        filters=[lambda said: (said or "").strip()],
        validators=[DataRequired(_l("Enter a pattern.")), Length(max=80)],
    )
