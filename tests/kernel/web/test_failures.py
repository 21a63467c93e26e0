"""Every exception has its status, its page and a sentence; none tells a secret."""

from __future__ import annotations

import inspect

import pytest
from pydantic import SecretStr

from portal import errors
from portal.kernel.db.session import connect
from portal.kernel.web.failures import STATUS

STATUSES = {
    "BadInput": 422,
    "FormInvalid": 422,
    "RuleBroken": 409,
    "Stale": 409,
    "NotFound": 404,
    "Gone": 410,
    "Forbidden": 403,
    "SignInNeeded": 401,
    "PasswordDue": 403,
    "TooManyTries": 429,
}
PART = {"HX-Request": "true"}


def test_every_error_of_the_tree_has_a_status():
    known = {name for name, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, errors.AnjieError)}
    assert known - {"AnjieError", "Misconfigured"} == set(STATUSES)


@pytest.mark.parametrize(("name", "status"), STATUSES.items())
def test_each_error_has_its_page(client, name, status):
    path = f"/raise/{name}"
    whole = client.get(path)
    assert whole.status_code == (303 if name in {"SignInNeeded", "PasswordDue"} else status)
    part = client.get(path, headers=PART)
    assert part.status_code == status
    assert "<!doctype" not in part.text.lower()
    assert "<img src=x" not in whole.text + part.text


def test_a_wait_says_how_long(client):
    assert client.get("/raise/TooManyTries").headers["Retry-After"] == "7"


def test_a_fault_of_ours_tells_nothing(client):
    for headers in ({}, PART):
        answer = client.get("/bug", headers=headers)
        assert answer.status_code == 500
        assert "secret of the house" not in answer.text
        assert "ZeroDivision" not in answer.text


@pytest.mark.parametrize(("path", "method", "status"), [("/nowhere", "GET", 404), ("/public", "PUT", 405)])
def test_what_http_itself_refuses(reader, path, method, status):
    answer = reader.open(path, method=method)
    assert answer.status_code == status
    assert "<h1>" in answer.text


def test_too_much_at_once(app, reader):
    token = reader.token()
    app.config["MAX_CONTENT_LENGTH"] = 1000
    assert reader.post("/form", data={"csrf_token": token, "name": "x" * 10_000}).status_code == 413


def test_a_message_is_shown_in_the_readers_language(client, monkeypatch):
    monkeypatch.setattr("portal.kernel.web.failures.translate", lambda message: f"译：{message.msgid}")
    assert "译：It is %(what)s." in client.get("/raise/RuleBroken").text


# --- the database -----------------------------------------------------------------------------------------------


def test_a_value_the_database_cannot_hold(client):
    assert client.get("/sql?q=SELECT 99999999999999999999::bigint").status_code == 422


def test_a_statement_that_takes_too_long(client):
    answer = client.get("/slow")
    assert answer.status_code == 503
    assert "pg_sleep" not in answer.text


def test_wrong_sql_is_a_fault_of_ours(client):
    answer = client.get("/sql?q=SELEC")
    assert answer.status_code == 500
    assert "SELEC" not in answer.text.replace("q=SELEC", "").replace('value="SELEC"', "")


def test_two_that_meet_at_a_unique_row(client):
    row = "'00000000-0000-0000-0000-000000000001', now(), 'x'"
    insert = f"INSERT INTO kernel.submissions (account_id, client_id, recorded_at, endpoint) VALUES (1, {row})"
    assert client.get(f"/sql?q={insert}; {insert}").status_code == 409


def test_another_broken_constraint_is_a_fault_of_ours(client):
    insert = "INSERT INTO kernel.submissions (account_id) VALUES (1)"
    assert client.get(f"/sql?q={insert}").status_code == 500


@pytest.fixture
def out_of_reach(app, settings):
    """The application with a database that does not answer."""
    nowhere = SecretStr("postgresql+psycopg://nobody@/nothing?host=/nonexistent")
    urls = settings.urls.model_copy(update={"app": nowhere, "public": nowhere})
    databases = connect(settings.model_copy(update={"urls": urls}))
    app.extensions["anjie"].databases = databases
    yield app.test_client()
    databases.dispose()


def test_without_a_database_the_page_says_so(app, out_of_reach):
    def ask_the_database(session, token, now):
        session.connection()

    app.extensions["anjie"].load_actor = ask_the_database
    out_of_reach.be("reader")
    assert out_of_reach.get("/needs").status_code == 503
    assert out_of_reach.get("/public").status_code == 200, "a public page needs nobody's name"
    assert out_of_reach.get("/static/css/base.css").status_code == 200


def test_every_status_has_a_template(app):
    for status in {*STATUS.values(), 400, 405, 413, 500}:
        app.jinja_env.get_template(f"errors/{status}.html")
