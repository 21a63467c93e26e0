"""The base map's file over HTTP: in ranges, by its content's name, to those who may see it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from portal.kernel.web import basemap
from tests.factories.pmtiles import archive

CONTENT = archive()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "base.pmtiles"
    path.write_bytes(CONTENT)
    return path


@pytest.fixture
def with_base(app, settings, file: Path):
    """`with_base(...)` gives the bench the base map as further settings say."""

    def declare(**more: object):
        changes = {"basemap": str(file), "basemap_datum": "wgs84", **more}
        basemap.init_app(app, settings.model_copy(update=changes))
        return app

    return declare


def url_of(app) -> str:
    with app.test_request_context("/"):
        return f"/basemap/{app.extensions[basemap.EXTENSION].archive().token}.pmtiles"


@pytest.fixture
def public(with_base):
    """A client of nobody and the address of a reviewed base map."""
    app = with_base(basemap_approval="沪S(2026)001号")
    return app.test_client(), url_of(app)


def test_a_range_is_answered_with_just_that(public) -> None:
    client, url = public
    response = client.get(url, headers={"Range": "bytes=127-146"})
    assert response.status_code == 206
    assert response.data == CONTENT[127:147]
    assert response.headers["Content-Range"] == f"bytes 127-146/{len(CONTENT)}"
    assert response.mimetype == "application/vnd.pmtiles"
    assert "Content-Encoding" not in response.headers


def test_a_range_beyond_the_end_is_cut(public) -> None:
    client, url = public
    response = client.get(url, headers={"Range": "bytes=0-16383"})
    assert (response.status_code, response.data) == (206, CONTENT)


@pytest.mark.parametrize("asked", ["bytes=0-1,5-6", "bytes=900-", "bytes=9-3", "lines=1-2"])
def test_several_ranges_and_impossible_ones_are_refused(public, asked: str) -> None:
    client, url = public
    assert client.get(url, headers={"Range": asked}).status_code == 416


def test_the_head_says_the_length(public) -> None:
    client, url = public
    response = client.head(url)
    assert (response.status_code, response.data) == (200, b"")
    assert response.headers["Content-Length"] == str(len(CONTENT))
    assert response.headers["Accept-Ranges"] == "bytes"


def test_it_is_kept_for_good_under_its_content_s_name(public) -> None:
    client, url = public
    response = client.get(url, headers={"Range": "bytes=0-9"})
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.headers["ETag"] == f'"{url.removeprefix("/basemap/").removesuffix(".pmtiles")}"'
    assert client.get(url, headers={"If-None-Match": response.headers["ETag"]}).status_code == 304


def test_a_range_of_another_version_gets_the_whole(public) -> None:
    client, url = public
    etag = client.head(url).headers["ETag"]
    assert client.get(url, headers={"Range": "bytes=0-9", "If-Range": etag}).status_code == 206
    assert client.get(url, headers={"Range": "bytes=0-9", "If-Range": '"older"'}).status_code == 200


def test_a_file_that_was_replaced_answers_under_its_new_name_only(public, file: Path) -> None:
    client, url = public
    os.utime(file, (1, 1))
    assert client.get(url).status_code == 404
    assert client.get(url_of(client.application)).status_code == 200


def test_a_file_that_is_gone_is_not_there(public, file: Path) -> None:
    client, url = public
    file.unlink()
    assert client.get(url, headers={"Range": "bytes=0-9"}).status_code == 404


def test_nothing_else_of_the_machine_is_served(public) -> None:
    client, _ = public
    for token in ("..%2f..%2fetc%2fpasswd", "base", "0" * 24):
        assert client.get(f"/basemap/{token}.pmtiles").status_code == 404


def test_one_that_was_not_reviewed_is_not_there_for_the_public(with_base) -> None:
    app = with_base()
    assert app.test_client().get(url_of(app)).status_code == 404
    response = app.test_client().be("reader").get(url_of(app), headers={"Range": "bytes=0-9"})
    assert response.status_code == 206
    assert response.headers["Cache-Control"] == "private, max-age=86400, immutable"
    assert app.test_client().be("newcomer").get(url_of(app)).status_code == 404


def page_base(app, actor: str | None = None):
    """What a page of somebody would say of the base map."""
    client = app.test_client()
    with client:
        (client.be(actor) if actor else client).get("/public")
        return basemap.base_of_page()


def test_a_page_tells_of_it_only_where_it_may_be_seen(with_base) -> None:
    app = with_base(basemap_attribution="© Survey office")
    assert page_base(app) is None
    told = page_base(app, "reader")
    assert told is not None
    assert (told.url, told.source) == (url_of(app), "archive")
    assert told.attribution.startswith("© Survey office · ")


def test_a_page_says_the_approval_number(with_base) -> None:
    told = page_base(with_base(basemap_approval="审图号：沪S(2026)001号"))
    assert told is not None
    assert "沪S(2026)001号" in told.attribution


def test_tiles_of_the_proxy_in_front_keep_their_address(with_base) -> None:
    told = page_base(with_base(basemap="/base/{z}/{x}/{y}.png", basemap_approval="x", basemap_max_zoom=17))
    assert told is not None
    assert (told.url, told.source, told.picture, told.max_zoom) == ("/base/{z}/{x}/{y}.png", "tiles", True, 17)


def test_without_a_file_the_pages_have_no_base_map(with_base, file: Path) -> None:
    app = with_base(basemap_approval="x")
    file.unlink()
    assert page_base(app) is None
