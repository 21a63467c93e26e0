"""Which hazards somebody sees, and as what."""

from __future__ import annotations

import datetime as dt
import json
import uuid

import pytest
from sqlalchemy.orm import Session

from portal.errors import NotFound
from portal.kernel.access.actor import SYSTEM, Actor
from portal.risk import queries
from portal.risk.queries import Chosen
from tests.factories.risk import TODAY, make_closed, make_hazard
from tests.risk.conftest import District, somebody

OPEN = Chosen(TODAY)


def names(session: Session, actor: Actor, chosen: Chosen = OPEN, **page: int) -> list[str]:
    return [row.hazard.name for row in queries.hazards(session, actor, chosen, **page)]


def test_the_most_serious_come_first_with_the_name_of_their_division(session: Session, district: District) -> None:
    for level in ("blue", "red", "yellow", "orange"):
        make_hazard(session, district.caoyang, name=level, level=level)
    assert names(session, SYSTEM) == ["red", "orange", "yellow", "blue"]
    assert queries.hazards(session, SYSTEM, OPEN)[0].unit_name == "曹杨新村街道"
    assert names(session, SYSTEM, limit=2, offset=1) == ["orange", "yellow"]


def test_only_ones_own_divisions_are_there(session: Session, district: District) -> None:
    make_hazard(session, district.committee, name="曹杨")
    outside = make_hazard(session, district.changfeng, name="长风")
    here = somebody(district.caoyang)
    assert names(session, here) == ["曹杨"]
    assert names(session, somebody(district.home, "publisher")) == ["曹杨", "长风"]
    assert names(session, somebody(district.home, "officer")) == []
    with pytest.raises(NotFound):
        queries.hazard(session, here, outside.public_id)
    assert json.loads(queries.hazard_feature(session, here, outside.public_id))["features"] == []


def test_filters_narrow(session: Session, district: District) -> None:
    make_hazard(session, district.caoyang, name="一", level="red")
    make_hazard(session, district.committee, name="二", type_key="gas_line")
    make_hazard(session, district.changfeng, name="三")
    assert names(session, SYSTEM, Chosen(TODAY, level="red")) == ["一"]
    assert names(session, SYSTEM, Chosen(TODAY, type_key="gas_line")) == ["二"]
    assert sorted(names(session, SYSTEM, Chosen(TODAY, unit=district.caoyang.public_id))) == ["一", "二"]
    with pytest.raises(NotFound):
        names(session, SYSTEM, Chosen(TODAY, unit=uuid.uuid4()))


def test_closed_ones_are_open_before_their_end(session: Session, district: District) -> None:
    closed = make_closed(session, district.caoyang, dt.date(2026, 6, 15))
    standing = {kind: names(session, SYSTEM, Chosen(TODAY, kind)) for kind in queries.STANDINGS}
    assert standing == {"open": [], "closed": [closed.name], "all": [closed.name], "unassigned": []}
    assert names(session, SYSTEM, Chosen(dt.date(2026, 6, 14))) == [closed.name]
    assert names(session, SYSTEM, Chosen(dt.date(2026, 6, 15))) == []
    assert names(session, SYSTEM, Chosen(dt.date(2025, 5, 31), "all")) == []


def test_every_level_is_counted_within_scope(session: Session, district: District) -> None:
    make_hazard(session, district.caoyang, level="red")
    make_hazard(session, district.changfeng, level="red")
    counts = queries.level_counts(session, somebody(district.caoyang), OPEN)
    assert counts == {"red": 1, "orange": 0, "yellow": 0, "blue": 0}


def test_features_carry_what_the_map_draws_and_no_more(session: Session, district: District) -> None:
    name = '<img src=x onerror=1> "\\'
    hazard = make_hazard(session, district.caoyang, name=name, level="red")
    make_hazard(session, district.caoyang, level="blue")
    drawn = json.loads(queries.hazard_features(session, SYSTEM, OPEN))
    assert [feature["properties"]["level"] for feature in drawn["features"]] == ["blue", "red"]
    last = drawn["features"][-1]
    assert last["properties"] == {
        "id": str(hazard.public_id),
        "name": name,
        "level": "red",
        "type": "waterlogging_spot",
    }
    assert last["geometry"] == {"type": "Point", "coordinates": [121.405, 31.245]}


def test_nothing_is_an_empty_collection(session: Session, district: District) -> None:
    assert json.loads(queries.hazard_features(session, SYSTEM, OPEN)) == {"type": "FeatureCollection", "features": []}


def test_a_division_that_is_gone_keeps_its_last_name(session: Session, district: District) -> None:
    from tests.factories.divisions import make_unit

    gone = make_unit(session, district.home, "老街道", until=dt.date(2026, 6, 1))
    hazard = make_hazard(session, gone)
    assert queries.names_of(session, [hazard], TODAY) == {hazard.id: "老街道"}
    assert names(session, somebody(district.home)) == [hazard.name]


def test_the_territory_is_that_of_the_division_or_of_the_next_above(session: Session, district: District) -> None:
    for unit in (district.caoyang, district.committee):
        hazard = make_hazard(session, unit)
        territory = queries.territory_of(session, hazard)
        assert territory is not None
        assert territory.name == "曹杨新村街道"
        assert territory.shape.covers(hazard.shape)
    assert queries.territory_of(session, make_hazard(session, district.changfeng)) is None
