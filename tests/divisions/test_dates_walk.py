"""Any day on every page: all GET routes of the divisions room, the public map, the files and the tiles."""

from __future__ import annotations

import datetime as dt
import io
import re

import mapbox_vector_tile
import openpyxl
import pytest

from portal.divisions.models import UnitVersion
from portal.divisions.service import rebuild_ancestry
from portal.divisions.signals import units_announced
from portal.kernel.access.actor import SYSTEM
from portal.kernel.access.permission import ANYONE
from portal.kernel.geo.published import live_revision
from portal.kernel.i18n.clock import today
from tests.factories.divisions import make_district, make_unit, square

CHANGED = dt.date(2014, 7, 1)
BEFORE, LONG_AGO = "2010-01-01", "1900-01-01"
FILES = ("xlsx", "csv", "geojson")

OWN_DATES = {"divisions.compare", "divisions.compare_features"}
"""Pages that compare two days of their own."""

NOT_CARRIED = re.compile(r"^(/static/|/sign-in|/sign-out|/account|/tiles/|/basemap/|/api/|#)")
HREF = re.compile(r'(?:href|hx-get)="(/[^"]*|\?[^"]*)"')


@pytest.fixture
def putuo(session, app):
    """A town that was renamed and redrawn in 2014, and one that nobody may know of."""
    district = make_district(session)
    town = make_unit(
        session, district, "真如镇", kind="town", until=CHANGED, codes={"mca": "310107101"}, shape=square()
    )
    said = {"valid_from": CHANGED, "announced_on": CHANGED, "source": "沪府〔2014〕89号"}
    session.add(UnitVersion(unit_id=town.id, parent_id=district.id, name="真如镇街道", kind="street", level=4, **said))
    secret = make_unit(session, district, "未公告街道", announced_on=None, shape=square(121.42))
    rebuild_ancestry(session)
    units_announced.send("test", session=session, actor=SYSTEM)
    return {"district": district, "town": town, "secret": secret}


def pages(app, unit) -> dict[str, str]:
    """Public addresses of the room and the public map by endpoint, all of them about one unit."""
    found = {
        rule.endpoint: re.sub(r"<uuid:\w+>", str(unit.public_id), rule.rule)
        for rule in app.url_map.iter_rules()
        if (rule.endpoint.startswith(("divisions.", "divisions_api.")) or rule.endpoint == "maps.home")
        and "GET" in rule.methods
        and getattr(app.view_functions[rule.endpoint], "needs", None) is ANYONE
    }
    filled = {endpoint: path.replace("<code>", "310107101") for endpoint, path in found.items()}
    return {endpoint: path for endpoint, path in filled.items() if "<" not in path}


def is_page(answer) -> bool:
    return answer.mimetype == "text/html" and "<!doctype html>" in answer.text.lower()


# --- every public page ------------------------------------------------------------------------------------------


def test_every_public_page_answers_with_and_without_a_day(app, client, putuo):
    wrong = {}
    for endpoint, path in pages(app, putuo["town"]).items():
        for day in ("", f"?at={BEFORE}", f"?at={LONG_AGO}", "?at=9999-12-31", "?at=0001-01-01"):
            answer = client.get(path + day)
            if answer.status_code not in ({200, 404} | ({422} if endpoint in OWN_DATES else set())):
                wrong[endpoint, day] = answer.status_code
            assert "未公告街道" not in answer.text, endpoint
    assert wrong == {}


def test_every_public_page_goes_by_the_day_and_says_so(app, client, putuo):
    silent = []
    for endpoint, path in pages(app, putuo["town"]).items():
        answer = client.get(f"{path}?at={BEFORE}&lang=en")
        said = "You are looking at January 1, 2010." if endpoint not in OWN_DATES else "has dates of its own"
        if is_page(answer) and said not in answer.text:
            silent.append(endpoint)
        if is_page(plain := client.get(f"{path}?lang=en")):
            assert "You are looking at" not in plain.text, endpoint
    assert silent == []


def test_every_page_refuses_what_is_no_date(app, client, putuo):
    for endpoint, path in pages(app, putuo["town"]).items():
        if endpoint not in OWN_DATES:
            assert client.get(f"{path}?at=2024-13-01").status_code == 422, endpoint


def test_every_link_of_every_page_keeps_the_day(app, client, putuo):
    """A link may name a day of its own; none drops it but the way back to today."""
    dropped = set()
    for endpoint, path in pages(app, putuo["town"]).items():
        page = client.get(f"{path}?at={BEFORE}")
        for link in HREF.findall(page.text) if is_page(page) else ():
            if "at=" not in link and not NOT_CARRIED.match(link) and link.split("?")[0] != path.split("?")[0]:
                dropped.add((endpoint, link))
    assert dropped == set()


def test_no_link_names_a_day_while_it_is_today(app, client, putuo):
    for endpoint in ("divisions.index", "divisions.here", "maps.home"):
        path = pages(app, putuo["town"])[endpoint]
        assert "at=" not in "".join(HREF.findall(client.get(path).text)), endpoint
        assert f"at={today()}" not in client.get(f"{path}?at={today()}").text


# --- lists, maps, tiles, files ----------------------------------------------------------------------------------


def test_the_list_and_the_search_show_the_day(client, putuo):
    assert ">真如镇</a>" in client.get(f"/divisions?at={BEFORE}").text
    assert ">真如镇街道</a>" in client.get("/divisions").text
    assert ">真如镇</a>" in client.get(f"/divisions?q=真如镇街道&at={BEFORE}").text
    assert "真如镇" in client.get(f"/divisions/here?lon=121.405&lat=31.245&at={BEFORE}").text


def test_the_home_map_draws_the_divisions_of_the_day_and_opens_them_on_it(client, putuo):
    page = client.get(f"/?at={BEFORE}").text
    assert f"{{y}}.mvt?at={BEFORE}" in page
    assert f"/divisions/{{id}}?at={BEFORE}" in page
    assert ".mvt?at=" not in client.get("/").text


def test_tiles_are_those_of_the_day(client, session, putuo):
    revision = live_revision(session, "divisions.units")
    z, x, y = 14, 13717, 6693
    names = set()
    for day in (f"?at={BEFORE}", ""):
        body = client.get(f"/tiles/divisions.units/{revision.token}/{z}/{x}/{y}.mvt{day}").data
        found = mapbox_vector_tile.decode(body) if body else {}
        names.add(frozenset(one["properties"]["name"] for layer in found.values() for one in layer["features"]))
    assert len(names) == 2, names


def test_the_description_of_tiles_names_the_day(client, putuo):
    assert client.get(f"/tiles/divisions.units.json?at={BEFORE}").json["tiles"][0].endswith(f".mvt?at={BEFORE}")
    assert client.get("/tiles/divisions.units.json").json["tiles"][0].endswith(".mvt")


def test_the_export_is_that_of_the_day_and_the_menu_asks_for_it(client, putuo):
    menu = client.get(f"/divisions?at={BEFORE}").text.split('class="menu export')[1].split("</details>")[0]
    assert menu.count(f'<input type="hidden" name="at" value="{BEFORE}">') == 2
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/exchange/export/divisions/units.xlsx?at={BEFORE}").data))
    cells = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "真如镇" in cells
    assert "真如镇街道" not in cells


@pytest.mark.parametrize("form", FILES)
def test_no_file_holds_what_is_not_announced(client, putuo, form):
    for day in ("", f"?at={BEFORE}"):
        answer = client.get(f"/exchange/export/divisions/units.{form}{day}")
        assert answer.status_code == 200
        assert "未公告街道".encode() not in answer.data


def test_the_sheet_is_that_of_the_day(client, putuo):
    page = client.get(f"/divisions/{putuo['town'].public_id}?at={BEFORE}").text
    assert f"/papers/divisions/sheet/{putuo['town'].public_id}.pdf?at={BEFORE}" in page
    assert client.get(f"/papers/divisions/sheet/{putuo['town'].public_id}.docx?at={LONG_AGO}").status_code == 404


# --- the box and the strip ---------------------------------------------------------------------------------------


def test_the_box_keeps_what_else_was_asked_and_leads_back_to_today(client, putuo):
    page = client.get(f"/divisions?q=真如&page=3&at={BEFORE}").text
    box = page.split('class="menu date-box"')[1].split("</details>")[0]
    assert '<input type="hidden" name="q" value="真如">' in box
    assert f'name="at" value="{BEFORE}"' in box
    assert 'name="page"' not in box
    assert 'href="/divisions?q=%E7%9C%9F%E5%A6%82"' in box


def test_the_box_is_there_with_todays_date_and_no_way_back(client):
    box = client.get("/divisions?lang=en").text.split('class="menu date-box"')[1].split("</details>")[0]
    assert f'value="{today()}"' in box
    assert "Back to today" not in box


def test_what_comes_in_an_address_is_text_in_the_box(client):
    page = client.get(f'/divisions?at={BEFORE}&"><script>alert(1)</script>=<b>').text
    assert "<script>alert(1)" not in page
    assert "<b>" not in page


def test_a_page_that_knows_no_dates_says_that_it_shows_today(as_role, putuo):
    page = as_role("administrator").get(f"/people?at={BEFORE}&lang=en").text
    assert "You chose January 1, 2010, but this page knows only today and shows today." in page
    assert "You are looking at" not in page
    menu = page.split('class="menu export')[1].split("</details>")[0] if 'class="menu export' in page else ""
    assert 'name="at"' not in menu
    assert f'href="/divisions?at={BEFORE}"' in page


def test_the_way_in_carries_no_day(client):
    page = client.get(f"/sign-in?at={BEFORE}&lang=en").text
    assert "date-box" not in page
    assert "You chose" not in page


def test_an_address_that_there_is_not_offers_no_day(client):
    answer = client.get(f"/nothing?at={BEFORE}")
    assert answer.status_code == 404
    assert "date-box" not in answer.text


def test_a_wrong_date_is_refused_in_words_on_a_page_of_today(client):
    answer = client.get("/divisions?at=gestern&lang=en")
    assert answer.status_code == 422
    assert "The date gestern is not of the form 2024-05-31." in answer.text
    assert "You are looking at" not in answer.text
    assert 'href="/divisions"' in answer.text


def test_registers_of_staff_keep_the_day_in_their_filters_and_maps(as_role, putuo):
    page = as_role("risk_assessor").get(f"/risk/hazards?at={BEFORE}&lang=en")
    assert page.status_code == 200
    assert f'<input type="hidden" name="at" value="{BEFORE}">' in page.text.split('<form class="filter"')[1]
    assert f".mvt?at={BEFORE}" in page.text
