"""The public map, its table, a hazard's page, tiles over HTTP and publishing."""

from __future__ import annotations

import datetime as dt

import pytest
from shapely.geometry import Point
from sqlalchemy import event

from portal.kernel.geo.published import live_revision
from portal.kernel.web.guard import COOKIE
from tests.factories.divisions import make_district, make_unit
from tests.factories.published import published, row
from tests.factories.risk import make_hazard

HOSTILE = "<img src=x onerror=alert(1)>"


def things():
    facts = {
        "type_zh": "内涝点",
        "type_en": "Waterlogging spot",
        "advice_zh": "绕行",
        "advice_en": "Take another way",
        "season": "6–9月",
        "unit_name": "长风新村街道",
    }
    return [row("苏州河边", Point(121.4, 31.24), facts=facts), row(HOSTILE, Point(121.41, 31.25), facts=facts)]


@pytest.mark.parametrize("path", ["/", "/?view=list", "/?lang=en", "/?view=list&lang=en", "/?view=list&level=red"])
def test_pages_stand_before_and_after_publication(client, session, path: str) -> None:
    assert client.get(path).status_code == 200
    published(session, things())
    page = client.get(path)
    assert page.status_code == 200
    assert "苏州河边" in page.text


def test_chinese_is_the_default_and_the_switch_is_kept(client) -> None:
    assert 'lang="zh-CN"' in client.get("/", headers={"Accept-Language": "en"}).text
    assert 'lang="en"' in client.get("/?lang=en").text
    assert 'lang="en"' in client.get("/divisions").text


def test_what_people_typed_is_text_on_every_page(client, session) -> None:
    published(session, things())
    hostile = next(one for one in live(session) if one.name == HOSTILE)
    for path in ("/", "/?view=list", f"/hazards/{hostile.public_id}"):
        page = client.get(path).text
        assert HOSTILE not in page
        assert "&lt;img src=x" in page


def test_the_panel_is_the_page_without_its_frame(client, session) -> None:
    published(session, things())
    (one, _) = live(session)
    page = client.get(f"/hazards/{one.public_id}")
    panel = client.get(f"/hazards/{one.public_id}", headers={"HX-Request": "true"})
    assert "<html" in page.text
    assert "<html" not in panel.text
    assert "绕行" in panel.text
    assert "HX-Request" in page.headers["Vary"]


def test_a_map_without_approval_number_says_that_it_is_a_sample(client, session) -> None:
    published(session, things())
    assert "样图" in client.get("/").text


@pytest.mark.parametrize(
    "path",
    [
        "/tiles/nothing/1-0123456789/12/1/1.mvt",
        "/tiles/risk.hazards/x/12/1/1.mvt",
        "/tiles/risk.hazards/1-0123456789/5/1/1.mvt",
        "/tiles/risk.hazards/1-0123456789/12/4096/1.mvt",
        "/tiles/risk.hazards/1-0123456789/6/64/1.mvt",
    ],
)
def test_a_wrong_tile_address_is_404_without_sql(client, session, path: str) -> None:
    asked: list[str] = []
    listening = (session.get_bind(), "before_cursor_execute", lambda *given: asked.append(given[2]))
    event.listen(*listening)
    answer = client.get(path)
    event.remove(*listening)
    assert answer.status_code == 404
    assert [sql for sql in asked if "SAVEPOINT" not in sql] == []


def test_a_day_that_is_none_is_404(client, session) -> None:
    revision = published(session, things())
    assert client.get(f"/tiles/risk.hazards/{revision.token}/12/3429/1673.mvt?at=yesterday").status_code == 404


def test_an_address_that_is_none_is_404(client) -> None:
    assert client.get("/tiles/risk.hazards/1-0123456789/-1/1/1.mvt").status_code == 404


def test_a_tile_comes_once_from_sql_and_then_from_memory(client, session, app) -> None:
    revision = published(session, things())
    path = f"/tiles/risk.hazards/{revision.token}/12/3429/1673.mvt"
    first, memory = client.get(path), app.extensions["anjie_tiles"]
    assert first.status_code == 200
    assert first.mimetype == "application/vnd.mapbox-vector-tile"
    assert len(memory._tiles) == 1
    second = client.get(path)
    assert second.data == first.data
    assert second.headers["ETag"] == first.headers["ETag"]
    assert "Content-Security-Policy" not in second.headers
    assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_tiles_carry_no_html_that_could_run(client, session) -> None:
    revision = published(session, things())
    response = client.get(f"/tiles/risk.hazards/{revision.token}/12/3429/1673.mvt")
    assert HOSTILE.encode() in response.data
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_tile_json_names_the_live_revision(client, session) -> None:
    assert client.get("/tiles/risk.hazards.json").status_code == 404
    revision = published(session, things())
    assert client.get("/tiles/risk.hazards.json").json["version"] == revision.token


def test_publishing_shows_differences_and_changes_the_public_page(as_role, client, session) -> None:
    made = make_hazard(session, town(session), name="新风险点")
    publisher = as_role("publisher")
    assert "新风险点" in publisher.get("/publish").text
    assert "新风险点" not in client.get("/").text
    answer = publisher.send("/publish", {"sample": "y"})
    assert answer.status_code == 303
    assert "新风险点" in client.get("/").text
    assert made.public_id in {one.public_id for one in live(session)}


def test_a_map_without_its_legal_fields_is_refused_with_a_message(as_role, session) -> None:
    make_district(session)
    page = as_role("publisher").send("/publish", {})
    assert page.status_code == 422
    assert "审图号" in page.text
    assert live_revision(session, "risk.hazards") is None


def test_a_withdrawn_edition_is_gone_from_page_and_tiles(as_role, client, session, app) -> None:
    make_hazard(session, town(session), name="要撤下的")
    publisher = as_role("publisher")
    publisher.send("/publish", {"sample": "y"})
    token = live_revision(session, "risk.hazards").token
    path = f"/tiles/risk.hazards/{token}/12/3429/1673.mvt"
    assert client.get(path).status_code == 200
    assert publisher.send("/publish/withdraw", {"note": "错了"}).status_code == 303
    app.extensions["anjie_tiles"]._looked_at = float("-inf")
    gone = client.get(path)
    assert gone.status_code == 410
    assert gone.headers["Cache-Control"] == "no-store"
    assert "要撤下的" not in client.get("/").text


def test_publishing_twice_with_the_same_form_publishes_once(as_role, session) -> None:
    make_district(session)
    publisher = as_role("publisher")
    form = {"sample": "y", "client_id": "01890000-0000-7000-8000-000000000001"}
    assert publisher.send("/publish", form).headers["Location"] == publisher.send("/publish", form).headers["Location"]


@pytest.mark.parametrize("role", ["officer", "risk_assessor", "administrator", "auditor"])
def test_only_a_publisher_publishes(as_role, session, role: str) -> None:
    make_district(session)
    somebody = as_role(role)
    assert somebody.get("/publish").status_code == 403
    assert somebody.send("/publish", {"sample": "y"}).status_code == 403


def test_nobody_signed_in_is_sent_to_sign_in(client) -> None:
    answer = client.get("/publish")
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/sign-in")
    assert COOKIE not in client.get("/").headers.get("Set-Cookie", "")


def test_an_anonymous_visit_gets_no_cookie(client) -> None:
    assert "Set-Cookie" not in client.get("/").headers


def town(session):
    return make_unit(session, make_district(session), "长风新村街道")


def live(session):
    from portal.kernel.geo.published import records_at

    return records_at(session, "risk.hazards", dt.date(2026, 7, 1))
