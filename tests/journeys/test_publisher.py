"""A risk assessor draws a hazard, a publisher publishes it, and the page of somebody signed out changes."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import assert_accessible

pytestmark = pytest.mark.browser

NAME = "新发现的积水点 <img src=x onerror=alert(1)>"


def test_from_the_drawing_to_the_public_page(open_page, sign_in) -> None:
    visitor = open_page()
    visitor.goto("/")
    expect(visitor.get_by_text("新发现的积水点")).to_have_count(0)

    assessor = open_page()
    sign_in(assessor, "risk_assessor")
    assessor.goto("/risk/hazards/new")
    assert_accessible(assessor)
    assessor.locator("#name").fill(NAME)
    assessor.locator("#type_key").select_option("waterlogging_spot")
    assessor.locator("#unit").select_option(label=assessor.locator("#unit option").nth(1).inner_text())
    assessor.locator("input[name=level][value=red]").check()
    assessor.locator("#source").fill("居民反映")
    assessor.locator("details:has(#coordinates) summary").click()
    assessor.locator("#coordinates").fill("121.403, 31.240")
    assessor.locator("main form button.button--main").click()
    expect(assessor).to_have_url(re.compile(r"/risk/hazards/[0-9a-f-]{36}"))
    expect(assessor.get_by_role("heading", level=1)).to_have_text(NAME)
    visitor.reload()
    expect(visitor.get_by_text("新发现的积水点")).to_have_count(0)

    publisher = open_page()
    sign_in(publisher, "publisher")
    publisher.goto("/publish")
    # Other journeys on this district may have left hazards to publish, too.
    expect(publisher.get_by_role("row").filter(has_text="新发现的积水点").locator(".tag--success")).to_have_text("新增")
    assert_accessible(publisher)
    publisher.get_by_role("button", name="立即发布").click()
    expect(publisher.locator(".error-summary")).to_be_focused()
    publisher.locator("#sample").check()
    publisher.get_by_role("button", name="立即发布").click()
    expect(publisher.get_by_role("status").filter(has_text="已发布")).to_be_visible()

    visitor.reload()
    link = visitor.get_by_role("link", name=NAME)
    expect(link).to_be_visible()
    link.click()
    expect(visitor.locator("#detail [data-panel-heading]")).to_contain_text(NAME)
    assert visitor.locator("#detail img").count() == 0
    visitor.goto("/?view=list")
    expect(visitor.get_by_role("row").filter(has_text=NAME)).to_have_count(1)
