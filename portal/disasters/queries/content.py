"""From rows to what the rules speak of: a version with its values as a `ReportContent`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from geoalchemy2.shape import to_shape
from shapely import Point
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.disasters.models import Located, ReportValue, ReportVersion
from portal.disasters.rules.figures import Figure
from portal.disasters.rules.report import Place, PlaceMethod, ReportContent


def figures_of(session: Session, version_ids: Iterable[int]) -> dict[int, dict[str, Figure]]:
    """The figures of versions by version and indicator; a version without any is left out."""
    found: dict[int, dict[str, Figure]] = {}
    query = select(ReportValue).where(ReportValue.version_id.in_(sorted(set(version_ids))))
    for row in session.scalars(query):
        found.setdefault(row.version_id, {})[row.indicator] = Figure(row.cumulative, row.realtime)
    return found


def content_of(version: ReportVersion, figures: Mapping[str, Figure]) -> ReportContent:
    """What a version said."""
    return ReportContent(
        occurred_at=version.occurred_at,
        narrative=version.narrative,
        filler=version.filler,
        phone=version.phone,
        place=placed(version),
        reported_at=version.reported_at,
        as_at=version.as_at,
        note=version.note or "",
        figures=figures,
    )


def placed(row: Located) -> Place:
    """The place of an event or a version."""
    point = to_shape(row.place) if row.place is not None else None
    lon, lat = (point.x, point.y) if isinstance(point, Point) else (None, None)
    return Place(
        PlaceMethod(row.place_method), lon, lat, row.place_accuracy_m, row.place_original, row.place_words or ""
    )
