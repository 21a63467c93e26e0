"""An operator's base map under the maps: drawn, switched off, kept from the public, and never in the way."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from portal.app import create_app
from portal.settings import Settings
from tests.journeys.conftest import DESK, PHONE, Served, assert_accessible, assert_fits, is_foreign

pytestmark = [pytest.mark.browser, pytest.mark.real_data]

APPROVAL = "沪S(2026)000号"
ROAD = [31.242792, 121.413630]
"""On the inner ring's elevated road (内环高架路), latitude and longitude."""
PAINTED = """
([road, zoom]) => {
  const map = window.map_home;
  map.setView(road, zoom, {animate: false});
  const { x, y } = map.latLngToContainerPoint(road);
  const frame = map.getContainer().getBoundingClientRect();
  let painted = 0;
  for (const canvas of document.querySelectorAll(".leaflet-base-pane canvas")) {
    const box = canvas.getBoundingClientRect();
    const [left, top] = [frame.left + x - box.left - 6, frame.top + y - box.top - 6];
    if (!canvas.width || left < 0 || top < 0 || left + 12 > box.width || top + 12 > box.height) continue;
    const scale = canvas.width / box.width;
    const data = canvas.getContext("2d").getImageData(left * scale, top * scale, 12 * scale, 12 * scale).data;
    for (let i = 3; i < data.length; i += 4) painted += data[i] > 128;
  }
  return painted;
}
"""
"""How many pixels of the base map are painted around a place."""


@contextmanager
def serve(settings: Settings) -> Iterator[str]:
    """Another server on the same database, with a base map of its own."""
    server = make_server("127.0.0.1", 0, create_app(settings), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def declared(served: Served, real_data: Path) -> Settings:
    """The demonstration district over the real base map, reviewed."""
    changes = {
        "basemap": str(real_data / "putuo_base.pmtiles"),
        "basemap_datum": "wgs84",
        "basemap_attribution": "OpenStreetMap <b>ODbL</b>",
        "basemap_approval": APPROVAL,
    }
    return served.settings.model_copy(update=changes)


@pytest.fixture
def visit(browser):
    """`visit(url)` is a fresh profile at a server; what it says wrong and asks elsewhere must be expected."""
    contexts = []
    wrong: list[str] = []

    def visited(url: str, viewport: dict[str, int] = DESK) -> Page:
        context = browser.new_context(viewport=viewport, locale="zh-CN", base_url=url)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda asked: wrong.append(asked.url) if is_foreign(asked.url, url) else None)
        return page

    visited.wrong = wrong
    yield visited
    for context in contexts:
        context.close()


def painted(page: Page, at: list[float], zoom: int = 15) -> int:
    """Painted pixels of the base map at a place, once everything came in."""
    page.locator("#map_home[data-ready]").wait_for()
    page.evaluate(PAINTED, [at, zoom])
    page.wait_for_load_state("networkidle")
    for _ in range(15):
        page.wait_for_timeout(200)
        found: int = page.evaluate(PAINTED, [at, zoom])
        if found:
            break
    return found


def keep(page: Page, name: str) -> None:
    """A picture for people, where somebody asked for pictures."""
    folder = os.environ.get("PORTAL_SHOTS")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png")


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_streets_are_drawn_under_the_public_map(visit, declared, viewport, language: str) -> None:
    with serve(declared) as url:
        page = visit(url, viewport)
        page.goto(f"/?lang={language}")
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(500)
        keep(page, f"home-{language}-{viewport['width']}")
        assert painted(page, ROAD) > 20
        keep(page, f"road-{language}-{viewport['width']}")
        expect(page.locator(".leaflet-control-attribution")).to_contain_text(APPROVAL)
        expect(page.locator(".leaflet-control-attribution")).to_contain_text("<b>ODbL</b>")
        assert_fits(page)
        assert_accessible(page)
    assert visit.wrong == []


def test_it_is_switched_off_and_on_in_the_legend(visit, declared) -> None:
    with serve(declared) as url:
        page = visit(url)
        page.goto("/?lang=en")
        box = page.get_by_role("checkbox", name="Base map")
        expect(box).to_be_checked()
        assert painted(page, ROAD) > 20
        box.uncheck()
        expect(page.locator(".leaflet-base-pane canvas")).to_have_count(0)
        expect(page.locator(".leaflet-control-attribution")).not_to_contain_text(APPROVAL)
        page.wait_for_timeout(400)
        keep(page, "off")
        box.check()
        assert painted(page, ROAD) > 20
    assert visit.wrong == []


def sign_in(page: Page, served: Served, login: str) -> None:
    """Through the real sign-in page of whichever server the page is at."""
    page.goto("/sign-in")
    page.locator("#login").fill(login)
    page.locator("#password").fill(served.passwords[login])
    page.locator("#password").press("Enter")
    page.wait_for_url(lambda there: "/sign-in" not in there)


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize(
    ("login", "path", "map_id"),
    [("risk_assessor", "/risk/hazards/new", "hazards"), ("duty_manager", "/duty-map", "duty")],
    ids=["form", "duty"],
)
def test_maps_of_staff_have_it_too(visit, declared, served, viewport, login: str, path: str, map_id: str) -> None:
    with serve(declared.model_copy(update={"basemap_approval": None})) as url:
        page = visit(url, viewport)
        sign_in(page, served, login)
        page.goto(path)
        page.wait_for_load_state("networkidle")
        expect(page.locator(f"#base-{map_id}")).to_be_checked()
        expect(page.locator(".leaflet-base-pane canvas").first).to_be_visible()
        page.locator(".map-frame").scroll_into_view_if_needed()
        page.wait_for_timeout(500)
        keep(page, f"{map_id}-{viewport['width']}")
        assert_fits(page)
        assert_accessible(page)
    assert visit.wrong == []


def test_one_that_was_not_reviewed_is_for_staff(visit, declared, served) -> None:
    with serve(declared.model_copy(update={"basemap_approval": None})) as url:
        page = visit(url)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url) if "/basemap/" in request.url else None)
        page.goto("/")
        page.wait_for_load_state("networkidle")
        expect(page.locator("#base-home")).to_have_count(0)
        assert asked == []

        sign_in(page, served, "officer")
        page.goto("/?lang=en")
        assert painted(page, ROAD) > 20
        expect(page.locator(".leaflet-control-attribution")).to_contain_text("internal use only")
    assert visit.wrong == []


ROLES = {
    # Protomaps
    ("earth", 3, "kind=earth"): "ground",
    ("water", 3, "kind=lake"): "water",
    ("roads", 2, "kind=highway,kind_detail=motorway"): "major",
    ("roads", 2, "kind=major_road,kind_detail=primary"): "middle",
    ("roads", 2, "kind=minor_road,kind_detail=residential"): "minor",
    ("roads", 2, "kind=path,kind_detail=footway"): "path",
    ("roads", 2, "kind=rail,kind_detail=subway"): "metro",
    ("roads", 2, "kind=rail,kind_detail=rail"): "rail",
    ("landuse", 3, "kind=park"): "green",
    ("places", 1, "kind=neighbourhood"): "place",
    ("boundaries", 2, "kind=county"): "boundary",
    # OpenMapTiles
    ("transportation", 2, "class=trunk"): "major",
    ("transportation", 2, "class=secondary"): "middle",
    ("transportation", 2, "class=minor"): "minor",
    ("transportation", 2, "class=transit,subclass=subway"): "metro",
    ("waterway", 2, "class=river"): "waterway",
    ("landcover", 3, "class=wood"): "green",
    ("building", 3, ""): "building",
    ("poi", 1, "class=town_hall,subclass=townhall"): "point",
    ("poi", 1, "class=railway,subclass=station"): "station",
    ("housenumber", 1, ""): "hidden",
    # An office's own names
    ("elevated_road", 2, "kind=urban"): "major",
    ("metro_line", 2, ""): "metro",
    ("metro_station", 1, ""): "station",
    ("street", 3, ""): "division",
    # What nobody knows
    ("zzz", 1, ""): "point",
    ("zzz", 2, "kind=zzz"): "line",
    ("zzz", 3, ""): "area",
}


def test_things_of_every_schema_are_known(visit, served) -> None:
    page = visit(served.url)
    page.goto("/")
    things = [[layer, kind, dict(pair.split("=") for pair in words.split(",") if pair)] for layer, kind, words in ROLES]
    found = page.evaluate(
        """async (things) => {
          const { roleOf } = await import("/static/js/map_base_looks.js");
          return things.map(([layer, kind, properties]) => roleOf(layer, properties, kind));
        }""",
        things,
    )
    assert dict(zip(ROLES, found, strict=True)) == ROLES


def test_a_file_that_goes_away_leaves_the_map_as_it_is(visit, declared, open_folder: Path) -> None:
    """The page was drawn with the base map; its file is gone when the browser asks for it."""
    copied = open_folder / "base.pmtiles"
    copied.write_bytes(Path(declared.basemap).read_bytes())
    with serve(declared.model_copy(update={"basemap": str(copied)})) as url:
        page = visit(url)
        page.route("**/basemap/**", lambda route: (copied.unlink(missing_ok=True), route.continue_()))
        page.goto("/")
        page.wait_for_load_state("networkidle")
        page.locator("[data-focus-feature]").first.click()
        page.wait_for_timeout(1200)
        page.locator("#map_home").click()
        expect(page.locator("#detail [data-panel-heading]")).to_be_focused()
        keep(page, "gone")
    assert [line for line in visit.wrong if "404" not in line] == []


@pytest.mark.parametrize("path", ["single", "archive"])
def test_an_address_of_the_proxy_in_front_is_drawn_too(visit, declared, path: str) -> None:
    """The proxy is played by the browser's own interception: it answers what the portal does not have."""
    address = {"single": "/proxied/{z}/{x}/{y}.mvt", "archive": "/proxied/base.pmtiles"}[path]
    asked: list[str] = []

    def answer(route) -> None:
        asked.append(route.request.url)
        if path == "single":
            route.fulfill(status=404)
            return
        content = Path(declared.basemap).read_bytes()
        first, last = (int(number) for number in route.request.headers["range"].removeprefix("bytes=").split("-"))
        part = content[first : last + 1]
        headers = {"Content-Range": f"bytes {first}-{first + len(part) - 1}/{len(content)}", "ETag": '"one"'}
        route.fulfill(status=206, body=part, headers=headers)

    with serve(declared.model_copy(update={"basemap": address})) as url:
        page = visit(url)
        page.route("**/proxied/**", answer)
        page.goto("/")
        drawn = painted(page, ROAD)
        assert asked
        assert drawn > 20 if path == "archive" else drawn == 0
    assert [line for line in visit.wrong if "404" not in line] == []
