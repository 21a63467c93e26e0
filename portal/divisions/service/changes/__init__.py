"""Every write of change files, and corrections."""

from portal.divisions.service.changes.carrying_out import ChangeRefused
from portal.divisions.service.changes.commands import (
    AddDocument,
    AddShape,
    CorrectUnit,
    DraftChange,
    EditChange,
    TakeStep,
)
from portal.divisions.service.changes.correcting import correct_unit
from portal.divisions.service.changes.drafting import draft_change, edit_change
from portal.divisions.service.changes.papers import add_document, add_shape, withdraw_document
from portal.divisions.service.changes.stepping import facts_of, take_step

__all__ = [
    "AddDocument",
    "AddShape",
    "ChangeRefused",
    "CorrectUnit",
    "DraftChange",
    "EditChange",
    "TakeStep",
    "add_document",
    "add_shape",
    "correct_unit",
    "draft_change",
    "edit_change",
    "facts_of",
    "take_step",
    "withdraw_document",
]
