"""A Word file from the office, looked at before anything opens it: nothing in it may run, reach out or hide."""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from docx import Document
from docxtpl import DocxTemplate
from lxml import etree

from portal.kernel.formats.archive import Archive, open_archive
from portal.kernel.formats.limits import Limits
from portal.kernel.formats.rows import FileRefused
from portal.kernel.i18n.text import Text, text

MEGABYTE = 1024 * 1024
LIMITS = Limits(file_bytes=8 * MEGABYTE, zip_members=400, unpacked_bytes=40 * MEGABYTE, zip_ratio_from=8 * MEGABYTE)
LARGEST_XML = 4 * MEGABYTE
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
MACROS, TEMPLATE = "macroEnabled", "wordprocessingml.template.main"
OFFICE = re.compile(
    r"/(oleObject|package|control|activeX\w*|vbaProject|wordVbaData|attachedTemplate|aFChunk|subDocument)$"
)
HARMLESS_LINK = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)
HYPERLINK = "/hyperlink"
FIELDS = re.compile(
    r"(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|IMPORT|INCLUDE|LINK|EMBED|MACROBUTTON|DATABASE|RD|AUTOTEXT)\b",
    re.IGNORECASE,
)
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"


def check_package(data: bytes, name: str) -> None:
    """Raises `FileRefused` unless the bytes are an ordinary .docx.

    It carries no code, no foreign object and no link to anything that Word would fetch by itself.
    """
    if len(data) > LIMITS.file_bytes:
        raise _refused(text("%(file)s is larger than %(limit)d MB.", file=name, limit=8), "paper.too_large")
    with tempfile.NamedTemporaryFile(suffix=".docx") as kept:
        kept.write(data)
        kept.flush()
        with open_archive(Path(kept.name), name, LIMITS) as archive:
            _check_kind(archive, name)
            for member in archive.members:
                _check_member(archive, member.name, name)
    _check_opens(data, name)


def texts_with_tags(data: bytes) -> Iterator[str]:
    """The body, headers and footers of a checked template as the template language sees them."""
    template = DocxTemplate(io.BytesIO(data))
    template.init_docx()
    yield template.patch_xml(template.get_xml())
    for uri in (template.HEADER_URI, template.FOOTER_URI):
        for _, part in template.get_headers_footers(uri):
            yield template.patch_xml(template.get_part_xml(part))


def _check_kind(archive: Archive, name: str) -> None:
    types = archive.find("[Content_Types].xml")
    if types is None:
        raise _not_docx(name)
    tree = _parsed(archive.read(types, LARGEST_XML), name, types.name)
    kinds = [str(entry.get("ContentType") or "") for entry in tree.iter(f"{TYPES}Override", f"{TYPES}Default")]
    if any(MACROS in kind or "vba" in kind.lower() for kind in kinds):
        macros = text("%(file)s can hold macros (.docm). Save it in Word as an ordinary document (.docx).", file=name)
        raise _refused(macros, "paper.macros")
    if any(TEMPLATE in kind for kind in kinds):
        dotx = text("%(file)s is a Word template (.dotx). Save it in Word as an ordinary document (.docx).", file=name)
        raise _refused(dotx, "paper.not_docx")
    if MAIN not in kinds:
        raise _not_docx(name)


def _check_member(archive: Archive, member: str, name: str) -> None:
    path = PurePosixPath(member.lower())
    if "embeddings" in path.parts or "activex" in path.parts or path.suffix in (".bin", ".exe", ".dll", ".js", ".vbs"):
        raise _embedded(name, member)
    if path.suffix not in (".xml", ".rels"):
        return
    found = archive.find(member)
    assert found is not None  # noqa: S101 - it is one of the archive's own members
    tree = _parsed(archive.read(found, LARGEST_XML), name, member)
    if path.suffix == ".rels":
        _check_relations(tree, name, member)
    else:
        _check_fields(tree, name)


def _parsed(data: bytes, name: str, member: str) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        tree = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise _damaged(name, member) from error
    if tree.getroottree().docinfo.internalDTD is not None:
        raise _damaged(name, member)
    return tree


def _check_relations(tree: etree._Element, name: str, member: str) -> None:
    for relation in tree.iter(RELATION):
        kind, target = str(relation.get("Type") or ""), str(relation.get("Target") or "")
        if OFFICE.search(kind):
            raise _embedded(name, target)
        outside = str(relation.get("TargetMode") or "").lower() == "external"
        if outside and not (kind.endswith(HYPERLINK) and HARMLESS_LINK.match(target)):
            sentence = text(
                "%(file)s refers to something outside itself (“%(target)s”): a linked picture, file or template. Put"
                " the picture into the document itself, or take the link out.",
                file=name,
                target=target[:100],
            )
            raise _refused(sentence, "paper.outside")


def _check_fields(tree: etree._Element, name: str) -> None:
    """Fields that fetch or run; Word tears their words into pieces, so each field's pieces are joined first."""
    said = [str(field.get(f"{WORD}instr") or "") for field in tree.iter(f"{WORD}fldSimple")]
    pieces = ""
    for element in tree.iter(f"{WORD}fldChar", f"{WORD}instrText"):
        if element.tag == f"{WORD}instrText":
            pieces += element.text or ""
        elif element.get(f"{WORD}fldCharType") == "begin":
            pieces += "\n"
    found = next(filter(None, (FIELDS.match(words.strip()) for words in (*said, *pieces.split("\n")))), None)
    if found is not None:
        sentence = text(
            "%(file)s holds the field “%(field)s”, which fetches or runs something when the document is opened. Take it"
            " out.",
            file=name,
            field=found.group(1).upper(),
        )
        raise _refused(sentence, "paper.field")
    if next(tree.iter(f"{WORD}altChunk", f"{WORD}subDoc", f"{WORD}object", f"{WORD}control"), None) is not None:
        raise _embedded(name, "object")


def _check_opens(data: bytes, name: str) -> None:
    try:
        Document(io.BytesIO(data))
    except (ValueError, KeyError, AttributeError, zipfile.BadZipFile, etree.XMLSyntaxError) as error:
        raise _not_docx(name) from error


def _refused(sentence: Text, code: str) -> FileRefused:
    return FileRefused(sentence, code)


def _not_docx(name: str) -> FileRefused:
    return _refused(text("%(file)s is not a Word document (.docx).", file=name), "paper.not_docx")


def _damaged(name: str, member: str) -> FileRefused:
    sentence = text("%(file)s is damaged or made by hand: “%(member)s” in it cannot be read.", file=name, member=member)
    return _refused(sentence, "paper.damaged")


def _embedded(name: str, what: str) -> FileRefused:
    sentence = text(
        "%(file)s carries an embedded object, control or foreign template (“%(what)s”). Take it out.",
        file=name,
        what=what[:100],
    )
    return _refused(sentence, "paper.embedded")
