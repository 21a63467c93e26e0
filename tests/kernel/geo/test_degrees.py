import pytest

from portal.errors import BadInput
from portal.kernel.geo.degrees import parse_degrees


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("121.4", 121.4),
        (" +121.4 ", 121.4),
        ("-5", -5.0),
        ("40633362.05", 40633362.05),
        ("121°23′45.6″", 121.396),
        ("121°23'45.6\"", 121.396),
        ("121° 23' 45.6''", 121.396),
        ("121º23’45.6”", 121.396),
        ("E121°23′45.6″", 121.396),
        ("121°23′45.6″E", 121.396),
        ("东经121度23分45.6秒", 121.396),
        ("北纬31°15′", 31.25),
        ("31.25°", 31.25),
        ("31°", 31.0),
    ],
)
def test_degrees_as_people_write_them(written, expected):
    assert parse_degrees(written) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    "written",
    ["", "x", "nan", "inf", "1e5", "1,000.5", "1_000", "１２１", "121 23 45", "121°23′45.6″W", "31.25.1", "%s"],
)
def test_what_is_no_coordinate_is_refused(written):
    with pytest.raises(BadInput, match="is not a coordinate"):
        parse_degrees(written)


@pytest.mark.parametrize("written", ["121°60′", "121°23′60″", "121°99′0″"])
def test_sixty_minutes_are_refused(written):
    with pytest.raises(BadInput, match="60 or more"):
        parse_degrees(written)
