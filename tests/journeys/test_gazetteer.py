"""A clerk types into the gazetteer as into a spreadsheet; a town answers the review on a phone without scripts."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from portal.divisions.models import GazetteerValue
from portal.kernel.db.session import transaction
from portal.kernel.i18n.clock import today
from tests.journeys.conftest import PHONE, assert_accessible, assert_fits

pytestmark = pytest.mark.browser

FIELD = "resident_population"
YEAR = 2024
"""A year of which the demonstration holds no value."""


def cells(page: Page, field: str = FIELD):
    return page.locator(f'[data-cell$=":{field}"]')


def opened(page: Page) -> None:
    page.goto(f"/divisions/gazetteer?year={YEAR}")
    expect(page.locator("[data-sheet-tools]")).to_be_visible()
    page.locator("#sheet-source").fill("2024年统计年报")


def kept(served, field: str = FIELD) -> list[tuple[str | None, str]]:
    with transaction(served.settings) as session:
        query = select(GazetteerValue.value, GazetteerValue.way).where(
            GazetteerValue.field == field, GazetteerValue.year == YEAR, GazetteerValue.superseded_at.is_(None)
        )
        return sorted(session.execute(query).all())


def test_cells_are_typed_with_the_keyboard_alone(open_page, sign_in, served):
    page = open_page()
    sign_in(page, "division_clerk")
    opened(page)
    first, second = cells(page).nth(1), cells(page).nth(2)
    first.focus()
    page.keyboard.type("1200")
    page.keyboard.press("Enter")
    expect(first).to_have_text("1,200")
    expect(second).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.type("many")
    page.keyboard.press("Tab")
    expect(second).to_contain_text("many")
    expect(second).to_have_class(re.compile("wrong"))
    expect(cells(page, "migrant_population").nth(2)).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowUp")
    expect(first).to_be_focused()
    page.keyboard.type("9")
    page.keyboard.press("Escape")
    expect(first).to_have_text("1,200")
    assert kept(served) == [("1200", "typed")]
    page.keyboard.press("Delete")
    expect(first).to_have_text("")
    assert_accessible(page)
    assert_fits(page)


def test_a_block_from_excel_is_shown_before_it_is_saved(open_page, sign_in, served):
    page = open_page()
    sign_in(page, "division_clerk")
    opened(page)
    start = cells(page, "registered_population").nth(1)
    start.focus()
    paste(page, "1000\t1100\n2000\t2100\n")
    preview = page.locator("[data-sheet-preview]")
    expect(preview).to_be_visible()
    expect(preview.locator("tbody tr")).to_have_count(4)
    assert kept(served, "registered_population") == []
    assert_accessible(page)
    preview.locator("[data-sheet-confirm]").click()
    expect(start).to_have_text("1,000")
    expect(cells(page).nth(2)).to_have_text("2,100")
    assert kept(served, "registered_population") == [("1000", "pasted"), ("2000", "pasted")]
    paste(page, "1000\tbad\n")
    expect(cells(page).nth(1)).to_contain_text("bad")
    expect(preview).to_be_hidden()


def test_the_second_clerk_is_told_at_the_cell(open_page, sign_in):
    one, two = open_page(), open_page()
    for page in (one, two):
        sign_in(page, "division_clerk")
        opened(page)
    for page, value in ((one, "021"), (two, "020")):
        cells(page, "dialling_code").nth(1).focus()
        page.keyboard.type(value)
        page.keyboard.press("Enter")
        expect(page.locator("[data-sheet-said]")).not_to_have_text("")
        expect(cells(page, "dialling_code").nth(1)).to_contain_text("021")
    expect(cells(two, "dialling_code").nth(1).locator(".sheet__message")).to_contain_text("021")


def test_a_town_answers_on_a_phone_without_scripts(open_page, sign_in):
    clerk = open_page()
    sign_in(clerk, "division_clerk")
    clerk.goto("/divisions/gazetteer/reviews/new")
    clerk.locator("#year").fill(str(YEAR))
    clerk.locator("#due_on").fill((today() + dt.timedelta(30)).isoformat())
    clerk.locator("main button[type=submit]").click()
    clerk.wait_for_url(re.compile("/reviews/[0-9a-f-]{36}$"))
    assert_accessible(clerk)
    review = clerk.url
    town = open_page(PHONE, java_script_enabled=False)
    sign_in(town, "town_reviewer")
    town.goto(review)
    town.locator("tbody th a").first.click()
    assert_fits(town)
    town.locator(".town-row a.button").first.click()
    town.locator("#value-resident_population").fill("123")
    assert_fits(town)
    town.locator("main button[type=submit]").click()
    expect(town.locator(".town-row").first).to_contain_text("123")
    town.locator(".sheet-confirm button").click()
    expect(town.locator(".sheet-confirm")).to_have_count(0)
    clerk.reload()
    expect(clerk.locator(".proposal")).to_have_count(1)
    clerk.locator(".proposal button[name=take]").click()
    expect(clerk.locator(".proposal form")).to_have_count(0)


def paste(page: Page, text: str) -> None:
    """What a browser does when a block is pasted, without the clipboard that a headless one has not."""
    page.evaluate(
        """text => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            const told = {clipboardData: data, bubbles: true, cancelable: true};
            document.activeElement.dispatchEvent(new ClipboardEvent("paste", told));
        }""",
        text,
    )
