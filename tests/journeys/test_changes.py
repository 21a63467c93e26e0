"""A clerk splits a town: draws the cut, sees the preview, makes it effective; yesterday's map does not change."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from playwright.sync_api import Page, expect

from portal.kernel.i18n.clock import SHANGHAI
from tests.journeys.conftest import PHONE, assert_accessible, assert_fits

pytestmark = pytest.mark.browser

TOWN, BORN = "桃浦镇", "桃浦新区街道"
CODE = "310107098"
READY = ".folium-map[data-ready]"


def press(page: Page, do: str) -> None:
    """One of the editor's buttons; the page comes back saved."""
    with page.expect_navigation():
        page.locator(f"button[name=do][value='{do}']").last.click()


def begin(page: Page, kind: str, title: str) -> str:
    """A new file; gives its address."""
    page.goto("/divisions/changes/new")
    page.locator("#kind").select_option(kind)
    page.locator("#title").fill(title)
    with page.expect_navigation():
        page.locator("#title").press("Enter")
    return re.search(r"/divisions/changes/[0-9a-f-]{36}", page.url).group(0)


def name_units(page: Page, address: str) -> None:
    """The town that goes on, the street that is born, and the ground from one to the other."""
    page.goto(f"{address}/content")
    page.locator("#add-unit").select_option(label=TOWN)
    press(page, "add:amend")
    press(page, "new")
    page.locator("#u1-name").fill(BORN)
    page.locator("#u1-kind").select_option("street")
    page.locator("#u1-parent").select_option(label="普陀区")
    page.locator("#u1-code_mca").fill(CODE)
    page.locator("#u1-population").fill("52000")
    press(page, "save")
    page.locator("#move-from").select_option(label=TOWN)
    page.locator("#move-to").select_option(label=BORN)
    press(page, "move")


def draw_cut(page: Page) -> None:
    """A line from above the town to below it, with the mouse."""
    expect(page.locator(READY)).to_be_visible()
    page.locator(READY).evaluate("map => map.scrollIntoView({block: 'center', behavior: 'instant'})")
    page.locator(".leaflet-pm-icon-polyline").click()
    box = page.locator(READY).bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.52, box["y"] + box["height"] * 0.03)
    page.mouse.click(box["x"] + box["width"] * 0.52, box["y"] + box["height"] * 0.86)
    page.locator(".leaflet-pm-action.action-finish:visible").click()
    expect(page.locator("#geometry")).to_have_value(re.compile("LineString"))


def take(page: Page, address: str, verb: str, **facts: str) -> None:
    """One step of the file."""
    page.goto(f"{address}/steps/{verb}")
    for name, value in facts.items():
        page.locator(f"#{name}").fill(value)
    with page.expect_navigation():
        page.locator("main form button[type=submit]").last.click()
    assert page.url.endswith(address), page.locator("main").inner_text()


def names_on(page: Page, day: dt.date) -> set[str]:
    """The names that the public map draws on a day."""
    found = page.request.get(f"/divisions/map.geojson?at={day}").json()["features"]
    return {one["properties"]["name"] for one in found if "name" in one["properties"]}


def shape_on(page: Page, day: dt.date, name: str) -> object:
    found = page.request.get(f"/divisions/map.geojson?at={day}").json()["features"]
    return next(one["geometry"] for one in found if one["properties"].get("name") == name)


def test_a_clerk_splits_a_town_and_yesterday_stays_what_it_was(open_page, sign_in):
    today = dt.datetime.now(SHANGHAI).date()
    yesterday = today - dt.timedelta(days=1)
    page, visitor = open_page(), open_page(PHONE)
    before = shape_on(visitor, yesterday, TOWN)
    sign_in(page, "division_clerk")
    address = begin(page, "split", "析出桃浦新区街道")
    name_units(page, address)
    assert_accessible(page)
    page.locator("#m0-people").fill("52000")
    press(page, "piece:0")
    draw_cut(page)
    with page.expect_navigation():
        page.locator("main form button[type=submit]").last.click()
    expect(page.locator("input[name=parts]")).to_have_count(2)
    assert_accessible(page)
    page.locator("label[for=part-2]").click()
    with page.expect_navigation():
        page.locator("#parts button").click()
    expect(page.locator("#m0-how-2")).to_be_checked()

    page.goto(f"{address}/preview")
    expect(page.locator(READY)).to_be_visible()
    expect(page.locator("main")).to_contain_text(BORN)
    expect(page.locator(".banner--danger")).to_have_count(0)
    assert_accessible(page)
    assert BORN not in names_on(visitor, today)

    take(page, address, "apply")
    take(page, address, "approve", document_number="普府〔2026〕1号", document_authority="上海市人民政府")
    take(page, address, "carry_out")
    assert BORN not in names_on(visitor, today), "not announced yet"
    take(page, address, "announce")

    assert BORN in names_on(visitor, today)
    assert BORN not in names_on(visitor, yesterday)
    assert shape_on(visitor, yesterday, TOWN) == before
    assert shape_on(visitor, today, TOWN) != before
    visitor.goto(f"/divisions/map?at={yesterday}")
    expect(visitor.locator(READY)).to_be_visible()
    expect(visitor.locator("main")).not_to_contain_text(BORN)
    visitor.goto(f"/divisions/map/compare?from={yesterday}&to={today}")
    expect(visitor.locator("main")).to_contain_text(BORN)
    assert_accessible(visitor)
    assert_fits(visitor)
