"""What is derived from lists, what is asked, and what a decision file does: without a base."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.divisions.rules.series import Decisions, PublishedList, Row, Series, as_decision, derive, read_decisions
from portal.divisions.rules.series.names import is_part_of, likeness, stem
from portal.errors import BadInput

COUNTY = {"310000": "上海市", "310107": "普陀区"}
TOWN = ("310107020", "宜川路街道")
TAKEN = read_decisions(None, accept_proposals=True)


def listed(year: int, rows: dict[str, str], scope: str = "") -> PublishedList:
    return PublishedList(
        "mca", dt.date(year, 12, 31), "year", scope, f"表 {year}", "测试", tuple(Row(*row) for row in rows.items())
    )


def committees(year: int, rows: dict[str, str]) -> PublishedList:
    kept = tuple(Row(code, name, "居委会", *TOWN) for code, name in rows.items())
    return PublishedList("nbs", dt.date(year, 12, 31), "year", "310107", f"表 {year}", "测试", kept)


def county(*changes: dict[str, str | None]) -> list[PublishedList]:
    """Lists of one province, year by year: each what the one before was, with changes."""
    rows, lists = {"340000": "安徽省", "340100": "合肥市"}, []
    for year, change in enumerate(changes, start=1981):
        rows = {code: name for code, name in (rows | change).items() if name is not None}
        lists.append(listed(year, rows))
    return lists


def asked(series: Series) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(one.question.code, one.answer.edge, one.answer.others) for one in series.settled]


def edges(series: Series) -> list[str]:
    return sorted(edge.edge for edge in series.edges)


def test_the_same_code_and_name_ask_nothing():
    series = derive(county({"340122": "肥东县"}, {}), Decisions())
    assert asked(series) == []
    assert len(series.lives) == 3


def test_another_spelling_is_the_same_unit():
    series = derive(
        [committees(2016, {"310107020001": "富平居民委员会"}), committees(2017, {"310107020001": "富平居委会"})], TAKEN
    )
    assert asked(series) == []
    assert len(series.lives) == 2  # The committee and its town.


def test_a_new_name_under_the_old_code_is_proposed_as_a_rename():
    series = derive(county({"340111": "郊区"}, {"340111": "包河区"}), TAKEN)
    assert asked(series) == [("340111", "renamed", ("340111",))]
    assert edges(series) == ["renamed"]


def test_two_that_swap_their_codes_are_followed_by_name_and_warned_about():
    swapped = county({"340122": "肥西县", "340123": "肥东县"}, {"340122": "肥东县", "340123": "肥西县"})
    series = derive(swapped, TAKEN)
    assert asked(series) == [("340122", "recoded", ("340123",)), ("340123", "recoded", ("340122",))]
    assert all("肥" in str(one.question.warning) for one in series.settled)
    assert edges(series) == ["recoded", "recoded"]


def test_a_county_that_becomes_a_city_is_a_new_unit_in_its_place():
    series = derive(county({"340121": "长丰县"}, {"340121": None, "340181": "长丰市"}), TAKEN)
    assert asked(series) == [("340181", "type_changed", ("340121",))]
    assert len(series.lives) == 4
    assert [edge.before is edge.after for edge in series.edges] == [False]


def test_a_numbered_name_is_part_of_one_that_ended_or_goes_on():
    before = {"310107020001": "宜川一村居委会", "310107020006": "梅岭北路居委会"}
    after = {
        "310107020006": "梅岭北路居委会",
        "310107020028": "宜川一村第一居委会",
        "310107020029": "宜川一村第二居委会",
        "310107020037": "梅岭北路第二居委会",
    }
    series = derive([committees(2020, before), committees(2021, after)], TAKEN)
    assert asked(series) == [
        ("310107020028", "split_into", ("310107020001",)),
        ("310107020029", "split_into", ("310107020001",)),
        ("310107020037", "split_off", ("310107020006",)),
    ]
    assert edges(series) == ["split_into", "split_into", "split_off"]


def test_a_new_code_in_the_same_town_is_proposed_by_name():
    lists = [committees(2019, {"310107020027": "真建花苑居委会"}), committees(2020, {"310107020401": "真建花苑居委会"})]
    series = derive(lists, Decisions())
    (question,) = [one.question for one in series.open]
    assert question.proposal.sure > 0.9
    assert str(question.proposal.reason).startswith("The same name and kind below the same unit")
    assert as_decision(question, "r")["edge"] == "recoded"


def test_what_is_gone_is_asked_about_too():
    series = derive(county({"340122": "肥东县"}, {"340122": None}), Decisions())
    assert [(one.question.side, one.answer.edge) for one in series.open] == [("left", "abolished")]


def test_a_unit_that_one_list_left_out_returns():
    series = derive(county({"340122": "肥东县"}, {"340122": None}, {"340122": "肥东县"}), TAKEN)
    assert asked(series)[-1] == ("340122", "returned", ())
    assert len(series.lives) == 3


def test_a_decision_counts_before_a_rule_and_a_rule_before_the_proposal():
    lists = county({"340111": "郊区", "340122": "肥东县"}, {"340111": "包河区", "340122": None})
    decided = read_decisions(
        {
            "version": 1,
            "rules": [
                {"side": "arrived", "edges": ["renamed"], "least": 0.5},
                {"side": "left", "edges": ["merged_into", "abolished"], "answer": "abolished"},
            ],
            "decisions": [{"list": lists[1].key, "side": "arrived", "code": "340111", "edge": "set_up"}],
        }
    )
    series = derive(lists, decided)
    assert [one.decided for one in series.settled] == ["decision", "rule", "rule"]
    assert ("340111", "set_up", ()) in asked(series)
    assert not series.open


def test_rows_that_sum_up_are_skipped_and_misprints_read_right():
    said = {
        "skip": [{"names": ["市辖区"]}],
        "read_as": [{"list": "mca-1982-12-31", "code": "339007", "as": "340000"}],
    }
    lists = county({"340101": "市辖区"}, {"340000": None, "339007": "安徽省"})
    series = derive(lists, read_decisions(said))
    assert asked(series) == []
    assert len(series.lives) == 2


def test_a_list_of_another_maker_is_not_taken_where_its_neighbours_agree():
    lists = county({"340122": "肥东县"}, {"340122": None, "340999": "开发区"}, {"340122": "肥东县", "340999": None})
    series = derive(lists, read_decisions({"echo": [lists[1].key]}))
    assert asked(series) == []
    assert len(series.lives) == 3


def test_a_missing_parent_is_a_gap_and_the_nearest_above_is_taken():
    rows = {"340000": "安徽省", "349001": "巢湖市", "341221": "临泉县"}
    series = derive([listed(1990, rows)], read_decisions({"direct": ["??90"]}))
    assert [(gap.code, gap.wanted, gap.used, gap.direct) for gap in series.gaps] == [
        ("349001", "349000", "340000", True),
        ("341221", "341200", "340000", False),
    ]


def test_a_unit_that_comes_below_another_one_is_resubordinated():
    first = {"340000": "安徽省", "340100": "合肥市", "340200": "芜湖市", "340122": "无为县"}
    lists = [
        listed(1982, first),
        listed(1983, {**{c: n for c, n in first.items() if c != "340122"}, "340225": "无为县"}),
    ]
    assert edges(derive(lists, TAKEN)) == ["recoded", "resubordinated"]


def test_towns_are_derived_from_what_committees_say():
    series = derive([committees(2016, {"310107020001": "宜川一村居委会"})], Decisions())
    town = series.lives[0].said[0][0]
    assert (town.code, town.name, town.kind, town.level) == ("310107020", "宜川路街道", "street", 4)
    assert series.lives[1].said[0][1] is series.lives[0]


@pytest.mark.parametrize(
    "entry",
    [
        {"list": "mca-1982-12-31", "side": "arrived", "code": "340111", "edge": "renamed", "others": ["999999"]},
        {"list": "mca-1982-12-31", "side": "arrived", "code": "340111", "edge": "renamed", "others": ["340100"]},
    ],
    ids=["a unit that is not there", "two heirs"],
)
def test_a_decision_that_cannot_be_carried_out_is_refused_with_the_row(entry):
    lists = county({"340111": "郊区"}, {"340111": "包河区"})
    with pytest.raises(BadInput, match="包河区"):
        derive(lists, read_decisions({"decisions": [entry]}, accept_proposals=True))


@pytest.mark.parametrize(
    "said",
    [
        ["a list"],
        {"decision": []},
        {"decisions": "all"},
        {"decisions": [{"code": "340111", "edge": "renamed"}]},
        {"decisions": [{"list": "x", "code": "340111", "edge": "renamed"}]},
        {"decisions": [{"list": "x", "side": "left", "code": "340111", "edge": "set_up"}]},
        {"rules": [{"side": "arrived", "edges": ["merged_into"]}]},
        {"rules": [{"side": "left", "edges": ["merged_into"], "answer": "merged_into"}]},
    ],
)
def test_a_decision_file_that_cannot_be_used_is_refused(said):
    with pytest.raises(BadInput):
        read_decisions(said)


def test_two_lists_of_one_day_and_a_code_twice_are_refused():
    with pytest.raises(BadInput, match="two lists"):
        derive([listed(1990, COUNTY), listed(1990, COUNTY)], TAKEN)
    twice = PublishedList(
        "mca", dt.date(1990, 1, 1), "day", "", "表", "测试", (Row("310107", "甲区"), Row("310107", "乙区"))
    )
    with pytest.raises(BadInput, match="310107"):
        derive([twice], TAKEN)


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("三河县", "三河"),
        ("来凤土家族自治县", "来凤"),
        ("双江拉祜族佤族布朗族傣族自治县", "双江"),
        ("宜川一村居委会", "宜川一村"),
        ("真建花苑居委会（筹）", "真建花苑"),
        ("衢县", "衢县"),
    ],
)
def test_stems(name, short):
    assert stem(name) == short


def test_likeness_and_parts():
    assert likeness("郊区", "包河区") < 0.3 < likeness("江洲区", "江州区")
    assert is_part_of("杨家桥第二社区居委会", "杨家桥居委会")
    assert not is_part_of("杨家桥居委会", "杨家桥居委会")


def test_the_hash_is_of_the_rows_in_their_order():
    one, other = listed(1990, COUNTY), listed(1990, dict(reversed(COUNTY.items())))
    assert one.sha256 != other.sha256
    assert one.sha256 == listed(1991, COUNTY).sha256


NAMES = st.sampled_from(["甲县", "乙县", "丙县", "甲市", "丁区", "郊区", "甲县第一"])
CODES = st.sampled_from([f"3401{n:02d}" for n in range(1, 7)] + ["340200", "340221"])
LISTS = st.lists(st.dictionaries(CODES, NAMES, max_size=8), min_size=1, max_size=5)


@given(LISTS)
def test_whatever_lists_say_each_is_told_again_and_no_code_is_shared(contents):
    lists = [listed(1980 + place, {"340000": "安徽省", **rows}) for place, rows in enumerate(contents)]
    series = derive(lists, TAKEN)
    for place, published in enumerate(lists):
        told = [life.said[place][0] for life in series.lives if place in life.said]
        assert sorted((row.code, row.name) for row in told) == sorted((row.code, row.name) for row in published.rows)
        heirs = [one for one in series.edges if one.place == place and one.edge == "type_changed"]
        assert len({edge.before for edge in heirs}) == len(heirs)
