"""Writing the published model, on the real database."""

from __future__ import annotations

import datetime as dt
import json

import pytest
import shapely
from shapely import wkb
from shapely.geometry import LineString, Point
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.kernel.geo.models import Record, RevisionState, Shape
from portal.kernel.geo.published import live_revision, records_at, records_here
from tests.factories.published import SAMPLE, grid, published, row

TODAY = dt.date(2026, 7, 1)


def test_nothing_but_the_allow_list_reaches_the_published_schema(session: Session) -> None:
    published(session, [row("甲", Point(121.4, 31.25))])
    for table in ("revisions", "records", "shapes"):
        found = session.scalars(text(f"SELECT to_jsonb(t) FROM published.{table} t")).all()
        assert found
        assert "SECRET-KEEPER" not in json.dumps(found, ensure_ascii=False)


def test_a_second_publication_supersedes_the_first(session: Session) -> None:
    first = published(session, [row("甲", Point(121.4, 31.25))])
    second = published(session, [row("乙", Point(121.4, 31.25))])
    session.refresh(first)
    assert first.state == RevisionState.SUPERSEDED
    assert live_revision(session, "risk.hazards") is second
    assert second.token.startswith("2-")


def test_the_same_content_makes_no_new_revision(session: Session) -> None:
    rows = [row("甲", Point(121.4, 31.25))]
    assert published(session, rows) is published(session, rows)


def test_a_thing_without_a_shape_is_published_too(session: Session) -> None:
    revision = published(session, [row("居委会", None)])
    assert revision.west is None
    assert [found.name for found in records_at(session, "risk.hazards", TODAY)] == ["居委会"]
    assert session.scalars(select(Shape)).all() == []


def test_every_day_has_its_own_answer(session: Session) -> None:
    split = dt.date(2020, 1, 1)
    published(session, [row("旧", None, valid_to=split), row("新", None, valid_from=split)])
    assert [found.name for found in records_at(session, "risk.hazards", dt.date(2019, 12, 31))] == ["旧"]
    assert [found.name for found in records_at(session, "risk.hazards", split)] == ["新"]


def test_what_is_here(session: Session) -> None:
    published(session, [*grid(2, 1), row("point", Point(121.31, 31.21))])
    assert [found.name for found in records_here(session, "risk.hazards", 121.31, 31.211, TODAY)] == ["0-0"]
    assert records_here(session, "risk.hazards", 100.0, 31.21, TODAY) == []


@pytest.mark.parametrize("band", range(5))
def test_neighbours_keep_their_border_in_every_band(session: Session, band: int) -> None:
    published(session, grid(3, 3))
    shapes = [wkb.loads(bytes(found.geom.data)) for found in session.scalars(select(Shape).where(Shape.band == band))]
    assert len(shapes) == 9
    assert shapely.coverage_is_valid(shapes)
    assert len(shapely.union_all(shapes).interiors) == 0


def test_coarser_bands_have_fewer_vertices(session: Session) -> None:
    published(session, grid(3, 3))
    counts = [
        sum(shapely.get_num_coordinates(wkb.loads(bytes(found.geom.data))) for found in group)
        for group in (session.scalars(select(Shape).where(Shape.band == band)).all() for band in range(5))
    ]
    assert counts == sorted(counts)
    assert counts[0] < counts[-1] / 4


def test_points_and_lines_survive_every_band(session: Session) -> None:
    line = LineString([(121.3 + k / 1000, 31.25 + (k % 2) / 10000) for k in range(50)])
    published(session, [row("点", Point(121.4, 31.25)), row("线", line)])
    assert len(session.scalars(select(Shape)).all()) == 10


def test_a_record_has_a_place_for_its_label(session: Session) -> None:
    published(session, [row("点", Point(121.4, 31.25))])
    found = session.scalars(select(Record)).one()
    assert (found.lon, found.lat) == (121.4, 31.25)


def test_the_legal_fields_stand_on_the_revision(session: Session) -> None:
    revision = published(session, [row("点", Point(121.4, 31.25))])
    assert (revision.sample, revision.schematic, revision.source) == (True, True, SAMPLE.source)
