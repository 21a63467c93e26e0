"""What a workbook is made of: its sheets, its pool of texts, its styles (ECMA-376 Part 1, 18.2; Part 2, 9.3)."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from portal.kernel.formats.archive import Archive, Member
from portal.kernel.formats.rows import FileRefused
from portal.kernel.formats.xlsx import xml_stream
from portal.kernel.i18n.text import text

_MOST_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True)
class Sheet:
    """One worksheet and the part it stands in."""

    name: str
    hidden: bool
    part: Member


@dataclass(frozen=True)
class Workbook:
    """The parts that matter; `since_1904` is the other calendar that old Macintosh files count days in."""

    sheets: tuple[Sheet, ...]
    strings: Member | None
    styles: Member | None
    since_1904: bool

    def sheet(self, name: str) -> Sheet | None:
        """A worksheet by its name."""
        return next((sheet for sheet in self.sheets if sheet.name == name), None)


def read_workbook(archive: Archive) -> Workbook:
    """Looks a workbook over. Raises `FileRefused` (file.damaged, file.too_many_sheets)."""
    path = _main_path(archive)
    content = _Content()
    xml_stream.run(_blocks(archive, _needed(archive, path)), content, archive.name)
    links = _links(archive, path)
    if len(content.sheets) > archive.limits.sheets:
        raise _too_many(archive)
    sheets = tuple(_sheets(archive, content, links))
    if not sheets:
        raise FileRefused(text("%(file)s holds no worksheet.", file=archive.name), "file.no_sheet")
    return Workbook(
        sheets, _of_kind(archive, links, "sharedStrings"), _of_kind(archive, links, "styles"), content.since_1904
    )


@dataclass(frozen=True)
class _Link:
    kind: str
    path: str


@dataclass
class _Content:
    """Collects sheets and the calendar from the workbook part."""

    sheets: list[Mapping[str, str]] = field(default_factory=list)
    since_1904: bool = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "sheet":
            self.sheets.append({xml_stream.local_name(key): value for key, value in attributes.items()})
        elif name == "workbookPr":
            self.since_1904 = attributes.get("date1904") in ("1", "true", "on")

    def end(self, name: str) -> None:
        """Nothing: all that is needed stands in attributes."""

    def characters(self, data: str) -> None:
        """Nothing, as above."""


@dataclass
class _Links:
    """Collects the relationships of one part."""

    found: list[Mapping[str, str]] = field(default_factory=list)

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "Relationship":
            self.found.append(attributes)

    def end(self, name: str) -> None:
        """Nothing: all that is needed stands in attributes."""

    def characters(self, data: str) -> None:
        """Nothing, as above."""


def _main_path(archive: Archive) -> str:
    links = _links(archive, "")
    return next((link.path for link in links.values() if link.kind == "officeDocument"), "xl/workbook.xml")


def _links(archive: Archive, path: str) -> dict[str, _Link]:
    """The relationships of a part by id; those to places outside the file are passed over."""
    folder, name = posixpath.split(path)
    member = archive.find(posixpath.join(folder, "_rels", f"{name}.rels"))
    if member is None:
        return {}
    links = _Links()
    xml_stream.run(_blocks(archive, member), links, archive.name)
    inside = (link for link in links.found if link.get("TargetMode") != "External")
    return {
        link.get("Id", ""): _Link(link.get("Type", "").rpartition("/")[2], _path(folder, link.get("Target", "")))
        for link in inside
    }


def _path(folder: str, target: str) -> str:
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")


def _sheets(archive: Archive, content: _Content, links: Mapping[str, _Link]) -> Iterator[Sheet]:
    """Worksheets only: a sheet that is all chart has no cells."""
    for attributes in content.sheets:
        link = links.get(attributes.get("id", ""))
        if link and link.kind == "worksheet":
            hidden = attributes.get("state", "visible") != "visible"
            yield Sheet(attributes.get("name", ""), hidden, _needed(archive, link.path))


def _of_kind(archive: Archive, links: Mapping[str, _Link], kind: str) -> Member | None:
    path = next((link.path for link in links.values() if link.kind == kind), None)
    return archive.find(path) if path else None


def _needed(archive: Archive, path: str) -> Member:
    member = archive.find(path)
    if member is None:
        missing = text("%(file)s is damaged: the part “%(part)s” is missing.", file=archive.name, part=path[:100])
        raise FileRefused(missing, "file.damaged")
    return member


def _blocks(archive: Archive, member: Member) -> Iterator[bytes]:
    yield archive.read(member, _MOST_BYTES)


def _too_many(archive: Archive) -> FileRefused:
    sentence = text(
        "%(file)s has more than %(limit)d sheets. Put the sheet that counts into a workbook of its own.",
        file=archive.name,
        limit=archive.limits.sheets,
    )
    return FileRefused(sentence, "file.too_many_sheets")
