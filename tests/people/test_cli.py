"""`portal user` against a database of its own."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from portal.cli import main
from portal.kernel.audit.models import AuditEntry
from portal.kernel.db.session import transaction
from portal.people import service
from portal.people.models import Account, Grant
from tests.factories.people import DESK, LASTING, NOW, make_land

PASSWORD = re.compile(r"[a-z2-9]{4}(-[a-z2-9]{4}){3}")
ADD = ("user", "add", "Li.Na", "--name", "李娜", "--role", "administrator", "--unit-code", "310107")


@pytest.fixture
def portal(own_database, monkeypatch):
    """The command on a district of its own."""
    monkeypatch.setenv("DATABASE_URL", own_database.urls.app.get_secret_value())
    monkeypatch.setenv("PORTAL_PUBLIC_DATABASE_URL", own_database.urls.public.get_secret_value())
    monkeypatch.setenv("PORTAL_DATA_DIR", str(own_database.data_dir))
    monkeypatch.setenv("LANG", "C.UTF-8")
    with transaction(own_database) as session:
        make_land(session)

    def run(*arguments: str):
        return CliRunner().invoke(main, arguments)

    return run


def test_an_account_is_made_and_its_password_shown_once(portal, own_database):
    said = portal(*ADD)
    assert said.exit_code == 0, said.output
    password = PASSWORD.search(said.stdout).group(0)
    with transaction(own_database) as session:
        command = service.SignIn("li.na", password, DESK)
        assert service.sign_in(session, command, NOW, LASTING).account.must_change_password
        assert session.scalars(select(Grant.role)).all() == ["administrator"]
        assert session.scalars(select(AuditEntry.actor_name)).all().count("system") >= 2
        assert password not in str([entry.after for entry in session.scalars(select(AuditEntry))])


def test_a_reset_shows_another(portal, own_database):
    first = PASSWORD.search(portal(*ADD).stdout).group(0)
    said = portal("user", "reset", "LI.NA")
    assert said.exit_code == 0, said.output
    second = PASSWORD.search(said.stdout).group(0)
    assert first != second
    with transaction(own_database) as session:
        assert service.sign_in(session, service.SignIn("li.na", second, DESK), NOW, LASTING)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("user", "reset", "nobody"), 1, "nobody"),
        ((*ADD[:-1], "999999"), 1, "999999"),
        ((*ADD, "--code-system", "xyz"), 1, "xyz"),
        (("user", "add", "李", *ADD[3:]), 1, "small letters"),
        ((*ADD[:6], "emperor", *ADD[7:]), 2, "emperor"),
        (("user", "add", "li"), 2, "--name"),
        (("user", "frobnicate"), 2, "frobnicate"),
        (("user", "add", "--help"), 0, "--unit-code"),
        (("user", "reset", "--help"), 0, "LOGIN"),
    ],
)
def test_what_goes_wrong_is_said_in_one_sentence_with_an_honest_exit_code(portal, own_database, arguments, code, said):
    result = portal(*arguments)
    assert (result.exit_code, said in result.output) == (code, True), result.output
    assert "Traceback" not in result.output
    with transaction(own_database) as session:
        assert session.scalars(select(Account)).all() == []


def test_a_taken_login_changes_nothing(portal, own_database):
    portal(*ADD)
    again = portal(*ADD)
    assert again.exit_code == 1
    assert not PASSWORD.search(again.output)
