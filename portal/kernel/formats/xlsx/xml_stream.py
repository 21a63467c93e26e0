"""XML parts of a workbook, event by event; no tree is built and nothing outside the part is ever read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol
from xml.parsers import expat

from portal.kernel.formats.rows import FileRefused
from portal.kernel.i18n.text import text

_LONGEST_TOKEN = 16 * 1024 * 1024


class Events(Protocol):
    """What happens in a part, by local names: prefixes differ from program to program."""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def characters(self, data: str) -> None:
        """A piece of text."""


def run(blocks: Iterable[bytes], events: Events, file: str) -> None:
    """Parses a part. Raises `FileRefused` (file.damaged, file.xml_bomb)."""
    for _ in steps(blocks, events, file):
        pass


def steps(blocks: Iterable[bytes], events: Events, file: str) -> Iterator[None]:
    """Parses a part, pausing after each block, so that what it brought can be handed on."""
    parser = _parser(events, file)
    pending = 0
    try:
        for block in blocks:
            parser.Parse(block, False)
            last = block.rfind(b">")
            pending = pending + len(block) if last < 0 else len(block) - last
            if pending > _LONGEST_TOKEN:
                raise _damaged(file)
            yield
        parser.Parse(b"", True)
        yield
    except expat.ExpatError as error:
        raise _damaged(file) from error


def local_name(name: str) -> str:
    """A name without its prefix."""
    return name.rpartition(":")[2]


def _parser(events: Events, file: str) -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def first(name: str, attributes: dict[str, str]) -> None:
        """A part whose root has no prefix uses none for its own elements: no name need be cut, millions of times."""
        if ":" in name:
            parser.StartElementHandler = lambda name, attributes: events.start(local_name(name), attributes)
            parser.EndElementHandler = lambda name: events.end(local_name(name))
        else:
            parser.StartElementHandler, parser.EndElementHandler = events.start, events.end
        events.start(local_name(name), attributes)

    def refuse(*_: object) -> None:
        """Workbooks have no document type; only bombs and spies declare entities."""
        raise FileRefused(
            text("%(file)s declares XML entities, which no workbook needs. It is not taken in.", file=file),
            "file.xml_entities",
        )

    parser.StartElementHandler = first
    parser.CharacterDataHandler = events.characters
    parser.StartDoctypeDeclHandler = refuse
    return parser


def _damaged(file: str) -> FileRefused:
    sentence = text("%(file)s is damaged: a part of the workbook cannot be read. Open it and save it again.", file=file)
    return FileRefused(sentence, "file.damaged")
