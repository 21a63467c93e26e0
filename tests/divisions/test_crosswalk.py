"""Crosswalks over real rows: the towns of Putuo in 2014 and 闸北 into 静安 in 2015, on the page, by command, for rooms.

Names and numbers of documents are real; **the shares and populations are round numbers invented for these tests**.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from decimal import Decimal
from fractions import Fraction

import openpyxl
import pytest

from portal.divisions.cli.crosswalk import as_data
from portal.divisions.exports.crosswalk import PAIRS, crosswalk_rows, outgoing
from portal.divisions.exports.crosswalk_files import write_table
from portal.divisions.rebasing import Way, between, rebase
from portal.divisions.rules.crosswalk import Why
from portal.errors import BadInput
from tests.factories.crosswalk import make_change, make_move, told_anew
from tests.factories.divisions import make_district, make_unit, square

BEFORE, DAY, AFTER = dt.date(2014, 1, 1), dt.date(2014, 11, 1), dt.date(2020, 1, 1)
MERGED = dt.date(2015, 11, 4)


@pytest.fixture
def putuo(session):
    """长征镇 gave 万里街道 30 % of its ground and 40 % of its people (invented), 真如镇 became a street."""
    district = make_district(session)
    zheng = make_unit(session, district, "长征镇", kind="town", codes={"mca": "310107102"})
    wanli = make_unit(session, district, "万里街道", at=DAY, codes={"mca": "310107021"})
    town = make_unit(session, district, "真如镇", kind="town", until=DAY, codes={"mca": "310107101"})
    street = make_unit(session, district, "真如镇街道", at=DAY, codes={"mca": "310107022"})
    tao = make_unit(session, district, "桃浦镇", kind="town", codes={"mca": "310107103"})
    change = make_change(session, district, "设立万里街道", DAY, "沪府〔2014〕90号")
    make_move(session, "split_off", zheng, wanli, DAY, area="0.3", people="0.4", change=change)
    make_move(session, "type_changed", town, street, DAY, document="沪府〔2014〕89号")
    make_move(session, "renamed", tao, tao, DAY)
    for unit, people in ((zheng, 100_000), (town, 80_000), (tao, 50_000)):
        told_anew(session, unit, population=people)
    return {
        "district": district, "zheng": zheng, "wanli": wanli, "town": town, "street": street, "tao": tao,
        "change": change,
    }  # fmt: skip


@pytest.fixture
def clerk(as_role, putuo):
    return as_role("division_clerk")


def address(**given):
    said = {"from": BEFORE, "to": AFTER, "by": "people", "level": 4, "lang": "en"} | given
    return "/divisions/crosswalk?" + "&".join(f"{name}={value}" for name, value in said.items())


def sent(**given):
    return {"from": str(BEFORE), "to": str(AFTER), "by": "people", "level": "4"} | given


def weights(found):
    return {(pair.source, pair.target): pair.weight for pair in found.crosswalk}


# --- the rows -----------------------------------------------------------------------------------------------------


def test_the_split_of_wanli_by_area_and_by_people_with_its_document(session, putuo):
    zheng, wanli, tao = putuo["zheng"].id, putuo["wanli"].id, putuo["tao"].id
    by_area = weights(between(session, Way(BEFORE, AFTER, "area")))
    assert by_area[zheng, wanli] == Fraction(3, 10)
    assert by_area[putuo["town"].id, putuo["street"].id] == 1
    assert by_area[tao, tao] == 1
    found = between(session, Way(BEFORE, AFTER, "people"))
    assert weights(found)[zheng, wanli] == Fraction(4, 10)
    pair = next(pair for pair in found.crosswalk if pair.target == wanli)
    document = found.documents_of(pair)[0]
    assert (document.number, document.change_id) == ("沪府〔2014〕90号", putuo["change"].public_id)
    assert found.amount(pair) == (None, 40_000)


def test_a_change_counts_from_its_first_day_on(session, putuo):
    eve = DAY - dt.timedelta(days=1)
    assert len(between(session, Way(BEFORE, eve)).crosswalk.pairs) == 3
    assert not between(session, Way(BEFORE, eve)).crosswalk.changed
    assert not between(session, Way(DAY, AFTER)).crosswalk.changed
    assert between(session, Way(eve, DAY)).crosswalk.changed == {putuo["zheng"].id, putuo["town"].id}


def test_back_in_time_wanli_came_from_changzheng(session, putuo):
    found = between(session, Way(AFTER, BEFORE, "area"))
    assert weights(found)[putuo["wanli"].id, putuo["zheng"].id] == 1
    assert str(found.notes[0]).startswith("The way goes back in time")


def test_zhabei_went_into_jingan_as_a_whole_and_back_by_people(session, putuo):
    zhabei = make_unit(session, None, "闸北区", level=3, until=MERGED, codes={"mca": "310108"})
    jingan = make_unit(session, None, "静安区", level=3, codes={"mca": "310106"})
    make_move(session, "merged_into", zhabei, jingan, MERGED, document="国函〔2015〕测试号")
    for unit, people in ((zhabei, 800_000), (jingan, 200_000)):  # Invented.
        told_anew(session, unit, population=people)
    done = rebase(session, {zhabei.id: 7, jingan.id: 5}, BEFORE, AFTER)
    assert [(row.unit, row.value) for row in done.rows] == [(jingan.id, 12)]
    assert [part.original for part in done.rows[0].parts] in ([7, 5], [5, 7])
    back = rebase(session, {jingan.id: 1000}, AFTER, BEFORE)
    assert {row.unit: row.value for row in back.rows} == {zhabei.id: 800, jingan.id: 200}


def test_a_series_shows_original_and_rebased_and_keeps_its_sum(session, putuo):
    series = {putuo["zheng"].id: 101, putuo["town"].id: Decimal("7.5"), putuo["tao"].id: 3}
    done = rebase(session, series, BEFORE, AFTER)
    values = {row.unit: row.value for row in done.rows}
    assert values[putuo["wanli"].id] == Decimal("40.4")
    assert sum(values.values()) == done.total == Decimal("111.5")
    assert {part.original for row in done.rows for part in row.parts} == {101, Decimal("7.5"), 3}
    assert {one.number for one in done.documents} == {"沪府〔2014〕90号", "沪府〔2014〕89号"}
    assert done.notes


def test_units_of_another_day_of_two_levels_and_values_that_are_none_are_refused(session, putuo):
    with pytest.raises(BadInput, match="万里街道"):
        rebase(session, {putuo["wanli"].id: 1}, BEFORE, AFTER)
    with pytest.raises(BadInput, match="one level"):
        rebase(session, {putuo["zheng"].id: 1, putuo["district"].id: 1}, BEFORE, AFTER)
    with pytest.raises(BadInput, match="桃浦镇"):
        rebase(session, {putuo["tao"].id: float("nan")}, BEFORE, AFTER)
    with pytest.raises(BadInput):
        rebase(session, {}, BEFORE, AFTER)


def test_without_shares_the_shapes_of_both_days_can_be_measured(session):
    district = make_district(session)
    old = make_unit(session, district, "旧镇", until=DAY, shape=square(size=0.02))
    east = make_unit(session, district, "东街道", at=DAY, shape=_strip(0.005, 0.015))
    west = make_unit(session, district, "西街道", at=DAY, shape=_strip(0.0, 0.005))
    make_move(session, "split_into", old, east, DAY)
    make_move(session, "split_into", old, west, DAY)
    told = between(session, Way(BEFORE, AFTER, "area"))
    assert set(weights(told).values()) == {None}
    assert {one.why for one in told.crosswalk.remainders[old.id].reasons} == {Why.SHARE_UNKNOWN}
    found = between(session, Way(BEFORE, AFTER, "area", method="shapes"))
    assert float(weights(found)[old.id, east.id]) == pytest.approx(0.75, abs=1e-6)
    assert sum(weights(found).values()) == 1
    assert any("measured from the shapes" in str(note) for note in found.notes)
    back = between(session, Way(AFTER, BEFORE, "area", method="shapes"))
    assert weights(back)[east.id, old.id] == 1


def test_ground_that_went_without_being_drawn_cannot_be_measured(session):
    district = make_district(session)
    one = make_unit(session, district, "甲镇", shape=_strip(0.0, 0.01))
    two = make_unit(session, district, "乙镇", shape=_strip(0.01, 0.01))
    make_move(session, "boundary_adjusted", one, two, DAY)
    found = between(session, Way(BEFORE, AFTER, "area", method="shapes"))
    assert weights(found)[one.id, two.id] is None
    assert {reason.why for reason in found.crosswalk.remainders[one.id].reasons} == {Why.SHAPE_SAME}


def _strip(west, width):
    import shapely

    return shapely.box(121.40 + west, 31.24, 121.40 + west + width, 31.26)


def test_a_superseded_edge_and_one_of_another_level_count_for_nothing(session, putuo):
    line = make_move(session, "boundary_adjusted", putuo["tao"], putuo["zheng"], DAY, area="0.5", people="0.5")
    line.superseded_at = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    session.flush()
    first = make_unit(session, putuo["tao"], "甲居委会", level=5)
    second = make_unit(session, putuo["zheng"], "乙居委会", level=5)
    make_move(session, "boundary_adjusted", first, second, DAY, area="0.5", people="0.5")
    assert weights(between(session, Way(BEFORE, AFTER)))[putuo["tao"].id, putuo["tao"].id] == 1


# --- files and the command ----------------------------------------------------------------------------------------


def test_the_table_as_a_workbook_and_a_csv_without_formulas(session, putuo, tmp_path):
    told_anew(session, putuo["wanli"], name="=1+1街道")
    found = between(session, Way(BEFORE, AFTER))
    for ending in ("xlsx", "csv"):
        made = outgoing(found, PAIRS, crosswalk_rows(found, "en", everything=False), "en")
        assert write_table(tmp_path / f"made.{ending}", made) == 3
    sheet = openpyxl.load_workbook(tmp_path / "made.xlsx").worksheets[0]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "b"}
    assert "'=1+1街道" in (tmp_path / "made.csv").read_text(encoding="utf-8-sig")
    with pytest.raises(BadInput):
        write_table(tmp_path / "made.pdf", made)


def test_the_command_gives_plain_data(session, putuo):
    said = json.loads(json.dumps(as_data(between(session, Way(BEFORE, AFTER)))))
    wanli = next(pair for pair in said["pairs"] if pair["to"]["name"] == "万里街道")
    assert wanli["weight"] == 0.4
    assert wanli["from"]["code"] == "310107102"
    assert wanli["documents"][0]["number"] == "沪府〔2014〕90号"


# --- the page -----------------------------------------------------------------------------------------------------


def test_the_page_shows_weights_documents_and_sums(clerk, putuo):
    page = clerk.get(address())
    assert page.status_code == 200
    assert "40 %" in page.text
    assert f"/divisions/changes/{putuo['change'].public_id}" in page.text
    assert "沪府〔2014〕89号" in page.text
    assert "Sum of 长征镇" in page.text
    assert "桃浦镇" not in page.text
    assert "桃浦镇" in clerk.get(address(all="y")).text


def test_the_page_without_days_with_wrong_ones_and_with_shapes_by_people(clerk):
    assert clerk.get("/divisions/crosswalk").status_code == 200
    assert clerk.get("/divisions/crosswalk?from=2014-01-01&to=soon").status_code == 422
    assert clerk.get(address(by="<b>")).status_code == 422
    assert clerk.get(address(method="shapes")).status_code == 422


def test_what_cannot_be_told_stands_at_the_top_with_the_other_method(clerk, session, putuo):
    make_move(session, "boundary_adjusted", putuo["tao"], putuo["zheng"], DAY)
    page = clerk.get(address(by="area")).text
    assert page.index("Not everything can be told") < page.index("<caption")
    assert "It is not recorded what share of 桃浦镇 went where." in page
    assert "not determinable" in page
    assert "method=shapes" in page


def test_a_pasted_series_comes_back_beside_the_original(clerk, putuo):
    page = clerk.send(
        "/divisions/crosswalk?lang=en", data=sent(series="名称,人数\n长征镇,101\n310107101\t7".replace("\t", ","))
    )
    assert page.status_code == 200
    assert "长征镇 101 × 40 % = 40" in page.text
    assert "Sum of the original values: 108." in page.text


def test_a_series_goes_out_as_a_file_and_formulas_are_harmless(clerk, session, putuo):
    told_anew(session, putuo["tao"], name="=HYPERLINK(1)")
    given = sent(series='310107103,"1,200"\n310107102,5.5', **{"as": "csv"})
    answer = clerk.send("/divisions/crosswalk?lang=en", data=given)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert {row["Division on the second day"] for row in rows} == {"'=HYPERLINK(1)", "长征镇", "万里街道"}
    assert {row["Original value"] for row in rows} == {"1200", "5.5"}
    book = openpyxl.load_workbook(io.BytesIO(clerk.send("/divisions/crosswalk", data=given | {"as": "xlsx"}).data))
    assert "f" not in {cell.data_type for row in book.worksheets[0].iter_rows() for cell in row}


def test_a_file_in_gb18030_is_read(clerk, putuo):
    content = io.BytesIO("长征镇,101".encode("gb18030"))
    page = clerk.send("/divisions/crosswalk?lang=en", data=sent(file=(content, "a.csv")))
    assert "长征镇 101 × 40 % = 40" in page.text


@pytest.mark.parametrize(
    ("series", "said"),
    [
        ("", "Paste a series or choose a CSV file"),
        ("<script>alert(1)</script>,5\n万里街道,3", "no division of the first day is called"),
        ("长征镇,5\n长征镇,6", "has a value already"),
        ("长征镇,=1+1", "is not a number"),
        ("长征镇", "needs a division and a value"),
        ('长征镇,"5', "cannot be read as CSV"),
    ],
)
def test_lines_that_cannot_be_taken_are_told_by_their_number(clerk, series, said):
    page = clerk.send("/divisions/crosswalk?lang=en", data=sent(series=series))
    assert page.status_code == 422
    assert "<script>alert" not in page.text
    assert said in page.text


def test_only_those_who_read_changes_come_in_and_see_their_own_divisions(client, as_role, session, putuo):
    assert client.get(address()).status_code in (302, 303, 401)
    assert as_role("officer").get(address()).status_code == 403
    page = as_role("division_clerk", unit=putuo["town"].id).get(address()).text
    assert "真如镇街道" in page  # What became of their town.
    assert "万里街道" not in page
    far = make_unit(session, None, "外区", level=3)
    make_unit(session, far, "外镇")
    assert "外镇" not in as_role("division_clerk").get(address(all="y")).text


def test_the_crosswalk_is_exported_from_its_page(clerk):
    assert "/export/divisions/crosswalk.xlsx" in clerk.get(address()).text
    answer = clerk.get("/exchange/export/divisions/crosswalk.csv?" + address().partition("?")[2])
    assert answer.status_code == 200
    assert "万里街道" in answer.data.decode("utf-8-sig")
    assert clerk.get("/exchange/export/divisions/crosswalk.csv?from=x").status_code == 422
