"""Through a KML from Placemark to Placemark; what has been passed is forgotten."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from portal.kernel.formats.limits import Limits
from portal.kernel.formats.rows import FileRefused
from portal.kernel.formats.vector.kml_geometry import local_name
from portal.kernel.i18n.text import text

FALLBACK = "fallback"

_FOLDERS = ("Document", "Folder")
_HEAD = 64 * 1024
_DOCTYPE = re.compile(r"\A\ufeff?(?:\s|<\?.*?\?>|<!--.*?-->)*<!DOCTYPE", re.DOTALL | re.IGNORECASE)


class WrongEncoding(Exception):
    """The bytes are not of the encoding that the file declares; `refusal` is for the case that nothing else is left."""

    def __init__(self, refusal: FileRefused) -> None:
        super().__init__(str(refusal))
        self.refusal = refusal


class KmlWalk:
    """One pass through a KML. `encoding` (afterwards) is what it was read in, `links` counts NetworkLinks."""

    def __init__(self, path: Path, encoding: str | None, limits: Limits, name: str) -> None:
        self._path, self._wished, self._limits, self._name = path, encoding, limits, name
        self._folders: list[str] = []
        self._inside = 0
        self.encoding = (encoding or "utf-8").lower()
        self.links = 0

    def placemarks(self) -> Iterator[tuple[int, str, Any]]:
        """Line, path of folders and element of each Placemark. Raises `FileRefused` and `WrongEncoding`."""
        _refuse_doctype(self._path, self._name)
        try:
            with self._path.open("rb") as file:
                yield from self._events(self._parser(file))
        except etree.XMLSyntaxError as error:
            raise self._refused(error) from error

    def _parser(self, file: Any) -> Any:
        # huge_tree lifts the cap of 10 MB a text: a million positions are longer. Without entities it is safe.
        return etree.iterparse(
            file,
            events=("start", "end"),
            encoding=self._wished,
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=True,
            remove_comments=True,
            remove_pis=True,
        )

    def _events(self, parser: Any) -> Iterator[tuple[int, str, Any]]:
        depth = 0
        for event, element in parser:
            depth += 1 if event == "start" else -1
            if event == "start":
                self._begin(element, depth)
                continue
            kind = local_name(element)
            if kind == "Placemark":
                yield element.sourceline or 0, "/".join(name for name in self._folders if name), element
            self._end(element, kind)

    def _begin(self, element: Any, depth: int) -> None:
        kind = local_name(element)
        if depth == 1 and kind != "kml":
            raise FileRefused(text("%(file)s is XML but no KML.", file=self._name), "file.unknown")
        if depth > self._limits.nesting:
            deep = text("%(file)s is nested deeper than %(limit)d levels.", file=self._name, limit=self._limits.nesting)
            raise FileRefused(deep, "file.too_deep")
        if kind in _FOLDERS:
            self._folders.append("")
        self._inside += kind == "Placemark"

    def _end(self, element: Any, kind: str) -> None:
        parent = element.getparent()
        if kind == "Placemark":
            self._inside -= 1
        elif kind in _FOLDERS:
            self._folders.pop()
        elif kind == "name" and parent is not None and local_name(parent) == "Folder":
            self._folders[-1] = (element.text or "").strip()
        self.links += kind == "NetworkLink"
        if not self._inside:
            _forget(element, parent)

    def _refused(self, error: etree.XMLSyntaxError) -> Exception:
        line = error.lineno or 1
        sentence = text(
            "%(file)s is not valid XML at line %(line)d: %(reason)s.",
            file=self._name,
            line=line,
            reason=(error.msg or "?").split(", line ")[0].strip()[:200],
        )
        wrong_bytes = "ncoding" in (error.msg or "") or "not proper UTF-8" in (error.msg or "")
        refusal = FileRefused(sentence, "file.encoding" if wrong_bytes else "file.damaged")
        return WrongEncoding(refusal) if wrong_bytes else refusal


def _forget(element: Any, parent: Any) -> None:
    """Frees an element that has been read, and what stands before it."""
    element.clear()
    if parent is not None:
        while element.getprevious() is not None:
            del parent[0]


def _refuse_doctype(path: Path, name: str) -> None:
    with path.open("rb") as file:
        head = file.read(_HEAD)
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    if _DOCTYPE.match(head.decode("utf-16" if wide else "latin-1", errors="replace").removeprefix("ï»¿")):
        sentence = text(
            "%(file)s brings definitions of its own (DOCTYPE), as attacks do; KML needs none. Export it again.",
            file=name,
        )
        raise FileRefused(sentence, "file.doctype")
