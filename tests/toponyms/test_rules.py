"""Pinyin, parts, words, likeness, the way of an application and its clocks: without database and web."""

from __future__ import annotations

import dataclasses
import datetime as dt
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.errors import FormInvalid, RuleBroken
from portal.toponyms.catalogue import clocks_on, kinds_on, materials_on, wording_on
from portal.toponyms.rules.clocks import hands
from portal.toponyms.rules.findings import BLOCK, NOTE, REASON, WARN, Finding, Found, as_json, from_json, sentence
from portal.toponyms.rules.judging import Answer, check_answers, check_findings, check_still
from portal.toponyms.rules.likeness import Known, Proposed, look_at_names
from portal.toponyms.rules.moves import MOVES, check_move, possible
from portal.toponyms.rules.particulars import check_particulars, former_names
from portal.toponyms.rules.parts import split
from portal.toponyms.rules.pinyin import folded, other_readings, proposed, toned, written
from portal.toponyms.rules.position import LONGEST_SHAPE, Entered, placed
from portal.toponyms.rules.proposal import check_proposal, check_step_day
from portal.toponyms.rules.wording import look_at_words, rare_signs
from tests.factories.toponyms import TODAY, answers, proposal, said

KINDS, WORDING = kinds_on(TODAY), wording_on(TODAY)


# --- Pinyin -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("specific", "generic", "expected"),
    [
        ("长征", "路", "Chángzhēng Lù"),
        ("常征", "路", "Chángzhēng Lù"),
        ("西安", "路", "Xī'ān Lù"),
        ("绿杨", "路", "Lǜyáng Lù"),
        ("女儿", "泾", "Nǚ'ér Jīng"),
        ("重庆", "路", "Chóngqìng Lù"),
        ("G15", "高速", "G15 Gāosù"),
        ("", "", ""),
    ],
)
def test_pinyin_is_proposed_with_capitals_and_apostrophes(specific: str, generic: str, expected: str) -> None:
    assert proposed(specific, generic) == expected


@pytest.mark.parametrize(
    ("typed", "one_form"),
    [
        ("Chang2zheng1 Lu4", "Chángzhēng Lù"),
        ("lv4 yang2", "lǜ yáng"),
        ("LU:3", "Lǚ"),
        ("nü3’er2", "nǚ'ér"),
        ("G15", "G15"),
        ("ｌù", "lù"),
        ("  Xi1'an1   Lu4 ", "Xī'ān Lù"),
    ],
)
def test_pinyin_as_people_type_it(typed: str, one_form: str) -> None:
    assert written(typed) == one_form


def test_lu_and_lü_stay_two() -> None:
    assert folded("lù") == "lu"
    assert folded("lǜ") == folded("lv4") == folded("lü") == folded("LV") == "lv"
    assert toned("lù") != toned("lú")


SYLLABLES = st.sampled_from(
    ["chang", "zheng", "lu", "lü", "nü", "er", "an", "xi", "ma", "qing", "yuan", "ou", "e", "shi", "ying", "lüe"]
)
TONE_MARKS = st.sampled_from(["", "\u0304", "\u0301", "\u030c", "\u0300"])


@st.composite
def spelt(draw) -> tuple[str, str]:
    """The same syllables plainly, and as somebody may write them: tones, capitals, blanks, apostrophes, v for ü."""
    syllables = draw(st.lists(SYLLABLES, min_size=1, max_size=5))
    plain, other = "", ""
    for one in syllables:
        vowel = max(one.find(letter) for letter in "aeiouü")
        marked = unicodedata.normalize("NFC", one[: vowel + 1] + draw(TONE_MARKS) + one[vowel + 1 :])
        marked = marked.replace("ü", draw(st.sampled_from(["ü", "v", "u:"])))
        joint = draw(st.sampled_from(["", " ", "'", "’", "-", "  "]))
        plain += one
        other += joint + (marked.upper() if draw(st.booleans()) else marked)
    return plain, other


@given(spelt())
def test_folding_forgets_tones_capitals_blanks_and_apostrophes(pair: tuple[str, str]) -> None:
    plain, other = pair
    assert folded(plain) == folded(other) == plain.replace("ü", "v")
    assert folded(folded(other)) == folded(other)
    assert folded(toned(other)) == folded(other)


@given(st.text(max_size=40))
def test_folding_never_fails_and_gives_letters_and_digits_only(anything: str) -> None:
    assert all(sign.isalnum() for sign in folded(anything))
    assert isinstance(written(anything), str)


def test_further_readings() -> None:
    assert "chaoyanglu" in other_readings("朝阳路", "zhaoyanglu")
    assert len(other_readings("行乐重朝" * 6, "x")) <= 24


# --- parts and words --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kind", "parts"),
    [
        ("长征路", "road", ("长征", "路")),
        ("世纪大道", "road", ("世纪", "大道")),
        ("路", "road", ("路", "")),
        ("曹杨新村", "residential", ("曹杨", "新村")),
        ("无通名", "road", ("无通名", "")),
        ("甲", "other", ("甲", "")),
    ],
)
def test_parts(name: str, kind: str, parts: tuple[str, str]) -> None:
    assert split(name, KINDS[kind].generics) == parts


def codes(name: str, kind: str = "road", pinyin: str | None = None) -> dict[str, str]:
    specific, generic = split(name, KINDS[kind].generics)
    found = look_at_words(specific, generic, pinyin or proposed(specific, generic), KINDS[kind], WORDING)
    return {one.code: one.level for one in found}


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("长征路", "road", {}),
        ("犇路", "road", {"rare": REASON}),
        ("𠀀路", "road", {"rare": REASON}),
        ("Abc路", "road", {"foreign_signs": WARN}),
        ("华丰集团路", "road", {"word": WARN}),
        ("长征", "road", {"no_generic": REASON}),
        ("路", "road", {"only_generic": BLOCK}),
        ("长征大厦", "road", {"no_generic": REASON}),
        ("<b>路", "road", {"foreign_signs": WARN}),
        ("甲乙", "other", {}),
    ],
)
def test_words_are_looked_at(name: str, kind: str, expected: dict[str, str]) -> None:
    assert codes(name, kind) == expected


def test_another_reading_is_told() -> None:
    assert codes("朝阳路", pinyin="Cháoyáng Lù") == {"pinyin": NOTE}


def test_usual_characters_are_not_rare() -> None:
    assert rare_signs("曹杨新村桃浦真如", WORDING.codec) == []


# --- likeness ---------------------------------------------------------------------------------------------------


def known(
    name: str, *, kind: str = "road", standing: str = "in_use", where: str = "register", pinyin: str = ""
) -> Known:
    specific, generic = split(name, KINDS[kind].generics)
    shown = pinyin or proposed(specific, generic)
    return Known(name, toned(shown), specific, kind, Found(name, shown, where, standing, "曹杨", kind, "7"))


def likeness(name: str, *others: Known, kind: str = "road") -> dict[str, str]:
    specific, generic = split(name, KINDS[kind].generics)
    shown = proposed(specific, generic)
    alone = folded(proposed(specific, ""))
    wanted = Proposed(name, toned(shown), folded(shown), specific, alone, other_readings(name, folded(shown)))
    like = [
        one if folded(one.found.pinyin.split()[0]) == alone else dataclasses.replace(one, specific="") for one in others
    ]
    found = look_at_names(wanted, like, KINDS[kind], KINDS[kind].range.labels, warn_cancelled=True)
    return {one.code: one.level for one in found}


@pytest.mark.parametrize(
    ("name", "other", "expected"),
    [
        ("长征路", known("长征路"), {"duplicate": BLOCK}),
        ("长征路", known("常征路"), {"homophone": REASON}),
        ("长征路", known("昌政路"), {"homophone_toneless": WARN}),
        ("长征路", known("长征街"), {"specific": NOTE}),
        ("西安路", known("先路"), {}),
        ("长征路", known("长征路", standing="cancelled"), {"cancelled": WARN}),
        ("长征路", known("长征路", standing="earlier"), {"former": NOTE}),
        ("长征路", known("长征路", kind="transport"), {"alike": NOTE}),
        ("长征路", known("长征路", where="application", standing="open_earlier"), {"duplicate_open": BLOCK}),
        ("长征路", known("长征路", where="application", standing="open"), {"duplicate_open": WARN}),
        ("朝阳路", known("潮阳路"), {"reading": WARN}),
        ("吕杨路", known("鲁杨路"), {}),
    ],
)
def test_what_the_law_makes_of_a_likeness(name: str, other: Known, expected: dict[str, str]) -> None:
    assert likeness(name, other) == expected


def test_a_range_that_does_not_bind_only_tells() -> None:
    assert likeness("长征桥", known("长征桥", kind="transport"), kind="transport") == {"duplicate": WARN}


def test_findings_go_into_json_and_come_back() -> None:
    words = {"range": {"zh": "同一省", "en": "the same province"}}
    finding = Finding("homophone", REASON, words, (known("常征路").found,))
    assert from_json(as_json([finding])) == [finding]
    assert from_json(as_json([finding]))[0].mark == finding.mark
    assert "the same province" in str(sentence(finding, lambda row: row["en"]))


# --- judging ----------------------------------------------------------------------------------------------------


def test_every_question_wants_an_answer_with_a_note() -> None:
    asked = WORDING.judgements
    check_answers(answers(), asked)
    for broken in ({}, answers(persons=Answer(True, " ")), answers(leaders=Answer(False, "是"))):
        with pytest.raises(FormInvalid):
            check_answers(broken, asked)
    check_answers(answers(persons=Answer(False, "历史人物，已论证")), asked)


def test_a_duplicate_is_never_overridden_and_a_homophone_needs_a_reason() -> None:
    with pytest.raises(RuleBroken):
        check_findings([Finding("duplicate", BLOCK, {})], "有充分理由")
    with pytest.raises(FormInvalid):
        check_findings([Finding("homophone", REASON, {})], "  ")
    check_findings([Finding("homophone", REASON, {})], "两路相距甚远")
    check_findings([Finding("word", WARN, {"word": "集团"})], "")


def test_what_was_found_since_stops_a_decision() -> None:
    then = [Finding("homophone", REASON, {}, (known("常征路").found,))]
    check_still(then, then)
    other = dataclasses.replace(known("昌政路").found, id="8")
    with pytest.raises(RuleBroken, match="昌政路"):
        check_still([Finding("homophone", REASON, {}, (other,))], then)


# --- the way and the clocks -------------------------------------------------------------------------------------


def test_the_way_leads_from_receipt_to_the_gazetteer_and_no_step_is_skipped() -> None:
    assert possible("received", filed=False, announced=False) == ["complete", "withdraw"]
    assert possible("checked", filed=False, announced=False) == ["check", "survey", "refuse", "withdraw"]
    assert possible("approved", filed=False, announced=False) == ["file", "announce"]
    assert possible("announced", filed=False, announced=True) == ["file"]
    assert possible("announced", filed=True, announced=True) == ["enter"]
    for ended in ("entered", "refused", "withdrawn"):
        assert possible(ended, filed=True, announced=True) == []
    with pytest.raises(RuleBroken):
        check_move(MOVES["approve"], "received", filed=False, announced=False)


def clock_states(
    act: str = "naming", by: str = "government", today: dt.date = TODAY, **dates: dt.date
) -> dict[str, str]:
    return {one.clock.key: one.state for one in hands(clocks_on(TODAY), dates, act, by, today)}


def test_clocks() -> None:
    decided = dt.date(2026, 6, 16)
    assert clock_states() == {"filing": "waiting", "notice_government": "waiting"}
    assert clock_states(decided_on=decided) == {"filing": "running", "notice_government": "running"}
    assert clock_states(decided_on=decided, today=dt.date(2026, 7, 2))["filing"] == "overdue"
    assert clock_states(decided_on=decided, filed_on=dt.date(2026, 7, 1))["filing"] == "done"
    assert clock_states(decided_on=decided, filed_on=dt.date(2026, 7, 2))["filing"] == "late"
    assert clock_states(by="department", decided_on=decided) == {"filing": "running", "notice_department": "waiting"}
    running = hands(clocks_on(TODAY), {"decided_on": decided}, "naming", "government", TODAY)[0]
    assert (running.due_on, running.left) == (dt.date(2026, 7, 1), 0)


# --- what is said -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "castle"),
        ("status", "gone"),
        ("valid_from", dt.date(2026, 7, 2)),
        ("valid_from", dt.date(1, 1, 1)),
        ("pinyin", "长征"),
        ("pinyin", "'"),
        ("source", " "),
        ("meaning", "x" * 2001),
        ("history", "a\u202eb"),
        ("former", ("旧名",) * 31),
        ("former", ("名" * 61,)),
    ],
)
def test_what_keeps_a_name_out(field: str, value: object) -> None:
    with pytest.raises(FormInvalid):
        check_particulars(said(**{field: value}), KINDS, TODAY)


def test_parts_make_the_name() -> None:
    with pytest.raises(FormInvalid):
        check_particulars(dataclasses.replace(said(), generic="街"), KINDS, TODAY)
    check_particulars(said(), KINDS, TODAY)
    assert former_names("旧一、旧二；旧一,旧三") == ("旧一", "旧二", "旧三")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("act", "x"),
        ("kind", "x"),
        ("applicant", ""),
        ("plan", "  "),
        ("plan", "x" * 4001),
        ("pinyin", "<script>"),
        ("received_on", dt.date(2026, 7, 2)),
        ("received_on", dt.date(1900, 1, 1)),
        ("nature", "\x1b[2J"),
        ("specific", "名" * 60),
    ],
)
def test_what_keeps_an_application_out(field: str, value: object) -> None:
    with pytest.raises(FormInvalid):
        check_proposal(proposal(**{field: value}), KINDS, TODAY)


def test_a_step_is_neither_to_come_nor_before_the_last() -> None:
    for day in (dt.date(2026, 7, 2), dt.date(2026, 5, 31)):
        with pytest.raises(FormInvalid):
            check_step_day(day, dt.date(2026, 6, 1), TODAY)


@pytest.mark.parametrize(
    "entered",
    [
        Entered("x" * (LONGEST_SHAPE + 1)),
        Entered("{}"),
        Entered('{"type":"Point","coordinates":[400,31]}'),
        Entered('{"type":"Polygon","coordinates":[[[121,31],[121.1,31.1],[121.1,31],[121,31.1],[121,31]]]}'),
        Entered("121.4", kind="point"),
        Entered("121.4, 31.2", kind="line"),
        Entered("31.2, 121.4", kind="point"),
    ],
)
def test_positions_that_are_none(entered: Entered) -> None:
    with pytest.raises(FormInvalid) as caught:
        placed(entered)
    assert set(caught.value.messages) == {entered.field}


def test_positions_keep_how_they_came() -> None:
    assert placed(None) is None
    assert placed(Entered("  ")) is None
    found = placed(Entered("121.402, 31.241\n121.408, 31.246", "GCJ-02", "line"))
    assert (found.shape.geom_type, found.crs, found.original[:7]) == ("LineString", "GCJ-02", "121.402")


# --- the catalogue ----------------------------------------------------------------------------------------------


def test_the_catalogue_is_whole() -> None:
    for kind in KINDS.values():
        assert set(kind.against) <= set(KINDS)
        assert kind.by in {"government", "department", "division_law"}
        assert not any("\u4e00" <= sign <= "\u9fff" for sign in kind.labels["en"] + kind.approver["en"])
    assert {key for key, kind in KINDS.items() if kind.binding} == {
        "division_county", "division_township", "village_site", "road", "residential", "building",
    }  # fmt: skip
    assert [item.key for item in materials_on(TODAY) if item.flag] == ["form", "plan", "position"]


def test_a_later_version_stands_beside_the_first(tmp_path: Path) -> None:
    text = "version: {}\nvalid_from: {}\nvalid_to: null\nranges: []\nkinds: []\n"
    text += "materials: [{{key: {}, zh: a, en: a, required: true}}]\n"
    (tmp_path / "toponym_kinds.yaml").write_text(text.format(1, "2022-05-01", "old"))
    (tmp_path / "toponym_kinds_2.yaml").write_text(text.format(2, "2026-01-01", "new"))
    found = [materials_on(day, tmp_path)[0].key for day in (dt.date(2000, 1, 1), dt.date(2025, 1, 1), TODAY)]
    assert found == ["old", "old", "new"]
