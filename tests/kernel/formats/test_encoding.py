import codecs
import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.formats import encoding as encodings
from portal.kernel.formats.encoding import decide_encoding, decode_text, open_text
from portal.kernel.formats.rows import FileRefused

CHINESE = "名称,街道\n曹杨新村第一小学,曹杨新村街道\n"


@pytest.mark.parametrize(
    ("data", "name", "basis"),
    [
        (b"a,b\n", "utf-8", "declared"),
        (CHINESE.encode(), "utf-8", "valid"),
        (CHINESE.encode("utf-8-sig"), "utf-8-sig", "declared"),
        (CHINESE.encode("gb18030"), "gb18030", "fallback"),
        (codecs.BOM_UTF16_LE + CHINESE.encode("utf-16-le"), "utf-16-le", "declared"),
        (codecs.BOM_UTF16_BE + CHINESE.encode("utf-16-be"), "utf-16-be", "declared"),
    ],
)
def test_the_file_says_else_utf8_fits_else_gb18030(write, data, name, basis):
    text, found = decode_text(data, None, "f")
    assert (found.name, found.basis) == (name, basis)
    assert text == ("a,b\n" if basis == "declared" and data.isascii() else CHINESE)
    path = write(data)
    assert decide_encoding(path, None, "f") == found
    with open_text(path, found) as file:
        assert file.read() == text


@pytest.mark.parametrize("said", ["GBK", "gb2312", "gb18030", "936"])
def test_a_person_may_declare(said):
    assert decode_text(CHINESE.encode("gb18030"), said, "f")[1].basis == "declared"


def test_a_declaration_is_held_against_the_file():
    with pytest.raises(FileRefused, match="not UTF-8: byte 0xC3 at position 1, line 1") as refused:
        decode_text(CHINESE.encode("gb18030"), "utf-8", "f")
    assert refused.value.code == "file.encoding"
    with pytest.raises(FileRefused, match="UTF-8 by its first bytes, not GB18030"):
        decode_text(CHINESE.encode("utf-8-sig"), "gbk", "f")
    with pytest.raises(FileRefused, match="not one of"):
        decode_text(b"x", "big5", "f")


def test_the_sample_shows_the_lines_that_can_be_judged(write):
    lines = "".join(f"{number},x\n" for number in range(200_000)) + "7,真如镇街道\nx,y\n8,长征镇\n"
    found = decide_encoding(write(lines, encoding="gb18030"), None, "f")
    assert found.sample == ("7,真如镇街道", "8,长征镇")


def test_neither_names_the_byte_and_the_line():
    with pytest.raises(FileRefused, match="neither UTF-8 nor GB18030: byte 0xFF at position 7, line 2"):
        decode_text(b"a\n\xd5\xe6,,\xff\xff", None, "f")


def test_damaged_utf8_is_not_read_as_gb18030():
    """Long before the damage nothing but UTF-8 fits; read as GB18030 it would be readable nonsense."""
    data = (CHINESE * 5).encode() + b"\xd5\xe6\n"
    with pytest.raises(FileRefused, match="is not UTF-8: byte 0xD5 .* line 11"):
        decode_text(data, None, "f")


def test_utf32_and_half_a_character_are_refused():
    with pytest.raises(FileRefused, match="UTF-32"):
        decode_text(codecs.BOM_UTF32_LE + "真".encode("utf-32-le"), None, "f")
    with pytest.raises(FileRefused, match="not UTF-16-LE"):
        decode_text(codecs.BOM_UTF16_LE + b"a\0b", None, "f")


@given(
    st.text(st.characters(codec="utf-8"), max_size=200),
    st.sampled_from(["utf-8", "gb18030", "utf-16"]),
    st.integers(1, 9),
)
def test_any_text_comes_back_whatever_the_blocks(text, codec, block):
    before, encodings._BLOCK = encodings._BLOCK, block
    try:
        declared = None if codec == "utf-16" else codec
        # A NUL behind the mark of UTF-16 is the mark of UTF-32.
        if not text.startswith(("\ufeff", "\0")):
            assert decode_text(text.encode(codec), declared, "f")[0] == text
    finally:
        encodings._BLOCK = before


@given(st.binary(max_size=100), st.sampled_from([None, "utf-8", "gbk", "utf-16"]))
def test_any_bytes_are_text_or_refused(data, declared):
    with contextlib.suppress(FileRefused):
        decode_text(data, declared, "f")
