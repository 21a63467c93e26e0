"""Each database role is refused what it must not do (decisions 2 and 15)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DBAPIError

from portal.settings import Settings

ALL_TABLES = text(
    "SELECT schemaname || '.' || tablename FROM pg_tables "
    "WHERE schemaname NOT IN ('pg_catalog', 'information_schema', 'public') ORDER BY 1"
)
APPEND_ONLY = text(
    "SELECT DISTINCT event_object_schema || '.' || event_object_table FROM information_schema.triggers "
    "WHERE trigger_name LIKE 'append_only_%' ORDER BY 1"
)
MUST_BE_APPEND_ONLY = {
    "disasters.report_steps",
    "disasters.report_values",
    "disasters.report_versions",
    "divisions.basic_unit_acceptances",
    "divisions.basic_unit_progress",
    "divisions.change_documents",
    "divisions.change_shapes",
    "divisions.change_steps",
    "divisions.corrections",
    "divisions.gazetteer_entries",
    "divisions.gazetteer_proposals",
    "divisions.gazetteer_values",
    "divisions.lineage",
    "divisions.list_gaps",
    "divisions.list_rows",
    "divisions.lists",
    "divisions.unit_codes",
    "divisions.unit_shapes",
    "divisions.unit_versions",
    "divisions.units",
    "exchange.number_patterns",
    "exchange.paper_templates",
    "exchange.papers",
    "exchange.template_choices",
    "kernel.audit_entries",
    "kernel.files",
    "kernel.submissions",
    "maps.publications",
    "people.sign_in_tries",
    "toponyms.application_documents",
    "toponyms.application_steps",
    "toponyms.name_versions",
    "toponyms.names",
}


def connection(url) -> Iterator[Connection]:
    engine = create_engine(url.get_secret_value())
    with engine.connect() as opened:
        yield opened
    engine.dispose()


@pytest.fixture
def owner(own_database: Settings) -> Iterator[Connection]:
    yield from connection(own_database.urls.owner)


@pytest.fixture
def app_role(own_database: Settings) -> Iterator[Connection]:
    yield from connection(own_database.urls.app)


@pytest.fixture
def public_role(own_database: Settings) -> Iterator[Connection]:
    yield from connection(own_database.urls.public)


def refusal(opened: Connection, statement: str) -> str:
    with pytest.raises(DBAPIError) as caught:
        opened.execute(text(statement))
    opened.rollback()
    return str(caught.value.orig)


def test_the_public_role_reads_the_published_schema_and_nothing_else(owner, public_role) -> None:
    tables = owner.scalars(ALL_TABLES).all()
    assert len(tables) > 15
    for table in tables:
        if table.startswith("published."):
            public_role.execute(text(f"SELECT 1 FROM {table} LIMIT 1"))
        else:
            assert "permission denied" in refusal(public_role, f"SELECT 1 FROM {table} LIMIT 1"), table


def test_the_public_role_writes_nothing_even_when_it_asks_to(owner, public_role) -> None:
    for table in owner.scalars(ALL_TABLES).all():
        refusal(public_role, f"DELETE FROM {table}")
    public_role.execute(text("SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE"))
    public_role.commit()
    assert "permission denied" in refusal(public_role, "DELETE FROM published.records")
    assert "permission denied" in refusal(public_role, "CREATE TABLE published.mine (id int)")
    assert "permission denied" in refusal(public_role, "CREATE TABLE public.mine (id int)")


def test_the_public_role_has_a_time_limit(public_role) -> None:
    assert public_role.scalar(text("SHOW statement_timeout")) not in ("0", "0ms")


def test_the_list_of_append_only_tables_is_pinned(owner) -> None:
    assert set(owner.scalars(APPEND_ONLY)) == MUST_BE_APPEND_ONLY


@pytest.mark.parametrize("table", sorted(MUST_BE_APPEND_ONLY))
def test_the_app_role_cannot_change_what_is_only_added(app_role, table: str) -> None:
    assert "permission denied" in refusal(app_role, f"DELETE FROM {table}")
    assert "permission denied" in refusal(app_role, f"TRUNCATE {table}")
    schema, name = table.split(".")
    columns = text(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = :s AND table_name = :t LIMIT 1"
    )
    column = app_role.scalar(columns, {"s": schema, "t": name})
    assert "permission denied" in refusal(app_role, f"UPDATE {table} SET {column} = {column}")


def test_even_the_owner_is_stopped_by_the_trigger(owner) -> None:
    owner.execute(
        text("INSERT INTO kernel.audit_entries (actor_name, verb, subject, subject_id) VALUES ('a', 'b', 'c', 'd')")
    )
    owner.commit()
    for statement in ("UPDATE kernel.audit_entries SET verb = 'x'", "DELETE FROM kernel.audit_entries"):
        assert "rows are only ever added" in refusal(owner, statement)
    assert "rows are only ever added" in refusal(owner, "TRUNCATE kernel.audit_entries")


def test_what_may_be_filled_once_is_filled_once(app_role) -> None:
    app_role.execute(
        text("INSERT INTO kernel.submissions (account_id, client_id, endpoint) VALUES (1, gen_random_uuid(), 'x')")
    )
    app_role.execute(text("UPDATE kernel.submissions SET answer = '/a'"))
    app_role.commit()
    assert "rows are only ever added" in refusal(app_role, "UPDATE kernel.submissions SET answer = '/b'")


def test_the_app_role_neither_owns_nor_migrates(app_role) -> None:
    for statement in (
        "CREATE TABLE divisions.mine (id int)",
        "ALTER TABLE kernel.audit_entries DISABLE TRIGGER ALL",
        "DROP TABLE published.records",
        "SET ROLE anjie_owner",
    ):
        refusal(app_role, statement)


def test_no_role_of_ours_is_a_superuser(owner) -> None:
    roles = "'anjie_owner', 'anjie_app', 'anjie_public'"
    found = owner.scalars(text(f"SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname IN ({roles})"))
    assert found.all() == [False, False, False]
