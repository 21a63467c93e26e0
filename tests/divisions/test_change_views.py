"""Change files and corrections, as a browser meets them."""

from __future__ import annotations

import datetime as dt
import io
import uuid

import pytest
from PIL import Image
from sqlalchemy import select

from portal.divisions.models import Change, ChangeDocument, Correction, UnitCode, UnitVersion
from portal.divisions.rules.changes.content import read_content
from portal.divisions.service import changes as service
from portal.divisions.signals import units_announced
from portal.kernel.access.actor import SYSTEM
from portal.kernel.files.models import StoredFile
from portal.kernel.i18n.clock import today
from tests.factories.divisions import make_district, make_unit, square

HOSTILE = "<img src=x onerror=alert(1)>"
SAFE = "&lt;img src=x onerror=alert(1)&gt;"
PDF = b"%PDF-1.7\n%%EOF\n"


@pytest.fixture
def putuo(session, app):
    """The home district with a town that has an outline and a code."""
    district = make_district(session)
    town = make_unit(session, district, "长征镇", kind="town", codes={"mca": "310107102"}, shape=square())
    units_announced.send("test", session=session, actor=SYSTEM)
    return {"district": district, "town": town}


@pytest.fixture
def clerk(as_role, putuo):
    return as_role("division_clerk")


@pytest.fixture
def drafted(clerk, session):
    """A file that was begun through the form."""
    answer = clerk.send("/divisions/changes/new", {"kind": "rename", "title": "长征镇更名"})
    assert answer.status_code == 303
    return session.scalars(select(Change)).one()


def at(file, rest=""):
    return f"/divisions/changes/{file.public_id}{rest}"


def says(session, file, putuo, name="长风镇"):
    """The file gets its content: the town is renamed."""
    content = read_content({"units": [{"unit": str(putuo["town"].public_id), "action": "amend", "name": name}]})
    service.edit_change(session, SYSTEM, service.EditChange(file.public_id, file.row_version, {}, content))


def step(client, file, verb, **data):
    return client.send(at(file, f"/steps/{verb}"), {"on": today().isoformat(), "row_version": file.row_version, **data})


def approve(client, file, **data):
    given = {
        "document_number": "沪府〔2026〕1号",
        "document_authority": "上海市人民政府",
        "authority": "province_government",
    }
    return step(client, file, "approve", **given | data)


# the list and a new file


def test_the_list_filters_and_links(clerk, drafted):
    page = clerk.get("/divisions/changes?lang=en")
    assert page.status_code == 200
    assert "长征镇更名" in page.text
    assert "长征镇更名" not in clerk.get("/divisions/changes?state=approved").text
    assert "长征镇更名" not in clerk.get("/divisions/changes?kind=split").text
    assert "长征镇更名" in clerk.get("/divisions/changes?words=更名&state=nonsense").text
    assert "/divisions/changes" in clerk.get("/divisions").text


def test_the_public_sees_no_way_to_change_files(client, putuo):
    assert "/divisions/changes" not in client.get("/divisions").text
    page = client.get(f"/divisions/{putuo['town'].public_id}").text
    assert "/correct" not in page
    assert "/changes/new" not in page


def test_a_new_file_needs_kind_and_title(clerk):
    answer = clerk.send("/divisions/changes/new?lang=en", {"kind": "", "title": " "})
    assert answer.status_code == 422
    assert "Enter a title." in answer.text
    assert "Choose a kind of change." in answer.text


def test_a_hostile_title_is_shown_as_it_is(clerk, session):
    clerk.send("/divisions/changes/new", {"kind": "split", "title": HOSTILE, "note": HOSTILE})
    file = session.scalars(select(Change)).one()
    for address in (at(file), at(file, "/edit"), at(file, "/steps/apply"), "/divisions/changes"):
        page = clerk.get(address).text
        assert SAFE in page
        assert HOSTILE not in page


def test_a_file_of_another_district_is_not_there(as_role, session, drafted):
    other = make_unit(session, None, "静安区", level=3, kind="district")
    stranger = as_role("division_clerk", other.id)
    assert stranger.get(at(drafted)).status_code == 404
    assert step(stranger, drafted, "apply").status_code == 404


# the page of a file


def test_the_page_shows_steps_checklist_clocks_and_history(clerk, session, drafted, putuo):
    says(session, drafted, putuo)
    page = clerk.get(at(drafted) + "?lang=en").text
    assert "Apply" in page
    assert "Make it effective" not in page
    assert "Risk assessment" in page
    assert page.count("missing") >= 7
    assert "has not begun" in page
    assert "Drafted" in page
    assert "长风镇" in page
    assert "Government of the province or municipality" in page


def test_readers_see_the_file_and_no_buttons(as_role, drafted):
    page = as_role("auditor").get(at(drafted) + "?lang=en").text
    assert "长征镇更名" in page
    assert "/steps/" not in page
    assert "/documents/new" not in page


def test_the_head_is_edited_and_a_stale_save_shows_who_and_what(clerk, session, drafted):
    data = {"title": "改名", "note": "", "row_version": drafted.row_version, "effective_on": "2026-12-31"}
    assert clerk.send(at(drafted, "/edit"), data).status_code == 303
    session.refresh(drafted)
    assert drafted.title == "改名"
    assert drafted.effective_on == dt.date(2026, 12, 31)
    stale = clerk.send(at(drafted, "/edit?lang=en"), data | {"title": "另一个", "client_id": str(uuid.uuid4())})
    assert stale.status_code == 409
    assert "while you had it open" in stale.text
    assert "测试员" in stale.text
    assert "<del>改名</del>" in stale.text
    assert "<ins>另一个</ins>" in stale.text
    assert f'value="{drafted.row_version}"' in stale.text


def test_a_day_that_a_step_has_set_may_be_another_but_not_none(clerk, session, drafted):
    step(clerk, drafted, "apply")
    data = {"title": "改名", "row_version": drafted.row_version, "applied_on": ""}
    emptied = clerk.send(at(drafted, "/edit"), data)
    assert emptied.status_code == 422
    assert 'id="applied_on-error"' in emptied.text
    assert clerk.send(at(drafted, "/edit"), data | {"applied_on": "2026-01-05"}).status_code == 303
    session.refresh(drafted)
    assert drafted.applied_on == dt.date(2026, 1, 5)


# steps


def test_a_file_goes_from_draft_to_completion(clerk, session, drafted, putuo):
    says(session, drafted, putuo)
    assert step(clerk, drafted, "apply").status_code == 303
    assert approve(clerk, drafted).status_code == 303
    assert "days left" in clerk.get(at(drafted) + "?lang=en").text
    assert step(clerk, drafted, "carry_out").status_code == 303
    session.refresh(drafted)
    assert drafted.state == "effective"
    names = session.scalars(
        select(UnitVersion.name).where(
            UnitVersion.unit_id == putuo["town"].id,
            UnitVersion.superseded_at.is_(None),
            UnitVersion.valid_from == today(),
        )
    ).all()
    assert names == ["长风镇"]
    for verb in ("announce", "file", "complete"):
        assert step(clerk, drafted, verb).status_code == 303
    page = clerk.get(at(drafted) + "?lang=en").text
    assert "renamed" in page
    assert "done in time" in page
    assert "Completed" in page
    assert "/steps/complete" not in page


def test_codes_are_entered_when_they_are_published(clerk, session, drafted, putuo):
    says(session, drafted, putuo)
    step(clerk, drafted, "apply")
    approve(clerk, drafted)
    assert "code:" not in clerk.get(at(drafted, "/steps/publish_codes")).text
    step(clerk, drafted, "carry_out")
    field = f"code:{putuo['town'].public_id}:mca"
    assert field in clerk.get(at(drafted, "/steps/publish_codes")).text
    wrong = step(clerk, drafted, "publish_codes", **{field: "31"})
    assert wrong.status_code == 422
    assert 'value="31"' in wrong.text
    assert step(clerk, drafted, "publish_codes", **{field: "310107119"}).status_code == 303
    codes = select(UnitCode.code).where(UnitCode.valid_from == today(), UnitCode.superseded_at.is_(None))
    assert session.scalars(codes).all() == ["310107119"]


def test_an_approval_without_its_document_is_said_at_the_fields(clerk, session, drafted, putuo):
    says(session, drafted, putuo)
    step(clerk, drafted, "apply")
    answer = approve(clerk, drafted, document_number="", document_authority="", lang="en")
    assert answer.status_code == 422
    assert 'aria-describedby="document_number-hint document_number-error"' in answer.text
    other = approve(clerk, drafted, authority="state_council")
    assert other.status_code == 422
    assert 'id="authority_reason-error"' in other.text
    assert approve(clerk, drafted, authority="state_council", authority_reason="特殊情形").status_code == 303


def test_a_step_that_is_not_possible_is_409_and_an_unknown_one_404(clerk, drafted):
    assert step(clerk, drafted, "carry_out").status_code == 409
    assert clerk.get(at(drafted, "/steps/nonsense")).status_code == 404


def test_a_change_that_the_plan_forbids_names_the_reasons_and_writes_nothing(clerk, session, drafted, putuo):
    step(clerk, drafted, "apply")
    approve(clerk, drafted)
    answer = clerk.send(
        at(drafted, "/steps/carry_out?lang=en"), {"on": today().isoformat(), "row_version": drafted.row_version}
    )
    assert answer.status_code == 409
    assert "does not say yet which divisions change" in answer.text


def test_a_step_pressed_twice_is_taken_once(clerk, session, drafted):
    data = {"on": today().isoformat(), "row_version": drafted.row_version, "client_id": str(uuid.uuid4())}
    assert clerk.send(at(drafted, "/steps/apply"), data).status_code == 303
    assert clerk.send(at(drafted, "/steps/apply"), data).status_code == 303
    session.refresh(drafted)
    assert drafted.state == "applied"


# papers


def picture():
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    Image.new("RGB", (40, 30), "white").save(out, "JPEG", exif=exif)
    return out.getvalue()


def add(client, file, content, name, **data):
    given = {"item": "approval", "title": "批复", "file": (io.BytesIO(content), name), **data}
    return client.send(at(file, "/documents/new"), given, content_type="multipart/form-data")


def test_a_pdf_is_kept_and_comes_back_as_an_attachment(clerk, session, drafted, as_role):
    assert add(clerk, drafted, PDF, "批复.pdf").status_code == 303
    paper = session.scalars(select(ChangeDocument)).one()
    answer = clerk.get(at(drafted, f"/documents/{paper.public_id}"))
    assert answer.data == PDF
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert session.scalars(select(StoredFile)).one().privacy == "internal"
    other = make_unit(session, None, "静安区", level=3, kind="district")
    assert as_role("division_clerk", other.id).get(at(drafted, f"/documents/{paper.public_id}")).status_code == 404


def test_a_picture_is_written_anew_without_what_hides_in_it(clerk, session, drafted):
    assert add(clerk, drafted, picture(), "scan.jpg", item="map_before").status_code == 303
    paper = session.scalars(select(ChangeDocument)).one()
    kept = clerk.get(at(drafted, f"/documents/{paper.public_id}")).data
    assert b"secret place" not in kept
    assert Image.open(io.BytesIO(kept)).size == (40, 30)
    assert clerk.get(at(drafted) + "?lang=en").text.count("there</span>") == 1


@pytest.mark.parametrize("content", [b"<html><script>alert(1)</script>", b"MZ\x90", b""])
def test_what_is_no_scan_is_refused_at_its_field(clerk, session, drafted, content):
    answer = add(clerk, drafted, content, "批复.pdf")
    assert answer.status_code == 422
    assert 'id="file-error"' in answer.text
    assert session.scalars(select(ChangeDocument)).all() == []


def test_a_paper_is_taken_out_and_stays_on_record(clerk, session, drafted):
    add(clerk, drafted, PDF, "批复.pdf")
    paper = session.scalars(select(ChangeDocument)).one()
    address = at(drafted, f"/documents/{paper.public_id}/withdraw")
    assert clerk.get(address).status_code == 200
    assert clerk.send(address, {}).status_code == 303
    session.refresh(paper)
    assert paper.withdrawn_at is not None
    assert clerk.get(at(drafted, f"/documents/{paper.public_id}")).status_code == 404
    assert clerk.send(address, {"client_id": str(uuid.uuid4())}).status_code == 409


# corrections


def correction(**data):
    given = {"name": "长征镇", "kind": "town", "code_mca": "310107102", "precision": "day"}
    return {**given, "reason": "抄写错误", "source": "2019 年简册", **data}


def test_the_two_ways_stand_apart_on_the_page_of_a_unit(clerk, putuo):
    page = clerk.get(f"/divisions/{putuo['town'].public_id}?lang=en").text
    assert "Record a change" in page
    assert "Correct a mistake" in page
    assert "It was never so" in page


def test_a_mistake_is_put_right_with_its_reason(clerk, session, putuo):
    address = f"/divisions/{putuo['town'].public_id}/correct"
    assert 'value="310107102"' in clerk.get(address).text
    answer = clerk.send(address, correction(name="长征鎮", code_mca="310107109"))
    assert answer.status_code == 303
    kept = session.scalars(select(Correction)).one()
    assert (kept.before["name"], kept.after["name"]) == ("长征镇", "长征鎮")
    codes = select(UnitCode.code).where(UnitCode.unit_id == putuo["town"].id, UnitCode.superseded_at.is_(None))
    assert session.scalars(codes).all() == ["310107109"]
    assert session.scalars(select(Change)).all() == []
    assert "抄写错误" in clerk.get(f"/divisions/{putuo['town'].public_id}").text


def test_a_correction_needs_a_reason_a_code_that_fits_and_a_difference(clerk, session, putuo):
    address = f"/divisions/{putuo['town'].public_id}/correct"
    assert clerk.send(address, correction(name="别名", reason="")).status_code == 422
    wrong = clerk.send(address, correction(code_mca="31"))
    assert wrong.status_code == 422
    assert 'id="code_mca-error"' in wrong.text
    version = session.scalars(select(UnitVersion).where(UnitVersion.unit_id == putuo["town"].id)).one()
    same = correction(since=version.valid_from.isoformat(), precision=version.valid_from_precision)
    assert clerk.send(address, same).status_code == 409
    assert session.scalars(select(Correction)).all() == []


def test_nobody_corrects_what_lies_outside_their_divisions(as_role, session, putuo):
    other = make_unit(session, None, "静安区", level=3, kind="district")
    stranger = as_role("division_clerk", other.id)
    assert stranger.get(f"/divisions/{putuo['town'].public_id}/correct").status_code == 404
