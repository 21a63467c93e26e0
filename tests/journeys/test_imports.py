"""Files come in through the browser.

A shapefile that says nothing of itself becomes divisions; a workbook is given back, corrected and sent again.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely
from openpyxl import Workbook, load_workbook
from playwright.sync_api import Page, expect

from portal.kernel.geo.crs import from_storage, parse_crs
from portal.settings import CHECKOUT
from tests.journeys.conftest import PHONE, Served, assert_accessible, assert_fits

pytestmark = pytest.mark.browser

PATIENCE_MS = 60_000
ZONE = parse_crs("EPSG:4528")
"""CGCS2000 / 3-degree Gauss-Kruger zone 40, the zone in the easting."""

HEADINGS = ["隐患名称", "类型", "等级", "所属街镇", "来源", "评估日期", "经度", "纬度"]


@pytest.fixture(scope="module")
def worker(served: Served) -> Iterator[None]:
    """The worker beside the web server, as `bin/serve` runs one."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.journeys.worker_process"], cwd=CHECKOUT, stdin=subprocess.PIPE, text=True
    )
    urls = served.settings.urls
    said = {name: getattr(urls, name).get_secret_value() for name in ("app", "public")}
    json.dump(said | {"data_dir": str(served.settings.data_dir)}, process.stdin)
    process.stdin.close()
    yield
    process.terminate()
    process.wait(20)


def upload(page: Page, what: str, path: Path) -> None:
    page.goto("/exchange/imports")
    page.locator("#what").select_option(what)
    page.locator("#file").set_input_files(path)
    page.get_by_role("button", name="上传并读取").click()


def check(page: Page) -> None:
    page.get_by_role("button", name="检查各行").click()


def gbk_shapefile(folder: Path) -> Path:
    """Two committees of 曹杨新村街道 side by side; no .cpg, no .prj, Chinese names in GBK, metres of zone 40."""
    west, south, wide, high = 121.400, 31.236, 0.006, 0.004
    squares = [shapely.box(west + i * wide, south, west + (i + 1) * wide, south + high) for i in range(2)]
    names = ["测绘第一居委会", "测绘第二居委会"]
    codes = ["310107005901", "310107005902"]
    plain = folder / "plain"
    plain.mkdir()
    pyogrio.raw.write(
        str(plain / "居委会.shp"),
        shapely.to_wkb([from_storage(square, ZONE) for square in squares]),
        [np.array(column, dtype=object) for column in (names, codes, ["310107005"] * 2, ["居委会"] * 2)],
        ["名称", "区划代码", "上级代码", "类别"],
        driver="ESRI Shapefile",
        geometry_type="Polygon",
        crs=None,
        encoding="GBK",
    )
    path = folder / "居委会.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for part in sorted(plain.iterdir()):
            if part.suffix in {".shp", ".shx", ".dbf"}:
                archive.write(part, part.name)
    dbf = (plain / "居委会.dbf").read_bytes()
    assert "测绘第一居委会".encode("gbk") in dbf
    return path


def test_a_shapefile_that_says_nothing_of_itself_becomes_divisions_on_the_map(
    open_page, sign_in, worker, tmp_path: Path
) -> None:
    page = open_page()
    sign_in(page, "division_clerk")
    upload(page, "divisions:units", gbk_shapefile(tmp_path))
    page.wait_for_selector("#answers", timeout=PATIENCE_MS)
    expect(page.locator("pre.sample")).to_contain_text("测绘第一居委会")
    assert_accessible(page)
    page.locator("#encoding").check()
    reading = page.locator(".choice", has=page.locator("input[value='read:EPSG:4528']"))
    expect(reading).to_contain_text("100%")
    reading.locator("input").check()
    page.locator("[name=option-code_system]").select_option("nbs")
    page.locator("[name=option-at]").fill("2026-01-01")
    announced = page.locator("[name=option-announced_on]")
    if announced.count():
        announced.fill("2026-01-01")
    check(page)
    confirm = page.get_by_role("button", name=re.compile("导入 2 行"))
    expect(confirm).to_be_visible(timeout=PATIENCE_MS)
    assert_accessible(page)
    confirm.click()
    expect(page.get_by_text("已导入。")).to_be_visible(timeout=PATIENCE_MS)

    visitor = open_page()
    visitor.goto("/divisions?q=测绘第一居委会")
    visitor.get_by_role("link", name="测绘第一居委会").first.click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text("测绘第一居委会")
    expect(visitor.locator(".leaflet-container[data-ready]")).to_be_visible()
    visitor.goto("/divisions/here?lon=121.403&lat=31.238")
    expect(visitor.locator("main")).to_contain_text("测绘第一居委会")


def workbook(path: Path) -> Path:
    """Ten hazards, seven of them wrong, each in its own way."""
    rows = [
        ["积水点一", "积水点", "较大", "曹杨新村街道", "居民上报", "2026-05-31", 121.405, 31.245],
        ["", "积水点", "较大", "曹杨新村街道", "居民上报", "2026-05-31", 121.405, 31.246],
        ["积水点三", "水坑", "较大", "曹杨新村街道", "居民上报", "2026-05-31", 121.405, 31.247],
        ["积水点四", "积水点", "紫色", "曹杨新村街道", "居民上报", "2026-05-31", 121.405, 31.248],
        ["积水点五", "积水点", "较大", "无此街道", "居民上报", "2026-05-31", 121.405, 31.249],
        ["积水点六", "积水点", "较大", "曹杨新村街道", "居民上报", "2026-06-31", 121.406, 31.245],
        ["积水点七", "积水点", "较大", "曹杨新村街道", "居民上报", "2026-05-31", "东边", 31.245],
        ["积水点一", "积水点", "较大", "曹杨新村街道", "居民上报", "2026-05-31", 121.405, 31.245],
        ["积水点九", "积水点", "一般", "长寿路街道", "居民上报", "2026-05-31", 121.44, 31.24],
        ["积水点十", "积水点", "低", "长寿路街道", "居民上报", "2026-05-31", 121.441, 31.24],
    ]
    book = Workbook()
    for cells in (HEADINGS, *rows):
        book.active.append(cells)
    book.save(path)
    return path


CORRECTIONS = {
    (3, 1): "积水点二",
    (4, 2): "积水点",
    (5, 3): "重大",
    (6, 4): "曹杨新村街道",
    (7, 6): "2026-06-30",
    (8, 7): 121.407,
    (9, 1): "积水点八",
}


def test_a_workbook_with_seven_wrong_rows_comes_back_is_corrected_and_goes_in(
    open_page, sign_in, worker, tmp_path: Path
) -> None:
    page = open_page(PHONE)
    sign_in(page, "risk_assessor")
    upload(page, "risk:hazards", workbook(tmp_path / "隐患排查.xlsx"))
    preview_degrees(page)
    expect(page.get_by_text("7 行被退回")).to_be_visible(timeout=PATIENCE_MS)
    assert_accessible(page)
    assert_fits(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="取回附原因的文件").click()
    returned = tmp_path / "returned.xlsx"
    download.value.save_as(returned)

    book = load_workbook(returned)
    reasons = {row: book.active.cell(row, len(HEADINGS) + 1).value for row in range(2, 12)}
    assert [row for row, reason in reasons.items() if reason] == [3, 4, 5, 6, 7, 8, 9]
    for (row, column), value in CORRECTIONS.items():
        book.active.cell(row, column).value = value
    book.save(tmp_path / "corrected.xlsx")

    upload(page, "risk:hazards", tmp_path / "corrected.xlsx")
    preview_degrees(page)
    page.get_by_role("button", name=re.compile("导入 10 行")).click(timeout=PATIENCE_MS)
    expect(page.get_by_text("已导入。")).to_be_visible(timeout=PATIENCE_MS)
    page.goto("/risk/hazards")
    expect(page.get_by_role("row").filter(has_text="积水点八")).to_have_count(1)


def preview_degrees(page: Page) -> None:
    page.wait_for_selector("#answers", timeout=PATIENCE_MS)
    page.locator("input[value='read:EPSG:4490']").check()
    check(page)
