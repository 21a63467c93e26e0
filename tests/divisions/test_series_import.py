"""Lists into the base: kept whole, units derived, what stands there left alone, a second run without effect."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from portal.cli import main
from portal.divisions import queries
from portal.divisions.imports.series import Asked, Reading, read_lists, run_series
from portal.divisions.models import DivisionList, Lineage, ListRow, UnitCode, UnitVersion
from portal.divisions.permissions import IMPORT_UNITS
from portal.divisions.queries.lists import kept_list, kept_lists, open_gaps, published_list
from portal.divisions.queries.side_by_side import side_by_side
from portal.divisions.rules.series import PublishedList, Row, read_decisions
from portal.errors import BadInput, Forbidden, RuleBroken
from portal.kernel.access.actor import SYSTEM, Actor
from portal.kernel.audit import trail
from portal.kernel.db.session import transaction
from tests.factories.divisions import make_district, make_unit

TODAY = dt.date(2026, 11, 25)
TAKEN = read_decisions(None, accept_proposals=True)
TOWN = ("310107020", "宜川路街道")
ONE, TWO, FIRST, SECOND = ("宜川一村居委会", "宜川二村居委会", "宜川一村第一居委会", "宜川一村第二居委会")
OLD = {"310107020001": ONE, "310107020002": TWO}
NEW = {"310107020002": TWO, "310107020028": FIRST, "310107020029": SECOND}


def listed(year: int, rows: dict[str, str]) -> PublishedList:
    kept = tuple(Row(code, name, "居委会", *TOWN) for code, name in rows.items())
    return PublishedList("nbs", dt.date(year, 12, 31), "year", "310107", f"统计用区划代码 {year}", "测试", kept)


@pytest.fixture
def district(app, session):
    return make_district(session)


@pytest.fixture
def enter(session, district):
    def run(*lists: PublishedList, decisions=TAKEN, **how):
        return run_series(session, SYSTEM, Asked(lists, decisions, **how), TODAY)

    return run


def counted(session, table) -> int:
    return session.scalar(select(func.count()).select_from(table))


def named(session, code: str, at: dt.date) -> str | None:
    found = queries.unit_by_code(session, "nbs", code, at)
    return found and found.name


def test_units_begin_and_end_with_the_lists_that_have_them(session, enter):
    outcome = enter(listed(2020, OLD), listed(2021, NEW))
    assert outcome.counts == {"units": 5, "versions": 5, "codes": 5, "edges": 2, "gaps": 0, "superseded": 0}
    assert named(session, "310107020001", dt.date(2020, 12, 30)) is None
    assert named(session, "310107020001", dt.date(2021, 12, 30)) == ONE
    assert named(session, "310107020001", dt.date(2021, 12, 31)) is None
    assert named(session, "310107020028", dt.date(2021, 12, 31)) == FIRST
    assert queries.ancestry_differences(session) == []


def test_towns_lie_in_the_home_district_and_committees_in_towns(session, district, enter):
    enter(listed(2020, OLD))
    town = queries.unit_by_code(session, "nbs", TOWN[0], TODAY)
    assert (town.kind, town.level, town.parent_id) == ("street", 4, district.id)
    assert [unit.name for unit in queries.children(session, town.id, TODAY)] == [ONE, TWO]


def test_lineage_names_the_list_and_that_a_proposal_decided(session, enter):
    enter(listed(2020, OLD), listed(2021, NEW))
    rows = session.scalars(select(Lineage)).all()
    assert {(row.edge, row.happened_on, row.precision) for row in rows} == {
        ("split_into", dt.date(2021, 12, 31), "year")
    }
    assert {row.document for row in rows} == {"统计用区划代码 2021（按系统建议判定）"}
    sources = set(session.scalars(select(UnitVersion.source).where(UnitVersion.name == FIRST)))
    assert sources == {"统计用区划代码 2021（按系统建议判定）"}


def test_a_list_comes_out_as_it_went_in(session, enter):
    first = listed(2020, dict(reversed(OLD.items())))
    enter(first)
    kept = kept_list(session, first.key)
    assert published_list(session, kept) == first
    assert kept.sha256 == first.sha256


def test_a_second_run_changes_nothing(session, enter):
    lists = (listed(2020, OLD), listed(2021, NEW))
    enter(*lists)
    before = [counted(session, table) for table in (UnitVersion, UnitCode, Lineage, ListRow)]
    outcome = enter(*lists)
    assert (outcome.changes, outcome.lists_known) == (0, 2)
    assert [counted(session, table) for table in (UnitVersion, UnitCode, Lineage, ListRow)] == before
    assert len([row for row in trail.entries(session) if row.subject == "divisions.lists"]) == 1


def test_a_later_list_goes_on_from_those_that_are_kept(session, enter):
    enter(listed(2020, OLD))
    outcome = enter(listed(2021, NEW))
    assert outcome.counts["units"] == 2
    assert outcome.counts["superseded"] == 2  # The version and the code of the committee that ended.
    assert named(session, "310107020001", dt.date(2021, 6, 1)) == ONE
    assert named(session, "310107020001", dt.date(2022, 6, 1)) is None
    assert enter(listed(2020, OLD), listed(2021, NEW)).changes == 0


def test_open_questions_keep_everything_out(session, enter):
    outcome = enter(listed(2020, OLD), listed(2021, NEW), decisions=read_decisions(None))
    assert [one.question.code for one in outcome.open] == ["310107020028", "310107020029"]
    assert counted(session, DivisionList) == 0


def test_a_dry_run_counts_and_writes_nothing(session, enter):
    assert enter(listed(2020, OLD), dry_run=True).counts["units"] == 3
    assert counted(session, DivisionList) == 0


def test_another_list_of_the_same_day_is_refused(enter):
    enter(listed(2020, OLD))
    with pytest.raises(RuleBroken, match="nbs-2020-12-31-310107"):
        enter(listed(2020, NEW))


def test_units_on_record_are_recognised_by_code_and_stand(session, district, enter):
    town = make_unit(session, district, "宜川路街道", at=dt.date(2021, 6, 1), codes={"nbs": TOWN[0], "mca": TOWN[0]})
    outcome = enter(listed(2020, OLD), listed(2021, OLD))
    assert outcome.counts["units"] == 2
    assert not outcome.remarks
    spans = select(UnitVersion.valid_from, UnitVersion.valid_to).where(UnitVersion.unit_id == town.id)
    assert sorted(session.execute(spans).all()) == [
        (dt.date(2020, 12, 31), dt.date(2021, 6, 1)),
        (dt.date(2021, 6, 1), None),
    ]


def test_what_the_record_says_otherwise_stays_and_is_remarked(session, district, enter):
    make_unit(session, district, "宜川新街道", codes={"nbs": TOWN[0]})
    outcome = enter(listed(2020, OLD))
    assert "宜川新街道" in str(outcome.remarks[0])
    assert named(session, TOWN[0], TODAY) == "宜川新街道"


def test_a_district_that_is_on_record_too_late_is_remarked(app, session):
    make_district(session, at=dt.date(2021, 6, 1))
    outcome = run_series(session, SYSTEM, Asked([listed(2020, OLD)], TAKEN), TODAY)
    assert "310107 above is on record from 2021-06-01" in str(outcome.remarks[0])


def test_a_district_that_is_not_on_record_is_remarked(session):
    outcome = run_series(session, SYSTEM, Asked([listed(2020, OLD)], TAKEN), TODAY)
    assert "310107 above is not on record" in str(outcome.remarks[0])
    assert queries.unit_by_code(session, "nbs", TOWN[0], TODAY).parent_id is None


def test_a_row_that_takes_a_code_over_is_warned_about(enter):
    names = ("甲居委会", "乙居委会")
    lists = [listed(2020 + place, {"310107020001": name}) for place, name in enumerate(names)]
    entry = {"list": lists[1].key, "side": "arrived", "code": "310107020001", "edge": "set_up"}
    outcome = enter(*lists, decisions=read_decisions({"decisions": [entry]}, accept_proposals=True))
    assert "甲居委会" in str(outcome.warnings[0].warning)


def test_decisions_against_the_record_are_refused_with_the_unit(session, enter):
    lists = (listed(2020, {"310107020001": "甲居委会"}), listed(2021, {"310107020001": "乙居委会"}))
    enter(*lists)
    entry = {"list": lists[1].key, "side": "arrived", "code": "310107020001", "edge": "set_up"}
    with pytest.raises(RuleBroken, match="居委会"):
        enter(*lists, decisions=read_decisions({"decisions": [entry]}, accept_proposals=True))


def test_a_national_list_gives_the_home_district_its_parent(session, district, enter):
    rows = (Row("310000", "上海市"), Row("310100", "市辖区"), Row("310107", "普陀区"))
    national = PublishedList("mca", dt.date(1990, 12, 31), "month", "", "国标 199012", "测试", rows)
    enter(national, decisions=read_decisions({"skip": [{"names": ["市辖区"]}], "direct": ["3101"]}))
    home = queries.home(session, TODAY)
    assert [unit.name for unit in queries.ancestors(session, home.id, TODAY)] == ["上海市"]
    assert queries.unit(session, district.id, dt.date(1995, 1, 1)).name == "普陀区"
    assert [unit.name for unit in queries.public_units(session, TODAY)] == ["普陀区"]
    assert open_gaps(session) == []


def test_announced_units_are_public_from_the_day_of_their_list(session, enter):
    enter(listed(2020, OLD), announced=True)
    assert {unit.name for unit in queries.public_units(session, dt.date(2021, 1, 1))} >= {ONE, TWO}


def test_two_systems_stand_beside_each_other(session, district, enter):
    make_unit(session, district, "真如镇街道", codes={"mca": "310107021", "nbs": "310107022"})
    make_unit(session, district, "万里街道", codes={"mca": "310107022", "nbs": "310107021"})
    enter(listed(2020, OLD))
    rows = {row.code: row for row in side_by_side(session, TODAY, ("mca", "nbs"), "310107")}
    assert {system: said.name for system, said in rows["310107021"].said.items()} == {
        "mca": "真如镇街道",
        "nbs": "万里街道",
    }
    assert rows["310107021"].differs
    assert not rows["310107"].differs
    assert (rows[TOWN[0]].said["nbs"].listed, rows[TOWN[0]].said["nbs"].list_key) == (TOWN[1], "nbs-2020-12-31-310107")
    assert "mca" not in rows["310107020001"].said


def test_nobody_without_the_permission(session, district):
    clerk = Actor(1, "张三", scopes={})
    with pytest.raises(Forbidden):
        run_series(session, clerk, Asked([listed(2020, OLD)], TAKEN), TODAY)
    assert IMPORT_UNITS.key not in clerk.scopes


# --- files and the command


HEADINGS = "year,area_code,street_code,street,code12,name,type"
LINES = (
    "2020,310107,310107020,宜川路街道,310107020001,宜川一村居委会,居委会",
    "2020,320404,320404001,荷花池街道,320404001001,某某居委会,居委会",
    "2021,310107,310107020,宜川路街道,310107020028,宜川一村第一居委会,居委会",
    "2021,310107,310107020,宜川路街道,310107020029,宜川一村第二居委会,居委会",
)


@pytest.fixture
def file(tmp_path) -> Path:
    path = tmp_path / "committees.csv"
    path.write_text("\n".join([HEADINGS, *LINES]) + "\n", encoding="utf-8")
    return path


def test_a_table_of_years_is_read_within_a_district_in_any_encoding(file, tmp_path):
    other = tmp_path / "gb" / file.name
    other.parent.mkdir()
    other.write_bytes(file.read_text(encoding="utf-8").encode("gb18030"))
    for path in (file, other):
        first, second = read_lists("committees", [path], Reading("nbs", "310107"))
        assert (first.key, len(first.rows), first.precision) == ("nbs-2020-12-31-310107", 1, "year")
        assert [row.name for row in second.rows] == [FIRST, SECOND]


@pytest.mark.parametrize(
    ("layout", "name", "content"),
    [
        ("committees", "a.csv", "year,name\n2020,x\n"),
        ("committees", "a.csv", HEADINGS + "\n2020,310107,310107020,x,31010702,x,居委会\n"),
        ("committees", "a.csv", HEADINGS + "\n20x0,310107,310107020,x,310107020001,x,居委会\n"),
        ("committees", "a.csv", HEADINGS + "\n"),
        ("plain", "list.csv", "code,name\n310000,上海市\n"),
        ("gb2260", "revision_201904.py", "import os\nos.abort()\n"),
        ("gb2260", "revision_201913.py", "division_schema = {'310000': '上海市'}\n"),
        ("gb2260", "revision_201904.py", "division_schema = {"),
    ],
)
def test_what_is_no_list_is_refused(tmp_path, layout, name, content):
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BadInput):
        read_lists(layout, [path], Reading("nbs"))


def test_a_python_file_of_a_month_is_read_without_being_run(tmp_path):
    (tmp_path / "revision_201904.py").write_text(
        "raise SystemExit\ndivision_schema = {'310000': '上海市', '310107': '普陀区'}\n", encoding="utf-8"
    )
    (published,) = read_lists("gb2260", [tmp_path], Reading("mca"))
    assert (published.as_of, published.precision) == (dt.date(2019, 4, 30), "month")
    assert [row.name for row in published.rows] == ["上海市", "普陀区"]


@pytest.fixture
def portal(own_database, installed, monkeypatch):
    """Runs `portal divisions …` against a database of its own that has its home district."""
    monkeypatch.setenv("DATABASE_URL", own_database.urls.app.get_secret_value())
    monkeypatch.setenv("PORTAL_PUBLIC_DATABASE_URL", own_database.urls.public.get_secret_value())
    monkeypatch.setenv("PORTAL_DATA_DIR", str(installed.folder.root))
    monkeypatch.setenv("PORTAL_SECRET_KEY", "a key for tests")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    with transaction(own_database) as session:
        make_district(session)
    return lambda *arguments: CliRunner().invoke(main, ["divisions", *map(str, arguments)])


def test_questions_are_written_edited_and_answered(portal, own_database, file, tmp_path):
    questions = tmp_path / "questions.yaml"
    run = ("series", file, "--system", "nbs", "--within", "310107")
    refused = portal(*run, "--questions", questions)
    assert refused.exit_code == 1
    assert "2 questions are open" in refused.output
    assert "which ended, with a number behind it" in refused.output
    assert "split_into" in questions.read_text(encoding="utf-8")
    done = portal(*run, "--decisions", questions)
    assert done.exit_code == 0, done.output
    assert "Lists: 2 new" in done.output
    assert "0 new, 0 changed" in portal(*run, "--decisions", questions).output
    with transaction(own_database) as session:
        assert [one.rows for one in kept_lists(session)] == [1, 2]


def test_kept_lists_are_shown_and_read_again(portal, file, tmp_path):
    portal("series", file, "--system", "nbs", "--within", "310107", "--accept-proposals")
    listing = portal("lists").output
    assert "nbs-2020-12-31-310107\t1\t" in listing
    shown = portal("lists", "show", "nbs-2021-12-31-310107").output
    again = tmp_path / "nbs-2021-12-31.csv"
    again.write_text(shown, encoding="utf-8")
    (one,) = read_lists("plain", [again], Reading("nbs", "310107"))
    (_, other) = read_lists("committees", [file], Reading("nbs", "310107"))
    assert one.sha256 == other.sha256
    assert portal("lists", "show", "nbs-1999-12-31").exit_code == 1
    assert portal("lists", "gaps").exit_code == 0
