"""Every write of the room."""

from portal.divisions.service.ancestry import one_at_a_time, rebuild_ancestry
from portal.divisions.service.batch import Batch, CodeRow, NewUnit, ShapeRow, Subject, Term, VersionRow
from portal.divisions.service.changes import (
    AddDocument,
    AddShape,
    ChangeRefused,
    CorrectUnit,
    DraftChange,
    EditChange,
    TakeStep,
    add_document,
    add_shape,
    correct_unit,
    draft_change,
    edit_change,
    facts_of,
    take_step,
    withdraw_document,
)
from portal.divisions.service.entry import enter_units
from portal.divisions.service.home import MakeHome, make_home
from portal.divisions.service.undoing import take_back_units

__all__ = [
    "AddDocument",
    "AddShape",
    "Batch",
    "ChangeRefused",
    "CodeRow",
    "CorrectUnit",
    "DraftChange",
    "EditChange",
    "MakeHome",
    "NewUnit",
    "ShapeRow",
    "Subject",
    "TakeStep",
    "Term",
    "VersionRow",
    "add_document",
    "add_shape",
    "correct_unit",
    "draft_change",
    "edit_change",
    "enter_units",
    "facts_of",
    "make_home",
    "one_at_a_time",
    "rebuild_ancestry",
    "take_back_units",
    "take_step",
    "withdraw_document",
]
