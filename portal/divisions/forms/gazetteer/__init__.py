"""What people type on the pages of the gazetteer."""

from portal.divisions.forms.gazetteer.asked import Asked, asked, root_of
from portal.divisions.forms.gazetteer.cells import RowForm, block, by_control, row_edits, typed_over
from portal.divisions.forms.gazetteer.reviews import (
    AnswerForm,
    DecisionForm,
    DueForm,
    EmptyForm,
    EntryForm,
    OpenReviewForm,
)

__all__ = [
    "AnswerForm",
    "Asked",
    "DecisionForm",
    "DueForm",
    "EmptyForm",
    "EntryForm",
    "OpenReviewForm",
    "RowForm",
    "asked",
    "block",
    "by_control",
    "root_of",
    "row_edits",
    "typed_over",
]
