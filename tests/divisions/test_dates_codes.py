"""A code asked with its system and day, two systems side by side, and the same for machines."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from portal.divisions.models import UnitCode
from portal.divisions.rules import Span
from portal.divisions.rules.story import CodeSpan, code_spans, put_right
from portal.divisions.signals import units_announced
from portal.kernel.access.actor import SYSTEM
from tests.factories.divisions import BEGINNING, make_district, make_unit
from tests.factories.lineage import make_line

SPLIT = dt.date(2014, 12, 1)


@pytest.fixture
def putuo(session, app):
    """310107021 is 真如镇街道 for MCA and 万里街道 for NBS, as it really is; before 2014 it was 真如镇's."""
    district = make_district(session)
    old = make_unit(session, district, "真如镇", kind="town", until=SPLIT, codes={"mca": "310107101"})
    zhenru = make_unit(session, district, "真如镇街道", at=SPLIT, codes={"mca": "310107021", "nbs": "310107022"})
    wanli = make_unit(session, district, "万里街道", at=SPLIT, codes={"mca": "310107022", "nbs": "310107021"})
    same = make_unit(session, district, "桃浦镇", kind="town", codes={"mca": "310107103", "nbs": "310107103"})
    alone = make_unit(session, district, "长征镇", kind="town", codes={"nbs": "310107102"})
    secret = make_unit(session, district, "未公告街道", announced_on=None, codes={"mca": "310107099"})
    make_line(session, "type_changed", old, zhenru, SPLIT, document="沪府〔2014〕89号")
    units_announced.send("test", session=session, actor=SYSTEM)
    return {
        "district": district,
        "old": old,
        "zhenru": zhenru,
        "wanli": wanli,
        "same": same,
        "alone": alone,
        "secret": secret,
    }


# --- rules ------------------------------------------------------------------------------------------------------


class State:
    def __init__(self, first: int, last: int | None, *codes: tuple[str, str]) -> None:
        self.span = Span(dt.date(first, 1, 1), dt.date(last, 1, 1) if last else None)
        self.codes = codes


def test_states_that_follow_each_other_are_one_span_of_a_code():
    states = [
        State(2000, 2005, ("mca", "1")),
        State(2005, 2010, ("mca", "1"), ("nbs", "1")),
        State(2010, None, ("nbs", "2")),
    ]
    years = [(one.system, one.code, one.span.start.year) for one in code_spans(states)]
    assert years == [("mca", "1", 2000), ("nbs", "1", 2005), ("nbs", "2", 2010)]


def test_a_gap_makes_two_spans():
    states = [State(2000, 2005, ("mca", "1")), State(2007, None, ("mca", "1"))]
    assert [one.span for one in code_spans(states)] == [state.span for state in states]
    assert all(isinstance(one, CodeSpan) for one in code_spans(states))


def test_a_correction_tells_what_differs_however_deep_it_lies():
    before = {"versions": [{"name": "甲", "seat": None}], "note": "x", "code_mca": "1"}
    after = {"versions": [{"name": "乙", "seat": None}], "note": "x", "code_mca": "2"}
    found = [(one.key, one.before, one.after) for one in put_right(before, after)]
    assert found == [("versions.1.name", "甲", "乙"), ("mca", "1", "2")]


# --- one code ---------------------------------------------------------------------------------------------------


def test_without_a_system_both_answers_stand_side_by_side(client, putuo):
    page = client.get("/divisions/codes?code=310107021&lang=en").text
    assert "The code systems mean different divisions by 310107021 on this day." in page
    assert "MCA code: " in page.split("Over all years")[0]
    assert "真如镇街道" in page
    assert "万里街道" in page


def test_with_its_system_a_code_is_one_division(client, putuo):
    page = client.get("/divisions/codes?code=310107021&system=mca&lang=en").text
    assert "真如镇街道" in page
    assert "万里街道" not in page
    assert "mean different divisions" not in page


def test_a_code_on_a_day_on_which_nobody_bore_it(client, putuo):
    page = client.get("/divisions/codes?code=310107021&at=2010-01-01&lang=en").text
    assert "On this day no division that is known here bears this code." in page
    assert "2014-12-01" in page


def test_the_last_day_of_a_code_is_told(client, putuo):
    page = client.get("/divisions/codes?code=310107101&lang=en").text
    assert "2014-11-30" in page
    assert f'/divisions/{putuo["old"].public_id}?at=2000-01-01">真如镇</a>' in page


def test_a_code_is_read_as_people_type_it(client, putuo):
    assert "真如镇街道" in client.get("/divisions/codes?code=３１０１０７ 021&system=mca").text


@pytest.mark.parametrize("code", ["310107099", "999", "31010702", "<img src=x>", "%25"])
def test_a_code_that_nobody_may_know_of_is_nobodys(client, putuo, code):
    page = client.get(f"/divisions/codes?code={code}&lang=en")
    assert page.status_code == 200
    assert "No division that is known here ever bore this code." in page.text
    assert "未公告街道" not in page.text
    assert "<img" not in page.text.split("<main")[1]


def test_a_system_that_there_is_not_is_refused(client, putuo):
    assert client.get("/divisions/codes?code=1&system=gb").status_code == 422


# --- two systems ------------------------------------------------------------------------------------------------


def row_of(page: str, name: str) -> str:
    return next(row for row in page.split("<tr>") if f">{name}</a>" in row.split("</th>")[0])


def test_two_systems_stand_side_by_side_and_say_where_they_differ(client, putuo):
    page = client.get("/divisions/codes/systems?lang=en").text
    assert "5 divisions" not in page
    assert "4 divisions, 2 with codes that differ" in page
    differing = row_of(page, "真如镇街道")
    assert "differs" in differing
    assert "310107021 as NBS code is " in differing
    assert "万里街道" in differing
    assert "the same" in row_of(page, "桃浦镇")
    assert "not in every system" in row_of(page, "长征镇")


def test_two_systems_on_another_day_and_below_another_unit(client, putuo):
    page = client.get("/divisions/codes/systems?at=2010-01-01&lang=en").text
    assert "真如镇</a>" in page
    assert "真如镇街道" not in page
    page = client.get(f"/divisions/codes/systems?parent={putuo['same'].public_id}&lang=en").text
    assert "No divisions are published for this date." in page
    assert client.get("/divisions/codes/systems?parent=x").status_code == 422
    assert client.get(f"/divisions/codes/systems?parent={putuo['secret'].public_id}").status_code == 404


def test_before_anything_is_published_there_is_nothing_to_compare(client):
    assert client.get("/divisions/codes/systems").status_code == 200


# --- for machines -----------------------------------------------------------------------------------------------


def test_the_units_below_one_on_a_day(client, putuo):
    path = f"/api/divisions/units?parent={putuo['district'].public_id}"
    names = {one["name"] for one in client.get(path).json["units"]}
    assert names == {"真如镇街道", "万里街道", "桃浦镇", "长征镇"}
    answer = client.get(f"{path}&at=2010-01-01").json
    assert {one["name"] for one in answer["units"]} == {"真如镇", "桃浦镇", "长征镇"}
    assert answer["at"] == "2010-01-01"
    assert [one["name"] for one in client.get("/api/divisions/units").json["units"]] == ["普陀区"]


def test_one_unit_with_its_states(client, putuo):
    answer = client.get(f"/api/divisions/units/{putuo['old'].public_id}").json
    assert answer["unit"] is None
    (state,) = answer["states"]
    assert (state["valid_from"], state["valid_to"]) == ("2000-01-01", "2014-12-01")
    assert state["became"][0] | {"unit": ""} == {
        "edge": "type_changed",
        "on": "2014-12-01",
        "precision": "day",
        "document": "沪府〔2014〕89号",
        "name": "真如镇街道",
        "unit": "",
    }
    assert client.get(f"/api/divisions/units/{putuo['old'].public_id}?at=2014-11-30").json["unit"]["name"] == "真如镇"


def test_a_code_for_machines(client, putuo):
    answer = client.get("/api/divisions/codes/310107021").json
    assert {(one["system"], one["name"]) for one in answer["now"]} == {("mca", "真如镇街道"), ("nbs", "万里街道")}
    assert [one["system"] for one in client.get("/api/divisions/codes/310107021?system=nbs").json["ever"]] == ["nbs"]
    assert client.get("/api/divisions/codes/310107021?at=2010-01-01").json["now"] == []


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("units?at=2010-13-01", 422),
        ("units?parent=x", 422),
        (f"units?parent={uuid.UUID(int=7)}", 404),
        (f"units/{uuid.UUID(int=7)}", 404),
        ("codes/1?system=gb", 422),
    ],
)
def test_errors_are_sentences_in_json(client, putuo, path, status):
    answer = client.get(f"/api/divisions/{path}")
    assert answer.status_code == status
    assert answer.json["error"]


def test_machines_get_no_cookie_and_ask_again_cheaply(client, putuo):
    path = f"/api/divisions/units/{putuo['zhenru'].public_id}?lang=en"
    answer = client.get(path)
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "public, no-cache"
    again = client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_what_is_not_announced_is_not_in_the_api(client, session, putuo):
    code = UnitCode(
        unit_id=putuo["same"].id, system="gb2260", code="310199", valid_from=BEGINNING, announced_on=None, source="测试"
    )
    session.add(code)
    units_announced.send("test", session=session, actor=SYSTEM)
    assert client.get(f"/api/divisions/units/{putuo['secret'].public_id}").status_code == 404
    assert client.get("/api/divisions/codes/310107099").json["ever"] == []
    assert client.get("/api/divisions/codes/310199").json["ever"] == []
