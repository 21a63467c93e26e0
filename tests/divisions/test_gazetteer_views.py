"""The pages of the gazetteer: the table, a row as a form, the spreadsheet's saves, the review, entries, papers."""

from __future__ import annotations

import datetime as dt
import re
import uuid

import pytest

from portal.divisions.models import GazetteerProposal, GazetteerReview, Lineage
from portal.divisions.permissions import READ_GAZETTEER
from portal.divisions.queries import gazetteer as queries
from portal.kernel.access.actor import SYSTEM
from portal.kernel.i18n.clock import today
from tests.factories.gazetteer import AT, YEAR, make_book_ground, save

HERE = f"?year={YEAR}"
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def ground(app, session):
    return make_book_ground(session)


@pytest.fixture
def clerk(as_role, ground):
    return as_role("division_clerk")


def row(session, unit):
    return queries.gazetteer_row(session, SYSTEM, READ_GAZETTEER, [unit.id], AT, YEAR)[0]


def block(*edits, source="年报", **more):
    lists = {"unit": [], "field": [], "value": [], "seen": []}
    for unit, field, value, seen in edits:
        for name, said in zip(lists, (unit.public_id, field, value, seen), strict=True):
            lists[name].append(str(said))
    return {"source": source, **lists, **more}


# --- the table ------------------------------------------------------------------------------------------------------


def test_the_table_shows_the_district_its_towns_and_what_differs(session, ground, clerk):
    save(session, ground.town, "resident_population", "123456")
    save(session, ground.town, "residents_committees", "9")
    page = clerk.get(f"/divisions/gazetteer{HERE}").text
    for said in ("普陀区", "长征镇", "桃浦镇", "123,456", "登记 1", "Changzheng Zhen"):
        assert said in page or said == "登记 1", said
    assert "海棠苑居委会" not in page
    assert f'data-cell="{ground.town.public_id}:resident_population"' in page
    inside = clerk.get(f"/divisions/gazetteer{HERE}&unit={ground.town.public_id}").text
    assert "海棠苑居委会" in inside


def test_a_town_reviewer_reads_its_own_rows_and_types_into_none(session, ground, as_role):
    reader = as_role("town_reviewer", ground.town.id)
    page = reader.get(f"/divisions/gazetteer{HERE}").text
    assert "长征镇" in page
    assert "桃浦镇" not in page
    assert "data-cell" not in page
    assert reader.get(f"/divisions/gazetteer?unit={ground.beside.public_id}").status_code == 404
    assert reader.send("/divisions/gazetteer/cells", block()).status_code == 403


@pytest.mark.parametrize("query", ["?year=abc", "?year=1800", "?year=2999", "?at=x", "?year=²⁰²³"])
def test_a_year_or_day_that_is_none_is_said_so(clerk, query):
    assert clerk.get(f"/divisions/gazetteer{query}").status_code == 422


def test_any_date_is_answered(session, ground, clerk):
    assert clerk.get("/divisions/gazetteer?at=1990-01-01").status_code == 404
    assert "长征镇" in clerk.get("/divisions/gazetteer?at=2010-01-01").text


def test_the_navigation_says_once_where_one_is(clerk):
    page = clerk.get(f"/divisions/gazetteer{HERE}").text
    assert page.count('aria-current="page"') == 1
    assert clerk.get("/divisions").text.count('aria-current="page"') == 1


# --- what the spreadsheet sends ---------------------------------------------------------------------------------------


def test_a_block_is_previewed_then_saved(session, ground, clerk):
    edits = block((ground.town, "resident_population", "1,200", 0), (ground.beside, "dialling_code", "021", 0))
    dry = clerk.send(f"/divisions/gazetteer/cells{HERE}", edits | {"dry": "1"})
    assert [(one["unit"], one["after"]) for one in dry.json["changes"]] == [("长征镇", "1200"), ("桃浦镇", "021")]
    assert row(session, ground.town).cells == {}
    made = clerk.send(f"/divisions/gazetteer/cells{HERE}", edits | {"way": "pasted"})
    assert made.status_code == 200
    assert [one["value"] for one in made.json["cells"]] == ["1200", "021"]
    cell = row(session, ground.town).cells["resident_population"]
    assert (cell.id, cell.source) == (made.json["cells"][0]["seen"], "年报")
    assert queries.history_of(session, ground.town.id, "resident_population")[0].way == "pasted"


def test_what_is_wrong_is_said_at_the_cell_and_nothing_is_saved(session, ground, clerk):
    edits = block((ground.town, "resident_population", "many", 0), (ground.beside, "dialling_code", "021", 0))
    refused = clerk.send(f"/divisions/gazetteer/cells{HERE}", edits)
    assert refused.status_code == 422
    assert list(refused.json["errors"]) == [f"{ground.town.public_id}:resident_population"]
    assert row(session, ground.beside).cells == {}
    assert clerk.send(f"/divisions/gazetteer/cells{HERE}", block(source="")).status_code == 422


def test_a_stale_cell_is_409_with_who_changed_it(session, ground, clerk):
    save(session, ground.town, "resident_population", "1200")
    stale = clerk.send(f"/divisions/gazetteer/cells{HERE}", block((ground.town, "resident_population", "1300", 0)))
    assert stale.status_code == 409
    (conflict,) = stale.json["conflicts"]
    assert (conflict["who"], conflict["theirs"]) == ("system", "1200")
    again = block((ground.town, "resident_population", "1300", conflict["seen"]))
    assert clerk.send(f"/divisions/gazetteer/cells{HERE}", again).status_code == 200


def test_the_same_block_sent_twice_is_saved_once(session, ground, clerk):
    edits = block((ground.town, "resident_population", "1200", 0)) | {"client_id": str(uuid.uuid4())}
    assert clerk.send(f"/divisions/gazetteer/cells{HERE}", edits).status_code == 200
    assert clerk.send(f"/divisions/gazetteer/cells{HERE}", edits).status_code == 303
    assert len(queries.history_of(session, ground.town.id, "resident_population")) == 1


@pytest.mark.parametrize(
    "wrong",
    [{"unit": ["x"]}, {"seen": ["-1"]}, {"seen": ["9" * 30]}, {"value": ["1", "2"]}, {"unit": [str(uuid.uuid4())]}],
)
def test_a_torn_block_is_refused(ground, clerk, wrong):
    edits = block((ground.town, "resident_population", "1", 0)) | wrong
    assert clerk.send(f"/divisions/gazetteer/cells{HERE}", edits).status_code in (404, 422)


# --- a row without scripts --------------------------------------------------------------------------------------------


def address(unit):
    return f"/divisions/gazetteer/units/{unit.public_id}/edit{HERE}"


def test_a_row_is_saved_by_its_form_and_untouched_cells_stay(session, ground, clerk):
    save(session, ground.town, "dialling_code", "021", year=2020)
    page = clerk.get(address(ground.town)).text
    assert 'name="value-dialling_code"' in page
    fields = {"source": "年报", "value-dialling_code": "021", "opened-dialling_code": "021", "seen-dialling_code": "0"}
    fields |= {"value-resident_population": "1200", "opened-resident_population": "", "seen-resident_population": "0"}
    assert clerk.send(address(ground.town), fields).status_code == 303
    assert set(row(session, ground.town).cells) == {"resident_population"}


def test_a_row_comes_back_with_its_errors_and_what_was_typed(ground, clerk):
    fields = {"source": "年报", "value-resident_population": HOSTILE, "opened-resident_population": ""}
    back = clerk.send(address(ground.town), fields)
    assert back.status_code == 422
    assert "&lt;script&gt;" in back.text
    assert HOSTILE not in back.text
    assert 'id="value-resident_population-error"' in back.text
    assert clerk.send(address(ground.town), {"value-area": "1", "opened-area": ""}).status_code == 422


def test_a_stale_row_shows_both_and_saves_at_the_second_press(session, ground, clerk):
    save(session, ground.town, "resident_population", "1200")
    fields = {"source": "年报", "value-resident_population": "1300", "opened-resident_population": ""}
    back = clerk.send(address(ground.town), fields | {"seen-resident_population": "0"})
    assert back.status_code == 409
    assert "system" in back.text
    seen = re.search(r'name="seen-resident_population" value="(\d+)"', back.text).group(1)
    fields |= {"opened-resident_population": "1200", "seen-resident_population": seen}
    assert clerk.send(address(ground.town), fields).status_code == 303


def test_the_history_of_a_cell_says_who_when_and_from_what(session, ground, clerk):
    save(session, ground.town, "pinyin", "Chang Zheng", source="旧册")
    save(
        session, ground.town, "pinyin", "Changzheng Zhen", seen=row(session, ground.town).seen("pinyin"), source="更正"
    )
    page = clerk.get(f"/divisions/gazetteer/units/{ground.town.public_id}/history/pinyin{HERE}").text
    for said in ("Chang Zheng", "Changzheng Zhen", "旧册", "更正", "system"):
        assert said in page
    assert clerk.get(f"/divisions/gazetteer/units/{ground.town.public_id}/history/name").status_code == 404


# --- the yearly review ------------------------------------------------------------------------------------------------


@pytest.fixture
def review(session, ground, clerk):
    form = {"year": YEAR, "due_on": (today() + dt.timedelta(30)).isoformat(), "note": "请核对"}
    opened = clerk.send("/divisions/gazetteer/reviews/new", form)
    assert opened.status_code == 303
    return opened.headers["Location"]


def test_a_review_from_its_opening_to_its_end(session, ground, clerk, as_role, review):
    town = as_role("town_reviewer", ground.town.id)
    assert "长征镇" in town.get(review).text
    own = f"{review}/towns/{ground.town.public_id}"
    assert "海棠苑居委会" in town.get(own).text
    answer = {"row_version": "1", "value-resident_population": "1,800", "value-seat": "新村路1号", "note": "请核"}
    assert town.send(f"{review}/rows/{ground.town.public_id}", answer).status_code == 303
    assert town.send(own).status_code == 303
    page = clerk.get(review).text
    assert "1,800" in page
    for one in session.query(GazetteerProposal).all():
        decided = clerk.send(f"{review}/proposals/{one.public_id}", {"take": "y", "reason": ""})
        assert decided.status_code == 303
    assert row(session, ground.town).cells["resident_population"].value == "1800"
    version = session.query(GazetteerReview).one().row_version
    assert clerk.send(f"{review}/close", {"row_version": version}).status_code == 303
    assert town.send(own).status_code == 409


def test_a_wrong_answer_comes_back_and_a_stale_one_is_409(ground, as_role, review):
    town = as_role("town_reviewer", ground.town.id)
    rows = f"{review}/rows/{ground.town.public_id}"
    back = town.send(rows, {"row_version": "1", "value-resident_population": "many"})
    assert back.status_code == 422
    assert "many" in back.text
    assert town.send(rows, {"row_version": "7", "value-resident_population": "1"}).status_code == 409


def test_another_towns_rows_are_not_there(ground, as_role, review):
    town = as_role("town_reviewer", ground.beside.id)
    assert town.get(f"{review}/towns/{ground.town.public_id}").status_code == 404
    assert town.get(f"{review}/rows/{ground.committee.public_id}").status_code == 404


def test_another_day_is_set_and_a_past_one_refused(session, ground, clerk, review):
    late = (today() + dt.timedelta(60)).isoformat()
    assert clerk.send(f"{review}/due", {"row_version": "1", "due_on": late}).status_code == 303
    assert clerk.send(f"{review}/due", {"row_version": "2", "due_on": "2001-01-01"}).status_code == 422
    assert clerk.send(f"{review}/due", {"row_version": "1", "due_on": late}).status_code == 409


# --- entries, changes, papers -----------------------------------------------------------------------------------------


def test_an_entry_is_written_escaped_and_stale_saves_are_told(ground, clerk, as_role):
    at = f"/divisions/gazetteer/units/{ground.town.public_id}"
    text = {"row_version": "0", "body": f"{HOSTILE}\r\n\r\n第二段", "source": "镇志", "reviewer": "", "reviewed_on": ""}
    assert clerk.send(f"{at}/entries/history", text).status_code == 303
    page = clerk.get(at).text
    assert "&lt;script&gt;" in page
    assert HOSTILE not in page
    stale = clerk.send(f"{at}/entries/history", text | {"body": "别的"})
    assert stale.status_code == 409
    assert "第二段" in stale.text
    assert clerk.get(f"{at}/entries/nothing").status_code == 404
    piece = clerk.get(at, headers={"HX-Request": "true"}).text
    assert "<h1" not in piece
    assert "第二段" in piece
    assert "hx-get" in clerk.get(f"/divisions/{ground.town.public_id}").text
    stranger = as_role("town_reviewer", ground.beside.id)
    assert stranger.get(at, headers={"HX-Request": "true"}).data == b""
    assert stranger.get(at).status_code == 404


def test_the_chapter_of_changes_and_its_index(session, ground, clerk):
    edge = {"edge": "seat_moved", "from_unit_id": ground.town.id, "to_unit_id": ground.town.id}
    session.add(Lineage(**edge, happened_on=dt.date(2023, 5, 4), document="普府〔2023〕1号"))
    session.flush()
    page = clerk.get(f"/divisions/gazetteer/changes{HERE}").text
    assert "普府〔2023〕1号" in page
    assert page.count("长征镇") >= 2
    assert "普府" not in clerk.get("/divisions/gazetteer/changes?year=2022").text


def test_the_book_is_printed_for_readers_and_for_nobody_else(ground, clerk, client, as_role):
    book = f"/exchange/papers/divisions/gazetteer/{ground.district.public_id}/draft.docx?at={AT}"
    made = clerk.get(book)
    assert made.status_code == 200
    assert made.data[:2] == b"PK"
    assert made.headers["Cache-Control"] == "no-store"
    assert client.get(book).status_code == 303
    assert as_role("officer").get(book).status_code == 403
    assert as_role("town_reviewer", ground.beside.id).get(book).status_code in (200, 404)
    public = f"/exchange/papers/divisions/gazetteer/{ground.district.public_id}.pdf"
    assert client.get(public).status_code == 404
    sheet = f"/exchange/papers/divisions/sheet/{ground.district.public_id}/draft.pdf"
    assert clerk.get(sheet).status_code == 404
