"""The small forms under a report, a draft and an event; `row_version` is the version that was read."""

from __future__ import annotations

import uuid

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField

from portal.disasters.forms.report import at_most
from portal.disasters.service import ApproveReport, CloseEvent, DiscardDraft, ReturnReport
from portal.kernel.web.forms import Form


class ReturnForm(Form):
    """Back to the unit, with what has to be corrected."""

    reason = TextAreaField(_l("What has to be corrected"), validators=[at_most("reason")])

    def command(self, public_id: uuid.UUID) -> ReturnReport:
        """The report to return."""
        return ReturnReport(public_id, self.reason.data or "", self.row_version.data)


class ApproveForm(Form):
    """The report is right as it stands."""

    def command(self, public_id: uuid.UUID) -> ApproveReport:
        """The report to approve."""
        return ApproveReport(public_id, self.row_version.data)


class DiscardForm(Form):
    """A draft that nobody needs."""

    def command(self, public_id: uuid.UUID) -> DiscardDraft:
        """The draft to discard."""
        return DiscardDraft(public_id, self.row_version.data)


class CloseEventForm(Form):
    """No more first reports on an event."""

    def command(self, public_id: uuid.UUID) -> CloseEvent:
        """The event to close."""
        return CloseEvent(public_id)
