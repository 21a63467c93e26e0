"""The form that closes a place."""

from __future__ import annotations

import datetime as dt
import uuid

from flask_babel import lazy_gettext as _l
from wtforms import DateField, TextAreaField
from wtforms.validators import DataRequired, InputRequired

from portal.kernel.web.state import today
from portal.places.forms.choices import NO_DAY, stripped, text_of
from portal.places.forms.reopened import ReopenedForm
from portal.places.service import ClosePlace


class CloseForm(ReopenedForm):
    """Since when a place is no longer there, and why."""

    closed_on = DateField(_l("Out of use since"), default=today, validators=[InputRequired(NO_DAY)])
    reason = TextAreaField(
        _l("Reason"), filters=[stripped], validators=[DataRequired(_l("Enter the reason.")), text_of("reason")]
    )

    def command(self, public_id: uuid.UUID) -> ClosePlace:
        """The place to close."""
        closed_on = self.closed_on.data or dt.date.max
        return ClosePlace(public_id, self.row_version.data or 0, closed_on, self.reason.data or "")
