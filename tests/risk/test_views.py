"""The pages of the room, as a browser meets them."""

from __future__ import annotations

import json
import uuid

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.risk.models import Hazard
from tests.factories.risk import POINT, form, make_closed, make_hazard
from tests.risk.conftest import District

HOSTILE = "<img src=x onerror=1>"
SAFE = "&lt;img src=x onerror=1&gt;"
HX = {"HX-Request": "true"}


@pytest.fixture
def assessing(as_role, district: District):
    return as_role("risk_assessor")


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Hazard)) or 0


def only(session: Session) -> Hazard:
    return session.scalars(select(Hazard)).one()


def test_the_list_shows_hazards_counts_filters_and_the_map(assessing, session: Session, district: District) -> None:
    make_hazard(session, district.caoyang, name="防汛墙薄弱段", level="red", type_key="river_dike")
    make_closed(session, district.caoyang, name="旧广告牌")
    page = assessing.get("/risk/hazards")
    assert page.status_code == 200
    assert "防汛墙薄弱段" in page.text
    assert "旧广告牌" not in page.text
    assert "/risk/hazards.geojson" in page.text
    assert "旧广告牌" in assessing.get("/risk/hazards?standing=closed").text
    assert "防汛墙薄弱段" not in assessing.get("/risk/hazards?level=blue").text
    assert "防汛墙薄弱段" in assessing.get(f"/risk/hazards?unit={district.caoyang.public_id}&type=river_dike").text


@pytest.mark.parametrize(
    "query", ["level=green", "page=-3", "page=x", "at=1990-01-01", "page=99999999999999999999", "type=volcano%27"]
)
def test_a_strange_address_still_shows_the_list(assessing, query: str) -> None:
    assert assessing.get(f"/risk/hazards?{query}").status_code == 200


def test_a_strange_division_or_day_is_said(assessing, session: Session) -> None:
    assert assessing.get("/risk/hazards?unit=x").status_code == 404
    assert assessing.get(f"/risk/hazards?unit={uuid.uuid4()}").status_code == 404
    assert assessing.get("/risk/hazards?at=yesterday").status_code == 422


def test_a_long_list_has_pages(assessing, session: Session, district: District) -> None:
    for number in range(51):
        make_hazard(session, district.caoyang, name=f"隐患{number:02}")
    first, second = (assessing.get(f"/risk/hazards?page={number}").text for number in (1, 2))
    assert "隐患49" in first
    assert "隐患50" not in first
    assert "隐患50" in second


def test_geojson_is_filtered_private_and_uncached(assessing, as_role, session: Session, district: District) -> None:
    make_hazard(session, district.caoyang)
    answer = assessing.get("/risk/hazards.geojson")
    assert answer.mimetype == "application/geo+json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert len(json.loads(answer.text)["features"]) == 1
    assert json.loads(assessing.get("/risk/hazards.geojson?level=red").text)["features"] == []
    elsewhere = as_role("risk_assessor", district.changfeng.id)
    assert json.loads(elsewhere.get("/risk/hazards.geojson").text)["features"] == []


def test_a_hazard_is_added_through_the_form(assessing, session: Session, district: District) -> None:
    assert assessing.get("/risk/hazards/new").status_code == 200
    answer = assessing.send("/risk/hazards/new", form(district.caoyang))
    assert answer.status_code == 303
    hazard = only(session)
    assert answer.headers["Location"] == f"/risk/hazards/{hazard.public_id}"
    page = assessing.get(answer.headers["Location"])
    assert "下立交积水点" in page.text
    assert "内部记录" in page.text
    assert "曹杨新村街道" in page.text


def test_the_same_form_twice_makes_one_hazard(assessing, session: Session, district: District) -> None:
    sent = form(district.caoyang) | {"client_id": str(uuid.uuid4())}
    first, second = (assessing.send("/risk/hazards/new", sent) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["Location"] == second.headers["Location"]
    assert count(session) == 1


def test_htmx_is_led_on_and_the_map_hears_of_it(assessing, district: District) -> None:
    answer = assessing.send("/risk/hazards/new", form(district.caoyang), headers=HX)
    assert answer.status_code == 200
    assert answer.headers["HX-Redirect"].startswith("/risk/hazards/")
    assert "hazards-changed" in answer.headers["HX-Trigger"]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "名" * 101}, "name"),
        ({"level": "green"}, "level"),
        ({"level": None}, "level"),
        ({"type_key": "volcano"}, "type_key"),
        ({"valid_from": "soon"}, "valid_from"),
        ({"assessed_on": "2999-01-01"}, "assessed_on"),
        ({"geometry": ""}, "geometry"),
        ({"geometry": "{"}, "geometry"),
        ({"geometry": '{"type":"Point","coordinates":[NaN,1]}'}, "geometry"),
        ({"coordinates": "31.24, 121.40"}, "coordinates"),
        ({"coordinates": "121.40, 31.24", "crs": "Beijing 1954"}, "crs"),
        ({"unit": str(uuid.uuid4())}, "unit"),
        ({"unit": "x"}, "unit"),
        ({"unit": ""}, "unit"),
        ({"description": "字" * 4001}, "description"),
    ],
)
def test_wrong_input_comes_back_at_its_field_with_nothing_lost(
    assessing, session: Session, district: District, changed: dict[str, object], field: str
) -> None:
    sent = {key: value for key, value in (form(district.caoyang) | changed).items() if value is not None}
    answer = assessing.send("/risk/hazards/new", sent | {"source": "街道排查"})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert "街道排查" in answer.text
    assert count(session) == 0


@pytest.mark.parametrize("field", ["description", "geometry", "coordinates"])
def test_ten_megabytes_are_refused(assessing, session: Session, district: District, field: str) -> None:
    answer = assessing.send("/risk/hazards/new", form(district.caoyang) | {field: "x" * 10_000_000})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert count(session) == 0


def test_typed_coordinates_go_before_the_drawing(assessing, session: Session, district: District) -> None:
    typed = form(district.caoyang, coordinates="121.41, 31.25\n121.42, 31.25", kind="line", crs="EPSG:4326")
    assert assessing.send("/risk/hazards/new", typed).status_code == 303
    hazard = only(session)
    assert hazard.shape.geom_type == "LineString"
    assert hazard.original_crs == "EPSG:4326"


def test_a_stray_and_a_shifted_hazard_are_warned_about_and_kept(
    assessing, session: Session, district: District
) -> None:
    typed = form(district.caoyang, coordinates="121.45, 31.245", crs="GCJ-02")
    answer = assessing.send("/risk/hazards/new", typed)
    page = assessing.get(answer.headers["Location"] + "?lang=en").text
    assert "It does not lie within its division." in page
    assert "converted from GCJ-02" in page
    inside = assessing.send("/risk/hazards/new", form(district.caoyang))
    assert "It does not lie within" not in assessing.get(inside.headers["Location"]).text


def test_a_change_is_saved_and_shown(assessing, session: Session, district: District) -> None:
    hazard = make_hazard(session, district.caoyang)
    opened = assessing.get(f"/risk/hazards/{hazard.public_id}/edit")
    assert opened.status_code == 200
    assert POINT.replace('"', "&#34;") in opened.text
    changed = form(district.changfeng, level="red", row_version=1)
    assert assessing.send(f"/risk/hazards/{hazard.public_id}/edit", changed).status_code == 303
    assert (only(session).level, only(session).unit_id) == ("red", district.changfeng.id)


def test_of_two_tabs_the_second_sees_what_the_first_saved_and_can_save_after_all(
    assessing, session: Session, district: District
) -> None:
    address = f"/risk/hazards/{make_hazard(session, district.caoyang).public_id}/edit"
    assert assessing.send(address, form(district.caoyang, level="red", row_version=1)).status_code == 303
    late = form(district.caoyang, name="第二个窗口", row_version=1)
    refused = assessing.send(address, late)
    assert refused.status_code == 409
    assert "<del>重大" in refused.text
    assert "<ins>较大" in refused.text
    assert "第二个窗口" in refused.text
    assert 'name="row_version" type="hidden" value="2"' in refused.text
    assert only(session).name == "下立交积水点"
    assert assessing.send(address, late | {"row_version": 2}).status_code == 303
    assert (only(session).name, only(session).level) == ("第二个窗口", "orange")


def test_a_hazard_is_closed_with_a_reason(assessing, session: Session, district: District) -> None:
    hazard = make_hazard(session, district.caoyang)
    address = f"/risk/hazards/{hazard.public_id}"
    assert assessing.get(f"{address}/close").status_code == 200
    given = {"closed_on": "2026-06-30", "reason": "", "row_version": 1}
    assert assessing.send(f"{address}/close", given).status_code == 422
    stale = assessing.send(f"{address}/close", given | {"reason": "已整治", "row_version": 0})
    assert stale.status_code == 409
    assert assessing.send(f"{address}/close", given | {"reason": "已整治"}).status_code == 303
    page = assessing.get(address).text
    assert "已整治" in page
    assert f"{address}/edit" not in page
    assert assessing.send(f"{address}/edit", form(district.caoyang, row_version=2)).status_code == 409


def test_the_panel_is_a_part_of_a_page(assessing, session: Session, district: District) -> None:
    hazard = make_hazard(session, district.caoyang)
    panel = assessing.get(f"/risk/hazards/{hazard.public_id}", headers=HX)
    assert panel.status_code == 200
    assert "<html" not in panel.text
    assert hazard.name in panel.text


def test_what_people_type_is_text_everywhere(assessing, session: Session, district: District) -> None:
    words = dict.fromkeys(("name", "season", "description", "advice", "source"), HOSTILE)
    answer = assessing.send("/risk/hazards/new", form(district.caoyang, **words))
    address = answer.headers["Location"]
    for page in (
        assessing.get("/risk/hazards"),
        assessing.get(address),
        assessing.get(address, headers=HX),
        assessing.get(f"{address}/edit"),
        assessing.get(f"{address}/close"),
        assessing.send(f"{address}/edit", form(district.caoyang, **words, row_version=0)),
    ):
        assert HOSTILE not in page.text
        assert SAFE in page.text
    assert HOSTILE in json.loads(assessing.get("/risk/hazards.geojson").text)["features"][0]["properties"]["name"]


@pytest.mark.parametrize("role", ["publisher", "auditor"])
def test_readers_read_and_cannot_write(as_role, session: Session, district: District, role: str) -> None:
    hazard = make_hazard(session, district.caoyang)
    reader = as_role(role)
    page = reader.get("/risk/hazards")
    assert page.status_code == 200
    assert "/risk/hazards/new" not in page.text
    address = f"/risk/hazards/{hazard.public_id}"
    assert f"{address}/edit" not in reader.get(address).text
    for path in ("/risk/hazards/new", f"{address}/edit", f"{address}/close"):
        assert reader.get(path).status_code == 403
        assert reader.send(path, form(district.caoyang)).status_code == 403


@pytest.mark.parametrize("role", ["officer", "administrator"])
def test_others_stay_out(as_role, district: District, role: str) -> None:
    assert as_role(role).get("/risk/hazards").status_code == 403


def test_nobody_is_asked_to_sign_in(client, district: District) -> None:
    assert client.get("/risk/hazards").status_code == 303
    assert client.get("/risk/hazards.geojson", headers=HX).status_code == 401


def test_another_towns_hazard_is_not_there(as_role, session: Session, district: District) -> None:
    hazard = make_hazard(session, district.changfeng)
    outsider = as_role("risk_assessor", district.caoyang.id)
    address = f"/risk/hazards/{hazard.public_id}"
    for path in (address, f"{address}/edit", f"{address}/close"):
        assert outsider.get(path).status_code == 404
    assert outsider.send(f"{address}/edit", form(district.caoyang, row_version=1)).status_code == 404
    assert outsider.send("/risk/hazards/new", form(district.changfeng)).status_code == 422
