"""Accounts, the audit trail and the tries to sign in as files, for those who may read them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from sqlalchemy.orm import Session

from portal.kernel.access import policy
from portal.kernel.access.actor import Actor
from portal.kernel.access.policy import somebody
from portal.kernel.audit.trail import entries
from portal.kernel.contracts.exporting import Asked, Column, Exporter, ExportRow, Named
from portal.kernel.contracts.fields import Kind
from portal.kernel.i18n.text import Text, text
from portal.kernel.i18n.translate import translate
from portal.people import queries
from portal.people.permissions import MANAGE_ACCOUNTS, READ_AUDIT
from portal.people.queries import AccountRow
from portal.people.rules.audit_words import subject_name, verb_name

BATCH = 1000

MOST_ENTRIES = 50_000
"""The trail has no end; its newest entries go out."""

LONGEST_SEARCH = 60

ACCOUNT_COLUMNS = (
    Column("name", text("Name of the person"), width=18),
    Column("login", text("Sign-in name"), Kind.CODE, width=18),
    Column("roles", text("Roles"), width=50),
    Column("state", text("State"), Kind.CHOICE, width=14),
)
AUDIT_COLUMNS = (
    Column("at", text("Time"), width=20),
    Column("who", text("By whom"), width=16),
    Column("verb", text("Did what"), Kind.CHOICE, width=16),
    Column("subject", text("To what"), Kind.CHOICE, width=20),
    Column("subject_id", text("Identifier"), Kind.CODE, width=38),
    Column("before", text("Before"), width=50),
    Column("after", text("After"), width=50),
)
TRY_COLUMNS = (
    Column("at", text("Time"), width=20),
    Column("login", text("Sign-in name"), Kind.CODE, width=18),
    Column("address", text("Network address"), Kind.CODE, width=18),
    Column("succeeded", text("Succeeded"), Kind.YES_NO, width=10),
)


def accounts(session: Session, actor: Actor | None, asked: Asked) -> Iterator[ExportRow]:
    """The accounts that the administrator keeps and the page's search finds, by sign-in name."""
    page, wanted = 1, _search(asked)
    while True:
        rows, total = queries.accounts(session, somebody(actor), asked.at, wanted=wanted, page=page)
        yield from (ExportRow(_account(row, asked.locale)) for row in rows)
        if page * queries.PAGE >= total:
            return
        page += 1


def _account(row: AccountRow, locale: str) -> dict[str, object]:
    held = [f"{translate(grant.role.title, locale)} · {grant.unit_name}" for grant in row.grants]
    return {"name": row.account.name, "login": row.account.login, "roles": "; ".join(held), "state": _state(row)}


def _state(row: AccountRow) -> Named:
    if row.account.disabled_at:
        return Named("disabled", text("disabled"))
    if row.account.must_change_password:
        return Named("initial_password", text("initial password"))
    return Named("in_use", text("in use"))


def searched(_session: Session, _actor: Actor | None, asked: Asked) -> list[tuple[Text, object]]:
    """The search in words."""
    return [(text("Name or sign-in name"), _search(asked))]


def audit(session: Session, actor: Actor | None, asked: Asked) -> Iterator[ExportRow]:
    """The audit trail, the newest first."""
    policy.require(somebody(actor), READ_AUDIT)
    before: int | None = None
    while found := entries(session, before_id=before, limit=BATCH):
        before = found[-1].id
        for row in found:
            yield ExportRow(
                {
                    "at": row.recorded_at,
                    "who": row.actor_name,
                    "verb": Named(row.verb, verb_name(row.verb)),
                    "subject": Named(row.subject, subject_name(row.subject)),
                    "subject_id": row.subject_id,
                    "before": _json(row.before),
                    "after": _json(row.after),
                }
            )


def tries(session: Session, actor: Actor | None, asked: Asked) -> Iterator[ExportRow]:
    """All tries to sign in, the newest first."""
    before: int | None = None
    while found := queries.sign_in_tries(session, somebody(actor), before_id=before, limit=BATCH):
        before = found[-1].id
        for row in found:
            yield ExportRow(
                {"at": row.recorded_at, "login": row.login, "address": row.address, "succeeded": row.succeeded}
            )


def _json(values: Mapping[str, object] | None) -> str | None:
    return None if values is None else json.dumps(values, ensure_ascii=False)


def _search(asked: Asked) -> str:
    return asked.args.get("q", "").strip()[:LONGEST_SEARCH]


ACCOUNTS = Exporter(
    key="people:accounts",
    title=text("Accounts"),
    columns=ACCOUNT_COLUMNS,
    rows=accounts,
    permission=MANAGE_ACCOUNTS,
    narrowed=searched,
)
AUDIT = Exporter(
    key="people:audit",
    title=text("Audit trail"),
    columns=AUDIT_COLUMNS,
    rows=audit,
    permission=READ_AUDIT,
    most=MOST_ENTRIES,
    cut_off=True,
)
TRIES = Exporter(
    key="people:sign_ins",
    title=text("Tries to sign in"),
    columns=TRY_COLUMNS,
    rows=tries,
    permission=READ_AUDIT,
    most=MOST_ENTRIES,
    cut_off=True,
)

EXPORTERS = (ACCOUNTS, AUDIT, TRIES)
"""The passwords' hashes, the sessions and their tokens are in none of them."""
