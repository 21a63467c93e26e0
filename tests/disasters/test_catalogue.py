"""The catalogue loads, is what stands in the files, and knows its versions."""

import datetime as dt
import shutil

import pytest
import yaml

from portal.disasters.catalogue import FOLDER, in_force, indicators_of
from portal.disasters.rules.consistency import CHECKS
from portal.errors import Misconfigured, RuleBroken

DAY = dt.date(2026, 7, 1)
FILES = ("report_indicators", "report_rules", "disaster_types", "report_deadlines")


def in_file(name):
    return yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))


@pytest.fixture
def folder(tmp_path):
    for name in FILES:
        shutil.copy(FOLDER / f"{name}.yaml", tmp_path)
    return tmp_path


def rewrite(folder, name, change, as_name=None):
    row = yaml.safe_load((folder / f"{name}.yaml").read_text(encoding="utf-8"))
    change(row)
    (folder / f"{as_name or name}.yaml").write_text(yaml.safe_dump(row, allow_unicode=True), encoding="utf-8")


def test_every_indicator_of_the_file_is_there_in_its_order():
    rows = in_file("report_indicators")["indicators"]
    known = in_force(DAY).indicators.indicators
    assert list(known) == [row["key"] for row in rows]
    assert [key for key, each in known.items() if each.first_report] == [r["key"] for r in rows if r["first_report"]]
    assert known["loss_total"].unit == {"zh": "万元", "en": "10,000 yuan"}


def test_every_rule_of_the_file_has_a_function_and_every_function_a_rule():
    assert {row["key"] for row in in_file("report_rules")["rules"]} == set(CHECKS)


def test_a_name_carries_its_measure_where_there_are_two():
    indicators = in_force(DAY).indicators
    assert indicators.name("relocated", "realtime")["zh"] == "紧急转移安置人口（实时）"
    assert indicators.name("affected")["zh"] == "受灾人口"
    assert indicators.name("gone")["zh"] == "gone"


def test_a_first_report_asks_only_what_fits_the_type(folder):
    def for_drought_only(row):
        row["indicators"][1] |= {"applies_to": ["drought"]}

    rewrite(folder, "report_indicators", for_drought_only)
    indicators = in_force(DAY, folder).indicators
    asked = {kind: [each.key for each in indicators.first_report(kind)] for kind in ("flood", "drought", None)}
    assert "affected" not in asked["flood"]
    assert "affected" in asked["drought"]
    assert "affected" in asked[None]


def test_before_the_first_version_there_is_no_form():
    with pytest.raises(RuleBroken):
        in_force(dt.date(2019, 1, 1))


def test_a_later_version_takes_over_on_its_day_and_the_old_one_stays_readable(folder):
    def next_version(row):
        row |= {"version": 2, "valid_from": dt.date(2027, 1, 1)}
        row["indicators"] = row["indicators"][:3]

    rewrite(folder, "report_indicators", next_version, "report_indicators_2")
    assert in_force(dt.date(2026, 12, 31), folder).indicators.version == 1
    assert in_force(dt.date(2027, 1, 1), folder).indicators.version == 2
    assert len(indicators_of(1, folder).indicators) > len(indicators_of(2, folder).indicators)
    assert indicators_of(9, folder).version == 2


def test_a_rule_ends_on_its_day(folder):
    rewrite(folder, "report_rules", lambda row: row["rules"][0].update(valid_to=dt.date(2026, 7, 1)))
    assert len(in_force(dt.date(2026, 6, 30), folder).rules.rules) == 6
    assert len(in_force(dt.date(2026, 7, 1), folder).rules.rules) == 5


@pytest.mark.parametrize("broken", ["", "- a list", "version: 1\nvalid_from: 2020-01-01", "a: [unclosed"])
def test_a_broken_file_is_named(folder, broken):
    (folder / "disaster_types.yaml").write_text(broken, encoding="utf-8")
    with pytest.raises(Misconfigured, match="disaster_types"):
        in_force(DAY, folder)


def test_a_missing_file_is_named(folder):
    (folder / "report_rules.yaml").unlink()
    with pytest.raises(Misconfigured, match=r"report_rules\.yaml"):
        in_force(DAY, folder)


def test_the_first_report_is_due_two_hours_after_the_disaster():
    deadline = in_force(DAY).deadline("initial")
    assert (deadline.minutes, deadline.counted_from) == (120, "occurred_at")
    assert deadline.source
    assert in_force(DAY).deadline("final") is None


def test_types_know_their_subtypes():
    types = in_force(DAY).types
    assert types.knows("flood", "urban_waterlogging")
    assert types.knows("flood", None)
    assert not types.knows("flood", "hail")
    assert not types.knows("war", None)
    assert types.name("flood", "urban_waterlogging")["zh"] == "城镇内涝"
    assert types.name("flood", "gone")["zh"] == "洪涝灾害"
