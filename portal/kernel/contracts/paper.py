"""What a room declares so that a record becomes an official paper, as DOCX and as PDF, from one set of facts."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from portal.kernel.access.actor import Actor
from portal.kernel.access.permission import Permission
from portal.kernel.geo.figure_spec import FigureShape, FigureSpec
from portal.kernel.i18n.text import Text
from portal.kernel.i18n.words import Word

__all__ = ["FigureShape", "FigureSpec", "Paper", "PaperFacts"]


@dataclass(frozen=True)
class PaperFacts:
    """What stands on one paper.

    `values` are words, or lists of mappings of words for tables: the one context of the DOCX and the HTML template.
    `address` is the path of the record, for the QR code. `unit_id` is the division that the record belongs to: who
    issues the paper acts for a division that holds it, and takes that division's next number.
    """

    title: Word
    file_name: str
    values: Mapping[str, object]
    address: str
    unit_id: int | None = None
    figure: FigureSpec | None = None
    signatures: Sequence[Word] = field(default_factory=tuple)


@dataclass(frozen=True)
class Paper:
    """A kind of paper; `key` is `room:thing`.

    `template` names `templates/<template>.html`, `.docx` (Chinese) and `.en.docx`. `series` are the running numbers it
    takes per unit and year, None for papers that are not numbered. Without a permission it is public. `below` names
    the records that are printed together with one, such as all towns of a district. `sample` are made-up facts with
    the same names, which a new template is tried with.
    """

    key: str
    title: Text
    template: str
    facts: Callable[[Session, Actor | None, uuid.UUID, dt.date], PaperFacts]
    sample: Callable[[], PaperFacts]
    permission: Permission | None = None
    series: str | None = None
    below: Callable[[Session, Actor | None, uuid.UUID, dt.date], Sequence[uuid.UUID]] | None = None
