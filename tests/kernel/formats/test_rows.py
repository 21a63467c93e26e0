import os
from pathlib import Path

import pytest

from portal.errors import BadInput
from portal.kernel.formats.rows import (
    MAX_CELL,
    MAX_COLUMNS,
    MAX_ROWS,
    FileRefused,
    cell_problem,
    check_column_count,
    check_file,
    check_row_count,
    read_bytes,
)


def test_a_good_file_passes(write):
    path = write("name\n真如\n")
    check_file(path)
    assert read_bytes(path) == "name\n真如\n".encode()


def test_a_link_to_a_good_file_passes(write, tmp_path):
    (tmp_path / "link").symlink_to(write("x"))
    check_file(tmp_path / "link")


def test_a_missing_file(tmp_path):
    with pytest.raises(FileRefused, match=r"^none\.csv does not exist\.$"):
        check_file(tmp_path / "none.csv")


def test_a_path_through_a_file_is_missing(write):
    with pytest.raises(FileRefused, match="does not exist"):
        check_file(write("x") / "below.csv")


def test_a_folder(tmp_path):
    with pytest.raises(FileRefused, match="is a folder"):
        check_file(tmp_path)


def test_a_pipe_is_refused_without_waiting_for_it(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(FileRefused, match="not a regular file"):
        check_file(tmp_path / "pipe")


def test_a_device_is_refused():
    with pytest.raises(FileRefused, match="not a regular file"):
        check_file(Path("/dev/zero"))


def test_an_empty_file(write):
    with pytest.raises(FileRefused, match="is empty"):
        check_file(write(b""))


@pytest.mark.parametrize("blank", [b" ", b"\n\r\n\t ", b"\xef\xbb\xbf", b"\xef\xbb\xbf \n", b"\n" * 3_000_000])
def test_a_blank_file(write, blank):
    with pytest.raises(FileRefused, match="nothing but blank space"):
        check_file(write(blank))


def test_the_size_is_refused_before_anything_is_read(tmp_path, monkeypatch):
    path = tmp_path / "huge.geojson"
    with path.open("wb") as file:
        file.truncate(500 * 1024 * 1024)
    monkeypatch.setattr(Path, "open", lambda *_: pytest.fail("the file was opened"))
    with pytest.raises(FileRefused, match=r"huge\.geojson is too large: 500\.0 MB; the most is 256\.0 MB"):
        check_file(path)


def test_the_limit_itself_passes(write):
    check_file(write(b"12345"), 5)
    with pytest.raises(FileRefused, match="too large"):
        check_file(write(b"123456"), 5)


def test_a_file_that_grows_after_the_check_is_still_cut(write, monkeypatch):
    path = write(b"123456")
    monkeypatch.setattr("portal.kernel.formats.rows.check_file", lambda *_, **__: None)
    with pytest.raises(FileRefused, match="too large"):
        read_bytes(path, 5)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_one_may_not_read(write):
    path = write("x")
    path.chmod(0)
    with pytest.raises(FileRefused, match="cannot be read: Permission denied"):
        check_file(path)


def test_a_name_too_long_for_the_disk(tmp_path):
    with pytest.raises(FileRefused, match="cannot be read"):
        check_file(tmp_path / ("x" * 5000), name="long.csv")


def test_an_upload_is_named_as_its_owner_named_it(write):
    with pytest.raises(FileRefused, match=r"^街镇\.csv is empty"):
        check_file(write(b"", "3fa9c1"), name="街镇.csv")


def test_a_refusal_is_bad_input():
    assert issubclass(FileRefused, BadInput)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("真如镇街道", None),
        ("", None),
        ("𠮷野", None),
        ("x" * MAX_CELL, None),
        ("x" * (MAX_CELL + 1), "cell.too_long"),
        ("a\0b", "cell.no_character"),
        ("a\ud800", "cell.no_character"),
    ],
)
def test_what_a_cell_may_hold(value, code):
    problem = cell_problem(value)
    assert (problem and problem.code) == code


def test_the_caps_on_rows_and_columns():
    check_row_count(MAX_ROWS, "f")
    check_column_count(MAX_COLUMNS, "f")
    with pytest.raises(FileRefused, match="more than 200000 rows"):
        check_row_count(MAX_ROWS + 1, "f")
    with pytest.raises(FileRefused, match="201 columns; the most is 200"):
        check_column_count(MAX_COLUMNS + 1, "f")
