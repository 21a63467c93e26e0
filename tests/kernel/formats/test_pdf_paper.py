"""PDF papers: nothing is fetched, fonts are embedded, text comes out again, pages are counted."""

from __future__ import annotations

import http.server
import io
import threading
from collections.abc import Iterator
from html import escape

import pytest
from pypdf import PdfReader

from portal.errors import BadInput
from portal.kernel.formats.pdf_paper import join_pdfs, pdf_of_html, render_pdf
from portal.kernel.formats.picture import Picture
from tests.kernel.formats.papers import picture

TEMPLATE = "components/paper"
VALUES = {
    "title": "长征镇基本情况表",
    "number": "普陀区-2026-0001",
    "issuer": "普陀区",
    "at": "2026-07-01",
    "made_at": "2026-07-01 09:30",
    "made_by": "李娜",
    "address": "http://10.1.2.3:8000/divisions/1",
    "notices": [{"said": "界线为示意界线。"}],
    "signatures": [{"role": "制表人"}, {"role": "审核人"}],
}


def paper(locale: str = "zh_Hans_CN", pictures: dict[str, Picture] | None = None, **changed: object) -> PdfReader:
    return read(render_pdf(TEMPLATE, VALUES | changed, pictures or {}, locale))


def read(data: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(data))


def text_of(reader: PdfReader) -> str:
    """What all pages say, without the blanks and breaks of the layout."""
    return "".join("".join(page.extract_text() for page in reader.pages).split())


def page(body: str) -> str:
    return f'<!doctype html><html lang="en"><head><title>t</title></head><body>{body}</body></html>'


def fonts_of(reader: PdfReader) -> dict[str, bool]:
    """Names of the fonts on all pages and whether their files are in the document."""
    found = {}
    for one in reader.pages:
        for font in one["/Resources"]["/Font"].values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            held = inner["/FontDescriptor"].get_object()
            found[str(inner["/BaseFont"])] = any(key in held for key in ("/FontFile", "/FontFile2", "/FontFile3"))
    return found


# --- what is on it ------------------------------------------------------------------------------------------------


def test_every_value_can_be_read_back():
    said = text_of(paper())
    for expected in (
        "长征镇基本情况表",
        "普陀区-2026-0001",
        "2026-07-0109:30",
        "李娜",
        "界线为示意界线。",
        "制表人",
        "审核人",
    ):
        assert expected in said
    assert "http://10.1.2.3:8000/divisions/1" in said


def test_chinese_fonts_are_embedded():
    fonts = fonts_of(paper())
    assert fonts
    assert all(fonts.values())
    assert all("CJK-SC" in name for name in fonts), fonts


def test_it_is_a4_tagged_and_knows_its_title_and_language():
    reader = paper()
    box = reader.pages[0].mediabox
    assert (float(box.width) / 72 * 25.4, float(box.height) / 72 * 25.4) == pytest.approx((210, 297), abs=0.5)
    assert reader.metadata.title == "长征镇基本情况表 普陀区-2026-0001"
    assert reader.metadata.author == "李娜"
    catalogue = reader.trailer["/Root"]
    assert catalogue["/Lang"] == "zh-CN"
    assert catalogue["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in catalogue
    assert paper("en").trailer["/Root"]["/Lang"] == "en"


def test_pages_are_counted_on_each_page():
    many = [{"said": f"第{n}条：" + "说明文字" * 30} for n in range(40)]
    reader = paper("en", notices=many)
    assert len(reader.pages) >= 3
    for nth, one in enumerate(reader.pages, start=1):
        assert f"Page {nth} of {len(reader.pages)}" in one.extract_text()


def test_what_is_not_numbered_bears_no_word_of_a_number():
    assert "No." in text_of(paper("en"))
    assert "No." not in text_of(paper("en", number=""))


def test_pictures_are_on_the_page_with_their_words():
    reader = paper(pictures={"qr": picture("blue", "二维码")})
    assert [image.image.size for image in reader.pages[0].images] == [(20, 10)]
    assert alternatives(reader) == ["二维码"]


def alternatives(reader: PdfReader) -> list[str]:
    """What a reader who does not see is told of figures: the words in the tree of the document's structure."""

    def below(node: object) -> Iterator[str]:
        held = node.get_object()
        if isinstance(held, list):
            for child in held:
                yield from below(child)
        elif isinstance(held, dict):
            if "/Alt" in held:
                yield str(held["/Alt"])
            if "/K" in held:
                yield from below(held["/K"])

    return list(below(reader.trailer["/Root"]["/StructTreeRoot"]))


@pytest.mark.parametrize(
    "value",
    ["<b>粗</b>", "&amp;", "{{ title }}", "</title><script>alert(1)</script>", "甲\x00乙", "“引”'\"", "\ud800x"],
)
def test_a_value_is_only_text(value):
    said = text_of(paper(issuer=value))
    shown = "".join(value.replace("\x00", "\ufffd").replace("\ud800", "\ufffd").split())
    assert shown in said


def test_many_papers_become_one_document():
    one, other = (render_pdf(TEMPLATE, VALUES | {"title": title}, {}, "en") for title in ("First", "Second"))
    joined = read(join_pdfs([one, other, one]))
    assert ["First" in page.extract_text() for page in joined.pages] == [True, False, True]


# --- nothing is fetched -------------------------------------------------------------------------------------------


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """A web server that writes down every request."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()


WAYS = {
    "picture": '<img src="{url}" alt="x">',
    "object": '<object data="{url}"></object>',
    "embedded": '<embed src="{url}">',
    "style sheet": '<link rel="stylesheet" href="{url}">',
    "style import": '<style>@import url("{url}");</style>',
    "background": '<p style="background: url({url})">x</p>',
    "font": '<style>@font-face {{ font-family: f; src: url("{url}") }} p {{ font-family: f }}</style><p>x</p>',
    "attachment": '<link rel="attachment" href="{url}">',
    "attached link": '<a rel="attachment" href="{url}">x</a>',
    "svg picture": '<svg width="9" height="9"><image href="{url}" width="9" height="9"/></svg>',
    "base": '<base href="{url}/"><img src="x.png" alt="x">',
}


@pytest.mark.parametrize("way", WAYS)
def test_no_template_fetches_from_the_network(listener, way):
    url, asked = listener
    with pytest.raises(BadInput, match="fetches nothing"):
        pdf_of_html(page(WAYS[way].format(url=f"{url}/x.png")), {})
    assert asked == []


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("scheme", ["file://", "ftp://127.0.0.1"])
def test_no_template_reads_a_file_or_asks_another_service(tmp_path, way, scheme):
    (tmp_path / "secret.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"><text>秘密</text></svg>')
    with pytest.raises(BadInput, match="fetches nothing"):
        pdf_of_html(page(WAYS[way].format(url=f"{scheme}{tmp_path}/secret.svg")), {})


@pytest.mark.parametrize("scheme", ["http://127.0.0.1:1/x", "file:///etc/passwd", "ftp://127.0.0.1/x"])
def test_an_address_in_a_value_is_only_text(scheme):
    hostile = f'<img src="{scheme}"><style>@import "{scheme}";</style>{scheme}'
    assert escape(scheme, quote=False) in text_of(paper(issuer=hostile))


def test_what_is_not_even_asked_for_is_not_fetched(listener):
    url, asked = listener
    body = (
        f'<svg width="9" height="9"><use href="{url}/x#a"/></svg><iframe src="{url}/y"></iframe><script src="{url}/z">'
    )
    pdf_of_html(page(body + "</script>"), {})
    assert asked == []


def test_a_picture_of_another_paper_and_one_inside_a_picture_are_not_to_be_had():
    with pytest.raises(BadInput, match="picture:other"):
        pdf_of_html(page('<img src="picture:other" alt="x">'), {"map": picture()})
    inside = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>"
    with pytest.raises(BadInput, match="/etc/passwd"):
        pdf_of_html(page(f'<img src="{inside}" alt="x">'), {})


def test_data_and_own_pictures_are_shown():
    dot = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw=="
    made = read(pdf_of_html(page(f'<img src="{dot}" alt="x"><img src="picture:map" alt="y">'), {"map": picture()}))
    assert len(made.pages[0].images) == 2
