"""What may be asked of change files."""

from portal.divisions.queries.changes.files import (
    TOLERANCE_M,
    Chosen,
    change,
    change_shapes,
    changes,
    content_of,
    document,
    documents,
    in_scope,
    last_step,
    plan_of,
    steps,
)
from portal.divisions.queries.changes.situation import situation

__all__ = [
    "TOLERANCE_M",
    "Chosen",
    "change",
    "change_shapes",
    "changes",
    "content_of",
    "document",
    "documents",
    "in_scope",
    "last_step",
    "plan_of",
    "situation",
    "steps",
]
