"""The one context of a paper: what its room says, in the reader's language, and what every paper says of itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.kernel.contracts.paper import Paper, PaperFacts
from portal.kernel.formats.paper_text import Values
from portal.kernel.formats.picture import Picture
from portal.kernel.formats.qr import qr_png
from portal.kernel.geo.figure import draw
from portal.kernel.i18n.clock import SHANGHAI
from portal.kernel.i18n.text import Text, text
from portal.kernel.i18n.translate import DEFAULT, translate
from portal.kernel.i18n.words import say, written_day

QR_MM = 22.0
BLANK = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\10\0\0\0\0:~\x9bU"
    b"\0\0\0\nIDATx\x9cc\xf8\x0f\0\1\1\1\0\x1b\xb6\xeeV\0\0\0\0IEND\xaeB`\x82"
)
"""One white dot, where a template is only tried."""


@dataclass(frozen=True)
class Occasion:
    """Which printing it is: the day it speaks of, for whom, when and by whom it was made.

    `base` is what addresses begin with (`https://…`), `issuer` the office on top, `number` empty for a paper that is
    not numbered.
    """

    at: dt.date
    locale: str
    made_at: dt.datetime
    made_by: str
    base: str
    issuer: str = ""
    number: str = ""


@dataclass(frozen=True)
class Composed:
    """A paper ready to be written: `template` is its name, `values` and `pictures` what both forms are filled with."""

    template: str
    title: str
    file_name: str
    locale: str
    author: str
    values: Values
    pictures: Mapping[str, Picture]


def compose(paper: Paper, facts: PaperFacts, occasion: Occasion) -> Composed:
    """Everything on the paper, with its map drawn."""
    address = f"{occasion.base.rstrip('/')}{facts.address}"
    pictures = {"qr": Picture(qr_png(address), QR_MM, translate(_says(address), occasion.locale))}
    if facts.figure is not None:
        drawn = draw(facts.figure, occasion.locale)
        pictures["map"] = Picture(drawn.png, drawn.width_mm, drawn.words)
    return _composed(paper, facts, occasion, address, pictures)


def compose_sample(paper: Paper, locale: str) -> Composed:
    """The paper with made-up facts and blank pictures, to try a template with."""
    facts, moment = paper.sample(), dt.datetime(2000, 1, 1, 12, tzinfo=SHANGHAI)
    occasion = Occasion(moment.date(), locale, moment, "—", "http://localhost", number="0001")
    pictures = {name: Picture(BLANK, QR_MM, "") for name in ("qr", "map")}
    return _composed(paper, facts, occasion, facts.address, pictures)


def _composed(
    paper: Paper, facts: PaperFacts, occasion: Occasion, address: str, pictures: Mapping[str, Picture]
) -> Composed:
    locale = occasion.locale
    said = {name: _said(value, locale) for name, value in facts.values.items()}
    title, made_at = say(facts.title, locale), occasion.made_at.astimezone(SHANGHAI)
    own = {
        "title": title,
        "number": occasion.number,
        "issuer": occasion.issuer,
        "at": written_day(occasion.at, locale),
        "made_at": f"{written_day(made_at.date(), locale)} {made_at:%H:%M}",
        "made_by": occasion.made_by,
        "address": address,
        "notices": [{"said": translate(notice, locale)} for notice in _notices(facts, occasion)],
        "signatures": [{"role": say(role, locale)} for role in facts.signatures] if occasion.number else [],
        "map": "",
    }
    template, author = paper.template, occasion.made_by
    return Composed(template, title, facts.file_name, locale, author, said | own, pictures)  # type: ignore[arg-type]


def _said(value: object, locale: str) -> object:
    """A word in the language, or the rows of a table with each of their words."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [{str(key): say(word, locale) for key, word in row.items()} for row in value]
    return say(value, locale)


def _notices(facts: PaperFacts, occasion: Occasion) -> list[Text]:
    notices = []
    if facts.figure is not None and facts.figure.schematic:
        notices.append(text("The boundaries on the map are schematic. They are not legal boundary lines."))
    if not occasion.number:
        notices.append(text("A print for information: without a number, not signed, not an official certificate."))
    return notices


def _says(address: str) -> Text:
    return text("QR code with the address %(address)s", address=address)


def language_of(locale: str) -> str:
    """A language that papers can be in; anything unknown is Chinese."""
    return "en" if locale.startswith("en") else DEFAULT
