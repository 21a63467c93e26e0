import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.formats.dbf_encoding import decide_dbf_encoding, decode_cell
from portal.kernel.formats.dbf_table import read_dbf_header
from portal.kernel.formats.rows import FileRefused
from tests.factories.vector_files import with_deleted, with_language, write_shapefile

SHAPES = [shapely.box(121.4, 31.2, 121.5, 31.3)] * 2


@pytest.fixture
def table(tmp_path):
    def make(values, *, encoding="GBK", heading="名称", language=0):
        files = write_shapefile(tmp_path / "made", SHAPES[: len(values)], {heading: values}, encoding=encoding)
        path = tmp_path / "table.dbf"
        path.write_bytes(with_language(files[".dbf"], language))
        return read_dbf_header(path, "f.zip")

    return make


def _decide(table, cpg=None, wished=None):
    found = decide_dbf_encoding(table, cpg, wished, "f.zip")
    return found.name, found.basis


@pytest.mark.parametrize("cpg", ["GBK", "936", "CP936", "ANSI 936", "gb2312", "GB18030", "OEM 936", "\ufeffGBK"])
def test_a_declaration_beside_the_table_is_believed(table, cpg):
    assert _decide(table(["真如镇街道", "万里街道"]), cpg) == ("gb18030", "declared")


@pytest.mark.parametrize("cpg", ["UTF-8", "utf8", "65001"])
def test_utf8_beside_the_table(table, cpg):
    assert _decide(table(["真如镇街道", "万里街道"], encoding="UTF-8"), cpg) == ("utf-8", "declared")


def test_the_language_byte_is_a_declaration(table):
    assert _decide(table(["真如镇街道", "b"], language=0x4D)) == ("gb18030", "declared")
    assert _decide(table(["真如鎮", "b"], encoding="BIG5", heading="n", language=0x4F)) == ("big5", "declared")


@pytest.mark.parametrize("language", [0x00, 0x01, 0x03, 0x57])
def test_western_code_pages_declare_nothing(table, language):
    found = decide_dbf_encoding(table(["真如镇街道", "万里街道"], language=language), None, None, "f.zip")
    assert (found.name, found.basis) == ("gb18030", "fallback")
    assert found.sample == ("名称", "真如镇街道", "万里街道")


def test_without_a_declaration_utf8_is_tried_first(table):
    assert _decide(table(["真如镇街道", "万里街道"], encoding="UTF-8")) == ("utf-8", "valid")


def test_what_has_no_chinese_needs_no_confirmation(table):
    assert _decide(table(["a", "b"], heading="n")) == ("utf-8", "declared")


def test_a_wrong_declaration_is_passed_over_and_said(table):
    found = decide_dbf_encoding(table(["真如镇街道", "b"]), "UTF-8", None, "f.zip")
    assert (found.name, found.basis) == ("gb18030", "fallback")
    assert "UTF-8" in str(found.notes[0])


def test_an_unknown_declaration_leaves_the_next_one(table):
    assert _decide(table(["真如镇街道", "b"], language=0x4D), "system") == ("gb18030", "declared")


def test_the_person_is_asked_before_everything(table):
    made = table(["真如镇街道", "b"], language=0x4F)
    assert _decide(made, "UTF-8", "gbk") == ("gb18030", "declared")
    with pytest.raises(FileRefused, match="not utf-8") as caught:
        _decide(made, None, "utf-8")
    assert caught.value.code == "file.encoding"
    with pytest.raises(FileRefused, match="not one of"):
        _decide(made, None, "klingon")


def test_names_and_values_cut_in_the_middle_of_a_character(table):
    made = table(["x" * 253 + "街道", "b"], heading="九十个字节的街道名")
    assert [len(field.name) for field in made.fields] == [10]
    assert _decide(made) == ("gb18030", "fallback")


def test_a_cut_is_forgiven_only_where_there_was_no_more_room(table):
    made = table(["街", "b"], heading="n")
    path = made.path
    path.write_bytes(path.read_bytes().replace("街".encode("gbk"), "街".encode()[:2]))
    # Two bytes of a UTF-8 character in a field of 80: it is not UTF-8 that was cut.
    assert _decide(read_dbf_header(path, "f.zip"))[0] == "gb18030"


def test_neither_is_refused(table):
    made = table(["街街", "b"], heading="n")
    made.path.write_bytes(made.path.read_bytes().replace("街街".encode("gbk"), b"\xff\xff\xff\xff"))
    with pytest.raises(FileRefused, match="neither UTF-8 nor GB18030"):
        _decide(made)


@given(st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=20), st.data())
def test_a_cut_text_loses_only_its_last_character(written, data):
    codec = data.draw(st.sampled_from(["utf-8", "gb18030"]))
    raw = written.encode(codec)
    cut = data.draw(st.integers(1, len(raw)))
    decoded, note = decode_cell(raw[:cut], codec)
    assert written.startswith(decoded)
    assert (note is None) == (raw[:cut].decode(codec, "ignore").encode(codec) == raw[:cut])
    assert note is None or note.problem.level == "note"


def test_a_text_broken_in_its_middle_is_a_problem():
    decoded, problem = decode_cell(b"a\xffb", "utf-8")
    assert (decoded, problem.problem.code, problem.problem.level) == ("ab", "cell.encoding", "error")


def test_the_outside_of_a_table(table, tmp_path):
    made = table(["真如", "b"])
    assert (made.count, made.deleted()) == (2, 0)
    path = tmp_path / "spoiled.dbf"
    path.write_bytes(with_deleted(made.path.read_bytes(), 1))
    assert read_dbf_header(path, "f").deleted() == 1


@pytest.mark.parametrize("keep", [0, 10, 31, 33, 70])
def test_a_table_without_a_whole_header_is_damaged(table, tmp_path, keep):
    path = tmp_path / "spoiled.dbf"
    path.write_bytes(table(["真如", "b"]).path.read_bytes()[:keep])
    with pytest.raises(FileRefused, match="damaged|cut off"):
        read_dbf_header(path, "f")


def test_a_table_that_lacks_records_says_how_many(table, tmp_path):
    whole = table(["真如", "b"])
    path = tmp_path / "spoiled.dbf"
    path.write_bytes(whole.path.read_bytes()[: whole.header_length + whole.record_length + 3])
    with pytest.raises(FileRefused, match="announces 2 rows, 1 are there"):
        read_dbf_header(path, "f")
