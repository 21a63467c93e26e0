"""What people may do to imports that nobody planned for: wrong states, hostile words, emptied tables, other accounts."""

from __future__ import annotations

import io
import re
import uuid
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import select, text as sql

from portal.exchange.models import Import
from portal.kernel.audit.models import AuditEntry
from portal.risk.models import Hazard
from tests.exchange.imports import HEADINGS, ROW, workbook
from tests.exchange.test_views import answers, checked, uploaded  # noqa: F401
from tests.factories.people import make_land


@pytest.fixture
def land(session):
    return make_land(session)


@pytest.fixture
def client(as_role, land):
    return as_role("risk_assessor")


@pytest.fixture
def previewed(client, uploaded, run_jobs):  # noqa: F811
    address = uploaded([ROW])
    checked(client, run_jobs, address)
    return address


STEPS = ("read-again", "answer", "reopen", "confirm", "cancel", "back", "undo")


def state(session) -> str:
    session.expire_all()
    return session.scalars(select(Import.state)).one()


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("where", ["reading", "asking", "checking", "previewed", "entering", "done", "undoing", "undone", "refused", "cancelled"])
def test_x_every_step_in_every_state(client, session, previewed, step, where):
    found = session.scalars(select(Import)).one()
    found.state = where
    if where in ("reading", "refused"):
        found.head = None
        found.setup = None
    session.flush()
    r = client.send(f"{previewed}/{step}")
    assert r.status_code < 500, (step, where, r.status_code)
    print(step, where, r.status_code, state(session))
    assert client.get(previewed).status_code == 200


@pytest.mark.parametrize("tables", ["staged_rows, exchange.parsed_rows, exchange.row_outcomes, exchange.row_findings", "row_outcomes", "staged_rows", "parsed_rows"])
def test_x_truncate(client, session, previewed, run_jobs, tables):
    session.execute(sql(f"DELETE FROM exchange.{tables.split(',')[0]}"))
    for t in tables.split(",")[1:]:
        session.execute(sql(f"DELETE FROM {t}"))
    r = client.send(f"{previewed}/confirm")
    runs = run_jobs()
    print([(x.name, x.state, x.failure) for x in runs])
    p = client.get(previewed)
    print(r.status_code, p.status_code, state(session), session.scalars(select(Hazard.name)).all(), session.scalars(select(Import.question)).all(), session.scalars(select(Import.counts)).all())


def test_x_forgotten(client, session, previewed, run_jobs, settings):
    from portal.exchange.service.forgetting import forget_rows
    from portal.kernel.access.actor import SYSTEM
    from portal.kernel.files.models import StoredFile
    import datetime as dt
    f = session.scalars(select(StoredFile)).one()
    f.destroyed_at = dt.datetime.now(dt.UTC)
    session.flush()
    print(forget_rows(session, SYSTEM), forget_rows(session, SYSTEM))
    for path in ("", "/returned", "/rows.geojson", "/readings.geojson"):
        print(path, client.get(previewed + path).status_code)
    for step in STEPS:
        r = client.send(f"{previewed}/{step}")
        print(step, r.status_code, state(session))
        print([(x.name, x.state, x.failure) for x in run_jobs()], state(session))


def test_x_pages(client, session, previewed):
    for page in ("0", "-1", "99999999999999999999999", "1e9", "x", "4000000000000000000"):
        print(page, client.get(f"{previewed}?page={page}").status_code)


def test_x_moved(client, session, previewed, run_jobs, uploaded):
    other = uploaded([ROW])
    checked(client, run_jobs, other)
    client.send(f"{other}/confirm"); run_jobs()
    client.send(f"{previewed}/confirm")
    print([(x.name, x.state, x.failure) for x in run_jobs()])
    pg = client.get(previewed)
    print(re.findall(r'class="banner.*?</div>', pg.text, re.S))
    print(session.execute(select(Import.state, Import.question)).all())


def test_x_changed_moved(client, session, run_jobs, uploaded):
    a = uploaded([ROW]); checked(client, run_jobs, a); client.send(f"{a}/confirm"); run_jobs()
    row2 = list(ROW); row2[2] = "重大"
    b = uploaded([row2]); checked(client, run_jobs, b)
    row3 = list(ROW); row3[2] = "低"
    session.execute(sql("UPDATE risk.hazards SET level='yellow', row_version=row_version+1")); session.flush()
    client.send(f"{b}/confirm")
    print([(x.name, x.state, x.failure) for x in run_jobs()])
    print(session.scalars(select(Hazard.level)).all(), session.execute(select(Import.state, Import.question)).all())


HOSTILE = ["<img src=x onerror=1>", "NaN", "x" * 1_000_000, "../../x", "-1", "1000000000", "EPSG:99999", "\u202etxt", "2026-13-45", "9999-12-31", "0001-01-01", "a\nb", "²"]


@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
def test_x_answers(client, session, uploaded, run_jobs, value):
    address = uploaded([ROW])
    page = client.get(address).text
    base = answers(page)
    for name in ("column-name", "column-nope", "crs", "reading", "option-assessed_on", "option-code_system", "option-nope", "sure-x", "swapped", "column-x"):
        r = client.send(f"{address}/answer", base | {name: value})
        assert r.status_code < 500, (name, value[:40])
        assert "<img src=x" not in r.text
        if r.status_code == 303:
            ran = run_jobs()
            for x in ran:
                if x.state != "done":
                    print(name, value[:30], x.state, x.failure)
            g = client.get(address)
            assert g.status_code == 200
            assert "<img src=x" not in g.text
            print(name, value[:20], state(session))
            client.send(f"{address}/reopen")
            client.send(f"{address}/back")


@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
def test_x_again(client, session, uploaded, run_jobs, value):
    for name in ("part", "encoding", "header_row"):
        address = uploaded([ROW])
        r = client.send(f"{address}/read-again", {name: value})
        assert r.status_code < 500
        ran = run_jobs()
        print(name, value[:20], r.status_code, [(x.state, x.failure) for x in ran], session.scalars(select(Import.state).order_by(Import.id.desc())).first())
        assert client.get(address).status_code == 200
