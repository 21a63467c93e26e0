"""What pages weigh and when their map is first seen: demonstration district, real server, headless Chromium.

python -m tests.bench.pages --sizes 1280,360 --seconds 15 --repeat 5
"""

from __future__ import annotations

import click
from playwright.sync_api import Browser, Page
from rich.table import Table

from portal.demo.service import SignIn, load
from portal.divisions.layers import UNITS
from portal.kernel.db.session import connect
from portal.kernel.geo.models import Record
from portal.kernel.geo.published import records_at
from portal.kernel.web.state import today
from portal.settings import Settings
from tests.bench import served
from tests.bench.browsing import KINDS, Asked, Visit, chromium, fresh, visit
from tests.bench.measure import Figure
from tests.bench.report import TIME, Results, bench_options, machine_line, say, show
from tests.bench.throwaway import fresh_database, throwaway

TEXT, MAP = "text (first contentful paint)", "map (first shape on a canvas)"
NOTES = (
    "Bytes with headers, as Chromium counts them; loopback HTTP/1.1 without TLS; page at rest (no request for 0.5 s).",
    "again: the same address once more in the same browser.",
)


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
