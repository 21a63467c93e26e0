"""Forms of the maps room."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from portal.kernel.web.forms import Form
from portal.maps.service import PublishLayer


class PublishForm(Form):
    """The legal fields of an edition."""

    approval_number = StringField(_l("Map approval number (审图号)"), validators=[Length(max=100)])
    sample = BooleanField(_l("Publish as a sample that is not in force"))
    note = StringField(_l("Note for the record"), validators=[Length(max=500)])

    def command(self) -> PublishLayer:
        """What the publisher said."""
        return PublishLayer(
            approval_number=(self.approval_number.data or "").strip() or None,
            sample=bool(self.sample.data),
            note=(self.note.data or "").strip() or None,
        )


class WithdrawForm(Form):
    """Why an edition is taken off the public map."""

    note = TextAreaField(_l("Reason"), validators=[InputRequired(_l("Enter the reason.")), Length(max=500)])
