import contextlib
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.kernel.formats.archive import open_archive
from portal.kernel.formats.limits import Limits
from portal.kernel.formats.rows import FileRefused
from tests.kernel.formats.zips import encrypted, with_link, with_raw_name, zipped

MEGABYTE = 1024 * 1024
GBK = "村界".encode("gbk")


def _names(path, **limits):
    with open_archive(path, "a.zip", Limits(**limits)) as archive:
        return [member.name for member in archive.members]


def _unpack(path, **limits):
    with open_archive(path, "a.zip", Limits(**limits)) as archive:
        for member in archive.members:
            list(archive.blocks(member))


def _refusal(path, **limits):
    with pytest.raises(FileRefused) as refused:
        _unpack(path, **limits)
    assert "a.zip" in str(refused.value)
    return refused.value.code


def test_members_are_listed_without_folders_and_the_leavings_of_desktops(write):
    files = {"a/": b"", "a/b.shp": b"x", "__MACOSX/a/._b.shp": b"x", "a/.DS_Store": b"x", "Thumbs.db": b"x"}
    assert _names(write(zipped(files))) == ["a/b.shp"]


@pytest.mark.parametrize("raw", [GBK, "界".encode() + b"x"])
def test_names_without_the_flag_are_utf8_or_gb18030(write, raw):
    data = with_raw_name(zipped({"WXYZ.shp": b"x"}), "WXYZ", raw)
    expected = "村界.shp" if raw == GBK else "界x.shp"
    assert _names(write(data)) == [expected]


def test_names_with_the_flag(write):
    assert _names(write(zipped({"村界.shp": b"x"}))) == ["村界.shp"]


def test_backslashes_are_folders(write):
    data = with_raw_name(zipped({"aXb.shp": b"x"}), "aXb", b"a\\b")
    assert _names(write(data)) == ["a/b.shp"]


@pytest.mark.parametrize("name", ["../x", "a/../../x", "/etc/x", "C:/x", "\\\\host/x", "a\\..\\..\\x", "a\nb"])
def test_names_that_lead_out_are_refused(write, name):
    assert _refusal(write(zipped({name: b"x"}))) == "file.zip_name"


def test_links_are_refused(write):
    assert _refusal(write(with_link("a.shp", "/etc/passwd"))) == "file.zip_link"


def test_encrypted_members_are_refused(write):
    assert _refusal(write(encrypted({"a.shp": b"x"}))) == "file.password"


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("second", ["a.shp", "A.SHP"])
def test_a_name_twice_is_refused(write, tmp_path, second):
    path = tmp_path / "t.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.shp", b"1")
        archive.writestr(second, b"2")
    assert _refusal(path) == "file.zip_twice"


def test_other_packings_are_refused(write):
    assert _refusal(write(zipped({"a.shp": b"x" * 1000}, packed=zipfile.ZIP_LZMA))) == "file.zip_method"


def test_too_many_members(write):
    data = zipped({f"{number}.txt": b"" for number in range(11)})
    assert _refusal(write(data), zip_members=10) == "file.zip_members"


def test_a_directory_of_many_entries_is_refused_before_it_is_read(write):
    data = zipped({f"{number}{'x' * 200}.txt": b"" for number in range(100)})
    assert _refusal(write(data), zip_members=10) == "file.zip_members"


def test_a_bomb_by_ratio(write):
    assert _refusal(write(zipped({"a.xml": b"0" * 20 * MEGABYTE}))) == "file.zip_ratio"


def test_a_small_text_may_shrink_as_much_as_it_likes(write):
    assert _names(write(zipped({"a.xml": b"0" * MEGABYTE}))) == ["a.xml"]


def test_too_much_in_all(write):
    data = zipped({"a": b"0" * MEGABYTE, "b": b"0" * MEGABYTE})
    assert _refusal(write(data), unpacked_bytes=2 * MEGABYTE - 1) == "file.too_large"


def test_a_size_that_lies_does_not_help(write):
    """The directory says 10 bytes; the stream holds a megabyte."""
    data = zipped({"a": b"0" * MEGABYTE})
    lied = data.replace(MEGABYTE.to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lied != data
    assert _refusal(write(lied)) == "file.damaged"


@pytest.mark.parametrize("cut", [10, 40, 200])
def test_a_truncated_zip(write, cut):
    data = zipped({"a.txt": bytes(range(256)) * 4})
    assert _refusal(write(data[:-cut])) == "file.damaged"


def test_a_damaged_member(write):
    data = bytearray(zipped({"a.txt": bytes(range(256)) * 40}))
    data[60] ^= 0xFF
    assert _refusal(write(bytes(data))) == "file.damaged"


def test_extracting_writes_flat_names(write, tmp_path):
    path, folder = write(zipped({"a/村界.shp": b"1", "a/村界.dbf": b"22"})), tmp_path / "out"
    folder.mkdir()
    with open_archive(path, "a.zip") as archive:
        written = archive.extract(archive.members, folder)
    assert [(one.name, one.read_bytes()) for one in written] == [("村界.shp", b"1"), ("村界.dbf", b"22")]


def test_extracting_under_names_of_ones_own(write, tmp_path):
    with open_archive(write(zipped({"a/村界.shp": b"1"})), "a.zip") as archive:
        written = archive.extract({"layer.shp": archive.members[0]}, tmp_path)
    assert written == [tmp_path / "layer.shp"]


def test_nothing_is_left_when_extracting_is_refused(write, tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    data = zipped({"a": b"0" * MEGABYTE, "b": bytes(MEGABYTE // 2)})
    with open_archive(write(data), "a.zip", Limits(unpacked_bytes=2 * MEGABYTE)) as archive:
        tight = type(archive)(archive.name, archive.members, Limits(unpacked_bytes=MEGABYTE), archive.source)
        with pytest.raises(FileRefused, match="when unpacked"):
            tight.extract(tight.members, folder)
    assert list(folder.iterdir()) == []


def test_two_folders_with_the_same_name_cannot_be_flattened(write, tmp_path):
    path = write(zipped({"a/x.shp": b"1", "b/X.shp": b"2"}))
    twice = pytest.raises(FileRefused, match="two files of the name")
    with open_archive(path, "a.zip") as archive, twice:
        archive.extract(archive.members, tmp_path)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_mutated_zip_is_read_or_refused(tmp_path_factory, data):
    whole = bytearray(zipped({"a.shp": b"abc" * 30, "村.dbf": bytes(range(200))}))
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("zip") / "a.zip"
    path.write_bytes(whole[: data.draw(st.integers(1, len(whole)))])
    with contextlib.suppress(FileRefused):
        _unpack(path)
