import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal.kernel.contracts.fields import Field, Kind
from portal.kernel.formats.values import parse_cell
from portal.kernel.i18n.text import text
from portal.kernel.i18n.translate import translate

ON = dt.date(2026, 6, 1)


def _field(kind, **more):
    return Field("x", text("X"), kind, **more)


def _parse(kind, written, **more):
    value, problem = parse_cell(_field(kind, **more), written, ON)
    return value, problem and problem.code


def _choices(on):
    return {
        "typhoon": {"zh": "台风", "en": "Typhoon"},
        "flood": "洪涝 灾害",
        "yes": text("Yes"),
        "other_a": {"zh": "其他", "en": "Other A"},
        "other_b": {"zh": "其他", "en": "Other B"},
        **({"new": "新灾种"} if on >= dt.date(2026, 1, 1) else {}),
    }


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize(
    "written", [None, "", " \u3000\u00a0\n", "—", "－", "–", "-", "--", "——", "/", "N/A", "n/a", "\ufeff"]
)
def test_nothing_is_nothing(kind, written):
    assert _parse(kind, written) == (None, None)


@pytest.mark.parametrize("kind", [Kind.INTEGER, Kind.NUMBER, Kind.DATE, Kind.CODE])
@pytest.mark.parametrize("written", ["无", "暂无", "null", "NULL", " none ", "（无）"])
def test_words_for_nothing_where_no_text_is_meant(kind, written):
    assert _parse(kind, written) == (None, None)


def test_in_a_text_words_are_words():
    assert _parse(Kind.TEXT, "无") == ("无", None)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("30", 30),
        (" 30 ", 30),
        ("３０", 30),
        ("30.0", 30),
        ("30.", 30),
        ("+30", 30),
        ("-5", -5),
        ("－５", -5),
        ("−5", -5),
        ("0", 0),
        ("007", 7),
        ("1,234", 1234),
        ("1，234", 1234),
        ("1,234,567.00", 1234567),
        ("30床", 30),
        ("30 人", 30),
        ("３０Ｍ²", 30),
        ("30㎡", 30),
        ("30平方米", 30),
        ("'-5", -5),
    ],
)
def test_whole_numbers(written, value):
    assert _parse(Kind.INTEGER, written, units=("床", "人", "m²")) == (value, None)


@pytest.mark.parametrize(
    ("written", "value", "said"),
    [
        ("1.2万", 12000, "12,000"),
        ("３万人", 30000, "30,000"),
        ("0.5亿", 50_000_000, "50,000,000"),
        ("1.23456万", 12345, None),
    ],
)
def test_ten_thousands_are_taken_with_a_note(written, value, said):
    found, problem = parse_cell(_field(Kind.INTEGER, units=("人",)), written, ON)
    if said is None:
        assert (found, problem.code) == (None, "cell.not_whole")
    else:
        assert (found, problem.code, problem.level) == (value, "cell.multiplied", "note")
        assert f"“{written}” is taken as {said}." == str(problem.text)


@pytest.mark.parametrize("written", ["1.2万", "1.2万元", "1.2 万元", "1.2"])
def test_ten_thousands_that_are_the_unit_of_the_field(written):
    assert _parse(Kind.NUMBER, written, units=("万元",)) == (Decimal("1.2"), None)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("约30", "cell.approximate"),
        ("30左右", "cell.approximate"),
        ("300多", "cell.approximate"),
        ("30余人", "cell.approximate"),
        (">30", "cell.approximate"),
        ("30以上", "cell.approximate"),
        ("30+", "cell.approximate"),
        ("近30人", "cell.approximate"),
        ("20-30", "cell.range"),
        ("20～30人", "cell.range"),
        ("20至30", "cell.range"),
        ("20人-30人", "cell.range"),
        ("1,23", "cell.thousands"),
        ("1,2345", "cell.thousands"),
        ("12,34,567", "cell.thousands"),
        ("30床", "cell.unit"),
        ("85%", "cell.unit"),
        ("30万元", "cell.unit"),
        ("30.5", "cell.not_whole"),
        ("三十", "cell.not_a_number"),
        ("1 234", "cell.not_a_number"),
        ("1.2E+05", "cell.not_a_number"),
        ("12a34", "cell.not_a_number"),
        ("2026-05-31", "cell.not_a_number"),
        ("1.2.3", "cell.not_a_number"),
        ("x" * 100, "cell.not_a_number"),
        ("..", "cell.not_a_number"),
        ("9" * 40, "cell.too_large"),
        ("9" * 4000, "cell.not_a_number"),
    ],
)
def test_numbers_that_are_asked_for_again(written, code):
    assert _parse(Kind.INTEGER, written) == (None, code)


def test_bounds():
    assert _parse(Kind.INTEGER, "-1", least=0) == (None, "cell.too_small")
    assert _parse(Kind.NUMBER, "100.1", most=100) == (None, "cell.too_large")
    assert _parse(Kind.NUMBER, "100.0", most=100, least=100) == (Decimal(100), None)
    problem = parse_cell(_field(Kind.NUMBER, most=12345.5), "1万3千", ON)[1]
    assert problem.code == "cell.not_a_number"
    assert "the most is 1,500,000." in str(parse_cell(_field(Kind.NUMBER, most=1.5e6), "200万", ON)[1].text)


def test_percent_only_where_it_is_a_unit():
    assert _parse(Kind.NUMBER, "85.5%", units=("%",)) == (Decimal("85.5"), None)
    assert _parse(Kind.NUMBER, "８５％", units=("%",)) == (Decimal(85), None)


def test_the_units_of_the_field_are_named():
    problem = parse_cell(_field(Kind.INTEGER, units=("床", "张")), "30户", ON)[1]
    assert str(problem.text) == "“30户” ends in “户”; the units of this field are: 床, 张. Write the number alone."


@given(st.integers(-(10**15), 10**15))
def test_every_whole_number_comes_back_from_how_it_may_be_written(number):
    wide = str(number).translate({ord(d): ord("０") + int(d) for d in "0123456789"})
    for written in (str(number), f"{number:,}", f"{number:,}".replace(",", "，"), wide, f"{number}.0", f"{number}人"):
        assert _parse(Kind.INTEGER, written, units=("人",)) == (number, None)


@given(st.decimals(-(10**9), 10**9, allow_nan=False, places=4))
def test_every_decimal_comes_back(number):
    assert _parse(Kind.NUMBER, f"{number:f}") == (number, None)


@pytest.mark.parametrize(
    "written",
    [
        "2026-05-31",
        "2026-5-31",
        "2026/5/31",
        "2026.5.31",
        "2026.05.31",
        "20260531",
        "2026年5月31日",
        "2026年05月31日",
        "2026年5月31",
        "2026 年 5 月 31 日",
        "２０２６年５月３１日",
        "２０２６－５－３１",
        "2026年5月31号",
        "2026-05-31 00:00:00",
        "2026-05-31T00:00:00",
        "2026-05-31（星期日）",
        "2026年5月31日 星期日",
        " 2026-05-31 ",
    ],
)
def test_dates(written):
    assert _parse(Kind.DATE, written) == (dt.date(2026, 5, 31), None)


def test_a_time_of_day_is_left_out_with_a_note():
    value, problem = parse_cell(_field(Kind.DATE), "2026/5/31 8:30", ON)
    assert (value, problem.code, problem.level) == (dt.date(2026, 5, 31), "cell.time_left_out", "note")


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("2026-06-31", "cell.not_a_date"),
        ("2026-13-01", "cell.not_a_date"),
        ("20260532", "cell.not_a_date"),
        ("2025-02-29", "cell.not_a_date"),
        ("2026-05/31", "cell.not_a_date"),
        ("x", "cell.not_a_date"),
        ("12345", "cell.not_a_date"),
        ("99999", "cell.not_a_date"),
        ("2026-05-31T20:00:00Z", "cell.not_a_date"),
        ("0026-05-31", "cell.not_a_date"),
        ("2026年5月", "cell.date_without_day"),
        ("2026-05", "cell.date_without_day"),
        ("202605", "cell.date_without_day"),
        ("2026年", "cell.date_without_day"),
        ("2026", "cell.date_without_day"),
        ("2026年5月份", "cell.date_without_day"),
        ("46173", "cell.date_serial"),
        ("46173.5", "cell.date_serial"),
        ("32874", "cell.date_serial"),
        ("73415", "cell.date_serial"),
        ("26-5-31", "cell.date_year"),
        ("26年5月31日", "cell.date_year"),
        ("5月31日", "cell.date_year"),
        ("5-31", "cell.date_year"),
        ("5/31/2026", "cell.date_order"),
        ("31.05.2026", "cell.date_order"),
        ("2026年5月底", "cell.approximate"),
        ("2026年5月上旬", "cell.approximate"),
        ("约2026年5月31日", "cell.approximate"),
        ("2026-05-01至2026-05-31", "cell.range"),
        ("2026年5月1日-31日", "cell.range"),
        ("2026.5.1—2026.5.31", "cell.range"),
    ],
)
def test_dates_that_are_asked_for_again(written, code):
    assert _parse(Kind.DATE, written) == (None, code)


def test_the_day_that_a_serial_number_may_mean_is_named():
    assert "may be the date 2026-05-31" in str(parse_cell(_field(Kind.DATE), "46173", ON)[1].text)


@given(st.dates(dt.date(1000, 1, 1)))
def test_every_day_comes_back_from_how_it_may_be_written(day):
    y, m, d = day.year, day.month, day.day
    for written in (day.isoformat(), f"{y}/{m}/{d}", f"{y}.{m}.{d}", f"{y}年{m}月{d}日"):
        assert _parse(Kind.DATE, written) == (day, None)
    if y < 3000:
        assert _parse(Kind.DATE, f"{y}{m:02}{d:02}") == (day, None)


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("typhoon", "typhoon"),
        ("TYPHOON", "typhoon"),
        ("台风", "typhoon"),
        (" 台 风 ", "typhoon"),
        ("洪涝灾害", "flood"),
        ("Yes", "yes"),
        ("是", "yes"),
        ("other_a", "other_a"),
        ("ｏｔｈｅｒ＿ａ", "other_a"),
        ("Other B", "other_b"),
        ("新灾种", "new"),
    ],
)
def test_choices_by_key_and_name(written, key):
    assert _parse(Kind.CHOICE, written, choices=_choices) == (key, None)


@pytest.mark.parametrize("written", ["台", "台风灾害", "其他", "typ"])
def test_nothing_near_and_nothing_that_two_share(written):
    assert _parse(Kind.CHOICE, written, choices=_choices) == (None, "cell.choice")


def test_choices_hold_on_a_day_and_are_listed_in_the_readers_language():
    problem = parse_cell(_field(Kind.CHOICE, choices=_choices), "新灾种", dt.date(2025, 1, 1))[1]
    assert str(problem.text).endswith("choices: 台风, 洪涝 灾害, Yes, 其他, 其他.")
    assert "是" in translate(problem.text, "zh_Hans_CN")
    assert parse_cell(_field(Kind.CHOICE, choices=_choices), "无", ON) == (None, None)


def test_a_long_list_of_choices_is_cut():
    problem = parse_cell(_field(Kind.CHOICE, choices=lambda on: {f"k{n}": f"n{n}" for n in range(20)}), "x", ON)[1]
    assert str(problem.text).endswith("n0, n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, ….")


@pytest.mark.parametrize(
    ("written", "value"),
    [
        *((said, True) for said in ("是", "有", "√", "✔", "Y", "yes", "1", "TRUE", "Ｙ", "１")),
        *((said, False) for said in ("否", "无", "没有", "×", "✗", "N", "no", "0", "False", "Ｎ")),
    ],
)
def test_yes_and_no(written, value):
    assert _parse(Kind.YES_NO, written) == (value, None)


def test_neither_yes_nor_no():
    assert _parse(Kind.YES_NO, "也许") == (None, "cell.yes_no")
    assert _parse(Kind.YES_NO, "2") == (None, "cell.yes_no")


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("310107005", "310107005"),
        ("000012", "000012"),
        ("３１０１０７", "310107"),
        ("310107005.0", "310107005"),
        ("310 107 005", "310107005"),
        ('="000012"', "000012"),
        ("'000012", "000012"),
        ("０２１－５２５６", "021-5256"),
        ("1E5", "1E5"),
        ("1.5", "1.5"),
        ("沪A·1", "沪A·1"),
        ("'+8621", "+8621"),
    ],
)
def test_codes(written, value):
    assert _parse(Kind.CODE, written) == (value, None)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("3.1E+11", "cell.excel_number"),
        ("3.10107E11", "cell.excel_number"),
        ("3E+11", "cell.excel_number"),
        ("1" * 21, "cell.too_long"),
        ("a\0b", "cell.no_character"),
        ("a\x07b", "cell.no_character"),
        ("a\u202eb", "cell.no_character"),
        ("a\ud800", "cell.no_character"),
    ],
)
def test_codes_that_are_asked_for_again(written, code):
    assert _parse(Kind.CODE, written, longest=20) == (None, code)


def test_texts_keep_their_writing():
    assert _parse(Kind.TEXT, "\u3000 第１小学（东）\u200b ") == ("第１小学（东）", None)
    assert _parse(Kind.TEXT, "e\u0301") == ("é", None)
    assert _parse(Kind.TEXT, "a\r\nb\rc") == ("a\nb\nc", None)
    assert _parse(Kind.TEXT, "'=1+1") == ("=1+1", None)
    assert _parse(Kind.TEXT, "x" * 21, longest=20) == (None, "cell.too_long")
    assert _parse(Kind.TEXT, "a\x07") == (None, "cell.no_character")


@given(st.sampled_from(list(Kind)), st.text(max_size=40))
@example(Kind.DATE, "%(x)s")
@example(Kind.NUMBER, "1%s")
def test_any_text_is_a_value_or_has_a_reason(kind, written):
    field = _field(kind, choices=_choices if kind is Kind.CHOICE else None, units=("床", "万元"), least=0, longest=30)
    value, problem = parse_cell(field, written, ON)
    if problem is not None:
        assert str(problem.text)
        assert translate(problem.text, "zh_Hans_CN")
        assert (value is None) == (problem.level == "error")


@given(st.sampled_from(list(Kind)), st.text("0123456789０.,，-~～至约万亿人年月日/ E+%床", max_size=14))
def test_what_is_nearly_a_value_is_one_or_has_a_reason(kind, written):
    value, problem = parse_cell(_field(kind, units=("人", "万元")), written, ON)
    assert value is None or problem is None or problem.level == "note"
