"""QR codes: the squares of the picture are those of the standard's matrix."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from portal.errors import BadInput
from portal.kernel.formats.qr import QUIET_ZONE, qr_modules, qr_png

ADDRESS = "http://10.1.2.3:8000/divisions/0190f0b0-0000-7000-8000-000000000000?at=2026-07-01"


def modules_of(png: bytes, module_px: int) -> tuple[tuple[bool, ...], ...]:
    """The dark squares of a picture, read at their middles, without the quiet zone."""
    picture = Image.open(io.BytesIO(png)).convert("L")
    count = picture.width // module_px - 2 * QUIET_ZONE
    at = [(QUIET_ZONE + n) * module_px + module_px // 2 for n in range(count)]
    return tuple(tuple(picture.getpixel((x, y)) < 128 for x in at) for y in at)


def test_the_picture_shows_the_code_with_its_quiet_zone():
    assert modules_of(qr_png(ADDRESS, 8), 8) == qr_modules(ADDRESS)
    picture = Image.open(io.BytesIO(qr_png(ADDRESS, 8))).convert("L")
    assert picture.crop((0, 0, picture.width, QUIET_ZONE * 8)).getextrema() == (255, 255)


def test_the_code_has_the_three_corners_of_the_standard():
    squares = qr_modules(ADDRESS)
    ring = (True,) * 7
    assert squares[0][:7] == squares[0][-7:] == squares[-7][:7] == ring
    assert squares[1][1:6] == (False,) * 5


def test_another_address_is_another_code():
    assert qr_modules(ADDRESS) != qr_modules(ADDRESS[:-1] + "2")


@pytest.mark.parametrize("said", ["", "x" * 301])
def test_too_little_or_too_much_is_refused(said):
    with pytest.raises(BadInput, match="QR"):
        qr_png(said)
