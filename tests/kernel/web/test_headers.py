"""Security and caching headers on every kind of answer."""

from __future__ import annotations

import re

import pytest


@pytest.mark.parametrize("path", ["/public", "/nowhere", "/bug", "/raise/RuleBroken", "/needs"])
def test_every_answer_is_careful(client, path):
    headers = client.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "'unsafe" not in headers["Content-Security-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "HX-Request" in headers["Vary"]
    assert "Strict-Transport-Security" not in headers


def test_a_nonce_serves_once(client):
    nonces = {
        re.search(r"'nonce-([^']+)'", client.get("/nowhere").headers["Content-Security-Policy"]).group(1)
        for _ in range(3)
    }
    assert len(nonces) == 3


def test_with_tls_browsers_are_told_to_stay_there(app, client, tmp_path):
    house = app.extensions["anjie"]
    house.settings = house.settings.model_copy(update={"tls_cert": tmp_path, "tls_key": tmp_path})
    assert "max-age" in client.get("/public").headers["Strict-Transport-Security"]


def test_what_staff_sees_is_kept_nowhere(client):
    assert client.get("/public").headers["Cache-Control"] == "no-cache"
    assert client.be("reader").get("/public").headers["Cache-Control"] == "no-store"


def test_the_answer_to_a_write_is_kept_nowhere(reader):
    assert reader.send("/open").headers["Cache-Control"] == "no-store"


def test_static_files_stay_as_long_as_their_content(client):
    assert "immutable" in client.get("/static/css/base.css?v=abc").headers["Cache-Control"]
    assert client.get("/static/css/base.css").headers["Cache-Control"] == "no-cache"
    assert "immutable" not in client.get("/static/css/nothing.css?v=abc").headers["Cache-Control"]
