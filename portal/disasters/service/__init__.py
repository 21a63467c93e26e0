"""Every write of the room, one verb a function. They check, audit and flush; the caller commits."""

from portal.disasters.service.drafts import DiscardDraft, SaveDraft, StaleDraft, discard_draft, save_draft
from portal.disasters.service.events import CloseEvent, OpenEvent, close_event, open_event
from portal.disasters.service.filing import CorrectReport, FileReport, correct_report, file_report
from portal.disasters.service.review import ApproveReport, ReturnReport, approve_report, return_report

__all__ = [
    "ApproveReport",
    "CloseEvent",
    "CorrectReport",
    "DiscardDraft",
    "FileReport",
    "OpenEvent",
    "ReturnReport",
    "SaveDraft",
    "StaleDraft",
    "approve_report",
    "close_event",
    "correct_report",
    "discard_draft",
    "file_report",
    "open_event",
    "return_report",
    "save_draft",
]
