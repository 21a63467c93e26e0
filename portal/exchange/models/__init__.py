"""Tables of the exchange room."""

from portal.exchange.models.imports import Heading, Import, ParsedRow, RowFinding, RowOutcome, StagedRow, State

__all__ = ["Heading", "Import", "ParsedRow", "RowFinding", "RowOutcome", "StagedRow", "State"]
