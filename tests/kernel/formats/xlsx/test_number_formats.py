import pytest

from portal.kernel.formats.xlsx.number_formats import PLAIN, NumberFormat, Shown, built_in, understood
from portal.kernel.formats.xlsx.numbers import number_text, shortest


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("General", Shown.NUMBER),
        ("G/通用格式", Shown.NUMBER),
        ("@", Shown.NUMBER),
        ("", Shown.NUMBER),
        ("0", Shown.NUMBER),
        ("#,##0.00_ ;[Red]-#,##0.00", Shown.NUMBER),
        ("0.00E+00", Shown.NUMBER),
        ('0"床"', Shown.NUMBER),
        ('#,##0"days"', Shown.NUMBER),
        ("¥#,##0", Shown.NUMBER),
        ("0%", Shown.PERCENT),
        ("0.00%", Shown.PERCENT),
        ("yyyy-mm-dd", Shown.DAY),
        ("m/d/yy", Shown.DAY),
        ('yyyy"年"m"月"d"日"', Shown.DAY),
        ("yyyy年m月d日", Shown.DAY),
        ("[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", Shown.DAY),
        ('[DBNum1][$-804]yyyy"年"m"月"d"日"', Shown.DAY),
        ("[$-804]aaaa;@", Shown.DAY),
        ('m"月"d"日"', Shown.DAY),
        ('yyyy"年"m"月"', Shown.MONTH),
        ("mmm-yy", Shown.MONTH),
        ("yyyy-mm-dd hh:mm:ss", Shown.MOMENT),
        ("yyyy/m/d\\ h:mm", Shown.MOMENT),
        ("h:mm", Shown.TIME),
        ('上午/下午h"时"mm"分"', Shown.TIME),
        ("[h]:mm:ss", Shown.TIME),
        ("mm:ss.0", Shown.TIME),
    ],
)
def test_what_a_format_shows(code, shown):
    assert understood(code).shown is shown


@pytest.mark.parametrize(
    ("code", "zeros", "prefix"),
    [
        ("000000", 6, ""),
        ("00", 2, ""),
        ("000000;@", 6, ""),
        ("000000_ ", 6, ""),
        ("[Red]0000", 4, ""),
        ('"310107"000', 3, "310107"),
        ("\\A\\-000", 3, "A-"),
    ],
)
def test_formats_of_zeros_are_codes(code, zeros, prefix):
    assert understood(code) == NumberFormat(Shown.CODE, zeros, prefix)


def test_built_in_formats_of_chinese_programs():
    assert [built_in(number).shown for number in (0, 9, 14, 22, 27, 31, 32, 57, 58, 163)] == [
        Shown.NUMBER,
        Shown.PERCENT,
        Shown.DAY,
        Shown.MOMENT,
        Shown.MONTH,
        Shown.DAY,
        Shown.TIME,
        Shown.MONTH,
        Shown.DAY,
        Shown.NUMBER,
    ]


@pytest.mark.parametrize(
    ("raw", "code", "text"),
    [
        ("12", "000000", "000012"),
        ("-12", "000000", "-12"),
        ("12.5", "000000", "12.5"),
        ("7", '"310107"000', "310107007"),
        ("0.85", "0%", "85%"),
        ("0.855", "0.0%", "85.5%"),
        ("46173", "yyyy-mm-dd", "2026-05-31"),
        ("46173.354166666664", "yyyy-mm-dd hh:mm", "2026-05-31 08:30"),
        ("46173.354166666664", "yyyy-mm-dd", "2026-05-31 08:30"),
        ("46173.999999999", "yyyy-mm-dd", "2026-06-01"),
        ("46143", "mmm-yy", "2026-05"),
        ("46173", "mmm-yy", "2026-05-31"),
        ("1", "yyyy-mm-dd", "1900-01-01"),
        ("59", "yyyy-mm-dd", "1900-02-28"),
        ("60", "yyyy-mm-dd", "60"),
        ("61", "yyyy-mm-dd", "1900-03-01"),
        ("0", "yyyy-mm-dd", "0"),
        ("-1", "yyyy-mm-dd", "-1"),
        ("2958465", "yyyy-mm-dd", "9999-12-31"),
        ("2958466", "yyyy-mm-dd", "2958466"),
        ("1e300", "yyyy-mm-dd", None),
        ("0.354166666666667", "h:mm", "08:30"),
        ("0.3541667", "h:mm:ss", "08:30"),
        ("1.5", "[h]:mm", "1.5"),
    ],
)
def test_numbers_as_their_format_shows_them(raw, code, text):
    found, problem = number_text(raw, understood(code), since_1904=False)
    assert found == text if text else problem.code == "cell.excel_number"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("20", "20"),
        ("20.0", "20"),
        ("0.30000000000000004", "0.3"),
        ("12.299999999999999", "12.3"),
        ("1E-7", "0.0000001"),
        ("1.2E5", "120000"),
        ("-0", "0"),
        ("-0.0", "0"),
        ("310107005012", "310107005012"),
        ("x", "x"),
        ("nan", "nan"),
        ("inf", "inf"),
        ("999999999999999", "999999999999999"),
    ],
)
def test_the_shortest_text(raw, text):
    assert number_text(raw, PLAIN, since_1904=False) == (text, None)


def test_more_than_fifteen_digits():
    found, problem = number_text("3.1010719800101101E+17", PLAIN, since_1904=False)
    assert (found, problem.code) == ("310107198001011008", "cell.excel_number")


def test_1904():
    assert number_text("44711", understood("yyyy-mm-dd"), since_1904=True) == ("2026-05-31", None)


def test_shortest_knows_no_exponent():
    assert [shortest(value) for value in (1e-10, 123456789.125, 1.0, 2.5e-3)] == [
        "0.0000000001",
        "123456789.125",
        "1",
        "0.0025",
    ]
