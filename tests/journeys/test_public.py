"""The public opens the map and reads a hazard, in the panel and in the table; by mouse, by keyboard, on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import DESK, PHONE, assert_accessible, assert_fits

pytestmark = pytest.mark.browser


def test_a_hazard_is_read_in_the_panel_and_in_the_table(open_page) -> None:
    page = open_page()
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("社区风险地图")
    expect(page.locator(".leaflet-container canvas").first).to_be_visible()
    assert_accessible(page)

    first = page.locator("#detail .map-list a").first
    name = first.inner_text()
    first.click()
    heading = page.locator("#detail [data-panel-heading]")
    expect(heading).to_contain_text(name)
    expect(heading).to_be_focused()
    expect(page.locator("#detail")).to_contain_text("该怎么做")
    assert_accessible(page)

    page.get_by_role("link", name="看列表").click()
    row = page.get_by_role("row").filter(has_text=name)
    expect(row).to_have_count(1)
    assert_accessible(page)


def test_a_click_on_the_map_opens_what_lies_there(open_page) -> None:
    page = open_page()
    page.goto("/")
    page.wait_for_load_state("networkidle")
    page.locator("[data-focus-feature]").first.click()
    page.wait_for_timeout(1200)
    page.locator("#map_home").click()
    expect(page.locator("#detail [data-panel-heading]")).to_be_focused()


def test_the_map_is_driven_by_the_keyboard(open_page) -> None:
    page = open_page()
    page.goto("/")
    page.wait_for_load_state("networkidle")
    page.locator("[data-focus-feature]").first.click()
    page.wait_for_timeout(1200)
    page.locator("#map_home").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#detail [data-panel-heading]")).to_be_focused()


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("path", ["/", "/?view=list", "/divisions", "/divisions/here", "/sign-in", "/nothing-here"])
def test_every_public_page_fits_and_is_accessible(open_page, viewport, language: str, path: str) -> None:
    page = open_page(viewport)
    page.goto(f"{path}{'&' if '?' in path else '?'}lang={language}")
    page.wait_for_load_state("networkidle")
    assert_fits(page)
    assert_accessible(page)


def test_without_scripts_the_list_says_the_same(open_page) -> None:
    page = open_page(java_script_enabled=False)
    page.goto("/")
    first = page.locator("#detail .map-list a").first
    name = first.inner_text()
    first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
