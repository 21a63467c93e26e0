"""The map of divisions on paper (行政区划图): the district with its towns or committees, as of a day."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from portal.divisions import catalogue, queries
from portal.divisions.papers import QUALITIES
from portal.divisions.queries import PublicUnit
from portal.divisions.queries.mapped import mapped_units
from portal.divisions.rules import LAYER
from portal.divisions.rules.line_quality import lines_by_quality
from portal.kernel.access.actor import Actor
from portal.kernel.contracts.paper import FigureShape, FigureSpec, Paper, PaperFacts
from portal.kernel.geo.published import live_revision
from portal.kernel.i18n.text import Text, text
from portal.kernel.i18n.words import Word

TOWNS = 4
SHEETS: Mapping[str, tuple[float, float]] = {"a4": (269.0, 130.0), "a3": (392.0, 211.0)}
"""Width and height of the map in mm, by the size of the sheet."""
LONGEST_SOURCE = 120
NOTHING_DRAWN = text("No division of this level has a published outline on this day.")


@dataclass(frozen=True)
class MapWanted:
    """Which map: the day, the level below the district, the sheet, and the approval number (审图号) if there is one."""

    at: dt.date
    level: int = TOWNS
    size: str = "a4"
    approval_number: str | None = None


def map_facts(session: Session, district: PublicUnit, wanted: MapWanted) -> PaperFacts:
    """Everything on the map's sheet, from the published model; without a figure where nothing has an outline."""
    units = _inside(session, district, wanted)
    outlines = queries.public_outlines(session, [district, *units])
    figure = _figure(session, district, units, outlines, wanted)
    return PaperFacts(
        title=text("Map of the divisions of %(name)s", name=district.name),
        file_name=f"{district.name}行政区划图_{wanted.at.isoformat()}",
        values=_values(units, outlines, wanted.approval_number, figure),
        address=f"/divisions/map?at={wanted.at.isoformat()}&level={wanted.level}",
        figure=figure,
    )


def _inside(session: Session, district: PublicUnit, wanted: MapWanted) -> list[PublicUnit]:
    """The units of the level that lie in the district on the day."""
    inside = {district.public_id}
    for level in range(district.level + 1, wanted.level):
        inside |= {unit.public_id for unit in mapped_units(session, wanted.at, level) if unit.parent in inside}
    return [unit for unit in mapped_units(session, wanted.at, wanted.level) if unit.parent in inside]


def _figure(
    session: Session,
    district: PublicUnit,
    units: Sequence[PublicUnit],
    outlines: Mapping[uuid.UUID, BaseGeometry],
    wanted: MapWanted,
) -> FigureSpec | None:
    drawn = [unit for unit in units if unit.public_id in outlines]
    if not drawn:
        return None
    revision = live_revision(session, LAYER)
    width, height = SHEETS[wanted.size]
    return FigureSpec(
        shapes=(*_areas(drawn, outlines), *_lines(drawn, outlines), *_rim(district, outlines)),
        title=text("Map of the divisions of %(name)s", name=district.name),
        source=_sources(drawn),
        on=wanted.at,
        approval_number=wanted.approval_number or (revision.approval_number if revision else None),
        schematic=any(unit.schematic for unit in drawn),
        width_mm=width,
        height_mm=height,
    )


def _areas(drawn: Sequence[PublicUnit], outlines: Mapping[uuid.UUID, BaseGeometry]) -> list[FigureShape]:
    return [FigureShape(outlines[unit.public_id], _tint(unit), unit.name, _kind(unit.kind)) for unit in drawn]


def _tint(unit: PublicUnit) -> str:
    return f"kind_{unit.kind}" if unit.kind in TINTED else "kind_other"


TINTED = ("street", "town", "township", "residents_committee", "villagers_committee")


def _kind(key: str) -> Word:
    kind = catalogue.kinds().get(key)
    return kind.labels if kind else key


def _lines(drawn: Sequence[PublicUnit], outlines: Mapping[uuid.UUID, BaseGeometry]) -> list[FigureShape]:
    worth = [(str(unit.facts["quality"]), outlines[unit.public_id]) for unit in drawn]
    lines = lines_by_quality(worth)
    return [FigureShape(line, f"line_{quality}", "", QUALITIES[quality]) for quality, line in lines.items()]


def _rim(district: PublicUnit, outlines: Mapping[uuid.UUID, BaseGeometry]) -> list[FigureShape]:
    rim = outlines.get(district.public_id)
    return [FigureShape(shapely.boundary(rim), "rim", "", text("District line"))] if rim else []


def _sources(drawn: Sequence[PublicUnit]) -> str:
    said = "；".join(dict.fromkeys(str(unit.facts.get("shape_source") or "") for unit in drawn))
    return said if len(said) <= LONGEST_SOURCE else f"{said[: LONGEST_SOURCE - 1]}…"


def _values(
    units: Sequence[PublicUnit],
    outlines: Mapping[uuid.UUID, BaseGeometry],
    number: str | None,
    figure: FigureSpec | None,
) -> dict[str, object]:
    """What stands below the map in letters, so that a reader finds and copies it."""
    known = number or (figure.approval_number if figure else None)
    missing = [unit.name for unit in units if unit.public_id not in outlines]
    return {
        "kinds": _counted([(_kind(key), count) for key, count in Counter(unit.kind for unit in units).items()]),
        "qualities": _counted(_worth(units)),
        "source": _sources(units) or "—",
        "approval": text("Map approval number: %(number)s", number=known) if known else UNAPPROVED,
        "missing": text("Without an outline: %(names)s", names="、".join(missing[:12])) if missing else "",
    }


UNAPPROVED: Text = text("Sample map without an approval number, not in force")


def _worth(units: Sequence[PublicUnit]) -> list[tuple[Word, int]]:
    counts = Counter(str(unit.facts["quality"]) for unit in units if unit.facts["quality"])
    return [(QUALITIES[key], counts[key]) for key in QUALITIES if counts[key]]


def _counted(said: Sequence[tuple[Word, int]]) -> list[dict[str, object]]:
    return [{"name": word, "count": str(count)} for word, count in said]


def _facts(session: Session, actor: Actor | None, public_id: uuid.UUID, at: dt.date) -> PaperFacts:
    """The public sheet of a district, with its towns on A4. Raises `NotFound` when it is not public on that day."""
    return map_facts(session, queries.public_unit(session, public_id, at), MapWanted(at))


def _sample() -> PaperFacts:
    """A made-up district, to try a template with."""
    squares = [shapely.box(121.40 + step, 31.24, 121.41 + step, 31.25) for step in (0.0, 0.01)]
    shapes = [FigureShape(square, "kind_street", "示例街道", _kind("street")) for square in squares]
    title, day = text("Map of the divisions of %(name)s", name="示例区"), dt.date(2000, 1, 1)
    figure = FigureSpec(shapes, title, "", day)
    return PaperFacts(title, "示例区", _values((), {}, None, figure), "/divisions/map", figure=figure)


MAP = Paper(
    key="divisions:map",
    title=text("Map of divisions"),
    template="divisions/print/map",
    facts=_facts,
    sample=_sample,
)
