"""What the room puts on maps: the announced divisions, public by themselves."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import Session

from portal.divisions.layers.announced import Announced, AnnouncedUnit, announced
from portal.divisions.layers.descent import Descents, descents
from portal.divisions.models import UnitVersion
from portal.divisions.queries.history import Territory, history, shape_sources
from portal.divisions.rules import LAYER, Span, cut
from portal.kernel.geo.layer import Layer, LayerRow
from portal.kernel.i18n.text import text


def rows(session: Session) -> Iterator[LayerRow]:
    """A row for each unit and span of days on which its version, codes and shape stay the same and nothing becomes
    of it."""
    everything = history(session)
    known = announced(everything)
    lines = descents(known.units, everything.descents)
    for unit in known.units.values():
        days = known.edges(unit) | lines.days(unit)
        for version in unit.versions:
            for span in cut(version.span, days):
                yield _row(known, lines, unit, version.value, span)


def source(session: Session) -> str:
    """Where the shapes come from."""
    return "；".join(shape_sources(session))


def _row(known: Announced, lines: Descents, unit: AnnouncedUnit, version: UnitVersion, span: Span) -> LayerRow:
    territory = known.territory(unit, span.start)
    line = {"came_from": lines.came_from(unit, span), "became": lines.became(unit, span)}
    return LayerRow(
        public_id=unit.public_id,
        name=version.name,
        attributes=_facts(known, unit, version, span) | _measures(territory) | line,
        geometry=territory.geometry if territory else None,
        valid_from=span.start,
        valid_to=span.end,
        coverage=f"level {version.level}",
    )


def _facts(known: Announced, unit: AnnouncedUnit, version: UnitVersion, span: Span) -> dict[str, object]:
    parent = known.units.get(version.parent_id) if version.parent_id is not None else None
    return {
        "name": version.name,
        "name_en": version.name_en,
        "kind": version.kind,
        "level": version.level,
        "parent": str(parent.public_id) if parent else None,
        "codes": unit.codes_on(span.start),
        "seat": version.seat,
        "postcode": version.postcode,
        "phone": version.phone,
        "population": version.population,
        "precision": version.valid_from_precision if span.start == version.valid_from else "day",
        "source": version.source,
        "home": unit.id == known.home_id,
    }


def _measures(territory: Territory | None) -> dict[str, object]:
    if territory is None:
        return {"quality": None, "shape_source": None, "area_m2": None}
    return {
        "quality": territory.quality,
        "shape_source": territory.source,
        "area_m2": round(territory.area_m2),
    }


UNITS = Layer(
    name=LAYER,
    title=text("Divisions"),
    style="units",
    fields=(
        "name",
        "name_en",
        "kind",
        "level",
        "parent",
        "codes",
        "seat",
        "postcode",
        "phone",
        "population",
        "precision",
        "source",
        "home",
        "quality",
        "shape_source",
        "area_m2",
        "came_from",
        "became",
    ),
    tile_fields=("name", "level", "kind", "quality", "home"),
    rows=rows,
    source=source,
    detail="/divisions/{id}",
    automatic=True,
)
"""The layer under every map; `detail` is the unit's page, or its panel when htmx asks."""
