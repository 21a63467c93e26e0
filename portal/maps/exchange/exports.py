"""The published risks as a file: what the public table shows, with its shapes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from sqlalchemy.orm import Session

from portal.divisions.queries.exported import public_shapes
from portal.kernel.access.actor import Actor
from portal.kernel.contracts.exporting import Asked, Column, Exporter, ExportRow, Named
from portal.kernel.contracts.fields import Kind
from portal.kernel.geo.models import Record
from portal.kernel.geo.published import live_revision
from portal.kernel.i18n.clock import today
from portal.kernel.i18n.text import Text, text
from portal.kernel.i18n.translate import translate
from portal.maps import queries
from portal.risk.catalogue import in_force
from portal.risk.layers import HAZARDS

BATCH = 500

COLUMNS = (
    Column("name", text("Risk"), width=28),
    Column("level", text("Level"), Kind.CHOICE, width=10),
    Column("type", text("Type"), Kind.CHOICE, width=18),
    Column("unit", text("Where"), width=20),
    Column("season", text("When"), width=22),
    Column("advice", text("What to do"), width=40),
    Column("source", text("Source"), width=24),
    Column("assessed_on", text("Assessed on"), Kind.DATE, width=12),
    Column("id", text("Identifier"), Kind.CODE, width=38),
)


def rows(session: Session, _actor: Actor | None, asked: Asked) -> Iterator[ExportRow]:
    """The published risks of a day and a level, the most serious first."""
    found = list(queries.public_hazards(session, asked.at, _level(asked)))
    for start in range(0, len(found), BATCH):
        batch = found[start : start + BATCH]
        shapes = public_shapes(session, [record.id for record in batch])
        for record in batch:
            yield ExportRow(_values(record, asked), shapes.get(record.id))


def _values(record: Record, asked: Asked) -> dict[str, object]:
    said = {key: str(value or "") for key, value in record.attributes.items()}
    level = in_force(today()).levels.get(said["level"])
    spoken = "en" if asked.locale.startswith("en") else "zh"
    assessed_on = said.get("assessed_on")
    return {
        "name": record.name,
        "level": Named(said["level"], level.labels if level else said["level"]),
        "type": Named(said.get("type", ""), {"zh": said.get("type_zh", ""), "en": said.get("type_en", "")}),
        "unit": said.get("unit_name"),
        "season": said.get("season"),
        "advice": said.get(f"advice_{spoken}"),
        "source": said.get("source"),
        "assessed_on": dt.date.fromisoformat(assessed_on) if assessed_on else None,
        "id": str(record.public_id),
    }


def narrowed(_session: Session, _actor: Actor | None, asked: Asked) -> list[tuple[Text, object]]:
    """The level in words."""
    level = in_force(today()).levels.get(_level(asked))
    return [(text("Level"), level.labels if level else "")]


def source(session: Session) -> str:
    """Which edition it is, its approval number or that it is a sample, and where its content comes from."""
    revision = live_revision(session, HAZARDS.name)
    if revision is None:
        return ""
    number = revision.approval_number
    legal = text("map approval number %(number)s", number=number) if number else text("sample, not in force")
    edition = text("Edition %(number)s, %(legal)s", number=revision.number, legal=legal)
    return " · ".join(part for part in (translate(edition), revision.source) if part)


def _level(asked: Asked) -> str:
    level = asked.args.get("level", "")
    return level if level in queries.LEVELS else ""


PUBLIC_RISKS = Exporter(
    key="maps:risks",
    title=text("Published risks"),
    columns=COLUMNS,
    rows=rows,
    has_shape=True,
    source=source,
    narrowed=narrowed,
)

EXPORTERS = (PUBLIC_RISKS,)
