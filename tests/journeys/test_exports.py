"""Taking a list away as a file, with the menu of its page."""

from __future__ import annotations

import os
from pathlib import Path

import openpyxl
import pyogrio
import pytest

from tests.journeys.conftest import DESK, PHONE, assert_accessible, assert_fits

pytestmark = pytest.mark.browser

PICTURES = os.environ.get("ANJIE_PICTURES")


def shown(page, name: str) -> None:
    """Keeps a picture for whoever looks at the screens."""
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png")


def open_menu(page) -> None:
    """Opens the menu and sees that none of it lies beside the screen."""
    page.locator("details.export > summary").click()
    box = page.locator(".export__list").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= page.viewport_size["width"]


def taken(page, label: str, folder: Path) -> Path:
    """What a press of a button of the menu downloads."""
    page.locator("details.export > summary").first.click()
    with page.expect_download() as download:
        page.get_by_role("button", name=label).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


@pytest.mark.parametrize(("size", "width"), [(DESK, "wide"), (PHONE, "narrow")])
def test_anyone_takes_the_divisions_as_a_workbook(open_page, tmp_path, size, width):
    page = open_page(size)
    page.goto("/divisions?q=街道")
    open_menu(page)
    shown(page, f"divisions-{width}")
    assert_fits(page)
    assert_accessible(page)
    page.keyboard.press("Escape")
    path = taken(page, ".xlsx", tmp_path)
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert sheet.max_row > 2
    assert all("街道" in row[0].value for row in sheet.iter_rows(min_row=2))


@pytest.mark.parametrize(("size", "width"), [(DESK, "wide"), (PHONE, "narrow")])
def test_the_assessor_takes_the_red_hazards_as_a_map_in_a_zone(open_page, sign_in, tmp_path, size, width):
    page = open_page(size)
    sign_in(page, "risk_assessor")
    page.goto("/risk/hazards?level=red&lang=en" if width == "wide" else "/risk/hazards?level=red")
    open_menu(page)
    shown(page, f"hazards-{width}")
    assert_fits(page)
    assert_accessible(page)
    page.locator("details.export select").select_option("EPSG:4528")
    with page.expect_download() as download:
        page.get_by_role("button", name="GeoPackage").click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    info = pyogrio.read_info(path)
    assert info["crs"] == "EPSG:4528"
    assert 40_000_000 < info["total_bounds"][0] < 41_000_000
    levels = pyogrio.raw.read(path)[3][list(info["fields"]).index("level")]
    assert set(levels) == {"red"}


@pytest.mark.parametrize(("size", "width"), [(DESK, "wide"), (PHONE, "narrow")])
@pytest.mark.parametrize(
    ("login", "address"), [(None, "/?view=list"), ("duty_manager", "/reports"), ("auditor", "/audit")]
)
def test_every_menu_stays_on_the_screen(open_page, sign_in, login, address, size, width):
    page = open_page(size)
    if login:
        sign_in(page, login)
    page.goto(address)
    open_menu(page)
    page.locator(".export__list").scroll_into_view_if_needed()
    shown(page, f"{login}-{width}")
    assert_fits(page)
    assert_accessible(page)
