"""The register and the applications on a real database: what is written, what is refused, and what stays behind."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import uuid
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.errors import Forbidden, FormInvalid, NotFound, RuleBroken, Stale
from portal.kernel.access.actor import SYSTEM, Actor
from portal.kernel.audit.models import AuditEntry
from portal.kernel.files import store
from portal.kernel.files.scans import LARGEST
from portal.kernel.pg.installation import folder_of
from portal.settings import Settings
from portal.toponyms.models import ApplicationStep, Name, NameVersion
from portal.toponyms.queries import applications, names
from portal.toponyms.rules.judging import Answer
from portal.toponyms.service.applying import edit, look
from portal.toponyms.service.commands import AddPaper, ChangeName, CorrectName, EditApplication, Judge
from portal.toponyms.service.handling import judge
from portal.toponyms.service.papers import add_paper, withdraw_paper
from portal.toponyms.service.register import change_name, correct_name
from tests.factories.divisions import make_unit
from tests.factories.toponyms import (
    LINE,
    TODAY,
    answers,
    closed,
    consulted,
    make_application,
    make_name,
    proposal,
    said,
    step,
    with_papers,
)  # fmt: skip
from tests.toponyms.conftest import District, somebody


def believed(session: Session, public_id: uuid.UUID) -> list[tuple[str, str, str | None, str]]:
    found = names.versions_of(session, SYSTEM, public_id)
    return [(v.name, str(v.valid_from), v.valid_to and str(v.valid_to), v.entry) for v in found]


def changed_to(session: Session, public_id: uuid.UUID, unit: object, **given: object) -> ChangeName:
    version = names.versions_of(session, SYSTEM, public_id)[-1]
    revision = names.revision_of(session, version.name_id)
    words = {"valid_from": dt.date(2020, 3, 1)} | given
    return ChangeName(public_id, revision, unit.public_id, said(**words), None, "道路更名")


# --- the register -----------------------------------------------------------------------------------------------


def test_a_name_is_added_with_its_sound_and_where_it_lies(session: Session, district: District, clerk: Actor) -> None:
    public_id = make_name(session, district.caoyang, actor=clerk, position=LINE, former=("旧路",))
    [version] = names.versions_of(session, clerk, public_id)
    assert (version.folded, version.toned, version.specific_folded) == ("changzhenglu", "chángzhēnglù", "changzheng")
    assert (version.shape.geom_type, version.original_crs, version.former) == ("LineString", "EPSG:4490", ["旧路"])
    [entry] = session.scalars(select(AuditEntry).where(AuditEntry.subject == "toponyms.name"))
    assert (entry.verb, entry.after["name"], entry.after["placed"]) == ("added", "长征路", True)


def test_the_same_name_twice_in_a_division_is_refused(session: Session, district: District) -> None:
    make_name(session, district.caoyang)
    with pytest.raises(FormInvalid):
        make_name(session, district.caoyang)
    make_name(session, district.changzheng)


def test_only_clerks_write_and_only_in_their_divisions(session: Session, district: District) -> None:
    with pytest.raises(Forbidden):
        make_name(session, district.caoyang, actor=somebody(district.home, "auditor"))
    with pytest.raises(Forbidden):
        make_name(session, district.caoyang, actor=somebody(district.caoyang, "town_reviewer"))
    with pytest.raises(FormInvalid):
        make_name(session, district.neighbour, actor=somebody(district.home))


def test_a_change_in_the_world_ends_what_was(session: Session, district: District, clerk: Actor) -> None:
    public_id = make_name(session, district.caoyang)
    change_name(session, clerk, changed_to(session, public_id, district.caoyang, name="兰溪路"), TODAY)
    assert believed(session, public_id) == [
        ("长征路", "1990-05-01", "2020-03-01", "added"), ("兰溪路", "2020-03-01", None, "changed"),
    ]  # fmt: skip
    earlier = changed_to(session, public_id, district.caoyang, valid_from=dt.date(2019, 1, 1))
    with pytest.raises(FormInvalid):
        change_name(session, clerk, earlier, TODAY)


def test_a_correction_replaces_a_version_for_the_same_days(session: Session, district: District, clerk: Actor) -> None:
    public_id = make_name(session, district.caoyang)
    change_name(session, clerk, changed_to(session, public_id, district.caoyang, name="兰溪路"), TODAY)
    right = said("蓝溪路", valid_from=dt.date(2020, 4, 1))
    revision = names.revision_of(session, names.versions_of(session, clerk, public_id)[0].name_id)
    command = CorrectName(
        public_id, revision, dt.date(2020, 3, 1), district.caoyang.public_id, right, None, "原录入有误"
    )
    correct_name(session, clerk, command, TODAY)
    assert believed(session, public_id) == [
        ("长征路", "1990-05-01", "2020-04-01", "added"), ("蓝溪路", "2020-04-01", None, "corrected"),
    ]  # fmt: skip
    wrong = dataclasses.replace(right, valid_from=dt.date(1980, 1, 1))
    now = names.revision_of(session, names.versions_of(session, clerk, public_id)[0].name_id)
    late = dataclasses.replace(command, revision=now, began=dt.date(2020, 4, 1), said=wrong)
    with pytest.raises(FormInvalid):
        correct_name(session, clerk, late, TODAY)


def test_a_stale_save_is_told_what_differs(session: Session, district: District, clerk: Actor) -> None:
    public_id = make_name(session, district.caoyang)
    mine = changed_to(session, public_id, district.caoyang, name="兰溪路")
    change_name(session, SYSTEM, changed_to(session, public_id, district.caoyang, name="枫桥路"), TODAY)
    with pytest.raises(Stale) as caught:
        change_name(session, clerk, mine, TODAY)
    assert ("name", "枫桥路", "兰溪路") in [(d.field, d.theirs, d.yours) for d in caught.value.differences]


def test_versions_are_only_ever_added(session: Session, district: District) -> None:
    make_name(session, district.caoyang)
    for statement in ("UPDATE toponyms.name_versions SET name = 'x'", "DELETE FROM toponyms.name_versions"):
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(text(statement))


# --- applications -----------------------------------------------------------------------------------------------


def test_the_whole_way_into_the_gazetteer(session: Session, district: District, clerk: Actor) -> None:
    one = consulted(session, district.caoyang, position=LINE)
    assert [finding["code"] for finding in one.findings] == []
    step(session, one, "approve", actor=clerk, on_date=dt.date(2026, 6, 10))
    public_id = names.public_id_of(session, one.name_id)
    [version] = names.versions_of(session, clerk, public_id)
    assert (version.name, version.valid_from, version.entry) == ("清涟路", dt.date(2026, 6, 10), "approved")
    assert (version.document_number, version.source) == ("普府〔2026〕18号", "普陀区人民政府")
    assert (version.application_id, version.original_geometry) == (one.id, LINE.text)
    step(session, one, "announce", actor=clerk, on_date=dt.date(2026, 6, 20))
    with pytest.raises(RuleBroken):
        step(session, one, "enter", actor=clerk)
    step(session, one, "file", actor=clerk, on_date=dt.date(2026, 6, 15))
    assert one.state == "announced"
    step(session, one, "enter", actor=clerk, on_date=dt.date(2026, 6, 21))
    assert one.state == "entered"
    steps = [found.step for found in applications.steps_of(session, one.id)]
    assert steps[::-1] == [
        "received", "complete", "check", "survey", "consult", "approve", "announce", "file", "enter",
    ]  # fmt: skip
    told = select(func.count()).select_from(AuditEntry).where(AuditEntry.subject == "toponyms.application")
    assert session.scalar(told) >= len(steps)


def test_materials_are_asked_for(session: Session, district: District) -> None:
    one = make_application(session, district.caoyang)
    with pytest.raises(RuleBroken, match="申请书"):
        step(session, one, "complete")
    assert one.state == "received"


def test_a_homophone_needs_a_reason_and_a_duplicate_has_none(session: Session, district: District) -> None:
    make_name(session, district.changzheng)
    one = with_papers(session, make_application(session, district.caoyang, "常征路"))
    step(session, one, "complete")
    look(session, SYSTEM, one.public_id, one.row_version, TODAY)
    assert [(row["code"], row["level"]) for row in one.findings] == [("homophone", "reason")]
    with pytest.raises(FormInvalid):
        closed(session, one)
    closed(session, one, reason="已论证")
    same = with_papers(session, make_application(session, district.caoyang, "长征路"))
    step(session, same, "complete")
    with pytest.raises(RuleBroken):
        closed(session, same, reason="已论证")


def test_the_range_ends_at_the_district_and_a_province_is_cut_off(session: Session, district: District) -> None:
    make_name(session, district.neighbour)
    one = make_application(session, district.caoyang, "长征路")
    look(session, SYSTEM, one.public_id, one.row_version, TODAY)
    assert one.findings == []
    town = make_application(session, district.home, "常征镇", kind="division_township")
    look(session, SYSTEM, town.public_id, town.row_version, TODAY)
    assert {row["code"]: row["level"] for row in town.findings} == {"homophone": "reason", "range_cut": "note"}
    assert [found["where"] for row in town.findings for found in row["found"]] == ["division"]


def test_towns_are_compared_within_the_province(session: Session, district: District) -> None:
    province = make_unit(session, None, "上海市", level=1)
    far = make_unit(session, province, "崇明区", level=3)
    near = make_unit(session, province, "青浦区", level=3)
    make_unit(session, far, "新村乡", kind="township")
    one = make_application(session, near, "新村乡", kind="division_township")
    look(session, SYSTEM, one.public_id, one.row_version, TODAY)
    assert {row["code"]: row["level"] for row in one.findings} == {"duplicate": "block"}


def test_a_cancelled_name_and_an_open_application_are_found(session: Session, district: District) -> None:
    make_name(session, district.changzheng, "清涟路", status="cancelled")
    first = make_application(session, district.changzheng, "澄江路", received_on=dt.date(2026, 5, 1))
    one = make_application(session, district.caoyang, "清涟路")
    two = make_application(session, district.caoyang, "澄江路")
    for each in (first, one, two):
        look(session, SYSTEM, each.public_id, each.row_version, TODAY)
    found = [{row["code"]: row["level"] for row in each.findings} for each in (first, one, two)]
    assert found == [{"duplicate_open": "warn"}, {"cancelled": "warn"}, {"duplicate_open": "block"}]


def test_an_approval_looks_again_and_leaves_nothing_half_done(session: Session, district: District) -> None:
    one = consulted(session, district.caoyang, "清涟路")
    make_name(session, district.changzheng, "清涟路")
    count = session.scalar(select(func.count()).select_from(Name))
    with pytest.raises(RuleBroken, match="清涟路"):
        step(session, one, "approve")
    assert session.scalar(select(func.count()).select_from(Name)) == count
    session.refresh(one)
    assert one.state == "consulted"


def test_an_approval_has_a_document(session: Session, district: District) -> None:
    one = consulted(session, district.caoyang)
    with pytest.raises(FormInvalid) as caught:
        step(session, one, "approve", document_number=" ")
    assert set(caught.value.messages) == {"document_number"}


def test_renaming_keeps_the_former_name_and_cancelling_ends_it(session: Session, district: District) -> None:
    public_id = make_name(session, district.caoyang, "旧名路", position=LINE)
    one = consulted(session, district.caoyang, "清涟路", act="renaming", of=public_id)
    step(session, one, "approve", effective_on=dt.date(2026, 8, 1))
    old, new = names.versions_of(session, SYSTEM, public_id)
    assert (old.valid_to, new.name, new.former) == (dt.date(2026, 8, 1), "清涟路", ["旧名路"])
    assert new.original_geometry == LINE.text
    other = make_name(session, district.caoyang, "废弃路")
    gone = with_papers(session, make_application(session, district.caoyang, "废弃路", act="cancelling", of=other))
    step(session, gone, "complete")
    judge(session, SYSTEM, Judge(gone.public_id, gone.row_version, gone.received_on, {}, ""), TODAY)
    for verb in ("survey", "consult", "approve"):
        step(session, gone, verb)
    assert [one.status for one in names.versions_of(session, SYSTEM, other)] == ["in_use", "cancelled"]
    with pytest.raises(RuleBroken):
        make_application(session, district.caoyang, "废弃路", act="cancelling", of=other)


def test_towns_hand_in_and_edit_until_the_district_begins(session: Session, district: District) -> None:
    town = somebody(district.caoyang, "town_reviewer")
    one = make_application(session, district.committee, actor=town)
    with pytest.raises(FormInvalid):
        make_application(session, district.changzheng, actor=town)
    said_anew = dataclasses.replace(proposal("兰馨路"))
    edit(session, town, EditApplication(one.public_id, 1, district.caoyang.public_id, said_anew), TODAY)
    assert one.name == "兰馨路"
    with pytest.raises(Forbidden):
        step(session, one, "complete", actor=town)
    with_papers(session, one, town)
    step(session, one, "complete")
    with pytest.raises(Forbidden):
        step(session, one, "withdraw", actor=town)
    with pytest.raises(NotFound):
        applications.application(session, somebody(district.changzheng, "town_reviewer"), one.public_id)


def test_another_name_goes_back_to_before_the_checks(session: Session, district: District, clerk: Actor) -> None:
    one = consulted(session, district.caoyang)
    where = district.caoyang.public_id
    same = dataclasses.replace(proposal("清涟路"), nature="长 500 米")
    edit(session, clerk, EditApplication(one.public_id, one.row_version, where, same), TODAY)
    assert (one.state, one.findings) == ("consulted", [])
    edit(session, clerk, EditApplication(one.public_id, one.row_version, where, proposal("兰馨路")), TODAY)
    assert (one.state, one.findings, one.judged) == ("complete", None, None)


def test_two_clerks_at_one_application(session: Session, district: District, clerk: Actor) -> None:
    one = make_application(session, district.caoyang)
    opened = one.row_version
    edit(session, SYSTEM, EditApplication(one.public_id, opened, district.caoyang.public_id, proposal("甲路")), TODAY)
    with pytest.raises(Stale) as caught:
        edit(
            session, clerk, EditApplication(one.public_id, opened, district.caoyang.public_id, proposal("乙路")), TODAY
        )
    assert ("specific", "甲", "乙") in [(d.field, d.theirs, d.yours) for d in caught.value.differences]
    with pytest.raises(Stale):
        look(session, clerk, one.public_id, opened, TODAY)


def test_a_broken_rule_without_room_is_refused(session: Session, district: District) -> None:
    one = with_papers(session, make_application(session, district.caoyang, "清涟路"))
    step(session, one, "complete")
    given = answers(leaders=Answer(False, "与领导人同名"))
    with pytest.raises(FormInvalid) as caught:
        judge(session, SYSTEM, Judge(one.public_id, one.row_version, one.received_on, given, ""), TODAY)
    assert set(caught.value.messages) == {"leaders"}
    step(session, one, "refuse")
    assert (one.state, one.decided_on) == ("refused", one.received_on)


def test_every_step_keeps_a_copy_of_what_it_saw(session: Session, district: District) -> None:
    one = consulted(session, district.caoyang)
    first = session.scalars(select(ApplicationStep).order_by(ApplicationStep.id)).first()
    assert (first.step, first.copy["name"], first.copy["state"], first.copy["findings"]) == (
        "received", one.name, "received", None,
    )  # fmt: skip


# --- papers -----------------------------------------------------------------------------------------------------


def picture(path: Path) -> Path:
    made = Image.new("RGB", (40, 30), "white")
    exif = Image.Exif()
    exif[0x010F] = "secret maker"
    made.save(path, "JPEG", exif=exif)
    return path


def test_pictures_are_written_anew_and_pdfs_are_kept(
    session: Session, district: District, settings: Settings, open_folder: Path
) -> None:
    one, folder = make_application(session, district.caoyang), folder_of(settings)
    scan = picture(open_folder / "scan.jpg")
    row = add_paper(
        session, SYSTEM, folder, AddPaper(one.public_id, "form", "申请书", upload=scan, file_name="a.exe"), TODAY
    )
    kept = applications.file_of(session, row)
    assert (kept.media_type, kept.privacy) == ("image/jpeg", "internal")
    assert b"secret maker" not in store.path_of(folder, kept).read_bytes()
    pdf = open_folder / "x.pdf"
    pdf.write_bytes(b"%PDF-1.7\n%%EOF")
    other = add_paper(
        session, SYSTEM, folder, AddPaper(one.public_id, "plan", "方案", upload=pdf, file_name="x.pdf"), TODAY
    )
    assert applications.file_of(session, other).media_type == "application/pdf"
    withdraw_paper(session, SYSTEM, one.public_id, other.public_id)
    assert [paper.item for paper in applications.documents_of(session, one.id)] == ["form"]


@pytest.mark.parametrize(
    "content", [b"", b"MZ\x90\x00program", b"<svg onload=alert(1)>", b"\xff\xd8\xff\xe0broken", b"GIF89a" + b"0" * 20]
)
def test_what_is_neither_picture_nor_pdf_is_refused(
    session: Session, district: District, settings: Settings, open_folder: Path, content: bytes
) -> None:
    one, path = make_application(session, district.caoyang), open_folder / "x"
    path.write_bytes(content)
    with pytest.raises(FormInvalid) as caught:
        add_paper(session, SYSTEM, folder_of(settings), AddPaper(one.public_id, "form", "x", upload=path), TODAY)
    assert set(caught.value.messages) == {"file"}
    assert io.BytesIO(content).getbuffer().nbytes < LARGEST


def test_papers_have_titles_and_kinds(session: Session, district: District) -> None:
    one = make_application(session, district.caoyang)
    bad = AddPaper(one.public_id, "castle", " ", "1" * 101, dt.date(2027, 1, 1))
    with pytest.raises(FormInvalid) as caught:
        add_paper(session, SYSTEM, None, bad, TODAY)
    assert set(caught.value.messages) == {"item", "title", "number", "dated_on"}
    step(session, one, "withdraw")
    with pytest.raises(RuleBroken):
        with_papers(session, one)


def test_no_two_versions_hold_on_one_day(session: Session, district: District) -> None:
    public_id = make_name(session, district.caoyang)
    [version] = names.versions_of(session, SYSTEM, public_id)
    columns = {column.name for column in NameVersion.__table__.columns} - {
        "id",
        "valid",
        "recorded_at",
        "superseded_at",
    }
    listed = ", ".join(sorted(columns))
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(
            text(
                f"INSERT INTO toponyms.name_versions ({listed}) "
                f"SELECT {listed} FROM toponyms.name_versions WHERE id = :id"
            ),
            {"id": version.id},
        )
