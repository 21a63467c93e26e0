"""Writing the two forms of a composed paper, one at a time: what lays out a page takes a core for a second."""

from __future__ import annotations

import enum
import gc
import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from portal.errors import TooManyTries
from portal.exchange.papers.composing import Composed
from portal.kernel.formats import docx_paper, pdf_paper
from portal.kernel.i18n.text import text

WAIT_S = 20.0
"""How long somebody waits for others' papers before being asked to come back."""

_PRESS = threading.RLock()


class Form(enum.StrEnum):
    """As what a paper goes out."""

    PDF = "pdf"
    DOCX = "docx"

    @property
    def media_type(self) -> str:
        """What it is for browsers."""
        return pdf_paper.MEDIA_TYPE if self is Form.PDF else docx_paper.MEDIA_TYPE


@dataclass(frozen=True)
class Rendered:
    """The bytes of a paper and the name of their file."""

    content: bytes
    file_name: str
    form: Form

    @property
    def sha256(self) -> str:
        """Names the content."""
        return hashlib.sha256(self.content).hexdigest()


def render(composed: Composed, form: Form, template: bytes) -> Rendered:
    """One form of a paper; `template` is the Word template, which the PDF does not look at.

    Raises `TooManyTries` when others' papers take too long.
    """
    with press():
        return _written(composed, form, template)


def render_both(composed: Composed, template: bytes) -> tuple[Rendered, Rendered]:
    """The Word file and the PDF of the same values."""
    with press():
        return _written(composed, Form.DOCX, template), _written(composed, Form.PDF, template)


@contextmanager
def press() -> Iterator[None]:
    """The turn to make a paper; who has it may take it again. Raises `TooManyTries` after `WAIT_S`."""
    if not _PRESS.acquire(timeout=WAIT_S):
        raise TooManyTries(text("Many papers are being made at the moment. Please try again shortly."), 10)
    try:
        yield
    finally:
        gc.collect()  # A laid-out page is megabytes in circles; left to itself the process grows to a gigabyte.
        _PRESS.release()


def _written(composed: Composed, form: Form, template: bytes) -> Rendered:
    values, pictures = composed.values, composed.pictures
    if form is Form.PDF:
        content = pdf_paper.render_pdf(composed.template, values, pictures, composed.locale)
    else:
        content = docx_paper.render_docx(template, values, pictures, composed.title, composed.author)
    return Rendered(content, f"{composed.file_name}.{form.value}", form)
