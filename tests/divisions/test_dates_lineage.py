"""What became of divisions: in the published rows, in the search, on the pages; by name, 闸北区 into 静安区."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from portal.divisions.layers import UNITS
from portal.divisions.models import Correction, Unit, UnitCode, UnitVersion
from portal.divisions.queries import home_unit_id
from portal.divisions.queries.published import public_unit_of
from portal.divisions.service import rebuild_ancestry
from portal.divisions.signals import units_announced
from portal.kernel.access.actor import SYSTEM
from portal.kernel.geo.models import Record
from tests.factories.divisions import BEGINNING, make_district, make_unit
from tests.factories.lineage import make_line

MERGED, SPLIT = dt.date(2015, 11, 4), dt.date(2014, 12, 1)
DOCUMENT = "国函〔2015〕181号"


def publish(session):
    session.flush()
    units_announced.send("test", session=session, actor=SYSTEM)


def state(session, unit: Unit, name: str, since: dt.date, parent: Unit | None = None, **given):
    """A later state of a unit."""
    said = {"kind": "district", "level": 3, "source": "测试", "announced_on": since} | given
    session.add(
        UnitVersion(unit_id=unit.id, parent_id=parent.id if parent else None, name=name, valid_from=since, **said)
    )


@pytest.fixture
def shanghai(session, app):
    """静安 (310106) before and after it took in 闸北 (310108), beside the home district."""
    make_district(session)
    city = make_unit(session, None, "上海市", level=1, codes={"mca": "310000"})
    zhabei = make_unit(session, city, "闸北区", level=3, until=MERGED, codes={"mca": "310108"})
    jingan = make_unit(session, city, "静安区", level=3, codes={"mca": "310106"})
    make_line(session, "merged_into", zhabei, jingan, MERGED, document=DOCUMENT)
    publish(session)
    return {"city": city, "zhabei": zhabei, "jingan": jingan}


def rows(session, unit):
    session.flush()
    return sorted(
        (row for row in UNITS.rows(session) if row.public_id == unit.public_id), key=lambda row: row.valid_from
    )


# --- the published rows -----------------------------------------------------------------------------------------


def test_the_state_that_ends_says_what_it_became_and_the_other_what_it_came_from(session, shanghai):
    (ended,) = rows(session, shanghai["zhabei"])
    told = {"edge": "merged_into", "on": MERGED, "precision": "day", "document": DOCUMENT}
    assert ended.attributes["became"] == [told | {"unit": str(shanghai["jingan"].public_id), "name": "静安区"}]
    before, after = rows(session, shanghai["jingan"])
    assert (before.valid_to, after.valid_from) == (MERGED, MERGED)
    assert before.attributes["came_from"] == []
    assert after.attributes["came_from"] == [told | {"unit": str(shanghai["zhabei"].public_id), "name": "闸北区"}]


@pytest.mark.parametrize("hidden", [{"announced": False}, {"superseded": True}])
def test_a_line_that_is_not_announced_or_believed_no_longer_is_not_offered(session, shanghai, hidden):
    pudong = make_unit(session, shanghai["city"], "南汇区", level=3, until=dt.date(2009, 5, 6))
    make_line(session, "merged_into", pudong, shanghai["jingan"], dt.date(2009, 5, 6), **hidden)
    assert rows(session, pudong)[0].attributes["became"] == []
    assert len(rows(session, shanghai["jingan"])) == 2


def test_a_line_to_a_unit_that_nobody_may_know_of_is_not_offered(session, shanghai):
    secret = make_unit(session, shanghai["city"], "未公告区", level=3, at=MERGED, announced_on=None)
    make_line(session, "split_off", shanghai["zhabei"], secret, MERGED)
    told = rows(session, shanghai["zhabei"])[0].attributes["became"]
    assert [fate["name"] for fate in told] == ["静安区"]


def test_a_unit_set_up_on_new_ground_came_from_nothing(session, shanghai):
    new = make_unit(session, shanghai["city"], "新区", level=3, at=SPLIT)
    make_line(session, "set_up", None, new, SPLIT, precision="month")
    (row,) = rows(session, new)
    assert row.attributes["came_from"][0]["unit"] is None
    assert row.attributes["came_from"][0]["precision"] == "month"


def test_names_are_those_of_the_day(session, shanghai):
    state_end = dt.date(2010, 1, 1)
    wan = make_unit(session, shanghai["city"], "旧名区", level=3, until=state_end)
    state(session, wan, "新名区", state_end, shanghai["city"])
    child = make_unit(session, shanghai["city"], "析出区", level=3, at=dt.date(2008, 1, 1))
    make_line(session, "split_off", wan, child, dt.date(2008, 1, 1))
    assert rows(session, child)[0].attributes["came_from"][0]["name"] == "旧名区"


# --- search -----------------------------------------------------------------------------------------------------


def test_an_old_name_is_found_and_says_what_became_of_it(client, shanghai):
    page = client.get("/divisions?q=闸北&lang=en").text
    assert "2015-11-04 merged into" in page
    assert f'href="/divisions/{shanghai["jingan"].public_id}?at=2015-11-04">静安区</a>' in page
    assert DOCUMENT in page


def test_an_old_code_is_found_and_says_what_became_of_it(client, shanghai):
    page = client.get("/divisions?q=310108&lang=en").text
    assert "merged into" in page
    assert "until 2015-11-03" in page


def test_a_name_before_the_last_one_tells_the_end_of_the_unit(client, session, shanghai):
    renamed = dt.date(2005, 1, 1)
    unit = make_unit(session, shanghai["city"], "甲区", level=3, until=renamed)
    state(session, unit, "乙区", renamed, shanghai["city"], valid_to=SPLIT)
    make_line(session, "abolished_into", unit, shanghai["jingan"], SPLIT)
    publish(session)
    assert "abolished; its ground went to" in client.get("/divisions?q=甲区&lang=en").text


def test_a_unit_that_stands_on_the_day_has_no_end_yet(client, shanghai):
    assert "merged into" not in client.get("/divisions?q=闸北&at=2010-01-01&lang=en").text


def test_an_end_that_nobody_recorded_says_so(client, session, shanghai):
    make_unit(session, shanghai["city"], "卢湾区", level=3, until=dt.date(2011, 6, 8))
    publish(session)
    page = client.get("/divisions?q=卢湾&lang=en").text
    assert "ended on 2011-06-08; what became of it is not recorded" in page


# --- the page of a unit -----------------------------------------------------------------------------------------


def test_a_day_after_the_end_says_where_it_went(client, shanghai):
    answer = client.get(f"/divisions/{shanghai['zhabei'].public_id}?at=2020-01-01&lang=en")
    assert answer.status_code == 404
    assert "On 2020-01-01 there is no such division; it ended on 2015-11-04 and went into 静安区." in answer.text
    assert f"/divisions/{shanghai['jingan'].public_id}?at=2015-11-04" in answer.text


def test_the_panel_says_it_too(client, shanghai):
    answer = client.get(f"/divisions/{shanghai['zhabei'].public_id}", headers={"HX-Request": "true"})
    assert answer.status_code == 404
    assert "<html" not in answer.text
    assert "静安区" in answer.text


def test_a_day_before_the_beginning_says_from_when_it_is_known(client, shanghai):
    answer = client.get(f"/divisions/{shanghai['zhabei'].public_id}?at=1999-12-31&lang=en")
    assert answer.status_code == 404
    assert "it is known from 2000-01-01 until 2015-11-03" in answer.text


def test_the_history_says_what_changed_by_which_document(client, session, shanghai):
    later = dt.date(2016, 7, 22)
    unit = make_unit(session, shanghai["city"], "崇明县", level=3, kind="county", until=later)
    state(session, unit, "崇明区", later, shanghai["city"], seat="城桥镇")
    make_line(session, "type_changed", unit, unit, later, document="国函〔2016〕117号")
    codes = (("310230", BEGINNING, later), ("310151", later, None))
    said = {"unit_id": unit.id, "system": "mca", "announced_on": BEGINNING, "source": "测试"}
    session.add_all(UnitCode(code=code, valid_from=first, valid_to=last, **said) for code, first, last in codes)
    publish(session)
    page = client.get(f"/divisions/{unit.public_id}?lang=en").text
    assert "<del>崇明县</del> → <ins>崇明区</ins>" in page
    assert "<del>310230</del> → <ins>310151</ins>" in page
    assert "<ins>城桥镇</ins>" in page
    assert "By: 国函〔2016〕117号" in page
    assert "became" not in page.split("Over time")[1].split("</ol>")[0]
    assert "2016-07-21" in page.split("Codes over time")[-1]


def test_the_history_names_the_heirs_and_the_origins_with_the_right_day(client, shanghai):
    page = client.get(f"/divisions/{shanghai['jingan'].public_id}?lang=en").text
    assert f'<a href="/divisions/{shanghai["zhabei"].public_id}?at=2015-11-03">闸北区</a> was merged into it' in page
    page = client.get(f"/divisions/{shanghai['zhabei'].public_id}?at=2015-11-03&lang=en").text
    assert f'merged into <a href="/divisions/{shanghai["jingan"].public_id}?at=2015-11-04">静安区</a>' in page


def test_an_edition_from_before_lineage_was_known_is_still_read(session, shanghai):
    record = session.scalars(select(Record).limit(1)).one()
    session.expunge(record)
    record.attributes = {key: value for key, value in record.attributes.items() if key not in ("became", "came_from")}
    assert public_unit_of(record).went_into() == public_unit_of(record).came_from == ()


# --- corrections: another history, for staff ------------------------------------------------------------------


@pytest.fixture
def corrected(session, shanghai):
    """A committee of the home district of which the register said the wrong seat."""
    unit = make_unit(session, make_district_of(session), "更正居委会", level=5)
    session.add(
        Correction(
            unit_id=unit.id,
            reason="录入错误",
            source="档案 12",
            before={"seat": "甲路1号", "name": "更正居委会"},
            after={"seat": "乙路2号", "name": "更正居委会"},
            wrote={},
            recorded_by="王区划",
        )
    )
    publish(session)
    return unit


def make_district_of(session) -> Unit:
    return session.get(Unit, home_unit_id(session))


def test_staff_read_the_corrections_beside_the_history(as_role, corrected):
    page = as_role("division_clerk").get(f"/divisions/{corrected.public_id}?lang=en").text
    section = page.split("<h2>Corrections")[1]
    for word in ("录入错误", "王区划", "<del>甲路1号</del> → <ins>乙路2号</ins>", "By: 档案 12"):
        assert word in section
    assert "更正居委会</del>" not in section


@pytest.mark.parametrize("role", [None, "officer"])
def test_others_do_not(client, as_role, corrected, role):
    page = (as_role(role) if role else client).get(f"/divisions/{corrected.public_id}?lang=en").text
    assert "录入错误" not in page
    assert "Corrections" not in page


def test_corrections_outside_ones_scope_are_not_shown(as_role, session, corrected):
    town = make_unit(session, make_district_of(session), "别镇")
    page = as_role("division_clerk", town.id).get(f"/divisions/{corrected.public_id}?lang=en").text
    assert "录入错误" not in page


def test_corrections_of_a_unit_that_ended_are_shown_within_the_scope(as_role, session, shanghai):
    unit = make_unit(session, make_district_of(session), "撤销居委会", level=5, until=SPLIT)
    session.add(Correction(unit_id=unit.id, reason="名称有误", before={}, after={}, wrote={}, recorded_by="王区划"))
    rebuild_ancestry(session)
    publish(session)
    assert "名称有误" in as_role("division_clerk").get(f"/divisions/{unit.public_id}?at=2010-01-01").text
