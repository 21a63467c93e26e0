"""The pages of the room, as a browser meets them."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import uuid

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.kernel.access.actor import SYSTEM
from portal.toponyms.catalogue import wording_on
from portal.toponyms.models import Application, NameVersion
from portal.toponyms.queries import names
from tests.factories.toponyms import LINE, TODAY, closed, make_application, make_name, step, with_papers
from tests.toponyms.conftest import District

HOSTILE = "<img src=x onerror=1>"
SAFE = "&lt;img src=x onerror=1&gt;"
HX = {"HX-Request": "true"}


@pytest.fixture
def clerking(as_role, district: District):
    return as_role("division_clerk")


def form(unit: object, **given: object) -> dict[str, object]:
    """What a browser sends for a name."""
    words = {"name": "长征路", "kind": "road", "unit": str(unit.public_id), "standing": "in_use", "source": "普查"}
    words |= {"generic": "", "pinyin": "", "place": "", "meaning": "", "history": "", "former": "", "geometry": ""}
    words |= {"document_number": "", "document_authority": "", "valid_from": "1990-05-01"}
    words |= {"coordinates": "", "shape": "point", "crs": "EPSG:4490", "valid_from_precision": "day"}
    return words | given


def applying(unit: object, **given: object) -> dict[str, object]:
    """What a browser sends for an application."""
    words = {"name": "清涟路", "kind": "road", "unit": str(unit.public_id), "applicant": "区建管委", "plan": "新建道路"}
    words |= {"generic": "", "pinyin": "", "place": "", "meaning": "", "nature": "", "geometry": "", "coordinates": ""}
    return words | {"shape": "point", "crs": "EPSG:4490", "received_on": "2026-06-01"} | given


def test_the_list_shows_names_filters_and_the_map(clerking, session: Session, district: District) -> None:
    make_name(session, district.caoyang, position=LINE, former=("旧路",))
    make_name(session, district.caoyang, "曹杨公园", kind="park_reserve")
    page = clerking.get("/toponyms")
    assert page.status_code == 200
    for shown in ("长征路", "Chángzhēng Lù", "旧路", "/toponyms/names.geojson"):
        assert shown in page.text
    assert "长征路" not in clerking.get("/toponyms?kind=park_reserve").text
    assert "曹杨公园" in clerking.get("/toponyms?words=caoyang").text
    assert "曹杨公园</a>" not in clerking.get("/toponyms?at=1980-01-01").text


@pytest.mark.parametrize("query", ["kind=castle", "page=-3", "words=%25_'\"<", "standing=x", "at=1500-01-01"])
def test_a_strange_address_still_shows_the_list(clerking, query: str) -> None:
    assert clerking.get(f"/toponyms?{query}").status_code == 200
    assert clerking.get(f"/toponyms/applications?{query}").status_code == 200


def test_strange_divisions_days_and_acts_are_said(clerking) -> None:
    for path in ("?unit=x", f"?unit={uuid.uuid4()}", "/applications/new?act=x", "/applications/new?act=renaming"):
        assert clerking.get(f"/toponyms{path}").status_code == 404
    assert clerking.get("/toponyms/applications/new?act=renaming&name=x").status_code == 404
    assert clerking.get("/toponyms?at=yesterday").status_code == 422


def test_nothing_is_public(client, session: Session, district: District) -> None:
    public_id = make_name(session, district.caoyang)
    for path in ("", "/names.geojson", f"/{public_id}", "/applications"):
        assert client.get(f"/toponyms{path}").status_code == 303


def test_geojson_is_filtered_private_and_uncached(clerking, as_role, session: Session, district: District) -> None:
    public_id = make_name(session, district.caoyang, position=LINE)
    answer = clerking.get("/toponyms/names.geojson")
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("application/geo+json", "no-store")
    assert len(json.loads(clerking.get(f"/toponyms/{public_id}.geojson").text)["features"]) == 1
    elsewhere = as_role("town_reviewer", district.changzheng.id)
    assert json.loads(elsewhere.get("/toponyms/names.geojson").text)["features"] == []
    assert elsewhere.get(f"/toponyms/{public_id}").status_code == 404


def test_a_name_is_added_changed_and_corrected_through_forms(clerking, session: Session, district: District) -> None:
    assert clerking.get("/toponyms/new").status_code == 200
    drawn = '{"type":"LineString","coordinates":[[121.402,31.241],[121.408,31.246]]}'
    answer = clerking.send("/toponyms/new", form(district.caoyang, former="旧路、老路", geometry=drawn))
    assert answer.status_code == 303
    address = answer.headers["Location"]
    page = clerking.get(address)
    for shown in ("Chángzhēng Lù", "旧路、老路", "普查", f"{address}.geojson"):
        assert shown in page.text
    opened = clerking.get(f"{address}/change").text
    revision = re.search(r'name="row_version"[^>]*value="(\d+)"', opened).group(1)
    sent = form(district.caoyang, name="兰溪路", valid_from="2020-03-01", reason="道路更名", row_version=revision)
    assert clerking.send(f"{address}/change", sent).status_code == 303
    assert "兰溪路" in clerking.get(address).text
    assert "<h1>长征路</h1>" in clerking.get(f"{address}?at=2010-01-01").text
    stale = clerking.send(f"{address}/correct", sent | {"name": "蓝溪路"})
    assert stale.status_code == 409
    assert "<ins>蓝溪路</ins>" in stale.text
    fresh = sent | {"name": "蓝溪路", "row_version": "3", "reason": HOSTILE}
    assert clerking.send(f"{address}/correct", fresh).status_code == 303
    shown = clerking.get(address).text
    assert "蓝溪路" in shown
    assert SAFE in shown
    assert HOSTILE not in shown


def test_a_pinyin_left_as_it_was_does_not_stay_with_another_name(
    clerking, session: Session, district: District
) -> None:
    public_id = make_name(session, district.caoyang)
    sent = form(district.caoyang, name="兰溪街", generic="路", pinyin="Chángzhēng Lù", valid_from="2020-03-01")
    answer = clerking.send(f"/toponyms/{public_id}/change", sent | {"reason": "更名", "row_version": "1"})
    assert answer.status_code == 303
    new = names.name_at(session, SYSTEM, public_id, TODAY).version
    assert (new.name, new.generic, new.pinyin) == ("兰溪街", "街", "Lánxī Jiē")
    wrong = form(district.caoyang, name="兰溪街", generic="大道", reason="更名", row_version="3")
    assert clerking.send(f"/toponyms/{public_id}/correct", wrong).status_code == 422


def test_wrong_input_comes_back_with_sentences(clerking, session: Session, district: District) -> None:
    wrong = form(district.caoyang, pinyin="长征", valid_from="2999-01-01", geometry="{}", source="")
    answer = clerking.send("/toponyms/new", wrong)
    assert answer.status_code == 422
    assert "source" in answer.text
    again = clerking.send("/toponyms/new", wrong | {"source": "x"})
    assert again.status_code == 422
    assert session.scalar(select(func.count()).select_from(NameVersion)) == 0


def test_the_same_form_twice_makes_one_name(clerking, session: Session, district: District) -> None:
    sent = form(district.caoyang) | {"client_id": str(uuid.uuid4())}
    first, second = (clerking.send("/toponyms/new", sent) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert session.scalar(select(func.count()).select_from(NameVersion)) == 1


def test_the_panel_beside_the_map(clerking, session: Session, district: District) -> None:
    public_id = make_name(session, district.caoyang, position=LINE)
    panel = clerking.get(f"/toponyms/{public_id}", headers=HX)
    assert "<html" not in panel.text
    assert "长征路" in panel.text


def only(session: Session) -> Application:
    return session.scalars(select(Application)).one()


def test_an_application_goes_all_the_way_by_its_pages(clerking, session: Session, district: District) -> None:
    make_name(session, district.changzheng, "青莲路")
    answer = clerking.send("/toponyms/applications/new", applying(district.caoyang, applicant=HOSTILE))
    assert answer.status_code == 303
    address = answer.headers["Location"]
    page = clerking.get(address).text
    assert SAFE in page
    assert HOSTILE not in page

    def version() -> dict[str, str]:
        session.expire_all()
        return {"row_version": str(only(session).row_version)}

    day = {"on_date": "2026-06-02", "note": "已核实"}
    assert clerking.send(f"{address}/step/complete", day | version()).status_code == 409
    for item in ("form", "plan", "position"):
        paper = {"item": item, "title": item, "number": "", "dated_on": ""}
        assert clerking.send(f"{address}/papers/new", paper).status_code == 303
    assert clerking.send(f"{address}/step/complete", day | version()).status_code == 303
    assert clerking.send(f"{address}/look", version()).status_code == 303
    assert "青莲路" in clerking.get(address).text
    assert clerking.get(f"{address}/check").status_code == 200
    given = {f"fine-{item.key}": "yes" for item in wording_on(TODAY).judgements}
    given |= {f"note-{item.key}": "已查" for item in wording_on(TODAY).judgements}
    assert clerking.send(f"{address}/check", {"on_date": "2026-06-03"} | version()).status_code == 422
    without = clerking.send(f"{address}/check", given | {"on_date": "2026-06-03", "reason": ""} | version())
    if without.status_code == 422:
        sent = given | {"on_date": "2026-06-03", "reason": "已论证"} | version()
        assert clerking.send(f"{address}/check", sent).status_code == 303
    for verb in ("survey", "consult"):
        assert clerking.get(f"{address}/step/{verb}").status_code == 200
        assert clerking.send(f"{address}/step/{verb}", day | {"on_date": "2026-06-04"} | version()).status_code == 303
    decision = {"document_number": "普府〔2026〕18号", "document_authority": "普陀区人民政府", "on_date": "2026-06-10"}
    assert clerking.send(f"{address}/step/approve", decision | version()).status_code == 303
    assert "普府〔2026〕18号" in clerking.get(address).text
    for verb in ("file", "announce", "enter"):
        assert clerking.send(f"{address}/step/{verb}", {"on_date": "2026-06-15"} | version()).status_code == 303
    name = names.public_id_of(session, only(session).name_id)
    assert "清涟路" in clerking.get(f"/toponyms/{name}").text
    assert "清涟路" in clerking.get("/toponyms/applications?state=ended").text


def test_a_stale_step_is_refused(clerking, session: Session, district: District) -> None:
    one = with_papers(session, make_application(session, district.caoyang, "清涟路"))
    sent = {"row_version": "7", "on_date": "2026-06-02"}
    assert clerking.send(f"/toponyms/applications/{one.public_id}/step/complete", sent).status_code == 409
    for verb in ("check", "withdraw", "castle"):
        assert clerking.get(f"/toponyms/applications/{one.public_id}/step/{verb}").status_code == 404


def test_a_renaming_and_a_cancelling_start_at_the_name(clerking, session: Session, district: District) -> None:
    public_id = make_name(session, district.caoyang, position=LINE)
    page = clerking.get(f"/toponyms/applications/new?act=cancelling&name={public_id}")
    assert "长征路" in page.text
    sent = applying(district.caoyang, name="清涟路", received_on=dt.date(2026, 6, 1))
    answer = clerking.send(f"/toponyms/applications/new?act=renaming&name={public_id}", sent)
    assert answer.status_code == 303
    assert only(session).act == "renaming"
    assert clerking.send("/toponyms/applications/new", sent | {"act": "cancelling"}).status_code == 303


def test_towns_see_hand_in_and_edit_their_own(as_role, session: Session, district: District) -> None:
    town = as_role("town_reviewer", district.caoyang.id)
    answer = town.send("/toponyms/applications/new", applying(district.caoyang))
    address = answer.headers["Location"]
    assert town.get(f"{address}/edit").status_code == 200
    assert town.get(f"{address}/check").status_code == 403
    sent = applying(district.caoyang, name="澄江路", row_version="1")
    assert town.send(f"{address}/edit", sent).status_code == 303
    assert only(session).name == "澄江路"
    assert as_role("town_reviewer", district.changzheng.id).get(address).status_code == 404
    leaving = {"row_version": "2", "on_date": "2026-06-02", "note": "不再需要"}
    assert town.send(f"{address}/withdraw", leaving).status_code == 303
    assert town.get(f"{address}/edit").status_code == 409


def test_an_auditor_reads_and_does_nothing(as_role, session: Session, district: District) -> None:
    one = with_papers(session, make_application(session, district.caoyang))
    step(session, one, "complete")
    closed(session, one)
    page = as_role("auditor").get(f"/toponyms/applications/{one.public_id}")
    assert page.status_code == 200
    assert "/step/" not in page.text
    assert 'method="post" action="/toponyms' not in page.text


def test_scans_come_back_as_files_to_save(clerking, as_role, session: Session, district: District) -> None:
    one = make_application(session, district.caoyang)
    address = f"/toponyms/applications/{one.public_id}/papers"
    scan = {"item": "form", "title": "申请书", "file": (io.BytesIO(b"%PDF-1.7\n<script>"), "../申请.pdf")}
    assert clerking.send(f"{address}/new", scan, content_type="multipart/form-data").status_code == 303
    link = re.search(rf'href="({address}/[0-9a-f-]+)"', clerking.get(f"/toponyms/applications/{one.public_id}").text)
    answer = clerking.get(link.group(1))
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert as_role("town_reviewer", district.changzheng.id).get(link.group(1)).status_code == 404
    bad = {"item": "form", "title": "x", "file": (io.BytesIO(b"MZprogram"), "a.pdf")}
    assert clerking.send(f"{address}/new", bad, content_type="multipart/form-data").status_code == 422
    back = clerking.send(f"{link.group(1)}/withdraw")
    assert back.status_code == 303
    assert clerking.get(link.group(1)).status_code == 404
