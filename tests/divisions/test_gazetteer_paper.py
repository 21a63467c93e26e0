"""The book: its lists, the PDF with fonts, contents and outline, the Word file with a real table of contents."""

from __future__ import annotations

import datetime as dt
import io
import runpy
import time

import pytest
from docx import Document
from docx.oxml.ns import qn
from pypdf import PdfReader

from portal.divisions.gazetteer_paper import BOOK, book_facts, book_sample
from portal.divisions.models import Lineage
from portal.divisions.service.gazetteer import SaveEntry, save_entry
from portal.errors import Forbidden, NotFound
from portal.exchange.papers import Form, Occasion, compose, house_template, render
from portal.kernel.access.actor import Actor
from portal.kernel.i18n.clock import SHANGHAI
from portal.settings import CHECKOUT
from tests.factories.divisions import make_unit
from tests.factories.gazetteer import AT, TODAY, clerk, make_book_ground, reviewer, save

NOW = dt.datetime(2024, 3, 1, 9, 30, tzinfo=SHANGHAI)
HOSTILE = "<script>alert(1)</script>{{ 7*7 }} & 注"


@pytest.fixture
def ground(session):
    made = make_book_ground(session)
    save(session, made.town, "resident_population", "123456", source="2023年统计公报")
    save(session, made.town, "migrant_population", "999", year=2020, source="旧年报")
    save(session, made.town, "residents_committees", "7", source="镇报")
    text = f"{HOSTILE}\n\n第二段。"
    entry = SaveEntry(made.town.public_id, AT, "history", text, "长征镇志", 0, "李审", TODAY)
    save_entry(session, clerk(made.district), entry, TODAY)
    edge = Lineage(
        edge="seat_moved", from_unit_id=made.town.id, to_unit_id=made.town.id, happened_on=dt.date(2023, 5, 4)
    )
    edge.document = "普府〔2023〕1号"
    session.add(edge)
    session.flush()
    return made


def made_of(session, ground, form, locale="zh_Hans_CN"):
    facts = BOOK.facts(session, clerk(ground.district), ground.district.public_id, AT)
    occasion = Occasion(AT, locale, NOW, "李娜", "http://10.1.2.3:8000", "普陀区")
    return render(compose(BOOK, facts, occasion), form, house_template(BOOK, locale)).content


def said_in(reader):
    return "".join("".join(page.extract_text() for page in reader.pages).split())


def test_the_lists_of_the_book(session, ground):
    values = book_facts(session, clerk(ground.district), ground.district.public_id, AT).values
    towns = {row["name"]: row for row in values["towns"]}
    assert list(towns) == ["普陀区", "长征镇", "桃浦镇"]
    assert towns["长征镇"]["resident_population"] == "123,456"
    assert towns["长征镇"]["migrant_population"] == "999 (2020)"
    assert towns["长征镇"]["residents_committees"] == "1 [7]"
    assert towns["桃浦镇"]["resident_population"] == "—"
    assert [row["head"] or row["name"] for row in values["units"]] == [
        *("长征镇", "长征镇", "海棠苑居委会", "桃浦镇", "桃浦镇")
    ]
    assert [row["document"] for row in values["changes"]] == ["普府〔2023〕1号"]
    assert [row["said"] for row in values["sources"]] == ["2023年统计公报", "镇报", "旧年报", "长征镇志"]


def test_the_book_is_for_readers_of_the_gazetteer_within_their_scope(session, ground):
    with pytest.raises(Forbidden):
        book_facts(session, Actor(1, "x", {}), ground.district.public_id, AT)
    with pytest.raises(NotFound):
        book_facts(session, reviewer(ground.beside), ground.town.public_id, AT)


@pytest.mark.parametrize("locale", ["zh_Hans_CN", "en"])
def test_the_pdf_has_embedded_fonts_numbered_pages_contents_and_outline(session, ground, locale):
    reader = PdfReader(io.BytesIO(made_of(session, ground, Form.PDF, locale)))
    said = said_in(reader)
    for word in ("长征镇", "海棠苑居委会", "123,456", "普府〔2023〕1号", "2023年统计公报", "李审", "第二段"):
        assert word in said, word
    assert "<script>alert(1)</script>{{7*7}}&注" in said
    assert "Macro" not in said
    outline = titles(reader.outline)
    assert outline.count("长征镇") == 2, outline  # Its table and its entry.
    assert len(reader.pages) >= 6
    for number, page in enumerate(reader.pages, start=1):
        text = "".join(page.extract_text().split())
        assert "2023年统计公报" in text, f"no source on page {number}"
        assert f"{number}of{len(reader.pages)}" in text or f"第{number}页" in text
        assert page.mediabox.width > page.mediabox.height
    assert fonts_of(reader)
    assert all(embedded for _, embedded in fonts_of(reader))
    assert any("Noto" in name for name, _ in fonts_of(reader))
    links = [one for one in reader.pages[0]["/Annots"] if one.get_object().get("/Subtype") == "/Link"]
    assert len(links) >= 8


def titles(outline):
    return [title for one in outline for title in (titles(one) if isinstance(one, list) else [one.title])]


def fonts_of(reader):
    found = set()
    for page in reader.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            for inner in font.get_object().get("/DescendantFonts", [font]):
                described = inner.get_object().get("/FontDescriptor", {}).get_object()
                held = any(key in described for key in ("/FontFile", "/FontFile2", "/FontFile3"))
                found.add((str(font.get_object()["/BaseFont"]), held))
    return found


@pytest.mark.parametrize("locale", ["zh_Hans_CN", "en"])
def test_the_word_file_has_a_table_of_contents_page_numbers_and_every_row(session, ground, locale):
    document = Document(io.BytesIO(made_of(session, ground, Form.DOCX, locale)))
    xml = document.element.xml
    fields = [one.text.split()[0] for one in document.element.iter(qn("w:instrText"))]
    assert "TOC" in fields
    kinds = [one.get(qn("w:fldCharType")) for one in document.element.iter(qn("w:fldChar"))]
    assert kinds == ["begin", "separate", "end"]
    assert document.settings.element.find(qn("w:updateFields")) is not None
    footer = document.sections[0].footer._element.xml
    assert "PAGE" in footer
    assert "NUMPAGES" in footer
    assert "2023年统计公报" in "".join(one.text for one in document.sections[0].header.paragraphs)
    rows = [[cell.text for cell in row.cells] for row in document.tables[1].rows]
    assert [row[0] for row in rows[1:]] == ["长征镇", "长征镇", "海棠苑居委会", "桃浦镇", "桃浦镇"]
    assert document.tables[1].rows[1].cells[0].paragraphs[0].style.name == "Heading 2"
    assert "{%" not in xml
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7*7 }} &amp; 注" in xml
    assert "123,456" in xml


def test_a_job_makes_the_book_too(session, ground):
    found = BOOK.below(session, clerk(ground.district), ground.district.public_id, AT)
    assert found == [ground.district.public_id]


def test_the_word_templates_are_what_their_script_writes(tmp_path):
    script = runpy.run_path(str(CHECKOUT / "templates/divisions/print/make_gazetteer.py"))
    for words in (script["CHINESE"], script["ENGLISH"]):
        script["make"](words, tmp_path)
        made = (tmp_path / words["file"]).read_bytes()
        assert made == (CHECKOUT / "templates/divisions/print" / words["file"]).read_bytes()


def test_the_sample_names_the_same_values(session, ground):
    facts = book_facts(session, clerk(ground.district), ground.district.public_id, AT)
    sample = book_sample()
    assert set(sample.values) == set(facts.values)
    for name, value in facts.values.items():
        if isinstance(value, list) and value:
            assert set(sample.values[name][0]) == set(value[0]), name


@pytest.mark.slow
def test_a_district_of_285_committees_is_printed_while_somebody_waits(session, ground):
    towns = [make_unit(session, ground.district, f"第{i}街道", codes={"nbs": f"3101070{i + 20}"}) for i in range(8)]
    for i in range(280):
        made = make_unit(session, towns[i % 8], f"第{i}居委会", level=5, codes={"nbs": f"310107{i + 20000:06d}"})
        save(session, made, "resident_population", str(1000 + i))
    began, used = time.perf_counter(), time.process_time()
    pages = len(PdfReader(io.BytesIO(made_of(session, ground, Form.PDF))).pages)
    pdf_s, cpu_s = time.perf_counter() - began, time.process_time() - used
    began = time.perf_counter()
    made_of(session, ground, Form.DOCX)
    docx_s = time.perf_counter() - began
    print(f"{pages} pages: PDF {pdf_s:.1f} s ({cpu_s:.1f} s of a processor), Word {docx_s:.1f} s")
    assert pdf_s < 30
    assert docx_s < 15
