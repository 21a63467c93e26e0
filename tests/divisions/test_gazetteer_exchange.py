"""Values of the gazetteer out as a workbook and in again, changed or not."""

from __future__ import annotations

import io

import openpyxl
import pytest

from portal.divisions.catalogue.gazetteer import entered_fields
from portal.divisions.exchange.gazetteer.columns import VALUES
from portal.divisions.exchange.gazetteer.imports import GAZETTEER
from portal.divisions.permissions import READ_GAZETTEER
from portal.divisions.queries import gazetteer as queries
from portal.errors import RuleBroken
from portal.exchange.running import Asked
from portal.kernel.access.actor import SYSTEM
from portal.kernel.contracts.fields import Kind
from tests.exchange.imports import Runner
from tests.factories.gazetteer import AT, TODAY, YEAR, clerk, make_book_ground, save
from tests.factories.staging import codes, entered, planned, staged

KINDS = {"text": Kind.TEXT, "code": Kind.CODE, "integer": Kind.INTEGER, "number": Kind.NUMBER}


@pytest.fixture
def ground(app, session):
    return make_book_ground(session)


def row(session, unit):
    return queries.gazetteer_row(session, SYSTEM, READ_GAZETTEER, [unit.id], AT, YEAR)[0]


def given(*rows, **options):
    return staged(GAZETTEER, rows, options={"year": YEAR, "at": AT} | options, today=TODAY)


def test_the_columns_of_files_are_those_of_the_catalogue():
    known = entered_fields()
    assert [one.key for one in VALUES] == list(known)
    for one in VALUES:
        assert (one.kind, one.most) == (KINDS[known[one.key].type], known[one.key].most), one.key
        assert set(known[one.key].names) <= set(one.names), one.key


def test_rows_by_code_name_and_identifier_become_cells(session, ground):
    rows = given(
        {"unit_code": "310107102", "resident_population": 1200},
        {"unit": "桃浦镇", "dialling_code": "021"},
        {"id": str(ground.committee.public_id), "migrant_population": 5},
    )
    manifest = entered(session, clerk(ground.district), GAZETTEER, rows)
    assert len(manifest["added"]) == 3
    assert row(session, ground.town).cells["resident_population"].source == "名单.xlsx"
    assert row(session, ground.committee).cells["migrant_population"].value == "5"
    GAZETTEER.undo(session, clerk(ground.district), manifest)
    assert row(session, ground.town).cells == {}
    with pytest.raises(RuleBroken):
        GAZETTEER.undo(session, clerk(ground.district), manifest)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"id": "00000000-0000-0000-0000-000000000001"}, "gazetteer.unknown_unit"),
        ({"id": "x"}, "gazetteer.unknown_unit"),
        ({"resident_population": 1}, "unit.missing"),
        ({"unit": "没有镇"}, "unit.unknown"),
        ({"unit": "海棠苑居委会", "residents_committees": 3}, "gazetteer.not_asked"),
        ({"unit": "长征镇", "dialling_code": "21"}, "gazetteer.invalid"),
        ({"unit": "长征镇", "pinyin": "<b>"}, "gazetteer.invalid"),
    ],
)
def test_rows_that_are_refused_carry_their_code(session, ground, said, code):
    (one,) = planned(session, clerk(ground.district), GAZETTEER, given(said))
    assert codes(one) == [code]


def test_a_unit_twice_and_one_of_somebody_else_are_refused(session, ground):
    rows = given({"unit": "长征镇", "area": 1}, {"unit_code": "310107102", "area": 2})
    assert codes(planned(session, clerk(ground.district), GAZETTEER, rows)[1]) == ["gazetteer.twice"]
    (one,) = planned(session, clerk(ground.beside), GAZETTEER, given({"id": str(ground.town.public_id), "area": 1}))
    assert codes(one) == ["gazetteer.unknown_unit"]


def test_what_changed_since_the_preview_is_not_written_over(session, ground):
    rows = given({"unit": "长征镇", "resident_population": 1200})
    planned(session, SYSTEM, GAZETTEER, rows)
    save(session, ground.town, "resident_population", "1200")
    with pytest.raises(RuleBroken):
        GAZETTEER.enter(session, SYSTEM, rows.for_entering())


def test_an_export_goes_in_again_as_unchanged_and_an_edited_one_as_what_it_says(
    session, settings, ground, as_role, tmp_path
):
    save(session, ground.town, "resident_population", "1200")
    save(session, ground.town, "area", "11.25")
    save(session, ground.town, "dialling_code", "021", year=2020)
    made = as_role("division_clerk").get(f"/exchange/export/divisions/gazetteer.xlsx?year={YEAR}&at={AT}&lang=zh")
    assert made.status_code == 200
    path = tmp_path / "简册.xlsx"
    path.write_bytes(made.data)
    runner = Runner(session, settings, "divisions:gazetteer")
    asked = Asked(options={"year": str(YEAR), "at": AT.isoformat()})
    counts = runner.preview(path, asked).counts
    assert (counts["unchanged"], counts["refused"]) == (4, 0), counts
    book = openpyxl.load_workbook(io.BytesIO(made.data))
    sheet = book.worksheets[0]
    headings = {cell.value: cell.column for cell in sheet[1]}
    line = next(one for one in range(2, sheet.max_row + 1) if sheet.cell(one, 1).value == "长征镇")
    assert sheet.cell(line, headings["常住人口"]).value == 1200
    sheet.cell(line, headings["常住人口"]).value = 1300
    book.save(path)
    found = runner.preview(path, asked)
    assert (found.counts["changed"], found.counts["unchanged"]) == (1, 3), found.counts
    runner.go_in(found)
    assert row(session, ground.town).cells["resident_population"].value == "1300"


def test_the_table_in_scope_goes_out_and_nobody_else_gets_it(session, ground, as_role, client):
    address = f"/exchange/export/divisions/gazetteer.csv?year={YEAR}&at={AT}"
    own = as_role("town_reviewer", ground.beside.id).get(address).data.decode("utf-8-sig")
    assert "桃浦镇" in own
    assert "长征镇" not in own
    assert client.get(address).status_code in (303, 401, 403)
    assert as_role("officer").get(address).status_code == 403
