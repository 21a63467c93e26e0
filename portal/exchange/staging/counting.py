"""How many rows there are of each outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from portal.exchange.models import ParsedRow, RowFinding, RowOutcome


@dataclass(frozen=True)
class Counts:
    """Rows by outcome, findings by level; `digest` names the plan they come from."""

    total: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    errors: int = 0
    notes: int = 0
    digest: str = ""

    @classmethod
    def of(cls, kept: Mapping[str, object] | None) -> Counts:
        """The counts that `plain` gave; zeros for None."""
        return cls(**{one.name: (kept or {})[one.name] for one in fields(cls) if one.name in (kept or {})})  # type: ignore[arg-type]

    def plain(self) -> dict[str, object]:
        """For a column of JSON."""
        return asdict(self)


def count(session: Session, import_id: int, digest: str) -> Counts:
    """The counts of an import as it stands after its check."""
    actions = _by(session, select(RowOutcome.action, func.count()).where(RowOutcome.import_id == import_id))
    levels = _by(session, select(RowFinding.level, func.count()).where(RowFinding.import_id == import_id))
    total = session.scalar(select(func.count()).select_from(ParsedRow).where(ParsedRow.import_id == import_id)) or 0
    return Counts(total=total, errors=levels.get("error", 0), notes=levels.get("note", 0), digest=digest, **actions)


def _by(session: Session, query: Select[str, int]) -> dict[str, int]:
    return dict(session.execute(query.group_by(query.selected_columns[0])).all())
