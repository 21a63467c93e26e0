"""The printed map of divisions: what must stand on it, as letters that can be found."""

from __future__ import annotations

import datetime as dt
import io
import runpy

import pytest
from PIL import Image
from pypdf import PdfReader

from portal.divisions import queries
from portal.divisions.map_paper import MAP, MapWanted, map_facts
from portal.divisions.signals import units_announced
from portal.kernel.access.actor import SYSTEM
from portal.kernel.i18n.words import say
from portal.settings import CHECKOUT
from tests.factories.divisions import make_unit, square
from tests.factories.papers import AT, make_ground, pdf_text

NUMBER = "沪S〔2026〕012号"


@pytest.fixture
def ground(app, session):
    made = make_ground(session)
    make_unit(session, made.district, "真如镇街道", shape=square(121.42), quality="legal")
    make_unit(session, made.district, "无图街道")
    units_announced.send("test", session=session, actor=SYSTEM)
    return made


def fonts_of(pdf: bytes) -> list[tuple[str, bool]]:
    """Each font with whether its file is inside."""
    found = []
    for page in PdfReader(io.BytesIO(pdf)).pages:
        for font in (page["/Resources"].get("/Font") or {}).values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            descriptor = inner["/FontDescriptor"].get_object()
            found.append((str(inner["/BaseFont"]), any(f"/FontFile{n}" in descriptor for n in ("", "2", "3"))))
    return found


def test_areas_by_kind_and_lines_by_quality_are_on_the_map_and_in_its_legend(session, ground):
    facts = MAP.facts(session, None, ground.district.public_id, AT)
    styles = [one.style for one in facts.figure.shapes]
    assert styles[:3].count("kind_town") == 2
    assert {"kind_street", "line_schematic", "line_digitised", "line_legal", "rim"} <= set(styles) | {"rim"}
    legends = {say(one.legend, "en") for one in facts.figure.shapes}
    assert {"Town", "Subdistrict", "Legal boundary line"} <= legends
    assert facts.figure.schematic
    assert say(facts.values["missing"], "en") == "Without an outline: 无图街道"
    assert say(facts.values["approval"], "en").startswith("Sample map")


def test_the_public_map_as_pdf_has_fonts_scale_date_source_and_number(client, ground):
    answer = client.get(f"/exchange/papers/divisions/map/{ground.district.public_id}.pdf?at={AT}&lang=zh")
    assert answer.status_code == 200
    said = pdf_text(answer.data)
    assert "普陀区行政区划图" in said or "Mapofthedivisionsof普陀区" in said
    assert "1:" in said
    assert "2026年7月1日" in said
    assert "测试" in said
    assert "审图号" in said
    fonts = fonts_of(answer.data)
    assert fonts
    assert all(inside for _, inside in fonts)
    reader = PdfReader(io.BytesIO(answer.data))
    assert len(reader.pages) == 1
    box = reader.pages[0].mediabox
    assert (round(float(box.width)), round(float(box.height))) == (842, 595)


def test_the_public_map_as_a_word_file(client, ground):
    answer = client.get(f"/exchange/papers/divisions/map/{ground.district.public_id}.docx?at={AT}&lang=zh")
    assert answer.status_code == 200
    assert answer.data.startswith(b"PK")


def test_the_public_map_is_of_a_day_and_only_then(client, ground):
    assert (
        client.get(f"/exchange/papers/divisions/map/{ground.district.public_id}.pdf?at=1990-01-01").status_code == 404
    )


def test_the_clerk_prints_with_the_approval_number_on_a3(as_role, ground):
    clerk = as_role("division_clerk")
    answer = clerk.get(f"/divisions/map/print?at={AT}&level=4&size=a3&file=pdf&number={NUMBER}&lang=zh")
    assert answer.mimetype == "application/pdf"
    said = pdf_text(answer.data)
    assert NUMBER in said
    assert "样图" not in said
    reader = PdfReader(io.BytesIO(answer.data))
    assert len(reader.pages) == 1
    box = reader.pages[0].mediabox
    assert (round(float(box.width)), round(float(box.height))) == (1191, 842)


def test_the_clerk_gets_a_picture_too(as_role, ground):
    answer = as_role("division_clerk").get(f"/divisions/map/print?at={AT}&level=4&size=a4&file=png&number=")
    picture = Image.open(io.BytesIO(answer.data))
    assert picture.format == "PNG"
    assert picture.width == pytest.approx(269 / 25.4 * 300, abs=2)


def test_the_number_is_the_clerks_to_give(client, as_role, ground):
    assert client.get("/divisions/map/print").status_code == 303
    assert as_role("officer").get("/divisions/map/print").status_code == 403
    assert NUMBER not in pdf_text(
        client.get(f"/exchange/papers/divisions/map/{ground.district.public_id}.pdf?number={NUMBER}").data
    )


def test_the_form_says_what_is_wrong(as_role, ground):
    clerk = as_role("division_clerk")
    assert clerk.get("/divisions/map/print").status_code == 200
    page = clerk.get("/divisions/map/print?at=nonsense&level=4&size=a0&file=pdf")
    assert page.status_code == 422
    assert page.text.count("field__error") == 2
    empty = clerk.get(f"/divisions/map/print?at={AT}&level=5&size=a4&file=png")
    assert empty.status_code == 422


def test_committees_are_those_within_the_district(session, ground):
    district = queries.public_unit(session, ground.district.public_id, AT)
    facts = map_facts(session, district, MapWanted(AT, level=5))
    assert facts.figure is None
    assert say(facts.values["missing"], "en") == "Without an outline: 海棠苑居委会"


def test_the_sample_has_the_names_of_the_real_thing(session, ground):
    real = MAP.facts(session, None, ground.district.public_id, dt.date(2026, 7, 1))
    assert set(MAP.sample().values) == set(real.values)


def test_the_word_templates_are_what_their_script_makes(tmp_path):
    folder = CHECKOUT / "templates" / "divisions" / "print"
    script = runpy.run_path(str(folder / "make_map.py"))
    for words in (script["CHINESE"], script["ENGLISH"]):
        script["make"](words, tmp_path)
        assert (tmp_path / words["file"]).read_bytes() == (folder / words["file"]).read_bytes()
