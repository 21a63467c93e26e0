"""One report with all it ever said and all that was done with it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy.orm import Session

from portal.disasters.catalogue import IndicatorList, indicators_of
from portal.disasters.models import Event, Report, ReportStep, ReportVersion
from portal.disasters.queries.content import content_of, figures_of
from portal.disasters.queries.places import unit_within
from portal.disasters.queries.reports import report, steps, versions
from portal.disasters.rules.changes import Change, changes
from portal.disasters.rules.figures import Figure
from portal.disasters.rules.report import ReportContent
from portal.divisions.queries import UnitAt, unit_at_point, unit_names
from portal.kernel.access.actor import Actor
from portal.kernel.access.permission import Permission


@dataclass(frozen=True)
class VersionView:
    """One version: what it said, when it was entered, and what it changed against the one before."""

    number: int
    entered_at: dt.datetime
    content: ReportContent
    indicators: IndicatorList
    changes: Sequence[Change]


@dataclass(frozen=True)
class ReportDetail:
    """What the page of a report shows; versions and steps with the newest first."""

    report: Report
    event: Event
    unit_name: str
    lies_in: str
    """The town that holds the position, by the shapes of that day; "" where none does, or there is no position."""
    lies_elsewhere: bool
    """That town and the unit that reports lie apart: the line may be schematic, or the place wrong."""
    versions: Sequence[VersionView]
    steps: Sequence[ReportStep]

    @property
    def current(self) -> VersionView:
        """What the report says now."""
        return self.versions[0]


def report_detail(session: Session, actor: Actor, permission: Permission, public_id: uuid.UUID) -> ReportDetail:
    """Raises `NotFound` beyond the actor's divisions."""
    found = report(session, actor, permission, public_id)
    views = _views(session, versions(session, found.id))
    town = _town_at(session, views[0].content, found.occurred_on)
    return ReportDetail(
        report=found,
        event=session.get_one(Event, found.event_id),
        unit_name=unit_names(session, [found.unit_id], found.occurred_on).get(found.unit_id, ""),
        lies_in=town.name if town else "",
        lies_elsewhere=town is not None and not _related(session, town.id, found.unit_id, found.occurred_on),
        versions=views,
        steps=steps(session, found.id),
    )


def _views(session: Session, rows: Sequence[ReportVersion]) -> list[VersionView]:
    figures = figures_of(session, [row.id for row in rows])
    contents = [content_of(row, figures.get(row.id, {})) for row in rows]
    lists = [indicators_of(row.catalogue_version) for row in rows]
    differences = [changes(old, new, names) for (new, old), names in zip(pairwise(contents), lists, strict=False)]
    return [
        VersionView(row.number, row.entered_at, content, names, changed)
        for row, content, names, changed in zip(rows, contents, lists, [*differences, []], strict=True)
    ]


def _town_at(session: Session, content: ReportContent, at: dt.date) -> UnitAt | None:
    place = content.place
    return None if place.lon is None or place.lat is None else unit_at_point(session, place.lon, place.lat, at)


def _related(session: Session, town_id: int, unit_id: int, at: dt.date) -> bool:
    """Whether one lies within the other: a town reports, or the district above it, or a committee below."""
    return unit_within(session, town_id, unit_id, at) or unit_within(session, unit_id, town_id, at)


def shown_figures(view: VersionView) -> list[tuple[str, Figure]]:
    """The known figures of a version by indicator, in the order of the form."""
    known = view.content.figures
    return [(key, known[key]) for key in view.indicators.indicators if key in known]
