"""What people and machines do to imports against every plan: wrong moments, emptied tables, others, old files."""

from __future__ import annotations

import datetime as dt
import io
import json
import time
import zipfile
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.errors import RuleBroken
from portal.exchange.models import Import
from portal.exchange.papers import Form, Rendered
from portal.exchange.queries.imports import import_of
from portal.exchange.service.batches import _write_zip
from portal.exchange.service.forgetting import forget_rows
from portal.exchange.staging import Counts
from portal.kernel.access.actor import SYSTEM
from portal.kernel.audit.models import AuditEntry
from portal.kernel.db.session import connect
from portal.kernel.files.models import StoredFile
from portal.kernel.jobs.models import Run
from portal.places.models import Place
from portal.risk.models import Hazard
from tests.exchange.imports import HEADINGS, ROW, workbook
from tests.exchange.test_views import answers, checked, uploaded  # noqa: F401
from tests.factories.people import Land, make_land

STEPS = ("read-again", "answer", "reopen", "confirm", "cancel", "back", "undo")
PLACE_HEADINGS = ["名称", "类别", "所属街镇", "负责人", "联系电话", "备注"]
PERSONS = ("张三丰", "13812345678", "王五一", "13711112222")


@pytest.fixture
def land(session: Session) -> Land:
    return make_land(session)


@pytest.fixture
def client(as_role, land: Land) -> FlaskClient:
    return as_role("risk_assessor")


@pytest.fixture
def previewed(client, uploaded, run_jobs) -> str:  # noqa: F811
    """The address of an import that waits for its yes."""
    address = uploaded([ROW])
    checked(client, run_jobs, address)
    return address


def only(session: Session) -> Import:
    session.expire_all()
    return session.scalars(select(Import)).one()


def asked(found: Import) -> str:
    return str((found.question or {}).get("msgid"))


# --- at the wrong moment ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["reading", "refused", "checking", "entering", "done", "cancelled"])
def test_no_step_at_the_wrong_moment_breaks_the_page(client, session, previewed: str, state: str) -> None:
    for step in STEPS:
        found = only(session)
        found.state, found.setup = state, None
        if state in ("reading", "refused"):
            found.head = None
        session.flush()
        assert client.send(f"{previewed}/{step}").status_code in (303, 409, 422), step
        assert client.get(previewed).status_code == 200, step


def test_questions_are_not_reopened_under_a_job(client, session, previewed: str) -> None:
    for state in ("reading", "checking", "entering"):
        only(session).state = state
        session.flush()
        assert client.send(f"{previewed}/reopen").status_code == 409
        assert only(session).state == state


def test_who_clicks_while_a_job_holds_the_import_is_told_at_once(own_database) -> None:
    databases = connect(own_database)
    try:
        with databases.app.begin() as session:
            values = {"actor_name": "x", "what": "risk:hazards", "file_name": "x", "sha256": "", "size": 0, "wish": {}}
            made = Import(state="entering", **values)
            session.add(made)
            session.flush()
            public_id = made.public_id
        with databases.app.begin() as job, databases.app.begin() as click:
            import_of(job, SYSTEM, public_id, lock=True)
            began = time.monotonic()
            with pytest.raises(RuleBroken):
                import_of(click, SYSTEM, public_id, lock=True, wait=False)
            assert time.monotonic() - began < 2
    finally:
        databases.dispose()


# --- tables that a crash emptied ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "tables",
    [("row_outcomes",), ("parsed_rows",), ("staged_rows", "parsed_rows", "row_outcomes", "row_findings")],
)
def test_rows_lost_in_a_crash_are_said_and_nothing_is_written(
    client, session, previewed: str, run_jobs, tables: tuple[str, ...]
) -> None:
    for table in tables:
        session.execute(sql(f"DELETE FROM exchange.{table}"))
    client.send(f"{previewed}/confirm")
    [run] = run_jobs()
    assert (run.state, only(session).state) == ("failed", "previewed")
    assert asked(only(session)).startswith("The rows that were read are no longer here")
    assert session.scalars(select(Hazard)).all() == []
    assert client.get(previewed).status_code == 200


def test_a_check_of_lost_rows_asks_to_read_again_and_that_helps(client, session, previewed: str, run_jobs) -> None:
    session.execute(sql("DELETE FROM exchange.staged_rows"))
    client.send(f"{previewed}/reopen")
    client.send(f"{previewed}/answer", answers(client.get(previewed).text))
    run_jobs()
    assert only(session).state == "asking"
    assert asked(only(session)).startswith("The rows that were read are no longer here")
    client.send(f"{previewed}/read-again")
    run_jobs()
    checked(client, run_jobs, previewed)
    assert Counts.of(only(session).counts).new == 1


# --- the base moves on --------------------------------------------------------------------------------------------


def test_a_changed_earlier_value_brings_a_new_preview(client, session, previewed: str, uploaded, run_jobs) -> None:  # noqa: F811
    client.send(f"{previewed}/confirm")
    run_jobs()
    other = uploaded([[*ROW[:2], "重大", *ROW[3:]]])
    checked(client, run_jobs, other)
    session.execute(sql("UPDATE risk.hazards SET level = 'yellow', row_version = row_version + 1"))
    client.send(f"{other}/confirm")
    [run] = run_jobs()
    assert run.state == "done"
    page = client.get(other).text
    assert "预览之后" in page or "has changed since the preview" in page
    assert "yellow" in page
    assert session.scalars(select(Hazard.level)).all() == ["yellow"]


# --- files that were destroyed on schedule ------------------------------------------------------------------------


def destroyed(session: Session) -> None:
    for file in session.scalars(select(StoredFile)):
        file.destroyed_at = dt.datetime.now(dt.UTC)
    session.flush()


def test_an_undecided_import_ends_with_its_file(client, session, previewed: str) -> None:
    destroyed(session)
    assert forget_rows(session, SYSTEM) == 1
    assert only(session).state == "cancelled"
    assert client.get(previewed).status_code == 200
    for step in STEPS:
        assert client.send(f"{previewed}/{step}").status_code in (303, 409)
    assert client.get(f"{previewed}/returned").status_code == 409


def test_what_was_forgotten_is_not_forgotten_every_night(client, session, previewed: str) -> None:
    destroyed(session)
    assert forget_rows(session, SYSTEM) == 1
    session.expire_all()
    assert forget_rows(session, SYSTEM) == 0
    assert len(session.scalars(select(AuditEntry).where(AuditEntry.verb == "rows_forgotten")).all()) == 1


def test_what_was_forgotten_cannot_be_taken_back_and_says_so(client, session, previewed: str, run_jobs) -> None:
    client.send(f"{previewed}/confirm")
    run_jobs()
    assert only(session).state == "done"
    destroyed(session)
    forget_rows(session, SYSTEM)
    assert client.send(f"{previewed}/undo").status_code == 409
    assert only(session).state == "done"
    assert client.get(previewed).status_code == 200


# --- persons ------------------------------------------------------------------------------------------------------


def places_in(client, session, run_jobs, tmp_path: Path, *rows: list[object]) -> str:
    content = workbook(tmp_path / "p.xlsx", list(rows), PLACE_HEADINGS).read_bytes()
    sent = client.send("/exchange/imports", {"what": "places:places", "file": (io.BytesIO(content), "p.xlsx")})
    run_jobs()
    checked(client, run_jobs, sent.location, crs="")
    client.send(f"{sent.location}/confirm", {"valid_only": "y"})
    run_jobs()
    return sent.location


def test_persons_reach_neither_trail_nor_jobs_and_go_with_file_and_undo(
    as_role, session, land: Land, run_jobs, tmp_path: Path
) -> None:
    client = as_role("relief_manager")
    places_in(client, session, run_jobs, tmp_path, ["甲", "避难场所", "北镇", "张三丰", "13812345678", "秘密备注"])
    changed = ["甲", "避难场所", "北镇", "李四光", "13987654321", "另一备注"]
    refused = ["", "紫", "北镇", "王五一", "13711112222", ""]
    address = places_in(client, session, run_jobs, tmp_path, changed, refused)
    assert session.scalars(select(Place.phone)).all() == ["13987654321"]
    client.send(f"{address}/undo")
    run_jobs()
    assert session.scalars(select(Place.phone)).all() == ["13812345678"]
    trail = [[one.before, one.after] for one in session.scalars(select(AuditEntry))]
    runs = [[run.args, run.message, run.failure] for run in session.scalars(select(Run))]
    said = json.dumps([trail, runs], ensure_ascii=False, default=str)
    assert [secret for secret in PERSONS if secret in said] == []
    destroyed(session)
    forget_rows(session, SYSTEM)
    tables = ("imports", "staged_rows", "parsed_rows", "row_outcomes", "row_findings", "headings")
    left = [session.scalars(sql(f"SELECT to_jsonb(kept) FROM exchange.{table} AS kept")).all() for table in tables]
    said = json.dumps(left, ensure_ascii=False, default=str)
    assert [secret for secret in PERSONS if secret in said] == []


def test_what_people_typed_is_in_no_message_of_the_database_layer(session: Session) -> None:
    with pytest.raises(DBAPIError) as caught, session.begin_nested():
        session.execute(sql("SELECT CAST(:phone AS text), 1 / 0"), {"phone": "13812345678"})
    assert "13812345678" not in str(caught.value)


# --- other accounts and other streets -----------------------------------------------------------------------------


def test_an_import_is_nobody_elses(as_role, session, previewed: str) -> None:
    run = only(session).run
    for role in ("risk_assessor", "division_clerk", "relief_manager", "administrator", "auditor"):
        other = as_role(role)
        for path in ("", "/returned", "/rows.geojson", "/readings.geojson"):
            assert other.get(previewed + path).status_code in (403, 404), (role, path)
        for step in STEPS:
            assert other.send(f"{previewed}/{step}").status_code in (403, 404), (role, step)
        assert other.get(f"/jobs/{run}").status_code == 404
        assert other.send(f"/jobs/{run}/stop").status_code == 404
    assert only(session).state == "previewed"


def test_a_street_changes_nothing_of_another(
    as_role, session, client, land: Land, previewed: str, run_jobs, tmp_path: Path
) -> None:
    client.send(f"{previewed}/confirm")
    run_jobs()
    known = str(session.scalars(select(Hazard.public_id)).one())
    south = as_role("risk_assessor", land.south.id)
    moved = ["别名", *ROW[1:3], "南镇", *ROW[4:], known]
    content = workbook(tmp_path / "s.xlsx", [[*ROW, ""], moved], [*HEADINGS, "标识"]).read_bytes()
    sent = south.send("/exchange/imports", {"what": "risk:hazards", "file": (io.BytesIO(content), "s.xlsx")})
    run_jobs()
    page = checked(south, run_jobs, sent.location)
    assert "unit.unknown" in page
    assert "hazard.unknown_id" in page
    assert south.send(f"{sent.location}/confirm", {"valid_only": "y"}).status_code == 409
    assert session.scalars(select(Hazard.name)).all() == [ROW[0]]


# --- bodies and names ---------------------------------------------------------------------------------------------


class Unread:
    """A body that must not be touched."""

    def read(self, *_: object) -> bytes:
        raise AssertionError("the body was read")

    readline = read

    def close(self) -> None:
        """Nothing to close."""


@pytest.mark.parametrize(("signed_in", "length", "status"), [(False, 10_000, 401), (True, 300 << 20, 413)])
def test_what_is_not_taken_is_not_read(app, client, signed_in: bool, length: int, status: int) -> None:
    who = client if signed_in else app.test_client()
    said = {"CONTENT_TYPE": "multipart/form-data; boundary=x", "CONTENT_LENGTH": str(length)}
    answer = who.open("/exchange/imports", method="POST", environ_overrides={"wsgi.input": Unread(), **said})
    assert answer.status_code == status


def test_the_name_of_a_division_leads_out_of_no_zip(tmp_path: Path) -> None:
    papers = [Rendered(b"x", f"a/../../../evil_2026.{form}", form) for form in Form]
    _write_zip(iter(papers), tmp_path / "papers.zip")
    with zipfile.ZipFile(tmp_path / "papers.zip") as made:
        assert all("/" not in name for name in made.namelist())


def test_a_file_without_rows_is_not_called_on_record(client, uploaded, run_jobs) -> None:  # noqa: F811
    address = uploaded([])
    page = checked(client, run_jobs, address)
    assert "每一行都与已有记录一致" not in page
    assert "every row is on record" not in page
