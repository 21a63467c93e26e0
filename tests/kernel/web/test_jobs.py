"""Watching a run: the page, the piece that polls, stopping, and nobody else's eyes."""

from __future__ import annotations

import datetime as dt
import re
import uuid

import pytest

from portal.kernel.access.actor import Actor
from portal.kernel.i18n.plain import to_plain
from portal.kernel.i18n.text import text
from portal.kernel.jobs.models import Run, State
from portal.kernel.jobs.queue import start
from portal.kernel.web import jobs

PIECE = {"HX-Request": "true"}
READER = Actor(1, "Reader")


@pytest.fixture
def app(app):
    """The bench with the pages of jobs."""
    app.register_blueprint(jobs.blueprint)
    return app


@pytest.fixture
def run(session) -> Run:
    return start(session, READER, "test.count", {})


def become(session, run: Run, state: State, **more: object) -> str:
    run.state = state
    run.ended_at = dt.datetime.now(dt.UTC) if state not in (State.WAITING, State.RUNNING) else None
    for name, value in more.items():
        setattr(run, name, value)
    session.flush()
    return f"/jobs/{run.public_id}"


def test_a_running_one_polls_shows_how_far_it_is_and_can_be_stopped(reader, session, run):
    said = text("Reading %(name)s", name="<img src=x>")
    path = become(session, run, State.RUNNING, done=1200, total=4000, message=to_plain(said))
    for page in (reader.get(f"{path}?lang=en"), reader.get(path, headers=PIECE)):
        assert 'hx-trigger="every 1500ms"' in page.text
        assert f'hx-get="{path}"' in page.text
        assert 'max="4000" value="1200"' in page.text
        assert "1,200" in page.text
        assert "Reading &lt;img src=x&gt;" in page.text
        assert f'action="{path}/stop"' in page.text
        assert page.headers["Cache-Control"] == "no-store"
    assert "<h1" not in page.text


def test_without_script_a_link_asks_again(reader, session, run):
    path = become(session, run, State.RUNNING)
    assert f'<noscript><p><a href="{path}?then=/public">' in reader.get(f"{path}?then=/public").text
    become(session, run, State.FAILED)
    assert "<noscript>" not in reader.get(path).text.split('id="main"')[1]


def test_without_a_known_end_the_bar_has_no_value(reader, session, run):
    path = become(session, run, State.RUNNING, done=5)
    assert "value=" not in reader.get(path).text.split("<progress")[1].split(">")[0]


def test_more_than_all_is_all(reader, session, run):
    path = become(session, run, State.RUNNING, done=7, total=5)
    assert 'max="5" value="5"' in reader.get(path).text


@pytest.mark.parametrize("state", [State.DONE, State.FAILED, State.CANCELLED])
def test_an_ended_one_polls_no_more(reader, session, run, state):
    path = become(session, run, state, failure=to_plain(text("The store is empty.")))
    page = reader.get(f"{path}?lang=en")
    assert "hx-get" not in page.text
    assert "<progress" not in page.text
    assert "/stop" not in page.text
    assert ("The store is empty." in page.text) == (state == State.FAILED)


def test_one_that_is_done_leads_on(reader, session, run):
    path = become(session, run, State.DONE) + "?then=/public%3Fa%3D1"
    page, piece = reader.get(path), reader.get(path, headers=PIECE)
    assert (page.status_code, page.location) == (303, "/public?a=1")
    assert (piece.status_code, piece.headers["HX-Redirect"]) == (200, "/public?a=1")


@pytest.mark.parametrize("state", [State.WAITING, State.RUNNING, State.FAILED, State.CANCELLED])
def test_one_that_is_not_done_stays(reader, session, run, state):
    path = become(session, run, state) + "?then=/public"
    assert reader.get(path).status_code == 200
    assert "HX-Redirect" not in reader.get(path, headers=PIECE).headers


@pytest.mark.parametrize("then", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_it_leads_to_this_site_only(reader, session, run, then):
    path = become(session, run, State.DONE)
    page = reader.get(path, query_string={"then": then})
    assert page.status_code == 200
    links = re.findall(r'(?:href|action|hx-get)="([^"]*(?:evil|alert)[^"]*)"', page.text)
    assert [link for link in links if not link.startswith(f"{path}?")] == [], "only the language switch keeps it"


def test_stopping_a_waiting_one(reader, session, run):
    answer = reader.send(f"/jobs/{run.public_id}/stop", {"then": "/public"})
    assert answer.location == f"/jobs/{run.public_id}?then=/public"
    assert run.state == State.CANCELLED


def test_stopping_a_running_one_is_asked_once(reader, session, run):
    path = become(session, run, State.RUNNING)
    reader.send(f"{path}/stop")
    assert (run.state, run.cancel_asked_at is None) == (State.RUNNING, False)
    page = reader.get(f"{path}?lang=en").text
    assert "Stopping" in page
    assert "/stop" not in page


def test_nobody_else_sees_or_stops_it(app, client, session, run):
    path = f"/jobs/{run.public_id}"
    other = app.test_client().be("other")
    assert other.get(path).status_code == other.get(path, headers=PIECE).status_code == 404
    assert other.send(f"{path}/stop").status_code == 404
    assert client.get(path).status_code == 303
    assert run.state == State.WAITING
    assert other.get(f"/jobs/{uuid.uuid4()}").status_code == 404
