import pytest

from portal.kernel.formats.encoding import decode_declared, decode_utf8
from portal.kernel.formats.rows import FileRefused


@pytest.mark.parametrize(("mark", "named"), [(b"", "utf-8"), (b"\xef\xbb\xbf", "utf-8-sig")])
def test_utf8_with_and_without_a_mark(mark, named):
    assert decode_utf8(mark + "真如".encode(), "f") == ("真如", named)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_the_first_wrong_byte_and_its_line_are_named(mark):
    data = mark + b"name\nx," + "真如".encode("gb18030")
    with pytest.raises(FileRefused, match=f"f is not UTF-8: byte 0xD5 at position {len(mark) + 8}, line 2"):
        decode_utf8(data, "f")


def test_gb18030_is_never_guessed_but_named_as_the_way_out():
    data = "真如".encode("gb18030")
    with pytest.raises(FileRefused, match="If it is GB18030, say --encoding gb18030"):
        decode_declared(data, "f", None)
    for name in ("gb18030", "GBK", "gb2312", " GB18030 "):
        assert decode_declared(data, "f", name) == ("真如", "gb18030")


@pytest.mark.parametrize("name", [None, "utf-8", "UTF_8", "utf-8-sig"])
def test_utf8_by_any_name(name):
    assert decode_declared("真如".encode(), "f", name)[0] == "真如"


def test_a_file_marked_utf8_is_not_read_as_gb18030():
    with pytest.raises(FileRefused, match="UTF-8 by its first bytes"):
        decode_declared("真如".encode("utf-8-sig"), "f", "gb18030")


def test_broken_gb18030_is_named():
    with pytest.raises(FileRefused, match="not GB18030: byte 0xFF at position 3, line 2"):
        decode_declared(b"a\n\xff\xff", "f", "gb18030")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("declared", [None, "gb18030"])
def test_utf16_is_called_by_its_name(encoding, declared):
    with pytest.raises(FileRefused, match="UTF-16"):
        decode_declared("\ufeff真如".encode(encoding), "f", declared)


@pytest.mark.parametrize("declared", ["latin-1", "big5", "%(x)s"])
def test_other_encodings_are_not_taken(declared):
    with pytest.raises(FileRefused, match="not one of utf-8, gb18030"):
        decode_declared(b"x", "f", declared)
