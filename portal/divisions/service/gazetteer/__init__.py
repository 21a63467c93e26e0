"""Every write of the gazetteer."""

from portal.divisions.service.gazetteer.entries import SaveEntry, save_entry
from portal.divisions.service.gazetteer.reviews import (
    REGISTER_TO_CORRECT,
    Answer,
    OpenReview,
    answer_row,
    close_review,
    confirm_town,
    decide,
    move_due_day,
    open_review,
)
from portal.divisions.service.gazetteer.values import (
    CellChange,
    SaveCells,
    Written,
    plan_cells,
    save_cells,
    take_back_values,
    what_changed,
)

__all__ = [
    "REGISTER_TO_CORRECT",
    "Answer",
    "CellChange",
    "OpenReview",
    "SaveCells",
    "SaveEntry",
    "Written",
    "answer_row",
    "close_review",
    "confirm_town",
    "decide",
    "move_due_day",
    "open_review",
    "plan_cells",
    "save_cells",
    "save_entry",
    "take_back_values",
    "what_changed",
]
