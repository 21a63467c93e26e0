"""What a file says of itself: title, day, filter, source, who made it and when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from portal.kernel.geo.crs import DeclaredCrs
from portal.kernel.i18n.text import Text, text
from portal.kernel.i18n.words import say


@dataclass(frozen=True)
class Facts:
    """The facts of one export; `narrowed` are pairs of what was narrowed down and to what, `by` "" for the public."""

    title: str
    district: str
    at: dt.date
    narrowed: Iterable[tuple[Text, object]]
    source: str
    crs: DeclaredCrs | None
    made_at: dt.datetime
    by: str
    cut_off_after: int | None = None


def about(facts: Facts, locale: str) -> tuple[tuple[str, str], ...]:
    """Pairs of a heading and what stands there, in one language, without the empty ones."""
    pairs = ((say(heading, locale), say(value, locale)) for heading, value in _pairs(facts))
    return tuple((heading, value) for heading, value in pairs if value)


def _pairs(facts: Facts) -> Iterator[tuple[Text, object]]:
    narrowed = [(heading, value) for heading, value in facts.narrowed if value not in (None, "")]
    yield text("Title"), facts.title
    yield text("District"), facts.district
    yield text("As on"), facts.at.isoformat()
    if narrowed:
        yield from ((text("Only: %(what)s", what=heading), value) for heading, value in narrowed)
    else:
        yield text("Filter"), text("none, the whole list")
    if facts.cut_off_after is not None:
        newest = text("Only the newest %(count)d entries are in this file.", count=facts.cut_off_after)
        yield text("Limit"), newest
    yield text("Source"), facts.source
    if facts.crs is not None:
        yield text("Coordinate system"), f"{facts.crs.label} ({facts.crs.key})"
    yield text("Made at"), f"{facts.made_at:%Y-%m-%d %H:%M}"
    yield text("Made by"), facts.by or text("public export, without signing in")
