"""Staged rows to typed values and checked shapes in CGCS2000; what cannot be read becomes findings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from portal.exchange.models import RowFinding, StagedRow
from portal.exchange.staging.cells import FieldReader, plain_values
from portal.exchange.staging.copying import FINDINGS, LONGEST_VALUE, as_json, copy_rows
from portal.exchange.staging.positions import shapes_of
from portal.exchange.staging.setup import Setup
from portal.kernel.contracts.importing import Importer
from portal.kernel.db.base import STORAGE_SRID
from portal.kernel.geo.crs import DeclaredCrs, parse_crs
from portal.kernel.geo.mending import check_shapes
from portal.kernel.geo.problem import Problem
from portal.kernel.i18n.plain import to_plain

PAGE = 2000

Told = tuple[int, str, str | None]
"""A finding: the number of its row, its code and its column."""

SHAPE = None
"""The column of findings about a shape: none."""


@dataclass
class Parsed:
    """What a page of rows became: rows for `parsed_rows`, findings, and the numbers of refused rows."""

    rows: list[tuple[object, ...]] = field(default_factory=list)
    findings: list[tuple[object, ...]] = field(default_factory=list)
    refused: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class Parser:
    """How the rows of one import are understood."""

    import_id: int
    importer: Importer
    setup: Setup
    columns: Sequence[str]
    on: dt.date

    @property
    def crs(self) -> DeclaredCrs | None:
        """The declared system; None where no geometry is expected."""
        return parse_crs(self.setup.crs) if self.setup.crs and self.importer.shape else None

    def page(self, staged: Sequence[StagedRow], told: set[Told]) -> Parsed:
        """Parses a page; `told` is what the reader refused already: it is not said twice of a cell."""
        found, refused = Parsed(), {number for number, _, _ in told}
        reader = FieldReader(self.importer.fields, self.setup.columns, self.columns, self.on)
        shapes = self._shapes(staged)
        for row, (shape, problems) in zip(staged, shapes, strict=True):
            values, written, wrong = reader.read(row.raw)
            for problem, column, value in [*wrong, *((problem, SHAPE, None) for problem in problems)]:
                if (row.number, problem.code, column) not in told:
                    found.findings.append(self._finding(row, problem, column, value))
                if problem.level == "error":
                    found.refused.add(row.number)
            if row.number in refused:
                found.refused.add(row.number)
            found.rows.append(self._parsed(row, values, written, shape))
        return found

    def _shapes(self, staged: Sequence[StagedRow]) -> list[tuple[BaseGeometry | None, Sequence[Problem]]]:
        rule, crs = self.importer.shape, self.crs
        if rule is None or crs is None:
            return [(None, ())] * len(staged)
        given, wrong = shapes_of(staged, self.setup, self.columns)
        checked = check_shapes(given, crs, rule, mend=self.setup.mend)
        return [
            (shape, [*bad, *(problems if not bad else [])])
            for (shape, problems), bad in zip(checked, wrong, strict=True)
        ]

    def _finding(self, row: StagedRow, problem: Problem, column: str | None, value: str | None) -> tuple[object, ...]:
        kept = value[:LONGEST_VALUE] if value else value
        said = as_json(to_plain(problem.text))
        return (self.import_id, row.number, row.line, "checking", problem.level, problem.code, column, kept, said)

    def _parsed(
        self, row: StagedRow, values: dict[str, object], written: dict[str, str | None], shape: BaseGeometry | None
    ) -> tuple[object, ...]:
        geom = shapely.to_wkb(shapely.set_srid(shape, STORAGE_SRID), hex=True, include_srid=True) if shape else None
        return (self.import_id, row.number, row.line, as_json(plain_values(values)), as_json(written), geom)


def parse_rows(session: Session, parser: Parser, total: int, tell: Callable[[int, int | None], None]) -> None:
    """Parses all staged rows of an import into `parsed_rows`, `row_findings` and refused `row_outcomes`."""
    told = {(number, code, column) for number, code, column in session.execute(_refused_by_reader(parser.import_id))}
    done = 0
    for staged in _pages(session, parser.import_id):
        found = parser.page(staged, told)
        _keep(session, parser.import_id, found)
        done += len(staged)
        tell(done, total)


def _refused_by_reader(import_id: int) -> Select[int, str, str | None]:
    return select(RowFinding.number, RowFinding.code, RowFinding.column).where(
        RowFinding.import_id == import_id, RowFinding.level == "error", RowFinding.stage == "reading"
    )


def _pages(session: Session, import_id: int) -> Iterator[Sequence[StagedRow]]:
    """The staged rows in the order of the file, a page at a time; nothing is held longer."""
    last = 0
    while True:
        query = (
            select(StagedRow)
            .where(StagedRow.import_id == import_id, StagedRow.number > last)
            .order_by(StagedRow.number)
            .limit(PAGE)
        )
        page = session.scalars(query).all()
        if not page:
            return
        last = page[-1].number
        for row in page:
            session.expunge(row)
        yield page


def _keep(session: Session, import_id: int, found: Parsed) -> None:
    columns = ("import_id", "number", "line", "fields", "written", "geom")
    copy_rows(session, "parsed_rows", columns, found.rows)
    copy_rows(session, "row_findings", FINDINGS, found.findings)
    refused = [(import_id, number, "refused", None, None) for number in sorted(found.refused)]
    copy_rows(session, "row_outcomes", ("import_id", "number", "action", "target", "changes"), refused)
