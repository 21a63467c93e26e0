"""A clerk issues a sheet, the administrator changes its template, and the next one looks different."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from docx import Document
from playwright.sync_api import Page, expect

from tests.factories.papers import pdf_text
from tests.journeys.conftest import PHONE, assert_accessible, assert_fits
from tests.kernel.formats.papers import text_of

pytestmark = pytest.mark.browser

TEMPLATES = "/exchange/papers/templates"


def test_from_the_division_to_a_numbered_sheet_and_to_a_new_template(open_page, sign_in, tmp_path: Path) -> None:
    clerk = open_page()
    sign_in(clerk, "division_clerk")
    number = issue_first_street(clerk)
    assert number.endswith("-0001")
    assert number in pdf_text(clerk.request.get(f"{clerk.url}.pdf").body())

    administrator = open_page()
    sign_in(administrator, "administrator")
    changed = with_letterhead(download(administrator), tmp_path / "新抬头.docx")
    administrator.locator("#file").set_input_files(changed)
    administrator.get_by_role("button", name=re.compile("启用|Upload")).click()
    expect(administrator.locator("table")).to_contain_text("新抬头.docx")
    assert_accessible(administrator)

    clerk.go_back()
    assert issue_first_street(clerk).endswith("-0002")
    assert "示例单位抬头" in text_of(clerk.request.get(f"{clerk.url}.docx").body())
    assert "示例单位抬头" not in pdf_text(clerk.request.get(f"{clerk.url}.pdf").body())


def test_the_pages_fit_a_phone(open_page, sign_in) -> None:
    clerk = open_page(PHONE)
    sign_in(clerk, "division_clerk")
    issue_first_street(clerk)
    for path in (clerk.url, "/exchange/papers"):
        clerk.goto(path)
        assert_fits(clerk)
        assert_accessible(clerk)
    administrator = open_page(PHONE)
    sign_in(administrator, "administrator")
    for path in (TEMPLATES, f"{TEMPLATES}/divisions/sheet/zh", f"{TEMPLATES}/divisions/sheet/number"):
        administrator.goto(path)
        assert_fits(administrator)
        assert_accessible(administrator)


def issue_first_street(page: Page) -> str:
    """Goes from the list of divisions to the first town or street and issues its sheet; returns the number."""
    page.goto("/divisions")
    page.locator("details.card summary").first.click()
    page.locator("details.card a").first.click()
    page.locator("a[href*='/issue']").click()
    assert_fits(page)
    assert_accessible(page)
    page.locator("main form button.button--main").click()
    page.wait_for_url(re.compile(r"/exchange/papers/issued/[0-9a-f-]{36}$"))
    return page.get_by_role("heading", level=1).inner_text()


def download(page: Page) -> bytes:
    """The Chinese template that is in use, by way of its page."""
    page.goto(TEMPLATES)
    page.locator("a[href$='/divisions/sheet/zh']").click()
    link = page.locator("a[href$='current.docx']").get_attribute("href")
    return page.request.get(link).body()


def with_letterhead(template: bytes, path: Path) -> Path:
    """The same document with a first line of the office's own, as somebody would type it in Word."""
    document = Document(io.BytesIO(template))
    document.paragraphs[0].insert_paragraph_before("示例单位抬头")
    document.save(path)
    return path
