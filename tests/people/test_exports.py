"""Accounts and the audit trail as files."""

from __future__ import annotations

import csv
import dataclasses
import io
import json

import openpyxl
import pytest

from portal.exchange.exports import exporters
from portal.exchange.views import exporting
from portal.kernel.access.actor import SYSTEM
from portal.kernel.audit.trail import record
from tests.factories.accounts import account
from tests.factories.divisions import make_district


@pytest.fixture
def putuo(session):
    return make_district(session)


def raw(answer) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.data.decode(), newline="")))


def test_accounts_go_out_in_the_search_of_the_page_without_any_secret(session, as_role, putuo):
    account(session, "officer", name="王芳")
    account(session, "publisher", name="李雷").password_hash = "$argon2id$SECRET"
    answer = as_role("administrator").get("/exchange/export/people/accounts.raw.csv?q=王")
    assert [(row["name"], row["state"]) for row in raw(answer)] == [("王芳", "in_use")]
    everyone = as_role("administrator").get("/exchange/export/people/accounts.xlsx")
    cells = [str(cell) for row in sheet(everyone).iter_rows(values_only=True) for cell in row]
    assert "李雷" in cells
    assert not [cell for cell in cells if "argon2" in cell or "SECRET" in cell]


def sheet(answer):
    return openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets[0]


def test_more_accounts_than_a_page_all_go_out(session, as_role, putuo):
    for number in range(60):
        account(session, "officer", name=f"甲{number}")
    rows = raw(as_role("administrator").get("/exchange/export/people/accounts.raw.csv?q=甲&page=2"))
    assert len({row["login"] for row in rows}) == 60


def test_the_trail_goes_out_newest_first_and_says_where_it_was_cut_off(session, as_role, putuo, monkeypatch):
    for number in range(5):
        record(session, SYSTEM, "changed", "risk.hazard", f"h-{number}", after={"name": "=1+1", "n": number})
    short = dataclasses.replace(exporters()["people:audit"], most=3)
    monkeypatch.setattr(exporting.exports, "exporter_named", lambda key: short)
    reader = as_role("auditor")
    rows = raw(reader.get("/exchange/export/people/audit.raw.csv"))
    assert [row["subject_id"] for row in rows] == ["h-4", "h-3", "h-2"]
    assert json.loads(rows[0]["after"]) == {"name": "=1+1", "n": 4}
    book = openpyxl.load_workbook(io.BytesIO(reader.get("/exchange/export/people/audit.xlsx?lang=en").data))
    assert "3" in dict(book.worksheets[1].iter_rows(values_only=True))["Limit"]


def test_the_tries_to_sign_in_go_out(client, as_role, putuo):
    client.send("/sign-in", {"login": "nobody-here", "password": "x"})
    rows = raw(as_role("auditor").get("/exchange/export/people/sign_ins.raw.csv"))
    assert [(row["login"], row["succeeded"]) for row in rows] == [("nobody-here", "false")]
