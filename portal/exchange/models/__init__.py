"""Tables of the exchange room."""

from portal.exchange.models.imports import Heading, Import, ParsedRow, RowFinding, RowOutcome, StagedRow, State
from portal.exchange.models.papers import (
    IssuedPaper,
    Number,
    NumberPattern,
    PaperBatch,
    PaperTemplate,
    TemplateChoice,
)

__all__ = [
    "Heading",
    "Import",
    "IssuedPaper",
    "Number",
    "NumberPattern",
    "PaperBatch",
    "PaperTemplate",
    "ParsedRow",
    "RowFinding",
    "RowOutcome",
    "StagedRow",
    "State",
    "TemplateChoice",
]
