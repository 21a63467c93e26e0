"""Word templates for tests, ordinary and hostile, made of a small document whose parts are changed by hand."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping

from docx import Document
from PIL import Image

from portal.kernel.formats.picture import Picture

RELS = "word/_rels/document.xml.rels"
TYPES = "[Content_Types].xml"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def picture(colour: str = "red", words: str = "一张图") -> Picture:
    """A small picture of one colour."""
    written = io.BytesIO()
    Image.new("RGB", (20, 10), colour).save(written, "PNG")
    return Picture(written.getvalue(), 30.0, words)


def docx(*paragraphs: str, header: str = "", rows: tuple[str, ...] = ()) -> bytes:
    """A document of paragraphs, each in one piece, with a header and one-column table rows."""
    document = Document()
    for said in paragraphs:
        document.add_paragraph(said)
    if header:
        document.sections[0].header.paragraphs[0].text = header
    if rows:
        table = document.add_table(len(rows), 1)
        for row, said in zip(table.rows, rows, strict=True):
            row.cells[0].text = said
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def changed(
    data: bytes,
    parts: Mapping[str, Callable[[str], str]] | None = None,
    added: Mapping[str, bytes | str] | None = None,
) -> bytes:
    """The same package with some parts rewritten and others added."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            content = source.read(info)
            if parts and info.filename in parts:
                content = parts[info.filename](content.decode()).encode()
            target.writestr(info.filename, content)
        for name, content in (added or {}).items():
            target.writestr(name, content)
    return written.getvalue()


def with_relation(kind: str, target: str, mode: str = "External") -> bytes:
    """A document that refers to something."""
    entry = f'<Relationship Id="rId99" Type="{OFFICE}/{kind}" Target="{target}" TargetMode="{mode}"/>'
    return changed(docx("文"), {RELS: lambda xml: xml.replace("</Relationships>", f"{entry}</Relationships>")})


def with_body(xml: str) -> bytes:
    """A document with some XML of its own at the beginning."""
    return changed(docx("文"), {"word/document.xml": lambda body: body.replace("<w:body>", f"<w:body>{xml}")})


def with_type(old: str, new: str) -> bytes:
    """A document that says it is of another kind."""
    return changed(docx("文"), {TYPES: lambda xml: xml.replace(old, new)})


def text_of(data: bytes) -> str:
    """Everything a document says: body, tables (nested cells once), headers and footers."""
    document = Document(io.BytesIO(data))
    parts = [document.element.body]
    for section in document.sections:
        parts += [section.header._element, section.footer._element]
    word = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    found = (one for part in parts for one in part.iter(f"{word}t", f"{word}br", f"{word}tab", f"{word}p"))
    return "".join(one.text or "" if one.tag == f"{word}t" else "\n" for one in found)
