"""Which places somebody sees, and as what."""

from __future__ import annotations

import datetime as dt
import json
import uuid

import pytest
from sqlalchemy.orm import Session

from portal.errors import NotFound
from portal.kernel.access.actor import SYSTEM, Actor
from portal.places import queries
from portal.places.layers import SHELTERS, source
from portal.places.queries import Chosen
from tests.factories.places import TODAY, make_closed, make_place
from tests.places.conftest import District, somebody

OPEN = Chosen(TODAY)


def names(session: Session, actor: Actor, chosen: Chosen = OPEN, **page: int) -> list[str]:
    return [row.place.name for row in queries.places(session, actor, chosen, **page)]


def test_only_ones_own_divisions_are_there(session: Session, district: District) -> None:
    make_place(session, district.committee, name="曹杨")
    outside = make_place(session, district.changfeng, name="长风")
    here = somebody(district.caoyang, "officer")
    assert names(session, here) == ["曹杨"]
    assert sorted(names(session, somebody(district.home, "auditor"))) == ["曹杨", "长风"]
    assert names(session, somebody(district.home, "administrator")) == []
    with pytest.raises(NotFound):
        queries.place(session, here, outside.public_id)
    assert json.loads(queries.place_feature(session, here, outside.public_id))["features"] == []


def test_filters_narrow(session: Session, district: District) -> None:
    make_place(session, district.caoyang, name="一")
    make_place(session, district.committee, name="二", kind="depot", address="曹杨路50%号")
    make_place(session, district.changfeng, name="三")
    assert names(session, SYSTEM, Chosen(TODAY, kind="depot")) == ["二"]
    assert sorted(names(session, SYSTEM, Chosen(TODAY, unit=district.caoyang.public_id))) == ["一", "二"]
    assert names(session, SYSTEM, Chosen(TODAY, words="50%")) == ["二"]
    assert names(session, SYSTEM, Chosen(TODAY, words="_")) == []
    assert queries.kind_counts(session, SYSTEM, OPEN) == {"shelter": 2, "depot": 1}
    with pytest.raises(NotFound):
        names(session, SYSTEM, Chosen(TODAY, unit=uuid.uuid4()))


def test_places_stand_from_their_first_day_to_their_last(session: Session, district: District) -> None:
    make_closed(session, district.caoyang, dt.date(2026, 6, 15))
    shown = {kind: len(names(session, SYSTEM, Chosen(TODAY, kind))) for kind in queries.STANDINGS}
    assert shown == {"open": 0, "closed": 1, "all": 1, "unassigned": 0}
    assert len(names(session, SYSTEM, Chosen(dt.date(2026, 6, 14)))) == 1
    assert names(session, SYSTEM, Chosen(dt.date(2025, 5, 31), "all")) == []


def test_a_place_that_was_there_on_no_day_is_in_no_list(session: Session, district: District) -> None:
    make_closed(session, district.caoyang, dt.date(2025, 6, 1))
    assert [names(session, SYSTEM, Chosen(TODAY, kind)) for kind in queries.STANDINGS] == [[], [], [], []]


def test_maps_show_what_has_a_position(session: Session, district: District) -> None:
    place = make_place(session, district.caoyang)
    make_place(session, district.caoyang, name="无坐标", position=None)
    [feature] = json.loads(queries.place_features(session, SYSTEM, OPEN))["features"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [121.405, 31.245]}
    said = {"name": place.name, "kind": "shelter", "group": "refuge"}
    assert feature["properties"] == {"id": str(place.public_id)} | said


def test_everyone_may_see_public_kinds_and_nothing_of_the_office(session: Session, district: District) -> None:
    make_place(session, district.caoyang)
    make_place(session, district.caoyang, name="捐助", kind="donation_point")
    make_place(session, district.caoyang, name="库", kind="depot", source="秘密来源")
    make_place(session, district.caoyang, name="留中", internal=True)
    make_place(session, district.caoyang, name="无坐标", position=None)
    make_closed(session, district.caoyang, name="旧")
    rows = list(SHELTERS.rows(session))
    assert sorted(row.name for row in rows) == ["捐助", "曹杨公园避难场所"]
    assert source(session) == "街道上报"
    for row in rows:
        assert set(row.attributes) == set(SHELTERS.fields)
        assert row.attributes["unit_name"] == "曹杨新村街道"
        told = json.dumps(row.attributes, ensure_ascii=False)
        assert not [secret for secret in ("王管理", "4599", "内部记录") if secret in told]


def test_a_publisher_publishes_shelters_and_everyone_finds_them(
    as_role, client, session: Session, district: District
) -> None:
    place = make_place(session, district.caoyang)
    make_place(session, district.caoyang, name="区级储备库", kind="depot")
    publisher = as_role("publisher")
    assert "曹杨公园避难场所" in publisher.get("/publish?layer=places.shelters").text
    assert "曹杨公园避难场所" not in publisher.get("/publish").text
    assert publisher.get("/publish?layer=divisions.units").status_code == 404
    sent = publisher.send("/publish?layer=places.shelters", {"sample": "y"})
    assert (sent.status_code, sent.headers["Location"]) == (303, "/publish?layer=places.shelters")
    pages = [client.get(path).text for path in ("/", "/?view=list", f"/shelters/{place.public_id}")]
    assert "places.shelters" in pages[0]
    assert all("枫桥路1号" in page for page in pages[1:])
    for page in pages:
        assert not [secret for secret in ("王管理", "4599", "内部记录", "区级储备库") if secret in page]
    gone = publisher.send("/publish/withdraw?layer=places.shelters", {"note": "撤下"})
    assert gone.status_code == 303
    assert client.get(f"/shelters/{place.public_id}").status_code in (404, 410)
