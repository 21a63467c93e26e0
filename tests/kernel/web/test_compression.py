"""Static files on the wire."""

from __future__ import annotations

import gzip

from portal.settings import CHECKOUT

URL = "/static/css/tokens.css?v=x"
PLAIN = (CHECKOUT / "static" / "css" / "tokens.css").read_bytes()


def test_a_style_sheet_travels_compressed(client) -> None:
    response = client.get(URL, headers={"Accept-Encoding": "gzip, br"})
    assert response.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in response.headers["Vary"]
    assert int(response.headers["Content-Length"]) == len(response.data) < len(PLAIN)
    assert gzip.decompress(response.data) == PLAIN


def test_who_does_not_take_it_gets_it_plain(client) -> None:
    response = client.get(URL, headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in response.headers
    assert response.data == PLAIN


def test_pages_are_not_compressed(client) -> None:
    assert "Content-Encoding" not in client.get("/healthz", headers={"Accept-Encoding": "gzip"}).headers


def test_a_known_file_is_not_sent_again(client) -> None:
    plain = "/static/js/app.js"
    first = client.get(plain, headers={"Accept-Encoding": "gzip"})
    again = client.get(plain, headers={"Accept-Encoding": "gzip", "If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
