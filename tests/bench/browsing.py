"""Headless Chromium looks at a page: what came over the wire, and when text and map were first painted."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, StorageState, sync_playwright

from portal.kernel.web import serve
from portal.settings import Settings
from tests.journeys.conftest import ARGUMENTS, CHROMIUM

KINDS = ("HTML", "CSS", "JS", "tiles", "images", "other")
BY_TYPE = {"Document": "HTML", "Stylesheet": "CSS", "Script": "JS", "Image": "images"}
HEIGHT = 800
WATCH = """
for (const verb of ["fill", "stroke"]) {
  const drawn = CanvasRenderingContext2D.prototype[verb];
  CanvasRenderingContext2D.prototype[verb] = function (...given) {
    if (!window.benchDrawing) {
      window.benchDrawing = true;
      requestAnimationFrame(() => requestAnimationFrame(() => { window.benchMap = performance.now(); }));
    }
    return drawn.apply(this, given);
  };
}
"""
SEEN = (
    """() => [performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? null, window.benchMap ?? null]"""
)
HAS_MAP = "() => document.querySelector('[data-map-frame]') !== null"


@dataclass(frozen=True)
class Asked:
    """A page to look at, perhaps by somebody signed in."""

    name: str
    path: str
    signed_in: StorageState | None = None


@dataclass
class Weight:
    """Requests and bytes on the wire by kind."""

    requests: Counter[str] = field(default_factory=Counter)
    size: Counter[str] = field(default_factory=Counter)

    def cell(self, kind: str) -> str:
        """Kilobytes and requests of one kind."""
        return f"{self.size[kind] / 1000:.1f} ({self.requests[kind]})" if self.requests[kind] else "–"

    def total(self) -> str:
        """Kilobytes and requests of all kinds."""
        return f"{self.size.total() / 1000:.1f} ({self.requests.total()})"


@dataclass(frozen=True)
class Visit:
    """One page opened in a fresh browser: its weight, a second time too, and milliseconds until text and map."""

    weight: Weight
    again: Weight
    text_ms: float
    map_ms: float | None


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium as the journeys drive it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


def visit(browser: Browser, web: Settings, asked: Asked, width: int, seconds: float) -> Visit:
    """Opens a page in a fresh browser profile, and then once more."""
    with fresh(browser, web, width, asked.signed_in) as context:
        page = context.new_page()
        page.add_init_script(WATCH)
        weight = weigh(page, asked.path)
        text_ms, map_ms = seen_at(page, seconds)
        return Visit(weight, weigh(page, asked.path), text_ms, map_ms)


@contextmanager
def fresh(browser: Browser, web: Settings, width: int, state: StorageState | None) -> Iterator[BrowserContext]:
    """A browser profile with an empty cache, signed in or not."""
    context = browser.new_context(
        viewport={"width": width, "height": HEIGHT}, locale="zh-CN", base_url=serve.address(web), storage_state=state
    )
    try:
        yield context
    finally:
        context.close()


def weigh(page: Page, path: str) -> Weight:
    """Opens a page and counts what came over the wire until it was at rest."""
    wire, weight = page.context.new_cdp_session(page), Weight()
    count(wire, weight)
    answer = page.goto(path, wait_until="networkidle")
    wire.detach()
    if answer is None or answer.status != 200:
        raise RuntimeError(f"{path} answered {answer and answer.status}")
    return weight


def count(wire: CDPSession, weight: Weight) -> None:
    """Adds every answer that really came over the wire; what the browser had kept has no length."""
    kinds: dict[str, str] = {}

    def answered(event: dict) -> None:
        kinds[event["requestId"]] = kind_of(event["type"], event["response"]["url"])

    def finished(event: dict) -> None:
        kind = kinds.get(event["requestId"])
        if kind and event["encodedDataLength"]:
            weight.requests[kind] += 1
            weight.size[kind] += int(event["encodedDataLength"])

    wire.on("Network.responseReceived", answered)
    wire.on("Network.loadingFinished", finished)
    wire.send("Network.enable")


def kind_of(resource_type: str, url: str) -> str:
    """In which column a request is counted."""
    return "tiles" if urlsplit(url).path.startswith("/tiles/") else BY_TYPE.get(resource_type, "other")


def seen_at(page: Page, seconds: float) -> tuple[float, float | None]:
    """Milliseconds after the address was asked for until text and map were painted; raises when a map stays empty."""
    wanted, ending = page.evaluate(HAS_MAP), time.monotonic() + seconds
    while True:
        text_ms, map_ms = page.evaluate(SEEN)
        if text_ms is not None and (map_ms is not None or not wanted):
            return text_ms, map_ms
        if time.monotonic() > ending:
            raise RuntimeError(f"{page.url}: nothing was drawn on the map within {seconds:.0f} s")
        page.wait_for_timeout(50)
