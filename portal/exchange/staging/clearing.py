"""Taking staged rows away: before they are read or checked again, and when their file goes."""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.orm import Session

from portal.exchange.models import ParsedRow, RowFinding, RowOutcome, StagedRow


def clear_read(session: Session, import_id: int) -> None:
    """Everything that was read of a file and said of it."""
    for table in (StagedRow, ParsedRow, RowOutcome, RowFinding):
        session.execute(delete(table).where(table.import_id == import_id))


def clear_checked(session: Session, import_id: int) -> None:
    """What checks said; what was read stays."""
    for table in (ParsedRow, RowOutcome):
        session.execute(delete(table).where(table.import_id == import_id))
    session.execute(delete(RowFinding).where(RowFinding.import_id == import_id, RowFinding.stage == "checking"))
