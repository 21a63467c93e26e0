"""A served demonstration district and a real browser."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import make_server

from portal.app import create_app
from portal.demo.load import load_demo
from portal.kernel.db.session import transaction
from portal.settings import Settings
from tests.conftest import _clone

CHROMIUM = os.environ.get("PORTAL_CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}


@dataclass(frozen=True)
class Served:
    """Where the demonstration district answers, and the passwords of its accounts by login."""

    url: str
    passwords: dict[str, str]
    settings: Settings


@pytest.fixture(scope="session")
def served(installed, worker_name: str) -> Iterator[Served]:
    """The real application on a database of its own, with its two real roles."""
    with _clone(installed, f"journey_{worker_name}") as settings:
        settings = settings.model_copy(update={"demo": True})
        with transaction(settings) as session:
            made = load_demo(session)
        server = make_server("127.0.0.1", 0, create_app(settings), threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield Served(f"http://127.0.0.1:{server.port}", {one.login: one.password for one in made}, settings)
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def worker_name() -> str:
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.fail(f"no Chromium at {CHROMIUM}; bin/test installs it, or set PORTAL_CHROMIUM")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def open_page(browser: Browser, served: Served) -> Iterator[Callable[..., Page]]:
    """`open_page()` is a fresh browser profile; each must end without error, violation or foreign request."""
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def opened(viewport: dict[str, int] = DESK, **options: object) -> Page:
        context = browser.new_context(viewport=viewport, locale="zh-CN", base_url=served.url, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda asked: wrong.append(asked.url) if is_foreign(asked.url, served.url) else None)
        return page

    yield opened
    for context in contexts:
        context.close()
    serious = [line for line in wrong if "422 (" not in line and "409 (" not in line and "404 (" not in line]
    assert serious == []


def is_foreign(url: str, own: str) -> bool:
    """Whether a request leaves this machine."""
    return not url.startswith((own, "data:", "blob:"))


@pytest.fixture
def sign_in(served: Served) -> Callable[[Page, str], None]:
    """`sign_in(page, login)` goes through the real sign-in page."""

    def signed_in(page: Page, login: str) -> None:
        page.goto("/sign-in")
        page.locator("#login").fill(login)
        page.locator("#password").fill(served.passwords[login])
        page.locator("#password").press("Enter")
        page.wait_for_url(lambda url: "/sign-in" not in url)

    return signed_in


def assert_accessible(page: Page) -> None:
    """axe finds nothing on the page as it stands."""
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    told = [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found.response["violations"]]
    assert told == [], "\n".join(told)


def assert_fits(page: Page) -> None:
    """Nothing makes the page wider than the screen."""
    width = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert width[0] <= width[1], f"the page is {width[0]} px wide on a screen of {width[1]}"
