"""What pages weigh and when their map is first seen: demonstration district, real server, headless Chromium.

python -m tests.bench.pages --sizes 1280,360 --seconds 15 --repeat 5
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import click
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, StorageState, sync_playwright
from rich.table import Table

from portal.demo.service import SignIn, load
from portal.divisions.layers import UNITS
from portal.kernel.db.session import connect
from portal.kernel.geo.models import Record
from portal.kernel.geo.published import records_at
from portal.kernel.web import serve
from portal.kernel.web.state import today
from portal.settings import Settings
from tests.bench import served
from tests.bench.measure import Figure
from tests.bench.report import TIME, Results, bench_options, machine_line, say, show
from tests.bench.throwaway import fresh_database, throwaway
from tests.journeys.conftest import ARGUMENTS, CHROMIUM

KINDS = ("HTML", "CSS", "JS", "tiles", "images", "other")
BY_TYPE = {"Document": "HTML", "Stylesheet": "CSS", "Script": "JS", "Image": "images"}
HEIGHT = 800
TEXT, MAP = "text (first contentful paint)", "map (first shape on a canvas)"
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
NOTES = (
    "Bytes with headers, as Chromium counts them; loopback HTTP/1.1 without TLS; page at rest (no request for 0.5 s).",
    "again: the same address once more in the same browser.",
)


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


Visits = dict[tuple[str, int], list[Visit]]
"""By page and width."""


@click.command()
@bench_options("1280,360", seconds=15.0)
def main(sizes: tuple[int, ...], seconds: float, repeat: int) -> None:
    """Page weights and the map's first paint; sizes are widths in px, seconds the longest wait for a map."""
    with throwaway() as here, fresh_database(here) as settings:
        say(machine_line(here))
        sign_ins = load(settings)
        with served.granian(here) as web, chromium() as browser:
            asked = pages(browser, web, settings, sign_ins)
            visits = look(browser, web, asked, sizes, seconds, repeat)
    show_weights(visits)
    show_times(visits)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium as the journeys drive it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


def pages(browser: Browser, web: Settings, settings: Settings, sign_ins: tuple[SignIn, ...]) -> list[Asked]:
    """The four pages; the last one as an officer who has chosen an event."""
    officer = next(one for one in sign_ins if one.login == "officer")
    with fresh(browser, web, 1280, None) as context:
        page = context.new_page()
        sign_in(page, officer)
        page.goto("/reports/new")
        form = page.locator("a[href*='event=']").first.get_attribute("href")
        state = context.storage_state()
    return [
        Asked("home", "/"),
        Asked("table", "/?view=list"),
        Asked("division", f"/divisions/{a_street(settings)}"),
        Asked("report form", str(form), state),
    ]


def a_street(settings: Settings) -> str:
    """Public id of the first published street."""
    databases = connect(settings)
    try:
        with databases.public() as session:
            streets = records_at(session, UNITS.name, today(), Record.attributes["level"].astext == "4")
            return str(streets[0].public_id)
    finally:
        databases.dispose()


def sign_in(page: Page, officer: SignIn) -> None:
    """Through the real sign-in page."""
    page.goto("/sign-in")
    page.locator("#login").fill(officer.login)
    page.locator("#password").fill(officer.password)
    page.locator("#password").press("Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)


def look(
    browser: Browser, web: Settings, asked: list[Asked], widths: tuple[int, ...], seconds: float, repeat: int
) -> Visits:
    """Every page at every width, `repeat` times in rounds; an unmeasured round first, so that the server is warm."""
    visits: Visits = {(page.name, width): [] for page in asked for width in widths}
    for turn in range(repeat + 1):
        for page in asked:
            for width in widths:
                seen = visit(browser, web, page, width, seconds)
                if turn:
                    visits[page.name, width].append(seen)
    return visits


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


def show_weights(visits: Visits) -> None:
    """Kilobytes and requests of the last visit; they hardly differ."""
    table = Table(title="On the wire, kB (requests), first visit", title_justify="left")
    for name in ("page", "width", *KINDS, "total", "again"):
        table.add_column(name, justify="left" if name == "page" else "right")
    for (name, width), seen in visits.items():
        first, again = seen[-1].weight, seen[-1].again
        table.add_row(name, str(width), *map(first.cell, KINDS), first.total(), again.total())
    show(table, *NOTES)


def show_times(visits: Visits) -> None:
    """Milliseconds until something is seen, a table a page."""
    tables: dict[str, Results] = {}
    for (name, width), seen in visits.items():
        figures = {TEXT: Figure(tuple(one.text_ms for one in seen))}
        maps = [one.map_ms for one in seen if one.map_ms is not None]
        if maps:
            figures[MAP] = Figure(tuple(maps))
        title = f"Time until first seen: {name}, fresh browser, warm server"
        tables.setdefault(name, Results(title, "ms", TIME, TEXT, digits=0, column="width")).add(width, figures)
    for results in tables.values():
        results.show()


if __name__ == "__main__":
    main()
