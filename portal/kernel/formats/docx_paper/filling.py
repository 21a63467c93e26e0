"""A template, its values and its pictures become one document."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from typing import Any

from docx.shared import Mm
from docxtpl import DocxTemplate
from jinja2 import TemplateError, UndefinedError

from portal.kernel.formats.docx_paper.language import PaperEnvironment
from portal.kernel.formats.paper_text import Values, writable, writable_text
from portal.kernel.formats.picture import Picture
from portal.kernel.formats.rows import FileRefused
from portal.kernel.i18n.text import text

NAMED = re.compile(r"'([^']+)' is undefined|has no attribute '([^']+)'")
NAMED_IN_XML = 255
"""The longest title or author that a document's properties hold."""


class InlinePicture:
    """Stands in a template as `{{ map }}`: becomes a drawing in the line, with its words for those who do not see."""

    def __init__(self, template: DocxTemplate, picture: Picture) -> None:
        self._template, self._picture = template, picture

    def __html__(self) -> str:
        part = self._template.current_rendering_part
        inline = part.new_pic_inline(io.BytesIO(self._picture.png), Mm(self._picture.width_mm))
        inline.docPr.set("descr", self._picture.words)
        for side in ("distT", "distB", "distL", "distR"):  # Unsaid, LibreOffice leaves 3 mm around.
            inline.set(side, "0")
        return f'</w:t></w:r><w:r><w:drawing>{inline.xml}</w:drawing></w:r><w:r><w:t xml:space="preserve">'

    __str__ = __html__


def fill(template: bytes, values: Values, pictures: Mapping[str, Picture], title: str, author: str) -> DocxTemplate:
    """The filled document, not written yet. Raises `FileRefused` with the name or place that is wrong."""
    document = DocxTemplate(io.BytesIO(template))
    shown = {name: InlinePicture(document, picture) for name, picture in pictures.items()}
    try:
        document.render(writable(values) | shown, PaperEnvironment(), autoescape=True)
    except UndefinedError as error:
        raise _unknown(error, values, pictures) from error
    except TemplateError as error:
        raise FileRefused(text("The template cannot be filled: %(reason)s", reason=str(error)), "paper.tag") from error
    except (ValueError, KeyError, SyntaxError) as error:  # What docx and lxml say of torn XML.
        torn = text("The template is torn by its tags: one begins in a row or paragraph and ends in another.")
        raise FileRefused(torn, "paper.torn") from error
    _set_properties(document, title, author)
    return document


def _unknown(error: UndefinedError, values: Values, pictures: Mapping[str, Picture]) -> FileRefused:
    found = NAMED.search(str(error))
    named = next(filter(None, found.groups())) if found else str(error)
    sentence = text(
        "The template fills in “%(name)s”, which this paper does not have. It may use: %(known)s",
        name=named[:80],
        known=", ".join(sorted({*values, *pictures})),
    )
    return FileRefused(sentence, "paper.unknown_name")


def _set_properties(document: DocxTemplate, title: str, author: str) -> None:
    properties: Any = document.docx.core_properties
    properties.title = writable_text(title)[:NAMED_IN_XML]
    properties.author = properties.last_modified_by = writable_text(author)[:NAMED_IN_XML]
