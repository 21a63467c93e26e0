"""The same form twice makes one row."""

from __future__ import annotations

import threading
import uuid
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select

from portal.kernel.audit.models import AuditEntry
from portal.kernel.db.session import connect
from portal.kernel.web.models import Submission


@pytest.fixture
def form() -> dict[str, str]:
    return {"client_id": str(uuid.uuid4()), "name": "lamp"}


def things(session) -> int:
    return session.scalar(select(func.count()).select_from(AuditEntry))


def test_twice_the_same_gives_one_row_and_one_answer(reader, session, form):
    first, second = reader.send("/things", form), reader.send("/things", form)
    assert first.status_code == second.status_code == 303
    assert first.location == second.location == "/public?thing=lamp"
    assert things(session) == 1


def test_htmx_gets_its_answer_again_too(reader, session, form):
    headers = {"HX-Request": "true"}
    first, second = reader.send("/things", form, headers=headers), reader.send("/things", form, headers=headers)
    assert first.headers["HX-Redirect"] == second.headers["HX-Redirect"] == "/public?thing=lamp"
    assert first.headers["HX-Trigger"] == '{"things-changed": true}'
    assert things(session) == 1


def test_a_new_form_is_a_new_row(reader, session, form):
    reader.send("/things", form)
    reader.send("/things", form | {"client_id": str(uuid.uuid4())})
    assert things(session) == 2


def test_two_accounts_may_use_the_same_id(app, reader, session, form):
    reader.send("/things", form)
    app.test_client().be("other").send("/things", form)
    assert things(session) == 2


def test_a_refused_form_may_be_sent_again(reader, session, form):
    assert reader.send("/things", form | {"how": "refused"}).status_code == 422
    assert things(session) == 0
    assert reader.send("/things", form).status_code == 303
    assert things(session) == 1


def test_a_refusal_that_was_kept_may_be_sent_again_too(reader, session, form):
    assert reader.send("/things", form | {"how": "kept"}).status_code == 422
    assert things(session) == 1, "kept"
    assert reader.send("/things", form).status_code == 303
    assert reader.send("/things", form).location == "/public?thing=lamp"
    assert things(session) == 2


def test_a_page_shown_once_leads_to_where_it_belongs(reader, session, form):
    assert reader.send("/things", form | {"how": "page"}).text == "shown once"
    again = reader.send("/things", form | {"how": "page"})
    assert (again.status_code, again.location) == (303, "/public")


def test_the_same_id_at_another_address_is_refused(reader, form):
    reader.send("/things", form)
    assert reader.send("/other-things", form).status_code == 422


@pytest.mark.parametrize("client_id", ["", "x", "0", "<img src=x>", "1" * 5000])
def test_a_form_without_a_proper_id_is_refused(reader, session, client_id):
    assert reader.send("/things", {"client_id": client_id}).status_code == 422
    assert things(session) == 0


def test_two_at_the_same_moment_make_one_row(app, own_database, form):
    """Two connections: the second waits at the primary key until the first has committed."""
    databases = connect(own_database)
    app.extensions["anjie"].databases = databases
    app.extensions["anjie_test_session"] = SimpleNamespace(commit=bool, expire_all=bool)
    clients = [app.test_client().be("reader") for _ in range(4)]
    tokens = [client.token() for client in clients]
    answers: list[str] = []

    def press(client, token) -> None:
        answers.append(client.post("/things", data=form | {"csrf_token": token}).location)

    threads = [threading.Thread(target=press, args=pair) for pair in zip(clients, tokens, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with databases.app() as session:
        assert things(session) == 1
        assert session.scalar(select(func.count()).select_from(Submission)) == 1
    assert answers == ["/public?thing=lamp"] * 4
    databases.dispose()
