"""The demonstration's gazetteer and place names."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.divisions.models import BasicUnit, BasicUnitProgress, GazetteerReview, GazetteerReviewRow, GazetteerValue
from portal.divisions.queries import gazetteer, unit_names
from portal.kernel.access.actor import SYSTEM
from portal.toponyms.models import Application, NameVersion

NOW = dt.date(2026, 7, 1)


def test_the_gazetteer_holds_values_that_say_what_they_are(db: Session) -> None:
    counted = db.execute(select(GazetteerValue.field, func.count()).group_by(GazetteerValue.field))
    assert dict(counted.all()) == dict.fromkeys(
        ("pinyin", "area", "dialling_code", "registered_population", "resident_population", "migrant_population"), 11
    )
    people = select(GazetteerValue.source).where(GazetteerValue.field.endswith("_population")).distinct()
    assert all("演示" in source for source in db.scalars(people))


def test_one_town_of_the_open_review_has_answered(db: Session) -> None:
    review = db.scalars(select(GazetteerReview)).one()
    assert (review.year, review.closed_at) == (2025, None)
    towns = gazetteer.town_answers(db, SYSTEM, review)
    names = unit_names(db, [town.unit_id for town in towns], NOW)
    assert {names[town.unit_id] for town in towns if not town.waiting} == {"石泉路街道"}
    assert len(towns) == 10
    by = select(GazetteerReviewRow.answered_by).where(GazetteerReviewRow.answer.is_not(None)).distinct()
    assert db.scalars(by).all() == ["李文博"]


def test_place_names_are_real_ones_without_invented_facts(db: Session) -> None:
    rows = db.scalars(select(NameVersion).where(NameVersion.application_id.is_(None))).all()
    assert len(rows) == 14
    assert {"苏州河", "真光路", "曹杨公园"} <= {row.name for row in rows}
    assert all(not (row.meaning or row.history or row.document_number) and row.geom is None for row in rows)


def test_two_applications_stand_in_different_states(db: Session) -> None:
    states = {one.name: one.state for one in db.scalars(select(Application))}
    assert states == {"演示清源路": "received", "演示映荷公园": "filed"}
    approved = db.scalars(select(NameVersion).where(NameVersion.application_id.is_not(None))).one()
    assert approved.name == "演示映荷公园"


def test_the_basic_unit_says_that_it_is_invented(db: Session) -> None:
    unit = db.scalars(select(BasicUnit)).one()
    assert "演示" in unit.name
    told = db.scalars(select(BasicUnitProgress).order_by(BasicUnitProgress.month)).all()
    assert [sum(bool(item["posts"]) for item in row.items.values()) for row in told] == [3, 5]
