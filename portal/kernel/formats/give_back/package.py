"""The parts of a workbook file (ECMA-376 part 2): which one holds a sheet, and what belongs to it."""

from __future__ import annotations

import posixpath
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from lxml import etree

from portal.kernel.formats.rows import FileRefused
from portal.kernel.i18n.text import text

_CHUNK = 1024 * 1024
_KEPT = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


@dataclass(frozen=True)
class Relation:
    """Another part that a part refers to; `kind` is the last word of its type."""

    id: str
    kind: str
    part: str


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """The archive of a workbook; raises `FileRefused` for one that is damaged or has not the parts it speaks of."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (zipfile.BadZipFile, KeyError, StopIteration, etree.XMLSyntaxError, NotImplementedError) as error:
        raise FileRefused(text("The workbook cannot be opened again to write into it."), "file.damaged") from error


def sheet_part(archive: zipfile.ZipFile, sheet: str | None) -> str:
    """The name of the part that holds a worksheet, the first one for None. Raises `KeyError` if there is none."""
    book = next(one.part for one in relations(archive, "") if one.kind == "officeDocument")
    parts = {one.id: one.part for one in relations(archive, book) if one.kind == "worksheet"}
    for found in _parsed(archive.read(book)).iter():
        if local(found.tag) == "sheet" and sheet in (None, found.get("name")):
            wanted = _relation_of(found)
            if wanted in parts:
                return parts[wanted]
    raise KeyError(sheet)


def relations(archive: zipfile.ZipFile, part: str) -> list[Relation]:
    """What a part refers to within the file."""
    folder, name = posixpath.split(part)
    listed = posixpath.join(folder, "_rels", f"{name}.rels")
    if listed not in archive.NameToInfo:
        return []
    found = [one for one in _parsed(archive.read(listed)) if one.get("TargetMode") != "External"]
    return [Relation(one.get("Id", ""), _kind(one), _resolved(folder, one.get("Target", ""))) for one in found]


def tables_of(archive: zipfile.ZipFile, part: str) -> list[str]:
    """The ranges of the tables (ListObjects) on a sheet, such as A3:F20."""
    parts = [one.part for one in relations(archive, part) if one.kind == "table"]
    return [_parsed(archive.read(one)).get("ref", "") for one in parts]


def shared_texts(archive: zipfile.ZipFile, wanted: set[int]) -> dict[int, str]:
    """Some of the workbook's shared texts by number, read as a stream."""
    book = next(one.part for one in relations(archive, "") if one.kind == "officeDocument")
    part = next((one.part for one in relations(archive, book) if one.kind == "sharedStrings"), None)
    found: dict[int, str] = {}
    if part is None or not wanted:
        return found
    with archive.open(part) as file:
        for number, element in enumerate(_items(file)):
            if number in wanted:
                found[number] = _text_of(element)
            if len(found) == len(wanted):
                break
    return found


def copied(archive: zipfile.ZipFile, out: Path, part: str, content: Iterator[bytes]) -> None:
    """Writes the archive to `out` with one part replaced and every other as it is, byte for byte."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for info in archive.infolist():
            with target.open(_like(info), "w", force_zip64=info.file_size > 2**30) as sink:
                if info.filename == part:
                    for block in content:
                        sink.write(block)
                else:
                    with archive.open(info) as file:
                        shutil.copyfileobj(file, sink, _CHUNK)


def unpacked(archive: zipfile.ZipFile, part: str, target: IO[bytes]) -> None:
    """Writes a part to a file, as UTF-8 whatever it was."""
    with archive.open(part) as file:
        start = file.read(2)
        if start in (b"\xff\xfe", b"\xfe\xff"):
            words = (start + file.read()).decode("utf-16")
            target.write(words.replace("UTF-16", "UTF-8", 1).replace("utf-16", "utf-8", 1).encode())
        else:
            target.write(start)
            shutil.copyfileobj(file, target, _CHUNK)
    target.flush()


def local(tag: object) -> str:
    """The name of an element without its namespace."""
    return str(tag).rsplit("}", 1)[-1]


def _parsed(content: bytes) -> etree._Element:
    """Entities stay unread and nothing is fetched."""
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))


def _like(info: zipfile.ZipInfo) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(info.filename, info.date_time)
    made.external_attr, made.create_system = info.external_attr, info.create_system
    made.compress_type = info.compress_type if info.compress_type in _KEPT else zipfile.ZIP_DEFLATED
    return made


def _kind(relation: etree._Element) -> str:
    return relation.get("Type", "").rsplit("/", 1)[-1]


def _resolved(folder: str, target: str) -> str:
    return posixpath.normpath(target[1:] if target.startswith("/") else posixpath.join(folder, target))


def _relation_of(sheet: etree._Element) -> str:
    """The attribute `id` of the relationships namespace, of which there are two (transitional and strict)."""
    named = {str(name): str(value) for name, value in sheet.attrib.items()}
    return next((value for name, value in named.items() if name.startswith("{") and local(name) == "id"), "")


def _items(file: IO[bytes]) -> Iterator[etree._Element]:
    for _event, element in etree.iterparse(file, events=("end",), resolve_entities=False, no_network=True):
        if local(element.tag) == "si":
            yield element
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]


def _text_of(item: etree._Element) -> str:
    """The text of an entry without how it is pronounced."""
    spoken = {id(inner) for each in item.iter() if local(each.tag) == "rPh" for inner in each.iter()}
    return "".join(one.text or "" for one in item.iter() if local(one.tag) == "t" and id(one) not in spoken)
