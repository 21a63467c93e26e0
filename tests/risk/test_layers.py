"""What a publication may read."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from portal.risk.layers import HAZARDS
from tests.factories.risk import make_closed, make_hazard
from tests.risk.conftest import District


def test_open_hazards_are_offered_with_names_advice_and_days(session: Session, district: District) -> None:
    hazard = make_hazard(session, district.caoyang)
    make_closed(session, district.caoyang, dt.date(2026, 6, 15))
    (row,) = HAZARDS.rows(session)
    assert (row.public_id, row.name) == (hazard.public_id, hazard.name)
    assert (row.valid_from, row.valid_to) == (dt.date(2025, 6, 1), None)
    assert set(row.attributes) == set(HAZARDS.fields)
    assert row.attributes["unit"] == str(district.caoyang.public_id)
    assert row.attributes["unit_name"] == "曹杨新村街道"
    assert row.attributes["type_en"] == "Waterlogging spot"
    assert str(row.attributes["advice_zh"]).startswith("暴雨时绕行")
    assert row.geometry is not None


def test_own_advice_goes_before_that_of_the_type(session: Session, district: District) -> None:
    make_hazard(session, district.caoyang, advice="走北侧人行天桥。")
    (row,) = HAZARDS.rows(session)
    assert row.attributes["advice_zh"] == row.attributes["advice_en"] == "走北侧人行天桥。"


def test_what_stays_in_the_office_is_not_on_the_list(session: Session, district: District) -> None:
    make_hazard(session, district.caoyang, description="SECRET-DESCRIPTION")
    (row,) = HAZARDS.rows(session)
    assert not {"description", "recorded_by", "original_geometry", "closed_reason"} & set(HAZARDS.fields)
    assert "SECRET" not in str(row)
    assert set(HAZARDS.tile_fields) == {"name", "level", "type"}
    assert not HAZARDS.automatic


def test_the_source_names_those_most_often_given(session: Session, district: District) -> None:
    for source in ("居民上报", "居民上报", "街道排查"):
        make_hazard(session, district.caoyang, source=source)
    assert HAZARDS.source(session) == "居民上报；街道排查"
