"""The pages of an import, from the upload to its being taken back."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from portal.exchange.declared import importer_named
from portal.exchange.models import Import
from portal.kernel.audit.models import AuditEntry
from portal.kernel.i18n.translate import translate
from portal.risk.models import Hazard
from tests.exchange.imports import HEADINGS, ROW, workbook
from tests.factories.people import make_land

HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def client(as_role, session):
    make_land(session)
    return as_role("risk_assessor")


@pytest.fixture
def uploaded(client, session, run_jobs, tmp_path: Path):
    """`uploaded(rows)` sends a workbook and has it read; the address of its import."""

    def send(rows: list[list[object]], name: str = "隐患.xlsx") -> str:
        content = workbook(tmp_path / "sent.xlsx", rows).read_bytes()
        answer = client.send("/exchange/imports", {"what": "risk:hazards", "file": (io.BytesIO(content), name)})
        assert answer.status_code == 303, answer.text
        run_jobs()
        return answer.location

    return send


def answers(page: str, **given: str) -> dict[str, str]:
    """What the page of questions proposes, with some answers changed."""
    chosen = re.findall(r'<select[^>]*name="(column-[^"]+)".*?</select>', page, re.S)
    said = {}
    for name in chosen:
        block = re.search(rf'<select[^>]*name="{name}".*?</select>', page, re.S).group(0)
        option = re.search(r'<option value="([^"]*)" selected>', block)
        said[name] = option.group(1) if option else ""
    return said | {"crs": "EPSG:4490"} | given


def checked(client, run_jobs, address: str, **given: str) -> str:
    answer = client.send(f"{address}/answer", answers(client.get(address).text, **given))
    assert answer.status_code == 303, answer.text
    run_jobs()
    return client.get(address).text


def test_from_the_upload_to_the_base_and_back(client, session, uploaded, run_jobs) -> None:
    address = uploaded([ROW])
    page = checked(client, run_jobs, address)
    assert "导入 1 行" in page or "Import 1 row" in page
    assert client.send(f"{address}/confirm").status_code == 303
    run_jobs()
    assert session.scalars(select(Hazard.name)).all() == ["下立交积水点"]
    assert session.scalars(select(Import.state)).all() == ["done"]
    assert client.send(f"{address}/undo").status_code == 303
    run_jobs()
    assert session.scalars(select(Import.state)).all() == ["undone"]
    verbs = session.scalars(select(AuditEntry.verb).where(AuditEntry.subject == "exchange.import")).all()
    assert [*verbs] == ["uploaded", "confirmed", "imported", "import_undone"]


def test_while_a_job_works_the_page_shows_how_far_it_is(client, tmp_path: Path) -> None:
    content = workbook(tmp_path / "sent.xlsx", [ROW]).read_bytes()
    answer = client.send("/exchange/imports", {"what": "risk:hazards", "file": (io.BytesIO(content), "a.xlsx")})
    assert "<progress" in client.get(answer.location).text


def test_answers_that_are_missing_come_back_at_their_place(client, session, uploaded) -> None:
    address = uploaded([ROW])
    said = answers(client.get(address).text, **{"column-name": "", "crs": ""})
    answer = client.send(f"{address}/answer", said)
    assert answer.status_code == 422
    assert 'id="column-name-error"' in answer.text
    assert session.scalars(select(Import.state)).all() == ["asking"]


def test_refused_rows_are_told_and_keep_the_button_away(client, session, uploaded, run_jobs) -> None:
    address = uploaded([ROW, [HOSTILE, *ROW[1:2], "紫", *ROW[3:]]])
    page = checked(client, run_jobs, address)
    assert "cell.choice" in page
    assert HOSTILE not in page
    assert client.send(f"{address}/confirm").status_code == 409
    assert session.scalars(select(Hazard)).all() == []
    back = client.get(f"{address}/returned")
    sheet = load_workbook(io.BytesIO(back.data)).active
    assert sheet.cell(3, 1).value == HOSTILE
    assert "cell.choice" in sheet.cell(3, len(HEADINGS) + 1).value
    assert client.send(f"{address}/confirm", {"valid_only": "y"}).status_code == 303
    run_jobs()
    assert len(session.scalars(select(Hazard)).all()) == 1


def test_the_map_of_a_preview_has_the_rows(client, uploaded, run_jobs) -> None:
    address = uploaded([ROW])
    checked(client, run_jobs, address)
    (feature,) = client.get(f"{address}/rows.geojson").get_json(force=True)["features"]
    assert feature["properties"]["action"] == "new"
    assert feature["geometry"]["coordinates"] == [121.405, 31.245]


def test_readings_of_undeclared_positions_have_their_boxes(client, uploaded) -> None:
    address = uploaded([ROW])
    features = client.get(f"{address}/readings.geojson").get_json(force=True)["features"]
    assert features
    page = client.get(address).text
    assert 'name="reading"' in page


def test_a_file_that_cannot_be_read_says_why(client, uploaded, run_jobs, session) -> None:
    content = io.BytesIO(b"\x89PNG\r\n\x1a\n" + b"0" * 64)
    answer = client.send("/exchange/imports", {"what": "risk:hazards", "file": (content, "图.xlsx")})
    run_jobs()
    page = client.get(answer.location).text
    assert session.scalars(select(Import.state)).all() == ["refused"]
    assert "图.xlsx" in page


def test_an_import_is_its_owners_alone(client, as_role, uploaded) -> None:
    address = uploaded([ROW])
    other = as_role("risk_assessor")
    assert other.get(address).status_code == 404
    assert other.get(f"{address}/returned").status_code == 404
    assert other.send(f"{address}/cancel").status_code == 404


def test_what_the_role_may_not_write_it_may_not_import(as_role, session, tmp_path: Path) -> None:
    make_land(session)
    clerk = as_role("division_clerk")
    content = workbook(tmp_path / "sent.xlsx", [ROW]).read_bytes()
    answer = clerk.send("/exchange/imports", {"what": "risk:hazards", "file": (io.BytesIO(content), "a.xlsx")})
    assert answer.status_code == 422
    assert session.scalars(select(Import)).all() == []


def test_the_empty_workbook_goes_in_without_a_question(client, uploaded, run_jobs, tmp_path: Path) -> None:
    book = load_workbook(io.BytesIO(client.get("/exchange/templates/risk/hazards.xlsx").data))
    sheet = book.worksheets[0]
    headings = [cell.value for cell in sheet[1]]
    said = {"name": "积水", "type": "积水点", "level": "低", "unit": "北镇", "source": "自测"}
    titles = {translate(one.title, "zh_Hans_CN"): one.key for one in importer_named("risk:hazards").fields}
    for place, heading in enumerate(headings, start=1):
        sheet.cell(2, place).value = said.get(titles.get(heading, ""))
    path = tmp_path / "filled.xlsx"
    book.save(path)
    answer = client.send(
        "/exchange/imports", {"what": "risk:hazards", "file": (io.BytesIO(path.read_bytes()), "b.xlsx")}
    )
    run_jobs()
    page = client.get(answer.location).text
    proposed = answers(page)
    assert {name: proposed[f"column-{name}"] for name in said} == {
        key: heading for heading, key in titles.items() if key in said
    }


def test_codes_are_explained_to_everybody(app) -> None:
    assert app.test_client().get("/exchange/codes").status_code == 200
