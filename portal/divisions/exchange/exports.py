"""The published divisions as a file: the list of a day, or what a search finds, each with its codes and its shape."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy.orm import Session

from portal.divisions import catalogue, queries
from portal.divisions.exchange.crosswalk import CROSSWALK
from portal.divisions.layers import UNITS
from portal.divisions.queries import PublicUnit
from portal.divisions.queries.exported import public_shapes
from portal.kernel.access.actor import Actor
from portal.kernel.contracts.exporting import Asked, Column, Exporter, ExportRow, Named
from portal.kernel.contracts.fields import Kind
from portal.kernel.geo.published import live_revision
from portal.kernel.i18n.text import Text, text
from portal.kernel.i18n.translate import translate

BATCH = 200
"""Units whose shapes are in memory at the same time."""

LONGEST_SEARCH = 100

QUALITIES = {
    "legal": text("Legal boundary line"),
    "surveyed": text("Surveyed line"),
    "digitised": text("Digitised line, not a legal boundary"),
    "schematic": text("Schematic line, not a legal boundary"),
}

COLUMNS = (
    Column("name", text("Name"), width=24),
    Column("name_en", text("English name"), width=24),
    Column("kind", text("Kind"), Kind.CHOICE, width=14),
    Column("level", text("Administrative level"), Kind.CHOICE, width=12),
    Column("code_mca", text("Civil-affairs code (MCA)"), Kind.CODE, width=16),
    Column("code_nbs", text("Statistical code (NBS)"), Kind.CODE, width=16),
    Column("parent", text("Belongs to"), width=20),
    Column("parent_code_mca", text("Civil-affairs code (MCA) of the unit above"), Kind.CODE),
    Column("parent_code_nbs", text("Statistical code (NBS) of the unit above"), Kind.CODE),
    Column("seat", text("Seat"), width=30),
    Column("postcode", text("Postcode"), Kind.CODE, width=10),
    Column("phone", text("Phone"), Kind.CODE),
    Column("population", text("Population"), Kind.INTEGER, width=12),
    Column("area_m2", text("Area in m²"), Kind.INTEGER, width=14),
    Column("quality", text("What the line is worth"), Kind.CHOICE, width=24),
    Column("since", text("So since"), Kind.DATE, width=12),
    Column("until", text("So until"), Kind.DATE, width=12),
    Column("source", text("Source"), width=30),
    Column("shape_source", text("Source of the line"), width=30),
    Column("id", text("Identifier"), Kind.CODE, width=38),
)


def rows(session: Session, _actor: Actor | None, asked: Asked) -> Iterator[ExportRow]:
    """The units that the list shows, each as on its day, with its shape where it has one."""
    units = queries.public_units(session, asked.at)
    known = {unit.public_id: unit for unit in units}
    wanted = _wanted(asked)
    shown = [hit.unit for hit in queries.search_public(session, wanted, asked.at)] if wanted else units
    for start in range(0, len(shown), BATCH):
        yield from _batch(session, shown[start : start + BATCH], known)


def _batch(session: Session, units: Sequence[PublicUnit], known: Mapping[uuid.UUID, PublicUnit]) -> Iterator[ExportRow]:
    shapes = public_shapes(session, [unit.record_id for unit in units])
    for unit in units:
        above = known.get(unit.parent) if unit.parent else None
        yield ExportRow(_facts(unit) | _codes(unit, "code_") | _above(above), shapes.get(unit.record_id))


def _facts(unit: PublicUnit) -> dict[str, object]:
    copied = ("name_en", "seat", "postcode", "phone", "population", "area_m2", "source", "shape_source")
    return {key: unit.facts.get(key) for key in copied} | {
        "name": unit.name,
        "kind": Named(unit.kind, catalogue.kinds()[unit.kind].labels),
        "level": Named(str(unit.level), catalogue.levels()[unit.level]),
        "quality": _quality(unit),
        "since": unit.span.start,
        "until": unit.span.end,
        "id": str(unit.public_id),
    }


def _quality(unit: PublicUnit) -> Named | None:
    quality = unit.facts.get("quality")
    return Named(str(quality), QUALITIES[str(quality)]) if quality else None


def _codes(unit: PublicUnit, prefix: str) -> dict[str, object]:
    return {f"{prefix}{system}": code for system, code in unit.codes}


def _above(above: PublicUnit | None) -> dict[str, object]:
    return {"parent": above.name} | _codes(above, "parent_code_") if above else {}


def narrowed(_session: Session, _actor: Actor | None, asked: Asked) -> list[tuple[Text, object]]:
    """The search in words."""
    return [(text("Name or code"), _wanted(asked))]


def source(session: Session) -> str:
    """Where the lines come from, and that sketched ones decide nothing."""
    revision = live_revision(session, UNITS.name)
    if revision is None:
        return ""
    warning = translate(text("Schematic boundary, not a legal boundary line")) if revision.schematic else ""
    return " · ".join(part for part in (warning, revision.source) if part)


def _wanted(asked: Asked) -> str:
    return asked.args.get("q", "").strip()[:LONGEST_SEARCH]


UNITS_LIST = Exporter(
    key="divisions:units",
    title=text("Divisions"),
    columns=COLUMNS,
    rows=rows,
    has_shape=True,
    source=source,
    narrowed=narrowed,
)

EXPORTERS = (UNITS_LIST, CROSSWALK)
