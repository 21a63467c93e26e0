"""The catalogues in gis_data load, name their source, agree with each other and speak both languages."""

import datetime
import itertools
import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2] / "gis_data"
FILES = sorted([*(ROOT / "catalogue").glob("*.yaml"), *(ROOT / "demo").glob("*.yaml")])
CHINESE = re.compile(r"[\u4e00-\u9fff]")
MARKS = {"certain", "from_memory", "uncertain", "project"}


def load(path):
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


def rows_in(node):
    """Every mapping anywhere below a node."""
    if isinstance(node, dict):
        yield node
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for child in children:
        yield from rows_in(child)


def keys_of(rows):
    return [row["key"] for row in rows]


CATALOGUE = load("catalogue/report_indicators.yaml")
INDICATORS = {row["key"]: row for row in CATALOGUE["indicators"]}
RULES = {row["key"]: row for row in load("catalogue/report_rules.yaml")["rules"]}
TYPES = load("catalogue/disaster_types.yaml")["types"]
HAZARDS = load("catalogue/hazard_types.yaml")
LEVELS = load("catalogue/risk_levels.yaml")["levels"]
KINDS = load("catalogue/division_kinds.yaml")
STORM = load("demo/typhoon.yaml")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_file_names_source_certainty_and_date(path):
    head = path.read_text(encoding="utf-8").split("version:")[0]
    assert all(word in head for word in ("# Source:", "# How sure:", "# Date:"))
    data = load(path)
    assert data["version"] >= 1
    assert data["source"]
    assert isinstance(data["valid_from"], datetime.date)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_texts_stand_in_both_languages(path):
    for row in rows_in(load(path)):
        for key in [key for key in row if key == "zh" or key.endswith("_zh")]:
            english = "en" if key == "zh" else key.removesuffix("_zh") + "_en"
            assert CHINESE.search(row[key]), row
            if english in row:
                assert row[english].strip(), row
                assert not CHINESE.search(row[english]), row


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_marks_are_known_and_official_codes_empty(path):
    for row in rows_in(load(path)):
        assert row.get("mark", "certain") in MARKS
        assert row.get("official_code") is None
        assert row.get("gbt28921_code") is None


@pytest.mark.parametrize(
    "rows",
    [
        CATALOGUE["indicators"],
        CATALOGUE["units"],
        CATALOGUE["groups"],
        CATALOGUE["measures"],
        load("catalogue/report_rules.yaml")["rules"],
        TYPES + [child for row in TYPES for child in row["subtypes"]],
        HAZARDS["types"],
        HAZARDS["families"],
        LEVELS,
        KINDS["levels"],
        KINDS["kinds"],
        load("catalogue/code_systems.yaml")["systems"],
    ],
)
def test_keys_are_unique_snake_case_and_named_twice(rows):
    assert len(set(keys_of(rows))) == len(rows)
    for row in rows:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", row["key"])
        assert row["zh"]
        assert row["en"]


def test_indicators_refer_to_what_exists():
    units, groups = keys_of(CATALOGUE["units"]), keys_of(CATALOGUE["groups"])
    for row in INDICATORS.values():
        assert row["unit"] in units
        assert row["group"] in groups
        assert row["part_of"] is None or INDICATORS[row["part_of"]]["unit"] == row["unit"]
        assert set(row["applies_to"] or ()) <= set(keys_of(TYPES))
        assert row["decimals"] == (0 if row["integer"] else 2)


def test_first_report_lets_the_rules_bite():
    asked = {key for key, row in INDICATORS.items() if row["first_report"]}
    paired = {"relocated", "relocated_central", "relocated_dispersed", "central_sites"}
    assert 12 <= len(asked) <= 16
    assert paired <= asked
    assert all(INDICATORS[key]["has_realtime"] for key in paired)
    assert {"affected", "dead", "missing", "injured", "severely_injured"} <= asked


def named_indicators(parameters):
    """Indicator keys that a rule's parameters name."""
    for name, value in parameters.items():
        if name == "pairs":
            yield from (key for pair in value for key in pair.values())
        elif name != "measures" and value != "all":
            yield from value if isinstance(value, list) else [value]


@pytest.mark.parametrize("key", RULES)
def test_rule_names_existing_indicators_and_says_what_to_do(key):
    rule = RULES[key]
    assert set(named_indicators(rule["parameters"])) <= set(INDICATORS)
    assert set(rule["parameters"].get("measures", [])) <= set(keys_of(CATALOGUE["measures"]))
    assert set(rule["blank_as_zero"]) <= set(rule["parameters"])
    assert rule["severity"] in {"error", "warning"}
    assert rule["source"]
    assert isinstance(rule["valid_from"], datetime.date)
    assert rule["valid_to"] is None
    for text in (rule["text_zh"], rule["text_en"]):
        assert set(re.findall(r"{(\w+)}", text)) == set(rule["placeholders"])


def test_rules_cover_every_part_and_every_pair():
    assert [rule["number"] for rule in RULES.values()] == [1, 2, 3, 4, 5, 6]
    pairs = {pair["part"]: pair["whole"] for pair in RULES["part_within_whole"]["parameters"]["pairs"]}
    summed = RULES["relocated_is_sum"]["parameters"]
    pairs |= dict.fromkeys(summed["parts"], summed["whole"])
    assert pairs == {key: row["part_of"] for key, row in INDICATORS.items() if row["part_of"]}
    compared = set(RULES["realtime_within_cumulative"]["parameters"]["indicators"])
    assert compared == {key for key, row in INDICATORS.items() if row["has_realtime"]}


def test_hazard_types_are_complete():
    for row in HAZARDS["types"]:
        assert row["family"] in keys_of(HAZARDS["families"])
        assert row["geometry"]
        assert set(row["geometry"]) <= {"point", "line", "area"}
        assert row["advice_zh"].endswith("。")
        assert row["advice_en"].endswith(".")


def test_risk_levels_part_the_scores():
    assert keys_of(LEVELS) == ["red", "orange", "yellow", "blue"]
    scores = [score for row in LEVELS for score in range(row["score_max"], row["score_min"] - 1, -1)]
    assert scores == list(range(25, 0, -1))


def test_code_ranges_do_not_overlap():
    ranges = [item for row in KINDS["kinds"] for item in row["code_ranges"]]
    for digits in ("7-9", "10-12"):
        spans = sorted((item["first"], item["last"]) for item in ranges if item["digits"] == digits)
        assert spans
        assert all(first <= last for first, last in spans)
        assert all(one[1] < other[0] for one, other in itertools.pairwise(spans))


def test_demo_hazards_use_the_catalogues():
    rows = load("demo/hazards.yaml")["hazards"]
    assert {row["level"] for row in rows} == set(keys_of(LEVELS))
    types = {row["key"]: row for row in HAZARDS["types"]}
    drawn_as = {"Point": "point", "LineString": "line", "Polygon": "area"}
    for row in rows:
        assert drawn_as[row["geometry"]["type"]] in types[row["type"]]["geometry"]
        assert row["source"] == "演示数据，非真实隐患"
        assert row["season"]
        assert row["name_en"]


def measured(values, measure):
    """The values of one measure: pairs give theirs, single values count for both."""
    return {key: value[measure] if isinstance(value, dict) else value for key, value in values.items()}


@pytest.mark.parametrize("report", STORM["reports"], ids=lambda report: report["state"])
def test_demo_reports_keep_rules_1_to_6(report):
    values = report["values"]
    assert set(values) == {key for key, row in INDICATORS.items() if row["first_report"]}
    for key, value in values.items():
        assert isinstance(value, dict) == INDICATORS[key]["has_realtime"]
    now, ever = measured(values, "realtime"), measured(values, "cumulative")
    assert all(0 <= now[key] <= ever[key] for key in values)
    assert all(isinstance(ever[key], int) for key in values if INDICATORS[key]["integer"])
    for row in (now, ever):
        assert row["dead"] + row["missing"] + row["injured"] <= row["affected"]
        assert row["relocated"] == row["relocated_central"] + row["relocated_dispersed"]
        assert row["relocated_central"] == 0 or row["central_sites"] >= 1
        parts = [key for key in row if INDICATORS[key]["part_of"] in row]
        assert all(row[key] <= row[INDICATORS[key]["part_of"]] for key in parts)


def test_demo_typhoon_is_marked_as_invented():
    event, states = STORM["event"], {report["state"]: report for report in STORM["reports"]}
    assert event["type"] in keys_of(TYPES)
    assert event["typhoon_number"] is None
    assert "演示" in event["name"]
    assert set(states) == {"approved", "submitted", "returned"}
    assert all("演示数据" in report["situation"] for report in STORM["reports"])
    assert [state for state, report in states.items() if report["returned_reason"]] == ["returned"]


def test_demo_clocks_run_in_order_with_offset():
    started = datetime.datetime.fromisoformat(STORM["event"]["occurred_at"])
    for report in STORM["reports"]:
        clocks = [report["occurred_at"], report["reported_at"]]
        occurred, reported = map(datetime.datetime.fromisoformat, clocks)
        assert started <= occurred <= reported
        assert occurred.utcoffset() == datetime.timedelta(hours=8)
