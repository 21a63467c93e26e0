"""Imports as their owner sees them: the list, one of them, what was found, what would change, where it lies."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import ColumnElement, and_, func, select, true
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from portal.divisions.queries import home_unit_id
from portal.divisions.queries.snapshot import shapes_below, shapes_of
from portal.errors import NotFound, RuleBroken
from portal.exchange.models import Heading, Import, ParsedRow, RowFinding, RowOutcome, StagedRow
from portal.kernel.access.actor import Actor
from portal.kernel.i18n.plain import from_plain
from portal.kernel.i18n.text import Text, text

FEATURES = 2000
"""Shapes on the map of a preview; of more, every so-many-th is drawn."""


@dataclass(frozen=True)
class Told:
    """A finding as a page shows it."""

    number: int
    line: int
    level: str
    code: str
    column: str | None
    value: str | None
    sentence: Text


@dataclass(frozen=True)
class Difference:
    """A row that would change something on record: (before, after) by field."""

    number: int
    line: int
    target: str | None
    changes: Mapping[str, tuple[object, object]]


def imports_of(session: Session, actor: Actor, limit: int = 50) -> Sequence[Import]:
    """One's own imports, the newest first."""
    return session.scalars(select(Import).where(_own(actor)).order_by(Import.id.desc()).limit(limit)).all()


def import_of(session: Session, actor: Actor, public_id: uuid.UUID, *, lock: bool = False, wait: bool = True) -> Import:
    """One of one's own imports, locked if it is to be moved on; raises `NotFound`.

    A job holds the lock as long as its step takes; whoever does not want to `wait` for it gets `RuleBroken`.
    """
    query = select(Import).where(Import.public_id == public_id, _own(actor)).execution_options(populate_existing=True)
    found = session.scalar(query.with_for_update(skip_locked=not wait) if lock else query)
    if found is None and not wait and session.scalar(query) is not None:
        raise RuleBroken(text("This import is being worked on at the moment; look at it again."))
    if found is None:
        raise NotFound(text("There is no such import."))
    return found


def findings(session: Session, found: Import, *, level: str = "", limit: int = 100, offset: int = 0) -> list[Told]:
    """What was found, errors first, in the order of the file."""
    query = select(RowFinding).where(RowFinding.import_id == found.id)
    if level:
        query = query.where(RowFinding.level == level)
    query = query.order_by(RowFinding.level, RowFinding.number, RowFinding.id).limit(limit).offset(offset)
    return [_told(row) for row in session.scalars(query)]


def reasons(session: Session, found: Import) -> dict[int, list[Told]]:
    """Everything that was found by line, for the file that goes back."""
    query = select(RowFinding).where(RowFinding.import_id == found.id).order_by(RowFinding.number, RowFinding.id)
    told: dict[int, list[Told]] = {}
    for row in session.scalars(query):
        told.setdefault(row.line, []).append(_told(row))
    return told


def codes(session: Session, found: Import) -> list[tuple[str, str, int]]:
    """Levels and codes of findings with how many there are, the most first."""
    query = select(RowFinding.level, RowFinding.code, func.count()).where(RowFinding.import_id == found.id)
    grouped = query.group_by(RowFinding.level, RowFinding.code)
    return [(level, code, number) for level, code, number in session.execute(grouped.order_by(func.count().desc()))]


def differences(session: Session, found: Import, limit: int = 100) -> list[Difference]:
    """The first rows that would change something on record."""
    query = (
        select(RowOutcome, ParsedRow.line)
        .join(ParsedRow, and_(ParsedRow.import_id == RowOutcome.import_id, ParsedRow.number == RowOutcome.number))
        .where(RowOutcome.import_id == found.id, RowOutcome.action == "changed")
        .order_by(RowOutcome.number)
        .limit(limit)
    )
    return [Difference(row.number, line, row.target, _pairs(row.changes)) for row, line in session.execute(query)]


def first_rows(session: Session, found: Import, limit: int = 5) -> Sequence[StagedRow]:
    """The first rows as they stand in the file."""
    query = select(StagedRow).where(StagedRow.import_id == found.id).order_by(StagedRow.number).limit(limit)
    return session.scalars(query).all()


def staged_on_lines(session: Session, found: Import, lines: Sequence[int]) -> Sequence[StagedRow]:
    """The rows that begin on some lines, in the order of the file."""
    query = select(StagedRow).where(StagedRow.import_id == found.id, StagedRow.line.in_(lines))
    return session.scalars(query.order_by(StagedRow.number)).all()


def staged_count(session: Session, found: Import) -> int:
    """How many rows are staged; none after a crash emptied the table."""
    query = select(func.count()).select_from(StagedRow).where(StagedRow.import_id == found.id)
    return session.scalar(query) or 0


def planned_count(session: Session, found: Import) -> int:
    """How many rows are parsed and have their outcome; none after a crash emptied the tables."""
    both = and_(ParsedRow.import_id == RowOutcome.import_id, ParsedRow.number == RowOutcome.number)
    query = select(func.count()).select_from(RowOutcome).join(ParsedRow, both).where(RowOutcome.import_id == found.id)
    return session.scalar(query) or 0


def remembered(session: Session, what: str) -> dict[str, str]:
    """Which field a heading meant last time."""
    return dict(session.execute(select(Heading.heading, Heading.field).where(Heading.what == what)).all())


def sample_shapes(session: Session, found: Import, limit: int = 500) -> list[BaseGeometry]:
    """Some of the checked shapes, in EPSG:4490."""
    query = (
        select(func.ST_AsBinary(ParsedRow.geom))
        .where(ParsedRow.import_id == found.id, ParsedRow.geom.is_not(None))
        .order_by(func.hashint4(ParsedRow.number))
        .limit(limit)
    )
    return [shapely.from_wkb(bytes(shape)) for shape in session.scalars(query)]


def home_outline(session: Session, at: dt.date) -> BaseGeometry | None:
    """The home district's outline on a day: its own, else the union of what lies below it; None when unknown."""
    home = home_unit_id(session)
    if home is None:
        return None
    own = shapes_of(session, [home], at) or shapes_below(session, [home], at)
    return shapely.union_all([known.geometry for known in own.values()]) if own else None


FEATURE_SQL = sql("""
WITH drawn AS (
    SELECT parsed.number, parsed.line, parsed.geom, coalesce(outcome.action, 'refused') AS action,
           row_number() OVER (ORDER BY outcome.action = 'refused' DESC, parsed.number) AS nth
    FROM exchange.parsed_rows AS parsed
    LEFT JOIN exchange.row_outcomes AS outcome USING (import_id, number)
    WHERE import_id = :import_id AND geom IS NOT NULL
    ORDER BY nth LIMIT :most
)
SELECT CAST(json_build_object('type', 'FeatureCollection', 'features', coalesce(json_agg(json_build_object(
    'type', 'Feature',
    'geometry', CAST(ST_AsGeoJSON(ST_SimplifyPreserveTopology(geom, 0.00002), 6, 0) AS json),
    'properties', json_build_object('id', number, 'name', '#' || line, 'action', action)
)), CAST('[]' AS json))) AS text) FROM drawn
""")


def features(session: Session, found: Import) -> str:
    """The shapes of the rows as GeoJSON text for the map of the preview, refused ones first; at most `FEATURES`."""
    return str(session.execute(FEATURE_SQL, {"import_id": found.id, "most": FEATURES}).scalar_one())


def bounds(session: Session, found: Import) -> tuple[float, float, float, float] | None:
    """The box in degrees around all shapes; None without any."""
    box = func.ST_Extent(ParsedRow.geom)
    corners = [getattr(func, name)(box) for name in ("ST_XMin", "ST_YMin", "ST_XMax", "ST_YMax")]
    row = session.execute(select(*corners).where(ParsedRow.import_id == found.id)).one()
    return None if row[0] is None else (row[0], row[1], row[2], row[3])


def _own(actor: Actor) -> ColumnElement[bool]:
    return true() if actor.system else Import.account_id == actor.account_id


def _told(row: RowFinding) -> Told:
    sentence = from_plain(row.sentence)
    return Told(row.number, row.line, row.level, row.code, row.column, row.value, sentence)


def _pairs(changes: dict[str, object] | None) -> dict[str, tuple[object, object]]:
    pairs = ((key, pair) for key, pair in (changes or {}).items() if isinstance(pair, list))
    return {key: (pair[0], pair[1]) for key, pair in pairs}
