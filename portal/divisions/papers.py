"""The one-page sheet of a division, with its map: what the public may know of it, on a day."""

from __future__ import annotations

import datetime as dt
import math
import unicodedata
import uuid
from collections.abc import Mapping, Sequence

import shapely
from sqlalchemy.orm import Session

from portal.divisions import catalogue, queries
from portal.divisions.queries import PublicUnit
from portal.divisions.rules import LAYER, Span
from portal.kernel.access.actor import Actor
from portal.kernel.contracts.paper import FigureShape, FigureSpec, Paper, PaperFacts
from portal.kernel.geo.published import live_revision
from portal.kernel.i18n.text import Text, text
from portal.kernel.i18n.translate import LOCALES, translate
from portal.kernel.i18n.words import Word, say, written_day

NOTHING = "—"
LONGEST, LONGEST_NARROW = 80, 40
"""Characters of a field as wide as the sheet and of one half as wide, so that the sheet stays one page."""
MAP_WIDTH_MM, MAP_HEIGHT_MM, LINE_MM = 164.0, 112.0, 4.9
LOWEST_MAP_MM = 60.0
"""The map gives way to long texts, so that the sheet stays one page."""
WIDE_FIELDS, WIDE_EMS, NARROW_EMS = ("codes", "seat", "children", "source"), 38.0, 14.0
SIGNED_BY = (text("Made by"), text("Checked by"), text("Date signed"))

QUALITIES: Mapping[str, Word] = {
    "legal": text("Legal boundary line"),
    "surveyed": text("Surveyed line"),
    "digitised": text("Digitised line, not a legal boundary"),
    "schematic": text("Schematic line, not a legal boundary"),
}


def sheet_facts(session: Session, actor: Actor | None, public_id: uuid.UUID, at: dt.date) -> PaperFacts:
    """Everything on the sheet, from the published model; the internal id only for who is signed in.

    Raises `NotFound` when the division is not public on that day.
    """
    unit = queries.public_unit(session, public_id, at)
    above, below = queries.public_ancestors(session, unit, at), queries.public_children(session, public_id, at)
    values = sheet_values(unit, above, below)
    return PaperFacts(
        title=text("Division sheet: %(name)s", name=unit.name),
        file_name=f"{unit.name}_{at.isoformat()}",
        values=values,
        address=f"/divisions/{public_id}?at={at.isoformat()}",
        unit_id=queries.unit_by_public_id(session, public_id, at).id if actor else None,
        figure=_figure(session, unit, below, at, map_height(values)),
        signatures=SIGNED_BY,
    )


def sheet_values(unit: PublicUnit, above: Sequence[PublicUnit], below: Sequence[PublicUnit]) -> dict[str, Word]:
    """The sheet's fields by the names that templates use."""
    facts = {
        key: _clipped(str(value), LONGEST if key in WIDE_FIELDS else LONGEST_NARROW)
        for key, value in unit.facts.items()
        if value not in (None, "")
    }
    kind = catalogue.kinds().get(unit.kind)
    area = float(facts.get("area_m2", 0)) / 1_000_000
    return {
        "name": unit.name,
        "name_en": facts.get("name_en", NOTHING),
        "kind": kind.labels if kind else unit.kind,
        "parents": _clipped(" › ".join(parent.name for parent in above), LONGEST_NARROW) or NOTHING,
        "codes": codes_of(unit.codes),
        "seat": facts.get("seat", NOTHING),
        "postcode": facts.get("postcode", NOTHING),
        "phone": facts.get("phone", NOTHING),
        "population": f"{int(facts['population']):,}" if "population" in facts else NOTHING,
        "area": f"{area:,.2f} km²" if area else NOTHING,
        "span": _span(unit),
        "quality": QUALITIES.get(facts.get("quality", ""), text("no outline is known")),
        "children": _children(below),
        "source": _clipped(_sources(unit)),
    }


def codes_of(codes: Sequence[tuple[str, str]]) -> Word:
    """Every code with its system, in both languages: a bare code means nothing."""
    known = catalogue.code_systems()
    words = {
        locale: " · ".join(f"{code} ({known[key].short[locale] if key in known else key})" for key, code in codes)
        for locale in ("zh", "en")
    }
    return words if codes else text("no code")


def _span(unit: PublicUnit) -> Word:
    return {short: translate(_span_in(unit, locale), locale) for short, locale in LOCALES.items()}


def _span_in(unit: PublicUnit, locale: str) -> Text:
    first = written_day(unit.span.start, locale, str(unit.facts.get("precision") or "day"))
    if unit.span.end is None:
        return text("since %(first)s", first=first)
    return text("%(first)s until before %(end)s", first=first, end=written_day(unit.span.end, locale))


def _sources(unit: PublicUnit) -> str:
    said = (str(unit.facts.get(key) or "") for key in ("source", "shape_source"))
    return "；".join(dict.fromkeys(filter(None, said))) or NOTHING


def _children(below: Sequence[PublicUnit]) -> Word:
    if not below:
        return NOTHING
    names = [unit.name for unit in below]
    said = "、".join(names)
    if len(said) <= LONGEST - 5:
        return text("%(count)s: %(names)s", count=len(names), names=said)
    shown = said[: LONGEST - 20].rsplit("、", 1)[0]
    return text("%(count)s, among them %(names)s", count=len(names), names=shown)


def _clipped(said: str, longest: int = LONGEST) -> str:
    return said if len(said) <= longest else f"{said[: longest - 1]}…"


def map_height(values: Mapping[str, Word]) -> float:
    """What is left for the map in mm, in the language that takes more lines."""
    more = max(sum(_lines(name, word, locale) - 1 for name, word in values.items()) for locale in ("zh_Hans_CN", "en"))
    return max(LOWEST_MAP_MM, MAP_HEIGHT_MM - more * LINE_MM)


def _lines(name: str, word: Word, locale: str) -> int:
    ems = sum(1.0 if unicodedata.east_asian_width(sign) in "WF" else 0.6 for sign in say(word, locale))
    return max(1, math.ceil(ems / (WIDE_EMS if name in WIDE_FIELDS else NARROW_EMS)))


def _figure(
    session: Session, unit: PublicUnit, below: Sequence[PublicUnit], at: dt.date, height_mm: float
) -> FigureSpec | None:
    outlines = queries.public_outlines(session, [unit, *below])
    if unit.public_id not in outlines:
        return None
    around = queries.public_neighbours(session, unit, at)
    parts = [child for child in below if child.public_id in outlines]
    beside, inside = text("Neighbouring divisions"), text("Divisions below")
    focus = FigureShape(outlines[unit.public_id], "focus", "" if parts else unit.name, unit.name)
    revision = live_revision(session, LAYER)
    shown = [unit, *parts, *(neighbour for neighbour, _ in around)]
    return FigureSpec(
        shapes=(
            *(FigureShape(shape, "neighbour", neighbour.name, beside) for neighbour, shape in around),
            focus,
            *(FigureShape(outlines[child.public_id], "part", child.name, inside) for child in parts),
        ),
        title=text("Where %(name)s lies", name=unit.name),
        source=_clipped(str(unit.facts.get("shape_source") or "")),
        on=at,
        approval_number=revision.approval_number if revision else None,
        schematic=any(one.schematic for one in shown),
        width_mm=MAP_WIDTH_MM,
        height_mm=height_mm,
    )


def sheet_sample() -> PaperFacts:
    """A made-up division, to try a template with."""
    names = sheet_values(_SAMPLE, (), ())
    square = FigureShape(shapely.box(121.40, 31.24, 121.41, 31.25), "focus", _SAMPLE.name, _SAMPLE.name)
    figure = FigureSpec((square,), _SAMPLE.name, "", _SAMPLE.span.start)
    title = text("Division sheet: %(name)s", name=_SAMPLE.name)
    return PaperFacts(title, _SAMPLE.name, names, "/divisions", figure=figure, signatures=SIGNED_BY)


_SAMPLE = PublicUnit(
    record_id=0,
    public_id=uuid.UUID(int=0),
    name="示例镇",
    level=4,
    kind="town",
    parent=None,
    codes=(),
    facts={"quality": "schematic", "precision": "day", "source": "样例"},
    span=Span(dt.date(2000, 1, 1), None),
    lon=None,
    lat=None,
)

SHEET = Paper(
    key="divisions:sheet",
    title=text("Division sheet"),
    template="divisions/print/sheet",
    facts=sheet_facts,
    sample=sheet_sample,
    series="divisions.sheet",
    below=lambda session, _actor, public_id, at: [
        unit.public_id for unit in queries.public_children(session, public_id, at)
    ],
)
