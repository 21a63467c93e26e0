"""Word templates: what they may say, what they may not carry, and that every value comes out as it went in."""

from __future__ import annotations

import io
import time
import zipfile

import pytest
from docx import Document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.kernel.formats.docx_paper import check_template, render_docx, template_names
from portal.kernel.formats.rows import FileRefused
from tests.kernel.formats.papers import (
    TYPES,
    changed,
    docx,
    picture,
    text_of,
    with_body,
    with_relation,
    with_type,
)

VALUES = {"name": "长征镇", "number": "", "rows": [{"label": "人口", "value": "11"}, {"label": "面积", "value": "12"}]}
MAIN = "wordprocessingml.document.main+xml"


def filled(*paragraphs: str, values: dict | None = None, pictures: dict | None = None, **parts: object) -> str:
    return text_of(render_docx(docx(*paragraphs, **parts), values or VALUES, pictures or {}, "题", "李娜"))


def refused(*paragraphs: str, **parts: object) -> str:
    with pytest.raises(FileRefused) as caught:
        check_template(docx(*paragraphs, **parts), "模板.docx", VALUES, {})
    return str(caught.value)


def refused_file(data: bytes) -> str:
    with pytest.raises(FileRefused) as caught:
        check_template(data, "模板.docx", VALUES, {})
    assert caught.value.code.startswith(("paper.", "file."))
    return str(caught.value)


# --- filling in ---------------------------------------------------------------------------------------------------


def test_values_rows_and_choices_are_filled_in_body_header_and_table():
    said = filled(
        "名称：{{ name }}",
        "{% if number %}编号 {{ number }}{% else %}未编号{% endif %}",
        "{%p for row in rows %}",
        "{{ row.label }}={{ row['value'] }}",
        "{%p endfor %}",
        header="页眉 {{ name }}",
        rows=("{%tr for row in rows %}", "{{ row.label }}", "{%tr endfor %}"),
    )
    for expected in ("名称：长征镇", "未编号", "人口=11", "面积=12", "页眉 长征镇"):
        assert expected in said
    assert said.count("人口") == 2


@pytest.mark.parametrize(
    "value",
    [
        "<w:p>&amp;</w:p>",
        "</w:t></w:r>",
        "\"quotes\" 'and' “这个”",
        "]]>",
        "{{ name }}{% for %}{# #}",
        "𠮷野家 🏠 \u200f",
        "a\nb",
        "a\tb",
        "%(name)s {0}",
        "&#x41;",
    ],
)
def test_a_value_comes_out_as_it_went_in(value):
    said = filled("[{{ name }}]", values={"name": value})
    assert f"[{value}]".replace("\t", "\n") in said


@pytest.mark.parametrize("sign", ["\x00", "\x08", "\x0b", "\x0c", "\x1b", "\x07", "\ud800", "\ufffe", "\x7f", "\x85"])
def test_signs_that_no_document_can_hold_are_shown_as_such(sign):
    said = filled("[{{ name }}]", values={"name": f"甲{sign}乙"})
    assert "[甲\ufffd乙]" in said


@given(st.text(max_size=200))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_text_at_all_makes_a_document_that_opens(value):
    template = docx("[{{ name }}]")
    document = Document(io.BytesIO(render_docx(template, {"name": value}, {}, value, value)))
    assert document.paragraphs[0].text.startswith("[")


def test_a_picture_stands_where_its_name_stood_with_its_words():
    data = render_docx(docx("图：{{ map }}"), {}, {"map": picture()}, "题", "李娜")
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert any(name.startswith("word/media/") for name in package.namelist())
        body = package.read("word/document.xml").decode()
    assert 'descr="一张图"' in body
    assert 'cx="1080000"' in body, "30 mm wide"


def test_title_and_author_are_in_the_properties():
    document = Document(io.BytesIO(render_docx(docx("文"), {}, {}, "A & B <镇>" + "长" * 300, "李娜")))
    assert document.core_properties.title.startswith("A & B <镇>")
    assert document.core_properties.author == "李娜"


def test_the_names_a_template_uses_can_be_listed():
    data = docx("{{ name }} {% if number %}{{ number }}{% endif %}", header="{{ issuer }}")
    assert template_names(data) == ("issuer", "name", "number")


# --- what the language refuses ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ name.__class__ }}",
        "{{ name['__class__'] }}",
        "{{ name|attr('__class__') }}",
        "{% for i in range(10**9) %}x{% endfor %}",
        "{% for i in range(9999999) %}{% endfor %}",
        "{{ 'x' * 10**10 }}",
        "{{ name.rjust(1000000000) }}",
        "{{ '%1000000000d' % 1 }}",
        "{{ 9**9**9 }}",
        "{{ name|replace('a', 'b') }}",
        "{{ name|center(1000000000) }}",
        "{{ lipsum(n=100000) }}",
        "{{ cycler('a').next() }}",
        "{{ self }}{% set x = name ~ name %}",
        "{% set x = 1 %}",
        "{% macro m() %}{{ m() }}{% endmacro %}",
        "{% include 'secrets' %}",
        "{% import 'x' as y %}",
        "{% extends 'base.html' %}",
        "{{ [1,2,3] }}",
        "{{ name() }}",
        "{{ name[:10] }}",
        "{% for row in rows %}{% for more in rows %}x{% endfor %}{% endfor %}",
        "{% for row in rows recursive %}{{ loop(rows) }}{% endfor %}",
        "{% autoescape false %}{{ name }}{% endautoescape %}",
        "{{ name|safe }}",
    ],
)
def test_whatever_computes_calls_or_grows_is_refused_with_a_sentence_at_once(said):
    began = time.monotonic()
    sentence = refused(said)
    assert "template" in sentence
    assert time.monotonic() - began < 2.0


def test_the_refused_part_is_named():
    assert "“range”" in refused("{% for i in range(10**9) %}x{% endfor %}")
    assert "“__mro__”" in refused("{{ ''.__class__.__mro__ }}")


def test_an_unknown_name_is_refused_and_named_with_what_there_is():
    sentence = refused("{{ nmae }}")
    assert "“nmae”" in sentence
    assert "name, number, rows" in sentence


def test_an_unknown_name_in_a_row_a_header_or_a_question_is_named():
    assert "“lable”" in refused("{%p for row in rows %}", "{{ row.lable }}", "{%p endfor %}")
    assert "“isuer”" in refused("文", header="{{ isuer }}")
    assert "“nubmer”" in refused("{% if nubmer %}x{% endif %}")


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("{% if name %}有", "{% if name %}"),
        ("{{ name", "name"),
        ("{{ name }", "name"),
        ("{% endif %}", "{% endif %}"),
        ("{{ name | }}", "{{ name | }}"),
        ("{% fro row in rows %}", "{% fro row in rows %}"),
    ],
)
def test_a_tag_that_is_not_closed_or_not_understood_is_named(said, place):
    sentence = refused("前面没有问题。", said)
    assert "not closed or not understood" in sentence
    assert place in sentence


def test_what_grows_in_spite_of_all_comes_to_an_end():
    rows = [{"label": "长" * 20_000, "value": ""} for _ in range(1_000)]
    with pytest.raises(FileRefused, match="beyond all measure"):
        filled("{% for row in rows %}{{ row.label }}{{ row.label }}{% endfor %}", values={"rows": rows})


# --- what the package must not carry ------------------------------------------------------------------------------


def test_an_ordinary_document_is_taken():
    check_template(docx("{{ name }}"), "模板.docx", VALUES, {})
    check_template(with_relation("hyperlink", "https://example.org/"), "模板.docx", VALUES, {})
    check_template(with_relation("hyperlink", "mailto:office@example.org"), "模板.docx", VALUES, {})


@pytest.mark.parametrize(
    "data", [b"", b"not a zip", b"PK\x03\x04 torn", b"%PDF-1.7\n", b"\xd0\xcf\x11\xe0" + b"\0" * 600]
)
def test_what_is_no_document_is_refused(data):
    assert "模板.docx" in refused_file(data)


def test_another_kind_of_office_file_is_refused():
    assert "not a Word document" in refused_file(with_type(MAIN, "spreadsheet.sheet.main+xml"))
    empty = io.BytesIO()
    with zipfile.ZipFile(empty, "w") as package:
        package.writestr("notes.txt", "x")
    assert "not a Word document" in refused_file(empty.getvalue())


def test_macros_are_refused_by_kind_and_by_part():
    assert ".docm" in refused_file(
        with_type(
            f"application/vnd.openxmlformats-officedocument.{MAIN}",
            "application/vnd.ms-word.document.macroEnabled.main+xml",
        )
    )
    assert "embedded" in refused_file(changed(docx("文"), added={"word/vbaProject.bin": b"x"}))
    assert "embedded" in refused_file(with_relation("vbaProject", "vbaProject.bin", "Internal"))
    assert ".dotx" in refused_file(with_type(MAIN, "wordprocessingml.template.main+xml"))


@pytest.mark.parametrize(
    ("kind", "target", "said"),
    [
        ("attachedTemplate", "http://10.0.0.1/evil.dotm", "embedded"),
        ("attachedTemplate", "file:///C:/Users/x/Normal.dotm", "embedded"),
        ("image", "http://10.0.0.1/tracker.png", "outside itself"),
        ("image", "file://server/share/x.png", "outside itself"),
        ("oleObject", "http://10.0.0.1/x.doc", "embedded"),
        ("frame", "http://10.0.0.1/x.html", "outside itself"),
        ("subDocument", "other.docx", "embedded"),
        ("aFChunk", "http://10.0.0.1/x.html", "embedded"),
        ("hyperlink", "file:///etc/passwd", "outside itself"),
        ("hyperlink", "javascript:alert(1)", "outside itself"),
    ],
)
def test_what_refers_outside_is_refused_with_its_target(kind, target, said):
    sentence = refused_file(with_relation(kind, target))
    assert said in sentence
    assert target in sentence


@pytest.mark.parametrize(
    "name", ["word/embeddings/oleObject1.bin", "word/activeX/activeX1.xml", "word/embeddings/a.xlsx"]
)
def test_embedded_objects_are_refused(name):
    assert name in refused_file(changed(docx("文"), added={name: b"x"}))


@pytest.mark.parametrize(
    "xml",
    [
        '<w:p><w:fldSimple w:instr=" INCLUDEPICTURE &quot;http://10.0.0.1/x.png&quot; "/></w:p>',
        '<w:r><w:fldChar w:fldCharType="begin"/><w:instrText> DD</w:instrText><w:instrText>E x</w:instrText></w:r>',
        '<w:p><w:fldSimple w:instr="includetext \\\\server\\x"/></w:p>',
    ],
)
def test_fields_that_fetch_or_run_are_refused(xml):
    assert "fetches or runs" in refused_file(with_body(xml))


def test_page_numbers_are_fields_that_may_stay():
    check_template(with_body('<w:p><w:fldSimple w:instr=" PAGE "/></w:p>'), "模板.docx", VALUES, {})


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaa">]>',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x SYSTEM "http://10.0.0.1/x.dtd">',
    ],
)
def test_document_types_and_entities_are_refused(head):
    data = changed(docx("文"), {"word/document.xml": lambda xml: xml.replace("?>", f"?>{head}", 1)})
    assert "word/document.xml" in refused_file(data)


def test_a_zip_bomb_is_refused_before_it_is_unpacked():
    assert "MB" in refused_file(changed(docx("文"), added={"word/media/x.xml": b"\0" * (41 * 1024 * 1024)}))
    assert "8 MB" in refused_file(b"PK" + b"\0" * (8 * 1024 * 1024))


def test_names_that_lead_out_and_names_twice_are_refused():
    assert "leads out" in refused_file(changed(docx("文"), added={"../../evil.xml": b"<x/>"}))
    with pytest.warns(UserWarning, match="Duplicate"):
        data = changed(docx("文"), added={"word/document.xml": b"<x/>"})
    assert "two files" in refused_file(data)


def test_a_part_that_is_no_xml_is_refused_by_name():
    assert TYPES in refused_file(changed(docx("文"), {TYPES: lambda xml: xml[:40]}))
