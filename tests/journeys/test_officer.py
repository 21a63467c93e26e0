"""An officer files a report on a phone, with one error first; the duty manager finds it on the duty map."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE, assert_accessible, assert_fits

pytestmark = pytest.mark.browser


def fill_in(page: Page) -> None:
    page.locator("#type").select_option("flood")
    page.locator("#occurred_at").fill("2026-07-01T03:20")
    page.locator("#narrative").fill("小区积水约 30 厘米，已组织转移。")
    page.locator("#figure_affected").fill("１２０")
    page.locator("#figure_dead").fill("0")
    page.locator("#figure_missing").fill("0")
    page.locator("#figure_injured").fill("3")


def test_a_report_from_the_field_to_the_duty_map(open_page, sign_in) -> None:
    page = open_page(PHONE)
    sign_in(page, "officer")
    page.goto("/reports/new?event=new")
    assert_accessible(page)
    fill_in(page)
    page.locator("#figure_severely_injured").fill("5")
    page.locator("button[name=act][value=submit]").click()

    summary = page.locator(".error-summary")
    expect(summary).to_be_focused()
    expect(page.locator("#figure_severely_injured")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#narrative")).to_have_value("小区积水约 30 厘米，已组织转移。")
    expect(page.locator("#figure_affected")).to_have_value(re.compile("120|１２０"))
    assert_fits(page)
    assert_accessible(page)

    page.locator("#figure_severely_injured").fill("1")
    page.locator("button[name=act][value=submit]").click()
    expect(page).to_have_url(re.compile(r"/reports/[0-9a-f-]{36}"))
    assert_fits(page)
    assert_accessible(page)
    address = page.url

    manager = open_page()
    sign_in(manager, "duty_manager")
    manager.goto("/duty-map")
    link = manager.locator(f"a[href*='{address.rsplit('/', 1)[1]}']").first
    expect(link).to_be_visible()
    link.click()
    expect(manager.locator("#detail [data-panel-heading]")).to_be_focused()
    assert_accessible(manager)


def test_what_was_typed_survives_a_lost_connection(open_page, sign_in) -> None:
    page = open_page(PHONE)
    sign_in(page, "officer")
    page.goto("/reports/new?event=new")
    fill_in(page)
    page.context.set_offline(True)
    expect(page.locator("#connection")).to_be_visible()
    expect(page.locator("#connection")).to_contain_text("网络")
    page.context.set_offline(False)
    expect(page.locator("#narrative")).to_have_value("小区积水约 30 厘米，已组织转移。")


@pytest.mark.parametrize("path", ["/reports", "/duty-map", "/account"])
def test_staff_pages_fit_a_phone_in_both_languages(open_page, sign_in, path: str) -> None:
    page = open_page(PHONE)
    sign_in(page, "duty_manager")
    for language in ("zh", "en"):
        page.goto(f"{path}?lang={language}")
        page.wait_for_load_state("networkidle")
        assert_fits(page)
        assert_accessible(page)
