"""May you come here, and does the request come from our own pages?"""

from __future__ import annotations

import pytest

PAGES = {
    #               nobody, reader, other, newcomer (has to replace the password first)
    "/public": (200, 200, 200, 200),
    "/own": (303, 200, 200, 200),
    "/signed-in": (303, 200, 200, 303),
    "/needs": (303, 200, 403, 303),
    "/undeclared": (403, 403, 403, 403),
}


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(("column", "name"), list(enumerate((None, "reader", "other", "newcomer"))))
def test_who_may_enter(client, path, column, name):
    if name:
        client.be(name)
    assert client.get(path).status_code == PAGES[path][column]


def test_nobody_is_led_to_the_sign_in_and_back(client):
    assert client.get("/needs?a=1&b=%E6%9D%8E").location == "/sign-in?next=%2Fneeds%3Fa%3D1%26b%3D%25E6%259D%258E"


def test_a_newcomer_is_led_to_the_password(client):
    assert client.be("newcomer").get("/needs").location == "/account/password?next=%2Fneeds"


def test_a_part_of_a_page_is_refused_without_a_detour(client):
    assert client.get("/needs", headers={"HX-Request": "true"}).status_code == 401
    assert client.be("newcomer").get("/needs", headers={"HX-Request": "true"}).status_code == 403


def test_a_token_of_nobody_is_nobody(client):
    assert client.be("stranger").get("/needs").status_code == 303


def test_a_wrong_address_knows_who_is_signed_in(reader):
    page = reader.get("/nowhere")
    assert page.status_code == 404
    assert "Reader" in page.text


def test_static_files_ask_nobody(app, reader):
    app.extensions["anjie"].load_actor = None
    assert reader.get("/static/css/base.css").status_code == 200


# --- where a write comes from -----------------------------------------------------------------------------------


def test_without_the_token_nothing_is_written(reader):
    assert reader.post("/things", data={"name": "x"}).status_code == 400
    assert reader.post("/open").status_code == 400
    assert reader.post("/open", data={"csrf_token": "guessed"}).status_code == 400


def test_the_token_of_another_browser_is_worth_nothing(app, reader):
    other = app.test_client().be("other")
    assert reader.post("/open", data={"csrf_token": other.token()}).status_code == 400


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": ""}, 403),
        ({"Origin": "http://localhost"}, 200),
        ({"Origin": "https://localhost"}, 200),
        ({"Origin": "http://localhost:8001"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "http://localhost.evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"}, 200),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, 403),
    ],
)
def test_other_sites_cannot_write(reader, headers, status):
    assert reader.send("/open", headers=headers).status_code == status


def test_reading_from_elsewhere_is_fine(reader):
    assert reader.get("/needs", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


@pytest.mark.parametrize("sign", ["\x00", "\x08", "\x1b", "\x7f"])
def test_control_signs_are_refused(reader, sign):
    assert reader.send("/form", {"name": f"a{sign}b"}).status_code == 422
    assert reader.send("/form", {"name": "two\tlines\r\nof text"}).status_code == 303


def test_a_control_sign_in_a_later_value_is_found_too(reader):
    token = reader.token()
    assert reader.post("/form", data={"csrf_token": token, "name": ["good", "a\x00b"]}).status_code == 422
