"""Rows on their way in without the pipeline: typed by hand, held in memory, planned and entered on a real database."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from portal.kernel.access.actor import Actor
from portal.kernel.contracts.importing import Action, Importer, ImportRow, Manifest

WRITTEN = (Action.NEW, Action.CHANGED)


@dataclass
class StagedRows:
    """`Staging` over a list. As the pipeline does, it keeps outcomes as JSON between plan and enter."""

    rows: list[ImportRow]
    options: Mapping[str, object]
    today: dt.date
    source: str = "名单.xlsx"
    entering: bool = False
    chunk_sizes: list[int] = field(default_factory=list)

    def chunks(self, size: int = 1000) -> Iterator[Sequence[ImportRow]]:
        """As the contract says."""
        wanted = [row for row in self.rows if (row.action in WRITTEN if self.entering else True) and not row.refused]
        for start in range(0, len(wanted), size):
            self.chunk_sizes.append(len(wanted[start : start + size]))
            yield wanted[start : start + size]

    def for_entering(self) -> StagedRows:
        """The same rows after the plan, read back."""
        return StagedRows([_kept(row) for row in self.rows], self.options, self.today, self.source, entering=True)


def staged(
    importer: Importer,
    rows: Sequence[Mapping[str, object]],
    *,
    shapes: Sequence[BaseGeometry | None] = (),
    options: Mapping[str, object] | None = None,
    today: dt.date,
    crs: str = "EPSG:4490",
) -> StagedRows:
    """Rows of an importer with values by field; a key that it does not know is a mistake of the test."""
    known = [one.key for one in importer.fields]
    for given in rows:
        assert set(given) <= set(known), set(given) - set(known)
    drawn = [*shapes, *[None] * (len(rows) - len(shapes))]
    made = [_row(i, dict.fromkeys(known) | dict(given), drawn[i], crs) for i, given in enumerate(rows)]
    return StagedRows(made, dict.fromkeys(one.key for one in importer.options) | dict(options or {}), today)


def planned(session: Session, actor: Actor, importer: Importer, staging: StagedRows) -> list[ImportRow]:
    """The rows after the plan; every one is refused or settled."""
    importer.plan(session, actor, staging)
    assert all(row.refused or row.action for row in staging.rows)
    return staging.rows


def entered(session: Session, actor: Actor, importer: Importer, staging: StagedRows) -> Manifest:
    """Plans and enters, and gives the manifest as it comes back from the database."""
    assert [found for row in planned(session, actor, importer, staging) for found in row.findings if row.refused] == []
    manifest = importer.enter(session, actor, staging.for_entering())
    kept: Manifest = json.loads(json.dumps(manifest))
    return kept


def codes(row: ImportRow) -> list[str]:
    """The codes of what was found in a row."""
    return [found.problem.code for found in row.findings]


def _row(i: int, values: dict[str, object], shape: BaseGeometry | None, crs: str) -> ImportRow:
    written = {key: None if value is None else str(value) for key, value in values.items()}
    return ImportRow(i + 1, i + 2, values, written, shape, crs if shape is not None else "")


def _kept(row: ImportRow) -> ImportRow:
    again = ImportRow(row.number, row.line, row.values, row.written, row.shape, row.crs)
    changes = json.loads(json.dumps({key: list(pair) for key, pair in row.changes.items()}, default=str))
    if row.refused:
        again.findings = list(row.findings)
    elif row.action is not None:
        again.settle(row.action, row.target, {key: tuple(pair) for key, pair in changes.items()})
    return again
