"""The pages of the room, as a browser meets them."""

from __future__ import annotations

import json
import uuid

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.places.models import Place
from tests.factories.places import form, make_closed, make_place
from tests.places.conftest import District

HOSTILE = "<img src=x onerror=1>"
SAFE = "&lt;img src=x onerror=1&gt;"
HX = {"HX-Request": "true"}


@pytest.fixture
def managing(as_role, district: District):
    return as_role("relief_manager")


def only(session: Session) -> Place:
    return session.scalars(select(Place)).one()


def test_the_list_shows_places_counts_filters_and_the_map(managing, session: Session, district: District) -> None:
    make_place(session, district.caoyang)
    make_place(session, district.caoyang, name="区级储备库", kind="depot")
    make_closed(session, district.caoyang, name="旧捐助点", kind="donation_point")
    page = managing.get("/places")
    assert page.status_code == 200
    assert "曹杨公园避难场所" in page.text
    assert "旧捐助点" not in page.text
    assert "/places/places.geojson" in page.text
    assert "旧捐助点" in managing.get("/places?standing=closed").text
    assert "区级储备库" not in managing.get("/places?kind=shelter").text
    assert "区级储备库" in managing.get("/places?words=储备").text


@pytest.mark.parametrize("query", ["kind=castle", "page=-3", "page=x", "at=1990-01-01", "words=%25_", "standing=x"])
def test_a_strange_address_still_shows_the_list(managing, query: str) -> None:
    assert managing.get(f"/places?{query}").status_code == 200


def test_a_strange_division_or_day_is_said(managing) -> None:
    assert managing.get("/places?unit=x").status_code == 404
    assert managing.get(f"/places?unit={uuid.uuid4()}").status_code == 404
    assert managing.get("/places?at=yesterday").status_code == 422


def test_a_long_list_has_pages(managing, session: Session, district: District) -> None:
    for number in range(51):
        make_place(session, district.caoyang, name=f"点{number:02}")
    first, second = (managing.get(f"/places?page={number}").text for number in (1, 2))
    assert "点49" in first
    assert "点50" not in first
    assert "点50" in second


def test_geojson_is_filtered_private_and_uncached(managing, as_role, session: Session, district: District) -> None:
    place = make_place(session, district.caoyang)
    answer = managing.get("/places/places.geojson")
    assert answer.mimetype == "application/geo+json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert len(json.loads(answer.text)["features"]) == 1
    assert json.loads(managing.get("/places/places.geojson?kind=depot").text)["features"] == []
    assert len(json.loads(managing.get(f"/places/{place.public_id}.geojson").text)["features"]) == 1
    elsewhere = as_role("officer", district.changfeng.id)
    assert json.loads(elsewhere.get("/places/places.geojson").text)["features"] == []
    assert elsewhere.get(f"/places/{place.public_id}").status_code == 404


def test_a_place_is_added_through_the_form(managing, session: Session, district: District) -> None:
    assert managing.get("/places/new").status_code == 200
    answer = managing.send("/places/new", form(district.caoyang, area_m2="1,200.5"))
    assert answer.status_code == 303
    place = only(session)
    assert answer.headers["Location"] == f"/places/{place.public_id}"
    assert (place.capacity_people, str(place.area_m2)) == (800, "1200.50")
    page = managing.get(answer.headers["Location"])
    assert "曹杨公园避难场所" in page.text
    assert "内部记录" in page.text
    assert "021-5256 4599" in page.text


def test_the_same_form_twice_makes_one_place(managing, session: Session, district: District) -> None:
    sent = form(district.caoyang) | {"client_id": str(uuid.uuid4())}
    first, second = (managing.send("/places/new", sent) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert session.scalar(select(func.count()).select_from(Place)) == 1


def test_a_place_may_have_no_position_or_one_in_metres(managing, session: Session, district: District) -> None:
    managing.send("/places/new", form(district.caoyang, name="甲", lon="", lat=""))
    typed = {"name": "乙", "typed": "633840.1, 3458571.4", "crs": "EPSG:4549"}
    answer = managing.send("/places/new", form(district.caoyang, **typed))
    assert answer.status_code == 303, answer.text
    found = {place.name: place for place in session.scalars(select(Place))}
    assert found["甲"].point is None
    assert found["乙"].original_crs == "EPSG:4549"
    assert found["乙"].point.x == pytest.approx(121.405, abs=0.01)
    assert managing.get(f"/places/{found['甲'].public_id}").status_code == 200
    assert managing.get(f"/places/{found['甲'].public_id}/edit").status_code == 200


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": ""}, "name"),
        ({"kind": "castle"}, "kind"),
        ({"lon": "far", "lat": "away"}, "lon"),
        ({"lat": ""}, "lat"),
        ({"lon": "31.245", "lat": "121.405"}, "lon"),
        ({"typed": "1 2 3"}, "typed"),
        ({"crs": "EPSG:4214"}, "crs"),
        ({"capacity_people": "many"}, "capacity_people"),
        ({"capacity_people": "1.5"}, "capacity_people"),
        ({"area_m2": "-1"}, "area_m2"),
        ({"phone": "call me"}, "phone"),
        ({"accessible": "maybe"}, "accessible"),
        ({"valid_from": "soon"}, "valid_from"),
        ({"checked_on": "2999-01-01"}, "checked_on"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    managing, session: Session, district: District, changed: dict[str, object], field: str
) -> None:
    answer = managing.send("/places/new", form(district.caoyang, **changed))
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert session.scalar(select(func.count()).select_from(Place)) == 0


def test_hostile_words_stay_words(managing, session: Session, district: District) -> None:
    words = {"name": HOSTILE, "address": HOSTILE, "keeper": HOSTILE, "note": HOSTILE, "source": HOSTILE}
    answer = managing.send("/places/new", form(district.caoyang, **words))
    for path in (answer.headers["Location"], "/places", f"{answer.headers['Location']}/edit"):
        page = managing.get(path)
        assert HOSTILE not in page.text
        assert SAFE in page.text


def test_a_change_is_saved_and_a_stale_one_shows_the_difference(managing, session: Session, district: District) -> None:
    place = make_place(session, district.caoyang)
    path = f"/places/{place.public_id}/edit"
    assert "枫桥路1号" in managing.get(path).text
    assert managing.send(path, form(district.caoyang, keeper="李接任", row_version=1)).status_code == 303
    late = managing.send(path, form(district.caoyang, capacity_people="900", lon="121.41", row_version=1))
    assert late.status_code == 409
    for words in ("李接任", "王管理", "900", "121.410000"):
        assert words in late.text
    again = managing.send(path, form(district.caoyang, capacity_people="900", row_version=2))
    assert again.status_code == 303
    session.expire_all()
    assert (place.capacity_people, place.keeper) == (900, "王管理")


def test_a_place_is_closed(managing, session: Session, district: District) -> None:
    place = make_place(session, district.caoyang)
    path = f"/places/{place.public_id}/close"
    assert managing.get(path).status_code == 200
    assert managing.send(path, {"closed_on": "2026-06-30", "reason": "", "row_version": 1}).status_code == 422
    assert managing.send(path, {"closed_on": "2026-06-30", "reason": "已搬迁", "row_version": 1}).status_code == 303
    page = managing.get(f"/places/{place.public_id}")
    assert "已搬迁" in page.text
    assert f"{place.public_id}/edit" not in page.text
    assert managing.send(f"/places/{place.public_id}/edit", form(district.caoyang, row_version=2)).status_code == 409


def test_readers_see_and_do_not_touch(as_role, session: Session, district: District) -> None:
    place = make_place(session, district.caoyang)
    officer = as_role("officer", district.caoyang.id)
    page = officer.get(f"/places/{place.public_id}")
    assert page.status_code == 200
    assert "/edit" not in page.text
    assert officer.get("/places/new").status_code == 403
    assert officer.get(f"/places/{place.public_id}", headers=HX).status_code == 200
