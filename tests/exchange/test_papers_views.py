"""The pages of papers: the public sheet, issuing, voiding, downloading, templates and numbers."""

from __future__ import annotations

import hashlib
import io
import uuid
import zipfile

import pytest
from sqlalchemy import select

from portal.divisions.papers import SHEET
from portal.exchange.models import IssuedPaper, PaperTemplate
from portal.exchange.papers import house_template
from portal.kernel.audit.models import AuditEntry
from tests.factories.papers import make_ground, pdf_text
from tests.kernel.formats.papers import changed, docx, text_of

SHEETS = "/exchange/papers/divisions/sheet"
TEMPLATE = "/exchange/papers/templates/divisions/sheet/zh"


@pytest.fixture
def ground(app, session):
    return make_ground(session)


@pytest.fixture
def clerk(ground, as_role):
    return as_role("division_clerk")


@pytest.fixture
def administrator(ground, as_role):
    return as_role("administrator")


def issue(client, unit, **given):
    form = {"at": "2026-07-01", "locale": "zh_Hans_CN"} | given
    answer = client.send(f"{SHEETS}/{unit.public_id}/issue", form)
    assert answer.status_code == 303, answer.text
    return answer.location


# --- the public sheet ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("form", "kind"), [("pdf", "application/pdf"), ("docx", "wordprocessingml.document")])
def test_anybody_gets_the_sheet_without_a_number(client, ground, form, kind):
    answer = client.get(f"{SHEETS}/{ground.town.public_id}.{form}?at=2026-07-01&lang=en")
    assert answer.status_code == 200
    assert kind in answer.mimetype
    said = pdf_text(answer.data) if form == "pdf" else "".join(text_of(answer.data).split())
    assert "Divisionsheet:长征镇" in said
    assert "withoutanumber" in said
    assert f"/divisions/{ground.town.public_id}?at=2026-07-01" in said
    assert ("attachment" in answer.headers["Content-Disposition"]) == (form == "docx")


def test_the_public_sheet_is_made_once_and_answered_304_to_who_has_it(client, ground):
    path = f"{SHEETS}/{ground.town.public_id}.pdf?at=2026-07-01"
    first = client.get(path)
    assert client.get(path).data == first.data
    assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert client.get(f"{path}&lang=en").data != first.data


def test_the_public_sheet_shows_nothing_that_is_not_public(client, session, ground):
    assert client.get(f"{SHEETS}/{uuid.uuid4()}.pdf").status_code == 404
    assert client.get(f"{SHEETS}/{ground.town.public_id}.pdf?at=1990-01-01").status_code == 404
    assert client.get(f"{SHEETS}/{ground.town.public_id}.xlsx").status_code == 404
    assert client.get(f"/exchange/papers/divisions/nothing/{ground.town.public_id}.pdf").status_code == 404
    assert client.get(f"{SHEETS}/{ground.town.public_id}.pdf?at=heute").status_code == 422


def test_a_hostile_name_is_text_in_both_forms(client, app, session):
    hostile = "<img src=http://127.0.0.1:1/x>{{7*7}}&amp;镇"
    unit = make_ground(session, hostile).town
    for form, said in (("pdf", pdf_text), ("docx", text_of)):
        data = client.get(f"{SHEETS}/{unit.public_id}.{form}").data
        assert "".join(hostile.split()) in "".join(said(data).split())


def test_the_page_of_a_division_leads_to_its_sheet(client, clerk, ground):
    page = client.get(f"/divisions/{ground.district.public_id}").text
    assert f"{SHEETS}/{ground.district.public_id}.pdf" in page
    assert "/issue" not in page
    page = clerk.get(f"/divisions/{ground.district.public_id}").text
    assert f"{SHEETS}/{ground.district.public_id}/issue" in page
    assert f"{SHEETS}/{ground.district.public_id}/batch" in page


# --- issuing ------------------------------------------------------------------------------------------------------


def test_a_clerk_issues_downloads_and_declares_void(clerk, session, ground):
    page = clerk.get(f"{SHEETS}/{ground.town.public_id}/issue?lang=en").text
    assert "next running number of 普陀区" in page
    where = issue(clerk, ground.town)
    page = clerk.get(f"{where}?lang=en")
    assert "普陀区-" in page.text
    paper = session.scalars(select(IssuedPaper)).one()
    for form, digest in (("pdf", paper.pdf_sha256), ("docx", paper.docx_sha256)):
        data = clerk.get(f"{where}.{form}").data
        assert hashlib.sha256(data).hexdigest() == digest
        assert digest in page.text
    assert paper.number_text in clerk.get("/exchange/papers").text
    assert clerk.send(f"{where}/void", {"reason": " "}).status_code == 422
    assert clerk.send(f"{where}/void", {"reason": "<b>错</b>"}).status_code == 303
    assert "&lt;b&gt;错&lt;/b&gt;" in clerk.get(where).text
    assert clerk.send(f"{where}/void", {"reason": "又"}).status_code == 409


def test_the_same_form_sent_twice_issues_one_paper(clerk, session, ground):
    once = {"client_id": str(uuid.uuid4())}
    assert issue(clerk, ground.town, **once) == issue(clerk, ground.town, **once)
    assert len(session.scalars(select(IssuedPaper)).all()) == 1
    issue(clerk, ground.town)
    assert [paper.number for paper in session.scalars(select(IssuedPaper).order_by(IssuedPaper.id))] == [1, 2]


def test_a_paper_in_english_is_in_english(clerk, ground):
    where = issue(clerk, ground.town, locale="en")
    assert "Page1of1" in pdf_text(clerk.get(f"{where}.pdf").data)


def test_a_wrong_day_or_language_is_said_at_the_field_and_takes_no_number(clerk, session, ground):
    path, right = f"{SHEETS}/{ground.town.public_id}/issue", {"at": "2026-07-01", "locale": "en"}
    for wrong in ({"at": "2026-02-30"}, {"at": ""}, {"locale": "fr"}):
        assert clerk.send(path, right | wrong).status_code == 422
    assert clerk.send(path, right | {"at": "1990-01-01"}).status_code == 404
    assert session.scalars(select(IssuedPaper)).all() == []


def test_a_clerk_of_another_town_finds_nothing(as_role, clerk, ground):
    where = issue(clerk, ground.town)
    other = as_role("division_clerk", ground.beside.id)
    assert other.get(f"{SHEETS}/{ground.town.public_id}/issue").status_code == 404
    assert other.get(where).status_code == 404
    assert other.get(f"{where}.pdf").status_code == 404
    assert other.send(f"{where}/void", {"reason": "x"}).status_code == 404
    assert "普陀区-" not in other.get("/exchange/papers").text


def test_the_auditor_reads_papers_and_changes_none(as_role, clerk, ground):
    where, auditor = issue(clerk, ground.town), as_role("auditor")
    assert "/void" not in auditor.get(where).text
    assert auditor.get(f"{where}.pdf").status_code == 200
    assert auditor.send(f"{where}/void", {"reason": "x"}).status_code == 403


# --- many at once -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("form", "count"), [("pdf", 2), ("zip", 4)])
def test_all_sheets_of_the_towns_are_printed_by_a_job(clerk, run_jobs, ground, form, count):
    page = clerk.get(f"{SHEETS}/{ground.district.public_id}/batch?lang=en").text
    assert "2 papers" in page
    sent = {"at": "2026-07-01", "locale": "zh_Hans_CN", "form": form}
    where = clerk.send(f"{SHEETS}/{ground.district.public_id}/batch", sent).location
    assert "job__bar" in clerk.get(where).text
    assert clerk.get(f"{where}/file").status_code == 404
    assert [run.state for run in run_jobs()] == ["done"]
    assert f"{count}" in clerk.get(where).text
    answer = clerk.get(f"{where}/file")
    if form == "pdf":
        said = pdf_text(answer.data)
        assert "长征镇" in said
        assert "桃浦镇" in said
    else:
        names = zipfile.ZipFile(io.BytesIO(answer.data)).namelist()
        assert [name[:3] for name in names] == ["001", "001", "002", "002"]
        assert {name.rsplit(".", 1)[1] for name in names} == {"pdf", "docx"}
    assert where.rsplit("/", 1)[1] in clerk.get("/exchange/papers").text


def test_a_batch_is_its_owners_and_empty_ones_are_refused(clerk, as_role, run_jobs, ground):
    sent = {"at": "2026-07-01", "locale": "en", "form": "pdf"}
    assert clerk.send(f"{SHEETS}/{ground.committee.public_id}/batch", sent).status_code == 409
    where = clerk.send(f"{SHEETS}/{ground.district.public_id}/batch", sent).location
    assert as_role("division_clerk").get(where).status_code == 404


# --- templates ----------------------------------------------------------------------------------------------------


def upload(client, content: bytes, name: str = "新模板.docx", note: str = "新抬头", path: str = TEMPLATE):
    return client.send(path, {"file": (io.BytesIO(content), name), "note": note})


def test_the_administrator_sees_downloads_and_changes_a_template(administrator, clerk, session, ground):
    assert "divisions/sheet/zh" in administrator.get("/exchange/papers/templates").text
    page = administrator.get(f"{TEMPLATE}?lang=en").text
    assert "{{ population }}" in page
    assert "do not change the PDF" in page
    current = administrator.get(f"{TEMPLATE}/current.docx").data
    assert current == house_template(SHEET, "zh_Hans_CN")
    own = changed(current, {"word/document.xml": lambda xml: xml.replace("邮政编码", "邮编（新）")})
    assert upload(administrator, own).status_code == 303
    assert administrator.get(f"{TEMPLATE}/current.docx").data == own
    where = issue(clerk, ground.town)
    assert "邮编（新）" in text_of(clerk.get(f"{where}.docx").data)
    assert "邮编（新）" not in pdf_text(clerk.get(f"{where}.pdf").data)
    paper, version = session.scalars(select(IssuedPaper)).one(), session.scalars(select(PaperTemplate)).one()
    assert (paper.template_id, paper.template_sha256) == (version.id, hashlib.sha256(own).hexdigest())
    assert session.scalars(select(AuditEntry.verb).where(AuditEntry.subject == "exchange.paper_template")).all() == [
        "uploaded"
    ]


def test_older_versions_stay_and_can_be_gone_back_to(administrator, session, ground):
    first, second = docx("一 {{ name }}"), docx("二 {{ name }}")
    for content in (first, second):
        assert upload(administrator, content).status_code == 303
    older = session.scalars(select(PaperTemplate).order_by(PaperTemplate.id)).first()
    assert administrator.get(f"{TEMPLATE}/{older.public_id}.docx").data == first
    assert administrator.send(f"{TEMPLATE}/choose", {"version": str(older.public_id)}).status_code == 303
    assert administrator.get(f"{TEMPLATE}/current.docx").data == first
    assert administrator.send(f"{TEMPLATE}/choose", {"version": ""}).status_code == 303
    assert administrator.get(f"{TEMPLATE}/current.docx").data == house_template(SHEET, "zh_Hans_CN")
    assert len(session.scalars(select(PaperTemplate)).all()) == 2
    assert administrator.send(f"{TEMPLATE}/choose", {"version": str(uuid.uuid4())}).status_code == 404
    assert administrator.send(f"{TEMPLATE}/choose", {"version": "x"}).status_code == 422


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (docx("{{ nmae }}"), "“nmae”"),
        (docx("{% for i in range(10**9) %}x{% endfor %}"), "“range”"),
        (docx("{% if name %}"), "not closed or not understood"),
        (b"not a document", "damaged"),
    ],
)
def test_a_broken_template_is_refused_at_its_field_and_nothing_changes(administrator, session, ground, content, said):
    answer = upload(administrator, content, path=f"{TEMPLATE}?lang=en")
    assert answer.status_code == 422
    assert said in answer.text
    assert 'id="file-error"' in answer.text
    assert session.scalars(select(PaperTemplate)).all() == []
    assert administrator.get(f"{TEMPLATE}/current.docx").data == house_template(SHEET, "zh_Hans_CN")


def test_the_public_gets_the_supplied_template(administrator, client, ground):
    assert upload(administrator, docx("内部 {{ name }}")).status_code == 303
    assert "内部" not in text_of(client.get(f"{SHEETS}/{ground.town.public_id}.docx?lang=zh").data)


def test_each_language_has_its_own_template(administrator, ground):
    assert upload(administrator, docx("只有中文 {{ name }}")).status_code == 303
    english = administrator.get("/exchange/papers/templates/divisions/sheet/en/current.docx").data
    assert english == house_template(SHEET, "en")
    assert administrator.get("/exchange/papers/templates/divisions/sheet/fr").status_code == 404
    assert administrator.get("/exchange/papers/templates/divisions/nothing/zh").status_code == 404


def test_nobody_else_touches_templates(clerk, ground):
    assert clerk.get(TEMPLATE).status_code == 403
    assert upload(clerk, docx("x")).status_code == 403
    assert clerk.get("/exchange/papers/templates").status_code == 403


def test_how_numbers_are_written_is_the_offices_choice(administrator, clerk, session, ground):
    path = "/exchange/papers/templates/divisions/sheet/number"
    issue(clerk, ground.town)
    assert administrator.send(f"{path}?lang=en", {"pattern": "{year}"}).status_code == 422
    assert administrator.send(path, {"pattern": "普应急〔{year}〕{number}号"}).status_code == 303
    issue(clerk, ground.town)
    first, second = (paper.number_text for paper in session.scalars(select(IssuedPaper).order_by(IssuedPaper.id)))
    assert first.endswith("-0001")
    assert second.startswith("普应急〔")
    assert second.endswith("〕2号")
    entry = session.scalars(select(AuditEntry).where(AuditEntry.subject == "exchange.number_pattern")).one()
    assert entry.after == {"pattern": "普应急〔{year}〕{number}号"}
