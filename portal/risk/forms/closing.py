"""The form that closes a hazard."""

from __future__ import annotations

import datetime as dt
import uuid

from flask_babel import lazy_gettext as _l
from wtforms import DateField, TextAreaField
from wtforms.validators import DataRequired, InputRequired

from portal.kernel.web.state import today
from portal.risk.forms.choices import NO_DAY, stripped, text_of
from portal.risk.forms.reopened import ReopenedForm
from portal.risk.service import CloseHazard


class CloseForm(ReopenedForm):
    """Since when a hazard is no longer there, and why."""

    closed_on = DateField(_l("No longer there since"), default=today, validators=[InputRequired(NO_DAY)])
    reason = TextAreaField(
        _l("Reason"), filters=[stripped], validators=[DataRequired(_l("Enter the reason.")), text_of("reason")]
    )

    def command(self, public_id: uuid.UUID) -> CloseHazard:
        """The hazard to close."""
        closed_on = self.closed_on.data or dt.date.max
        return CloseHazard(public_id, self.row_version.data or 0, closed_on, self.reason.data or "")
