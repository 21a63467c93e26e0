"""Human input of the room: what is typed becomes a command, or messages by field."""

from portal.disasters.forms.event import EventForm
from portal.disasters.forms.filters import DutyFilterForm
from portal.disasters.forms.opening import opened_blank, opened_draft, opened_version
from portal.disasters.forms.report import NEW, ReportForm, report_form
from portal.disasters.forms.review import ApproveForm, CloseEventForm, DiscardForm, ReturnForm

__all__ = [
    "NEW",
    "ApproveForm",
    "CloseEventForm",
    "DiscardForm",
    "DutyFilterForm",
    "EventForm",
    "ReportForm",
    "ReturnForm",
    "opened_blank",
    "opened_draft",
    "opened_version",
    "report_form",
]
