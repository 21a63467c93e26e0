"""Official papers as Word files, from templates that a bureau edits in Word."""

from __future__ import annotations

import io
from collections.abc import Mapping

from portal.kernel.formats.docx_paper.filling import fill
from portal.kernel.formats.docx_paper.language import names_in
from portal.kernel.formats.docx_paper.package import check_package, texts_with_tags
from portal.kernel.formats.paper_text import Values
from portal.kernel.formats.picture import Picture

__all__ = ["MEDIA_TYPE", "check_template", "render_docx", "template_names"]

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def render_docx(template: bytes, values: Values, pictures: Mapping[str, Picture], title: str, author: str) -> bytes:
    """The filled template. Raises `FileRefused` when the template names what is not there or cannot be filled."""
    written = io.BytesIO()
    fill(template, values, pictures, title, author).save(written)
    return written.getvalue()


def check_template(template: bytes, name: str, values: Values, pictures: Mapping[str, Picture]) -> None:
    """Raises `FileRefused`, naming the place, unless the file is a harmless document that sample values fill."""
    check_package(template, name)
    check_package(render_docx(template, values, pictures, "", ""), name)


def template_names(template: bytes) -> tuple[str, ...]:
    """The names that a template fills in, sorted."""
    found: set[str] = set()
    for source in texts_with_tags(template):
        found |= names_in(source)
    return tuple(sorted(found))
